"""The shape of the fixture that makes tasks, and what their answers are."""

from __future__ import annotations

from collections.abc import Callable

from orchestrator.routing.skills.knowledge import UNKNOWN
from orchestrator.seams import SkillAnswer, SkillTask

MakeTask = Callable[..., SkillTask]


def stands(answer: SkillAnswer) -> bool:
    """Whether a `knowledge` answer is in the model's own words, checked, and neither a quotation nor "do not say"."""
    return not {"quoted", "unknown"} & answer.evidence.keys()


def gives(answer: SkillAnswer, claim: str) -> bool:
    """Whether a `knowledge` answer is the model's claim in its own words, or in the document's, quoted without a lead."""
    if stands(answer):
        return answer.text.startswith(claim.rstrip("."))
    return answer.text.startswith("“") and "quoted" in answer.evidence and UNKNOWN not in answer.text
