"""Load and unload by the repository index, in explicit control mode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from .client import ContractClient, Generation
from .firm import FIRM_TOKENS
from .load import started
from .tensors import Refused
from .timings import Record

POLL_EVERY_S = 0.05


async def wait_for_state(client: ContractClient, state: str, timeout_s: float) -> str:
    """Poll the index until the model has that state; its reason."""
    async with asyncio.timeout(timeout_s):
        while True:
            found, reason = await client.state()
            if found == state:
                return reason
            await asyncio.sleep(POLL_EVERY_S)


@pytest.fixture
async def reloaded(client: ContractClient, pytestconfig: pytest.Config) -> AsyncIterator[float]:
    """Loads the model again whatever the test did to it; yields the longest load in seconds.

    Loading a loaded model is harmless and tells whether the server allows control at all.
    """
    timeout_s: float = pytestconfig.getoption("--triton-load-timeout-s")
    try:
        await client.load(client.model, timeout_s)
    except grpc.aio.AioRpcError as error:
        pytest.skip(f"the server does not allow model control: {error.details()}")
    yield timeout_s
    if (await client.state())[0] != "READY":
        await wait_for_state(client, "UNAVAILABLE", timeout_s)
        await client.load(client.model, timeout_s)


async def test_unload_lets_running_streams_finish(
    client: ContractClient, reloaded: float, firm: list[int], greedy: Generation, record: Record
) -> None:
    call = client.stream(firm, 150, runtime_top_k=1)
    reading = await started(client, call)
    await client.unload()
    assert not reading.done()
    with pytest.raises(Refused) as caught:
        await asyncio.wait_for(client.generate(firm, 2), 2.0)
    assert not reading.done(), "the refusal must not wait for the running stream"
    record.error("unloaded", str(caught.value))
    assert "no available versions" in str(caught.value) or "not ready" in str(caught.value)
    generation = await reading
    assert len(generation.tokens) == 150
    assert generation.tokens[:FIRM_TOKENS] == greedy.tokens
    assert await wait_for_state(client, "UNAVAILABLE", reloaded) == "unloaded"


async def test_the_index_names_the_model(client: ContractClient, reloaded: float) -> None:
    assert await client.state() == ("READY", "")


async def test_load_after_unload_works(
    client: ContractClient, reloaded: float, record: Record, answers: Any
) -> None:
    await client.unload()
    assert await wait_for_state(client, "UNAVAILABLE", reloaded) == "unloaded"
    begun = asyncio.get_running_loop().time()
    await client.load(client.model, reloaded)
    record.add("load after unload", (asyncio.get_running_loop().time() - begun) * 1000)
    assert await client.state() == ("READY", "")
    await answers()


async def test_load_of_a_loaded_model_keeps_it(client: ContractClient, reloaded: float, answers: Any) -> None:
    await client.load(client.model, reloaded)
    assert await client.state() == ("READY", "")
    await answers()


async def test_load_of_an_unknown_model_fails(
    client: ContractClient, reloaded: float, record: Record, answers: Any
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.load("no-such-model", reloaded)
    record.error("load of an unknown model", caught.value.details() or "")
    assert "failed to load 'no-such-model'" in (caught.value.details() or "")
    await answers()
