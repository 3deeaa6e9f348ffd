"""A backend whose tokens are counted and paid for: reserved before they flow, settled with what was delivered.

This is below every surface, so nothing that generates can forget it: aborted, failed and deliberating generations
included. A generation that delivered nothing costs nothing. Nobody is asked about models that are free.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Generic

from orchestrator.inference.types import InferenceBackend, TokenChunk, TokenRequest, TokenStream
from orchestrator.metering import Held, Meter
from orchestrator.telemetry.request_context import current_request


class MeteredBackend(Generic[Held]):
    """`inner` does the work and is closed with it."""

    def __init__(self, backend: InferenceBackend, meter: Meter[Held]) -> None:
        self.inner = backend
        self._meter = meter

    def generate(self, model: str, request: TokenRequest) -> TokenStream:
        return _MeteredStream(self.inner, self._meter, model, request)

    async def model_ready(self, model: str) -> bool:
        return await self.inner.model_ready(model)

    async def aclose(self) -> None:
        await self.inner.aclose()


class _MeteredStream(Generic[Held]):
    """The engine is not asked before the reservation stands; whoever iterates must `aclose()`, which settles."""

    def __init__(
        self, backend: InferenceBackend, meter: Meter[Held], model: str, request: TokenRequest
    ) -> None:
        self._backend = backend
        self._meter = meter
        self._model = model
        self._request = request
        self._held: Held | None = None
        self._stream: TokenStream | None = None
        self._new_tokens = 0

    async def __aiter__(self) -> AsyncIterator[TokenChunk]:
        if not self._meter.is_free(self._model):
            self._held = await self._meter.reserve(
                self._model, len(self._request.prompt_ids), self._request.max_tokens
            )
        tally = current_request.get().tally(self._model)
        self._stream = self._backend.generate(self._model, self._request)
        async for chunk in self._stream:
            count = len(chunk.token_ids)
            if count and not self._new_tokens:
                tally.prompt_tokens += len(self._request.prompt_ids)
            self._new_tokens += count
            tally.new_tokens += count
            yield chunk

    async def aclose(self) -> None:
        try:
            if self._stream is not None:
                await self._stream.aclose()
        finally:
            self._settle()

    def _settle(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            prompt_tokens = len(self._request.prompt_ids) if self._new_tokens else 0
            self._meter.settle(held, prompt_tokens, self._new_tokens)
