"""`knowledge`: a question is answered by the documents' own sentences, outright, behind a lead or not at all, and no model is asked."""

from __future__ import annotations

import asyncio
import re
import time

import pytest
from document_cases import (
    BEHIND_THE_LEAD,
    CHANGED,
    COMPATIBLE,
    CONTRADICTING,
    NOT_OUTRIGHT,
    OUTRIGHT,
    TITLED_APART,
    UNCHANGED,
    UNSAID,
    DocumentCase,
)
from skill_tasks import MakeTask, is_outright

from orchestrator.routing.skills.knowledge import DISAGREE, NEAREST, UNKNOWN, KnowledgeSkill
from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.seams import Document, SkillAnswer, SkillTask
from orchestrator.telemetry.metrics import Metrics
from tests.fakes.saying_generator import SayingGenerator


async def _answer(skill: KnowledgeSkill, task: MakeTask, case: DocumentCase) -> SkillAnswer:
    documents = [Document(str(number), text) for number, text in enumerate(case.documents, 1)]
    found = await skill.answer(task(case.question, *case.earlier, documents=documents))
    assert found is not None
    assert all(part in found.text for part in case.has), found.text
    assert not any(part in found.text for part in case.lacks), found.text
    return found


def _named(case: DocumentCase) -> str:
    return f"{case.question} {case.documents[-1]}"


@pytest.mark.parametrize("case", OUTRIGHT, ids=_named)
async def test_a_sentence_that_has_all_that_was_asked_is_quoted_bare(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: DocumentCase
) -> None:
    found = await _answer(skill, task, case)
    assert is_outright(found), found.text
    assert not generator.asks
    for quoted, number in re.findall(r"“([^”]+)” \[(\d+)\]", found.text):
        assert all(part in case.documents[int(number) - 1] for part in quoted.split(" … "))


@pytest.mark.parametrize("case", BEHIND_THE_LEAD, ids=_named)
async def test_the_nearest_is_quoted_behind_a_lead(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: DocumentCase
) -> None:
    found = await _answer(skill, task, case)
    assert found.text.startswith(NEAREST), found.text
    assert not generator.asks


@pytest.mark.parametrize("case", UNSAID, ids=_named)
async def test_what_nothing_bears_on_is_denied(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: DocumentCase
) -> None:
    assert (await _answer(skill, task, case)).text == UNKNOWN
    assert not generator.asks


@pytest.mark.parametrize("case", NOT_OUTRIGHT, ids=_named)
async def test_a_value_of_something_else_is_not_quoted_bare(
    skill: KnowledgeSkill, task: MakeTask, case: DocumentCase
) -> None:
    found = await _answer(skill, task, case)
    assert found.text == UNKNOWN or NEAREST in found.text


@pytest.mark.parametrize("case", CONTRADICTING, ids=_named)
async def test_a_contradiction_is_shown_from_both_sides(
    skill: KnowledgeSkill, task: MakeTask, case: DocumentCase
) -> None:
    found = await _answer(skill, task, case)
    assert found.text.startswith(DISAGREE)
    quoted = re.findall(r"“([^”]+)” \[(\d+)\]", found.text)
    assert {int(number) for _, number in quoted} == {1, 2}
    assert all(text in case.documents[int(number) - 1] for text, number in quoted)


@pytest.mark.parametrize("case", COMPATIBLE, ids=_named)
async def test_what_may_both_be_true_is_no_contradiction(
    skill: KnowledgeSkill, task: MakeTask, case: DocumentCase
) -> None:
    assert DISAGREE not in (await _answer(skill, task, case)).text


@pytest.mark.parametrize(("case", "since", "before"), CHANGED, ids=[_named(case) for case, *_ in CHANGED])
async def test_what_an_answer_has_become_since_is_quoted_before_it(
    skill: KnowledgeSkill, task: MakeTask, case: DocumentCase, since: str, before: str
) -> None:
    found = await _answer(skill, task, case)
    assert is_outright(found), found.text
    assert 0 <= found.text.find(since) < found.text.find(before), found.text


@pytest.mark.parametrize("case", UNCHANGED, ids=_named)
async def test_a_change_of_something_else_is_not_quoted_beside(
    skill: KnowledgeSkill, task: MakeTask, case: DocumentCase
) -> None:
    await _answer(skill, task, case)


@pytest.mark.parametrize("other", ["The notice period is 13 weeks.", "The notice period is 3 months."])
async def test_the_same_time_in_another_unit_is_no_disagreement(
    skill: KnowledgeSkill, task: MakeTask, other: str
) -> None:
    case = DocumentCase("What is the notice period?", ("The notice period is three months.", other))
    assert DISAGREE not in (await _answer(skill, task, case)).text


@pytest.mark.parametrize(("question", "documents"), TITLED_APART)
async def test_documents_with_different_values_are_both_quoted(
    skill: KnowledgeSkill, task: MakeTask, question: str, documents: tuple[tuple[str, str, str], ...]
) -> None:
    given = [Document(title, text, source=title) for title, text, _ in documents]
    found = await skill.answer(task(question, documents=given))
    assert found is not None
    for number, (_, _, sentence) in enumerate(documents, 1):
        assert f"“{sentence}” [{number}]" in found.text
    own = re.sub(r"“[^”]*”", "", found.text)
    assert own.replace(DISAGREE, "").strip(" ,[]12.") == ""


async def test_the_title_names_whose_chief_it_is(skill: KnowledgeSkill, task: MakeTask) -> None:
    documents = [Document("d", "Tom Berg has been the CEO since 2018.", source="Acme")]
    found = await skill.answer(task("Who is the CEO of Acme?", documents=documents))
    assert found is not None
    assert found.text == "“Tom Berg has been the CEO since 2018.” [1]"


@pytest.mark.parametrize("text", ["hello", "Good morning!", "Write a poem about pumps", "Tell me a joke"])
async def test_a_greeting_and_a_creative_request_are_answered_normally(task: MakeTask, text: str) -> None:
    assert await KnowledgeSkill().answer(task(text, documents=[Document("d", "A pump.")])) is None


async def test_a_text_that_goes_round_in_circles_is_read_once(task: MakeTask) -> None:
    began = time.perf_counter()
    found = await KnowledgeSkill().answer(task("who?", documents=[Document("d", "Foo bar. " * 110_000)]))
    assert time.perf_counter() - began < 3  # 0.1 s alone
    assert found is not None
    assert len(found.text) < 200
    assert found.evidence["read_in_part"]


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
