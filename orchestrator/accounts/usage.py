"""Sums a minute in the table `usage`: what outlasts the journal's single entries."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestrator.accounts.entry import UsageSum
from orchestrator.storage.tables import usage

_SUMMED = ("turns", "succeeded", "prompt_tokens", "completion_tokens", "nano_usd")


async def add_usage(connection: AsyncConnection, total: UsageSum) -> None:
    """Add to the minute's row, or begin it."""
    await connection.execute(_addition(connection.dialect.name), asdict(total))


@cache
def _addition(dialect: str) -> Any:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    fresh = insert(usage)
    return fresh.on_conflict_do_update(
        index_elements=["minute", "model", "served_by"],
        set_={name: usage.c[name] + fresh.excluded[name] for name in _SUMMED},
    )


async def read_usage(connection: AsyncConnection, *, since_s: float) -> list[UsageSum]:
    """One sum a model and source over all whole minutes that begin after `since_s`."""
    start = int(since_s // 60) + 1
    sums = [func.sum(usage.c[name]) for name in _SUMMED]
    query = (
        select(usage.c.model, usage.c.served_by, *sums)
        .where(usage.c.minute >= start)
        .group_by(usage.c.model, usage.c.served_by)
    )
    rows = (await connection.execute(query)).all()
    return [UsageSum(start, model, served_by, *map(int, values)) for model, served_by, *values in rows]


async def forget_usage(connection: AsyncConnection, *, before_s: float) -> None:
    await connection.execute(delete(usage).where(usage.c.minute < int(before_s // 60)))
