"""The engine in process beside processes that want its processors: `python -m benchmarks.busy_processors`.

One stream with all threads, with one thread, and with the count that adapts (`llama_cpu/thread_count.py`), taking turns.
Tokens/s, median of the rounds; the adapting engine's first round still has what it learned in the row before.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import ExitStack
from itertools import count
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.layers import InProcess, Messages, Rendered, in_process

BUSY = (0, 1, 2, 3, 0)
TOKENS = 40
ROUNDS = 4

_numbers = count(700_000)


async def measure(rendered: Rendered) -> list[dict[str, float]]:
    """One row for each number of busy processes."""
    async with (
        in_process(rendered, fixed_threads=True) as every,
        in_process(rendered, threads=1) as one,
        in_process(rendered) as adapting,
    ):
        engines = {"all threads": every, "one thread": one, "adapting": adapting}
        return [await _beside(busy, engines) for busy in BUSY]


async def _beside(busy: int, engines: dict[str, InProcess]) -> dict[str, float]:
    rates: dict[str, list[float]] = {name: [] for name in engines}
    with ExitStack() as stack:
        for _ in range(busy):
            process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(process.wait)
            stack.callback(process.kill)
        for _ in range(ROUNDS):
            for name, engine in engines.items():
                rates[name].append((await engine.run([_prompt()], TOKENS)).tokens_per_s)
    return {"busy": busy} | {name: median(values) for name, values in rates.items()}


def _prompt() -> Messages:
    wish = "Write a long essay about the sea and the ships that sail on it."
    return [{"role": "user", "content": f"{next(_numbers)} is my lucky number. {wish}"}]


def main() -> None:
    rows = asyncio.run(measure(Rendered.load()))
    table = Table("busy processes", *list(rows[0])[1:], title="tokens/s")
    for row in rows:
        table.add_row(*(f"{value:.0f}" for value in row.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
