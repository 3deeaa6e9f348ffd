"""The budget: no overspend in a race, exact sums, a window that rolls, and what a dead process leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.accounts.controls import Controls
from orchestrator.accounts.ledger import WINDOW_S, Ledger, Purpose
from orchestrator.errors import BudgetExceeded, StorageUnavailable
from orchestrator.storage.database import Database, sqlite_url
from tests.unit.accounts.conftest import Clock

USD = 10**9
LOCAL = Purpose("req_1", "mistral-7b", "local")
CLOUD = Purpose("req_2", "openai/mini", "cloud")


async def refused(ledger: Ledger, amount: int, purpose: Purpose = LOCAL) -> bool:
    try:
        await ledger.reserve(purpose, amount)
    except BudgetExceeded:
        return True
    return False


async def test_a_hundred_at_once_never_overspend(ledger: Ledger) -> None:
    """Each may cost 0.03 of 1 dollar: 33 fit, whoever they are."""
    outcomes = await asyncio.gather(*(refused(ledger, 30_000_000) for _ in range(100)))
    assert outcomes.count(False) == 33
    assert (await ledger.spending()).nano_usd == 33 * 30_000_000
    assert ledger.refused == 67


async def test_two_processes_on_one_database_never_overspend_together(
    ledger: Ledger, path: Path, clock: Clock
) -> None:
    other_database = Database(sqlite_url(path))
    other = Ledger(other_database, Controls(other_database, cap_usd=1.0, cloud_enabled=False), clock)
    racers = [ledger, other] * 50
    outcomes = await asyncio.gather(*(refused(racer, 30_000_000) for racer in racers))
    assert outcomes.count(False) == 33
    await other_database.aclose()


async def test_settled_less_than_reserved_frees_the_rest(ledger: Ledger) -> None:
    held = await ledger.reserve(LOCAL, USD)
    assert await refused(ledger, 1)
    ledger.settle(held, LOCAL, USD // 4, (10, 20))
    spending = await ledger.spending()
    assert spending.nano_usd == USD // 4
    assert spending.left_nano_usd == USD - USD // 4
    assert not await refused(ledger, spending.left_nano_usd)
    assert await refused(ledger, 1)


async def test_settled_with_nothing_costs_nothing(ledger: Ledger) -> None:
    ledger.settle(await ledger.reserve(LOCAL, USD), LOCAL, 0, (0, 0))
    assert (await ledger.spending()).nano_usd == 0


async def test_settling_survives_the_cancellation_of_its_request(ledger: Ledger) -> None:
    async def request() -> None:
        held = await ledger.reserve(LOCAL, USD)
        try:
            await asyncio.sleep(3600)
        finally:
            ledger.settle(held, LOCAL, 5, (1, 1))

    task = asyncio.create_task(request())
    while not (await ledger.spending()).nano_usd:
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.wait((task,))
    assert (await ledger.spending()).nano_usd == 5


async def test_sums_are_exact_where_floats_are_not(ledger: Ledger, controls: Controls) -> None:
    await controls.set_cap(0.3)
    for _ in range(3):
        assert not await refused(ledger, 100_000_000)
    assert await refused(ledger, 1)


async def test_the_window_rolls(ledger: Ledger, clock: Clock) -> None:
    assert not await refused(ledger, USD)
    clock.now_s += WINDOW_S - 1
    assert await refused(ledger, 1)
    clock.now_s += 1
    assert not await refused(ledger, USD)


async def test_what_is_free_needs_no_database(ledger: Ledger, database: Database, path: Path) -> None:
    await database.aclose()
    path.write_bytes(b"broken" * 1000)
    held = await ledger.reserve(LOCAL, 0)
    ledger.settle(held, LOCAL, 0, (5, 5))


async def test_what_costs_needs_the_database(ledger: Ledger, database: Database, path: Path) -> None:
    await database.aclose()
    for file in path.parent.glob("council.db*"):
        file.unlink()
    path.mkdir()
    with pytest.raises(StorageUnavailable):
        await ledger.reserve(LOCAL, 1)


async def test_the_cap_is_kept_and_the_setting_is_the_default(
    ledger: Ledger, controls: Controls, database: Database
) -> None:
    assert (await controls.read()).cap_is_set is False
    await controls.set_cap(0.0)
    assert await refused(ledger, 1)
    again = Controls(database, cap_usd=99.0, cloud_enabled=True)
    state = await again.read()
    assert (state.cap_nano_usd, state.cap_is_set, state.cloud_enabled, state.cloud_is_set) == (
        0,
        True,
        True,
        False,
    )


async def test_spending_by_model_and_source(ledger: Ledger) -> None:
    ledger.settle(await ledger.reserve(LOCAL, 10), LOCAL, 4, (1, 1))
    ledger.settle(await ledger.reserve(CLOUD, 10), CLOUD, 6, (1, 1))
    await ledger.reserve(CLOUD, 100)
    spending = await ledger.spending()
    assert spending.by_model == {"mistral-7b": 4, "openai/mini": 106}
    assert spending.by_source == {"local": 4, "cloud": 106}
    assert ledger.settled_nano_usd == {"local": 4, "cloud": 6}


async def test_old_charges_are_forgotten_and_recent_ones_are_not(ledger: Ledger, clock: Clock) -> None:
    await ledger.reserve(LOCAL, 5)
    clock.now_s += 36 * 24 * 3600
    await ledger.reserve(LOCAL, 7)
    await ledger.forget_old()
    clock.now_s -= WINDOW_S / 2
    assert (await ledger.spending()).nano_usd == 7


KILLED = """
import asyncio, sys
from pathlib import Path
from orchestrator.accounts.controls import Controls
from orchestrator.accounts.ledger import Ledger, Purpose
from orchestrator.storage.database import Database, sqlite_url

async def main():
    database = Database(sqlite_url(Path(sys.argv[1])))
    await database.open()
    ledger = Ledger(database, Controls(database, cap_usd=1.0, cloud_enabled=False))
    await ledger.reserve(Purpose("r", "m", "cloud"), 600_000_000)
    print("reserved", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_killed_process_leaves_its_reservation_charged(tmp_path: Path) -> None:
    path = tmp_path / "killed.db"
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"reserved\n"
        os.kill(child.pid, signal.SIGKILL)
        child.wait(10)
    database = Database(sqlite_url(path))
    await database.open()
    ledger = Ledger(database, Controls(database, cap_usd=1.0, cloud_enabled=False))
    assert (await ledger.spending()).nano_usd == 600_000_000
    assert await refused(ledger, 400_000_001)
    assert not await refused(ledger, 400_000_000)
    await database.aclose()


async def test_what_is_known_is_brought_up_to_date(ledger: Ledger, clock: Clock, path: Path) -> None:
    await ledger.spending()
    assert ledger.known.left_nano_usd == USD
    held = await ledger.reserve(LOCAL, USD)
    ledger.settle(held, LOCAL, USD, (1, 1))
    await ledger.spending()
    assert ledger.known.left_nano_usd == 0
    clock.now_s += WINDOW_S
    ledger.refresh_soon()
    async with asyncio.timeout(5):
        while ledger.known.left_nano_usd == 0:
            await asyncio.sleep(0.005)
    await ledger.aclose()
