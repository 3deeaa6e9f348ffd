"""The command line itself: help, version, and refusals before anything is started."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from orchestrator.supervision.instance_lock import InstanceLock
from orchestrator.supervision.ports import free_ports
from tests.conftest import MODEL, MODELS_DIR


def council(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestrator.cli", *arguments],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def up(data_dir: Path, *arguments: str, ports: list[int] | None = None) -> subprocess.CompletedProcess[str]:
    names = ("--port", "--triton-grpc-port", "--triton-http-port", "--triton-metrics-port")
    options = [f"{name}={port}" for name, port in zip(names, ports or free_ports(4), strict=True)]
    return council("up", f"--data-dir={data_dir}", *options, *arguments)


@pytest.mark.parametrize("command", [[], ["up"], ["chat"], ["doctor"], ["models"]])
def test_every_command_has_help(command: list[str]) -> None:
    done = council(*command, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage:" in done.stdout


def test_weights_that_changed_since_they_were_installed_are_not_served(tmp_path: Path) -> None:
    shutil.copytree(MODELS_DIR / MODEL, tmp_path / "models" / MODEL)
    with (tmp_path / "models" / MODEL / "model.gguf").open("r+b") as weights:
        weights.seek(5_000_000)
        weights.write(b"x")
    done = up(tmp_path)
    assert done.returncode == 1
    assert f"{MODEL}/model.gguf: content has changed since it was installed" in done.stderr
    assert f"COUNCIL_DATA_DIR={tmp_path}" in done.stderr
    assert f"models pull {MODEL}" in done.stderr


def test_the_version_is_the_package_s() -> None:
    assert council("--version").stdout.startswith("council 3.")


def test_help_does_not_load_what_only_serving_needs() -> None:
    code = (
        "import sys, orchestrator.cli; "
        "print([m for m in ('fastapi', 'uvicorn', 'grpc', 'httpx', 'tokenizers', 'psutil', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"COUNCIL_PORT": "99999"}, "COUNCIL_PORT: Input should be less than or equal to 65535"),
        ({"COUNCIL_HOST": "0.0.0.0"}, "COUNCIL_API_KEY"),
        ({"COUNCIL_DRAIN_TIMEOUT_S": "nan"}, "COUNCIL_DRAIN_TIMEOUT_S"),
    ],
)
def test_wrong_settings_are_named(variables: dict[str, str], words: str) -> None:
    done = council("up", **variables)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_up_without_the_model_says_how_to_get_it(tmp_path: Path) -> None:
    done = up(tmp_path)
    assert done.returncode == 1
    assert "the model smollm2-135m is not installed" in done.stderr
    assert f"run: COUNCIL_DATA_DIR={tmp_path} " in done.stderr
    assert "council models pull smollm2-135m" in done.stderr


def test_up_refuses_a_busy_port_before_it_starts_anything(tmp_path: Path) -> None:
    ports = free_ports(4)
    with socket.create_server(("127.0.0.1", ports[2])):
        done = up(tmp_path, ports=ports)
    assert done.returncode == 1
    assert f"port {ports[2]} (Triton's HTTP) is in use by " in done.stderr
    assert f"(pid {os.getpid()})" in done.stderr
    assert "--triton-http-port or COUNCIL_TRITON_HTTP_PORT" in done.stderr
    assert done.stdout == ""


def test_a_second_instance_names_the_first_and_touches_nothing(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path / "run", "orchestrator")
    before = psutil.Process().children()
    try:
        done = up(tmp_path)
        assert done.returncode == 1
        assert f"orchestrator is already run by pid {os.getpid()}" in done.stderr
        assert (tmp_path / "run" / "orchestrator.lock").read_text() == f"{os.getpid()}\n"
        assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
            "orchestrator.lock",
            "triton.lock",
        ]
        assert psutil.Process().children() == before
    finally:
        lock.release()


def test_a_data_directory_that_cannot_be_written_is_named() -> None:
    done = up(Path("/proc/nothing"))
    assert done.returncode == 1
    assert "cannot write to /proc/nothing/run" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_knows_two_services(tmp_path: Path) -> None:
    done = up(tmp_path, "--only=database")
    assert done.returncode == 2
    assert "triton, orchestrator" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (["up", "--data-dir=/proc/nothing"], 1),
        (["chat", "--url=nonsense"], 2),
        (["models", "pull", "nonsense"], 2),
        (["models", "verify", "nonsense"], 2),
        (["engines", "plan", "--model=nonsense", "--gpu=A100"], 2),
        (["engines", "verify", "--engines-dir=/proc/nothing", "nonsense"], 2),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
def test_every_command_fails_in_the_same_words(arguments: list[str], exit_code: int) -> None:
    done = council(*arguments)
    lines = done.stderr.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["error", "fix"], done.stderr
    assert done.returncode == exit_code


def test_settings_that_cannot_be_read_are_the_same_error_everywhere() -> None:
    for command in (["up"], ["chat"], ["models", "list"], ["engines", "list"]):
        done = council(*command, COUNCIL_PORT="99999")
        assert done.returncode == 2, command
        assert done.stderr.startswith("error: COUNCIL_PORT: "), (command, done.stderr)
        assert "\nfix: correct it in council.toml or in the environment\n" in done.stderr
