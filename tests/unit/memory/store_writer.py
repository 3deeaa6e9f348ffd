"""A process that remembers as fast as it can: `python -m tests.unit.memory.store_writer DIRECTORY OWNER [COUNT]`.

It prints the number of every statement once it is written.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from pathlib import Path

from orchestrator.memory.store import MemoryStore
from tests.unit.memory.vectors import statement


async def main(directory: Path, owner: str, count: int | None) -> None:
    store = MemoryStore(directory, "test", most_rows=100_000)
    for number in itertools.count() if count is None else range(count):
        await store.put([statement(f"Statement {number} is true.", owner)])
        print(number, flush=True)
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else None))
