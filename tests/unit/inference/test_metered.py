"""Tokens counted and paid below everything that generates: ended, aborted, failed, refused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from orchestrator.errors import BudgetExceeded, InferenceStreamBroken
from orchestrator.inference.metered import MeteredBackend
from orchestrator.inference.types import TokenRequest
from orchestrator.telemetry.request_context import ModelTally, RequestContext, current_request
from tests.fakes.backend import FakeBackend, Script

REQUEST = TokenRequest("r", [1, 2, 3], max_tokens=50, end_id=0, pad_id=0)
TOKENS = (5, 6, 7, 8)


@dataclass
class Purse:
    free: bool = False
    refuses: bool = False
    reserved: list[tuple[str, int, int]] = field(default_factory=list)
    settled: list[tuple[int, int]] = field(default_factory=list)

    def is_free(self, model: str) -> bool:
        return self.free

    async def reserve(self, model: str, prompt_tokens: int, most_new_tokens: int) -> str:
        if self.refuses:
            raise BudgetExceeded("nothing is left")
        self.reserved.append((model, prompt_tokens, most_new_tokens))
        return "held"

    def settle(self, held: str, prompt_tokens: int, new_tokens: int) -> None:
        self.settled.append((prompt_tokens, new_tokens))


@pytest.fixture
def context() -> RequestContext:
    context = RequestContext("req_1", "/hybrid")
    current_request.set(context)
    return context


async def drive(purse: Purse, script: Script, take: int = 1000) -> tuple[FakeBackend, int]:
    fake = FakeBackend(script)
    stream = MeteredBackend(fake, purse).generate("m", REQUEST)
    taken = 0
    try:
        async for chunk in stream:
            taken += len(chunk.token_ids)
            if taken >= take:
                break
    finally:
        await stream.aclose()
    return fake, taken


async def test_an_answer_is_reserved_at_its_most_and_settled_at_what_it_was(context: RequestContext) -> None:
    purse = Purse()
    _, taken = await drive(purse, Script(TOKENS))
    assert purse.reserved == [("m", 3, 50)]
    assert purse.settled == [(3, taken)]
    assert context.used == {"m": ModelTally(3, taken)}


async def test_an_aborted_answer_is_settled_with_what_was_delivered(context: RequestContext) -> None:
    purse = Purse()
    fake, taken = await drive(purse, Script(TOKENS, endless=True), take=7)
    assert taken == 7
    assert purse.settled == [(3, 7)]
    assert fake.cancelled == 1
    assert context.used == {"m": ModelTally(3, 7)}


async def test_one_that_breaks_is_settled_with_what_was_delivered(context: RequestContext) -> None:
    purse = Purse()
    with pytest.raises(InferenceStreamBroken):
        await drive(purse, Script(TOKENS, after_tokens=2, error=InferenceStreamBroken("gone")))
    assert purse.settled == [(3, 2)]


async def test_one_that_never_began_costs_nothing(context: RequestContext) -> None:
    purse = Purse()
    with pytest.raises(InferenceStreamBroken):
        await drive(purse, Script(TOKENS, error=InferenceStreamBroken("gone")))
    assert purse.settled == [(0, 0)]
    assert context.used == {"m": ModelTally()}


async def test_one_cancelled_while_it_waits_costs_nothing(context: RequestContext) -> None:
    purse = Purse()
    task = asyncio.create_task(drive(purse, Script(TOKENS, first_delay_s=3600)))
    while not purse.reserved:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait((task,))
    assert purse.settled == [(0, 0)]


async def test_without_budget_the_engine_is_not_asked(context: RequestContext) -> None:
    fake = FakeBackend(Script(TOKENS))
    purse = Purse(refuses=True)
    stream = MeteredBackend(fake, purse).generate("m", REQUEST)
    with pytest.raises(BudgetExceeded):
        await anext(aiter(stream))
    await stream.aclose()
    assert fake.requests == []
    assert purse.settled == []


async def test_free_models_are_counted_and_nobody_is_asked(context: RequestContext) -> None:
    purse = Purse(free=True)
    _, taken = await drive(purse, Script(TOKENS))
    assert (purse.reserved, purse.settled) == ([], [])
    assert context.used == {"m": ModelTally(3, taken)}


async def test_closing_twice_settles_once(context: RequestContext) -> None:
    purse = Purse()
    stream = MeteredBackend(FakeBackend(Script(TOKENS)), purse).generate("m", REQUEST)
    async for _ in stream:
        pass
    await stream.aclose()
    await stream.aclose()
    assert len(purse.settled) == 1


async def test_a_stream_that_was_never_read_costs_nothing(context: RequestContext) -> None:
    purse = Purse()
    fake = FakeBackend(Script(TOKENS))
    await MeteredBackend(fake, purse).generate("m", REQUEST).aclose()
    assert (fake.requests, purse.settled) == ([], [])
