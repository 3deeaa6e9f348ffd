"""Third parties' skills under the real process, `python -m orchestrator.serve`, whose loop is uvloop's. No engine runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.ports import free_ports
from tests.api.server import wait_until
from tests.fakes.installed_skills import install

STARTS_WITHIN_S = 60


class Served:
    """The process and how to ask it."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.http = httpx.Client(base_url=url, timeout=30)

    def ask(self, text: str, **fields: Any) -> dict[str, Any]:
        body = {"model": "council/auto", "messages": [{"role": "user", "content": text}], **fields}
        reply = self.http.post("/v1/chat/completions", json=body)
        assert reply.status_code == 200, reply.text
        told: dict[str, Any] = reply.json()
        return told

    def pid(self) -> int:
        """Of the process of `moody`."""
        told: int = self.ask("hello", skill="moody")["council"]["evidence"]["pid"]
        return told

    def is_live(self) -> bool:
        assert self.process.poll() is None, "it ended"
        try:
            return self.http.get("/health/live").status_code == 200
        except httpx.ConnectError:
            return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    install(tmp_path, "weather", "moody")
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(PROJECT_ROOT / "data" / "models")
    (port,) = free_ports(1)
    settings = {
        "COUNCIL_DATA_DIR": str(data),
        "COUNCIL_PORT": str(port),
        "PYTHONPATH": str(tmp_path),
    }
    command = [sys.executable, "-m", "orchestrator.serve"]
    with subprocess.Popen(command, env={**os.environ, **settings}, cwd=PROJECT_ROOT) as process:
        served = Served(process, f"http://127.0.0.1:{port}")
        try:
            wait_until(served.is_live, STARTS_WITHIN_S)
            yield served
        finally:
            served.http.close()
            process.kill()


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_skill_answers_what_it_claims_and_what_names_it(served: Served) -> None:
    claimed = served.ask("What is the weather like in Lisbon?")
    assert (claimed["council"]["skill"], claimed["council"]["confidence"]) == ("weather", 0.9)
    named = served.ask("Hi", skill="weather")
    assert [each["choices"][0]["message"]["content"] for each in (claimed, named)] == ["Sunny."] * 2
    pid = served.pid()
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(15) == 0
    assert is_gone(pid)


@pytest.mark.parametrize("mood", ["hello", "backtrack"])
def test_nothing_of_a_skill_outlives_an_api_that_is_killed(served: Served, tmp_path: Path, mood: str) -> None:
    """Nor what the skill has started, whether it waits or holds its interpreter."""
    note = tmp_path / "started"
    served.ask("start", skill="moody", documents=[{"title": "note", "text": str(note)}])
    pids = [served.pid(), int(note.read_text())]
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(served.ask, mood, skill="moody")
        time.sleep(0.3)
        assert not any(map(is_gone, pids))
        served.process.kill()
        asking.exception(10)
    wait_until(all_gone(pids))


def all_gone(pids: list[int]) -> Callable[[], bool]:
    return lambda: all(map(is_gone, pids))
