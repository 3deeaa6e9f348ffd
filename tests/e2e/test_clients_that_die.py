"""A client that promised `stop` and dies: the engine is not left running for it."""

from __future__ import annotations

import uuid

import grpc
from tritonclient.grpc import service_pb2_grpc

from orchestrator.inference.triton import encode_request
from orchestrator.inference.types import Sampling, TokenRequest
from tests.conftest import MODEL, RunningTriton
from tests.contract.metrics import EngineCounters, idle

ALLOWED = frozenset(
    {"streaming", "exclude_input_in_output", "runtime_top_k", "runtime_top_p", "end_id", "pad_id"}
)


async def test_a_promise_that_is_not_kept_is_found_out(
    triton: RunningTriton, counters: EngineCounters
) -> None:
    # No end token, and more tokens than the engine makes before a test gives up.
    request = TokenRequest(str(uuid.uuid4()), list(range(100, 120)), 4000, -1, 2, Sampling(top_k=1))
    message = encode_request(MODEL, request, ALLOWED, streaming=True)
    assert message.parameters["client_sends_stop"].bool_param
    async with grpc.aio.insecure_channel(triton.grpc_address) as channel:
        call = service_pb2_grpc.GRPCInferenceServiceStub(channel).ModelStreamInfer()
        await call.write(message)
        await call.read()
        await counters.wait_for(lambda counts: not idle(counts), 5)
        call.cancel()
    await counters.wait_for(idle, 5)
