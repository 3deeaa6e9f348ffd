"""The budget: money is reserved before it is spent and settled with what was really used.

Guarantees: what was spent and what is reserved within any `WINDOW_S` never exceeds the cap at the moment of a
reservation, however many reserve at once, in this process or in another on the same database. A reservation that was
never settled, because its process died, counts at its full amount until it leaves the window.
Does not guarantee: that a generation costs no more than was reserved for it; the reservation must be its upper bound.

What costs nothing is not written: free models never wait for the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from time import time
from typing import Literal

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.accounts.controls import Controls
from orchestrator.accounts.prices import usd
from orchestrator.errors import BudgetExceeded, StorageUnavailable
from orchestrator.storage.database import Database
from orchestrator.storage.tables import charges

log = logging.getLogger(__name__)

WINDOW_S = 24 * 3600.0
REFRESH_S = 10.0
CLOSE_TIMEOUT_S = 5.0
KEPT_S = 35 * 24 * 3600.0
_SETTLE_RETRY_S = (0.05, 0.5, 2.0)
ServedBy = Literal["local", "cloud"]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What money is for. `model` is the id that the price list knows."""

    request_id: str
    model: str
    served_by: ServedBy


@dataclass(frozen=True, slots=True)
class Reservation:
    """Settle it exactly once. `row` is None when nothing was reserved because nothing can be owed."""

    nano_usd: int
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """The last 24 hours, open reservations at their full amount."""

    nano_usd: int
    cap_nano_usd: int
    by_model: Mapping[str, int]
    by_source: Mapping[str, int]

    @property
    def left_nano_usd(self) -> int:
        return max(self.cap_nano_usd - self.nano_usd, 0)


class Ledger:
    def __init__(self, database: Database, controls: Controls, clock: Callable[[], float] = time) -> None:
        self._database = database
        self._controls = controls
        self._clock = clock
        self._settling: set[asyncio.Task[None]] = set()
        self.refused = 0
        self.known = Spending(0, 0, {}, {})
        """As last read; `spending()` and, in its sums, every reservation bring it up to date."""
        self._known_s = float("-inf")
        self._refreshing: asyncio.Task[None] | None = None
        self.settled_nano_usd: dict[ServedBy, int] = {"local": 0, "cloud": 0}
        """Since this process started."""

    async def reserve(self, purpose: Purpose, most_nano_usd: int) -> Reservation:
        """Hold `most_nano_usd`. Raise BudgetExceeded when it does not fit, StorageUnavailable."""
        if most_nano_usd == 0:
            return Reservation(0)
        async with self._database.write() as connection:
            cap = await self._controls.lock_cap(connection)
            spent = await self._spent(connection)
            self._know(replace(self.known, nano_usd=spent, cap_nano_usd=cap))
            if spent + most_nano_usd > cap:
                self.refused += 1
                raise BudgetExceeded(_refusal(most_nano_usd, cap - spent))
            row = await self._insert(connection, purpose, most_nano_usd)
        return Reservation(most_nano_usd, row)

    def settle(
        self, reservation: Reservation, purpose: Purpose, nano_usd: int, tokens: tuple[int, int]
    ) -> None:
        """Replace the reservation by what it came to; `tokens` are (prompt, completion). Never waits, never raises.

        Written by a task of the ledger's own, so that a cancelled request is settled too.
        """
        self.settled_nano_usd[purpose.served_by] += nano_usd
        if reservation.row is not None:
            task = asyncio.create_task(self._settle(reservation.row, nano_usd, tokens))
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)

    async def spending(self) -> Spending:
        """What counts against the cap now, everything settled before this call included."""
        await self.drain()
        async with self._database.read() as connection:
            cap = await self._controls.read_cap(connection)
            grouped = select(charges.c.model, charges.c.served_by, func.sum(charges.c.nano_usd))
            query = grouped.where(self._in_window()).group_by(charges.c.model, charges.c.served_by)
            rows = (await connection.execute(query)).all()
        by_model: dict[str, int] = {}
        by_source = {"local": 0, "cloud": 0}
        for model, source, amount in rows:
            by_model[model] = by_model.get(model, 0) + int(amount)
            by_source[source] += int(amount)
        self._know(Spending(sum(by_model.values()), cap, by_model, by_source))
        return self.known

    def refresh_soon(self) -> None:
        """See to it that `known` does not grow old. Never waits, never raises; from the loop's thread."""
        idle = self._refreshing is None or self._refreshing.done()
        if idle and self._clock() - self._known_s > REFRESH_S:
            self._refreshing = asyncio.create_task(self._refresh())

    async def forget_old(self) -> None:
        """Delete what left every window long ago."""
        async with self._database.write() as connection:
            await connection.execute(delete(charges).where(charges.c.at_s < self._clock() - KEPT_S))

    async def drain(self) -> None:
        """Wait until everything settled so far is written."""
        while self._settling:
            await asyncio.wait(set(self._settling))

    async def aclose(self) -> None:
        """`drain`, for at most `CLOSE_TIMEOUT_S`; what is not settled then stays charged at its reservation."""
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.wait((self._refreshing,))
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self.drain()

    async def _refresh(self) -> None:
        with suppress(StorageUnavailable):  # what was known stays known
            await self.spending()

    def _know(self, spending: Spending) -> None:
        self.known, self._known_s = spending, self._clock()

    def _in_window(self) -> ColumnElement[bool]:
        return charges.c.at_s > self._clock() - WINDOW_S

    async def _spent(self, connection: AsyncConnection) -> int:
        total = select(func.coalesce(func.sum(charges.c.nano_usd), 0)).where(self._in_window())
        return int((await connection.execute(total)).scalar_one())

    async def _insert(self, connection: AsyncConnection, purpose: Purpose, nano_usd: int) -> int:
        values = {
            "at_s": self._clock(),
            "request_id": purpose.request_id,
            "model": purpose.model,
            "served_by": purpose.served_by,
            "settled": False,
            "nano_usd": nano_usd,
            "prompt_tokens": 0,
            "completion_tokens": 0,
        }
        row = await connection.scalar(insert(charges).values(values).returning(charges.c.id))
        assert row is not None
        return int(row)

    async def _settle(self, row: int, nano_usd: int, tokens: tuple[int, int]) -> None:
        prompt_tokens, completion_tokens = tokens
        settled = (
            update(charges)
            .where(charges.c.id == row)
            .values(
                settled=True,
                nano_usd=nano_usd,
                prompt_tokens=prompt_tokens,
                completion_tokens=completion_tokens,
            )
        )
        for wait_s in (*_SETTLE_RETRY_S, None):
            try:
                async with self._database.write() as connection:
                    await connection.execute(settled)
                return
            except StorageUnavailable:
                if wait_s is None:
                    log.exception("a charge could not be settled: its full reservation stays charged")
                    return
                await asyncio.sleep(wait_s)


def _refusal(most: int, left: int) -> str:
    return (
        f"the answer may cost up to ${usd(most):.6f}, and ${usd(max(left, 0)):.6f} is left of the budget"
        " of the last 24 hours"
    )
