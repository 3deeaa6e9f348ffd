"""`knowledge`: a claim joined from parts of different sentences is none, however well its words are in the document."""

from __future__ import annotations

import asyncio
import time

import pytest
from joined_cases import REFUSED, REVIEWED, STANDING, JoinedCase
from skill_tasks import MakeTask, gives, stands

from orchestrator.routing.skills.knowledge import NEAREST, UNKNOWN, KnowledgeSkill
from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.seams import Document, SkillAnswer, SkillTask
from orchestrator.telemetry.metrics import Metrics
from tests.fakes.saying_generator import SayingGenerator


async def answer(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: JoinedCase
) -> SkillAnswer:
    generator.says = case.says
    found = await skill.answer(task(case.question, documents=[Document("d", case.document)]))
    assert found is not None
    return found


@pytest.mark.parametrize("case", [*REVIEWED, *REFUSED], ids=lambda case: f"{case.question} {case.says}")
async def test_a_claim_joined_from_two_sentences_is_refused(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: JoinedCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert not stands(found)
    if found.text != UNKNOWN:
        quoted = found.text.split("“", 1)[1].rsplit("”", 1)[0]
        assert all(part in case.document for part in quoted.split(" … "))
        # Without a hedge it is one sentence: the one that speaks of what was asked.
        assert found.text.startswith(NEAREST) or quoted.count(".") == 1


@pytest.mark.parametrize("text", ["hello", "Good morning!", "Write a poem about pumps", "Tell me a joke"])
async def test_a_greeting_and_a_creative_request_are_answered_normally(task: MakeTask, text: str) -> None:
    assert await KnowledgeSkill().answer(task(text, documents=[Document("d", "A pump.")])) is None


async def test_a_text_that_goes_round_in_circles_is_read_once(
    task: MakeTask, generator: SayingGenerator
) -> None:
    generator.says = "Foo bar."
    began = time.perf_counter()
    found = await KnowledgeSkill().answer(task("who?", documents=[Document("d", "Foo bar. " * 110_000)]))
    assert time.perf_counter() - began < 3  # 0.1 s alone
    assert found is not None
    assert found.text == "Foo bar [1]."
    assert found.evidence["read_in_part"]
    assert len(generator.asks[0].messages[-1].content) < 300


class ReadingForEver(KnowledgeSkill):
    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        await asyncio.sleep(600)
        return await super().answer(task)


async def test_a_skill_out_of_time_says_so(task: MakeTask) -> None:
    registry = SkillRegistry.of([ReadingForEver()], [], Metrics())
    asked = await registry.ask(
        "knowledge", task("who?", documents=[Document("d", "Foo bar.")], deadline_s=0.5)
    )
    assert (asked.answer, asked.fell_through) == (None, "deadline")
    assert asked.detail


@pytest.mark.parametrize("case", STANDING, ids=lambda case: case.question)
async def test_a_claim_of_one_sentence_stands(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: JoinedCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert "[1]" in found.text
    assert gives(found, case.says), found.text
