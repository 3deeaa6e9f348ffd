"""Whether two short texts say the same, by their embeddings.

Sentence embeddings put opposites and different numbers close together, so texts that differ in a number or in a
negation are never alike, whatever their cosine.
"""

from __future__ import annotations

import re

from orchestrator.routing.deliberation.ballot import Alike, Vote

SAME_MEANING_COSINE = 0.9
"""Measured with `python -m benchmarks.answer_similarity` (docs/deliberation.md)."""

MAX_EMBEDDED_CHARS = 1000
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATIONS = re.compile(
    r"\b(?:not|no|never|none|nothing|neither|nor|cannot|without)\b|n['’]t\b", re.IGNORECASE
)


def alike_above(cosine: float) -> Alike:
    def alike(one: Vote, other: Vote) -> bool:
        if one.vector is None or other.vector is None or not may_say_the_same(one.text, other.text):
            return False
        return float(one.vector @ other.vector) >= cosine

    return alike


def may_say_the_same(one: str, other: str) -> bool:
    """False when the texts hold different numbers, or one denies and the other does not."""
    same_numbers = sorted(_NUMBERS.findall(one)) == sorted(_NUMBERS.findall(other))
    return same_numbers and bool(_NEGATIONS.search(one)) == bool(_NEGATIONS.search(other))
