"""Council's own skills."""

from __future__ import annotations

from orchestrator.routing.skills.code import CodeSkill
from orchestrator.routing.skills.execute import ExecSkill
from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.routing.skills.math import MathSkill
from orchestrator.routing.skills.plain import GENERAL, LOGIC
from orchestrator.seams import Skill


def built_in_skills() -> list[Skill]:
    return [MathSkill(), CodeSkill(), KnowledgeSkill(), LOGIC, GENERAL, ExecSkill()]
