"""A task for the math skill, which never asks a model."""

from __future__ import annotations

from collections.abc import AsyncIterator

from orchestrator.routing.skills.math import MathLimits
from orchestrator.seams import Ask, Generated, SkillTask

PATIENT = MathLimits(compute_s=30.0)
"""For tests that are not about time: the machine may be busy."""


class NoModel:
    """Fails the test that lets mathematics ask a model."""

    async def generate(self, ask: Ask) -> Generated:
        raise AssertionError(f"the math skill asked a model: {ask}")

    def stream(self, ask: Ask) -> AsyncIterator[str | Generated]:
        raise AssertionError(f"the math skill asked a model: {ask}")


def task(text: str, *, deadline_s: float = 120.0) -> SkillTask:
    return SkillTask(text=text, messages=(), model="none", generator=NoModel(), deadline_s=deadline_s)
