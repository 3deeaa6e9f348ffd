"""The server dies or hangs in mid-stream: the client learns it at once, or waits and goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from .client import ContractClient
from .firm import FIRM_TOKENS
from .load import started
from .target import Target
from .timings import Record

HANG_S = 5.0
PAUSE_S = 1.5


@pytest.fixture
def server(request: pytest.FixtureRequest, target: Target) -> Any:
    """A server of this test's own."""
    if target.is_foreign:
        pytest.skip("kills and stops the server: not on one that this run did not start")
    return request.getfixturevalue("own_triton")


@pytest.fixture
async def own_client(server: Any, target: Target) -> AsyncIterator[ContractClient]:
    client = ContractClient(server.grpc_url, target.model, 60.0, server.control_headers)
    yield client
    await client.aclose()


async def test_kill_in_mid_stream_is_an_error_at_once(
    server: Any, own_client: ContractClient, story: list[int], record: Record
) -> None:
    """Then the same channel works again once the server is back."""
    call = own_client.stream(story, 2000)
    reading = await started(own_client, call)
    begun = time.perf_counter()
    await server.kill()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asyncio.wait_for(reading, HANG_S)
    record.add("server killed: stream broken", (time.perf_counter() - begun) * 1000)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert call.seen.tokens
    assert not any(call.seen.finals)
    await _refused_while_dead(own_client, story)
    await server.start()
    assert len((await _generate_when_back(own_client, story)).tokens) == 4


async def _refused_while_dead(client: ContractClient, story: list[int]) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asyncio.wait_for(client.generate(story, 2), HANG_S)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


async def _generate_when_back(client: ContractClient, story: list[int]) -> Any:
    """gRPC waits before it dials again: up to a few seconds after some failures."""
    async with asyncio.timeout(20.0):
        while True:
            try:
                return await client.generate(story, 4)
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
                await asyncio.sleep(0.2)


async def test_a_stopped_server_stalls_and_goes_on(
    server: Any, own_client: ContractClient, firm: list[int]
) -> None:
    """SIGSTOP: no token, no error; SIGCONT: the same stream ends complete, every token once."""
    whole = await own_client.generate(firm, 150, runtime_top_k=1)
    call = own_client.stream(firm, 150, runtime_top_k=1)
    reading = await started(own_client, call)
    server.pause()
    try:
        await asyncio.sleep(0.2)
        before = len(call.seen.tokens)
        await asyncio.sleep(PAUSE_S)
        assert len(call.seen.tokens) == before < 150
        assert not reading.done()
    finally:
        server.resume()
    generation = await asyncio.wait_for(reading, own_client.timeout_s)
    assert len(generation.tokens) == 150
    assert generation.tokens[:FIRM_TOKENS] == whole.tokens[:FIRM_TOKENS]
    assert generation.finals.count(True) == 1


async def test_a_cancel_during_the_stop_counts_after_it(
    server: Any, own_client: ContractClient, story: list[int]
) -> None:
    call = own_client.stream(story, 1500)
    reading = await started(own_client, call)
    server.pause()
    try:
        call.cancel()
        await asyncio.wait_for(reading, HANG_S)
    finally:
        server.resume()
    assert len((await own_client.generate(story, 8)).tokens) == 8
