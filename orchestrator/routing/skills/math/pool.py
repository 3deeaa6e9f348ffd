"""Warm worker processes behind a queue. None outlives the pool.

A computation that takes too long is stopped in its process; one that cannot be, as it is deep in a library, is killed
with it. Threads would not do: sympy cannot be stopped in one. While others wait, "too long" is HURRIED_S, so that a few
hopeless questions do not keep everyone from the answer to an easy one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orchestrator
from orchestrator.routing.skills.math.worker import HUNG, READY

log = logging.getLogger(__name__)

_ROOT: Final = Path(orchestrator.__file__).resolve().parent.parent
_LEASH: Final = Path(orchestrator.__file__).resolve().parent / "supervision" / "leash.py"
_START_TIMEOUT_S: Final = 60.0
_RETRY_S: Final = 1.0
HURRIED_S: Final = 1.0
_LOOK_S: Final = 0.1
_STOP_S: Final = 1.0
"""How long a process may take to say that it stopped."""
_COMPUTING: Final = 0.9
"""The share of the time left that a computation may take: the rest is for hearing how it ended."""
_LINE_LIMIT_BYTES: Final = 2**20


class PoolFailure(Exception):
    """No reply: `hung` past its time, `busy` for too long before, `died`, or `closed`.

    `after_s` is how long a hung computation was let run; `hurried` says that it was stopped because others waited.
    """

    def __init__(self, why: str, after_s: float = 0.0, *, hurried: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.after_s = after_s
        self.hurried = hurried


@dataclass(frozen=True, slots=True)
class PoolSize:
    """How many processes, and the address space of each; idle ones have 0.2 GB of it."""

    workers: int = 2
    memory_bytes: int = 1024 * 2**20


class WorkerPool:
    """Computes texts in worker processes. Belongs to the event loop in which it is first used."""

    def __init__(self, size: PoolSize | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size or PoolSize()
        self._clock = clock
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._workers: set[_Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._last_failure = -_RETRY_S
        self._waiting = 0
        self._closed = False

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(worker.pid for worker in self._workers)

    async def start(self) -> None:
        """Start all processes and wait until they are warm. Without it they start with the first question."""
        self._fill()
        if self._starting:
            await asyncio.wait(self._starting)

    async def compute(self, text: str, *, seconds: float, within_s: float) -> dict[str, Any]:
        """The worker's reply to a computation of at most `seconds`, within `within_s`. Raises PoolFailure.

        The wait for a free process may take all that the computation does not need, and half of the time in any case.
        """
        began = time.monotonic()
        self._waiting += 1
        try:
            worker = await self._take(within_s - min(seconds, within_s / 2))
        finally:
            self._waiting -= 1
        left_s = within_s - (time.monotonic() - began)
        try:
            reply = await worker.ask(text, min(seconds, left_s * _COMPUTING), lambda: self._waiting > 0)
        except BaseException:
            # Also when the caller is cancelled: what the process is at nobody waits for.
            await self._drop(worker)
            raise
        if reply.get("spent"):
            await self._drop(worker)
        else:
            self._give_back(worker)
        if reply.get(HUNG):
            raise PoolFailure("hung", reply["after_s"], hurried=reply["hurried"])
        return reply

    async def aclose(self) -> None:
        """Kill every process and wait for its end. Questions still running raise PoolFailure."""
        self._closed = True
        for task in list(self._starting):
            task.cancel()
        if self._starting:
            await asyncio.wait(self._starting)
        await asyncio.gather(*(worker.kill() for worker in list(self._workers)))
        self._workers.clear()

    async def _take(self, wait_s: float) -> _Worker:
        try:
            async with asyncio.timeout(wait_s):
                while True:
                    if self._closed:
                        raise PoolFailure("closed")
                    self._fill()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_RETRY_S):
                            worker = await self._idle.get()
                        if worker.alive:
                            return worker
                        await self._drop(worker)
        except TimeoutError:
            raise PoolFailure("busy") from None

    def _give_back(self, worker: _Worker) -> None:
        if not self._closed:
            self._idle.put_nowait(worker)

    async def _drop(self, worker: _Worker) -> None:
        """Kill a process and start another in its place, without the caller waiting for that."""
        self._workers.discard(worker)
        await asyncio.shield(worker.kill())
        self._fill()

    def _fill(self) -> None:
        if self._closed or self._clock() - self._last_failure < _RETRY_S:
            return
        for _ in range(self._size.workers - len(self._workers) - len(self._starting)):
            task = asyncio.get_running_loop().create_task(self._start_one())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _start_one(self) -> None:
        worker = None
        try:
            worker = await _Worker.started(self._size.memory_bytes)
            self._workers.add(worker)
            await worker.until_ready()
        except (OSError, PoolFailure) as failure:
            self._last_failure = self._clock()
            log.error("a math worker did not start: %s", failure)
            if worker is not None:
                self._workers.discard(worker)
                await worker.kill()
        else:
            self._give_back(worker)


class _Worker:
    """One process: a line to it, a line back."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._input = process.stdin
        self._output = process.stdout

    @classmethod
    async def started(cls, memory_bytes: int) -> _Worker:
        module = f"{__package__}.worker"
        command = [
            sys.executable,
            str(_LEASH),
            str(os.getpid()),
            sys.executable,
            "-m",
            module,
            str(memory_bytes),
        ]
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            limit=_LINE_LIMIT_BYTES,
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def until_ready(self) -> None:
        reply = await self._reply(_START_TIMEOUT_S)
        if not reply.get(READY):
            raise PoolFailure("died")

    async def ask(self, text: str, seconds: float, hurried: Callable[[], bool]) -> dict[str, Any]:
        """The reply; where the time was over it is `hung`, `after_s`, and `hurried` by others or not.

        Raises PoolFailure for a process that cannot go on.
        """
        line = json.dumps({"text": text, "seconds": seconds}) + "\n"
        try:
            self._input.write(line.encode())
            await self._input.drain()
        except (BrokenPipeError, ConnectionResetError):
            raise PoolFailure("died") from None
        reply = asyncio.ensure_future(self._reply(seconds + _STOP_S))
        try:
            stopped_s = await self._while_it_may(reply, hurried)
            return await reply | {"after_s": stopped_s or seconds, "hurried": stopped_s is not None}
        finally:
            reply.cancel()

    async def _while_it_may(
        self, reply: asyncio.Future[dict[str, Any]], hurried: Callable[[], bool]
    ) -> float | None:
        """Wait for the reply, and stop the computation when others want the process: then it says after how long."""
        began = time.monotonic()
        while not (await asyncio.wait((reply,), timeout=_LOOK_S))[0]:
            ran_s = time.monotonic() - began
            if ran_s < HURRIED_S or not hurried():
                continue
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGALRM)
            if not (await asyncio.wait((reply,), timeout=_STOP_S))[0]:
                raise PoolFailure("hung", ran_s, hurried=True)
            return ran_s
        return None

    async def _reply(self, seconds: float) -> dict[str, Any]:
        try:
            async with asyncio.timeout(seconds):
                line = await self._output.readline()
        except TimeoutError:
            raise PoolFailure("hung", seconds) from None
        if not line.endswith(b"\n"):
            raise PoolFailure("died")
        reply: dict[str, Any] = json.loads(line)
        return reply

    async def kill(self) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()
        self._input.close()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await self._input.wait_closed()


def _environment() -> dict[str, str]:
    """What a worker needs of ours, and no secret: a fixed hash seed makes sympy's choices repeatable."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "OPENBLAS_CORETYPE") if name in os.environ}
    return kept | {"PYTHONHASHSEED": "0", "PYTHONPATH": str(_ROOT)}
