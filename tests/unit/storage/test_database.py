"""The database: migrations that build exactly the tables, transactions, and typed failures."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_mock_engine, select, text, update
from sqlalchemy.exc import IntegrityError

from orchestrator.errors import StorageUnavailable
from orchestrator.storage.database import Database, sqlite_url
from orchestrator.storage.tables import charges, controls, metadata


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(sqlite_url(tmp_path / "deeper" / "council.db"))
    await database.open()
    yield database
    await database.aclose()


async def test_migrations_build_the_tables_of_the_code(database: Database) -> None:
    def difference(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        assert await connection.run_sync(difference) == []


async def test_pragmas(database: Database) -> None:
    async with database.read() as connection:
        found = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 1, 1]


def test_the_tables_compile_for_postgresql() -> None:
    statements: list[str] = []
    engine = create_mock_engine(
        "postgresql+psycopg2://", lambda sql, *_: statements.append(str(sql.compile(dialect=engine.dialect)))
    )
    metadata.create_all(engine, checkfirst=False)
    ddl = "\n".join(statements)
    assert "id BIGSERIAL NOT NULL" in ddl
    assert "DOUBLE PRECISION" in ddl


async def test_opening_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    async with database.write() as connection:
        await connection.execute(update(controls).values(cap_nano_usd=7))
    again = Database(sqlite_url(tmp_path / "deeper" / "council.db"))
    await again.open()
    async with again.read() as connection:
        assert (await connection.execute(select(controls.c.cap_nano_usd))).all() == [(7,)]
    await again.aclose()


async def test_two_that_open_at_the_same_time(tmp_path: Path) -> None:
    databases = [Database(sqlite_url(tmp_path / "one.db")) for _ in range(4)]
    try:
        await asyncio.gather(*(database.open() for database in databases))
        async with databases[0].read() as connection:
            assert len((await connection.execute(select(controls))).all()) == 1
    finally:
        await asyncio.gather(*(database.aclose() for database in databases))


async def test_opening_waits_for_a_writer_of_a_file_not_yet_in_wal(tmp_path: Path) -> None:
    """SQLite refuses the switch at once there, however long its busy_timeout."""
    database = Database(sqlite_url(tmp_path / "one.db"))
    with closing(sqlite3.connect(tmp_path / "one.db", isolation_level=None)) as other:
        other.execute("CREATE TABLE kept (id)")
        other.execute("BEGIN IMMEDIATE")
        opening = asyncio.ensure_future(database.open())
        await asyncio.sleep(0.2)
        other.execute("COMMIT")
        await opening
    async with database.read() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
    await database.aclose()


async def test_a_failed_block_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(update(controls).values(cap_nano_usd=9))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    async with database.read() as connection:
        assert (await connection.execute(select(controls.c.cap_nano_usd))).all() == [(None,)]


async def test_writers_wait_for_each_other_and_lose_nothing(database: Database, tmp_path: Path) -> None:
    """Two processes' worth of writers: one Database would already be serialised by its own lock."""
    other = Database(sqlite_url(tmp_path / "deeper" / "council.db"))

    async def add(to: Database) -> None:
        async with to.write() as connection:
            value = (await connection.execute(select(controls.c.cap_nano_usd))).scalar_one() or 0
            await asyncio.sleep(0.001)
            await connection.execute(update(controls).values(cap_nano_usd=value + 1))

    await asyncio.gather(*(add(to) for to in (database, other) for _ in range(15)))
    async with database.read() as connection:
        assert (await connection.execute(select(controls.c.cap_nano_usd))).scalar_one() == 30
    await other.aclose()


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.write() as writer:
        await writer.execute(update(controls).values(cap_nano_usd=1))
        async with asyncio.timeout(1), database.read() as reader:
            assert (await reader.execute(select(controls.c.cap_nano_usd))).scalar_one() is None


async def test_a_negative_charge_is_refused_by_the_table(database: Database) -> None:
    row = {"at_s": 1.0, "request_id": "r", "model": "m", "served_by": "local", "settled": True}

    async def charge() -> None:
        async with database.write() as connection:
            values = {**row, "nano_usd": -1, "prompt_tokens": 0, "completion_tokens": 0}
            await connection.execute(charges.insert().values(values))

    with pytest.raises(StorageUnavailable, match="IntegrityError") as caught:
        await charge()
    assert isinstance(caught.value.__cause__, IntegrityError)


async def test_a_database_of_a_newer_version_is_refused(database: Database, tmp_path: Path) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer = Database(sqlite_url(tmp_path / "deeper" / "council.db"))
    with pytest.raises(StorageUnavailable, match="newer"):
        await newer.open()
    await newer.aclose()


async def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "council.db"
    path.write_bytes(b"not a database" * 100)
    database = Database(sqlite_url(path))
    with pytest.raises(StorageUnavailable, match=f"{path} is damaged: move the file away"):
        await database.open()
    await database.aclose()
    assert path.read_bytes() == b"not a database" * 100


async def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    database = Database(sqlite_url(tmp_path / "file" / "council.db"))
    with pytest.raises(StorageUnavailable):
        await database.open()
    await database.aclose()


@pytest.mark.parametrize(
    "url", ["mariadb+asyncmy://council:hunter2@db/x", "postgres:council:hunter2", "nothing://u:hunter2@h/x"]
)
def test_a_url_without_a_driver_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        Database(url)
    assert "hunter2" not in str(caught.value)


async def test_nobody_else_can_read_it(database: Database, tmp_path: Path) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "deeper").iterdir()}
    assert modes == {"council.db": 0o600, "council.db-wal": 0o600, "council.db-shm": 0o600}
    assert (tmp_path / "deeper").stat().st_mode & 0o777 == 0o700


async def test_one_that_everybody_could_read_is_closed_to_others_and_its_directory_is_left(
    tmp_path: Path,
) -> None:
    path = tmp_path / "council.db"
    tmp_path.chmod(0o755)
    path.touch(0o644)
    database = Database(sqlite_url(path))
    await database.open()
    await database.aclose()
    assert [each.stat().st_mode & 0o777 for each in (path, tmp_path)] == [0o640, 0o755]
