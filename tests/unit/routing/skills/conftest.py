from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from skill_tasks import MakeTask

from orchestrator.errors import EmbedderUnavailable
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.seams import ChatMessage, SkillTask
from orchestrator.settings import PROJECT_ROOT
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


@pytest.fixture(scope="module", params=[False, True], ids=["words", "embedder"])
def skill(request: pytest.FixtureRequest) -> Iterator[KnowledgeSkill]:
    """`knowledge` by words alone, and with the embedder."""
    if not request.param:
        yield KnowledgeSkill()
        return
    try:
        embedder = MiniLmEmbedder.load(PROJECT_ROOT / "data" / "models")
    except EmbedderUnavailable as error:
        pytest.skip(error.message)
    yield KnowledgeSkill(embedder)
    embedder.close()
