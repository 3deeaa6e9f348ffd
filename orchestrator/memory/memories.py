"""Memory as a whole: what remembers, what recalls, and the rows behind both."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from orchestrator.errors import MemoryUnavailable
from orchestrator.memory.measures import MemoryMeasures
from orchestrator.memory.recall import Recall
from orchestrator.memory.remembering import CLOSE_TIMEOUT_S, Remembering
from orchestrator.memory.store import Memory, MemoryStore


@dataclass(slots=True)
class Memories:
    """`start()` inside the event loop, `aclose()` at the end, before the embedder ends."""

    store: MemoryStore
    recall: Recall
    remembering: Remembering
    measures: MemoryMeasures
    _opening: asyncio.Task[None] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Begin to open the table; nobody waits for it but who needs it."""
        self._opening = asyncio.create_task(self._open(), name="memory-start")

    async def listed(self, owner: str, *, limit: int, offset: int) -> list[Memory]:
        """The newest first, what was said just now included where it is written in time. Raises MemoryUnavailable."""
        await self.remembering.settled(owner)
        return await self.store.list(owner, limit=limit, offset=offset)

    async def forget_all(self, owner: str) -> int:
        """How many there were, what was said just now included. Raises MemoryUnavailable."""
        if not await self.remembering.settled(owner):
            raise MemoryUnavailable("what was said last is still being written: try again")
        return await self.store.forget_all(owner)

    @property
    def rows(self) -> int | None:
        """How many statements there are, as last known; None where the table is not, or not yet, open."""
        return self.store.rows

    async def aclose(self) -> None:
        """Write what was said, then close the table."""
        if self._opening is not None:
            await asyncio.wait((self._opening,), timeout=CLOSE_TIMEOUT_S)
        await self.remembering.aclose()
        await self.store.aclose()

    async def _open(self) -> None:
        with suppress(MemoryUnavailable):  # it is in the log; every use tells it again
            await self.store.open()
