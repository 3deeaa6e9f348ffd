"""What was remembered, as rows of a LanceDB table in a directory. The only module that knows LanceDB.

Searches are exact (no index), over one owner's rows of one embedder alone. A row's id is made of its owner and its
words, so that the same words again replace the row and its time; two processes that write them at one moment may both insert
them, and every read shows them once. Every write is one commit:
a process that is killed leaves the table as it was before or as it is after. What cannot be read is left as it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import numpy as np

from orchestrator.errors import MemoryUnavailable
from orchestrator.private_files import close_to_others, make_private
from orchestrator.telemetry.defects import describe_defect

log = logging.getLogger(__name__)

DIMENSIONS = 384
TIDY_AFTER_WRITES = 64
_TABLE = "memories"
_COLUMNS = ("id", "owner", "text", "vector", "remembered_at", "source", "embedder")
_SHOWN = ["id", "owner", "text", "remembered_at", "source"]
_OPEN_AGAIN_AFTER_S = 30.0
_CLOSE_TIMEOUT_S = 5.0
# The edge to LanceDB: damaged files make its engine panic, which Python sees as an exception of a class that cannot be imported.
_FAULTS = (Exception,)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Memory:
    """One statement of one owner. `source` is the id of the request in which it was said."""

    id: str
    owner: str
    text: str
    remembered_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What is to be remembered, with the embedding of its text."""

    owner: str
    text: str
    vector: np.ndarray
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Near:
    """A memory and the cosine of its embedding with what was asked."""

    memory: Memory
    similarity: float


class MemoryStore:
    """For one event loop. Every method raises MemoryUnavailable where the table cannot be opened, read or written.

    `embedder` names what made the vectors; rows of another are listed and forgotten, never compared. An owner keeps
    `most_rows` rows, the oldest are dropped.
    """

    def __init__(self, directory: Path, embedder: str, *, most_rows: int = 1000) -> None:
        self._directory = directory
        self._embedder = embedder
        self._most_rows = most_rows
        self._handle: Any = None
        self._opening: asyncio.Task[Any] | None = None
        self._failed_s: float | None = None
        self._failure = ""
        self._writing = asyncio.Lock()
        self._writes = 0
        self._has_unerased = False
        self.rows: int | None = None
        """How many there are, of all owners, as last known; None as long as the table was not opened."""

    async def open(self) -> None:
        """Load LanceDB and open the table, in threads. Others that use the store meanwhile wait for it."""
        await self._table()

    async def put(self, statements: Sequence[Statement]) -> int:
        """Remember them, in one commit; how many rows were written."""
        rows = {memory_id(each.owner, each.text): each for each in statements}
        if not rows:
            return 0

        async def write(table: Any) -> int:
            merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
            await merge.execute(_batch(rows, self._embedder))
            for owner in {each.owner for each in rows.values()}:
                await self._drop_oldest(table, owner)
            return len(rows)

        return await self._write(write)

    async def nearest(self, owner: str, vector: np.ndarray, limit: int) -> list[Near]:
        """The owner's memories that are nearest in meaning, the nearest first."""

        async def read(table: Any) -> list[Near]:
            query = table.query().where((_is("owner", owner)) & _is("embedder", self._embedder))
            query = (
                query.nearest_to(np.asarray(vector, dtype=np.float32)).distance_type("cosine").limit(limit)
            )
            rows = (await query.select([*_SHOWN, "_distance"]).to_arrow()).to_pylist()
            return [Near(_memory(row), 1.0 - float(row["_distance"])) for row in _once(rows)]

        return await self._read(read)

    async def list(self, owner: str, *, limit: int, offset: int = 0) -> list[Memory]:
        """The owner's memories, the newest first, of every embedder."""

        async def read(table: Any) -> list[Memory]:
            query = table.query().where(_is("owner", owner)).order_by(_newest_first())
            rows = (await query.limit(limit).offset(offset).select(_SHOWN).to_arrow()).to_pylist()
            return [_memory(row) for row in _once(rows)]

        return await self._read(read)

    async def forget(self, memory: str, owner: str | None = None) -> bool:
        """Whether there was one of this id, of this owner where one is given. Its words are gone from the files too, else MemoryUnavailable says so."""
        is_it = _is("id", memory)
        return await self._forget(is_it if owner is None else is_it & _is("owner", owner)) > 0

    async def forget_all(self, owner: str) -> int:
        """How many of this owner's there were; as `forget`."""
        return await self._forget(_is("owner", owner))

    async def aclose(self) -> None:
        """Let what opens the table end."""
        if self._opening is not None and not self._opening.done():
            await asyncio.wait((self._opening,), timeout=_CLOSE_TIMEOUT_S)
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    async def _forget(self, which: Any) -> int:
        async def write(table: Any) -> int:
            gone = int((await table.delete(which)).num_deleted_rows)
            if gone or self._has_unerased:
                await self._erase(table)
            return gone

        return await self._write(write)

    async def _drop_oldest(self, table: Any, owner: str) -> None:
        query = table.query().where(_is("owner", owner)).order_by(_newest_first())
        surplus = (await query.offset(self._most_rows).limit(4096).select(["id"]).to_arrow()).to_pylist()
        for start in range(0, len(surplus), 256):
            ids = [row["id"] for row in surplus[start : start + 256]]
            await table.delete(_column("id").isin(ids))

    async def _erase(self, table: Any) -> None:
        """Write every row anew and drop the old files: what was deleted would else stay in them until many are.

        Tried again with the next that is forgotten. Raises MemoryUnavailable.
        """
        self._has_unerased = True
        try:
            await table.update(updates_sql={"source": "source"})
            await table.optimize(cleanup_older_than=timedelta(milliseconds=1))
        except _FAULTS as error:
            log.warning("forgotten memories are still in files: %s", describe_defect(error))
            raise MemoryUnavailable(
                "it is forgotten, but its words are still in the memory's files: there may be no room; try again"
            ) from error
        self._has_unerased = False

    async def _tidy(self, table: Any) -> None:
        self._writes = 0
        try:
            await table.optimize(cleanup_older_than=timedelta(minutes=5))
        except _FAULTS as error:
            log.warning("the memory's files were not tidied: %s", describe_defect(error))

    async def _write(self, work: Callable[[Any], Awaitable[Result]]) -> Result:
        table = await self._table()
        async with self._writing:
            try:
                result = await work(table)
                self.rows = int(await table.count_rows())
            except MemoryUnavailable:
                raise
            except _FAULTS as error:
                raise _unavailable("written", error) from error
            self._writes += 1
            if self._writes >= TIDY_AFTER_WRITES:
                await self._tidy(table)
        return result

    async def _read(self, work: Callable[[Any], Awaitable[Result]]) -> Result:
        """Tried twice: another process may have tidied away the files that a search had begun with."""
        table = await self._table()
        try:
            return await work(table)
        except _FAULTS:
            await asyncio.sleep(0.01)
        try:
            return await work(table)
        except _FAULTS as error:
            raise _unavailable("read", error) from error

    async def _table(self) -> Any:
        if self._handle is not None:
            return self._handle
        if self._failed_s is not None and monotonic() - self._failed_s < _OPEN_AGAIN_AFTER_S:
            raise MemoryUnavailable(self._failure)
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._opened(), name="memory-opening")
        # Whoever waits may be cancelled; the opening goes on for the others.
        return await asyncio.shield(self._opening)

    async def _opened(self) -> Any:
        try:
            await asyncio.to_thread(_load, self._directory)
            table = await _open_or_create(self._directory)
            self.rows = int(await table.count_rows())
        except _FAULTS as error:
            self._failed_s, self._failure = monotonic(), _unavailable("opened", error).message
            log.error("%s", self._failure)
            raise MemoryUnavailable(self._failure) from error
        self._failed_s, self._handle = None, table
        return table


def memory_id(owner: str, text: str) -> str:
    """The same for the same words, however they are spaced, and for no other owner's."""
    words = " ".join(text.casefold().split()).rstrip(".! ")
    return "memory-" + sha256("\0".join((owner, words)).encode()).hexdigest()[:24]


def _load(directory: Path) -> None:
    """What takes long and would hold up the event loop: LanceDB is half a second to some seconds of Python."""
    for name in ("lancedb", "lancedb.expr", "lancedb.query"):
        import_module(name)
    # LanceDB's own files and directories are for everybody; none of them is reached through a closed one.
    make_private(directory)
    close_to_others(directory / f"{_TABLE}.lance")


async def _open_or_create(directory: Path) -> Any:
    import lancedb

    # Other processes' writes are seen by every read.
    connection = await lancedb.connect_async(directory, read_consistency_interval=timedelta(0))
    data = directory / f"{_TABLE}.lance" / "data"
    if await asyncio.to_thread(lambda: data.is_dir() and any(data.iterdir())):
        table = await connection.open_table(_TABLE)  # never anew where there is data, however damaged
    else:
        table = await connection.create_table(_TABLE, schema=_schema(), exist_ok=True)
    if not (await table.schema()).equals(_schema()):
        raise ValueError("the table has other columns than this version of Council writes")
    return table


def _schema() -> Any:
    import pyarrow as pa

    texts = ("id", "owner", "text", "source", "embedder")
    kinds = dict.fromkeys(texts, pa.string())
    kinds |= {
        "vector": pa.list_(pa.float32(), DIMENSIONS),
        "remembered_at": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([pa.field(name, kinds[name], nullable=False) for name in _COLUMNS])


def _batch(rows: Mapping[str, Statement], embedder: str) -> Any:
    import pyarrow as pa

    said = list(rows.values())
    vectors = np.stack([each.vector for each in said]).astype(np.float32)
    columns = {
        "id": list(rows),
        "owner": [each.owner for each in said],
        "text": [each.text for each in said],
        "vector": pa.FixedSizeListArray.from_arrays(vectors.ravel(), DIMENSIONS),
        "remembered_at": [each.at.astimezone(UTC) for each in said],
        "source": [each.source for each in said],
        "embedder": [embedder] * len(said),
    }
    return pa.table(columns, schema=_schema())


def _once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one id, which LanceDB lets two processes insert at the same moment, as one."""
    return list({row["id"]: row for row in reversed(rows)}.values())[::-1]


def _memory(row: dict[str, Any]) -> Memory:
    at = row["remembered_at"].astimezone(UTC)
    return Memory(row["id"], row["owner"], row["text"], at, row["source"])


def _column(name: str) -> Any:
    from lancedb.expr import col

    return col(name)


def _is(name: str, value: str) -> Any:
    """A filter built of values, never of text: nothing in a name can change what it asks."""
    from lancedb.expr import lit

    return _column(name) == lit(value)


def _newest_first() -> Any:
    from lancedb.query import ColumnOrdering

    return [ColumnOrdering(column_name="remembered_at", ascending=False), ColumnOrdering(column_name="id")]


def _unavailable(done: str, error: BaseException) -> MemoryUnavailable:
    return MemoryUnavailable(
        f"the memory cannot be {done} ({type(error).__name__}): its files are left as they are"
    )
