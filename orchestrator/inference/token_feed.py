"""Engine tokens of one generation, read ahead into a bounded buffer.

Guarantees: at most `buffer_tokens` wait for the reader (plus the chunk that crossed the line), then the
engine's stream is not read further; the stream is closed exactly once whatever happens to the reader; tokens
that arrived before a failure are handed out before the failure is raised.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import perf_counter

from orchestrator.errors import CouncilError
from orchestrator.inference.types import InferenceBackend, TokenChunk, TokenRequest, TokenStream
from orchestrator.telemetry.metrics import ModelMetrics

_END_GRACE_S = 0.5


class TokenFeed:
    """Reads in a task of its own, which alone opens and closes the stream.

    A task that is cancelled before its first step never opened anything, and a reader that is cancelled
    cannot interrupt the closing: it only stops waiting for it.
    """

    def __init__(
        self,
        backend: InferenceBackend,
        model: str,
        request: TokenRequest,
        *,
        buffer_tokens: int,
        metrics: ModelMetrics,
        arrived: asyncio.Event,
    ) -> None:
        self._backend = backend
        self._model = model
        self._request = request
        self._buffer_tokens = buffer_tokens
        self._metrics = metrics
        self._arrived = arrived
        self._room = asyncio.Event()
        self._chunks: list[TokenChunk] = []
        self._held_tokens = 0
        self._error: Exception | None = None
        self._waiting = False
        self.ended = False
        self._ending: asyncio.TimerHandle | None = None
        self._task = asyncio.create_task(self._read())

    def take(self) -> list[TokenChunk]:
        """Everything that has arrived, perhaps nothing. Raises the stream's error once nothing is left."""
        if not self._chunks:
            if self._error is not None:
                raise self._error
            return []
        chunks, self._chunks, self._held_tokens = self._chunks, [], 0
        self._room.set()
        return chunks

    def cancel(self) -> None:
        """Stop the engine; returns at once. Harmless when called twice or after the end."""
        if not self.ended and not self._task.cancelling():
            self._task.cancel()

    def let_end(self) -> None:
        """The engine is ending by itself: leave it the moment that takes instead of sending a cancel."""
        if not self.ended and self._ending is None:
            self._ending = asyncio.get_running_loop().call_later(_END_GRACE_S, self.cancel)

    async def aclose(self) -> None:
        """Cancel and wait until the stream is closed; after `let_end` there is nothing to wait for."""
        if self._ending is None:
            self.cancel()
            await asyncio.wait((self._task,))

    async def _read(self) -> None:
        self._metrics.active.inc()
        self._set_waiting(True)
        stream = None
        try:
            stream = self._backend.generate(self._model, self._request)
            await self._copy(stream)
        except Exception as error:  # the edge of a task: kept, and raised at whoever reads
            self._error = error
        finally:
            await self._finish(stream)

    async def _copy(self, stream: TokenStream) -> None:
        started = perf_counter()
        last = 0.0
        async for chunk in stream:
            count = len(chunk.token_ids)
            now = perf_counter()
            if count and last:
                self._metrics.inter_token.observe((now - last) / count)
            elif count:
                self._set_waiting(False)
                self._metrics.first_token.observe(now - started)
            self._metrics.completion_tokens.inc(count)
            self._chunks.append(chunk)
            self._held_tokens += count
            self._arrived.set()
            if self._held_tokens >= self._buffer_tokens and not chunk.final:
                await self._wait_for_room()
                now = perf_counter()
            last = now if count else last

    async def _wait_for_room(self) -> None:
        self._room.clear()
        await self._room.wait()

    async def _finish(self, stream: TokenStream | None) -> None:
        try:
            if stream is not None:
                with suppress(CouncilError):  # the connection is gone: so is the generation
                    await stream.aclose()
        finally:
            self._set_waiting(False)
            self._metrics.active.dec()
            self.ended = True
            self._arrived.set()
            if self._ending is not None:
                self._ending.cancel()

    def _set_waiting(self, waiting: bool) -> None:
        if waiting != self._waiting:
            self._waiting = waiting
            self._metrics.queued.inc(1 if waiting else -1)
