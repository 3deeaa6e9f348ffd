"""How often the knowledge skill is right on its graded documents. `python -m benchmarks.documents`.

Answers are grouped by how they came about (`tests/graded/document_grading.py`): quoted, quoted as the nearest, from sentences
that disagree, or "do not say". No model is asked for a question, so none is needed. Questions and documents were written
without a look at the skill; since their first run, whose figures are in docs/skills.md, the skill was changed for what it showed.
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

from benchmarks.graded_questions import interval
from benchmarks.layers import MODEL, MODELS_DIR
from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.seams import Ask, ChatMessage, Generated, SkillTask
from orchestrator.turn.setup import load_embedder
from tests.graded.document_grading import GROUPS, DocumentQuestion, document_questions, group_of

RESULTS = Path(__file__).resolve().parent / "results" / "documents.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    question: str
    answer: str
    group: str
    is_right: bool
    is_answerable: bool


class NoGenerator:
    async def generate(self, ask: Ask) -> Generated:
        raise AssertionError("a question to documents asked a model")


async def measure(items: Sequence[DocumentQuestion]) -> list[Outcome]:
    embedder = load_embedder(MODELS_DIR)
    if embedder is None:
        raise SystemExit("the embedder is not there: run `council models pull`")
    skill = KnowledgeSkill(embedder)
    return [await _outcome(item, skill) for item in items]


async def _outcome(item: DocumentQuestion, skill: KnowledgeSkill) -> Outcome:
    task = SkillTask(
        text=item.question,
        messages=(ChatMessage("user", item.question),),
        model=MODEL,
        generator=NoGenerator(),
        documents=item.documents,
    )
    answer = await skill.answer(task)
    return Outcome(
        question=item.question,
        answer=answer.text if answer else "",
        group=group_of(answer),
        is_right=item.is_right(answer),
        is_answerable=item.is_answerable,
    )


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    groups = {name: [each for each in outcomes if each.group == name] for name in GROUPS}
    groups |= {
        name: [each for each in outcomes if each.is_answerable is answerable]
        for name, answerable in (("answerable", True), ("not answerable", False))
    }
    return {
        name: {
            "answers": len(group),
            "right": sum(each.is_right for each in group),
            "share": mean(each.is_right for each in group),
            "interval": interval([each.is_right for each in group]),
        }
        for name, group in groups.items()
        if group
    }


def show(console: Console, report: dict[str, Any]) -> None:
    table = Table("how", "answers", "right", "share (95 %)")
    for name, row in report.items():
        low, high = row["interval"]
        table.add_row(
            name, str(row["answers"]), str(row["right"]), f"{row['share']:.2f} ({low:.2f} .. {high:.2f})"
        )
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.documents", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--json", type=Path, default=RESULTS, help="where the figures and answers are written"
    )
    options = parser.parse_args()
    outcomes = asyncio.run(measure(document_questions()))
    report = figures(outcomes)
    show(Console(width=120), report)
    written = {"figures": report, "answers": [asdict(each) for each in outcomes]}
    options.json.write_text(json.dumps(written, indent=1) + "\n")


if __name__ == "__main__":
    main()
