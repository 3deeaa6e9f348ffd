"""What is taken of a card while something runs, from answers of nvidia-smi."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from engines.gpu import MIB, Finished
from engines.vram_watch import VramWatch


async def peak(given: list[int | None]) -> int | None:
    """Watch until every answer but the last was given; the last one is repeated."""
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def run(_argv: Sequence[str], _timeout_s: float) -> Finished:
        free = given.pop(0) if len(given) > 1 else given[0]
        if len(given) == 1:
            loop.call_soon_threadsafe(done.set)
        if free is None:
            raise FileNotFoundError("nvidia-smi")
        return Finished(0, f"{free}\n", "")

    async with VramWatch(run=run, every_s=0.001) as watch:
        async with asyncio.timeout(5):
            await done.wait()
        await asyncio.sleep(0.05)
    return watch.peak_bytes


@pytest.mark.parametrize(
    ("free_mib", "taken_mib"),
    [
        ((11000, 9000, 4000, 6000), 7000),
        ((11000, 11000, 11000), None),
        ((11000, None, 5000), 6000),
        ((11000, 12000, 12000), None),
        ((None, 5000, 5000), None),
    ],
)
async def test_the_least_that_was_free_counts(
    free_mib: tuple[int | None, ...], taken_mib: int | None
) -> None:
    given = list(free_mib)
    if given[0] is None:
        given = [None]
    assert await peak(given) == (None if taken_mib is None else taken_mib * MIB)
