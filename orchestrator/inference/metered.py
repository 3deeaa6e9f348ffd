"""A backend whose tokens are paid for: each generation is reserved before it starts and settled with what it delivered.

This is below every surface, so nothing that generates can forget it: aborted, failed and deliberating generations
included. A generation that delivered nothing costs nothing. Free models pass through untouched.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Generic

from orchestrator.inference.types import InferenceBackend, TokenChunk, TokenRequest, TokenStream
from orchestrator.metering import Held, Meter


class MeteredBackend(Generic[Held]):
    def __init__(self, backend: InferenceBackend, meter: Meter[Held]) -> None:
        self._backend = backend
        self._meter = meter

    def generate(self, model: str, request: TokenRequest) -> TokenStream:
        if self._meter.is_free(model):
            return self._backend.generate(model, request)
        return _MeteredStream(self._backend, self._meter, model, request)

    async def model_ready(self, model: str) -> bool:
        return await self._backend.model_ready(model)

    async def aclose(self) -> None:
        await self._backend.aclose()


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
        self._held = await self._meter.reserve(
            self._model, len(self._request.prompt_ids), self._request.max_tokens
        )
        self._stream = self._backend.generate(self._model, self._request)
        async for chunk in self._stream:
            self._new_tokens += len(chunk.token_ids)
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
