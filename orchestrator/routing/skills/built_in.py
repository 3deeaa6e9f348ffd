"""Council's own skills."""

from __future__ import annotations

from orchestrator.routing.skills.code import CodeSkill
from orchestrator.routing.skills.execute import ExecSkill
from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.routing.skills.math import MathSkill
from orchestrator.routing.skills.plain import GENERAL, LOGIC
from orchestrator.seams import Embedder, Skill


def built_in_skills(embedder: Embedder | None = None) -> list[Skill]:
    """`embedder` lets `knowledge` see that a passage means what was asked, in other words."""
    return [MathSkill(), CodeSkill(), KnowledgeSkill(embedder), LOGIC, GENERAL, ExecSkill()]
