"""A real supervisor process over real children, and how tests look at both."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from orchestrator.supervision.ports import free_ports

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Event:
    name: str
    what: str
    pid: int


@dataclass
class Supervised:
    """`council up` in small: a real supervisor process over real children that keep a journal."""

    journal: Path
    process: subprocess.Popen[str] | None = None
    output: str = ""
    services: list[str] = field(default_factory=list)

    def add(self, name: str, *arguments: str, stop_timeout_s: float = 5.0) -> None:
        arguments = (*arguments, f"--journal={self.journal}", f"--name={name}")
        (port,) = free_ports(1)
        self.services.append(
            json.dumps({"name": name, "port": port, "arguments": arguments, "stop_timeout_s": stop_timeout_s})
        )

    def start(self, until: str = "ALL READY", terminal: int | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, HERE / "stand_in_up.py", *self.services],
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.read_until(until)

    def read_until(self, text: str) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if text in line:
                return
        raise AssertionError(f"{text!r} never came; the output was:\n{self.output}")

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def wait(self, timeout_s: float = 20.0) -> int:
        assert self.process is not None
        rest, _ = self.process.communicate(timeout=timeout_s)
        self.output += rest
        return self.process.returncode

    def events(self) -> list[Event]:
        if not self.journal.exists():
            return []
        rows = (line.split() for line in self.journal.read_text().splitlines())
        return [Event(name, what, int(pid)) for name, what, pid, _ in rows]

    def pids(self) -> list[int]:
        return [event.pid for event in self.events()]

    def kill_everything(self) -> None:
        for pid in [*self.pids(), *([self.process.pid] if self.process else [])]:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.communicate(timeout=10)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def eventually(condition: Callable[[], bool], timeout_s: float = 5.0) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
