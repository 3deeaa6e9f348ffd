"""Phrases whose parts stand apart, put in order before the lexer: powers, roots, logarithms, fractions of fractions."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.number_words import ORDINAL, ordinal_of

_LOOSE_DIVISION: Final = re.compile(r" / |\bdivided? by\b", re.IGNORECASE)
_TIGHT_FRACTION: Final = re.compile(r"(?<![\w./)^])(?<!\d )(\d+/\d+)(?![\w./(^!])")
"""`1/2` beside a division with spaces around it: `1/2 / 1/4` divides two fractions."""
_POWER_WORDS: Final = re.compile(
    rf"\b(?:raised )?to the ({ORDINAL})(?: power)?(?![a-z])|\b({ORDINAL}) power of (\d+)", re.IGNORECASE
)
_NTH_ROOT: Final = re.compile(rf"\b({ORDINAL}) root of\b", re.IGNORECASE)
_LOG_BASE: Final = re.compile(
    r"\blog(?:arithm)? (?:of )?(?P<of>\d+) (?:to (?:the )?|in )?base (?P<last>\d+)\b"
    r"|\blog(?:arithm)? (?:to (?:the )?)?base (?P<spoken>\d+|e)\b(?: of)?"
    r"|\blog(?:_\(?(?P<indexed>\d+)\)?|(?P<joined>\d+))(?=\s*\(|\s+\d|\s+of\b)(?: of)?",
    re.IGNORECASE,
)


def rewritten(text: str) -> str:
    """Powers, roots and logarithms whose number stands in the middle of their name, as functions."""
    if "/" in text and _LOOSE_DIVISION.search(text):
        text = _TIGHT_FRACTION.sub(r"(\1)", text)
    if "the " in text:
        text = _POWER_WORDS.sub(_power, text)
    if "root" in text:
        text = _NTH_ROOT.sub(lambda match: f"root_{ordinal_of(match[1])} of ", text)
    if "log" in text:
        text = _LOG_BASE.sub(_log_base, text)
    return text


def _power(match: re.Match[str]) -> str:
    if match[1]:
        return f"^({ordinal_of(match[1])})"
    return f"({match[3]})^({ordinal_of(match[2])})"


def _log_base(match: re.Match[str]) -> str:
    if match["of"]:
        return f"log_{match['last']} of {match['of']}"
    return f"log_{match['spoken'] or match['indexed'] or match['joined']} of "
