"""Many requests at once: a bounded queue, nothing hangs, nothing leaks."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

import pytest

from .client import ContractClient, Generation, TokenCall
from .firm import FIRM_TOKENS
from .load import held_slots, started, unknown_prompt
from .metrics import EngineCounters, idle
from .target import Target
from .tensors import Refused
from .timings import Record

STREAMS = 200
RAPID_CANCELS = 100


async def outcome(call: TokenCall) -> Generation | Refused:
    try:
        return await call.collect()
    except Refused as refusal:
        return refusal


@pytest.mark.timeout(600)
async def test_two_hundred_streams(
    client: ContractClient,
    target: Target,
    slots: int,
    firm: list[int],
    greedy: Generation,
    record: Record,
    answers: Any,
) -> None:
    """Each is right or refused; a hang shows as the call's deadline."""
    begun = time.perf_counter()
    calls = [client.stream(firm, 12, runtime_top_k=1) for _ in range(STREAMS)]
    outcomes = await asyncio.gather(*(outcome(call) for call in calls))
    done = [each for each in outcomes if isinstance(each, Generation)]
    refused = [str(each) for each in outcomes if isinstance(each, Refused)]
    record.add("200 streams of 12 tokens: all ended", (time.perf_counter() - begun) * 1000)
    record.add("200 streams: refused, queue full (count)", len(refused))
    record.add("200 streams: time to first token", *(each.first_token_ms for each in done))
    assert len(done) + len(refused) == STREAMS
    assert len(done) >= min(STREAMS, slots + target.queue_size)
    assert all("maximum queue size" in text for text in refused)
    assert all(len(each.tokens) == 12 and each.finals.count(True) == 1 for each in done)
    assert all(each.tokens == greedy.tokens[:12] for each in done)
    await answers()


async def test_queue_holds_exactly_its_size(
    client: ContractClient,
    counters: EngineCounters,
    target: Target,
    slots: int,
    record: Record,
    answers: Any,
) -> None:
    async with held_slots(client, slots, tokens=2000):
        calls = [client.stream(unknown_prompt(8), 2) for _ in range(target.queue_size + 10)]
        outcomes = [asyncio.ensure_future(outcome(call)) for call in calls]
        await counters.wait_for(lambda now: now["waiting"] == target.queue_size)
        done, _ = await asyncio.wait(outcomes, timeout=5.0)
        texts = [str(each.result()) for each in done]
        assert len(texts) == 10
        assert all("maximum queue size" in text for text in texts)
        record.error("queue full", texts[0])
    finished = [await each for each in outcomes]
    assert sum(isinstance(each, Generation) for each in finished) == target.queue_size
    await answers()


@pytest.mark.timeout(600)
async def test_a_hundred_rapid_cancels(
    client: ContractClient, counters: EngineCounters, record: Record, answers: Any
) -> None:
    """Cancelled anywhere between the wire and the first tokens, by either way, a few at a time."""

    async def one(number: int) -> None:
        call = client.stream(unknown_prompt(random.choice((8, 300))), 500)
        reading = asyncio.ensure_future(call.read_until_cancelled())
        await asyncio.sleep(random.uniform(0.0, 0.15))
        if number % 3 == 0:
            await client.stop(call.request_id)
        call.cancel()
        await asyncio.wait_for(reading, client.timeout_s)

    begun = time.perf_counter()
    for first in range(0, RAPID_CANCELS, 5):
        await asyncio.gather(*(one(number) for number in range(first, first + 5)))
    last = time.perf_counter()
    free = await counters.wait_for(idle, timeout_s=10.0)
    record.add("100 rapid cancels: all sent", (last - begun) * 1000)
    record.add("100 rapid cancels: baseline after the last", (free - last) * 1000)
    await answers()


async def test_duplicate_id_of_a_running_stream(
    client: ContractClient, firm: list[int], greedy: Generation, record: Record, answers: Any
) -> None:
    """TensorRT-LLM leaves open what the second gets; but never a hang, and never the other's tokens."""
    first = client.stream(firm, 64, runtime_top_k=1)
    reading = await started(client, first)
    second = await outcome(client.stream(unknown_prompt(8), 8, request_id=first.request_id))
    if isinstance(second, Refused):
        record.error("duplicate id", str(second))
    else:
        assert len(second.tokens) == 8
    generation = await reading
    assert generation.tokens[:FIRM_TOKENS] == greedy.tokens
    assert len(generation.tokens) == 64
    await answers()
