"""`knowledge`: what is made of the words of the documents and not said by them does not stand, and is not quoted as an answer."""

from __future__ import annotations

import pytest
from fresh_cases import BEST, NEAREST, TRUE, UNTRUE
from review_cases import SaidCase
from saying import answer
from skill_tasks import MakeTask, gives, stands

from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.seams import Document
from tests.fakes.saying_generator import SayingGenerator


def _named(case: SaidCase) -> str:
    return f"{case.question} {case.says}"


@pytest.mark.parametrize("case", UNTRUE, ids=_named)
async def test_what_no_sentence_says_does_not_stand(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert not stands(found), found.text


@pytest.mark.parametrize("case", TRUE, ids=_named)
async def test_what_a_sentence_says_stands(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert gives(found, case.says), found.text


@pytest.mark.parametrize("case", [*NEAREST, *BEST], ids=_named)
async def test_what_is_quoted_is_the_nearest_and_says_whether_it_answers(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert not stands(found), found.text
    assert all(part in found.text for part in case.has), found.text
    assert not any(part in found.text for part in case.lacks), found.text


@pytest.mark.parametrize(
    ("says", "left"),
    [
        ("The warranty covers manufacturing", ""),
        ("The warranty covers manufacturing defects for two years", "The warranty covers manufacturing defects for two years [1]"),
        ("The warranty covers manufacturing defects for two years. The warranty covers", "The warranty covers manufacturing defects for two years [1]."),
    ],
)  # fmt: skip
async def test_a_sentence_that_the_model_had_to_break_off_does_not_stand(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, says: str, left: str
) -> None:
    generator.says = says
    documents = [Document("1", "The warranty covers manufacturing defects for two years.")]
    asked = task("What does the warranty cover?", documents=documents, max_tokens=len(says.split()))
    found = await skill.answer(asked)
    assert found is not None
    assert stands(found) == bool(left)
    assert found.text == (left or "“The warranty covers manufacturing defects for two years.” [1]")
