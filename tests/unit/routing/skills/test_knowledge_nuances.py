"""`knowledge`: small words are content, an answer brings something of its own, and what is said of two things is no quarrel."""

from __future__ import annotations

import pytest
from nuance_cases import QUOTED, REFUSED, REFUSED_TOO, STANDING
from review_cases import SaidCase
from saying import answer
from skill_tasks import MakeTask, gives, stands

from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.seams import Document
from tests.fakes.saying_generator import SayingGenerator


def _named(case: SaidCase) -> str:
    return f"{case.question} {case.says}"


@pytest.mark.parametrize("case", [*REFUSED, *REFUSED_TOO], ids=_named)
async def test_words_that_say_something_else_do_not_stand(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert not stands(found), found.text
    assert f"{case.says.rstrip('.')} [1]" not in found.text


@pytest.mark.parametrize("case", STANDING, ids=_named)
async def test_words_that_say_the_same_stand(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert gives(found, case.says), found.text
    assert "[1]" in found.text


@pytest.mark.parametrize("case", QUOTED, ids=_named)
async def test_what_the_documents_say_is_quoted(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert all(part in found.text for part in case.has), found.text
    assert not any(part in found.text for part in case.lacks), found.text


async def test_the_title_names_whose_chief_it_is(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator
) -> None:
    generator.says = "Tom Berg."
    documents = [Document("d", "Tom Berg has been the CEO since 2018.", source="Acme")]
    found = await skill.answer(task("Who is the CEO of Acme?", documents=documents))
    assert found is not None
    assert found.text == "Tom Berg [1]."


@pytest.mark.parametrize("times", [1, 4000])
def test_what_is_too_long_for_a_sentence_bears_out_nothing(times: int) -> None:
    sentence = "The bridge is 12 m wide and " + "it is long and wide and " * times
    assert distorts("The bridge is 12 m wide.", "How wide is the bridge?", sentence) is (times > 1)
