"""Routing measured: `python -m benchmarks.routing [--routellm CHECKOUT] [--splits N] [--json FILE]`.

Without a checkout: accuracy on tests/graded/routing.jsonl by skill, the confusion matrix, and the time a decision takes with
and without its embedding; the same accuracy on the lists that were blind once (routing_blind*.jsonl), and how well the
difficulty orders prompts that a person sorted into levels (levels*.jsonl). With a work tree of lm-sys/RouteLLM also what the
learned difficulty is worth on subjects it has not seen, against prompt length, naive Bayes and chance. Trains anew for
that: docs/routing.md says how long it takes. No other file is written.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import spearmanr

from benchmarks.graded_questions import calibration_error, error_if_calibrated
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.difficulty import LEVELS
from orchestrator.routing.features import without_greeting
from orchestrator.routing.router import DEFAULT_QUALITY, Router
from orchestrator.routing.skill_model import SKILLS
from orchestrator.routing.weights import load_weights
from orchestrator.seams import Features, ModelState
from training.prompts import BLIND_FILES, LEVELS_FILES, GradedLevel, GradedPrompt, load_graded, load_levels
from training.vectors import MODELS_DIR

ROUNDS = 5
SCORE_BINS = 6
MODELS = (
    ModelState("small", ("fast",), ready=True, context_tokens=4096, parameters=1_100_000_000),
    ModelState("middle", ("balanced",), ready=True, context_tokens=4096, parameters=2_700_000_000),
    ModelState("coder", ("code",), ready=True, context_tokens=8192, parameters=7_000_000_000),
    ModelState("long", ("long_context",), ready=True, context_tokens=32768, parameters=7_200_000_000),
)
ROLE_OF = {model.id: model.roles[0] for model in MODELS}


def features_of(graded: GradedPrompt, embedding: np.ndarray | None) -> Features:
    return Features(
        text=graded.prompt,
        requested="council/auto",
        models=MODELS,
        user_turns=graded.user_turns,
        history_chars=graded.history_chars,
        documents=graded.documents,
        embedding=embedding,
    )


async def decide_all(
    router: Router, prompts: Sequence[GradedPrompt], embedder: MiniLmEmbedder | None
) -> list[dict[str, Any]]:
    """One row a prompt: what was expected and decided, and how long it took, embedding included."""
    rows = []
    for graded in prompts:
        began, began_cpu = perf_counter(), process_time()
        wanted = embedder is not None and graded.prompt.strip()
        embedding = await embedder.embed(without_greeting(graded.prompt)) if embedder and wanted else None
        decision = router.decide(features_of(graded, embedding))
        took_ms, cpu_ms = (perf_counter() - began) * 1e3, (process_time() - began_cpu) * 1e3
        rows.append(
            {
                "id": graded.id,
                "skill": (graded.skill, decision.skill),
                "role": (graded.role, ROLE_OF[decision.model]),
                "score": decision.scores[decision.skill],
                "difficulty": decision.difficulty,
                "ms": (took_ms, cpu_ms),
                "reason": decision.reason,
            }
        )
    return rows


def accuracy(rows: Sequence[dict[str, Any]], what: str = "skill") -> float:
    return sum(row[what][0] == row[what][1] for row in rows) / len(rows)


def graded_report(recognisers: dict[str, Any]) -> dict[str, Any]:
    prompts, router = load_graded(), Router(recognisers=recognisers)
    embedder = MiniLmEmbedder.load(MODELS_DIR)
    try:
        rows = asyncio.run(decide_all(router, prompts, embedder))
    finally:
        embedder.close()
    without = asyncio.run(decide_all(router, prompts, None))
    return {
        "with": rows,
        "without": without,
        "ms_with": timed(router, prompts, embedding=True),
        "ms_without": timed(router, prompts, embedding=False),
    }


def timed(router: Router, prompts: Sequence[GradedPrompt], *, embedding: bool) -> list[tuple[float, float]]:
    """Wall and processor time of every prompt in five rounds, each with a new embedder: none comes out of its cache.

    What was loaded is out of the garbage collector's sight, as in the server.
    """
    gc.collect()
    gc.freeze()
    taken: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        embedder = MiniLmEmbedder.load(MODELS_DIR) if embedding else None
        if embedder:
            embedder.embed_now("warm")
        taken += [row["ms"] for row in asyncio.run(decide_all(router, prompts, embedder))]
        if embedder:
            embedder.close()
    return taken


def blind_report(recognisers: dict[str, Any]) -> dict[str, Any]:
    """Skills of each list that was blind once, with and without embeddings."""
    router, embedder = Router(recognisers=recognisers), MiniLmEmbedder.load(MODELS_DIR)
    lists = {path.name: load_graded(path) for path in BLIND_FILES}
    try:
        return {
            name: {
                "with": asyncio.run(decide_all(router, prompts, embedder)),
                "without": asyncio.run(decide_all(router, prompts, None)),
            }
            for name, prompts in lists.items()
        }
    finally:
        embedder.close()


def score_report(blind: dict[str, Any]) -> dict[str, Any]:
    """Whether the score of the decided skill is the share of the decisions that are right, on the lists that were blind once."""
    report = {}
    for arm in ("with", "without"):
        rows = sorted((row for lists in blind.values() for row in lists[arm]), key=lambda row: row["score"])
        said = np.array([row["score"] for row in rows])
        right = np.array([row["skill"][0] == row["skill"][1] for row in rows])
        parts = np.array_split(np.arange(len(rows)), SCORE_BINS)
        report[arm] = {
            "bins": [(float(said[part].mean()), float(right[part].mean()), len(part)) for part in parts],
            "error": calibration_error(said, right, SCORE_BINS)[0],
            "if_calibrated": error_if_calibrated(said),
        }
    return report


def show_scores(console: Console, report: dict[str, Any]) -> None:
    for arm, numbers in report.items():
        table = Table(
            "score of the skill", "right", "prompts", title=f"scores, {arm} embedding", title_justify="left"
        )
        for said, right, size in numbers["bins"]:
            table.add_row(f"{said:.3f}", f"{right:.3f}", str(size))
        console.print(table)
        chance = numbers["if_calibrated"]
        console.print(
            f"calibration error {numbers['error']:.3f}; by chance, were it calibrated: "
            f"{chance['mean']:.3f}, 95th percentile {chance['p95']:.3f}"
        )


def levels_report() -> dict[str, dict[str, float]]:
    """For each list of judged prompts: how far the difficulty has their order."""
    router, embedder = Router(), MiniLmEmbedder.load(MODELS_DIR)
    try:
        return {
            f"{path.name}{'' if meaning else ', no embedding'}": order_of(
                router, load_levels(path), embedder if meaning else None
            )
            for path in LEVELS_FILES
            for meaning in (True, False)
        }
    finally:
        embedder.close()


def order_of(
    router: Router, prompts: Sequence[GradedLevel], embedder: MiniLmEmbedder | None
) -> dict[str, float]:
    """Rank correlation, share of pairs of two levels in the right order, share of each level above the threshold."""
    threshold = load_weights().difficulty.threshold(DEFAULT_QUALITY)
    graded = [GradedPrompt(prompt.id, prompt.prompt, "general", "fast") for prompt in prompts]
    rows = asyncio.run(decide_all(router, graded, embedder))
    said = np.array([row["difficulty"] for row in rows])
    levels = np.array([LEVELS.index(prompt.level) for prompt in prompts])
    above = levels[:, None] > levels[None, :]
    right = (said[:, None] > said[None, :]) + 0.5 * (said[:, None] == said[None, :])
    shares = {name: float((said[levels == place] >= threshold).mean()) for place, name in enumerate(LEVELS)}
    return {"spearman": float(spearmanr(said, levels)[0]), "pairs": float(right[above].mean()), **shares}


def show_blind(console: Console, report: dict[str, Any]) -> None:
    table = Table("once blind", "prompts", "right", "right, no embedding", "role right")
    for name, rows in report.items():
        cells = [accuracy(rows["with"]), accuracy(rows["without"]), accuracy(rows["with"], "role")]
        table.add_row(name, str(len(rows["with"])), *(f"{cell:.3f}" for cell in cells))
    console.print(table)


def show_levels(console: Console, report: dict[str, dict[str, float]]) -> None:
    columns = next(iter(report.values()))
    table = Table(
        "judged levels", *columns, title="order, and share above the default threshold", title_justify="left"
    )
    for name, numbers in report.items():
        table.add_row(name, *(f"{number:.3f}" for number in numbers.values()))
    console.print(table)


def show_graded(console: Console, report: dict[str, Any]) -> None:
    table = Table("skill", "prompts", "right", "right, no embedding", "role right")
    for skill in (*SKILLS, "all"):
        parts = [
            [row for row in report[name] if skill in ("all", row["skill"][0])] for name in ("with", "without")
        ]
        cells = [accuracy(parts[0]), accuracy(parts[1]), accuracy(parts[0], "role")]
        table.add_row(skill, str(len(parts[0])), *(f"{cell:.3f}" for cell in cells))
    console.print(table)
    counts = Counter(row["skill"] for row in report["with"])
    matrix = Table("expected \\ decided", *SKILLS, title="confusion", title_justify="left")
    for expected in SKILLS:
        matrix.add_row(expected, *(str(counts[expected, decided] or "") for decided in SKILLS))
    console.print(matrix)
    for row in report["with"]:
        if row["skill"][0] != row["skill"][1]:
            console.print(f"  wrong: {row['id']}: {row['skill'][0]} expected. {row['reason']}", style="dim")
    for name, values in (("with embedding", report["ms_with"]), ("without", report["ms_without"])):
        (p50, cpu_p50), (p95, cpu_p95), (most, _) = np.percentile(values, [50, 95, 100], axis=0)
        console.print(
            f"decision {name}: p50 {p50:.2f} ms, p95 {p95:.2f} ms, slowest {most:.2f} ms; "
            f"processor time p50 {cpu_p50:.2f} ms, p95 {cpu_p95:.2f} ms ({len(values)} decisions)"
        )


def difficulty_report(checkout: Path, splits: int) -> dict[str, Any]:
    from training.evaluation import compare, load_table
    from training.routellm import load_questions

    table = load_table(load_questions(checkout))
    return {str(seed): compare(table, seed) for seed in range(splits)}


def show_difficulty(console: Console, report: dict[str, Any]) -> None:
    first = next(iter(report.values()))
    for dataset, rankings in first.items():
        table = Table("ranking", "APGR", "CPT50", "CPT80", title=f"{dataset}, held out", title_justify="left")
        for ranking in rankings:
            runs = [split[dataset][ranking] for split in report.values()]
            table.add_row(
                ranking, *(_spread([run[name] for run in runs]) for name in ("apgr", "cpt50", "cpt80"))
            )
        console.print(table)


def _spread(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__)
    parser.add_argument("--routellm", type=Path, help="work tree of lm-sys/RouteLLM")
    parser.add_argument("--splits", type=int, default=3, help="how many ways to hold subjects out")
    parser.add_argument("--json", type=Path, help="write the numbers there")
    given = parser.parse_args()
    console, results = Console(), {}
    results["graded"] = graded_report(_recognisers())
    show_graded(console, results["graded"])
    results["blind"] = blind_report(_recognisers())
    show_blind(console, results["blind"])
    results["scores"] = score_report(results["blind"])
    show_scores(console, results["scores"])
    results["levels"] = levels_report()
    show_levels(console, results["levels"])
    if given.routellm:
        results["difficulty"] = difficulty_report(given.routellm, given.splits)
        show_difficulty(console, results["difficulty"])
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n")


def _recognisers() -> dict[str, Any]:
    """The math skill's own recogniser, where that skill is part of this installation."""
    try:
        from orchestrator.routing.skills.math.recognise import recognise
    except ModuleNotFoundError:
        return {}
    return {"math": recognise}


if __name__ == "__main__":
    main()
