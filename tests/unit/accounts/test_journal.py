"""The journal: off the hot path, flushed, bounded, and what a killed process loses."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from orchestrator.accounts import journal as journal_module
from orchestrator.accounts.entry import TurnEntry, UsageSum
from orchestrator.accounts.journal import FLUSH_S, QUEUE_ENTRIES, Journal
from orchestrator.errors import StorageUnavailable
from orchestrator.storage.database import Database, sqlite_url
from tests.unit.accounts.conftest import Clock

DAY_S = 24 * 3600.0


@pytest.fixture
async def journal(database: Database, clock: Clock) -> AsyncIterator[Journal]:
    journal = Journal(database, most_entries=100, kept_s=30 * DAY_S, clock=clock)
    yield journal
    await journal.aclose()


def entry(number: int = 1, *, at_s: float = 1_700_000_000.0, **changes: Any) -> TurnEntry:
    fields: dict[str, Any] = {
        "request_id": f"req_{number}",
        "at_s": at_s,
        "route": "/hybrid",
        "requested": "council/auto",
        "outcome": "ok",
        "served_by": "local",
        "latency_ms": 12.5,
        "skill": "code",
        "model": "codellama-7b",
        "method": "generated",
        "decision": {"skill": "code", "scores": {"code": 0.9}, "reason": "It has a fence."},
        "confidence": 0.75,
        "prompt_tokens": 10,
        "completion_tokens": 20,
        "nano_usd": 5,
        "first_text_ms": 3.5,
        "cloud": None,
    }
    return TurnEntry(**{**fields, **changes})


async def test_what_was_recorded_is_read_as_it_was(journal: Journal) -> None:
    first = entry(1)
    second = entry(2, served_by="cloud", cloud={"provider": "openai", "redactions": {"email": 2}})
    failed = entry(
        3, outcome="inference_unavailable", served_by="none", model=None, skill=None, decision=None
    )
    for each in (first, second, failed):
        journal.record(each)
    found = await journal.recent(10)
    assert [each.request_id for each in found] == ["req_3", "req_2", "req_1"]
    assert found[1:] == [second, first]
    assert found[0].decision == {}
    assert await journal.find("req_2") == second
    assert await journal.find("nobody") is None


async def test_recent_is_limited(journal: Journal) -> None:
    for number in range(20):
        journal.record(entry(number))
    assert [each.request_id for each in await journal.recent(3)] == ["req_19", "req_18", "req_17"]


async def test_recording_never_waits_for_the_database(journal: Journal, database: Database) -> None:
    async with database.write():
        began = time.perf_counter()
        for number in range(1000):
            journal.record(entry(number))
        assert time.perf_counter() - began < 0.5
    assert len(await journal.recent(1000)) == 1000


async def test_it_is_written_within_the_period(journal: Journal, path: Path) -> None:
    journal.start()
    journal.record(entry(1))
    reader = Database(sqlite_url(path))
    other = Journal(reader, most_entries=1, kept_s=1)
    async with asyncio.timeout(FLUSH_S + 5):
        while not await other.count():
            await asyncio.sleep(0.02)
    await reader.aclose()


async def test_it_is_written_at_the_end(database: Database, path: Path) -> None:
    journal = Journal(database, most_entries=100, kept_s=DAY_S)
    journal.start()
    for number in range(600):
        journal.record(entry(number))
    await journal.aclose()
    assert await Journal(database, most_entries=1, kept_s=1).count() == 600


async def test_a_full_queue_drops_the_newest_and_says_so(journal: Journal) -> None:
    kept = [journal.record(entry(number)) for number in range(QUEUE_ENTRIES + 7)]
    assert kept.count(False) == 7
    assert (await journal.recent(1))[0].request_id == f"req_{QUEUE_ENTRIES - 1}"


async def test_a_database_that_fails_for_a_while_loses_nothing(
    journal: Journal, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(journal_module, "_RETRY_S", (0.01,))
    monkeypatch.setattr(journal_module, "FLUSH_S", 0.01)
    working, failures = database.write, 0

    def failing() -> Any:
        nonlocal failures
        failures += 1
        raise StorageUnavailable("the disk is full")

    monkeypatch.setattr(database, "write", failing)
    journal.start()
    journal.record(entry(1))
    async with asyncio.timeout(5):
        while failures < 3:
            await asyncio.sleep(0.005)
    monkeypatch.setattr(database, "write", working)
    assert (await journal.recent(1))[0].request_id == "req_1"
    assert (
        len([record for record in caplog.records if "the journal cannot be written" in record.message]) == 1
    )


async def test_entries_beyond_the_number_and_the_age_are_deleted(journal: Journal, clock: Clock) -> None:
    for number in range(150):
        journal.record(entry(number, at_s=clock.now_s))
    await journal.flush()
    await journal.tidy()
    kept = await journal.recent(1000)
    assert [kept[0].request_id, kept[-1].request_id, len(kept)] == ["req_149", "req_50", 100]
    clock.now_s += 31 * DAY_S
    journal.record(entry(500, at_s=clock.now_s))
    await journal.flush()
    await journal.tidy()
    assert [each.request_id for each in await journal.recent(1000)] == ["req_500"]


async def test_sums_outlast_single_entries_and_leave_with_the_day(journal: Journal, clock: Clock) -> None:
    for number in range(300):  # in two batches, and more than are kept
        journal.record(entry(number, at_s=clock.now_s))
    journal.record(entry(300, at_s=clock.now_s, outcome="queue_full", served_by="none", model=None))
    journal.record(entry(301, at_s=clock.now_s, served_by="cloud", model="openai/mini", nano_usd=70))
    await journal.flush()
    await journal.tidy()
    sums = {(each.model, each.served_by): each for each in await journal.last_day()}
    start = int((clock.now_s - DAY_S) // 60) + 1
    assert sums[("codellama-7b", "local")] == UsageSum(
        start, "codellama-7b", "local", 300, 300, 3000, 6000, 1500
    )
    assert (sums[("", "none")].turns, sums[("", "none")].succeeded) == (1, 0)
    assert sums[("openai/mini", "cloud")].nano_usd == 70
    clock.now_s += DAY_S
    assert await journal.last_day() == []


async def test_long_names_are_cut_and_not_refused(journal: Journal) -> None:
    journal.record(entry(1, requested="x" * 5000, skill="y" * 5000))
    found = (await journal.recent(1))[0]
    assert (len(found.requested), len(found.skill or "")) == (256, 100)


KILLED = """
import asyncio, sys
from pathlib import Path
from orchestrator.accounts.journal import Journal
from orchestrator.storage.database import Database, sqlite_url
from tests.unit.accounts.test_journal import entry

async def main():
    database = Database(sqlite_url(Path(sys.argv[1])))
    await database.open()
    journal = Journal(database, most_entries=10**6, kept_s=10**9)
    journal.start()
    number = 0
    while True:
        journal.record(entry(number))
        number += 1
        if number % 100 == 0:
            print(number, flush=True)
        await asyncio.sleep(0.001)

asyncio.run(main())
"""


async def test_a_killed_process_loses_only_the_last_moments(tmp_path: Path) -> None:
    """What was recorded a flush and a second before the kill is there, in order and without a gap."""
    path = tmp_path / "killed.db"
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout:
        while int(child.stdout.readline()) < 300:
            pass
        early = 300
        await asyncio.sleep(FLUSH_S + 1.5)
        os.kill(child.pid, signal.SIGKILL)
        child.wait(10)
    database = Database(sqlite_url(path))
    await database.open()
    found = await Journal(database, most_entries=1, kept_s=1).recent(100_000)
    numbers = [int(each.request_id.removeprefix("req_")) for each in reversed(found)]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= early
    await database.aclose()
