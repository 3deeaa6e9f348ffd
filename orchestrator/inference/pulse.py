"""Whether a model does what it is asked, found out without anybody waiting for it.

That Triton calls a model ready says nothing of a process behind it that hangs. An answer that is late says little: with
200 streams it may take a second. So a question is left standing, and what counts is for how long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from time import monotonic

HUNG_AFTER_S = 5.0
ASKED_EVERY_S = 1.0


class NobodyThereError(Exception):
    """The connection ended, which is told elsewhere."""


class Pulse:
    """Of one model, felt from the first `fault()` on. `ask` returns what is wrong with it, or None, and may take long.

    When it raises NobodyThereError no more is asked until the next `fault()`: tries to connect to a server that is away
    would make the first ones after its return fail.
    """

    def __init__(self, ask: Callable[[], Coroutine[None, None, str | None]]) -> None:
        self._ask = ask
        self._feeling: asyncio.Task[None] | None = None
        self._answered = asyncio.Event()
        self._standing_since_s: float | None = None
        self._fault: str | None = None

    async def fault(self) -> str | None:
        """What is wrong now. Only the first one waits for an answer, for as long as it may take."""
        if self._feeling is None:
            self._answered.clear()
            self._feeling = asyncio.create_task(self._feel(), name="pulse")
        with suppress(TimeoutError):
            async with asyncio.timeout(HUNG_AFTER_S):
                await self._answered.wait()
        silent_s = 0.0 if self._standing_since_s is None else monotonic() - self._standing_since_s
        return f"the model has not answered for {silent_s:.0f} s" if silent_s >= HUNG_AFTER_S else self._fault

    async def _feel(self) -> None:
        with suppress(NobodyThereError):
            while True:
                self._standing_since_s = monotonic()
                self._fault = await self._ask()
                self._standing_since_s = None
                self._answered.set()
                await asyncio.sleep(ASKED_EVERY_S)
        self._standing_since_s = self._fault = self._feeling = None
        self._answered.set()

    async def aclose(self) -> None:
        if self._feeling is not None:
            self._feeling.cancel()
            await asyncio.wait((self._feeling,))
