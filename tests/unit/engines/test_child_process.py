"""A program of a build is bounded: by time, by its builder, and it leaves nothing running."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from engines.child_process import Leash, run
from engines.errors import StepFailed, StepTimedOut

ENVIRON = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def lock(tmp_path: Path) -> int:
    return os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)


def shell(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def gone(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def wait_until_gone(process: int) -> None:
    deadline = time.monotonic() + 10
    while not gone(process):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_output_and_command_are_in_the_log(tmp_path: Path, lock: int) -> None:
    log = tmp_path / "logs" / "step.log"
    ended = run(shell("echo out; echo err >&2; exit 3"), ENVIRON, log, Leash(10, lock))
    assert ended.status == 3
    assert ended.tail == "out\nerr\n"
    first, *rest = log.read_text().splitlines()
    assert first.endswith("/bin/sh -c 'echo out; echo err >&2; exit 3'")
    assert rest == ["out", "err"]


def test_the_tail_is_of_this_run_alone(tmp_path: Path, lock: int) -> None:
    log = tmp_path / "step.log"
    run(shell("echo No space left on device"), ENVIRON, log, Leash(10, lock))
    assert run(shell("echo fine"), ENVIRON, log, Leash(10, lock)).tail == "fine\n"


def test_a_program_deaf_to_sigterm_is_killed_after_the_grace(tmp_path: Path, lock: int) -> None:
    pid = tmp_path / "pid"
    script = f"trap '' TERM; echo $$ >{pid}; while :; do sleep 0.05; done"
    started = time.monotonic()
    with pytest.raises(StepTimedOut):
        run(shell(script), ENVIRON, tmp_path / "log", Leash(0.5, lock, grace_s=0.3))
    assert 0.8 <= time.monotonic() - started < 5
    assert gone(int(pid.read_text()))


def test_a_program_may_clean_up_within_the_grace(tmp_path: Path, lock: int) -> None:
    script = f"trap 'echo bye >{tmp_path}/said; exit' TERM; while :; do sleep 0.05; done"
    with pytest.raises(StepTimedOut):
        run(shell(script), ENVIRON, tmp_path / "log", Leash(0.5, lock, grace_s=10))
    assert (tmp_path / "said").read_text() == "bye\n"


@pytest.mark.parametrize("ending", ["exit 0", "kill -9 $$"])
def test_what_a_program_started_ends_with_it(tmp_path: Path, lock: int, ending: str) -> None:
    pid = tmp_path / "pid"
    run(shell(f"sleep 60 & echo $! >{pid}; {ending}"), ENVIRON, tmp_path / "log", Leash(10, lock))
    wait_until_gone(int(pid.read_text()))


def test_a_signal_is_told_as_a_negative_status(tmp_path: Path, lock: int) -> None:
    ended = run(shell("kill -9 $$"), ENVIRON, tmp_path / "log", Leash(10, lock))
    assert ended.status == -signal.SIGKILL


@pytest.mark.parametrize("program", ["/nonexistent/program", "/etc/passwd"])
def test_a_program_that_cannot_be_started_is_named(tmp_path: Path, lock: int, program: str) -> None:
    with pytest.raises(StepFailed, match=program):
        run([program], ENVIRON, tmp_path / "log", Leash(10, lock))


def test_a_long_step_says_that_it_is_alive(
    tmp_path: Path, lock: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engines.child_process.REPORT_EVERY_S", 0.1)
    said: list[str] = []
    leash = Leash(10, lock, on_wait=lambda _elapsed_s, line: said.append(line))
    run(shell("echo building layer 3; sleep 0.5"), ENVIRON, tmp_path / "log", leash)
    assert "building layer 3" in said
