"""Start services in order, keep them running, stop them in reverse order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from orchestrator.supervision.process import Guardian
from orchestrator.supervision.service import RestartPolicy, Service, ServiceLog, ServiceRunner
from orchestrator.supervision.terminal import call_on_hangup

STDIN = 0

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Supervisor:
    """Runs services until a signal, a call of `request_stop()`, or the failure of one of them.

    The first SIGINT or SIGTERM drains and stops; the second kills everything at once. SIGHUP and the end of the
    terminal, which may come together, are one request to stop.
    """

    def __init__(
        self,
        services: Sequence[Service],
        *,
        guardian: Guardian,
        log: ServiceLog,
        policy: RestartPolicy | None = None,
    ) -> None:
        self.runners = [ServiceRunner(s, guardian=guardian, log=log, policy=policy) for s in services]
        self._log = log
        self._stop = asyncio.Event()
        self.forced = False

    async def run(self, when_ready: Callable[[], Awaitable[None]]) -> None:
        """Serve until stopped. Raises ServiceFailed when a service was given up; all is stopped by then."""
        self._take_signals()
        try:
            await self._serve(when_ready)
        finally:
            await self._stop_all()
            self._leave_signals()

    def request_stop(self) -> None:
        """Stop as on Ctrl-C; on the second call, at once and without mercy."""
        if not self._stop.is_set():
            self._say("stopping; press Ctrl-C again to stop at once")
            self._stop.set()
            return
        self.forced = True
        for runner in self.runners:
            runner.kill()

    def hang_up(self) -> None:
        """Stop as on Ctrl-C; any number of times."""
        if not self._stop.is_set():
            self.request_stop()

    async def _serve(self, when_ready: Callable[[], Awaitable[None]]) -> None:
        stop = asyncio.create_task(self._stop.wait())
        failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        start = asyncio.create_task(self._start_in_order(when_ready, failure))
        start.add_done_callback(lambda task: _report(task, failure))
        try:
            waited: set[asyncio.Future[Any]] = {stop, failure}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if failure.done() and not stop.done():
                failure.result()
        finally:
            start.cancel()
            stop.cancel()
            failure.cancel()
            await asyncio.gather(start, stop, failure, return_exceptions=True)

    async def _start_in_order(
        self, when_ready: Callable[[], Awaitable[None]], failure: asyncio.Future[None]
    ) -> None:
        for runner in self.runners:
            runner.note("starting")
            runner.start().add_done_callback(lambda task: _report(task, failure))
            await runner.ready.wait()
        await when_ready()

    async def _stop_all(self) -> None:
        for runner in reversed(self.runners):
            if runner.process is None or not runner.process.running:
                await runner.stop()
                continue
            runner.note("stopping")
            in_time = await runner.stop()
            runner.note("stopped" if in_time or self.forced else "did not stop in time and was killed")

    def _say(self, text: str) -> None:
        self._log("council", text)

    def _take_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.request_stop)
        loop.add_signal_handler(signal.SIGHUP, self.hang_up)
        call_on_hangup(STDIN, loop, self.hang_up)

    def _leave_signals(self) -> None:
        for number in (*STOP_SIGNALS, signal.SIGHUP):
            asyncio.get_running_loop().remove_signal_handler(number)


def _report(task: asyncio.Task[None], failure: asyncio.Future[None]) -> None:
    """Hand a task's exception to whoever waits for a failure; the first one counts."""
    if task.cancelled() or (error := task.exception()) is None or failure.done():
        return
    failure.set_exception(error)
