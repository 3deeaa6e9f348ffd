"""Names, types, dimensions and policies that the model declares."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from tritonclient.grpc import service_pb2

from .client import ContractClient
from .metrics import EngineCounters
from .tensors import INPUTS, OUTPUTS, REQUIRED

CONFIG_TYPES = {"BYTES": "TYPE_STRING"}


@pytest.fixture(scope="module")
async def config(client: ContractClient) -> Any:
    return await client.model_config()


@pytest.fixture(scope="module")
async def metadata(client: ContractClient) -> Any:
    return await client.stub.ModelMetadata(service_pb2.ModelMetadataRequest(name=client.model))


def _type_name(tensor: Any) -> str:
    return str(service_pb2.model__config__pb2.DataType.Name(tensor.data_type))


@pytest.mark.parametrize("name", INPUTS)
def test_declares_input(config: Any, metadata: Any, name: str) -> None:
    datatype, dims = INPUTS[name]
    declared = next(tensor for tensor in config.input if tensor.name == name)
    described = next(tensor for tensor in metadata.inputs if tensor.name == name)
    assert _type_name(declared) == CONFIG_TYPES.get(datatype, f"TYPE_{datatype}")
    assert tuple(declared.dims) == dims
    assert described.datatype == datatype
    assert tuple(described.shape) == (-1, *dims)


@pytest.mark.parametrize("name", [name for name in INPUTS if name not in REQUIRED])
def test_input_is_optional(config: Any, name: str) -> None:
    declared = next(tensor for tensor in config.input if tensor.name == name)
    assert declared.optional


@pytest.mark.parametrize("name", ["input_lengths", "request_output_len"])
def test_input_is_required(config: Any, name: str) -> None:
    declared = next(tensor for tensor in config.input if tensor.name == name)
    assert not declared.optional


@pytest.mark.parametrize("name", OUTPUTS)
def test_declares_output(config: Any, metadata: Any, name: str) -> None:
    datatype, dims = OUTPUTS[name]
    declared = next(tensor for tensor in config.output if tensor.name == name)
    described = next(tensor for tensor in metadata.outputs if tensor.name == name)
    assert _type_name(declared) == f"TYPE_{datatype}"
    assert tuple(declared.dims) == dims
    assert described.datatype == datatype
    assert tuple(described.shape) == (-1, *dims)


def test_is_decoupled_and_batched(config: Any) -> None:
    assert config.model_transaction_policy.decoupled
    assert config.max_batch_size >= 1


async def test_is_ready_and_live(client: ContractClient) -> None:
    assert (await client.stub.ServerLive(service_pb2.ServerLiveRequest())).live
    assert (await client.stub.ServerReady(service_pb2.ServerReadyRequest())).ready
    assert (await client.stub.ModelReady(service_pb2.ModelReadyRequest(name=client.model))).ready


async def test_unary_call_is_unimplemented(client: ContractClient, story: list[int]) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.stub.ModelInfer(client.request(story, 2), timeout=client.timeout_s)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert "decoupled transaction policy" in (caught.value.details() or "")


async def test_publishes_request_counters(counters: EngineCounters, slots: int) -> None:
    published = await counters.read()
    assert {"active", "max", "scheduled", "context", "waiting"} <= set(published)
    assert published["max"] == slots


async def test_counts_requests(client: ContractClient, counters: EngineCounters, story: list[int]) -> None:
    before = await _successes(counters, client.model)
    await client.generate(story, 2)
    assert await _successes(counters, client.model) == before + 1


async def _successes(counters: EngineCounters, model: str) -> float:
    lines = (await counters.text()).splitlines()
    prefix = f'nv_inference_request_success{{model="{model}"'
    return next(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(prefix))
