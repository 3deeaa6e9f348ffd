"""`knowledge`, asked for a value: documents that disagree are all quoted, a kind of value need not be named, and a denial
is no answer.
"""

from __future__ import annotations

import re

import pytest
from skill_tasks import MakeTask, is_outright
from value_cases import (
    AFFIRMED,
    AGREEING,
    DENIED,
    DISAGREEING,
    VALUES,
    WITHOUT_A_VALUE,
    ValueCase,
)

from orchestrator.routing.skills.knowledge import DISAGREE, NEAREST, UNKNOWN, KnowledgeSkill
from orchestrator.seams import Document, SkillAnswer


async def answer(skill: KnowledgeSkill, task: MakeTask, case: ValueCase) -> SkillAnswer:
    documents = [Document(str(number), text) for number, text in enumerate(case.documents, 1)]
    found = await skill.answer(task(case.question, documents=documents))
    assert found is not None
    return found


def _named(case: ValueCase) -> str:
    return f"{case.question} {case.documents[-1]}"


@pytest.mark.parametrize("case", DISAGREEING, ids=_named)
async def test_documents_that_disagree_are_both_quoted(
    skill: KnowledgeSkill, task: MakeTask, case: ValueCase
) -> None:
    found = await answer(skill, task, case)
    assert found.text.startswith(DISAGREE)
    assert found.evidence["disagree"]
    quoted = re.findall(r"“([^”]+)” \[(\d+)\]", found.text)
    assert len({text for text, _ in quoted}) == 2
    assert all(text in case.documents[int(number) - 1] for text, number in quoted)
    cited = [source["number"] for source in found.evidence["sources"]]
    assert cited == list(range(1, len(case.documents) + 1))


@pytest.mark.parametrize("case", AGREEING, ids=_named)
async def test_documents_that_may_all_be_true_are_not_said_to_disagree(
    skill: KnowledgeSkill, task: MakeTask, case: ValueCase
) -> None:
    assert DISAGREE not in (await answer(skill, task, case)).text


async def test_what_they_disagree_on_is_shown_of_a_question_for_more_too(task: MakeTask) -> None:
    documents = [
        Document("a", "Acme was founded in 1990. Ann leads Acme."),
        Document("b", "Acme was founded in 1985."),
    ]
    question = "When was Acme founded and who leads Acme?"
    found = await KnowledgeSkill().answer(task(question, documents=documents))
    assert found is not None
    assert found.text == (
        "The documents disagree: “Acme was founded in 1990.” [1], “Acme was founded in 1985.” [2]"
        " “Ann leads Acme.” [1]"
    )
    question = "When was Acme founded and how many people work there?"
    found = await KnowledgeSkill().answer(task(question, documents=documents))
    assert found is not None
    assert found.text.endswith("[2] Not answered: “how many people work there”.")
    assert found.evidence["unanswered"] == ["how many people work there"]


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        (
            "Which is cheaper, the Falcon or the Robin?",
            "“The Falcon weighs 21 kg and costs 900 euros.” [1] “It costs 650 euros.” [2]",
        ),
        (
            "Is the Falcon heavier than the Robin?",
            "“The Falcon weighs 21 kg and costs 900 euros.” [1] “The Robin weighs 14 kg.” [2]",
        ),
        (
            "Which bike is lighter?",
            "“The Falcon weighs 21 kg and costs 900 euros.” [1] “The Robin weighs 14 kg.” [2]",
        ),
    ],
)
async def test_what_a_question_compares_is_shown_of_all_behind_one_lead(
    skill: KnowledgeSkill, task: MakeTask, question: str, quoted: str
) -> None:
    documents = [
        Document("a", "The Falcon weighs 21 kg and costs 900 euros."),
        Document("b", "The Robin weighs 14 kg. It costs 650 euros."),
    ]
    found = await skill.answer(task(question, documents=documents))
    assert found is not None
    assert found.text == f"{NEAREST} {quoted}"


async def test_a_day_is_no_amount(skill: KnowledgeSkill, task: MakeTask) -> None:
    documents = [Document("a", "Rent is due on the 1st of each month, at 10:00.")]
    found = await skill.answer(task("How much is the rent?", documents=documents))
    assert found is not None
    assert found.text.startswith(NEAREST)


@pytest.mark.parametrize("case", VALUES, ids=_named)
async def test_a_value_answers_for_the_kind_that_was_asked(
    skill: KnowledgeSkill, task: MakeTask, case: ValueCase
) -> None:
    found = await answer(skill, task, case)
    assert "[1]" in found.text


@pytest.mark.parametrize("case", WITHOUT_A_VALUE, ids=_named)
async def test_without_such_a_value_the_documents_do_not_say(
    skill: KnowledgeSkill, task: MakeTask, case: ValueCase
) -> None:
    found = await answer(skill, task, case)
    assert found.text == UNKNOWN or found.text.startswith(NEAREST)


@pytest.mark.parametrize("case", DENIED, ids=_named)
async def test_a_denial_is_no_answer(skill: KnowledgeSkill, task: MakeTask, case: ValueCase) -> None:
    found = await answer(skill, task, case)
    assert found.text == UNKNOWN or found.text.startswith(NEAREST)


@pytest.mark.parametrize("case", AFFIRMED, ids=_named)
async def test_a_not_elsewhere_takes_nothing_back(
    skill: KnowledgeSkill, task: MakeTask, case: ValueCase
) -> None:
    found = await answer(skill, task, case)
    assert is_outright(found), found.text
