"""The rows of memory, on a real LanceDB in a directory."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from orchestrator.errors import MemoryUnavailable
from orchestrator.memory.store import TIDY_AFTER_WRITES, MemoryStore
from orchestrator.settings import PROJECT_ROOT
from tests.unit.memory.vectors import statement, vector

NAMES = (
    "o'brien",
    'a" OR "1"="1',
    "x' OR '1'='1",
    "local",
    "--",
    "\\",
    "名前",
    "a;DROP TABLE memories",
    "%",
    "",
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[MemoryStore]:
    store = MemoryStore(tmp_path / "memory", "test", most_rows=20)
    yield store
    await store.aclose()


async def texts(store: MemoryStore, owner: str = "local") -> list[str]:
    return [memory.text for memory in await store.list(owner, limit=1000)]


async def test_what_is_put_is_found_by_meaning_and_listed_newest_first(store: MemoryStore) -> None:
    at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    await store.put([statement("My dog is called Rex.", at=at, source="req_1")])
    await store.put([statement("I live in Hamburg.", at=at + timedelta(seconds=1))])
    near, far = await store.nearest("local", vector("My dog is called Rex."), 5)
    assert near.similarity == pytest.approx(1.0, abs=1e-5)
    assert abs(far.similarity) < 0.3
    assert (near.memory.text, near.memory.source, near.memory.remembered_at) == (
        "My dog is called Rex.",
        "req_1",
        at,
    )
    assert await texts(store) == ["I live in Hamburg.", "My dog is called Rex."]
    assert store.rows == 2


async def test_nobody_else_can_read_it(store: MemoryStore, tmp_path: Path) -> None:
    """One of an earlier version: open to all; its group keeps what it has."""
    await store.put([statement("My dog is called Rex.")])
    assert mode(tmp_path / "memory") == 0o700
    table = next((tmp_path / "memory").iterdir())
    table.chmod(0o755)
    later = MemoryStore(tmp_path / "memory", "test", most_rows=20)
    assert await texts(later) == ["My dog is called Rex."]
    await later.aclose()
    assert mode(table) == 0o750


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_the_same_words_are_one_row_with_the_later_time(store: MemoryStore) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for days, text in enumerate(("I live in Hamburg.", "I  live in Hamburg", "i live in hamburg!")):
        await store.put([statement(text, at=at + timedelta(days=days))])
    (only,) = await store.list("local", limit=10)
    assert (only.text, only.remembered_at) == ("i live in hamburg!", at + timedelta(days=2))


async def test_owners_never_see_each_other_whatever_their_names(store: MemoryStore) -> None:
    await store.put([statement("My dog is called Rex.", owner) for owner in NAMES])
    assert store.rows == len(NAMES)
    for owner in NAMES:
        (only,) = await store.nearest(owner, vector("My dog is called Rex."), 10)
        assert only.memory.owner == owner
        assert len(await store.list(owner, limit=10)) == 1
    assert await store.forget_all(NAMES[1]) == 1
    assert store.rows == len(NAMES) - 1


async def test_an_owner_keeps_so_many_rows_the_oldest_are_dropped(store: MemoryStore) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    await store.put([statement("Another owner's.", "other", at=at)])
    for number in range(30):
        await store.put([statement(f"Fact {number}.", at=at + timedelta(minutes=number))])
    assert await texts(store) == [f"Fact {number}." for number in reversed(range(10, 30))]
    assert await texts(store, "other") == ["Another owner's."]


async def test_what_is_forgotten_is_gone_from_the_files_too(store: MemoryStore, tmp_path: Path) -> None:
    await store.put([statement(f"Fact {number} stays.") for number in range(15)])
    await store.put([statement("Quixotic zephyrs.")])
    assert any(b"Quixotic" in file.read_bytes() for file in tmp_path.rglob("*.lance") if file.is_file())
    (memory,) = [each for each in await store.list("local", limit=100) if "Quixotic" in each.text]
    assert await store.forget(memory.id)
    assert not await store.forget(memory.id)
    assert not any(b"Quixotic" in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert len(await texts(store)) == 15


async def test_another_embedders_vectors_are_never_compared(store: MemoryStore, tmp_path: Path) -> None:
    await store.put([statement("My dog is called Rex.")])
    other = MemoryStore(tmp_path / "memory", "another")
    assert await other.nearest("local", vector("My dog is called Rex."), 5) == []
    assert await texts(other) == ["My dog is called Rex."]
    await other.put([statement("My dog is called Rex.")])
    assert len(await other.nearest("local", vector("My dog is called Rex."), 5)) == 1
    assert await store.nearest("local", vector("My dog is called Rex."), 5) == []
    await other.aclose()


async def test_many_writes_do_not_pile_up_files(store: MemoryStore, tmp_path: Path) -> None:
    for number in range(TIDY_AFTER_WRITES + 2):
        await store.put([statement(f"Fact {number % 5}.")])
    assert len(await texts(store)) == 5
    data = list((tmp_path / "memory" / "memories.lance" / "data").iterdir())
    assert len(await store.nearest("local", vector("Fact 1."), 5)) == 5
    # Files of versions of the last five minutes stay for other processes.
    assert len(data) <= 3 * TIDY_AFTER_WRITES


async def test_fifty_writes_and_reads_at_once(store: MemoryStore) -> None:
    async def one(number: int) -> None:
        await store.put([statement(f"Fact {number % 20}.", f"owner {number % 3}")])
        assert await store.nearest(f"owner {number % 3}", vector(f"Fact {number % 20}."), 3)

    await asyncio.gather(*(one(number) for number in range(50)))
    assert store.rows == len({(number % 20, number % 3) for number in range(50)})


async def test_a_search_that_is_cancelled_leaves_the_store_usable(store: MemoryStore) -> None:
    task = asyncio.create_task(store.nearest("local", vector("x"), 3))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait((task,))
    await store.put([statement("My dog is called Rex.")])
    assert await texts(store) == ["My dog is called Rex."]


def writer(directory: Path, owner: str, *count: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.unit.memory.store_writer", str(directory), owner, *count]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
async def test_a_process_killed_while_it_writes_loses_nothing_that_was_written(tmp_path: Path) -> None:
    written = -1
    for kill in range(4):
        process = writer(tmp_path, f"owner {kill}")
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline), "it never wrote"
        await asyncio.sleep(0.15 + 0.037 * kill)
        process.kill()
        written = int((await asyncio.to_thread(process.stdout.read)).split()[-1])
        process.wait()
        process.stdout.close()
        store = MemoryStore(tmp_path, "test", most_rows=100_000)
        kept = set(await texts(store, f"owner {kill}"))
        # One more may have been written before its number could be told.
        assert {f"Statement {number} is true." for number in range(written + 1)} <= kept
        assert len(kept) <= written + 2
        await store.put([statement("Life goes on.", f"owner {kill}")])
        assert len(await store.nearest(f"owner {kill}", vector("Life goes on."), 2)) == 2
        await store.aclose()
    assert written > 0


@pytest.mark.slow
async def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Both say the same words, as their owner `shared`, and others of their own."""
    processes = [
        writer(tmp_path, "shared", "25"),
        writer(tmp_path, "shared", "25"),
        writer(tmp_path, "own", "25"),
    ]
    store = MemoryStore(tmp_path, "test", most_rows=100_000)
    while any(process.poll() is None for process in processes):
        await store.list("shared", limit=5)
        await asyncio.sleep(0.05)
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.read().split()[-1] == "24"
        process.stdout.close()
        assert process.returncode == 0
    assert len(await texts(store, "shared")) == 25
    assert len(await texts(store, "own")) == 25
    await store.aclose()


def damage_manifests(table: Path) -> None:
    for file in (table / "_versions").iterdir():
        file.write_bytes(b"this is no manifest")


def empty_the_data(table: Path) -> None:
    for file in (table / "data").iterdir():
        file.write_bytes(b"")


def drop_the_manifests(table: Path) -> None:
    for file in (table / "_versions").iterdir():
        file.unlink()


def cut_the_data(table: Path) -> None:
    for file in (table / "data").iterdir():
        file.write_bytes(file.read_bytes()[:100])


@pytest.mark.parametrize("damage", [damage_manifests, drop_the_manifests, empty_the_data, cut_the_data])
async def test_damaged_files_are_an_error_and_are_left_as_they_are(tmp_path: Path, damage: object) -> None:
    store = MemoryStore(tmp_path, "test")
    await store.put([statement("My dog is called Rex.")])
    await store.aclose()
    assert callable(damage)
    damage(tmp_path / "memories.lance")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    store = MemoryStore(tmp_path, "test")
    for _ in range(2):
        with pytest.raises(MemoryUnavailable, match="left as they are"):
            await store.nearest("local", vector("x"), 3)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    await store.aclose()


async def test_a_directory_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = MemoryStore(tmp_path / "file" / "memory", "test")
    with pytest.raises(MemoryUnavailable):
        await store.put([statement("My dog is called Rex.")])
    assert store.rows is None
    await store.aclose()


async def test_a_table_of_other_columns_is_not_touched(tmp_path: Path) -> None:
    import lancedb

    connection = await lancedb.connect_async(tmp_path)
    await connection.create_table("memories", [{"id": 1, "other": "x"}])
    store = MemoryStore(tmp_path, "test")
    with pytest.raises(MemoryUnavailable, match="opened"):
        await store.put([statement("My dog is called Rex.")])
    table = await connection.open_table("memories")
    assert await table.count_rows() == 1


def test_nothing_of_it_is_loaded_with_the_application() -> None:
    code = "import sys, orchestrator.app; sys.exit('lancedb' in sys.modules or 'pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, check=False).returncode == 0


async def test_the_loop_goes_on_while_it_is_opened(tmp_path: Path) -> None:
    """In a process of its own, where LanceDB is not loaded yet."""
    code = f"""
import asyncio, time
from pathlib import Path
from orchestrator.memory.store import MemoryStore
async def main():
    store = MemoryStore(Path({str(tmp_path)!r}), "test")
    opening = asyncio.create_task(store.open())
    longest, last = 0.0, time.perf_counter()
    while not opening.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter(); longest, last = max(longest, now - last), now
    await opening
    print(longest)
asyncio.run(main())
"""
    process = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(process.stdout) < 0.5, "seconds the loop stood still"


async def test_time_of_a_search_among_a_thousand(tmp_path: Path) -> None:
    store = MemoryStore(tmp_path, "test")
    await store.put([statement(f"Fact {number}.", f"owner {number % 2}") for number in range(2000)])
    took = []
    for number in range(20):
        began = time.perf_counter()
        await store.nearest("owner 1", vector(f"Fact {number}."), 8)
        took.append(time.perf_counter() - began)
    print(f"search among 1,000 of 2,000 rows: {np.median(took) * 1e3:.1f} ms")
    assert np.median(took) < 0.1
    await store.aclose()


async def test_a_panic_of_lancedbs_engine_is_a_store_that_fails(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its class is made at run time and is none of Python's errors; a damaged manifest was seen to raise it."""
    await store.put([statement("My dog is called Rex.")])
    panic = type("RustPanic", (Exception,), {})

    async def panicking(_: object) -> None:
        raise panic("range end index out of range")

    monkeypatch.setattr("orchestrator.memory.store._open_or_create", panicking)
    broken = MemoryStore(store._directory, "test")
    with pytest.raises(MemoryUnavailable):
        await broken.list("local", limit=1)
    monkeypatch.undo()
    assert await texts(store) == ["My dog is called Rex."]
