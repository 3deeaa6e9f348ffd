"""The program's name in hints: what the reader can type where they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from orchestrator.cli.program import as_typed, program

BIN = Path(sys.prefix) / "bin"


def test_in_an_activated_environment_it_is_the_bare_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(BIN))
    assert program() == "council"


def test_elsewhere_it_is_a_path_that_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(BIN.parent.parent)
    assert program() == f"{BIN.parent.name}/bin/council"
    monkeypatch.chdir(tmp_path)
    assert Path(program()) == BIN / "council"
    assert Path(program()).is_file()


def test_another_program_of_that_name_is_not_meant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "council"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program().endswith("bin/council")


def test_hints_of_other_parts_are_made_typable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.cli.program.program", lambda: ".venv/bin/council")
    assert as_typed("run: council models pull x") == "run: .venv/bin/council models pull x"
    assert (
        as_typed("on the host run: council models pull x")
        == "on the host run: .venv/bin/council models pull x"
    )
    for other in (
        "stop council first",
        "run: .venv/bin/council up",
        "see council.toml",
        "/opt/council models",
    ):
        assert as_typed(other) == other
