"""`council route`: in this process over the installed models, and against a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from route_server import RouteServer

from orchestrator.settings import PROJECT_ROOT

MODELS_DIR = PROJECT_ROOT / "data" / "models"
MODEL = "smollm2-135m"


def route(*arguments: str, data_dir: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestrator.cli", "route", *arguments],
        env={"PATH": os.environ["PATH"], **({"COUNCIL_DATA_DIR": str(data_dir)} if data_dir else {})},
        capture_output=True,
        text=True,
        input=stdin,
        timeout=60,
        check=False,
    )


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    if not (MODELS_DIR / MODEL).exists():
        pytest.skip(f"{MODEL} is not installed: run `council models pull {MODEL}`")
    (tmp_path / "models").symlink_to(MODELS_DIR)
    return tmp_path


def test_a_prompt_is_explained_without_a_server(data_dir: Path) -> None:
    done = route("hi, what is 3*4?", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    for word in ("skill", "math", "model", MODEL, "reason", "decided in"):
        assert word in done.stdout


def test_json_is_what_the_server_answers(data_dir: Path) -> None:
    done = route("--json", "Write a Python function that reverses a string.", data_dir=data_dir)
    told = json.loads(done.stdout)
    assert (told["decision"]["skill"], told["decision"]["model"]) == ("code", MODEL)
    assert told["features"]["requested"] == "council/auto"


def test_standard_input_and_another_policy(data_dir: Path) -> None:
    done = route("-", "--policy", "rules", "--json", data_dir=data_dir, stdin="2+2")
    assert (json.loads(done.stdout)["decision"]["policy"], done.returncode) == ("rules", 0)


@pytest.mark.parametrize("arguments", [("-1+2", "--json"), ("--json", "-1+2"), ("--json", "--", "-1+2")])
def test_a_sum_that_begins_with_a_minus_is_a_prompt(data_dir: Path, arguments: tuple[str, ...]) -> None:
    done = route(*arguments, data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["decision"]["skill"] == "math"


def test_a_prompt_that_is_a_commands_name_can_be_asked(data_dir: Path) -> None:
    assert "council route explain PROMPT" in " ".join(route("--help").stdout.split())
    done = route("explain", "replay", "--json", data_dir=data_dir)
    assert (done.returncode, "decision" in json.loads(done.stdout)) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["Hi", "--quality", "-1"], 2, "--quality"),
        (["Hi", "--policy", "best"], 2, "choose learned or rules"),
        (["Hi", "--quality", "2"], 2, "less than or equal to 1"),
        (["Hi", "--url", "http://127.0.0.1:1"], 1, "no answer from http://127.0.0.1:1"),
        (["Hi", "--model", "gpt-4"], 1, "no such model"),
    ],
)
def test_refusals_say_what_to_do(data_dir: Path, arguments: list[str], code: int, words: str) -> None:
    done = route(*arguments, data_dir=data_dir)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_model_it_says_how_to_get_one(tmp_path: Path) -> None:
    done = route("Hi", data_dir=tmp_path)
    assert done.returncode == 1
    assert "council models pull" in done.stderr


def test_a_server_is_asked() -> None:
    with RouteServer() as server:
        done = route("2+2", "--url", server.url)
        assert (done.returncode, "calculator" in done.stdout) == (0, True), done.stderr
        assert server.asked == {"prompt": "2+2", "model": "council/auto"}
        route("2+2", "--url", server.url, "--policy", "rules", "--quality", "0.25")
        assert server.asked["policy"] == "rules"
        assert server.asked["quality"] == 0.25
        server.status = 404
        done = route("2+2", "--url", server.url)
    assert (done.returncode, "no such model" in done.stderr) == (1, True)


def test_a_file_that_is_no_text_is_refused(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x80")
    done = route("replay", str(tmp_path / "binary"), data_dir=data_dir)
    assert (done.returncode, "is no text in UTF-8" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["", "\n  \n"])
def test_a_file_without_prompts_is_told(data_dir: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "empty").write_text(text)
    done = route("replay", str(tmp_path / "empty"), "--json", data_dir=data_dir)
    assert (done.returncode, done.stdout, "nothing to replay" in done.stderr) == (1, "", True)


def test_recorded_prompts_are_replayed(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    prompts = ["What is 2+2?", "What is the capital of France?", "Write a sort in Python."]
    file.write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in prompts))
    same = json.loads(route("replay", str(file), "--after", "rules", "--json", data_dir=data_dir).stdout)
    assert (same["prompts"], same["differing"]) == (3, 0)
    told = json.loads(route("replay", str(file), "--json", data_dir=data_dir).stdout)
    assert {each["line"] for each in told["differences"]} <= {2, 3}, "a sum is a sum to both"
    assert all(each["changed"] for each in told["differences"])
    assert "3 prompts" in route("replay", str(file), data_dir=data_dir).stdout
    file.write_text('{"prompt": "hi"}\n{"prompt": "hi", "requested": "gpt-9"}\n')
    alike = ("replay", str(file), "--before", "learned")
    told = json.loads(route(*alike, "--json", data_dir=data_dir).stdout)
    assert (told["prompts"], told["differing"], told["refused"]) == (2, 0, 1)
    shown = route(*alike, data_dir=data_dir).stdout
    assert "0 of 2 prompts are decided otherwise" in shown
    assert "1 of 2 cannot be decided" in shown
    file.write_text('no json\n{"prompt": "hi"}\n')
    done = route("replay", str(file), "--json", data_dir=data_dir)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "1 lines were skipped" in done.stderr
    assert json.loads(done.stdout)["prompts"] == 1


def test_help_names_both_uses() -> None:
    done = route("--help")
    assert done.returncode == 0
    assert "PROMPT" in done.stdout
    assert "explain" in done.stdout


def test_the_help_of_replay_names_the_fields() -> None:
    told = route("replay", "--help").stdout
    for field in (
        "prompt",
        "requested",
        "user_turns",
        "history_chars",
        "documents",
        "messages",
        "model",
        "id",
    ):
        assert field in told
