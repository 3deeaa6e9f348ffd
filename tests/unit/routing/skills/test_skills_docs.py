"""The example of docs/skills.md is a skill that works when it is installed as the page says."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from skill_tasks import MakeTask

from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.skills.built_in import built_in_skills
from orchestrator.routing.skills.plugins import load_plugins
from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.seams import ChatMessage, ModelState
from orchestrator.settings import PROJECT_ROOT, Settings
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.decision import Decisions
from orchestrator.turn.setup import build_decider, is_computable, is_told
from orchestrator.turn.values import TurnRequest
from tests.conftest import MODELS_DIR

PAGE = (PROJECT_ROOT / "docs" / "skills.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


class _States:
    async def now(self) -> tuple[ModelState, ...]:
        return (ModelState("tiny", ("fast",), ready=True, context_tokens=2048, parameters=1000),)


@pytest_asyncio.fixture
async def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SkillRegistry]:
    """Council's skills and the example, as the page says."""
    project = tomllib.loads(block("toml"))["project"]
    ((name, target),) = project["entry-points"]["council.skills"].items()
    module = target.split(":")[0]
    (tmp_path / f"{module}.py").write_text(block("python"))
    info = tmp_path / f"{module}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    (info / "entry_points.txt").write_text(f"[council.skills]\n{name} = {target}\n")
    tickets = tmp_path / "tickets.json"
    tickets.write_text('{"7": {"title": "Login fails", "state": "closed"}}')
    monkeypatch.setenv("TICKETS_FILE", str(tickets))
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = SkillRegistry.of(built_in_skills(), load_plugins(["math"]), Metrics())
    yield registry
    await registry.aclose()
    sys.modules.pop(module, None)


async def test_the_example_works(installed: SkillRegistry, task: MakeTask) -> None:
    asked = await installed.ask("tickets", task("What is the status of ticket 7?"))
    assert asked.answer is not None
    assert (asked.answer.text, asked.answer.method) == ("Ticket 7, Login fails: closed.", "computed")
    assert (await installed.ask("tickets", task("And of ticket 8?"))).fell_through == "declined"


@pytest.mark.parametrize(
    "text", ["What is the status of ticket 7?", "Is ticket 12 done?", "How is ticket #7 coming along?"]
)
async def test_the_example_gets_its_turn(installed: SkillRegistry, text: str) -> None:
    if not (MODELS_DIR / "all-minilm-l6-v2" / "model.onnx").exists():
        pytest.skip("the embedder is not installed: run `council models pull all-minilm-l6-v2`")
    decisions = Decisions(
        _States(),
        build_decider(Settings()),
        installed,
        MiniLmEmbedder.load(MODELS_DIR),
        is_settled=is_computable,
        is_told=is_told,
        remembers=True,
    )
    await decisions.start()
    try:
        routed = await decisions.decide(TurnRequest([ChatMessage("user", text)]))
    finally:
        decisions.close()
    assert routed.decision.skill == "tickets"


def test_every_built_in_skill_is_on_the_page() -> None:
    rows = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE))))
    assert rows >= {skill.name for skill in built_in_skills()}
