"""The shape of the fixture that makes tasks, and what their answers are."""

from __future__ import annotations

from collections.abc import Callable

from orchestrator.routing.skills.knowledge import NEAREST, UNKNOWN
from orchestrator.seams import SkillAnswer, SkillTask

MakeTask = Callable[..., SkillTask]


def is_outright(answer: SkillAnswer) -> bool:
    """Whether a `knowledge` answer is a quotation without a lead."""
    return answer.text.startswith("“") and not any(lead in answer.text for lead in (NEAREST, UNKNOWN))
