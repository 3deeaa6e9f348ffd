"""A model that hangs is found out; one that is only slow is left alone, and only the first question is waited for."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.inference import pulse
from orchestrator.inference.pulse import NobodyThereError, Pulse

HUNG_AFTER_S = 0.2


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "HUNG_AFTER_S", HUNG_AFTER_S)
    monkeypatch.setattr(pulse, "ASKED_EVERY_S", 0.01)


class Model:
    def __init__(self, fault: str | None = None) -> None:
        self.fault = fault
        self.asked = self.being_asked = 0
        self.answers = asyncio.Event()
        self.answers.set()

    async def __call__(self) -> str | None:
        self.asked += 1
        self.being_asked += 1
        await self.answers.wait()
        self.being_asked -= 1
        return self.fault


async def eventually(beat: Pulse, fault: str | None) -> None:
    async with asyncio.timeout(5):
        while await beat.fault() != fault:
            await asyncio.sleep(0.01)


async def test_a_model_that_hangs_already_is_found_out_by_the_first_question() -> None:
    model = Model()
    model.answers.clear()
    beat = Pulse(model)
    assert "has not answered for" in (await beat.fault() or "")
    model.answers.set()
    await eventually(beat, None)
    await beat.aclose()


async def test_a_model_that_hangs_later_is_found_out_though_nobody_asked_meanwhile() -> None:
    model = Model()
    beat = Pulse(model)
    assert await beat.fault() is None
    model.answers.clear()
    await asyncio.sleep(2 * HUNG_AFTER_S)
    assert "has not answered for" in (await beat.fault() or "")
    await beat.aclose()


async def test_one_that_is_slow_is_left_alone() -> None:
    model = Model()
    beat = Pulse(model)
    assert await beat.fault() is None
    while not model.being_asked:
        model.answers.clear()
        await asyncio.sleep(0.005)
    assert await beat.fault() is None
    model.answers.set()
    assert await beat.fault() is None
    await beat.aclose()


async def test_what_the_model_says_is_wrong_stays_until_it_says_otherwise() -> None:
    model = Model("the engine stopped")
    beat = Pulse(model)
    assert await beat.fault() == "the engine stopped"
    model.fault = None
    await eventually(beat, None)
    await beat.aclose()


async def test_one_question_at_a_time() -> None:
    model = Model()
    beat = Pulse(model)
    await asyncio.gather(*(beat.fault() for _ in range(5)))
    model.answers.clear()
    await asyncio.sleep(0.1)
    assert model.being_asked == 1
    asked = model.asked
    await asyncio.gather(*(beat.fault() for _ in range(5)))
    assert model.asked == asked
    await beat.aclose()


async def test_a_server_that_is_away_is_not_asked_until_the_next_look() -> None:
    model = Model()

    async def ask() -> str | None:
        if model.fault == "away":
            model.asked += 1
            raise NobodyThereError
        return await model()

    beat = Pulse(ask)
    assert await beat.fault() is None
    model.fault = "away"
    await asyncio.sleep(0.1)
    asked = model.asked
    await asyncio.sleep(0.1)
    assert model.asked == asked
    assert await beat.fault() is None
    assert model.asked == asked + 1
    model.fault = "the engine stopped"
    await eventually(beat, "the engine stopped")
    await beat.aclose()


async def test_closing_leaves_no_question_behind() -> None:
    before = asyncio.all_tasks()
    beat = Pulse(Model())
    await beat.fault()
    assert asyncio.all_tasks() != before
    await beat.aclose()
    assert asyncio.all_tasks() == before
