"""Whether a model does what it is asked, found out without anybody waiting for it.

That Triton calls a model ready says nothing of a process behind it that hangs. An answer that is late says little: with
200 streams it may take a second. So a question is left standing, and what counts is for how long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from time import monotonic

HUNG_AFTER_S = 5.0
_ASKED_EVERY_S = 1.0


class Pulse:
    """Of one model. `ask` returns what is wrong with it, or None; it may take as long as it likes."""

    def __init__(self, ask: Callable[[], Coroutine[None, None, str | None]]) -> None:
        self._ask = ask
        self._asking: asyncio.Task[str | None] | None = None
        self._asked_s = 0.0
        self._fault: str | None = None

    def fault(self) -> str | None:
        """What was found last, or that nothing is heard; asks again when the last answer is a second old."""
        if self._asking is not None and self._asking.done():
            self._fault, self._asking = self._asking.result(), None
        waited_s = monotonic() - self._asked_s
        if self._asking is not None:
            hung = f"the model has not answered for {waited_s:.0f} s" if waited_s > HUNG_AFTER_S else None
            return hung or self._fault
        if waited_s > _ASKED_EVERY_S:
            self._asking, self._asked_s = asyncio.create_task(self._ask()), monotonic()
        return self._fault

    async def aclose(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait((self._asking,))
