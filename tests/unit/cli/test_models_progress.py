"""What `council models pull` draws on a terminal."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from orchestrator.cli import models


def test_a_step_without_a_size_claims_none_and_ends_full(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = StringIO()
    monkeypatch.setattr(
        models, "Console", lambda **_: Console(file=drawn, force_terminal=True, no_color=True, width=100)
    )
    with models._shown_progress() as progress:
        progress.step("unpack", 2_000_000)
        progress.advance(2_000_000)
        progress.step("finish", None)
    *_, unpack, finish = [
        line for line in drawn.getvalue().splitlines() if "unpack" in line or "finish" in line
    ]
    assert "2.0/2.0 MB" in unpack
    assert "/" not in finish
    assert finish.count("━") == unpack.count("━")
