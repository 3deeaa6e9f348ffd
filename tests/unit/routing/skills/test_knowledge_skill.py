"""`knowledge`: graded questions, citations that are checked, documents that are data."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import pytest
from knowledge_cases import (
    CASES,
    DOCUMENTS,
    HELD_OUT_ANSWERABLE,
    HELD_OUT_DOCUMENTS,
    HELD_OUT_UNANSWERABLE,
    Case,
)
from skill_tasks import MakeTask

from orchestrator.errors import EmbedderUnavailable
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.skills.knowledge import NEAREST, UNKNOWN, KnowledgeSkill
from orchestrator.seams import Document, SkillAnswer, SkillTask
from orchestrator.settings import PROJECT_ROOT
from tests.fakes.routing import WordEmbedder
from tests.fakes.saying_generator import SayingGenerator

# Their sentence does not name the leave, or has the motor for its subject: they are quoted or not said.
TOO_FAR = ("Who approves more than ten days of leave?", "Which power supply does the pump need?")
ANSWERABLE = [case for case in CASES if case.number is not None and case.question not in TOO_FAR]


async def answer(task: SkillTask) -> SkillAnswer:
    found = await KnowledgeSkill().answer(task)
    assert found is not None
    return found


@pytest.mark.parametrize("case", ANSWERABLE, ids=lambda case: case.question)
async def test_what_can_be_answered_is_quoted_of_the_right_document(
    task: MakeTask, generator: SayingGenerator, case: Case
) -> None:
    found = await answer(task(case.question, documents=DOCUMENTS))
    assert found.method == "cited"
    assert [source["number"] for source in found.evidence["sources"]] == [case.number]
    assert f"[{case.number}]" in found.text
    assert "quoted" in found.evidence
    assert not generator.asks


async def test_questions_beside_the_documents_do_not_reach_the_model(
    task: MakeTask, generator: SayingGenerator
) -> None:
    found = await answer(task("Who wrote Romeo and Juliet?", documents=DOCUMENTS))
    assert (found.text, found.confidence, found.generated) == (UNKNOWN, None, ())
    assert not generator.asks


async def test_without_documents_it_declines(task: MakeTask) -> None:
    assert await KnowledgeSkill().answer(task("What do herons eat?")) is None


async def test_a_question_of_pronouns_is_read_with_the_one_before(task: MakeTask) -> None:
    question = task("And how heavy?", "Tell me about the P-200 pump", "Sure.", documents=DOCUMENTS)
    assert "weighs 18 kg" in (await answer(question)).text


async def test_a_score_of_recall_counts_where_words_do_not_match(task: MakeTask) -> None:
    recalled = Document("m1", "User: My bicycle is turquoise.", "memory", score=0.71)
    found = await answer(task("Which colour has it?", documents=(recalled,)))
    assert found.text == f"{NEAREST} “User: My bicycle is turquoise.” [1]"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Quelle est la capitale de la France ?", "La capitale de la France est Paris."),
        ("法国的首都是哪里?", "法国的首都是巴黎。"),
        ("Какая столица Франции?", "Столица Франции — Париж."),
    ],
)  # fmt: skip
async def test_other_languages(task: MakeTask, question: str, text: str) -> None:
    assert "[1]" in (await answer(task(question, documents=(Document("x", text),)))).text


async def test_four_megabytes_are_read_in_part_and_said_so(task: MakeTask) -> None:
    huge = (DOCUMENTS[4], Document("huge", "The quick brown fox jumps over the lazy dog. " * 90_000))
    began = time.perf_counter()
    found = await answer(task("What do herons eat?", documents=huge))
    assert time.perf_counter() - began < 5  # 0.5 s alone
    assert found.evidence["read_in_part"]


@pytest.fixture(scope="module")
def embedder() -> Iterator[MiniLmEmbedder]:
    try:
        found = MiniLmEmbedder.load(PROJECT_ROOT / "data" / "models")
    except EmbedderUnavailable as error:
        pytest.skip(error.message)
    yield found
    found.close()


async def test_held_out_paraphrases_are_answered_with_what_bears_on_them(
    task: MakeTask, embedder: MiniLmEmbedder
) -> None:
    async def quoted(questions: Sequence[str]) -> int:
        found = [
            await KnowledgeSkill(embedder).answer(task(each, documents=HELD_OUT_DOCUMENTS))
            for each in questions
        ]
        return sum(each is not None and "quoted" in each.evidence for each in found)

    assert await quoted(HELD_OUT_ANSWERABLE) >= 20
    assert await quoted(HELD_OUT_UNANSWERABLE) <= 20


async def test_a_paraphrase_is_quoted(task: MakeTask, embedder: MiniLmEmbedder) -> None:
    asked = task("May kids take aspirin when they have the flu?", documents=HELD_OUT_DOCUMENTS)
    found = await KnowledgeSkill(embedder).answer(asked)
    assert found is not None
    assert found.evidence["quoted"]
    assert "should not be given to children" in found.text


async def test_an_embedder_that_fails_leaves_words(task: MakeTask) -> None:
    broken = WordEmbedder()
    broken.error = EmbedderUnavailable("gone")
    found = await KnowledgeSkill(broken).answer(task("What do herons eat?", documents=DOCUMENTS))
    assert found is not None
    assert found.text.startswith("“Herons eat fish, frogs and voles.")
