"""docker/triton/healthy.py against a server of ours: what it reports, and whom it ends. Real engines: test_stack.py."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.triton_server import STOP_OF_NOTHING
from tests.compose.compose_file import environment

SCRIPT = PROJECT_ROOT / "docker" / "triton" / "healthy.py"
KEY = "the key of this start"


class Triton(BaseHTTPRequestHandler):
    """`status` is of the models' answers, `ready` of its own readiness."""

    status = 200
    ready = 200

    def do_GET(self) -> None:
        self.send_response(type(self).ready if self.path == "/v2/health/ready" else 404)
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        right = self.headers["council-probe"] == KEY and body == STOP_OF_NOTHING
        self.send_response(type(self).status if right else 403)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(Triton, "status", 200)
    monkeypatch.setattr(Triton, "ready", 200)
    with ThreadingHTTPServer(("127.0.0.1", 0), Triton) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    directory = tmp_path / "council"
    directory.mkdir()
    (directory / "probe-key").write_text(KEY)
    return directory


def check(state: Path, port: int) -> subprocess.CompletedProcess[str]:
    env = environment(
        TMPDIR=str(state.parent), COUNCIL_TRITON_HTTP_PORT=str(port), COUNCIL_TRITON_MODELS="one two"
    )
    return subprocess.run([sys.executable, SCRIPT], env=env, capture_output=True, text=True)


# A parent whose only child has ended and is waited for by nobody.
# Ready when its child has ended and nobody has taken note of it.
NEGLIGENT = """
import os, subprocess, time
child = subprocess.Popen(["true"])
os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
print("ready", flush=True)
time.sleep(60)
"""
SOUND = "import time; print('ready', flush=True); time.sleep(60)"


@contextmanager
def standing_for_triton(state: Path, code: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        (state / "pid").write_text(str(process.pid))
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> bool:
    """Whether it was killed; a kill has arrived when the check returns."""
    try:
        return process.wait(0.5) == -signal.SIGKILL
    except subprocess.TimeoutExpired:
        return False


def test_models_that_answer_are_healthy(state: Path, port: int) -> None:
    assert check(state, port).returncode == 0


@pytest.mark.parametrize(
    ("ready", "silent_s", "code", "is_ended"),
    [
        (400, None, SOUND, False),
        (400, 100, NEGLIGENT, False),
        (200, None, SOUND, False),
        (200, 20, SOUND, False),
        (200, 31, SOUND, True),
        (200, None, NEGLIGENT, True),
    ],
)
def test_who_does_not_answer_is_ended_when_it_is_time(
    state: Path, port: int, ready: int, silent_s: float | None, code: str, is_ended: bool
) -> None:
    Triton.status, Triton.ready = 500, ready
    if silent_s is not None:
        (state / "failing-since").write_text(str(time.time() - silent_s))
    with standing_for_triton(state, code) as triton:
        done = check(state, port)
        assert (done.returncode, done.stderr.strip()) == (1, "one: HTTP 500")
        assert ended(triton) is is_ended


def test_a_short_silence_is_forgotten(state: Path, port: int) -> None:
    check(state, port)
    Triton.status = 500
    with standing_for_triton(state, SOUND):
        check(state, port)
    assert (state / "failing-since").exists()
    Triton.status = 200
    assert check(state, port).returncode == 0
    assert not (state / "failing-since").exists()


def test_nobody_listening_is_a_fault_in_words(state: Path) -> None:
    done = check(state, 1)
    assert done.returncode == 1
    assert "one: ConnectionRefusedError" in done.stderr
    assert "Traceback" not in done.stderr
