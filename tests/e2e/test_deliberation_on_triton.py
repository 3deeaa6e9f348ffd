"""A small council over a real Triton: it answers, it stops what it does not need, and it leaves no slot taken."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from time import perf_counter

import pytest

from orchestrator.errors import ContextLengthExceeded, CouncilError, ModelNotFound, NoVoiceAnswered, QueueFull
from orchestrator.inference.chat import ChatGenerator
from orchestrator.routing.deliberation.budget import Limits
from orchestrator.routing.deliberation.calibration import Calibration
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.events import VoiceStarted
from orchestrator.routing.deliberation.floor import Floor
from orchestrator.routing.deliberation.opinion import Verdict
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.voices import Voice, default_voices
from orchestrator.seams import ChatMessage
from tests.conftest import MODEL
from tests.contract.metrics import EngineCounters, idle

CAPITAL = Question([ChatMessage("user", "What is the capital of Hungary?")])
STORY = Question([ChatMessage("user", "Tell me a very long story about a ship.")])


async def test_a_small_vote(generator: ChatGenerator, counters: EngineCounters) -> None:
    deliberation = Deliberation(generator, calibration=Calibration.load())
    voices = default_voices(CAPITAL, [MODEL], 3, seed=1)
    verdict = await deliberation.decide(CAPITAL, [*voices, Voice("nobody")], Limits(120, 60, 30))
    assert verdict.votes[0].answer == "budapest"
    assert "Budapest" in verdict.answer
    assert verdict.confidence is None, "one of the voices was never measured"
    assert verdict.opinions[3].error_code == ModelNotFound.code
    answered = [opinion for opinion in verdict.opinions if opinion.outcome == "answered"]
    assert all(opinion.mean_log_prob is not None and opinion.mean_log_prob < 0 for opinion in answered)
    assert 0 < verdict.completion_tokens <= 120


async def test_confidence_is_calibrated_for_the_measured_model(
    generator: ChatGenerator, counters: EngineCounters
) -> None:
    deliberation = Deliberation(generator, calibration=Calibration.load())
    voices = default_voices(CAPITAL, [MODEL], 3, seed=1)
    verdict = await deliberation.decide(CAPITAL, voices, Limits(120, 60, 30))
    assert verdict.confidence is not None
    assert 0 < verdict.confidence < 1


async def test_leaving_in_the_middle_frees_every_slot(
    generator: ChatGenerator, counters: EngineCounters
) -> None:
    voices = default_voices(STORY, [MODEL], 5, seed=1)
    run = Deliberation(generator).run(STORY, voices, Limits(10_000, 120, 2000))
    async with aclosing(run) as events:
        async for event in events:
            if isinstance(event, VoiceStarted):
                await counters.wait_for(lambda counts: counts["active"] == 5)
                break
    await counters.wait_for(idle, 5)


async def test_a_cancelled_caller_frees_every_slot(
    generator: ChatGenerator, counters: EngineCounters
) -> None:
    voices = default_voices(STORY, [MODEL], 5, seed=1)
    deciding = asyncio.create_task(Deliberation(generator).decide(STORY, voices, Limits(10_000, 120, 2000)))
    await counters.wait_for(lambda counts: counts["active"] == 5)
    deciding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deciding
    await counters.wait_for(idle, 5)


async def test_time_that_runs_out_frees_every_slot(
    generator: ChatGenerator, counters: EngineCounters
) -> None:
    voices = default_voices(STORY, [MODEL], 4, seed=1)
    verdict = await Deliberation(generator).decide(STORY, voices, Limits(10_000, 2.0, 2000))
    assert {opinion.outcome for opinion in verdict.opinions} == {"out_of_time"}
    assert verdict.winning_opinion.text.strip()
    assert verdict.winning_opinion.finish_reason == "length"
    await counters.wait_for(idle, 5)


async def test_time_that_runs_out_before_the_first_token_frees_every_slot(
    generator: ChatGenerator, counters: EngineCounters
) -> None:
    voices = default_voices(STORY, [MODEL], 4, seed=1)
    with pytest.raises(NoVoiceAnswered) as raised:
        await Deliberation(generator).decide(STORY, voices, Limits(10_000, 0.005, 2000))
    assert set(raised.value.causes) == {"out_of_time"}
    await counters.wait_for(idle, 5)


async def test_a_crowd_of_votes_is_answered_or_refused_and_leaves_no_slot_taken(
    generator: ChatGenerator, counters: EngineCounters
) -> None:
    """Twenty votes of five voices at once, with places for six: most get an answer before others get their second."""
    deliberation = Deliberation(generator, floor=Floor(lambda model: 6))

    async def vote(number: int, limits: Limits) -> Verdict | CouncilError:
        try:
            return await deliberation.decide(STORY, default_voices(STORY, [MODEL], 5, seed=number), limits)
        except CouncilError as error:
            return error

    began_s = perf_counter()
    assert isinstance(await vote(0, Limits(2000, 120, 60)), Verdict)
    crowded_s = max(3.0, 4 * (perf_counter() - began_s))
    ended = await asyncio.gather(*(vote(number, Limits(2000, crowded_s, 60)) for number in range(20)))
    await counters.wait_for(idle, 5)
    answered = [each for each in ended if isinstance(each, Verdict)]
    refused = [each for each in ended if isinstance(each, QueueFull)]
    assert len(answered) + len(refused) >= 18, (
        "one or two may be overtaken by a machine that is busy elsewhere"
    )
    assert len(answered) > 6
    assert all(each.retry_after_s for each in refused)


async def test_a_prompt_that_is_too_long_is_the_caller_s_mistake(
    generator: ChatGenerator, counters: EngineCounters
) -> None:
    question = Question([ChatMessage("user", "a b c " * 5000)])
    with pytest.raises(ContextLengthExceeded):
        await Deliberation(generator).decide(
            question, default_voices(question, [MODEL], 3), Limits(100, 60, 20)
        )
