"""Numbers written as words: `three hundred and five`, `minus two and a half`, `three quarters`, `2.5 million`.

The integers are read by the library text2num, which refuses what is no one number ("twenty twenty").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from text_to_num import text2num

from orchestrator.routing.skills.math.outcomes import NotMath

_UNITS: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES: Final = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
}
SCALE_WORD: Final = "|".join(SCALES)
COUNTING: Final = frozenset([*_UNITS, *_TENS, "hundred", "thousand", "million", "billion", "trillion"])
NOUN: Final = rf"(?!(?:{'|'.join(sorted({*COUNTING, *SCALES}))}|score|gross|percent|each|per|at|for|and|or|by|of)\b)[a-z]{{1,20}}"
"""The pattern of a word that may name what is counted: no part of a number as in `3 dozen eggs`."""
_ORDINAL_UNITS: Final = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
ORDINALS: Final = {word: value for value, word in enumerate(_ORDINAL_UNITS)} | {
    f"{word[:-1]}ieth": 20 + 10 * place for place, word in enumerate(_TENS)
} | {"hundredth": 100, "thousandth": 1000}  # fmt: skip
DENOMINATORS: Final = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    form: value for word, value in ORDINALS.items() if 3 <= value <= 100 for form in (word, f"{word}s")
}
_JOINS_AND: Final = frozenset({"hundred", "thousand", "million", "billion", "trillion"})
_COMPOUND: Final = rf"(?:{'|'.join(_TENS)})-(?:{'|'.join(_ORDINAL_UNITS[1:10])})"
ORDINAL: Final = rf"(?:\d+(?:st|nd|rd|th)|{_COMPOUND}|{'|'.join(sorted(ORDINALS, key=len, reverse=True))})"


def integer_of(words: Sequence[str]) -> int:
    """The integer that the words spell. Raises NotMath."""
    try:
        return int(text2num(" ".join(words), "en"))
    except ValueError:
        raise NotMath(f"no number: {' '.join(words)}") from None


def ordinal_of(text: str) -> int:
    """`5th` and `fifth` as 5, `twenty-first` as 21."""
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits[0])
    tens, hyphen, unit = text.lower().partition("-")
    return 20 + 10 * _TENS.index(tens) + ORDINALS[unit] if hyphen else ORDINALS[tens]


def read_number(words: Sequence[str]) -> tuple[Fraction, int]:
    """The number at the beginning of the words, and how many of them it takes; (0, 0) where there is none.

    Raises NotMath for words of numbers that make no number together.
    """
    if hyphened := _hyphened_fraction(words[0]) if words else None:
        return hyphened, 1
    taken = _run(words)
    if not taken:
        return _fraction_word(words)
    _refuse_fraction_of_scale(words, taken)
    if words[:taken] == ["one"] and words[1:2] == ["half"]:
        return Fraction(1, 2), 2
    whole = Fraction(integer_of(words[:taken]))
    if words[taken : taken + 1] == ["point"]:
        return _decimal(whole, words, taken)
    if words[taken : taken + 1] == ["dozen"]:
        _refuse_fraction_of_scale(words, taken + 1)
        return whole * 12, taken + 1
    return _with_fraction(whole, words, taken)


def _hyphened_fraction(word: str) -> Fraction | None:
    """`two-thirds`."""
    top, _, bottom = word.partition("-")
    if top in _UNITS[1:] and bottom in DENOMINATORS:
        return Fraction(_UNITS.index(top), DENOMINATORS[bottom])
    return None


def _refuse_fraction_of_scale(words: Sequence[str], taken: int) -> None:
    """Raise NotMath where a fraction stands behind `hundred`, `million` or `dozen`: `a million and a half` is more of them to
    most, and `two hundred and three quarters` neither 203 quarters nor, to all, 200.75.
    """
    is_scaled = [word.rpartition("-")[2] in SCALES for word in words[:taken]]
    rest = words[taken : taken + 3]
    is_torn = any(is_scaled[:-1]) or (is_scaled[-1] and not (rest[:1] and rest[0].endswith("s")))
    if rest[:1] and rest[0] in DENOMINATORS and is_torn:
        raise NotMath("ambiguous: a fraction of which number?")
    if is_scaled[-1] and rest[:1] == ["and"] and any(_is_fraction_at(words, taken + k) for k in (1, 2)):
        raise NotMath("ambiguous: a fraction of what?")


def _is_fraction_at(words: Sequence[str], place: int) -> bool:
    """Whether the name of a fraction stands there that is not one `of` something: `a half`, `three-quarters`."""
    word, following = [*words[place : place + 2], "", ""][:2]
    return word.rpartition("-")[2] in DENOMINATORS and following != "of"


def _run(words: Sequence[str]) -> int:
    """How many words at the beginning spell an integer; `and` counts only inside one, as after `hundred`."""
    count = 0
    while count < len(words):
        joins = words[count] == "and" and count > 0 and words[count - 1] in _JOINS_AND
        if joins and words[count + 1 : count + 2] and _counts(words[count + 1]):
            count += 2
        elif _counts(words[count]):
            count += 1
        else:
            break
    return count


def _counts(word: str) -> bool:
    """Whether `seventy` or `seventy-five` is a word of a number."""
    return all(part in COUNTING for part in word.split("-"))


def _decimal(whole: Fraction, words: Sequence[str], taken: int) -> tuple[Fraction, int]:
    """`three point one four`: the digits after `point`, one word each."""
    digits = ""
    for word in words[taken + 1 :]:
        if word not in _UNITS[:10]:
            break
        digits += str(_UNITS.index(word))
    if not digits:
        raise NotMath("no digits after point")
    return whole + Fraction(int(digits), 10 ** len(digits)), taken + 1 + len(digits)


def _with_fraction(whole: Fraction, words: Sequence[str], taken: int) -> tuple[Fraction, int]:
    """`two thirds`, and `two and a half`, perhaps `million`, or `two and three quarters`."""
    following = list(words[taken : taken + 4])
    if following[:1] and following[0] in DENOMINATORS and whole.denominator == 1 and whole > 0:
        return whole / DENOMINATORS[following[0]], taken + 1
    if following[:1] == ["and"] and len(following) >= 3 and following[2] in DENOMINATORS:
        if following[1] in ("a", "one"):
            return _scaled(whole + Fraction(1, DENOMINATORS[following[2]]), words, taken + 3)
        if following[1] in _UNITS:
            return whole + Fraction(_UNITS.index(following[1]), DENOMINATORS[following[2]]), taken + 3
    return whole, taken


def _scaled(value: Fraction, words: Sequence[str], taken: int) -> tuple[Fraction, int]:
    """`two and a half million`. Raises NotMath for `two hundred and a half million`, which may be a sum."""
    scale = SCALES.get(words[taken]) if taken < len(words) else None
    if scale is None:
        return value, taken
    if value >= 100:
        raise NotMath("ambiguous: what is counted in millions?")
    return value * scale, taken + 1


def _fraction_word(words: Sequence[str]) -> tuple[Fraction, int]:
    """`a third`, `half`, `a hundred and five`, `a dozen`, `half a million`, `point five`."""
    if words[:1] == ["point"]:
        return _decimal(Fraction(0), words, 0)
    if words[:2] == ["half", "a"] and len(words) > 2 and words[2] in SCALES:
        return Fraction(SCALES[words[2]], 2), 3
    if words[:1] == ["a"] and len(words) > 1:
        if words[1] in _JOINS_AND:
            value, taken = read_number(["one", *words[1:]])
            return value, taken
        if words[1] in DENOMINATORS:
            return Fraction(1, DENOMINATORS[words[1]]), 2
        if words[1] == "dozen":
            _refuse_fraction_of_scale(words, 2)
            return Fraction(12), 2
    if words[:1] == ["half"] or (words[1:2] == ["of"] and words[0] in DENOMINATORS):
        return Fraction(1, DENOMINATORS[words[0]]), 1
    return Fraction(0), 0
