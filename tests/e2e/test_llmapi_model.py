"""The LLM API model (`triton_repo/llmapi`) in the real tritonserver, over a recorded stand-in of `tensorrt_llm`.

The stand-in has no model and counts upwards from the prompt's last token; what it can show is our side: tensors,
streaming, cancel, stop, errors and the bounded queue. That TensorRT-LLM does what was recorded of it is for a GPU.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engines.record import load_records
from engines.triton_llmapi_config import llmapi_config, llmapi_engine
from orchestrator.inference.triton import TritonBackend
from orchestrator.inference.types import Sampling, TokenRequest
from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.triton_server import TritonServer
from tests.contract.client import ContractClient
from tests.contract.tensors import LOG_PROBS, Refused
from tests.fakes.stand_in_repository import (
    MODEL,
    STAND_INS,
    changed,
    launch,
    load_error,
    named,
    noted,
    write_model,
)

RECORDS = load_records()
FAILS, HANGS = 90, 91
RUNNING, WAITING = 2, 3


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("llmapi") / "log"


@pytest.fixture(scope="module")
async def server(log: Path) -> AsyncIterator[TritonServer]:
    packages = log.parent / "packages"
    packages.mkdir()
    for name in ("llmapi", "llama_cpu"):
        (packages / name).symlink_to(PROJECT_ROOT / "triton_repo" / name)
    (packages / "tensorrt_llm").symlink_to(STAND_INS / "tensorrt_llm")
    record = RECORDS[MODEL]
    assert record.gpu is not None
    record = record.model_copy(update={"gpu": record.gpu.model_copy(update={"max_queue_size": WAITING})})
    config = llmapi_config(record, replace(llmapi_engine(record), max_batch_size=RUNNING))
    model_py = (PROJECT_ROOT / "triton_repo" / "llmapi" / "model.py").read_text()
    repository = log.parent / "repository"
    write_model(repository, MODEL, config, model_py)
    write_model(
        repository,
        "missing",
        changed(named(config, "missing"), (f"/models/{MODEL}", "/models/missing")),
        model_py,
    )
    env = {"STAND_IN_LOG": str(log), "COUNCIL_TRITON_REPO": str(packages)}
    async with TritonServer(launch(repository, log.parent, **env)) as server:
        error = await load_error(server, MODEL)
        assert error == "", f"{error}\n{server.log}"
        yield server


@pytest.fixture
async def client(server: TritonServer) -> AsyncIterator[ContractClient]:
    client = ContractClient(server.grpc_url, MODEL, 20.0, server.control_headers)
    yield client
    await client.aclose()


@pytest.fixture
def aborted(log: Path) -> Any:
    """Prompts whose generation was aborted in the engine since the test began."""
    before = len(noted(log))

    def prompts() -> list[list[int]]:
        return [value for what, value in noted(log)[before:] if what == "abort"]

    return prompts


async def test_the_engine_is_made_as_the_config_says(client: ContractClient, log: Path) -> None:
    made = dict(noted(log)[:1])["LLM"]
    record, engine = RECORDS[MODEL], llmapi_engine(RECORDS[MODEL])
    assert record.gpu is not None
    assert (
        made.pop("kv_cache_config").items()
        >= {
            "max_tokens": engine.kv_tokens,
            "free_gpu_memory_fraction": 0.9,
            "enable_block_reuse": True,
            "tokens_per_block": record.gpu.limits.tokens_per_block,
        }.items()
    )
    assert made.pop("cuda_graph_config")["max_batch_size"] == RUNNING
    assert made == {
        "model": f"/models/{MODEL}",
        "backend": "pytorch",
        "max_batch_size": RUNNING,
        "max_num_tokens": record.gpu.limits.max_num_tokens,
        "max_seq_len": record.limits.max_seq_len,
        "enable_chunked_prefill": True,
        "sampler_type": "TRTLLMSampler",
        "guided_decoding_backend": "xgrammar",
    }


async def test_tokens_are_streamed_as_they_come(client: ContractClient) -> None:
    answer = await client.generate([5, 10], 4)
    assert [response.tokens for response in answer.responses] == [[11], [12], [13], [14]]
    assert answer.finals == [False, False, False, True]


async def test_an_answer_that_ends_by_itself_has_the_end_token(client: ContractClient) -> None:
    answer = await client.generate([5, 10], 50, end_id=14)
    assert answer.tokens == [11, 12, 13, 14]
    assert answer.finals[-1]


async def test_without_streaming_there_is_one_response(client: ContractClient) -> None:
    answer = await client.generate([5, 10], 4, streaming=False, exclude_input_in_output=False)
    assert [response.tokens for response in answer.responses] == [[5, 10, 11, 12, 13, 14]]
    assert answer.finals == [True]


async def test_log_probabilities_and_times(client: ContractClient) -> None:
    outputs = [*LOG_PROBS, "arrival_time_ns", "first_token_time_ns", "last_token_time_ns"]
    answer = await client.generate(
        [5, 10], 4, outputs=outputs, return_log_probs=True, return_perf_metrics=True
    )
    assert answer.log_probs() == [-0.5, -0.25, -0.5, -0.25]
    last = answer.responses[-1].outputs
    assert last["cum_log_probs"].tolist() == [[-1.5]]
    times = [int(last[name].item()) for name in outputs[-3:]]
    assert 0 < times[0] < times[1] < times[2]


async def test_a_stop_word_ends_the_engines_work(client: ContractClient, aborted: Any) -> None:
    answer = await client.generate([5, 10], 1000, stop_words_list=[[13, 14]])
    assert answer.tokens == [11, 12, 13, 14]
    assert answer.finals[-1]
    await until(lambda: aborted() == [[5, 10]])


async def test_the_orchestrators_own_client_reads_it(server: TritonServer) -> None:
    backend = TritonBackend(server.grpc_url, first_token_timeout_s=10.0, inter_token_timeout_s=10.0)
    request = TokenRequest("mine", (5, 10), 9, 14, 2, Sampling(vocab_size=32_000, logit_bias={1: 1.0}))
    try:
        chunks = [chunk async for chunk in backend.generate(MODEL, request)]
    finally:
        await backend.aclose()
    assert [token for chunk in chunks for token in chunk.token_ids] == [11, 12, 13, 14]
    assert chunks[-1].final


@pytest.mark.parametrize("first", [5, HANGS], ids=["in decode", "before the first token"])
async def test_a_client_that_leaves_ends_the_engines_work(
    client: ContractClient, aborted: Any, first: int
) -> None:
    call = client.stream([first, 10], 5000)
    reading = asyncio.create_task(call.read_until_cancelled())
    if first == HANGS:
        await asyncio.sleep(0.2)
    else:
        await call.first.wait()
    call.cancel()
    await until(lambda: aborted() == [[first, 10]])
    await reading


async def test_a_stop_request_ends_the_stream_without_an_error(client: ContractClient, aborted: Any) -> None:
    call = client.stream([5, 10], 5000)
    reading = asyncio.create_task(call.collect())
    await call.first.wait()
    reply = await client.stop(call.request_id)
    assert (reply.tokens, reply.finals) == ([], [True])
    answer = await asyncio.wait_for(reading, 5.0)
    assert answer.finals.count(True) == 1
    assert answer.finals[-1]
    assert aborted() == [[5, 10]]


async def test_stopping_what_is_not_there_is_no_error(client: ContractClient) -> None:
    assert (await client.stop("long gone")).finals == [True]


async def test_more_than_may_wait_are_refused_and_then_taken_again(
    client: ContractClient, aborted: Any
) -> None:
    calls = [client.stream([HANGS, number], 10) for number in range(RUNNING + WAITING)]
    readings = [asyncio.create_task(call.read_until_cancelled()) for call in calls]
    await asyncio.sleep(0.3)
    with pytest.raises(Refused, match=rf"Exceeds maximum queue size \({WAITING}\)"):
        await client.generate([5, 10], 1)
    for call in calls:
        call.cancel()
    await asyncio.gather(*readings)
    await until(lambda: len(aborted()) == len(calls))
    assert (await client.generate([5, 10], 1)).tokens == [11]


async def test_an_engine_error_ends_its_stream_and_no_other(client: ContractClient) -> None:
    other = asyncio.create_task(client.generate([5, 10], 100))
    with pytest.raises(
        Refused,
        match="Executor failed process requestId bad due to the following error: the engine has failed",
    ):
        await client.generate([FAILS, 10], 10, request_id="bad")
    assert len((await other).tokens) == 100


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"request_output_len": 0}, "request_output_len must be positive"),
        ({"runtime_top_p": 2.0}, "Incorrect sampling config"),
        ({"bad_words_list": [[5, 6]]}, "words of one token only"),
        ({"guided_decoding_guide_type": "json_schema", "guided_decoding_guide": "{"}, "Guided decoding"),
        ({"stop": True, "request_id": ""}, "request ID is not provided"),
    ],
    ids=["no output", "sampling", "bad word", "guide", "stop without id"],
)
async def test_what_cannot_be_served_is_refused_with_a_reason(
    client: ContractClient, inputs: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        await client.generate([5, 10], inputs.pop("request_output_len", 4), **inputs)


async def test_a_prompt_that_is_too_long_is_refused(client: ContractClient) -> None:
    with pytest.raises(Refused, match=r"Prompt length \(8192\) exceeds maximum input length \(8191\)"):
        await client.generate([5] * 8192, 4)


async def test_a_model_that_does_not_load_says_why(server: TritonServer) -> None:
    assert "no model in /models/missing" in await load_error(server, "missing")


async def test_unloading_shuts_the_engine_down_and_it_can_be_loaded_again(
    client: ContractClient, server: TritonServer, log: Path
) -> None:
    shutdowns = count_of(log, "shutdown")
    await client.unload()
    await until(lambda: count_of(log, "shutdown") == shutdowns + 1)
    await until_state(client, "UNAVAILABLE")
    assert await load_error(server, MODEL) == ""
    assert (await client.generate([5, 10], 1)).tokens == [11]


def count_of(log: Path, what: str) -> int:
    return sum(1 for name, _ in noted(log) if name == what)


async def until(condition: Any, timeout_s: float = 5.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.01)


async def until_state(client: ContractClient, state: str) -> None:
    async with asyncio.timeout(10.0):
        while (await client.state())[0] != state:
            await asyncio.sleep(0.05)
