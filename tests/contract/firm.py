"""Prompts whose greedy answer no rounding can turn, so that whole answers can be compared.

Kernels round differently in batches of other shapes: up to 0.12 nats were seen between two runs of one prompt on the
CPU engine. Free text passes places where two tokens are nearly as likely (of 32 tokens of `STORY` in conftest, 14 have
p < 0.5). A passage that was just read several times is copied with wide margins by every language model.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

PASSAGE = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in "
    "Liberty, and dedicated to the proposition that all men are created equal."
)
PASSAGE_TIMES = 3
FIRM_TOKENS = 24
"""So many tokens of the answer may be compared; with SmolLM2-135M each of them has p >= 0.85."""

LEAST_PROBABILITY = 0.65
"""Where each token has at least this, the next likeliest is 0.6 nats or more behind."""

NAMES = ("Tom", "Ann", "Bob", "Sue", "Max", "Eva", "Leo", "Mia", "Sam", "Ida")
THINGS = ("boats", "apples", "lamps", "coats", "books", "chairs", "clocks", "boots", "plates", "horses")
PLACES = ("Paris", "Rome", "Oslo", "Lima", "Cairo", "Tokyo", "Berlin", "Madrid", "Dublin", "Vienna")


def begun_again(passage: str, times: int, words: int) -> str:
    """The passage so many times, each on a line of its own, then its first words."""
    return "\n".join([passage] * times + [" ".join(passage.split(" ")[:words])])


def unknown_passage(sentences: int = 4) -> str:
    """Sentences that no earlier request held.

    Read eight times and begun again by three words, twelve tokens follow with p >= 0.77 each (SmolLM2-135M, 25
    passages).
    """
    rows: Sequence[tuple[str, str, str]] = list(
        zip(*(random.sample(words, sentences) for words in (NAMES, THINGS, PLACES)), strict=True)
    )
    return " ".join(
        f"{name} sold {random.randrange(2, 999)} {thing} in {place}." for name, thing, place in rows
    )
