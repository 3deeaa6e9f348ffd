"""Cancel by gRPC and by a `stop` request: while queued, in prefill and in decode."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from statistics import median
from typing import Any, Literal

import pytest

from .client import ContractClient, Generation, TokenCall
from .load import held_slots, started, unknown_prompt
from .metrics import Counters, EngineCounters, idle
from .target import Target
from .tensors import Refused
from .timings import Record

Way = Literal["grpc", "stop"]
WAYS: tuple[Way, ...] = ("grpc", "stop")
PREFILL_TOKENS = 3000


def prefill_length(target: Target) -> int:
    return min(PREFILL_TOKENS, target.max_seq_len - 64)


async def cancel_and_time(
    client: ContractClient,
    counters: EngineCounters,
    call: TokenCall,
    way: Way,
    freed: Callable[[Counters], bool],
) -> float:
    """Cancel; milliseconds until the counters say that the place in the engine is free."""
    begun = time.perf_counter()
    stopping: asyncio.Task[Generation] | None = None
    if way == "grpc":
        call.cancel()
    else:
        stopping = asyncio.ensure_future(client.stop(call.request_id))
    free = await counters.wait_for(freed)
    if stopping is not None:
        await check_stop_reply(await stopping)
    return (free - begun) * 1000


async def check_stop_reply(reply: Generation) -> None:
    """Success without a token and with one final."""
    assert reply.tokens == []
    assert reply.finals == [True]


async def check_victim(reading: asyncio.Task[Generation], way: Way) -> Generation:
    """A stopped stream ends with one final and no error; a gRPC cancel just ends here."""
    victim = await asyncio.wait_for(reading, 10.0)
    if way == "stop":
        assert victim.finals[-1:] == [True]
        assert victim.finals.count(True) == 1
    return victim


@pytest.fixture
def judge(record: Record, pytestconfig: pytest.Config) -> Callable[[str, list[float]], None]:
    bound_ms: float = pytestconfig.getoption("--cancel-bound-ms")

    def check(name: str, latencies_ms: list[float]) -> None:
        record.add(name, *latencies_ms)
        assert median(latencies_ms) <= bound_ms, f"slot free after {sorted(latencies_ms)} ms"

    return check


@pytest.fixture(scope="session")
def tries(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("--cancel-tries"))


@pytest.mark.parametrize("way", WAYS)
async def test_cancel_in_decode(
    client: ContractClient, counters: EngineCounters, judge: Any, tries: int, answers: Any, way: Way
) -> None:
    latencies = []
    for _ in range(tries):
        call = client.stream(unknown_prompt(16), 1000)
        reading = await started(client, call)
        # The counters are told after the step whose tokens were sent, so they may be a moment behind the first token.
        await counters.wait_for(lambda now: now["active"] == 1)
        latencies.append(await cancel_and_time(client, counters, call, way, idle))
        assert 0 < len((await check_victim(reading, way)).tokens) < 1000
    judge(f"cancel in decode by {way}: slot free", latencies)
    await answers()


@pytest.mark.parametrize("way", WAYS)
async def test_cancel_in_prefill(
    client: ContractClient,
    counters: EngineCounters,
    target: Target,
    judge: Any,
    tries: int,
    answers: Any,
    way: Way,
) -> None:
    latencies = []
    for _ in range(tries):
        call = client.stream(unknown_prompt(prefill_length(target)), 8)
        reading = asyncio.ensure_future(call.read_until_cancelled())
        await counters.wait_for(lambda now: now["context"] >= 1)
        latencies.append(await cancel_and_time(client, counters, call, way, idle))
        assert (await check_victim(reading, way)).tokens == [], "the prefill was over before the cancel"
    judge(f"cancel in prefill by {way}: slot free", latencies)
    await answers()


@pytest.mark.parametrize("way", WAYS)
async def test_cancel_while_queued(
    client: ContractClient,
    counters: EngineCounters,
    slots: int,
    judge: Any,
    tries: int,
    answers: Any,
    way: Way,
) -> None:
    latencies = []
    async with held_slots(client, slots, tokens=2000):
        for _ in range(tries):
            call = client.stream(unknown_prompt(16), 8)
            reading = asyncio.ensure_future(call.read_until_cancelled())
            await counters.wait_for(lambda now: now["waiting"] >= 1)
            gone = await cancel_and_time(client, counters, call, way, lambda now: now["waiting"] == 0)
            latencies.append(gone)
            assert (await check_victim(reading, way)).tokens == []
    judge(f"cancel while queued by {way}: place free", latencies)
    await counters.wait_for(idle)
    await answers()


async def test_a_freed_slot_is_used_at_once(
    client: ContractClient, counters: EngineCounters, slots: int, record: Record
) -> None:
    """With every slot taken, a queued request starts when one of the streams is cancelled."""
    async with AsyncExitStack() as stack:
        held = await stack.enter_async_context(held_slots(client, slots - 1, tokens=2000))
        last = client.stream(unknown_prompt(8), 2000)
        reading = await started(client, last)
        queued = client.stream(unknown_prompt(8), 2)
        finishing = asyncio.ensure_future(queued.collect())
        await counters.wait_for(lambda now: now["waiting"] >= 1)
        begun = time.perf_counter()
        last.cancel()
        generation = await finishing
        assert len(generation.tokens) == 2
        record.add("cancel: next in queue has its first token", (generation.token_times_s[0] - begun) * 1000)
        await reading
        assert len(held) == slots - 1


async def test_stop_of_an_unknown_id_succeeds(client: ContractClient, answers: Any) -> None:
    await check_stop_reply(await client.stop("00000000-0000-0000-0000-000000000000"))
    await answers()


async def test_stop_of_a_finished_id_succeeds(client: ContractClient, story: list[int], answers: Any) -> None:
    finished = await client.generate(story, 2)
    await check_stop_reply(await client.stop(finished.request_id))
    await answers()


async def test_stop_without_an_id_is_refused(client: ContractClient, record: Record, answers: Any) -> None:
    with pytest.raises(Refused) as caught:
        await client.stop("")
    record.error("stop without id", str(caught.value))
    assert "Trying to stop a request but request ID is not provided" in str(caught.value)
    await answers()


async def test_stop_ends_only_its_own_stream(client: ContractClient, story: list[int]) -> None:
    other = client.stream(story, 48, runtime_top_k=1)
    victim = client.stream(unknown_prompt(8), 1000)
    reading = await started(client, victim)
    await check_stop_reply(await client.stop(victim.request_id))
    await check_victim(reading, "stop")
    assert len((await other.collect()).tokens) == 48


async def test_an_id_can_be_used_again_after_a_stop(
    client: ContractClient, firm: list[int], greedy: Generation
) -> None:
    victim = client.stream(unknown_prompt(8), 1000)
    reading = await started(client, victim)
    await client.stop(victim.request_id)
    await reading
    again = await client.generate(firm, 8, runtime_top_k=1, request_id=victim.request_id)
    assert again.tokens == greedy.tokens[:8]
