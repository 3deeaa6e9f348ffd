"""Memory over the real engine, and the API as a process of its own that is stopped, killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestrator.routing.skills.remembered import NOTHING_REMEMBERED, TOLD
from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.ports import free_ports
from tests.api.server import AppServer, wait_until
from tests.conftest import MODELS_DIR, RunningTriton

REX = "My dog is called Rex."
DOGS_NAME = "What is my dog's name?"
QUOTED = f"{TOLD} “{REX}” [1]"


def ask(url: str, text: str, **fields: Any) -> dict[str, Any]:
    body = {"messages": [{"role": "user", "content": text}], "max_tokens": 16, **fields}
    reply = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=60).raise_for_status().json()
    assert isinstance(reply, dict)
    return reply


def text_of(reply: dict[str, Any]) -> str:
    return str(reply["choices"][0]["message"]["content"])


def rows(url: str, **query: str) -> list[dict[str, Any]]:
    found = httpx.get(f"{url}/v1/memories", params=query, timeout=30).raise_for_status().json()["data"]
    assert isinstance(found, list)
    return found


class Process:
    """`python -m orchestrator.serve` over the session's Triton."""

    def __init__(self, data_dir: Path, triton: RunningTriton) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {
            **os.environ,
            "COUNCIL_DATA_DIR": str(data_dir),
            "COUNCIL_PORT": str(port),
            "COUNCIL_TRITON_GRPC_PORT": triton.grpc_address.rpartition(":")[2],
        }
        self.start()

    def start(self) -> float:
        """Seconds until it answers."""
        began_s = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "orchestrator.serve"], cwd=PROJECT_ROOT, env=self._environment
        )
        wait_until(self._lives, 60)
        return time.monotonic() - began_s

    def end(self, how: signal.Signals) -> int:
        if self._process.poll() is None:
            self._process.send_signal(how)
        return self._process.wait(30)

    def _lives(self) -> bool:
        assert self._process.poll() is None, "it ended"
        try:
            return httpx.get(f"{self.url}/health/live", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
def process(tmp_path: Path, triton: RunningTriton) -> Iterator[Process]:
    (tmp_path / "models").symlink_to(MODELS_DIR)
    running = Process(tmp_path, triton)
    yield running
    running.end(signal.SIGKILL)


def test_told_asked_in_a_new_conversation_and_forgotten(council: AppServer) -> None:
    told = ask(council.url, REX, user="ann")
    assert told["usage"]["completion_tokens"] > 0, "the real model answered"
    wait_until(lambda: len(rows(council.url, user="ann")) == 1)
    asked = ask(council.url, DOGS_NAME, user="ann")
    assert text_of(asked) == QUOTED
    assert asked["council"]["evidence"]["sources"][0]["text"] == REX
    assert text_of(ask(council.url, DOGS_NAME, user="bea")) == NOTHING_REMEMBERED
    general = ask(council.url, "What is the capital of France?", user="ann")
    assert general["council"]["method"] == "generated"
    (row,) = rows(council.url, user="ann")
    assert httpx.delete(f"{council.url}/v1/memories/{row['id']}").status_code == 200
    assert text_of(ask(council.url, DOGS_NAME, user="ann")) == NOTHING_REMEMBERED


@pytest.mark.slow
def test_what_was_answered_before_a_stop_is_there_after_it(process: Process) -> None:
    """SIGTERM directly behind an answer, right after the start, when LanceDB is hardly loaded."""
    ask(process.url, REX)
    assert process.end(signal.SIGTERM) in (0, -signal.SIGTERM)
    process.start()
    reply = ask(process.url, DOGS_NAME)
    assert reply["council"]["decision"]["warnings"] == []
    assert text_of(reply) == QUOTED
    assert [row["text"] for row in rows(process.url)] == [REX]


@pytest.mark.slow
def test_what_was_written_is_there_after_kill_9(process: Process) -> None:
    ask(process.url, REX)
    wait_until(lambda: len(rows(process.url)) == 1)
    for number in range(6):
        ask(process.url, f"My cat number {number} is called Tom.", max_tokens=1)
    process.end(signal.SIGKILL)
    process.start()
    kept = [row["text"] for row in rows(process.url)]
    assert kept[-1] == REX
    # The last may have been answered and not yet written.
    assert [f"My cat number {number} is called Tom." for number in range(len(kept) - 1)] == kept[-2::-1]
    assert len(kept) >= 4
    assert text_of(ask(process.url, DOGS_NAME)) == QUOTED
