"""Triton's model control: load, unload, and what a loaded model was configured with.

For servers whose control protocol is open to this process. Raises the InferenceError branch and ModelNotFound.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import grpc
from grpc import aio
from tritonclient.grpc import service_pb2, service_pb2_grpc

from orchestrator.errors import CouncilError, InferenceError, InferenceUnavailable, ModelNotFound

# A 7B engine was seen to take 80-145 s by others, the start of the container included.
LOAD_TIMEOUT_S = 600.0
_QUERY_TIMEOUT_S = 10.0
_POLL_S = 0.2


class TritonControl:
    """`headers` is the gRPC metadata that opens the protocol where it is restricted."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self.url = url
        self._metadata = tuple((headers or {}).items())
        self._channel = aio.insecure_channel(url)
        self._stub = service_pb2_grpc.GRPCInferenceServiceStub(self._channel)

    async def aclose(self) -> None:
        await self._channel.close()

    async def wait_until_live(self, timeout_s: float) -> None:
        """Return when the server answers. Raises InferenceUnavailable when it does not within the time."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                await self._stub.ServerLive(service_pb2.ServerLiveRequest(), timeout=_QUERY_TIMEOUT_S)
                return
            except aio.AioRpcError as error:
                if time.monotonic() >= deadline:
                    raise self._typed(error, "the server") from error
            await asyncio.sleep(_POLL_S)

    async def load(self, model: str) -> None:
        """Return when the model is ready. Raises ModelNotFound when the server's repository lacks it."""
        if not await self.state(model):
            raise ModelNotFound(
                f"Triton at {self.url} has no model {model!r} in its repository", param="model"
            )
        request = service_pb2.RepositoryModelLoadRequest(model_name=model)
        try:
            await self._stub.RepositoryModelLoad(request, timeout=LOAD_TIMEOUT_S, metadata=self._metadata)
        except aio.AioRpcError as error:
            raise self._typed(error, f"loading {model}") from error

    async def unload(self, model: str) -> None:
        """Return when the model is gone: Triton's answer comes before its running streams have ended."""
        request = service_pb2.RepositoryModelUnloadRequest(model_name=model)
        try:
            await self._stub.RepositoryModelUnload(request, timeout=_QUERY_TIMEOUT_S, metadata=self._metadata)
        except aio.AioRpcError as error:
            raise self._typed(error, f"unloading {model}") from error
        deadline = time.monotonic() + LOAD_TIMEOUT_S
        while await self.state(model) not in ("UNAVAILABLE", "KNOWN", ""):
            if time.monotonic() >= deadline:
                raise InferenceError(f"{model} is still loaded {LOAD_TIMEOUT_S:.0f} s after it was unloaded")
            await asyncio.sleep(_POLL_S)

    async def state(self, model: str) -> str:
        """READY, LOADING, UNLOADING, UNAVAILABLE; KNOWN when it was never loaded, empty when it is not there."""
        try:
            index = await self._stub.RepositoryIndex(
                service_pb2.RepositoryIndexRequest(), timeout=_QUERY_TIMEOUT_S, metadata=self._metadata
            )
        except aio.AioRpcError as error:
            raise self._typed(error, "the list of models") from error
        states = [entry.state or "KNOWN" for entry in index.models if entry.name == model]
        return states[0] if states else ""

    async def parameter(self, model: str, name: str) -> str | None:
        """A parameter of a loaded model's config."""
        request = service_pb2.ModelConfigRequest(name=model)
        try:
            reply = await self._stub.ModelConfig(request, timeout=_QUERY_TIMEOUT_S)
        except aio.AioRpcError as error:
            raise self._typed(error, f"the config of {model}") from error
        parameters = reply.config.parameters
        return str(parameters[name].string_value) if name in parameters else None

    def _typed(self, error: aio.AioRpcError, what: str) -> CouncilError:
        said = error.details() or error.code().name
        if error.code() is grpc.StatusCode.UNAVAILABLE:
            return InferenceUnavailable(f"Triton at {self.url} does not answer: {said}", retry_after_s=2)
        return InferenceError(f"{what}: Triton at {self.url} says: {said}")
