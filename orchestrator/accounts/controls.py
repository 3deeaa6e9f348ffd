"""What an administrator set at run time: the budget's cap, and whether the cloud may be used.

Kept in the database, where a restart and other replicas find it; until it is set, the settings decide.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.accounts.prices import nano_usd
from orchestrator.storage.database import Database
from orchestrator.storage.tables import controls


@dataclass(frozen=True, slots=True)
class ControlState:
    """`..._is_set`: by an administrator, in place of the setting."""

    cap_nano_usd: int
    cloud_enabled: bool
    cap_is_set: bool
    cloud_is_set: bool


class Controls:
    def __init__(self, database: Database, *, cap_usd: float, cloud_enabled: bool) -> None:
        self._database = database
        self._cap_nano_usd = nano_usd(cap_usd)
        self._cloud_enabled = cloud_enabled

    async def read(self) -> ControlState:
        async with self._database.read() as connection:
            row = (await connection.execute(select(controls.c.cap_nano_usd, controls.c.cloud_enabled))).one()
        cap, cloud = row
        return ControlState(
            self._cap_nano_usd if cap is None else cap,
            self._cloud_enabled if cloud is None else cloud,
            cap is not None,
            cloud is not None,
        )

    async def set_cap(self, cap_usd: float) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(controls).values(cap_nano_usd=nano_usd(cap_usd)))

    async def set_cloud_enabled(self, enabled: bool) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(controls).values(cloud_enabled=enabled))

    async def read_cap(self, connection: AsyncConnection) -> int:
        """The cap in nano-dollars."""
        cap = await connection.scalar(select(controls.c.cap_nano_usd))
        return self._cap_nano_usd if cap is None else cap

    async def lock_cap(self, connection: AsyncConnection) -> int:
        """The cap; whoever else asks so waits until this transaction ends. (In SQLite writers wait anyway.)"""
        cap = await connection.scalar(select(controls.c.cap_nano_usd).with_for_update())
        return self._cap_nano_usd if cap is None else cap
