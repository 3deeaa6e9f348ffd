"""A small asynchronous Triton client: one ModelStreamInfer call for each request."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from tritonclient.grpc import service_pb2, service_pb2_grpc

from .tensors import Refused, Response, infer_request, parse


@dataclass(slots=True)
class Generation:
    """A finished stream: what came, and when."""

    request_id: str
    started_s: float
    responses: list[Response] = field(default_factory=list)

    @property
    def tokens(self) -> list[int]:
        return [token for response in self.responses for token in response.tokens]

    @property
    def token_times_s(self) -> list[float]:
        return [response.at_s for response in self.responses if response.tokens]

    @property
    def first_token_ms(self) -> float:
        return (self.token_times_s[0] - self.started_s) * 1000

    def between(self, start_s: float, end_s: float) -> list[Response]:
        """Responses that came in this time."""
        return [response for response in self.responses if start_s <= response.at_s <= end_s]

    @property
    def finals(self) -> list[bool]:
        return [response.final for response in self.responses]

    def log_probs(self) -> list[float]:
        """All per-token log-probs of beam 0, in order."""
        return [
            float(value)
            for response in self.responses
            if "output_log_probs" in response.outputs
            for value in response.outputs["output_log_probs"].reshape(-1)
        ]


class TokenCall:
    """One running stream. `seen` grows as it is iterated; `cancel` is the client's gRPC cancel."""

    def __init__(self, call: Any, request_id: str) -> None:
        self._call = call
        self.seen = Generation(request_id, time.perf_counter())
        self.first = asyncio.Event()

    @property
    def request_id(self) -> str:
        return self.seen.request_id

    def cancel(self) -> None:
        self._call.cancel()

    async def messages(self) -> AsyncIterator[Response]:
        """Every message as it comes, not kept. Raises Refused."""
        async for message in self._call:
            yield parse(message, time.perf_counter())

    async def __aiter__(self) -> AsyncIterator[Response]:
        async for response in self.messages():
            self.seen.responses.append(response)
            if response.tokens:
                self.first.set()
            yield response

    async def collect(self) -> Generation:
        """Read until the server closes the stream. Raises Refused or grpc.aio.AioRpcError.

        An in-band error must also end the stream: it is raised only when the server closed it.
        """
        refusal: Refused | None = None
        while True:
            try:
                async for _ in self:
                    pass
                break
            except Refused as error:
                refusal = refusal or error
        if refusal is not None:
            raise refusal
        return self.seen

    async def read_until_cancelled(self) -> Generation:
        """Like `collect`, but ends quietly when this side cancels the call."""
        try:
            return await self.collect()
        except asyncio.CancelledError:
            # grpc.aio raises it for a call cancelled locally; a cancelled *task* must still die.
            if not self._call.cancelled():
                raise
        except grpc.aio.AioRpcError as error:
            # What it raises instead where the cancel comes between two reads: seen a few times in 3,000 rapid cancels.
            if error.code() is not grpc.StatusCode.CANCELLED or not self._call.cancelled():
                raise
        return self.seen


class ContractClient:
    """Speaks to one model of one server. Close it with `aclose`."""

    def __init__(
        self, address: str, model: str, timeout_s: float, control_headers: Mapping[str, str]
    ) -> None:
        self.model = model
        self.timeout_s = timeout_s
        self._control = tuple(control_headers.items())
        self._channel = grpc.aio.insecure_channel(
            address, options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
        )
        self.stub = service_pb2_grpc.GRPCInferenceServiceStub(self._channel)

    async def aclose(self) -> None:
        await self._channel.close()

    def request(self, prompt_ids: Sequence[int], max_tokens: int, **fields: Any) -> Any:
        fields.setdefault("request_id", str(uuid.uuid4()))
        return infer_request(self.model, prompt_ids, max_tokens, **fields)

    def send(self, request: Any) -> TokenCall:
        """Open a stream for one request; it starts at once, read or not."""
        call = self.stub.ModelStreamInfer(iter([request]), timeout=self.timeout_s)
        return TokenCall(call, request.id)

    def stream(self, prompt_ids: Sequence[int], max_tokens: int, **fields: Any) -> TokenCall:
        return self.send(self.request(prompt_ids, max_tokens, **fields))

    async def generate(self, prompt_ids: Sequence[int], max_tokens: int, **fields: Any) -> Generation:
        return await self.stream(prompt_ids, max_tokens, **fields).collect()

    async def stop(self, request_id: str) -> Generation:
        """The contract's second way to cancel: same id, `stop`, and the required inputs."""
        return await self.generate([1], 1, request_id=request_id, stop=True)

    async def model_config(self) -> Any:
        request = service_pb2.ModelConfigRequest(name=self.model)
        return (await self.stub.ModelConfig(request, timeout=self.timeout_s)).config

    async def state(self) -> tuple[str, str]:
        """(state, reason) of the model in the repository index; ("", "") when not listed."""
        index = await self.stub.RepositoryIndex(
            service_pb2.RepositoryIndexRequest(), timeout=self.timeout_s, metadata=self._control
        )
        for entry in index.models:
            if entry.name == self.model:
                return entry.state, entry.reason
        return "", ""

    async def load(self, model: str, timeout_s: float) -> None:
        request = service_pb2.RepositoryModelLoadRequest(model_name=model)
        await self.stub.RepositoryModelLoad(request, timeout=timeout_s, metadata=self._control)

    async def unload(self) -> None:
        request = service_pb2.RepositoryModelUnloadRequest(model_name=self.model)
        await self.stub.RepositoryModelUnload(request, timeout=self.timeout_s, metadata=self._control)
