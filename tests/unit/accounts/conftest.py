"""A real database in a temporary directory, and a clock that tests turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestrator.accounts.controls import Controls
from orchestrator.accounts.ledger import Ledger
from orchestrator.storage.database import Database, sqlite_url


@dataclass
class Clock:
    now_s: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "council.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    database = Database(sqlite_url(path))
    await database.open()
    yield database
    await database.aclose()


@pytest.fixture
def controls(database: Database) -> Controls:
    return Controls(database, cap_usd=1.0, cloud_enabled=False)


@pytest.fixture
async def ledger(database: Database, controls: Controls, clock: Clock) -> AsyncIterator[Ledger]:
    ledger = Ledger(database, controls, clock)
    yield ledger
    await ledger.drain()
