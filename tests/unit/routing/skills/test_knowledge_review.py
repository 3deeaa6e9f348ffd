"""`knowledge`: a turn is answered from its own words, a value goes to its own group, contradictions show, halves are told."""

from __future__ import annotations

import re

import pytest
from review_cases import COMPATIBLE, CONTRADICTING, CROSSED, FOUND, OWN_TURN, PAIRED, REFERRING, SaidCase
from saying import answer
from skill_tasks import MakeTask, stands

from orchestrator.routing.skills.knowledge import DISAGREE, KnowledgeSkill
from tests.fakes.saying_generator import SayingGenerator


def _named(case: SaidCase) -> str:
    return f"{case.question} {case.says} {case.documents[-1]}"


@pytest.mark.parametrize("case", [*OWN_TURN, *REFERRING, *CROSSED, *PAIRED, *FOUND], ids=_named)
async def test_what_must_be_said_is_and_what_must_not_is_not(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert all(part in found.text for part in case.has), found.text
    assert not any(part in found.text for part in case.lacks), found.text


@pytest.mark.parametrize("case", CONTRADICTING, ids=_named)
async def test_a_contradiction_is_shown_from_both_sides(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert found.text.startswith(DISAGREE)
    assert not stands(found)
    quoted = re.findall(r"“([^”]+)” \[(\d+)\]", found.text)
    assert {int(number) for _, number in quoted} == {1, 2}
    assert all(text in case.documents[int(number) - 1] for text, number in quoted)


@pytest.mark.parametrize("case", COMPATIBLE, ids=_named)
async def test_what_may_both_be_true_is_no_contradiction(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> None:
    assert DISAGREE not in (await answer(skill, task, generator, case)).text
