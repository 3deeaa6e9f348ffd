"""Is an engine as good as the FP16 engine of its model? The measure, and what it takes to pass.

Both engines are asked, for the same beginnings of a fixed text, which token comes next. Their agreement is the share of
places where they name the same one. It needs nothing but greedy answers of one token, which every engine gives: the
log-probability of a *given* token is not to be had from TensorRT-LLM without context logits, and so no perplexity. The
share of places where an engine names the token that really follows tells a broken engine (an overflow, wrong weights)
from a working one, also where there is no second engine to compare with.

The text (`quality_text.txt`) was written for this: prose, explanation, Python and dialogue that no model has seen.
Knows nothing of servers and tokenizers: it is given token ids, and something that answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engines.gpu_serving import Precision
from engines.record import ModelRecord

TEXT = Path(__file__).with_name("quality_text.txt")
REFERENCE: Precision = "fp16"
# Of greedy answers 0.963 of the tokens agreed between two formats that hold the same weights, and 0.869 with one that
# costs 5 % of perplexity (ADR 0002; a model of 135M, larger ones are surer of their tokens). On this text the same model
# in Q4_0, which costs 23 %, agrees at 0.703.
NEEDED_AGREEMENT = 0.95
# The 135M model names 0.434 of the tokens that follow; one that answers noise names next to none.
NEEDED_ACCURACY = 0.2
# The first places of a passage say more about the passage than about the engine.
FIRST_PLACE = 8
SMOKE_PROMPT = "Name the four seasons of the year."
SMOKE_TOKENS = 32


@dataclass(frozen=True)
class Place:
    """A beginning of the text, as tokens, and the token that follows it."""

    prompt_ids: tuple[int, ...]
    next_id: int


@dataclass(frozen=True)
class Questions:
    """What an engine is asked; the same for all engines of a model."""

    places: tuple[Place, ...]
    smoke_ids: tuple[int, ...]


@dataclass(frozen=True)
class Greedy:
    """The tokens of a greedy answer. `tokens_per_s` counts from the first response on; None where there was one only."""

    token_ids: tuple[int, ...]
    tokens_per_s: float | None


class Answerer(Protocol):
    """A loaded engine. Raises CheckServerError."""

    async def greedy(self, prompt_ids: Sequence[int], max_tokens: int) -> Greedy: ...


@dataclass(frozen=True)
class Answers:
    """`likeliest`: one token a place; None where the engine ended the text there."""

    likeliest: tuple[int | None, ...]
    smoke: Greedy

    def agreement(self, other: Answers) -> float:
        pairs = list(zip(self.likeliest, other.likeliest, strict=True))
        return sum(mine == theirs for mine, theirs in pairs) / len(pairs)

    def accuracy(self, places: Sequence[Place]) -> float:
        pairs = list(zip(self.likeliest, places, strict=True))
        return sum(mine == place.next_id for mine, place in pairs) / len(pairs)


def text_sha256() -> str:
    return hashlib.sha256(TEXT.read_bytes()).hexdigest()


def passages() -> list[str]:
    return [passage.strip() for passage in TEXT.read_text(encoding="utf-8").split("\n---\n")]


def questions(encode: Callable[[str], Sequence[int]], smoke_ids: Sequence[int]) -> Questions:
    """`encode` makes a prompt of a text, the begin token included where the model has one."""
    places = [
        Place(tuple(ids[:number]), ids[number])
        for ids in map(encode, passages())
        for number in range(FIRST_PLACE, len(ids))
    ]
    return Questions(tuple(places), tuple(smoke_ids))


async def ask(engine: Answerer, asked: Questions) -> Answers:
    """One request at a time: what an engine says must not depend on what else is in its batch."""
    smoke = await engine.greedy(asked.smoke_ids, SMOKE_TOKENS)
    likeliest = []
    for place in asked.places:
        answer = (await engine.greedy(place.prompt_ids, 1)).token_ids
        likeliest.append(answer[0] if answer else None)
    return Answers(tuple(likeliest), smoke)


def needs_gate(record: ModelRecord, precision: Precision) -> bool:
    """Whether engines of this precision are served only after their own comparison with the reference."""
    offered = record.gpu.precisions if record.gpu else {}
    return precision in offered and offered[precision].needs_quality_gate
