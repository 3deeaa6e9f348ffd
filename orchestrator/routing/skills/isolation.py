"""A third party's skill runs in a thread of its own, on an event loop of its own.

Guarantees: whatever it does (raise, exit, block, loop for ever) the caller gets an exception or its deadline passes,
and the server's loop goes on; no generation it started outlives its call. A thread that is blocked is not replaced:
until it comes back the skill is refused at once, so that at most one thread a skill is ever lost. Not guaranteed:
anything against code that means harm; an installed skill is trusted as the rest of the process is.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import replace
from typing import Any, TypeVar

from orchestrator.seams import Ask, CodeResult, CodeRunner, Generated, Generator, Skill, SkillTask

Result = TypeVar("Result")

_END_WAIT_S = 1.0


class SkillBlocked(Exception):
    """The skill's thread has not come back from an earlier call."""


class SkillExited(Exception):
    """The skill tried to end the process."""


class SkillThread:
    """Calls one skill. Starts its thread at the first call; the thread ends with the process."""

    def __init__(self, skill: Skill) -> None:
        self._skill = skill
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True, name=f"skill-{skill.name}")
        self._ping: Future[None] | None = None

    async def answer(self, task: SkillTask) -> Any:
        """What the skill returned, unchecked. Raises SkillBlocked, SkillExited or what the skill raised."""
        if self.is_blocked:
            raise SkillBlocked
        loop = self._running_loop()
        desk = _Desk(asyncio.get_running_loop())
        call = asyncio.run_coroutine_threadsafe(_guarded(self._skill, desk.task(task)), loop)
        try:
            return await asyncio.wrap_future(call)
        finally:
            desk.close()
            if not call.done() or call.cancelled():
                self._ping = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop)

    @property
    def is_blocked(self) -> bool:
        """Whether an abandoned call still holds the thread."""
        return self._ping is not None and not self._ping.done()

    def close(self) -> None:
        """End the thread where it answers; a blocked one is left to the end of the process. Safe to call again."""
        if self._loop is not None and self._thread.is_alive() and not self.is_blocked:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_END_WAIT_S)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            # A daemon: a thread that never comes back must not keep the process from ending.
            self._thread.start()
        return self._loop

    def _serve(self) -> None:
        assert self._loop is not None
        try:
            self._loop.run_forever()
        finally:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


async def _guarded(skill: Skill, task: SkillTask) -> Any:
    """Every exception but our own cancelling comes out as one that neither loop takes for an end of its own."""
    try:
        return await skill.answer(task)
    except Exception:
        raise
    except BaseException as error:  # the edge of foreign code: SystemExit would end the thread's loop
        call = asyncio.current_task()
        if call is not None and call.cancelling():
            raise
        raise SkillExited(type(error).__name__) from None


class _Desk:
    """What a skill in another thread reaches of ours: every request runs on our loop and ends with the call."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._open: set[Future[Any]] = set()
        self._closed = False
        self._lock = threading.Lock()

    def task(self, task: SkillTask) -> SkillTask:
        runner = None if task.runner is None else _DeskRunner(self, task.runner)
        return replace(task, generator=_DeskGenerator(self, task.generator), runner=runner)

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        with self._lock:
            if self._closed:
                work.close()
                raise asyncio.CancelledError
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
            self._open.add(future)
        try:
            return await asyncio.wrap_future(future)
        finally:
            with self._lock:
                self._open.discard(future)

    def close(self) -> None:
        """Stop what still runs; nothing new is taken."""
        with self._lock:
            self._closed = True
            left = list(self._open)
        for future in left:
            future.cancel()


class _DeskGenerator:
    def __init__(self, desk: _Desk, generator: Generator) -> None:
        self._desk = desk
        self._generator = generator

    async def generate(self, ask: Ask) -> Generated:
        return await self._desk.run(self._generator.generate(ask))

    async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
        """Pieces cross the threads through a queue filled by one task of ours, which ends with the call."""
        pieces: asyncio.Queue[str | Generated | None] = asyncio.Queue()
        here = asyncio.get_running_loop()

        async def copy() -> None:
            try:
                async with aclosing(self._generator.stream(ask)) as stream:  # type: ignore[type-var]
                    async for piece in stream:
                        here.call_soon_threadsafe(pieces.put_nowait, piece)
            finally:
                here.call_soon_threadsafe(pieces.put_nowait, None)

        copying = asyncio.create_task(self._desk.run(copy()))
        try:
            while (piece := await pieces.get()) is not None:
                yield piece
            await copying
        finally:
            copying.cancel()


class _DeskRunner:
    def __init__(self, desk: _Desk, runner: CodeRunner) -> None:
        self._desk = desk
        self._runner = runner

    async def run(self, code: str, language: str, *, timeout_s: float) -> CodeResult:
        return await self._desk.run(self._runner.run(code, language, timeout_s=timeout_s))
