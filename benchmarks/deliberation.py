"""Is the council better than its best voice? `python -m benchmarks.deliberation [--half dev] [--fit]`.

Every arm answers the same graded questions with the real model over a real Triton server. Shares of right answers have
bootstrap 95 % intervals; differences to the single greedy voice are paired. Tokens are new tokens, prompts apart.
`--fit` runs the dev half and writes the calibration; the configuration was chosen there, and the test half, which is
the default, is for reporting. `council, live` is the product's own path with early stop; the other arms share their
candidates through a record, so that each is generated once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.council_arms import LIVE, Row, measure, real_generator, single_answers
from benchmarks.graded_questions import (
    Graded,
    calibration_error,
    error_if_calibrated,
    fit_logistic,
    interval,
    load_graded,
)
from benchmarks.layers import MODEL
from orchestrator.routing.deliberation.calibration import CALIBRATION_FILE, Calibration

RESULTS = Path(__file__).resolve().parent / "results" / "deliberation.json"


def summary(items: Sequence[Graded], rows: Mapping[str, Row]) -> dict[str, Any]:
    base = rows["greedy, as asked"]
    return {name: _line(items, row, base) for name, row in rows.items()}


def _line(items: Sequence[Graded], row: Row, base: Row) -> dict[str, Any]:
    gained = [float(one) - float(other) for one, other in zip(row.right, base.right, strict=True)]
    kinds = dict.fromkeys(item.kind for item in items)
    return {
        "right": mean(row.right),
        "interval": interval(row.right),
        "gain": mean(gained),
        "gain_interval": interval(gained),
        "by_kind": {
            kind: mean(right for item, right in zip(items, row.right, strict=True) if item.kind == kind)
            for kind in kinds
        },
        "tokens_a_question": mean(row.tokens),
        "seconds": row.seconds,
    }  # fmt: skip


def confidence_report(items: Sequence[Graded], row: Row) -> dict[str, Any]:
    pairs = [
        (verdict.confidence, right)
        for verdict, right in zip(row.verdicts, row.right, strict=True)
        if verdict.confidence is not None
    ]
    if not pairs:
        return {"answers_with_confidence": 0}
    error, brier = calibration_error([said for said, _ in pairs], [right for _, right in pairs])
    constant = mean(right for _, right in pairs)
    return {
        "answers_with_confidence": len(pairs), "of": len(items), "expected_calibration_error": error,
        "if_calibrated": error_if_calibrated([said for said, _ in pairs]),
        "brier": brier, "brier_of_a_constant": constant * (1 - constant),
        "stopped_early": mean(verdict.stop is not None for verdict in row.verdicts),
    }  # fmt: skip


def fit(items: Sequence[Graded], rows: Mapping[str, Row]) -> Calibration:
    """From the dev half: the live council's shares, and single answers' log-probs."""
    live = rows[LIVE]
    by_share = {}
    for form in dict.fromkeys(item.form for item in items):
        chosen = [at for at, item in enumerate(items) if item.form == form]
        shares = [live.verdicts[at].share for at in chosen]
        by_share[form] = fit_logistic(shares, [live.right[at] for at in chosen])
    log_probs, right = single_answers(rows)
    overall = fit_logistic(log_probs, right)
    return Calibration.model_validate(
        {
            "models": [MODEL],
            "by_share": {form: _curve(curve) for form, curve in by_share.items()},
            "by_log_prob": _curve(overall),
            "record": {
                "command": "python -m benchmarks.deliberation --fit",
                "questions": "the dev half of tests/graded/deliberation.jsonl",
                "questions_count": len(items),
                "answers_count": len(right),
                "council": "5 default voices, majority with ties by log-prob, early stop",
                "method": "Platt 1999, smoothed targets, slope held by a ridge of 0.05",
            },
        }
    )


def _curve(curve: tuple[float, float]) -> dict[str, float]:
    return {"slope": round(curve[0], 4), "intercept": round(curve[1], 4)}


def show(console: Console, lines: Mapping[str, Any]) -> None:
    kinds = list(next(iter(lines.values()))["by_kind"])
    table = Table("arm", "right", "95 %", "gain", "95 %", *kinds, "tokens a question")
    for name, line in lines.items():
        table.add_row(
            name, f"{line['right']:.1%}", _span(line["interval"]), f"{line['gain']:+.1%}", _span(line["gain_interval"]),
            *(f"{line['by_kind'][kind]:.0%}" for kind in kinds), f"{line['tokens_a_question']:.1f}",
        )  # fmt: skip
    console.print(table)


def _span(values: Sequence[float]) -> str:
    return f"{values[0]:.1%} .. {values[1]:.1%}"


async def run(
    half: str, calibration: Calibration | None, record: Path | None
) -> tuple[list[Graded], dict[str, Row]]:
    items = load_graded(half)
    async with real_generator() as generator:
        return items, await measure(items, generator, calibration, record)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deliberation", description=__doc__)
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    parser.add_argument("--fit", action="store_true", help="run the dev half and write the calibration")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--record", type=Path, help="keep what was generated here, and go on from it")
    arguments = parser.parse_args()
    console, began_s = Console(width=170), time.perf_counter()
    half = "dev" if arguments.fit else arguments.half
    calibration = None if arguments.fit else Calibration.load()
    items, rows = asyncio.run(run(half, calibration, arguments.record))
    results = {
        "half": half, "questions": len(items), "arms": summary(items, rows),
        "confidence": confidence_report(items, rows[LIVE]), "seconds": time.perf_counter() - began_s,
    }  # fmt: skip
    show(console, results["arms"])
    console.print_json(data={"confidence": results["confidence"], "seconds": results["seconds"]})
    if arguments.fit:
        CALIBRATION_FILE.write_text(fit(items, rows).model_dump_json(indent=2) + "\n")
        console.print(f"written: {CALIBRATION_FILE}")
    known = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
    arguments.out.write_text(json.dumps({**known, half: results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
