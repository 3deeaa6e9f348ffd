"""`council engines build|verify|list|prune`: the options arrive, and a problem is an error, a fix and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from orchestrator.cli import app
from tests.flow.tiny_engine import make_engine


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No GPU, and directories of the test's own."""
    monkeypatch.setenv("COUNCIL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["engines", *arguments])


def test_a_dry_run_plans_for_an_assumed_card_and_touches_nothing(tmp_path: Path) -> None:
    card = ("--assume-gpu", "RTX 4070", "--driver", "575.57.08")
    result = run("build", "--dry-run", *card, "--model", "tinyllama-1.1b", "--precision", "int8")
    assert result.exit_code == 0, result.output
    assert "[1/1] tinyllama-1.1b/int8-sm89" in result.stdout
    assert "25.10-trtllm-python-py3" in result.stdout
    assert f"--model_dir {tmp_path}/models/tinyllama-1.1b" in result.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "exit_code", "error", "fix"),
    [
        (("build",), 1, "nothing can be built here", '--dry-run --assume-gpu "RTX 4070"'),
        (("build", "--assume-gpu", "RTX 4070"), 2, "an assumed one can only be planned", "add --dry-run"),
        (("build", "--dry-run", "--assume-gpu", "RTX 9999"), 2, "RTX 9999", "choose one of"),
        (
            ("build", "--dry-run", "--assume-gpu", "L4", "--model", "x"),
            2,
            "no GPU model 'x'",
            "choose one of",
        ),
        (("build", "--dry-run", "--vram-gib", "8"), 2, "--vram-gib", ""),
        (("verify", "phi-2/fp16-sm89"), 2, "no engine 'phi-2/fp16-sm89'", "none is there"),
        (("verify", "--assume-gpu", "RTX 9999"), 2, "RTX 9999", "choose one of"),
    ],
)
def test_a_problem_is_an_error_a_fix_and_an_exit_code(
    arguments: tuple[str, ...], exit_code: int, error: str, fix: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == exit_code, result.output
    assert error in result.stderr
    assert fix in result.stderr
    assert "Traceback" not in result.output


def test_everything_refused_has_an_exit_code_of_its_own() -> None:
    result = run("build", "--dry-run", "--assume-gpu", "GTX 1080")
    assert result.exit_code == 3
    assert "sm_unsupported" in result.stdout


def test_an_engine_without_record_is_listed_and_not_served(tmp_path: Path) -> None:
    make_engine(tmp_path)
    (engine,) = json.loads(run("list", "--json").stdout)
    assert (engine["engine_id"], engine["state"], engine["servable"]) == (
        "tiny-llama/fp16-sm89",
        "complete",
        False,
    )
    verified = run("verify")
    assert verified.exit_code == 1
    assert "no record has this model" in verified.stdout


def test_prune_asks_unless_told(tmp_path: Path) -> None:
    directory, _ = make_engine(tmp_path)
    (directory / "council-engine.json").unlink()
    unasked = run("prune")
    assert unasked.exit_code == 2
    assert "add --yes" in unasked.stderr
    assert directory.exists()
    assert run("prune", "--yes").exit_code == 0
    assert not directory.exists()
