"""The CPU profile of compose.yaml, started for real under a project name of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from engines.sources import PYPI
from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.ports import free_ports
from tests.compose.compose_file import COMPOSE, environment
from tests.compose.engine import Engine

BUILD_TIMEOUT_S = 900
SERVICES = ("triton-cpu", "orchestrator", "prometheus")
PROMETHEUS = Path(__file__).with_name("prometheus.compose.yaml")
QUESTION = "What is the capital of France? Answer in one sentence."


class Stack:
    def __init__(self, engine: Engine, base_image: str) -> None:
        self.engine = engine
        self.project = f"council-test-{os.getpid()}"
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.package_index = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or PYPI
        self._environment = environment(
            DOCKER_HOST=engine.url,
            COUNCIL_BASE_IMAGE=base_image,
            COUNCIL_PACKAGE_INDEX=self.package_index,
            COUNCIL_PUBLISHED_PORT=str(port),
            COUNCIL_IMAGE=self.image("orchestrator"),
            COUNCIL_TRITON_CPU_IMAGE=self.image("triton-cpu"),
            COUNCIL_PROMETHEUS_IMAGE=self.image("prometheus"),
        )

    def image(self, service: str) -> str:
        return f"{self.project}-{service}:local"

    def compose(self, *arguments: str) -> str:
        """Run Compose and return its stdout. Its stderr is part of the failure's message."""
        command = [str(COMPOSE), f"--project-name={self.project}", "--env-file", os.devnull]
        command += ["--file", str(PROJECT_ROOT / "compose.yaml"), "--file", str(PROMETHEUS)]
        command += ["--profile=cpu", "--profile=observability", *arguments]
        done = subprocess.run(
            command,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=BUILD_TIMEOUT_S,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout

    def build(self) -> None:
        self.compose("build", *SERVICES)

    def up(self) -> None:
        """Start the CPU profile and Prometheus (Grafana's image can only be pulled) and wait for their health."""
        try:
            self.compose("up", "--wait", "--no-build", "--pull=never", *SERVICES)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.compose('logs', '--tail=50')}") from None

    def down(self) -> None:
        self.compose("down", "--volumes", "--remove-orphans", "--rmi=all")

    def execute(self, service: str, *command: str) -> str:
        return self.compose("exec", "-T", service, *command)

    def container(self, service: str) -> dict[str, Any]:
        """The engine's own description of a service's container."""
        identity = self.compose("ps", "--all", "--quiet", service).strip()
        result: dict[str, Any] = self.engine.get(f"/containers/{identity}/json")
        return result

    def memory_bytes(self, service: str) -> int:
        """What the kernel charges the container, without the part of the page cache it would drop first."""
        identity = self.container(service)["Id"]
        memory = self.engine.get(f"/containers/{identity}/stats", stream="0")["memory_stats"]
        details = memory["stats"]
        return int(memory["usage"]) - int(details.get("total_inactive_file", details.get("inactive_file", 0)))

    def address(self, service: str, network: str) -> str:
        networks = self.container(service)["NetworkSettings"]["Networks"]
        return str(networks[f"{self.project}_{network}"]["IPAddress"])

    def answer(self, **fields: Any) -> str:
        """A streamed chat through the published port, as text."""
        body = {
            "model": "smollm2-135m",
            "stream": True,
            "max_tokens": 24,
            "temperature": 0,
            "messages": [{"role": "user", "content": QUESTION}],
            **fields,
        }
        with httpx.stream("POST", f"{self.url}/v1/chat/completions", json=body, timeout=60) as response:
            assert response.status_code == 200, response.read()
            events = [line[5:].strip() for line in response.iter_lines() if line.startswith("data:")]
        assert events.pop() == "[DONE]"
        deltas = [choice["delta"] for event in map(json.loads, events) for choice in event["choices"]]
        return "".join(delta.get("content") or "" for delta in deltas)

    def status(self, path: str, **headers: str) -> int:
        return httpx.get(self.url + path, headers=headers, timeout=10).status_code


def wait_until(condition: Callable[[], bool], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s:g} s"
        time.sleep(0.2)
