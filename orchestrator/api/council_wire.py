"""Chat chunks and bodies with the `council` extension: the decision on the first chunk, the standing on the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from orchestrator.api.openai_wire import ChatWire
from orchestrator.inference.generation import Delta

_EMPTY_DELTA = b'{"index":0,"delta":{},"logprobs":null,"finish_reason":null}'


class CouncilWire(ChatWire):
    """As ChatWire, but the finish chunks come from `finish`, once everything about the answer is known."""

    def begin(self, count: int, extension: Mapping[str, Any]) -> bytes:
        first, rest = self._role(0), [self._frame.chunk(self._role(index)) for index in range(1, count)]
        return self._frame.extended(first, orjson.dumps(extension)) + b"".join(rest)

    def _role(self, index: int) -> bytes:
        return (
            b'{"index":%d,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}'
            % index
        )

    def delta(self, index: int, delta: Delta) -> bytes:
        return self.text(index, delta) if delta.text or delta.log_probs else b""

    def progress(self, extension: Mapping[str, Any]) -> bytes:
        """A chunk that adds nothing to the text: clients that know only OpenAI's fields see an empty delta."""
        return self._frame.extended(_EMPTY_DELTA, orjson.dumps(extension))

    def finish(self, reasons: Sequence[str], extension: Mapping[str, Any]) -> bytes:
        ends = [
            b'{"index":%d,"delta":{},"logprobs":null,"finish_reason":"%b"}' % (index, reason.encode())
            for index, reason in enumerate(reasons)
        ]
        before = b"".join(self._frame.chunk(end) for end in ends[:-1])
        return before + self._frame.extended(ends[-1], orjson.dumps(extension))

    def whole(
        self, deltas: Sequence[Delta], prompt_tokens: int, completion_tokens: int, council: Mapping[str, Any]
    ) -> bytes:
        return self._frame.body(self._choices(deltas), prompt_tokens, completion_tokens, council=council)
