"""`council up` as a person runs it, and how tests look at it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.guardian import SHARED_MEMORY
from orchestrator.supervision.ports import free_ports

MODEL = "smollm2-135m"
READY_S = 60.0
CAPITAL = "What is the capital of France? Answer in one sentence."


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

    def wait_for(self, text: str, count: int = 1, timeout_s: float = READY_S) -> None:
        deadline = time.monotonic() + timeout_s
        while self.output.count(text) < count:
            assert self.process.poll() is None, f"it ended:\n{self.output}"
            assert time.monotonic() < deadline, f"{text!r} never came:\n{self.output}"
            time.sleep(0.05)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def triton(self) -> psutil.Process:
        return next(process for process in self.family() if process.name() == "tritonserver")

    def model_process(self) -> psutil.Process:
        """The Python backend's process that holds the engine."""
        return next(process for process in self.family() if process.name().startswith("triton_python"))

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

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
