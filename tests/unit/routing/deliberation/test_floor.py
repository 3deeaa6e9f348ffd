"""All votes together use so many places and no more; who finds none waits, and not too many wait."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.errors import NoVoiceAnswered, QueueFull
from orchestrator.routing.deliberation.budget import Limits
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.floor import RETRY_AFTER_S, Floor
from orchestrator.routing.deliberation.opinion import Verdict
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.voices import Voice
from orchestrator.seams import ChatMessage
from tests.fakes.generator import Line, ScriptedGenerator

CAPITAL = Question([ChatMessage("user", "What is the capital of France?")])
THREE = [Voice("m")] * 3


def deliberation(
    line: Line, places: int, max_waiting_votes: int = 16
) -> tuple[Deliberation, ScriptedGenerator]:
    generator = ScriptedGenerator(answer=lambda ask: line)
    return Deliberation(generator, floor=Floor(lambda model: places, max_waiting_votes)), generator


async def decide(council: Deliberation, seconds: float = 5) -> Verdict:
    return await council.decide(CAPITAL, THREE, Limits(1000, seconds, 20))


async def test_votes_wait_for_each_other() -> None:
    council, generator = deliberation(Line("Paris", steps=3), places=4)
    verdicts = await asyncio.gather(*(decide(council) for _ in range(10)))
    assert {verdict.answer for verdict in verdicts} == {"Paris"}
    assert generator.most_running == 4
    assert generator.running == 0


async def test_without_a_floor_any_number_speaks_at_once() -> None:
    generator = ScriptedGenerator(answer=lambda ask: Line("Paris", steps=3))
    council = Deliberation(generator)
    await asyncio.gather(*(decide(council) for _ in range(40)))
    assert generator.most_running == 40 * 3


async def test_one_place_is_enough_for_a_vote() -> None:
    council, generator = deliberation(Line("Paris"), places=1)
    assert (await decide(council)).consensus
    assert generator.most_running == 1


async def test_models_have_places_of_their_own() -> None:
    council, generator = deliberation(Line("Paris", steps=9), places=1)
    await council.decide(CAPITAL, [Voice("m"), Voice("n"), Voice("n")], Limits(1000, 5, 20))
    assert generator.most_running == 2


async def test_too_many_that_wait_are_refused_at_once() -> None:
    council, generator = deliberation(Line("Paris", steps=3), places=3, max_waiting_votes=2)
    first = asyncio.create_task(decide(council))
    while not generator.running:
        await asyncio.sleep(0)
    others = await asyncio.gather(*(decide(council) for _ in range(4)), return_exceptions=True)
    refused = [other for other in others if isinstance(other, QueueFull)]
    assert [error.retry_after_s for error in refused] == [RETRY_AFTER_S] * 2
    assert len([other for other in others if isinstance(other, Verdict)]) == 2
    await first
    assert (await decide(council)).answer == "Paris", "nothing is left of who was refused"


async def test_who_waited_in_vain_met_a_full_queue() -> None:
    council, generator = deliberation(Line("", hangs=True), places=3)
    first = asyncio.create_task(decide(council, 0.2))
    while generator.running < 3:
        await asyncio.sleep(0)
    with pytest.raises(QueueFull) as refused:
        await decide(council, 0.02)
    assert refused.value.retry_after_s == RETRY_AFTER_S
    with pytest.raises(NoVoiceAnswered) as late:
        await first
    assert late.value.retry_after_s == 1, "its places are free again"
    assert generator.running == 0


async def test_leaving_gives_every_place_back() -> None:
    council, generator = deliberation(Line("Paris", hangs=True), places=2)
    deciding = [asyncio.create_task(decide(council)) for _ in range(3)]
    while generator.running < 2:
        await asyncio.sleep(0)
    for each in deciding:
        each.cancel()
    await asyncio.wait(deciding)
    generator.answer = lambda ask: Line("Paris")
    assert generator.running == 0
    assert (await decide(council)).consensus


@pytest.mark.parametrize("errors", [(1, 3), (None, None)])
async def test_a_queue_that_was_full_for_every_voice(errors: tuple[int | None, int | None]) -> None:
    lines = {
        name: Line(error=QueueFull("full", retry_after_s=each))
        for name, each in zip("ab", errors, strict=True)
    }
    with pytest.raises(QueueFull) as refused:
        await Deliberation(ScriptedGenerator(lines)).decide(
            CAPITAL, [Voice("a"), Voice("b")], Limits(1000, 5, 20)
        )
    assert refused.value.retry_after_s == (errors[0] or 1)
