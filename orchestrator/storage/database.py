"""One database: SQLite in the data directory, or PostgreSQL. Connections, transactions and their failures.

A committed transaction survives the death of the process. With SQLite the last moments before a power cut may be
lost (`synchronous=NORMAL`), never the file's integrity.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidRequestError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from orchestrator.errors import StorageUnavailable
from orchestrator.private_files import close_to_others, make_private
from orchestrator.storage.migrate import SchemaError, upgrade

_BUSY_TIMEOUT_MS = 5000
_READ = "council_read"
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_WAL_RETRY_S = 0.01
_PRAGMAS = (
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={_BUSY_TIMEOUT_MS}",
)


def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


class Database:
    """`open()` before use, `aclose()` after. Every failure of the database is a StorageUnavailable."""

    def __init__(self, url: str) -> None:
        """Raise StorageUnavailable for a URL that no installed driver serves."""
        self._url = _parsed(url)
        self._engine = _engine(self._url)
        # SQLite has one writer: waiting here costs nothing, waiting inside SQLite is polling.
        self._writing = asyncio.Lock() if self.is_sqlite else nullcontext()
        if self.is_sqlite:
            _own_transactions(self._engine.sync_engine)

    @property
    def is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @property
    def name(self) -> str:
        """For messages: never holds the password."""
        return self._url.render_as_string(hide_password=True)

    @property
    def engine(self) -> AsyncEngine:
        return self._engine

    async def open(self) -> None:
        """Bring the tables up to date. All of a migration happens, or nothing of it."""
        try:
            with self._failures():
                self._make_private_file()
            async with self.write() as connection:
                await connection.run_sync(upgrade)
        except SchemaError as error:
            raise StorageUnavailable(f"the database {self.name} cannot be used: {error}") from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees no other writer until it ends; rolled back when the block raises."""
        with self._failures():
            async with self._writing, self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view that never waits for a writer."""
        with self._failures():
            async with self._engine.connect() as connection:
                yield await connection.execution_options(**{_READ: True})

    async def aclose(self) -> None:
        await self._engine.dispose()

    def _make_private_file(self) -> None:
        """Before SQLite does, which would let everybody read it; its -wal and -shm get the mode of the file."""
        name = self._url.database
        if not self.is_sqlite or not name or name.startswith((":memory:", "file:")):
            return
        path = Path(name)
        make_private(path.parent)
        # Not opened where it is there: closing it again would drop the locks that this process has on it.
        if not path.exists():
            path.touch(0o600)
        for ending in ("", "-wal", "-shm"):
            close_to_others(path.with_name(path.name + ending))

    def _failures(self) -> _Failures:
        return _Failures(self.name)


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        # Its message would repeat the URL, password and all.
        raise StorageUnavailable("database_url is not a database URL") from None


def _engine(url: URL) -> AsyncEngine:
    try:
        return create_async_engine(url)
    except (ImportError, NoSuchModuleError, InvalidRequestError) as error:
        raise StorageUnavailable(
            f"no driver for {url.drivername!r} is installed; for PostgreSQL use postgresql+asyncpg:// and"
            " install council[postgres]"
        ) from error


class _Failures:
    """Turns errors of SQLAlchemy into ours. Their texts may hold values, so only the kind is told."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, SQLAlchemyError | OSError):
            cause = getattr(error, "orig", None) or error
            raise StorageUnavailable(self._described(cause)) from error

    def _described(self, cause: BaseException) -> str:
        if _sqlite_code(cause) in _DAMAGED:
            return (
                f"the database {self._name} is damaged: move the file away, with those of the same name that end in"
                " -wal and -shm, or put a copy in its place"
            )
        return f"the database {self._name} failed ({type(cause).__name__})"


def _sqlite_code(cause: BaseException) -> int | None:
    """SQLite's primary code: the higher bits of the one given tell details."""
    code = getattr(cause, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def _own_transactions(engine: Engine) -> None:
    """Let a writer take SQLite's write lock at its start; Python's driver would do it in the middle, and fail there."""

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        _use_wal(connection, cursor)
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READ)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _use_wal(connection: Any, cursor: Any) -> None:
    """SQLite's own waiting (busy_timeout) does not cover the moment in which another switches the file to WAL."""
    give_up_s = time.monotonic() + _BUSY_TIMEOUT_MS / 1e3
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if _sqlite_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_s:
                raise
        connection.run_async(lambda _: asyncio.sleep(_WAL_RETRY_S))
