"""`python -m orchestrator.serve` that cannot start: one sentence that helps, and an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from orchestrator.serve import STARTUP_FAILED
from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.ports import free_ports


def serve(**settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "orchestrator.serve"]
    return subprocess.run(
        command,
        env={**os.environ, **settings},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_damaged_database_is_said_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "council.db").write_bytes(b"not a database" * 100)
    ended = serve(COUNCIL_DATA_DIR=str(tmp_path), COUNCIL_PORT=str(free_ports(1)[0]))
    assert ended.returncode == STARTUP_FAILED
    assert "the API cannot start: the database" in ended.stderr
    assert "is damaged: move the file away" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_wrong_setting_is_said_without_a_traceback() -> None:
    ended = serve(COUNCIL_PORT="many")
    assert ended.returncode == 1
    assert "the API cannot start" in ended.stderr
    assert "Traceback" not in ended.stderr
