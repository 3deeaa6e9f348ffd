"""OpenAI's response bodies and stream chunks, written as bytes.

A streamed token costs one small JSON encoding: everything around its text is prepared once a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import time
from typing import Any, Protocol
from uuid import uuid4

import orjson

from orchestrator.inference.generation import Delta, TokenLogProb
from orchestrator.inference.tokenizer import ModelTokenizer

DONE = b"data: [DONE]\r\n\r\n"
_EVENT_END = b"\r\n\r\n"


class Wire(Protocol):
    """How one endpoint writes choices."""

    def opening(self, count: int) -> bytes: ...

    def delta(self, index: int, delta: Delta) -> bytes: ...

    def usage(self, prompt_tokens: int, completion_tokens: int) -> bytes: ...

    def body(self, deltas: Sequence[Delta], prompt_tokens: int, completion_tokens: int) -> bytes:
        """The whole answer at once; `deltas` are complete choices by index."""
        ...


def _usage(prompt_tokens: int, completion_tokens: int) -> dict[str, int]:
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }


class _Frame:
    """What is the same in every chunk and body of one answer."""

    def __init__(self, prefix: str, kind: str, chunk_kind: str, model: str, *, include_usage: bool) -> None:
        self._fields = {
            "id": f"{prefix}-{uuid4().hex}",
            "object": kind,
            "created": int(time()),
            "model": model,
        }
        head = orjson.dumps({**self._fields, "object": chunk_kind})[:-1]
        self._head = b"data: " + head + b',"choices":['
        self._tail = (b'],"usage":null}' if include_usage else b"]}") + _EVENT_END

    def chunk(self, choice: bytes) -> bytes:
        return self._head + choice + self._tail

    def extended(self, choice: bytes, extension: bytes) -> bytes:
        """A chunk with one more field, `council`."""
        return self._head + choice + b'],"council":' + extension + self._tail[1:]

    def usage(self, prompt_tokens: int, completion_tokens: int) -> bytes:
        usage = orjson.dumps(_usage(prompt_tokens, completion_tokens))
        return self._head + b'],"usage":' + usage + b"}" + _EVENT_END

    def body(
        self, choices: list[dict[str, Any]], prompt_tokens: int, completion_tokens: int, **more: Any
    ) -> bytes:
        usage = _usage(prompt_tokens, completion_tokens)
        return orjson.dumps({**self._fields, "choices": choices, "usage": usage, **more})


class ChatWire:
    """`chat.completion` and `chat.completion.chunk`."""

    def __init__(
        self, model: str, tokenizer: ModelTokenizer | None, *, include_usage: bool, log_probs: bool
    ) -> None:
        """`tokenizer` names the tokens of log-probabilities; None where there are none."""
        self._frame = _Frame(
            "chatcmpl", "chat.completion", "chat.completion.chunk", model, include_usage=include_usage
        )
        self._tokenizer = tokenizer
        self._log_probs = log_probs
        self.usage = self._frame.usage

    def opening(self, count: int) -> bytes:
        rest = b'"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}'
        return b"".join(self._frame.chunk(b'{"index":%d,%b' % (index, rest)) for index in range(count))

    def delta(self, index: int, delta: Delta) -> bytes:
        event = self.text(index, delta) if delta.text or delta.log_probs else b""
        if delta.finish_reason is not None:
            reason = delta.finish_reason.encode()
            event += self._frame.chunk(
                b'{"index":%d,"delta":{},"logprobs":null,"finish_reason":"%b"}' % (index, reason)
            )
        return event

    def text(self, index: int, delta: Delta) -> bytes:
        log_probs = orjson.dumps(self._log_prob_fields(delta.log_probs)) if self._log_probs else b"null"
        return self._frame.chunk(
            b'{"index":%d,"delta":{"content":%b},"logprobs":%b,"finish_reason":null}'
            % (index, orjson.dumps(delta.text), log_probs)
        )

    def body(self, deltas: Sequence[Delta], prompt_tokens: int, completion_tokens: int) -> bytes:
        return self._frame.body(self._choices(deltas), prompt_tokens, completion_tokens)

    def _choices(self, deltas: Sequence[Delta]) -> list[dict[str, Any]]:
        return [
            {
                "index": index,
                "message": {"role": "assistant", "content": delta.text, "refusal": None},
                "logprobs": self._log_prob_fields(delta.log_probs) if self._log_probs else None,
                "finish_reason": delta.finish_reason,
            }
            for index, delta in enumerate(deltas)
        ]

    def _log_prob_fields(self, log_probs: Sequence[TokenLogProb]) -> dict[str, Any]:
        tokenizer = self._tokenizer
        assert tokenizer is not None
        content = [
            {
                "token": tokenizer.token_text(entry.token_id),
                "logprob": entry.log_prob,
                "bytes": list(tokenizer.token_bytes(entry.token_id)),
                "top_logprobs": [],
            }
            for entry in log_probs
        ]
        return {"content": content, "refusal": None}


class CompletionWire:
    """`text_completion`, whose chunks have the same shape as the whole."""

    def __init__(
        self, model: str, tokenizer: ModelTokenizer, *, include_usage: bool, log_probs: bool
    ) -> None:
        kind = "text_completion"
        self._frame = _Frame("cmpl", kind, kind, model, include_usage=include_usage)
        self._tokenizer = tokenizer
        self._log_probs = log_probs
        self.usage = self._frame.usage

    def opening(self, count: int) -> bytes:
        return b""

    def delta(self, index: int, delta: Delta) -> bytes:
        return self._frame.chunk(orjson.dumps(self._choice(index, delta)))

    def body(self, deltas: Sequence[Delta], prompt_tokens: int, completion_tokens: int) -> bytes:
        choices = [self._choice(index, delta) for index, delta in enumerate(deltas)]
        return self._frame.body(choices, prompt_tokens, completion_tokens)

    def _choice(self, index: int, delta: Delta) -> dict[str, Any]:
        return {
            "index": index,
            "text": delta.text,
            "logprobs": self._log_prob_fields(delta.log_probs) if self._log_probs else None,
            "finish_reason": delta.finish_reason,
        }

    def _log_prob_fields(self, log_probs: Sequence[TokenLogProb]) -> dict[str, Any]:
        return {
            "tokens": [self._tokenizer.token_text(entry.token_id) for entry in log_probs],
            "token_logprobs": [entry.log_prob for entry in log_probs],
            "top_logprobs": None,
            "text_offset": [entry.text_offset for entry in log_probs],
        }
