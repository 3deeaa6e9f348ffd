"""How much a text looks like a question that the math skill computes: a feature for routing."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math import vocabulary
from orchestrator.routing.skills.math.limits import MAX_CHARS
from orchestrator.routing.skills.math.number_words import COUNTING
from orchestrator.routing.skills.math.outcomes import Refused
from orchestrator.routing.skills.math.reading import read

_PIECE: Final = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[-+*/^=<>%√∫∑×÷²³]")
_SUBJECT_WORDS: Final = frozenset(
    [
        "solve",
        "equation",
        "equations",
        "integral",
        "integrate",
        "derivative",
        "differentiate",
        "limit",
        "factor",
        "expand",
        "simplify",
        "prime",
        "divisor",
        "divisors",
        "remainder",
        "percent",
        "percentage",
        "average",
        "median",
        "fraction",
        "calculate",
        "compute",
        "algebra",
        "calculus",
        "geometry",
        "probability",
        "permutations",
        "combinations",
        "sum",
        "total",
    ]
)
_MATH_WORDS: Final = (
    _SUBJECT_WORDS
    | COUNTING
    | {
        word
        for phrase in (*vocabulary.OPERATORS, *vocabulary.SPOKEN_FUNCTIONS, *vocabulary.LIST_FUNCTIONS)
        for word in phrase.split()
    }
    | set(vocabulary.FUNCTIONS)
    | set(vocabulary.POSTFIX)
) - {"of", "and", "to", "the", "by", "over", "for", "double", "following", "choose", "value"}


def recognise(text: str) -> float:
    """1.0 for a question that is read to its last word and will be computed or refused for its size.

    Below that it is half the share of numbers, signs and words of mathematics in the text, so at most 0.5: what only
    looks like mathematics. Deterministic, and below half a millisecond for a question of usual length.
    """
    if _is_question(text):
        return 1.0
    pieces = _PIECE.findall(text[:MAX_CHARS].lower())
    if not pieces:
        return 0.0
    share = sum(not piece.isalpha() or piece in _MATH_WORDS for piece in pieces) / len(pieces)
    return round(share / 2, 3)


def _is_question(text: str) -> bool:
    try:
        return read(text) is not None
    except Refused:
        return True
