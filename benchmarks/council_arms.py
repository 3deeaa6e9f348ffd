"""The arms of the council benchmark: single voices, councils of several sizes and weights, a round of critique.

All but the live one share their candidates through a record, so that each is generated once; its tokens are charged
to every arm that uses it.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.graded_questions import Graded, fit_logistic
from benchmarks.layers import MODEL, MODELS_DIR, Rendered
from orchestrator.inference.chat import ChatGenerator
from orchestrator.inference.registry import ModelRegistry
from orchestrator.inference.triton import TritonBackend
from orchestrator.routing.deliberation.budget import Limits
from orchestrator.routing.deliberation.calibration import Calibration, Logistic
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.normal_form import normal_form
from orchestrator.routing.deliberation.opinion import Verdict
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.voices import QUIZ_HINT, Voice, default_voices
from orchestrator.routing.deliberation.weighting import (
    Weight,
    calibrated,
    log_prob,
    majority,
    majority_log_prob,
)
from orchestrator.seams import Ask, ChatMessage, Generated, TokenTally
from orchestrator.supervision.triton_server import TritonLaunch, TritonPorts, TritonServer
from orchestrator.telemetry.metrics import Metrics

SEED = 11
LIVE = "council, live"
_AT_ONCE = 24  # generations; the engine has 16 slots
_LIVE_AT_ONCE = 4  # questions
_NEW_TOKENS = {"number": 48}
_DEFAULT_NEW_TOKENS = 20
WEIGHTS: Mapping[str, Weight] = {
    "majority": majority,
    "log-prob": log_prob,
    "majority, ties by log-prob": majority_log_prob,
}

Voices = Callable[[Question], Sequence[Voice]]


class Record:
    """A generator that generates each ask once; what was recorded costs its tokens again in every arm.

    With a `file` it goes on where an earlier run ended: other weights and curves can then be tried without an engine.
    """

    def __init__(self, generator: ChatGenerator, file: Path | None = None) -> None:
        self._generator = generator
        self._file = file
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._made: dict[str, asyncio.Task[Generated]] = {}
        self._known: dict[str, Generated] = {}
        if file is not None and file.exists():
            rows = map(json.loads, file.read_text().splitlines())
            self._known = {row["ask"]: Generated(**row["generated"]) for row in rows}

    async def generate(self, ask: Ask) -> Generated:
        said = [[message.role, message.content] for message in ask.messages]
        key = json.dumps([said, ask.temperature, ask.seed if ask.temperature else 0])
        if key in self._known:
            return self._known[key]
        if key not in self._made:
            self._made[key] = asyncio.create_task(self._generate(key, replace(ask, tally=None)))
        return await asyncio.shield(self._made[key])

    async def _generate(self, key: str, ask: Ask) -> Generated:
        async with self._slots:
            generated = await self._generator.generate(ask)
        if self._file is not None:
            with self._file.open("a") as file:
                file.write(json.dumps({"ask": key, "generated": asdict(generated)}) + "\n")
        return generated

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
        ask = Voice(MODEL, temperature=0.0).ask(item.question, limits(item).answer_tokens, TokenTally())
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
    items: Sequence[Graded],
    generator: ChatGenerator,
    calibration: Calibration | None,
    record_file: Path | None = None,
) -> dict[str, Row]:
    """`calibration` None: the curve of the calibrated weight is fitted to the single voices of this very run."""
    record = Record(generator, record_file)
    rows: dict[str, Row] = {}
    one = Deliberation(record, early_stop=False)
    for name, voice in SINGLES.items():
        rows[name] = await arm(items, one, lambda _, voice=voice: [voice])  # type: ignore[misc]
    curve = (
        Logistic(*fit_logistic(*single_answers(rows)))
        if calibration is None
        else calibration.by_log_prob.logistic
    )
    for name, voices in COUNCILS.items():
        for weight_name, weight in {**WEIGHTS, "calibrated": calibrated(curve)}.items():
            council = Deliberation(record, weight=weight, early_stop=False)
            rows[f"{name}, {weight_name}"] = await arm(items, council, voices)
    rows["5 voices, then a round of critique"] = await critique(items, rows["5 voices, majority"], record)
    live = Deliberation(generator, calibration=calibration)
    rows[LIVE] = await arm(items, live, default(5), _LIVE_AT_ONCE)
    return rows


def single_answers(rows: Mapping[str, Row]) -> tuple[list[float], list[bool]]:
    """Mean log-probabilities of single voices' answers, and whether each was right."""
    log_probs, right = [], []
    for name in SINGLES:
        for verdict, was_right in zip(rows[name].verdicts, rows[name].right, strict=True):
            if verdict.winning_opinion.mean_log_prob is not None:
                log_probs.append(verdict.winning_opinion.mean_log_prob)
                right.append(was_right)
    return log_probs, right


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
