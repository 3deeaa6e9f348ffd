"""At which cosine two answers say the same: `python -m benchmarks.answer_similarity`, with the product's embedder.

The pairs are in tests/graded/same_answer.jsonl: 40 that say the same in other words, 50 that do not, most of them one
word apart. Printed for each threshold: how many of both would be merged, by the cosine alone and with the look at the
words that `deliberation.meaning` takes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.deliberation.meaning import may_say_the_same
from orchestrator.seams import Embedder
from orchestrator.settings import PROJECT_ROOT, Settings

PAIRS_FILE = PROJECT_ROOT / "tests" / "graded" / "same_answer.jsonl"
THRESHOLDS = (0.70, 0.75, 0.80, 0.85, 0.90, 0.93, 0.95, 0.97)


@dataclass(frozen=True)
class Pair:
    same: bool
    may: bool
    cosine: float


async def measure(embedder: Embedder, path: Path = PAIRS_FILE) -> list[Pair]:
    pairs = []
    for row in map(json.loads, path.read_text().splitlines()):
        one, other = await embedder.embed(row["one"]), await embedder.embed(row["other"])
        pairs.append(Pair(row["same"], may_say_the_same(row["one"], row["other"]), float(one @ other)))
    return pairs


def merged(pairs: Sequence[Pair], threshold: float, *, same: bool, with_words: bool) -> str:
    of_kind = [pair for pair in pairs if pair.same is same]
    found = sum(pair.cosine >= threshold and (pair.may or not with_words) for pair in of_kind)
    return f"{found} / {len(of_kind)}"


def main() -> None:
    argparse.ArgumentParser(prog="python -m benchmarks.answer_similarity", description=__doc__).parse_args()
    embedder = MiniLmEmbedder.load(Settings().models_dir)
    try:
        pairs = asyncio.run(measure(embedder))
    finally:
        embedder.close()
    table = Table(
        "cosine", "same, by cosine", "different, by cosine", "same, with words", "different, with words"
    )
    for threshold in THRESHOLDS:
        cells = [
            merged(pairs, threshold, same=same, with_words=words)
            for words in (False, True)
            for same in (True, False)
        ]
        table.add_row(f"{threshold:.2f}", *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
