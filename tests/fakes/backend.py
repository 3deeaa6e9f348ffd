"""An inference backend in memory that keeps the contract of `InferenceBackend` and can misbehave on demand.

It never looks at the weights of a model: it repeats the token ids of its script. Everything it opened is
counted until it is closed, so that a leaked generation shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import cycle, islice

from orchestrator.inference.types import TokenChunk, TokenRequest

LOG_PROB = -0.25


@dataclass(frozen=True, slots=True)
class Script:
    """What every generation does.

    `token_ids` are repeated up to `max_tokens` when `endless`, else given once and followed by the end token.
    `error` is raised, and `hangs` waits for ever, once `after_tokens` tokens were given. Without `shows_end` the
    end token stays with the engine, as TensorRT-LLM does it.
    """

    token_ids: tuple[int, ...]
    endless: bool = False
    chunk_tokens: int = 1
    first_delay_s: float = 0.0
    delay_s: float = 0.0
    after_tokens: int = 0
    error: Exception | None = None
    hangs: bool = False
    late_final: bool = False
    shows_end: bool = True


class FakeBackend:
    def __init__(self, script: Script) -> None:
        self.ready = True
        self.ready_error: Exception | None = None
        self.ready_hangs = False
        self.closed = False
        self.restart(script)

    def restart(self, script: Script) -> None:
        """Forget what happened and follow another script."""
        self.script = script
        self.requests: list[TokenRequest] = []
        self.running: set[FakeStream] = set()
        self.cancelled = 0
        self.delivered_tokens = 0

    def generate(self, model: str, request: TokenRequest) -> FakeStream:
        stream = FakeStream(self, self.script, request)
        self.requests.append(request)
        self.running.add(stream)
        return stream

    async def model_ready(self, model: str) -> bool:
        if self.ready_hangs:
            await asyncio.sleep(3600)
        if self.ready_error is not None:
            raise self.ready_error
        return self.ready

    async def aclose(self) -> None:
        self.closed = True


class FakeStream:
    def __init__(self, backend: FakeBackend, script: Script, request: TokenRequest) -> None:
        self._backend = backend
        self._script = script
        self._request = request
        self._ended = False
        self._chunks = self._generate()

    def __aiter__(self) -> AsyncIterator[TokenChunk]:
        return self._chunks

    async def aclose(self) -> None:
        if self in self._backend.running:
            self._backend.running.discard(self)
            self._backend.cancelled += not self._ended
        await self._chunks.aclose()

    async def _generate(self) -> AsyncIterator[TokenChunk]:
        script = self._script
        await asyncio.sleep(script.first_delay_s)
        ids = self._ids()
        for start in range(0, len(ids), script.chunk_tokens):
            if start >= script.after_tokens:
                await self._misbehave()
            part = ids[start : start + script.chunk_tokens]
            last = start + len(part) == len(ids)
            self._ended = last
            self._backend.delivered_tokens += len(part)
            log_probs = (LOG_PROB,) * len(part) if self._request.return_log_probs else ()
            yield TokenChunk(tuple(part), log_probs, final=last and not script.late_final)
            await asyncio.sleep(script.delay_s)
        if script.late_final:
            yield TokenChunk((), final=True)

    def _ids(self) -> list[int]:
        ids, count = self._script.token_ids, self._request.max_tokens
        if self._script.endless:
            return list(islice(cycle(ids), count))
        return [*ids, self._request.end_id][:count] if self._script.shows_end else list(ids)[:count]

    async def _misbehave(self) -> None:
        if self._script.error is not None:
            self._ended = True
            raise self._script.error
        if self._script.hangs:
            await asyncio.sleep(3600)
