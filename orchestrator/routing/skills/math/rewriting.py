"""Phrases whose parts stand apart, put in order before the lexer: powers, roots, logarithms, fractions of fractions."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.number_words import DENOMINATORS, ORDINAL, SCALE_WORD, ordinal_of

_LOOSE_DIVISION: Final = re.compile(r" / |\bdivided? by\b", re.IGNORECASE)
_TIGHT_FRACTION: Final = re.compile(
    r"(?<![\w./)^])(?<!\d )(\d+/\d+)(?![\w./(^!]| +(?i:" + SCALE_WORD + r")\b)"
)
"""`1/2` beside a division with spaces around it: `1/2 / 1/4` divides two fractions."""
_POWER_WORDS: Final = re.compile(
    rf"\b(?:raised )?to the ({ORDINAL})(?: power)?(?![a-z])|\b({ORDINAL}) power of (\d+)", re.IGNORECASE
)
_TO_THE: Final = re.compile(r"(\d+(?:\.\d+)?|[a-z]) to the (\d{1,6})", re.IGNORECASE)
"""`2 to the 64`, where nothing else stands."""
_SHARES: Final = re.compile(
    rf"(?<![\w./,)-])(?<!\d )(?<!and )(?<![/*^] )(?<!by )(\d+) ({'|'.join(sorted(DENOMINATORS, key=len, reverse=True))}) of\b",
    re.IGNORECASE,
)
"""`3 quarters of`. Behind `2 and` it may be the fraction of a mixed number."""
_AND_A_PART: Final = re.compile(
    r"(?<![\w./,)])(?<!\d )(\d{1,9}) and an? (half|third|quarter)(?![a-z])(?! of\b)", re.IGNORECASE
)
_LISTED: Final = re.compile(
    r"\bof\b|,|;|\band\b.*\band\b|\b(?:squared|cubed|factorial|power)\b|[\^!]", re.IGNORECASE
)
"""Where `2 and a half` may be two items of a list, or its half a thing of its own."""
_FRACTION_SAID: Final = r"(?:\d{1,9}|[a-z]{3,9}) over (?:\d{1,9}|[a-z]{3,9})"
_FRACTIONS_SAID: Final = re.compile(
    rf"{_FRACTION_SAID}(?: (?:plus|minus|[-+]) {_FRACTION_SAID}){{1,8}}", re.IGNORECASE
)
"""`3 over 4 plus 1 over 4`: each `over` makes a fraction. Of `10 over 2 plus 3` nobody knows what stands below."""
_ONE_FRACTION_SAID: Final = re.compile(r"(\w+) over (\w+)", re.IGNORECASE)
_MULTIPLE_OF_FRACTION: Final = re.compile(r"(double|twice|triple|thrice) (\d{1,9}/\d{1,9})", re.IGNORECASE)
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
    if " over " in text and _FRACTIONS_SAID.fullmatch(text):
        text = _ONE_FRACTION_SAID.sub(r"(\1 / \2)", text)
    if _MULTIPLE_OF_FRACTION.fullmatch(text):
        text = _MULTIPLE_OF_FRACTION.sub(r"\1 (\2)", text)
    if "the " in text:
        text = _POWER_WORDS.sub(_power, text)
        if power := _TO_THE.fullmatch(text.strip()):
            text = f"{power[1]}^{power[2]}"
    if " and a" in text and not _LISTED.search(text):
        text = _AND_A_PART.sub(lambda match: f"{match[1]} 1/{DENOMINATORS[match[2].lower()]}", text)
    if " of" in text:
        text = _SHARES.sub(_share, text)
    if "root" in text:
        text = _NTH_ROOT.sub(lambda match: f"root_{ordinal_of(match[1])} of ", text)
    if "log" in text:
        text = _LOG_BASE.sub(_log_base, text)
    return text


def _power(match: re.Match[str]) -> str:
    if match[1]:
        return f"^({ordinal_of(match[1])})"
    return f"({match[3]})^({ordinal_of(match[2])})"


def _share(match: re.Match[str]) -> str:
    """`3 quarters of` and `1 quarter of`; another number of what has one name is left as it is."""
    if match[2].lower().endswith(("s", "halves")) == (match[1] == "1"):
        return match[0]
    return f"({match[1]}/{DENOMINATORS[match[2].lower()]}) of"


def _log_base(match: re.Match[str]) -> str:
    if match["of"]:
        return f"log_{match['last']} of {match['of']}"
    return f"log_{match['spoken'] or match['indexed'] or match['joined']} of "
