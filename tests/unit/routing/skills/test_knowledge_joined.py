"""`knowledge`: a claim joined from parts of different sentences is none, however well its words are in the document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from joined_cases import REFUSED, REVIEWED, STANDING, JoinedCase
from skill_tasks import MakeTask

from orchestrator.errors import EmbedderUnavailable
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.skills.knowledge import NOT_OUTRIGHT, UNKNOWN, KnowledgeSkill
from orchestrator.seams import Document, SkillAnswer
from orchestrator.settings import PROJECT_ROOT
from tests.fakes.saying_generator import SayingGenerator


@pytest.fixture(scope="module", params=[False, True], ids=["words", "embedder"])
def skill(request: pytest.FixtureRequest) -> Iterator[KnowledgeSkill]:
    if not request.param:
        yield KnowledgeSkill()
        return
    try:
        embedder = MiniLmEmbedder.load(PROJECT_ROOT / "data" / "models")
    except EmbedderUnavailable as error:
        pytest.skip(error.message)
    yield KnowledgeSkill(embedder)
    embedder.close()


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
    assert found.text == UNKNOWN or found.text.startswith(NOT_OUTRIGHT)
    assert found.confidence is None
    if found.text != UNKNOWN:
        for quoted in found.text.split("“", 1)[1].rsplit("”", 1)[0].split(" … "):
            assert quoted in case.document


@pytest.mark.parametrize("case", STANDING, ids=lambda case: case.question)
async def test_a_claim_of_one_sentence_stands(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: JoinedCase
) -> None:
    found = await answer(skill, task, generator, case)
    assert "quoted" not in found.evidence
    assert "[1]" in found.text
    assert found.confidence is not None
    assert found.confidence >= 0.9
