"""The graded documents: what is there is not denied, what is not there is not answered."""

from __future__ import annotations

from collections import Counter

import pytest
from skill_tasks import MakeTask

from orchestrator.routing.skills.knowledge import NEAREST, UNKNOWN, KnowledgeSkill
from orchestrator.seams import Document, SkillAnswer
from tests.graded.document_grading import document_questions, group_of

TOWNS = (
    "Dorrick is a town 22 kilometres south of Velmora. It was founded in 1610 and has 7,900 inhabitants. "
    "Dorrick is known for its cheese market. The mayor is Tolm Igrand."
)
PACKS = "The Tarn 60 holds 60 litres and weighs 1.8 kg. It is sold in navy. The Tarn 40 is sold in green."
HOUSE = (
    "Please report damage to the caretaker, Mr. Brandt. Bikes belong in the bike cellar, not in the hallway."
)
KEPT_DENIED = frozenset(
    {"Who wrote the letter?", "What is the population of Velmora?", "What was Oda Tarrant's job?"}
)
"""The first: of the letter the documents have the signature only. The others where no embedder knows the other word."""


async def _answer(skill: KnowledgeSkill, task: MakeTask, question: str, *texts: str) -> SkillAnswer:
    documents = [Document(str(number), text) for number, text in enumerate(texts, 1)]
    found = await skill.answer(task(question, documents=documents))
    assert found is not None
    return found


async def test_what_is_there_is_not_denied_and_what_is_not_there_is_not_answered(
    skill: KnowledgeSkill, task: MakeTask
) -> None:
    groups: Counter[tuple[bool, str, bool]] = Counter()
    denied = set()
    for item in document_questions():
        found = await skill.answer(task(item.question, documents=item.documents))
        group = group_of(found)
        groups[item.is_answerable, group, item.is_right(found)] += 1
        if item.is_answerable and group == "do not say":
            denied.add(item.question)
    right = sum(count for (answerable, _, is_right), count in groups.items() if answerable and is_right)
    assert (
        sum(count for (answerable, _, is_right), count in groups.items() if not answerable and is_right) == 35
    )
    assert denied <= KEPT_DENIED
    assert right >= 53


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("When was Dorrick founded?", TOWNS, "1610"),
        ("Who is the caretaker?", HOUSE, "Mr. Brandt"),
        ("Where should I keep my bike?", HOUSE, "bike cellar"),
    ],
)
async def test_the_sentence_that_answers_is_quoted(
    skill: KnowledgeSkill, task: MakeTask, question: str, text: str, held: str
) -> None:
    assert held in (await _answer(skill, task, question, text)).text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who was the mayor of Dorrick before Tolm Igrand?", TOWNS),
        (
            "Which colour does the Tarn 60 have on its inside?",
            "The Tarn 60 holds 60 litres and weighs 1.8 kg.",
        ),
        ("When was the Tarn 60 founded?", PACKS),
    ],
)
async def test_a_sentence_that_lacks_what_was_asked_is_not_quoted_as_the_answer(
    skill: KnowledgeSkill, task: MakeTask, question: str, text: str
) -> None:
    found = (await _answer(skill, task, question, text)).text
    assert found == UNKNOWN or found.startswith(NEAREST)
