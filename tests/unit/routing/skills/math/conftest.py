"""One warm math skill for the session, and how a test asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from orchestrator.routing.skills.math import MathSkill
from tests.unit.routing.skills.math.asking import PATIENT


@pytest.fixture(scope="session")
async def math_skill() -> AsyncIterator[MathSkill]:
    skill = MathSkill(PATIENT)
    await skill.start()
    yield skill
    await skill.aclose()
