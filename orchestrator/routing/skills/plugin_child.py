"""The operating system's side of a plug-in's process: starting it, its first message, its end.

It is a session of its own (Ctrl-C at the terminal is not for it), ends with the API whatever that ends of, as does what
it has started in its process group, and is given nothing of Council's settings, which hold keys.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from time import monotonic
from typing import Final

import orjson

from orchestrator.routing.skills.plugin_output import Output
from orchestrator.routing.skills.plugin_wire import HEAD, MAX_MESSAGE_BYTES, Message

_LOOK_S: Final = 0.02
_REAP_S: Final = 2.0
_LAST_WORDS_S: Final = 0.2
"""How long what it printed last is waited for, where what it started lives on and could print more."""
_STDERR: Final = 2


class ChildSilent(Exception):
    """No first message within the time."""


class ChildEnded(Exception):
    """The process ended, or said what is no message."""


class Child:
    """One process with our end of the line to it. Raises OSError where it cannot be started."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.line, theirs = socket.socketpair()
        # While our end is open the process may run; the kernel closes it when we end.
        pipe, life = os.pipe()
        self._life: int | None = life
        printed, prints = os.pipe()
        try:
            self._process = self._started(target, theirs.fileno(), pipe, prints)
        except OSError:
            self._let_go()
            os.close(printed)
            raise
        finally:
            theirs.close()
            os.close(pipe)
            os.close(prints)
        self._killed = False
        self.output = Output(target, printed, _STDERR)

    def _let_go(self) -> None:
        """Of our ends. Safe to call again."""
        self.line.close()
        if self._life is not None:
            os.close(self._life)
            self._life = None

    @staticmethod
    def _started(target: str, line: int, pipe: int, prints: int) -> subprocess.Popen[bytes]:
        module = f"{__package__}.plugin_worker"
        path = os.environ.get("PYTHONPATH", "")
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", module, str(line), str(pipe), target, path],
            stdin=subprocess.DEVNULL,
            stdout=prints,
            stderr=prints,
            env=_environment(),
            pass_fds=[line, pipe],
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Without taking leave of it: its number stays its own until `reaped`."""
        if self._process.returncode is not None:
            return True
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None

    def first_message(self, within_s: float) -> Message:
        """Blocks. Raises ChildSilent, ChildEnded."""
        until = monotonic() + within_s
        try:
            (length,) = HEAD.unpack(self._received(HEAD.size, until))
            if length > MAX_MESSAGE_BYTES:
                raise ChildEnded
            message: Message = orjson.loads(self._received(length, until))
        except TimeoutError:
            raise ChildSilent from None
        except (ConnectionError, orjson.JSONDecodeError):
            raise ChildEnded from None
        return message

    def _received(self, size: int, until: float) -> bytes:
        received = bytearray()
        while len(received) < size:
            # What is there already is read also when the time is over.
            self.line.settimeout(max(_LOOK_S, until - monotonic()))
            part = self.line.recv(size - len(received))
            if not part:
                raise ChildEnded
            received += part
        return bytes(received)

    def kill(self) -> None:
        """With all that it has started within its session. Returns at once; safe to call again."""
        if self._process.returncode is None and not self._killed:
            self._killed = True
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def reaped(self) -> bool:
        """Whether nothing is left of it, not even its exit code to be fetched. Only after `kill`."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Kill it and wait. Blocks for as long as the kernel needs."""
        self.kill()
        self._let_go()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_REAP_S)
        self.output.wait(_LAST_WORDS_S)

    async def ended(self, within_s: float) -> None:
        """Its end, of itself within the time, else killed. The line must be closed."""
        await _until(lambda: self.has_ended, within_s)
        self.kill()
        await _until(self.reaped, _REAP_S)
        await _until(lambda: self.output.has_ended, _LAST_WORDS_S)
        self._let_go()


async def _until(is_so: Callable[[], bool], within_s: float) -> None:
    until = monotonic() + within_s
    while not is_so() and monotonic() < until:  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(_LOOK_S)


def _environment() -> dict[str, str]:
    """Ours without Council's settings; packages are found where this process finds them."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("COUNCIL_")}
    return kept | {"PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)}
