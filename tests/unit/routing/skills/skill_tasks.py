"""The shape of the fixture that makes tasks."""

from __future__ import annotations

from collections.abc import Callable

from orchestrator.seams import SkillTask

MakeTask = Callable[..., SkillTask]
