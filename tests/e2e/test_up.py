"""`council up` as a person runs it: the real Triton server, the real API, real signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.guardian import SHARED_MEMORY
from orchestrator.supervision.ports import free_ports

MODEL = "smollm2-135m"
READY_S = 60.0


class Up:
    """One `council up` on ports and run state of its own, with the installed model."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        data_dir = directory / "data"
        data_dir.mkdir()
        (data_dir / "models").symlink_to(PROJECT_ROOT / "data" / "models")
        self.api_port, self.grpc_port, http_port, metrics_port = free_ports(4)
        self.url = f"http://127.0.0.1:{self.api_port}"
        self.log = directory / "up.log"
        command = [
            sys.executable,
            "-m",
            "orchestrator.cli",
            "up",
            f"--data-dir={data_dir}",
            f"--port={self.api_port}",
        ]
        command += [f"--triton-grpc-port={self.grpc_port}", f"--triton-http-port={http_port}"]
        command += [f"--triton-metrics-port={metrics_port}", *arguments]
        self._command = command
        self.start()

    def start(self) -> None:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=subprocess.STDOUT)

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait_for(self, text: str, count: int = 1) -> None:
        deadline = time.monotonic() + READY_S
        while self.output.count(text) < count:
            assert self.process.poll() is None, f"it ended:\n{self.output}"
            assert time.monotonic() < deadline, f"{text!r} never came:\n{self.output}"
            time.sleep(0.05)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def triton(self) -> psutil.Process:
        return next(process for process in self.family() if process.name() == "tritonserver")

    def shared_memory(self) -> list[str]:
        return [file.name for file in SHARED_MEMORY.glob(f"council_*_{self.grpc_port}_*")]

    def stream(self, prompt: str) -> str:
        body = {
            "model": MODEL,
            "stream": True,
            "max_tokens": 24,
            "temperature": 0,
            "messages": [{"role": "user", "content": prompt}],
        }
        text = ""
        with httpx.stream("POST", f"{self.url}/v1/chat/completions", json=body, timeout=60) as response:
            assert response.status_code == 200, response.read()
            events = [line[5:].strip() for line in response.iter_lines() if line.startswith("data:")]
        assert events.pop() == "[DONE]"
        for event in map(json.loads, events):
            for choice in event["choices"]:
                text += choice["delta"].get("content") or ""
        return text


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    running = Up(tmp_path)
    yield running
    stop(running)


def stop(running: Up) -> None:
    if running.process.poll() is None:
        running.process.kill()
    running.process.wait()


def test_it_serves_recovers_from_a_crash_of_triton_and_leaves_nothing_behind(up: Up) -> None:
    up.wait_for("Council is ready")
    assert "Paris" in up.stream("What is the capital of France? Answer in one sentence.")
    family = up.family()
    assert len(up.shared_memory()) > 0

    up.triton().kill()
    up.wait_for("triton       | killed by SIGKILL; starting it again in 0.5 s")
    up.wait_for("triton       | ready", count=2)
    assert "Paris" in up.stream("What is the capital of France? Answer in one sentence.")
    family += up.family()

    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(40) == 0, up.output
    assert psutil.wait_procs(family, timeout=5)[1] == []
    assert up.shared_memory() == []
    assert up.output.index("orchestrator | stopped") < up.output.index("triton       | stopped")


def test_killed_itself_it_leaves_nothing_behind_and_can_be_started_again_at_once(up: Up) -> None:
    up.wait_for("Council is ready")
    family, memory = up.family(), set(up.shared_memory())
    assert any(process.name().startswith("triton_python") for process in family)
    assert memory
    os.kill(up.process.pid, signal.SIGKILL)
    up.process.wait()
    up.start()
    up.wait_for("Council is ready")
    assert psutil.wait_procs(family, timeout=1)[1] == []
    assert memory.isdisjoint(up.shared_memory())


def test_an_answer_that_runs_when_the_stop_comes_is_finished(up: Up) -> None:
    up.wait_for("Council is ready")
    body = {
        "model": MODEL,
        "stream": True,
        "max_tokens": 60,
        "min_tokens": 60,
        "messages": [{"role": "user", "content": "Tell me a long story."}],
    }
    with httpx.stream("POST", f"{up.url}/v1/chat/completions", json=body, timeout=60) as response:
        lines = response.iter_lines()
        next(lines)
        up.process.send_signal(signal.SIGINT)
        rest = list(lines)
    assert "data: [DONE]" in rest
    assert up.process.wait(40) == 0, up.output


def test_one_service_can_be_run_alone(tmp_path: Path) -> None:
    up = Up(tmp_path, "--only=orchestrator")
    try:
        up.wait_for("Council is up")
        assert httpx.get(f"{up.url}/health/live").status_code == 200
        assert httpx.get(f"{up.url}/health/ready").status_code == 503
        assert all("triton" not in process.name() for process in up.family())
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(20) == 0, up.output
    finally:
        stop(up)


def test_the_printed_curl_line_is_a_request_that_works(up: Up) -> None:
    up.wait_for("or: council chat")
    line = next(line.strip() for line in up.output.splitlines() if line.strip().startswith("curl -N"))
    url, body = line.split(" ")[2], line.partition("-d '")[2].removesuffix("'")
    answer = httpx.post(url, content=body, headers={"Content-Type": "application/json"}, timeout=60)
    assert answer.status_code == 200
    assert "data: [DONE]" in answer.text


def test_council_chat_answers(up: Up) -> None:
    up.wait_for("Council is ready")
    done = subprocess.run(
        [sys.executable, "-m", "orchestrator.cli", "chat", f"--url={up.url}", "--temperature=0"],
        input="What is the capital of France? Answer in one sentence.\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Paris" in done.stdout
    assert "tokens, " in done.stderr
