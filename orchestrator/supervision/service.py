"""One supervised service: what it is, and the loop that keeps it running."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestrator.supervision.errors import PortBusy, ServiceFailed
from orchestrator.supervision.ports import PortNeed, check_ports
from orchestrator.supervision.probe import READY_POLL_S, Probe, until_true
from orchestrator.supervision.process import ChildProcess, Guardian

SHOWN_LINES = 12

ServiceLog = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """Back-off doubles from `first_delay_s` to `max_delay_s`; a life of `stable_after_s` starts it afresh.

    `max_rapid_crashes` lives in a row that were all shorter end the attempt. A process whose `alive` probe
    fails for `hung_after_s` without a break is killed and counts as crashed; after `crippled_after_s` already
    when one of its own child processes lies dead. What an earlier life left behind has `ports_free_s` to give its
    ports back.
    """

    first_delay_s: float = 0.5
    max_delay_s: float = 30.0
    stable_after_s: float = 30.0
    max_rapid_crashes: int = 5
    alive_poll_s: float = 2.0
    hung_after_s: float = 30.0
    crippled_after_s: float = 3.0
    ports_free_s: float = 3.0

    def delay_s(self, crashes: int) -> float:
        # Any exponent that matters is small; the bound keeps a long run from overflowing a float.
        return min(self.max_delay_s, self.first_delay_s * 2.0 ** min(crashes - 1, 30))


@dataclass(frozen=True, slots=True)
class Service:
    """`ready` gates what is started after it; `alive` (if any) tells a hung process from a busy one.

    `ports` are those it listens on itself: they must be free before every start, and it is ready only once they are its
    own, so that no other process on them is taken for it. `prepare` runs before every start, the first included. Shared memory under `memory_prefixes` is the
    guardian's to remove. Lines of output that hold one of the `harmless` texts are not shown. `fix` is what to say when it was given up.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    ready: Probe
    alive: Probe | None = None
    ports: tuple[PortNeed, ...] = ()
    prepare: Callable[[], None] = field(default=lambda: None)
    start_timeout_s: float = 120.0
    stop_timeout_s: float = 10.0
    memory_prefixes: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    fix: str = ""


class ServiceRunner:
    """Keeps one Service running until `stop()`; its task ends early only by ServiceFailed, or PortBusy where another
    process holds a port of it."""

    def __init__(
        self, service: Service, *, guardian: Guardian, log: ServiceLog, policy: RestartPolicy | None = None
    ) -> None:
        self.service = service
        self.ready = asyncio.Event()
        self.process: ChildProcess | None = None
        self._guardian = guardian
        self._log = log
        self._policy = policy or RestartPolicy()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        self._task = asyncio.create_task(self._keep_running(), name=f"service {self.service.name}")
        return self._task

    async def stop(self) -> bool:
        """End the service for good. True when its process ended by itself within its deadline."""
        if self._task is not None:
            self._task.cancel()
            # Its failure, if any, is the supervisor's to report; here only its end matters.
            await asyncio.wait({self._task})
        if self.process is None or not self.process.running:
            return True
        return await self.process.stop(self.service.stop_timeout_s)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()

    def note(self, text: str) -> None:
        self._log(self.service.name, text)

    def _show(self, line: str) -> None:
        if not any(text in line for text in self.service.harmless):
            self.note(line)

    async def _keep_running(self) -> None:
        crashes = 0
        while True:
            started = time.monotonic()
            reason = await self._one_life()
            lived_s = time.monotonic() - started
            crashes = 1 if lived_s >= self._policy.stable_after_s else crashes + 1
            if crashes >= self._policy.max_rapid_crashes:
                raise self._given_up(reason, crashes)
            delay_s = self._policy.delay_s(crashes)
            self.note(f"{reason}; starting it again in {delay_s:g} s")
            await asyncio.sleep(delay_s)

    async def _one_life(self) -> str:
        """Run the process once and say why it ended. Cancelling leaves it running, for `stop()`."""
        service = self.service
        await self._until_ports_are_free()
        service.prepare()
        self.process = process = await ChildProcess.start(
            service.command, env=service.env, cwd=service.cwd, guardian=self._guardian, on_line=self._show
        )
        exited = asyncio.create_task(process.wait())
        unhealthy = asyncio.create_task(self._watch_health())
        try:
            await asyncio.wait({exited, unhealthy}, return_when=asyncio.FIRST_COMPLETED)
            if exited.done():
                return _describe_exit(exited.result())
            process.kill()
            await exited
            return unhealthy.result()
        finally:
            self.ready.clear()
            for task in (exited, unhealthy):
                task.cancel()
            await asyncio.gather(exited, unhealthy, return_exceptions=True)

    async def _until_ports_are_free(self) -> None:
        """Raises PortBusy: at once before the first life, later when what the last one left had its time."""
        deadline = time.monotonic() + (self._policy.ports_free_s if self.process is not None else 0.0)
        while True:
            try:
                return check_ports(self.service.ports)
            except PortBusy:
                if time.monotonic() >= deadline:
                    raise
            await asyncio.sleep(READY_POLL_S)

    async def _is_ready(self) -> bool:
        assert self.process is not None
        ports = [need.port for need in self.service.ports]
        return await self.service.ready() and self.process.listens_on(ports)

    async def _watch_health(self) -> str:
        """Set `ready` once the service is; return only when it is not, or no longer, of use."""
        try:
            async with asyncio.timeout(self.service.start_timeout_s):
                await until_true(self._is_ready)
        except TimeoutError:
            return f"not ready after {self.service.start_timeout_s:g} s"
        self.ready.set()
        self.note("ready")
        silent_since: float | None = None
        while True:
            await asyncio.sleep(self._policy.alive_poll_s)
            asked = time.monotonic()
            if self.service.alive is None or await self.service.alive():
                silent_since = None
                continue
            silent_since = silent_since or asked
            if reason := self._beyond_hope(time.monotonic() - silent_since):
                return reason

    def _beyond_hope(self, silent_s: float) -> str | None:
        if silent_s >= self._policy.hung_after_s:
            return f"gave no sign of life for {self._policy.hung_after_s:g} s"
        assert self.process is not None
        if silent_s >= self._policy.crippled_after_s and (child := self.process.dead_child()):
            return f"does not answer since its process {child} died"
        return None

    def _given_up(self, reason: str, crashes: int) -> ServiceFailed:
        lines = list(self.process.last_lines)[-SHOWN_LINES:] if self.process else []
        shown = "\n".join(f"    {line}" for line in lines) or "    (it printed nothing)"
        return ServiceFailed(
            f"{self.service.name} was given up after {crashes} attempts: {reason}. Its last lines:\n{shown}",
            fix=self.service.fix,
        )


def _describe_exit(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
    return f"exited with code {code}"
