"""How a case of `review_cases` or `nuance_cases` is put to the knowledge skill, its model saying what the case has it say."""

from __future__ import annotations

from review_cases import SaidCase
from skill_tasks import MakeTask

from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.seams import Document, SkillAnswer
from tests.fakes.saying_generator import SayingGenerator


async def answer(
    skill: KnowledgeSkill, task: MakeTask, generator: SayingGenerator, case: SaidCase
) -> SkillAnswer:
    generator.says = case.says
    documents = [Document(str(number), text) for number, text in enumerate(case.documents, 1)]
    found = await skill.answer(task(case.question, *case.earlier, documents=documents))
    assert found is not None
    return found
