"""A model that hangs is found out; one that is only slow is left alone, and nobody waits for either."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.inference import pulse
from orchestrator.inference.pulse import HUNG_AFTER_S, Pulse


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1000.0
        monkeypatch.setattr(pulse, "monotonic", lambda: self.now_s)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Model:
    def __init__(self) -> None:
        self.asked = 0
        self.answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    async def __call__(self) -> str | None:
        self.asked += 1
        return await asyncio.shield(self.answer)


async def test_silence_is_a_fault_only_after_a_while_and_an_answer_ends_it(clock: Clock) -> None:
    model = Model()
    beat = Pulse(model)
    assert beat.fault() is None
    clock.now_s += HUNG_AFTER_S - 1
    assert beat.fault() is None
    clock.now_s += 2
    assert beat.fault() == f"the model has not answered for {HUNG_AFTER_S + 1:.0f} s"
    model.answer.set_result(None)
    await asyncio.sleep(0.01)
    assert beat.fault() is None
    await beat.aclose()


async def test_what_the_model_says_is_wrong_stays_until_it_says_otherwise(clock: Clock) -> None:
    model = Model()
    model.answer.set_result("the engine stopped")
    beat = Pulse(model)
    beat.fault()
    await asyncio.sleep(0.01)
    assert beat.fault() == "the engine stopped"
    model.answer = asyncio.get_running_loop().create_future()
    clock.now_s += 2
    assert beat.fault() == "the engine stopped"
    model.answer.set_result(None)
    await asyncio.sleep(0.01)
    assert beat.fault() is None
    await beat.aclose()


async def test_one_question_at_a_time_and_not_more_than_one_a_second(clock: Clock) -> None:
    model = Model()
    beat = Pulse(model)
    for _ in range(5):
        beat.fault()
    await asyncio.sleep(0.01)
    assert model.asked == 1
    model.answer.set_result(None)
    await asyncio.sleep(0.01)
    beat.fault()
    await asyncio.sleep(0.01)
    assert model.asked == 1
    clock.now_s += 1.5
    beat.fault()
    await asyncio.sleep(0.01)
    assert model.asked == 2
    await beat.aclose()


async def test_closing_leaves_no_question_behind(clock: Clock) -> None:
    before = asyncio.all_tasks()
    beat = Pulse(Model())
    beat.fault()
    assert asyncio.all_tasks() != before
    await beat.aclose()
    assert asyncio.all_tasks() == before
