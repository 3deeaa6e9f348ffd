from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.supervision.errors import AlreadyRunning
from orchestrator.supervision.instance_lock import InstanceLock

HOLDER = """
import os, sys, subprocess, time
from pathlib import Path
from orchestrator.supervision.instance_lock import InstanceLock
lock = InstanceLock(Path(sys.argv[1]), "triton")
if len(sys.argv) > 2:
    subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({sys.argv[2]})"], pass_fds=(lock.fd,))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holders() -> Iterator[list[subprocess.Popen[str]]]:
    holders: list[subprocess.Popen[str]] = []
    yield holders
    for holder in holders:
        holder.kill()
        holder.communicate()


def start_holder(holders: list[subprocess.Popen[str]], *arguments: str) -> subprocess.Popen[str]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, *arguments], stdout=subprocess.PIPE, text=True)
    holders.append(holder)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_instance_is_refused_at_once_and_told_the_pid(
    tmp_path: Path, holders: list[subprocess.Popen[str]]
) -> None:
    holder = start_holder(holders, str(tmp_path))
    started = time.monotonic()
    with pytest.raises(AlreadyRunning) as refused:
        InstanceLock(tmp_path, "triton")
    assert time.monotonic() - started < 1
    assert f"pid {holder.pid}" in refused.value.message
    assert holder.poll() is None


def test_another_service_or_directory_is_free(tmp_path: Path, holders: list[subprocess.Popen[str]]) -> None:
    start_holder(holders, str(tmp_path))
    InstanceLock(tmp_path, "orchestrator").release()
    InstanceLock(tmp_path / "other", "triton").release()


def test_nothing_is_stale_after_a_crash(tmp_path: Path, holders: list[subprocess.Popen[str]]) -> None:
    holder = start_holder(holders, str(tmp_path))
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    lock = InstanceLock(tmp_path, "triton")
    assert (tmp_path / "triton.lock").read_text() == f"{os.getpid()}\n"
    lock.release()


def test_a_guardian_that_still_cleans_up_is_waited_for(
    tmp_path: Path, holders: list[subprocess.Popen[str]]
) -> None:
    holder = start_holder(holders, str(tmp_path), "1.0")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    started = time.monotonic()
    InstanceLock(tmp_path, "triton").release()
    assert 0.3 < time.monotonic() - started < 4


def test_the_directories_that_it_makes_are_private(tmp_path: Path) -> None:
    InstanceLock(tmp_path / "data" / "run", "triton").release()
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "data", tmp_path / "data" / "run")]
    assert modes == [0o700, 0o700]
