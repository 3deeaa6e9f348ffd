"""Whether two answers say the same, by their embeddings and their words.

A sentence embedding hardly moves when one word is exchanged, so its cosine alone takes "turn left" for "turn right".
Texts are therefore never alike, whatever their cosine, when one has another word or two in the place of the other's,
when their numbers differ, or when only one of them denies. Signs without a word are compared as they are written.
"""

from __future__ import annotations

import re

from orchestrator.routing.deliberation.ballot import Alike, Vote

SAME_MEANING_COSINE = 0.85
"""The lowest that merged none of 50 different answers, with all-MiniLM-L6-v2; it merged 22 of 40 that say the same.
Without the look at the words it would be 0.97, which merges 1 of 40 (`python -m benchmarks.answer_similarity`)."""

MAX_EMBEDDED_CHARS = 1000
_MOST_EXCHANGED_WORDS = 2
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATIONS = re.compile(
    r"\b(?:not|no|never|none|nothing|neither|nor|cannot|without)\b|n['’]t\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_SMALL_WORDS = frozenset(
    _WORD.findall(
        "a an the is are was were be of to in on at for from by with and or it its they that this their your you he "
        "she as has have will should"
    )
)


def alike_above(cosine: float) -> Alike:
    def alike(one: Vote, other: Vote) -> bool:
        if one.vector is None or other.vector is None or not may_say_the_same(one.text, other.text):
            return False
        return float(one.vector @ other.vector) >= cosine

    return alike


def may_say_the_same(one: str, other: str) -> bool:
    """False where the words themselves show that the texts say different things."""
    one, other = one[:MAX_EMBEDDED_CHARS], other[:MAX_EMBEDDED_CHARS]
    if not (_WORD.search(one) and _WORD.search(other)):
        return one.strip() == other.strip()  # to the embedder every sign that is no word is the same
    same_numbers = sorted(_NUMBERS.findall(one)) == sorted(_NUMBERS.findall(other))
    same_sense = bool(_NEGATIONS.search(one)) == bool(_NEGATIONS.search(other))
    return same_numbers and same_sense and not _exchanged(one, other)


def _exchanged(one: str, other: str) -> bool:
    """Whether each has a word or two that the other lacks, and no more: the same sentence about something else."""
    ones, others = _content(one), _content(other)
    return all(1 <= len(own) <= _MOST_EXCHANGED_WORDS for own in (ones - others, others - ones))


def _content(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)} - _SMALL_WORDS
