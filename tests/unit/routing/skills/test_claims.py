"""Third parties' examples: they take a turn when they mean the same, and never one that is certain."""

from __future__ import annotations

import pytest

from orchestrator.routing.skills.claims import Claims
from orchestrator.routing.skills.registry import SkillEntry
from orchestrator.seams import Decision
from tests.fakes.routing import WordEmbedder

WEATHER = SkillEntry("weather", "Weather.", "demo 1", None, examples=("what is the weather in paris",))


def decision(skill: str = "general") -> Decision:
    return Decision(skill, "tiny", "rules", "Because.", {skill: 0.7})


async def claimed(text: str, skill: str = "general", *entries: SkillEntry) -> Decision:
    embedder = WordEmbedder()
    claims = await Claims.learn(entries or (WEATHER,), embedder)
    return claims.applied(decision(skill), await embedder.embed(text))


async def test_a_close_example_takes_the_turn_and_says_so() -> None:
    found = await claimed("What is the weather in Lisbon?")
    assert found.skill == "weather"
    assert "weather" in found.reason
    assert found.scores["weather"] > 0.6
    assert (found.alternatives[0].skill, found.alternatives[0].reason) == ("general", "Because.")


@pytest.mark.parametrize("text", ["Who wrote Hamlet?", "the rain in Spain", ""])
async def test_a_distant_one_changes_nothing(text: str) -> None:
    assert await claimed(text) == decision()


@pytest.mark.parametrize("skill", ["math", "exec"])
async def test_what_is_certain_is_not_overruled(skill: str) -> None:
    assert await claimed("what is the weather in paris", skill) == decision(skill)


async def test_a_faulty_skill_claims_nothing() -> None:
    faulty = SkillEntry("weather", "", "demo 1", None, examples=WEATHER.examples, fault="import failed")
    assert await claimed("what is the weather in paris", "general", faulty) == decision()


def test_without_an_embedding_nothing_is_claimed() -> None:
    assert Claims().applied(decision(), None) == decision()
