"""The math skill on its graded set: share right and time, by category. `python -m benchmarks.math_skill`.

"in process" answers never leave the orchestrator; the others take a warm worker process. Times are of the skill's
`answer`, one question after another; `read` is the time of `recognise`, which the router waits for. The baseline of the
same run is reading and answering "2+2".
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.timing import percentile
from orchestrator.routing.skills.math import MathSkill, recognise
from orchestrator.seams import Ask, Generated, SkillAnswer, SkillTask
from tests.graded.math_grading import Problem, is_right, problems

REPEATS = 5


class NoModel:
    """The math skill does not ask a model."""

    async def generate(self, ask: Ask) -> Generated:
        raise AssertionError(ask)

    def stream(self, ask: Ask) -> AsyncIterator[str | Generated]:
        raise AssertionError(ask)


@dataclass
class Row:
    """What was measured of one category."""

    problems: int = 0
    right: int = 0
    answer_ms: list[float] = field(default_factory=list)
    read_ms: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        return {
            "problems": self.problems,
            "right": self.right,
            "answer_p50_ms": percentile(self.answer_ms, 0.5),
            "answer_p95_ms": percentile(self.answer_ms, 0.95),
            "read_p50_ms": percentile(self.read_ms, 0.5),
            "read_p95_ms": percentile(self.read_ms, 0.95),
        }


async def measure() -> dict[str, dict[str, float]]:
    skill = MathSkill()
    await skill.start()
    rows: dict[str, Row] = defaultdict(Row)
    try:
        for problem in [Problem("", "2+2", "2+2", "4", "exact"), *problems()]:
            for name in (problem.category, "all") if problem.id else (problem.category,):
                rows[name].problems += 1
            await measure_problem(skill, problem, rows)
    finally:
        await skill.aclose()
    return {name: row.figures() for name, row in rows.items()}


async def measure_problem(skill: MathSkill, problem: Problem, rows: dict[str, Row]) -> None:
    names = [problem.category, *(["all"] if problem.id else [])]
    for repeat in range(REPEATS):
        started = time.perf_counter()
        recognise(problem.prompt)
        read = time.perf_counter()
        answer = await skill.answer(_task(problem.prompt))
        answered = time.perf_counter()
        if repeat:  # the first is the worker's first of its kind
            for name in names:
                rows[name].read_ms.append((read - started) * 1e3)
                rows[name].answer_ms.append((answered - read) * 1e3)
    for name in names:
        rows[name].right += _right(problem, answer)


def _right(problem: Problem, answer: SkillAnswer | None) -> bool:
    return is_right(problem, answer)


def _task(text: str) -> SkillTask:
    return SkillTask(text=text, messages=(), model="none", generator=NoModel())


def show(console: Console, figures: dict[str, dict[str, float]]) -> None:
    table = Table("category", "problems", "right", "share", "answer p50 / p95 ms", "recognise p50 / p95 ms")
    for name, row in figures.items():
        table.add_row(
            name,
            str(row["problems"]),
            str(row["right"]),
            f"{row['right'] / row['problems']:.0%}",
            f"{row['answer_p50_ms']:.2f} / {row['answer_p95_ms']:.2f}",
            f"{row['read_p50_ms']:.2f} / {row['read_p95_ms']:.2f}",
        )
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.math_skill", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    options = parser.parse_args()
    figures: dict[str, Any] = asyncio.run(measure())
    show(Console(width=120), figures)
    if options.out:
        options.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
