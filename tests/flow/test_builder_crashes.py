"""Our builder killed with SIGKILL before each of its durable operations in turn, while it replaces an engine.

(The programs it runs are stand-ins, see tests/flow/__init__.py. A power cut between two operations is not shown:
that would take a disk that forgets what was not synced.)
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.flow.site import Site

pytestmark = pytest.mark.slow

OLD, NEW = 4, 2


def crashes(site: Site, *arguments: str) -> list[dict[str, Any]]:
    program = str(Path(__file__).with_name("dying_builder.py"))
    done = subprocess.run(
        [sys.executable, program, str(site.root), *arguments],
        env=site.environ,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_second_runs_finish(points: list[dict[str, Any]]) -> None:
    for point in points:
        assert point["second_run"] == 0, point
        assert point["in_the_end"] == [NEW], point
        assert point["work_left"] == [], point


def test_an_engine_is_there_whenever_the_builder_dies(site: Site) -> None:
    points = crashes(site)
    died_before = [point["died_before"].split()[0] for point in points]
    assert {"rename", "replace", "rmtree", "exchange", "sync"} == set(died_before)
    assert all(point["after_death"] in ([OLD], [NEW]) for point in points), points
    assert points[-1]["after_death"] == [NEW]
    assert_second_runs_finish(points)


def test_without_an_atomic_exchange_the_old_engine_comes_back(site: Site) -> None:
    points = crashes(site, "no-exchange")
    between = [point for point in points if point["after_death"] == []]
    assert [point["died_before"] for point in between] == ["rename engine"]
    assert_second_runs_finish(points)
