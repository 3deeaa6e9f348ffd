"""Child processes that leave nothing behind: each in its own session, all of them watched by a guardian."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import psutil

from orchestrator.supervision import guardian as guardian_script
from orchestrator.supervision import leash
from orchestrator.supervision.guardian import kill_group

LINE_LIMIT_BYTES = 16 * 1024
LAST_LINES = 30
OUTPUT_DRAIN_S = 1.0

LineSink = Callable[[str], None]


class Guardian:
    """The supervisor's end of `guardian.py`. `keep_open` are file descriptors it holds until it has cleaned up."""

    def __init__(self, keep_open: Sequence[int] = ()) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", "-S", guardian_script.__file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=tuple(keep_open),
        )

    def watch(self, group: int) -> None:
        self._tell(f"watch {group}")

    def forget(self, group: int) -> None:
        self._tell(f"forget {group}")

    def watch_memory(self, prefix: str) -> None:
        self._tell(f"memory {prefix}")

    def close(self) -> None:
        """End the guardian; it first kills and removes what is still listed."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()


class ChildProcess:
    """One running process, leader of its own session and group, its output handed over line by line.

    It dies with us whatever happens to us: by the kernel's parent-death signal itself, by the guardian
    with all its children. It must be started from a thread that lives as long as it shall.
    """

    def __init__(
        self, process: asyncio.subprocess.Process, output: int, guardian: Guardian, on_line: LineSink
    ) -> None:
        self._process = process
        self._output = output
        self._guardian = guardian
        self._on_line = on_line
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._reader = asyncio.create_task(self._read_output())
        self._ended = asyncio.create_task(self._wait_and_sweep())

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        guardian: Guardian,
        on_line: LineSink = lambda line: None,
    ) -> ChildProcess:
        # A pipe of our own: asyncio's would make wait() last until the last grandchild closed its end.
        output, child_output = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *command),
                env=dict(env),
                cwd=cwd,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=child_output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except BaseException:
            os.close(output)
            raise
        finally:
            os.close(child_output)
        guardian.watch(process.pid)
        return cls(process, output, guardian, on_line)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    def dead_child(self) -> str | None:
        """Return the name and pid of a direct child that has ended and was not waited for, if there is one."""
        try:
            for child in psutil.Process(self.pid).children():
                if child.status() == psutil.STATUS_ZOMBIE:
                    return f"{child.name()} (pid {child.pid})"
        except psutil.Error:
            return None
        return None

    def listens_on(self, ports: Collection[int]) -> bool:
        """Whether the process or a child of it listens on all of these; also true where that may not be seen."""
        try:
            process = psutil.Process(self.pid)
            own = [each.net_connections("tcp") for each in (process, *process.children(recursive=True))]
        except psutil.AccessDenied:
            return True
        except psutil.Error:
            return False
        # `laddr` is an empty tuple for a socket without an address.
        heard = {
            port for each in sum(own, []) if each.status == psutil.CONN_LISTEN for port in each.laddr[1:2]
        }
        return heard.issuperset(ports)

    async def wait(self) -> int:
        """Wait until the process and its whole group are gone; return its exit code (negative: the signal)."""
        return await asyncio.shield(self._ended)

    def signal(self, number: int) -> None:
        """Send a signal to the process alone; its children are its own business."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL the process and all its children at once."""
        if self.running:
            kill_group(self.pid)

    async def stop(self, timeout_s: float) -> bool:
        """Ask it to end; after `timeout_s` kill its group. True when it ended by itself."""
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(timeout_s):
                await self.wait()
        except TimeoutError:
            self.kill()
            await self.wait()
            return False
        return True

    async def _wait_and_sweep(self) -> int:
        code = await self._process.wait()
        # A crashed leader leaves its children; they hold ports, memory and our output pipe.
        kill_group(self.pid)
        self._guardian.forget(self.pid)
        await asyncio.wait({self._reader}, timeout=OUTPUT_DRAIN_S)
        self._reader.cancel()
        return code

    async def _read_output(self) -> None:
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._output, "rb", buffering=0)
        )
        rest = b""
        try:
            while chunk := await reader.read(LINE_LIMIT_BYTES):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._emit(line)
                if len(rest) > LINE_LIMIT_BYTES:
                    self._emit(rest)
                    rest = b""
            if rest:
                self._emit(rest)
        finally:
            transport.close()

    def _emit(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        self.last_lines.append(text)
        self._on_line(text)
