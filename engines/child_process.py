"""Runs one program of a build: its output in a log, a time limit, and nothing left running behind it.

Guarantees: the program and what it started are gone when `run` returns or raises, and the program itself dies with
the builder, even after `kill -9`. What it had started may outlive a killed builder: such a process holds the
builder's lock (`Leash.lock`), so no second builder starts beside it.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engines.disk import disk_errors
from engines.errors import StepFailed, StepTimedOut

POLL_S = 0.05
REPORT_EVERY_S = 15.0
TAIL_BYTES = 4096
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Leash:
    """What bounds a program: `grace_s` passes between asking it to stop and killing it."""

    timeout_s: float
    lock: int
    grace_s: float = 10.0
    on_wait: Callable[[float, str], None] = lambda _elapsed_s, _last_line: None


@dataclass(frozen=True)
class Ended:
    """How a program ended. `status` is its exit status, or minus the signal that killed it."""

    status: int
    elapsed_s: float
    tail: str


def run(argv: Sequence[str], environ: Mapping[str, str], log: Path, leash: Leash) -> Ended:
    """Run a program to its end. Raises StepFailed when it cannot be started, StepTimedOut, DiskError."""
    started = time.monotonic()
    with disk_errors("writing the log", log):
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            out.write(f"# {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {shlex.join(argv)}\n".encode())
            out.flush()
            begin = out.tell()
            process = _start(argv, environ, out.fileno(), leash)
    try:
        _wait(process, log, begin, started, leash)
    except BaseException:
        _stop(process, leash.grace_s)
        raise
    _kill_group(process)
    return Ended(process.wait(), time.monotonic() - started, tail_of(log, begin))


def tail_of(log: Path, begin: int = 0) -> str:
    """The last lines of a log, after its byte `begin`; empty when it cannot be read."""
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(begin, size - TAIL_BYTES))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _start(
    argv: Sequence[str], environ: Mapping[str, str], output: int, leash: Leash
) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    try:
        return subprocess.Popen(  # noqa: S603 - the plan's own command, no shell
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environ),
            start_new_session=True,
            pass_fds=(leash.lock,),
            preexec_fn=lambda: _die_with(parent),
        )
    except FileNotFoundError as error:
        fix = "run this inside the TensorRT-LLM container: scripts/build_engines.sh does"
        raise StepFailed(f"{argv[0]} is not on this machine", fix=fix) from error
    except OSError as error:
        raise StepFailed(f"{argv[0]} cannot be started: {error.strerror}") from error


def _die_with(parent: int) -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)


def _wait(process: subprocess.Popen[bytes], log: Path, begin: int, started: float, leash: Leash) -> None:
    """Return when the program has ended, without reaping it: until then its group's number is its own."""
    reported = started
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        now = time.monotonic()
        if now - started > leash.timeout_s:
            fix = f"read {log}; raise --step-timeout-min if it was still at work"
            limit = f"{leash.timeout_s / 60:g} min"
            raise StepTimedOut(f"it was stopped after {limit}, the limit for one step", fix=fix)
        if now - reported >= REPORT_EVERY_S:
            reported = now
            lines = tail_of(log, begin).splitlines()
            leash.on_wait(now - started, lines[-1] if lines else "")
        time.sleep(POLL_S)


def _stop(process: subprocess.Popen[bytes], grace_s: float) -> None:
    _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + grace_s
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() >= deadline:
            break
        time.sleep(POLL_S)
    _kill_group(process)
    process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    _signal_group(process, signal.SIGKILL)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
