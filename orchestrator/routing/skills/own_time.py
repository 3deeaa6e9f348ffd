"""The time that a skill takes of its own: its clock stands while it waits for the engine.

Text that is queued for or still growing is no sign of a skill that hangs: the inference layer has deadlines of its own
for a first and for a further token. Only so many generations are free, as a skill that asks for ever does hang.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from types import TracebackType

from orchestrator.seams import Ask, Generated, Generator

FREE_GENERATIONS = 16


class OwnTime:
    """`asyncio.timeout`, save that it can stand still. Use it once, in one event loop."""

    def __init__(self, seconds: float) -> None:
        self._timeout = asyncio.timeout(seconds)
        self._left_s = seconds
        self._waits = 0
        self._is_over = False

    async def __aenter__(self) -> OwnTime:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over = True
        await self._timeout.__aexit__(kind, error, trace)

    @property
    def expired(self) -> bool:
        return self._timeout.expired()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """The clock stands within; several may overlap."""
        self._waits += 1
        if self._waits == 1:
            self._stop()
        try:
            yield
        finally:
            self._waits -= 1
            if not self._waits:
                self._go_on()

    def _stop(self) -> None:
        until_s = self._timeout.when()
        if until_s is not None and self._can_change:
            self._left_s = until_s - asyncio.get_running_loop().time()
            self._timeout.reschedule(None)

    def _go_on(self) -> None:
        if self._can_change:
            self._timeout.reschedule(asyncio.get_running_loop().time() + self._left_s)

    @property
    def _can_change(self) -> bool:
        """A generation that is stopped because of the end comes back after it."""
        return not self._is_over and not self._timeout.expired()


class TimelessGenerator:
    """Implements `seams.Generator`: a skill's clock stands while a generation, or a piece of it, is waited for."""

    def __init__(self, generator: Generator, time: OwnTime) -> None:
        self._generator = generator
        self._time = time
        self._asks = 0

    async def generate(self, ask: Ask) -> Generated:
        with self._waiting(self._counted()):
            return await self._generator.generate(ask)

    async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
        is_free = self._counted()
        async with aclosing(self._generator.stream(ask)) as pieces:  # type: ignore[type-var]
            while True:
                with self._waiting(is_free):
                    piece = await anext(pieces, None)
                if piece is None:
                    return
                yield piece

    def _counted(self) -> bool:
        """Whether one more generation is free."""
        self._asks += 1
        return self._asks <= FREE_GENERATIONS

    @contextmanager
    def _waiting(self, is_free: bool) -> Iterator[None]:
        if not is_free:
            yield
            return
        with self._time.standing():
            yield
