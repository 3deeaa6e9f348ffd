"""The example of docs/skills.md is a skill that works when it is installed as the page says."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
from skill_tasks import MakeTask

from orchestrator.routing.skills.built_in import built_in_skills
from orchestrator.routing.skills.plugins import load_plugins
from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.settings import PROJECT_ROOT
from orchestrator.telemetry.metrics import Metrics

PAGE = (PROJECT_ROOT / "docs" / "skills.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


async def test_the_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: MakeTask) -> None:
    project = tomllib.loads(block("toml"))["project"]
    ((name, target),) = project["entry-points"]["council.skills"].items()
    module = target.split(":")[0]
    (tmp_path / f"{module}.py").write_text(block("python"))
    info = tmp_path / f"{module}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    (info / "entry_points.txt").write_text(f"[council.skills]\n{name} = {target}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = SkillRegistry.of(built_in_skills(), load_plugins(["math"]), Metrics())
    try:
        asked = await registry.ask("weekday", task("What day of the week was 20 July 1969?"))
        assert asked.answer is not None
        assert (asked.answer.text, asked.answer.method) == ("20 July 1969 is a Sunday.", "computed")
        assert (await registry.ask("weekday", task("And 30 February 2020?"))).fell_through == "declined"
    finally:
        await registry.aclose()
        sys.modules.pop(module, None)


def test_every_built_in_skill_is_on_the_page() -> None:
    rows = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE))))
    assert rows >= {skill.name for skill in built_in_skills()}
