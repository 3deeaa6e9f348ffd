from __future__ import annotations

from typing import Any

import pytest
from skill_tasks import MakeTask

from orchestrator.seams import ChatMessage, SkillTask
from tests.fakes.python_runner import PythonRunner
from tests.fakes.saying_generator import SayingGenerator


@pytest.fixture
def generator() -> SayingGenerator:
    return SayingGenerator()


@pytest.fixture
def runner() -> PythonRunner:
    return PythonRunner()


@pytest.fixture
def task(generator: SayingGenerator) -> MakeTask:
    """A task whose last message is `text`, after `earlier` messages of the user and the assistant in turn."""

    def make(text: str, *earlier: str, **fields: Any) -> SkillTask:
        said = [
            ChatMessage("user" if index % 2 == 0 else "assistant", content)
            for index, content in enumerate(earlier)
        ]
        messages = [*said, ChatMessage("user", text)]
        return SkillTask(text, messages, "tiny", generator, **fields)

    return make
