"""The record of turns: what was decided, what answered, what it took and how it ended. Never a prompt or an answer.

Written off the hot path: `record()` only puts an entry into a bounded queue, which is written every
`FLUSH_S`, or sooner when `BATCH` entries wait, and once more at shutdown. A process that is killed loses what was recorded since the last
write, so at most the last `FLUSH_S` and what a write takes. When the queue is full, because the database does not take entries,
the newest are dropped and counted. Entries are kept up to a number and an age.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from time import time

from sqlalchemy import delete, func, insert, select

from orchestrator.accounts.entry import TurnEntry, UsageSum, usage_sums
from orchestrator.accounts.ledger import WINDOW_S
from orchestrator.accounts.usage import add_usage, forget_usage, read_usage
from orchestrator.errors import StorageUnavailable
from orchestrator.storage.database import Database
from orchestrator.storage.tables import turns

log = logging.getLogger(__name__)

FLUSH_S = 0.5
BATCH = 256
QUEUE_ENTRIES = 10_000
CLOSE_TIMEOUT_S = 5.0
_RETRY_S = (0.5, 1.0, 2.0, 5.0)
_TIDY_EVERY_S = 300.0


class Journal:
    """`start()` inside the loop, `aclose()` at the end; in between `record()` from the loop's thread."""

    def __init__(
        self, database: Database, *, most_entries: int, kept_s: float, clock: Callable[[], float] = time
    ) -> None:
        self._database = database
        self._most_entries = most_entries
        self._kept_s = kept_s
        self._clock = clock
        self._waiting: deque[TurnEntry] = deque()
        self._arrived = asyncio.Event()
        self._writing = asyncio.Lock()
        self._writer: asyncio.Task[None] | None = None
        self._tidied_s = clock()
        self.tidy_also: Callable[[], Awaitable[None]] | None = None
        """What else is to be cleared when old entries are."""

    def start(self) -> None:
        self._writer = asyncio.create_task(self._run(), name="journal")

    def record(self, entry: TurnEntry) -> bool:
        """Whether there was room for it. Never waits, never raises."""
        if len(self._waiting) >= QUEUE_ENTRIES:
            return False
        self._waiting.append(entry)
        if len(self._waiting) >= BATCH:
            self._arrived.set()
        return True

    async def flush(self) -> None:
        """Write everything recorded before this call. Raise StorageUnavailable; the entries then stay queued."""
        async with self._writing:
            while self._waiting:
                batch = [self._waiting[index] for index in range(min(BATCH, len(self._waiting)))]
                await self._write(batch)
                for _ in batch:
                    self._waiting.popleft()

    async def recent(self, limit: int) -> list[TurnEntry]:
        """The latest first, the ones just recorded included."""
        await self.flush()
        return await self._read(limit=limit)

    async def find(self, request_id: str) -> TurnEntry | None:
        await self.flush()
        found = await self._read(request_id=request_id, limit=1)
        return found[0] if found else None

    async def last_day(self) -> list[UsageSum]:
        """Sums of the last 24 hours, to the minute, one a model and source."""
        await self.flush()
        async with self._database.read() as connection:
            return await read_usage(connection, since_s=self._clock() - WINDOW_S)

    async def count(self) -> int:
        async with self._database.read() as connection:
            return (await connection.execute(select(func.count()).select_from(turns))).scalar_one()

    async def aclose(self) -> None:
        """Write what waits, for at most `CLOSE_TIMEOUT_S`."""
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.wait((self._writer,))
            self._writer = None
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self.flush()
        except (TimeoutError, StorageUnavailable):
            log.error("%d entries of the journal could not be written at shutdown", len(self._waiting))

    async def tidy(self) -> None:
        """Delete entries beyond the number and the age."""
        async with self._database.write() as connection:
            newest = (await connection.execute(select(func.max(turns.c.id)))).scalar_one_or_none() or 0
            too_many = turns.c.id <= newest - self._most_entries
            too_old = turns.c.at_s < self._clock() - self._kept_s
            await connection.execute(delete(turns).where(too_many | too_old))
            await forget_usage(connection, before_s=self._clock() - self._kept_s)

    async def _run(self) -> None:
        failures = 0
        while True:
            await self._pause(failures)
            try:
                await self.flush()
                await self._tidy_now_and_then()
                failures = 0
            except StorageUnavailable as error:
                failures += 1
                if failures == 1:
                    log.error("the journal cannot be written, it is tried again: %s", error)

    async def _pause(self, failures: int) -> None:
        if failures:
            await asyncio.sleep(_RETRY_S[min(failures, len(_RETRY_S)) - 1])
            return
        self._arrived.clear()
        try:
            async with asyncio.timeout(FLUSH_S):
                await self._arrived.wait()
        except TimeoutError:
            return

    async def _tidy_now_and_then(self) -> None:
        if self._clock() - self._tidied_s >= _TIDY_EVERY_S:
            self._tidied_s = self._clock()
            await self.tidy()
            if self.tidy_also is not None:
                await self.tidy_also()

    async def _write(self, batch: Sequence[TurnEntry]) -> None:
        async with self._database.write() as connection:
            await connection.execute(insert(turns), [entry.row() for entry in batch])
            for total in usage_sums(batch):
                await add_usage(connection, total)

    async def _read(self, *, limit: int, request_id: str | None = None) -> list[TurnEntry]:
        query = select(*(turns.c[name] for name in TurnEntry.columns())).order_by(turns.c.id.desc())
        if request_id is not None:
            query = query.where(turns.c.request_id == request_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.limit(limit))).mappings().all()
        return [TurnEntry.of_row({str(name): value for name, value in row.items()}) for row in rows]
