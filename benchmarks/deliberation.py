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
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.graded_questions import Graded, calibration_error, fit_logistic, interval, load_graded
from benchmarks.layers import MODEL, MODELS_DIR, Rendered
from orchestrator.inference.chat import ChatGenerator
from orchestrator.inference.registry import ModelRegistry
from orchestrator.inference.triton import TritonBackend
from orchestrator.routing.deliberation.budget import Limits
from orchestrator.routing.deliberation.calibration import CALIBRATION_FILE, Calibration, Logistic
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.normal_form import normal_form
from orchestrator.routing.deliberation.opinion import Verdict
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.voices import QUIZ_HINT, Voice, default_voices
from orchestrator.routing.deliberation.weighting import Weight, log_prob, majority, weight_named
from orchestrator.seams import Ask, ChatMessage, Generated
from orchestrator.supervision.triton_server import TritonLaunch, TritonPorts, TritonServer
from orchestrator.telemetry.metrics import Metrics

RESULTS = Path(__file__).resolve().parent / "results" / "deliberation.json"
SEED = 11
_AT_ONCE = 24  # generations; the engine has 16 slots
_LIVE_AT_ONCE = 4  # questions
_NEW_TOKENS = {"number": 48}
_DEFAULT_NEW_TOKENS = 20
WEIGHTS: Mapping[str, Weight] = {"majority": majority, "log-prob": log_prob}

Voices = Callable[[Question], Sequence[Voice]]


class Record:
    """A generator that generates each ask once; what was recorded costs its tokens again in every arm."""

    def __init__(self, generator: ChatGenerator) -> None:
        self._generator = generator
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._made: dict[str, asyncio.Task[Generated]] = {}

    async def generate(self, ask: Ask) -> Generated:
        key = json.dumps(
            [[(m.role, m.content) for m in ask.messages], ask.temperature, ask.seed if ask.temperature else 0]
        )
        if key not in self._made:
            self._made[key] = asyncio.create_task(self._generate(replace(ask, tally=None)))
        return await asyncio.shield(self._made[key])

    async def _generate(self, ask: Ask) -> Generated:
        async with self._slots:
            return await self._generator.generate(ask)

    async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
        yield await self.generate(ask)


@dataclass
class Row:
    """One arm's answers, in the order of the questions."""

    right: list[bool]
    tokens: list[int]
    verdicts: list[Verdict]
    seconds: float


def limits(item: Graded, voices: int = 8) -> Limits:
    tokens = _NEW_TOKENS.get(item.kind, _DEFAULT_NEW_TOKENS)
    return Limits(tokens * voices, 600, tokens)


SINGLES: Mapping[str, Voice] = {
    "greedy, as asked": Voice(MODEL, temperature=0.0),
    "greedy, options turned by 1": Voice(MODEL, temperature=0.0, rotation=1),
    "greedy, options turned by 2": Voice(MODEL, temperature=0.0, rotation=2),
    "greedy, options turned by 3": Voice(MODEL, temperature=0.0, rotation=3),
    "greedy, quiz hint": Voice(MODEL, temperature=0.0, hint=QUIZ_HINT),
    "greedy, one-word hint": Voice(MODEL, temperature=0.0, hint="You answer in one word."),
    "sampled at 0.7, first": Voice(MODEL, temperature=0.7, seed=SEED + 1),
    "sampled at 0.7, second": Voice(MODEL, temperature=0.7, seed=SEED + 2),
    "sampled at 0.7, third": Voice(MODEL, temperature=0.7, seed=SEED + 3),
}


def default(count: int) -> Voices:
    return lambda question: default_voices(question, [MODEL], count, seed=SEED)


def sampled(count: int) -> Voices:
    return lambda question: [Voice(MODEL, temperature=0.7, seed=SEED + 1 + at) for at in range(count)]


COUNCILS: Mapping[str, Voices] = {
    "3 voices": default(3),
    "5 voices": default(5),
    "3 voices, sampled only": sampled(3),
}


async def arm(
    items: Sequence[Graded], deliberation: Deliberation, voices: Voices, at_once: int = 1000
) -> Row:
    slots, began_s = asyncio.Semaphore(at_once), time.perf_counter()

    async def one(item: Graded) -> Verdict:
        async with slots:
            return await deliberation.decide(item.question, voices(item.question), limits(item))

    verdicts = await asyncio.gather(*map(one, items))
    right = [item.is_right(verdict.votes[0].answer) for item, verdict in zip(items, verdicts, strict=True)]
    tokens = [verdict.completion_tokens for verdict in verdicts]
    return Row(right, tokens, list(verdicts), time.perf_counter() - began_s)


async def critique(items: Sequence[Graded], council: Row, record: Record) -> Row:
    """A second round: the model sees the council's answers and answers again."""
    began_s = time.perf_counter()

    async def one(item: Graded, verdict: Verdict) -> Generated:
        said = dict.fromkeys(opinion.text for opinion in verdict.opinions if opinion.text)
        listed = "\n".join(f"Somebody says: {text.strip()}" for text in said)
        told = f"{listed}\nSome of these are wrong. {item.question.text}"
        ask = Voice(MODEL, temperature=0.0).ask(item.question, limits(item).answer_tokens, tally=None)  # type: ignore[arg-type]
        return await record.generate(replace(ask, messages=[ChatMessage("user", told)]))

    texts = await asyncio.gather(
        *(one(item, verdict) for item, verdict in zip(items, council.verdicts, strict=True))
    )
    right = [
        item.is_right(normal_form(item.question, made.text)) for item, made in zip(items, texts, strict=True)
    ]
    tokens = [spent + made.completion_tokens for spent, made in zip(council.tokens, texts, strict=True)]
    return Row(right, tokens, council.verdicts, time.perf_counter() - began_s)


async def measure(
    items: Sequence[Graded], generator: ChatGenerator, calibration: Calibration | None
) -> dict[str, Row]:
    record = Record(generator)
    rows: dict[str, Row] = {}
    one = Deliberation(record, early_stop=False)
    for name, voice in SINGLES.items():
        rows[name] = await arm(items, one, lambda _, voice=voice: [voice])  # type: ignore[misc]
    curve = Logistic(0.0, 0.0) if calibration is None else calibration.by_log_prob.logistic
    weights = {**WEIGHTS, "calibrated": weight_named("calibrated", curve)}
    for name, voices in COUNCILS.items():
        for weight_name, weight in weights.items():
            if weight_name == "calibrated" and calibration is None:
                continue
            council = Deliberation(record, weight=weight, early_stop=False)
            rows[f"{name}, {weight_name}"] = await arm(items, council, voices)
    rows["5 voices, then a round of critique"] = await critique(items, rows["5 voices, majority"], record)
    live = Deliberation(generator, calibration=calibration)
    rows["council, live"] = await arm(items, live, default(5), _LIVE_AT_ONCE)
    return rows


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
        "brier": brier, "brier_of_a_constant": constant * (1 - constant),
        "stopped_early": mean(verdict.stop is not None for verdict in row.verdicts),
    }  # fmt: skip


def fit(items: Sequence[Graded], rows: Mapping[str, Row]) -> Calibration:
    """From the dev half: the live council's shares, and single answers' log-probs."""
    live = rows["council, live"]
    by_share = {}
    for form in dict.fromkeys(item.form for item in items):
        chosen = [at for at, item in enumerate(items) if item.form == form]
        shares = [live.verdicts[at].share for at in chosen]
        by_share[form] = fit_logistic(shares, [live.right[at] for at in chosen])
    log_probs, right = _single_answers(rows)
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
                "council": "5 default voices, majority, early stop",
                "method": "Platt 1999, smoothed targets, slope held by a ridge of 0.05",
            },
        }
    )


def _single_answers(rows: Mapping[str, Row]) -> tuple[list[float], list[bool]]:
    log_probs, right = [], []
    for name in SINGLES:
        for verdict, was_right in zip(rows[name].verdicts, rows[name].right, strict=True):
            if verdict.winning_opinion.mean_log_prob is not None:
                log_probs.append(verdict.winning_opinion.mean_log_prob)
                right.append(was_right)
    return log_probs, right


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


@asynccontextmanager
async def real_generator() -> AsyncIterator[ChatGenerator]:
    with tempfile.TemporaryDirectory(prefix="council-bench-") as run_dir:
        launch = TritonLaunch(
            models=[MODEL], models_dir=MODELS_DIR, run_dir=Path(run_dir), ports=TritonPorts.free()
        )
        async with TritonServer(launch) as server:
            backend = TritonBackend(server.grpc_url, first_token_timeout_s=600, inter_token_timeout_s=120)
            registry = ModelRegistry({MODEL: Rendered.load().model})
            yield ChatGenerator(registry, backend, Metrics(), buffer_tokens=256)
            await backend.aclose()


async def run(half: str) -> tuple[list[Graded], dict[str, Row]]:
    items = load_graded(half)
    calibration = Calibration.load() if CALIBRATION_FILE.exists() else None
    async with real_generator() as generator:
        return items, await measure(items, generator, calibration)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deliberation", description=__doc__)
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    parser.add_argument("--fit", action="store_true", help="run the dev half and write the calibration")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    console, began_s = Console(width=170), time.perf_counter()
    half = "dev" if arguments.fit else arguments.half
    items, rows = asyncio.run(run(half))
    results = {
        "half": half, "questions": len(items), "arms": summary(items, rows),
        "confidence": confidence_report(items, rows["council, live"]), "seconds": time.perf_counter() - began_s,
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
