"""Statements of turns that ended well, written behind them: no turn waits for it or fails by it.

`said()` puts a turn into a bounded queue. A task that lives while there is something in it takes out the statements,
embeds and writes them, all that wait in one commit. What is in the queue is written at shutdown; a process that is
killed loses it. What cannot be written is dropped and counted, its text is nowhere logged.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from orchestrator.errors import CouncilError, MemoryUnavailable
from orchestrator.memory.acquaintances import may_tell_of_somebody, names_told
from orchestrator.memory.measures import MemoryMeasures
from orchestrator.memory.statements import LONGEST_TURN_CHARS, meant, statements
from orchestrator.memory.store import MemoryStore, Statement
from orchestrator.seams import Embedder
from orchestrator.telemetry.defects import describe_defect

log = logging.getLogger(__name__)

QUEUED_TURNS = 1000
BATCH = 64
CLOSE_TIMEOUT_S = 10.0
SETTLE_TIMEOUT_S = 2.0
MOST_LOOKED_UP = 1000
_AFTER_THE_OTHER = timedelta(microseconds=1)  # of one turn, the later sentence may take back the earlier


@dataclass(frozen=True, slots=True)
class Said:
    """The user's own words of one turn. `source` is the id of its request."""

    owner: str
    text: str
    source: str
    at: datetime


class Remembering:
    """For one event loop. `is_secret` tells of a sentence that it must not be kept."""

    def __init__(
        self,
        store: MemoryStore,
        embedder: Embedder,
        measures: MemoryMeasures,
        is_secret: Callable[[str], bool],
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._measures = measures
        self._is_secret = is_secret
        self._waiting: deque[Said] = deque()
        self._task: asyncio.Task[None] | None = None

    def said(self, said: Said) -> None:
        """Remember what is to be remembered of it, later. Never waits, never raises."""
        if len(self._waiting) >= QUEUED_TURNS:
            self._measures.lost("queue_full")
            return
        self._waiting.append(said)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="remembering")

    async def settled(self, owner: str) -> bool:
        """Wait until what this owner said before is written or lost; False after SETTLE_TIMEOUT_S."""
        deadline_s = monotonic() + SETTLE_TIMEOUT_S
        while self._task is not None and any(said.owner == owner for said in self._waiting):
            left_s = deadline_s - monotonic()
            if left_s <= 0:
                return False
            await asyncio.wait((self._task,), timeout=min(left_s, 0.02))
        return True

    async def aclose(self) -> None:
        """Write what waits, for at most CLOSE_TIMEOUT_S."""
        if self._task is None:
            return
        _, late = await asyncio.wait((self._task,), timeout=CLOSE_TIMEOUT_S)
        if late:
            self._task.cancel()
            await asyncio.wait((self._task,))
            self._measures.lost("shutdown", len(self._waiting))
            log.error("%d turns could not be remembered at shutdown", len(self._waiting))

    async def _run(self) -> None:
        while self._waiting:
            batch = [self._waiting[index] for index in range(min(BATCH, len(self._waiting)))]
            try:
                await self._remember(batch)
            except CouncilError as error:
                self._lost(batch, error.code, error.message)
            except Exception as error:  # the edge of a task: one odd turn must not end remembering
                self._lost(batch, "defect", describe_defect(error))
            for _ in batch:
                self._waiting.popleft()

    def _lost(self, batch: list[Said], reason: str, what: str) -> None:
        self._measures.lost(reason, len(batch))
        log.error("%d turns were not remembered: %s", len(batch), what)

    async def _remember(self, batch: list[Said]) -> None:
        """One statement after the other, so that a turn's own embedding waits for one of them at most."""
        rows: list[Statement] = []
        for said in batch:
            known = await self._known(said, rows)
            for text in await asyncio.to_thread(statements, said.text, self._is_secret, known):
                clean = _clean(text)
                vector = await self._embedder.embed(meant(clean))
                at = said.at + len(rows) * _AFTER_THE_OTHER
                rows.append(Statement(said.owner, clean, vector, said.source, at))
        if rows:
            self._measures.remembered(await self._store.put(rows))

    async def _known(self, said: Said, unwritten: Sequence[Statement]) -> frozenset[str]:
        """The names of those whom the owner told of before; looked up only where the turn may tell of one."""
        if len(said.text) > LONGEST_TURN_CHARS or not may_tell_of_somebody(said.text):
            return frozenset()
        try:
            kept = [each.text for each in await self._store.list(said.owner, limit=MOST_LOOKED_UP)]
        except MemoryUnavailable:  # what is to be kept will meet it, and tell
            return frozenset()
        return names_told([*kept, *(each.text for each in unwritten if each.owner == said.owner)])


def _clean(text: str) -> str:
    # A lone surrogate is legal in JSON and no text for a table.
    return text.encode("utf-8", "replace").decode("utf-8")
