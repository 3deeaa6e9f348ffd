"""How often the knowledge skill is right on its graded documents, with the real model. `python -m benchmarks.documents`.

Answers are grouped by how they came about (`tests/graded/document_grading.py`): in the model's own words that stand, quoted,
quoted as what does not say it, or "do not say". The support of what stands is compared with how much of it is
right, over the greedy answers and several sampled runs. Questions and documents were written without a look at the
skill; since their first run, whose figures are in docs/skills.md, the skill was changed for what it showed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.council_arms import real_generator
from benchmarks.graded_questions import calibration_error, error_if_calibrated, interval
from benchmarks.layers import MODEL, MODELS_DIR
from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.seams import ChatMessage, Embedder, Generator, SkillTask
from orchestrator.turn.setup import load_embedder
from tests.graded.document_grading import GROUPS, DocumentQuestion, document_questions, group_of

RESULTS = Path(__file__).resolve().parent / "results" / "documents.json"
_AT_ONCE = 8
SAMPLED_RUNS = 2
TEMPERATURE = 0.7


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question's answer; `support` is the share of the model's content words that the documents hold."""

    question: str
    answer: str
    group: str
    is_right: bool
    is_answerable: bool
    support: float | None


async def measure(items: Sequence[DocumentQuestion]) -> tuple[list[Outcome], list[Outcome]]:
    """The greedy answers, and those of several sampled runs: few stand, and a calibration needs more."""
    embedder = load_embedder(MODELS_DIR)
    if embedder is None:
        raise SystemExit("the embedder is not there: run `council models pull`")
    slots = asyncio.Semaphore(_AT_ONCE)
    async with real_generator() as generator:

        async def one(item: DocumentQuestion, seed: int) -> Outcome:
            async with slots:
                return await _outcome(item, generator, embedder, seed)

        greedy = await asyncio.gather(*(one(item, 0) for item in items))
        seeds = range(1, SAMPLED_RUNS + 1)
        sampled = await asyncio.gather(*(one(item, seed) for seed in seeds for item in items))
        return list(greedy), list(sampled)


async def _outcome(item: DocumentQuestion, generator: Generator, embedder: Embedder, seed: int) -> Outcome:
    task = SkillTask(
        text=item.question, messages=(ChatMessage("user", item.question),), model=MODEL, generator=generator,
        documents=item.documents, temperature=TEMPERATURE if seed else 0.0, seed=seed, max_tokens=128,
    )  # fmt: skip
    answer = await KnowledgeSkill(embedder).answer(task)
    return Outcome(
        question=item.question,
        answer=answer.text if answer else "",
        group=group_of(answer),
        is_right=item.is_right(answer),
        is_answerable=item.is_answerable,
        support=answer.evidence.get("support") if answer else None,
    )


def figures(outcomes: Sequence[Outcome], sampled: Sequence[Outcome]) -> dict[str, Any]:
    groups = {name: [each for each in outcomes if each.group == name] for name in GROUPS}
    report: dict[str, Any] = {
        name: {
            "answers": len(group),
            "right": sum(each.is_right for each in group),
            "share": mean(each.is_right for each in group),
            "interval": interval([each.is_right for each in group]),
        }
        for name, group in groups.items()
        if group
    }
    for name, answerable in (("answerable", True), ("not answerable", False)):
        group = [each for each in outcomes if each.is_answerable is answerable]
        report[name] = {"answers": len(group), "right": sum(each.is_right for each in group)}
    stands = [each for each in (*outcomes, *sampled) if each.group == "stands"]
    report["support of what stands"] = _calibration(
        [(each.support, each.is_right) for each in stands if each.support is not None]
    )
    return report


def _calibration(pairs: Sequence[tuple[float, bool]]) -> dict[str, Any] | None:
    if not pairs:
        return None
    said, right = [value for value, _ in pairs], [truth for _, truth in pairs]
    error, brier = calibration_error(said, right)
    return {
        "answers": len(pairs), "mean": mean(said), "right": mean(right), "expected_calibration_error": error,
        "if_calibrated": error_if_calibrated(said), "brier": brier, "brier_of_a_constant": mean(right) * (1 - mean(right)),
    }  # fmt: skip


def show(console: Console, report: dict[str, Any]) -> None:
    table = Table("how", "answers", "right", "share (95 %)")
    for name, row in report.items():
        if not row or "expected_calibration_error" in row:
            continue
        low, high = row.get("interval", (0, 0))
        share = (
            f"{row['share']:.2f} ({low:.2f} .. {high:.2f})"
            if "share" in row
            else f"{row['right'] / row['answers']:.2f}"
        )
        table.add_row(name, str(row["answers"]), str(row["right"]), share)
    console.print(table)
    console.print(report["support of what stands"])


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.documents", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--json", type=Path, default=RESULTS, help="where the figures and answers are written"
    )
    options = parser.parse_args()
    outcomes, sampled = asyncio.run(measure(document_questions()))
    report = figures(outcomes, sampled)
    show(Console(width=120), report)
    written = {"figures": report, "answers": [asdict(each) for each in outcomes]}
    options.json.write_text(json.dumps(written, indent=1) + "\n")


if __name__ == "__main__":
    main()
