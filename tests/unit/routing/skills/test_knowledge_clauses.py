"""`knowledge`: what a model says stands only where one clause of a document says it, denied or affirmed as there."""

from __future__ import annotations

import re

import pytest
from clause_cases import CONTRADICTED, QUOTED, REPEATED, TITLED_APART
from review_cases import SaidCase
from saying import answer
from skill_tasks import MakeTask, gives, stands

from orchestrator.routing.skills.knowledge import DISAGREE, KnowledgeSkill
from orchestrator.seams import Document
from tests.fakes.saying_generator import SayingGenerator


def _named(case: SaidCase) -> str:
    return f"{case.question} {case.says}"


def _without_quotations(text: str) -> str:
    return re.sub(r"“[^”]*”", "", text)


@pytest.mark.parametrize("case", CONTRADICTED, ids=_named)
async def test_no_answer_is_given_that_the_document_contradicts(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    own = _without_quotations(found.text)
    assert not any(said.strip(" .") in own for said in case.says.split(". ")), found.text
    assert not stands(found), found.text
    assert all(part in found.text for part in case.has), found.text


@pytest.mark.parametrize("case", REPEATED, ids=_named)
async def test_what_repeats_a_clause_stands(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert gives(found, case.says), found.text
    assert "[1]" in found.text


@pytest.mark.parametrize("case", QUOTED, ids=_named)
async def test_a_sentence_that_affirms_and_denies_is_quoted_whole(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert found.text == f"“{case.documents[0]}” [1]"


@pytest.mark.parametrize("other", ["The notice period is 13 weeks.", "The notice period is 3 months."])
async def test_the_same_time_in_another_unit_is_no_disagreement(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, other: str
) -> None:
    generator.says = "The notice period is three months."
    documents = [Document("a", generator.says), Document("b", other)]
    found = await skill.answer(task("What is the notice period?", documents=documents))
    assert found is not None
    assert DISAGREE not in found.text


@pytest.mark.parametrize(("question", "documents"), TITLED_APART)
@pytest.mark.parametrize("chosen", [0, 1])
async def test_documents_with_different_values_are_both_quoted(
    skill: KnowledgeSkill,
    task: MakeTask,
    generator: SayingGenerator,
    question: str,
    documents: tuple[tuple[str, str, str], ...],
    chosen: int,
) -> None:
    """Each document is its title, its text and the sentence of it that answers."""
    generator.says = documents[chosen][2]
    given = [Document(title, text, source=title) for title, text, _ in documents]
    found = await skill.answer(task(question, documents=given))
    assert found is not None
    assert not stands(found)
    for number, (_, _, sentence) in enumerate(documents, 1):
        assert f"“{sentence}” [{number}]" in found.text
    assert _without_quotations(found.text).replace(DISAGREE, "").strip(" ,[]12.") == ""
