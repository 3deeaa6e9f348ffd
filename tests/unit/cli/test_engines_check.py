"""`council engines check` at its edges: what stops it, what it is called with, and what an answer's speed is."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from engines.check_command import CheckRequest
from engines.errors import CheckError
from engines.record import load_records
from orchestrator.cli import app, engines_check
from orchestrator.cli.console import Problem
from tests.conftest import MODEL, MODELS_DIR


def request(place: Path) -> CheckRequest:
    return CheckRequest(place / "engines", place / "models")


def test_ctrl_c_ends_it_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def ask_for_ever(*_: Any) -> int:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("unloaded")
        return 0

    monkeypatch.setattr(engines_check, "run_check", ask_for_ever)
    with pytest.raises(Problem) as caught:
        engines_check.check(request(tmp_path), "127.0.0.1:1", 0)
    assert caught.value.exit_code == 130
    assert ended == ["unloaded"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        ((), 0, "nothing to check"),
        (("phi-2/int8-sm89",), 2, "no engine 'phi-2/int8-sm89'"),
        (("--wait-s", "-1"), 2, "--wait-s"),
    ],
)
def test_without_an_engine_no_server_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], exit_code: int, said: str
) -> None:
    monkeypatch.setenv("COUNCIL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(app, ["engines", "check", "--triton", "127.0.0.1:1", *arguments])
    assert result.exit_code == exit_code, result.output
    assert said in result.output


def test_a_tokenizer_that_is_not_installed_is_a_problem_with_a_fix(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="the tokenizer of phi-2 cannot be read") as caught:
        engines_check.Prompts(tmp_path).of(load_records()["phi-2"])
    assert caught.value.fix == "run: council models pull --tokenizer-only phi-2"


def test_the_text_becomes_tokens_of_the_model_and_back() -> None:
    prompts = engines_check.Prompts(MODELS_DIR)
    asked = prompts.of(load_records()[MODEL])
    assert asked is prompts.of(load_records()[MODEL])
    assert 400 < len(asked.places) < 800
    assert asked.places[0].next_id == asked.places[1].prompt_ids[-1]


@pytest.mark.parametrize(
    ("times", "speed"),
    [([], None), ([(1.0, 4)], None), ([(1.0, 4), (1.5, 8), (3.0, 14)], 5.0)],
)
def test_speed_counts_from_the_first_response(times: list[tuple[float, int]], speed: float | None) -> None:
    assert engines_check._tokens_per_s(times) == speed
