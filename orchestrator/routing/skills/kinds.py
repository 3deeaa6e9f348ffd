"""Words that only name the kind of answer wanted ("period", "price", "how heavy"), and how a text has a value of it.

A text need not repeat such a word: "a 2 year warranty" answers "what is the warranty period?".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestrator.routing.skills.overlap import content
from orchestrator.routing.skills.subject_words import NUMBER_WORDS

NUMBER = r"\d[\d.,]*"
MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
AMOUNT = r"(?:milli)?(?:litre|liter)s?|ml|l|g|kg|mg|grams?|(?:kilo|milli)grams?|tonnes?|tons?|k?W|kWh|cubic metres?"
COLOURS = frozenset(
    "red blue green yellow orange purple pink brown black white grey gray turquoise violet beige silver golden".split()  # noqa: SIM905 - a list of literals is no list to read
)
_METRE = r"(?:kilo|centi|milli)?met(?:re|er)s?|km|cm|mm|m|miles?|feet|ft|inch(?:es)?|yards?"
_SPAN = r"(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?|years?|min|h|s"
_MONEY = (
    r"[€$£¥]|\b(?:euros?|dollars?|pounds?|cents?|francs?|yen|crowns|rupees|eur|usd|chf|gbp)\b"
    # "The free edition" has no price.
    r"|\b(?<!\bthe )(?<!\ba )(?<!\bour )(?<!\byour )(?<!\bthis )(?<!\bfeel )free\b(?! of (?!charge\b))"
)
_CLOCK = r"\d:\d\d|\d ?[ap]\.?m\b"
_COUNT = rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|half)\b"
_POINT = rf"(?:\d|(?:{MONTH}|{WEEKDAY})\b)"
_QUANTITY = rf"(?:{NUMBER}|{'|'.join(NUMBER_WORDS)}|half|several|a)[ -]?"
_LENGTH = rf"\b{_QUANTITY}(?:{_METRE}|light years?)\b"
# A length is of the one that is named beside it.
_DIMENSIONS = tuple(
    content(words)
    for words in (
        "tall high height",
        "wide width broad",
        "deep depth",
        "thick thickness",
        "long length",
        "far distance away",
    )
)
_KINDS: Sequence[tuple[frozenset[str], re.Pattern[str]]] = [
    (content(kind) | frozenset(kind.split()), re.compile(pattern, re.I))
    for kind, pattern in (
        ("cost price pay fee charge expensive cheap", _MONEY),
        ("weigh weight heavy", rf"\b{_QUANTITY}(?:kg|g|mg|tonnes?|tons?|pounds?|lbs?|(?:kilo|milli)?grams?)\b"),
        ("old age", rf"\b{_QUANTITY}(?:years?|months?|days?)\b|\b(?:born|aged?|built|founded)\b|\b(?:is|was|turned) (?:now )?\d{{1,3}}(?=\W*$|[,;]| and\b)"),
        ("tall high height", _LENGTH),
        ("wide width broad", _LENGTH),
        ("deep depth", _LENGTH),
        ("thick thickness", _LENGTH),
        ("far distance", _LENGTH),
        ("long length last duration period term", rf"\b{_QUANTITY}(?:\w+ )?(?:{_METRE}|{_SPAN})\b|\buntil\b"),
        ("fast speed quick", r"\b(?:per|an?|/) ?(?:hour|second|minute|h|s)\b"),
        ("dose dosage", rf"\b{_QUANTITY}(?:m?g|ml|grams?|milligrams?|tablets?|pills?|capsules?|drops?|spoons?)\b"),
        ("hot cold warm temperature degree", r"\bdegrees?\b|°|\bkelvin\b"),
        ("large big size capacity volume", rf"\b{_QUANTITY}(?:[kmgt]b|{_METRE}|(?:milli)?lit(?:re|er)s?|gallons?|square|hectares?|acres?|inhabitants|people)\b"),
        ("date month time deadline", rf"\b(?:{MONTH})\b|{_CLOCK}|\b\d{{4}}\b"),
        ("day weekday", rf"\b{WEEKDAY}\b"),
        ("hour", _CLOCK),
        ("start begin", rf"\b(?:from|between|since)\s+{_POINT}"),
        ("end finish close", rf"\b(?:to|until|till|and)\s+{_POINT}|\d\s?[–-]\s?{_POINT}"),
        ("often", rf"\b(?:every|once|twice|times|daily|weekly|monthly|yearly|per|an? (?:{_SPAN}))\b"),
        ("high low", rf"\b(?:equals?|amounts?)\b|{_MONEY}|\d ?%|\bper ?cent\b"),
        ("power voltage current", r"\d ?(?:k?W|V|A)\b"),
        ("rate percentage percent", rf"\d ?%|\bper ?cent\b|{NUMBER}.*\b(?:per|an?|each|every)\s\w"),
        ("amount", rf"{_MONEY}|{_COUNT}"),
        ("number count quantity", _COUNT),
        ("phone telephone", r"\d(?:[ /-]?\d){4,}"),
        ("colour color", rf"\b(?:{'|'.join(sorted(COLOURS))})\b"),
        ("address", r"\b\d+[a-z]? (?-i:[A-Z])|(?-i:[A-Z])\w+ \d|\w@\w|\bwww\.|://"),
        ("name", r"\b(?:called|named|name is)\b"),
    )
]  # fmt: skip
_METRES = re.compile(_LENGTH, re.I)
_IS_SO_LONG = re.compile(
    rf"\b(?:is|are|was|were|measures?|away|from)\b[^,;.]{{0,20}}?{_LENGTH}|{_LENGTH} (?:away|from)\b", re.I
)
_WORDS = frozenset(word for words, _ in _KINDS for word in words)


def is_kind(words: frozenset[str]) -> bool:
    """Whether these words only name kinds of values."""
    return bool(words) and words <= _WORDS


def of_its_kind(word: str) -> frozenset[str]:
    """All words that ask for the kinds of values that this one asks for."""
    return frozenset().union(*(words for words, _ in _KINDS if word in words))


def is_given(word: str, text: str) -> bool:
    """Whether the text has a value of the kind that the word, without its ending, asks for."""
    if word not in _WORDS or _is_another_dimension(word, text):
        return False
    return any(word in words and shape.search(text) for words, shape in _KINDS)


def _dimensions(text: str) -> frozenset[int]:
    held = content(text)
    return frozenset(index for index, words in enumerate(_DIMENSIONS) if words & held) | (
        frozenset({4}) if re.search(r"\blong\b", text, re.I) else frozenset()
    )


def _is_another_dimension(word: str, text: str) -> bool:
    asked = {
        index for index, words in enumerate(_DIMENSIONS) if word in words or (word == "long" and index == 4)
    }
    if not asked or not _METRES.search(text):
        return False
    named = _dimensions(text)
    # A "25-metre pool" is not told to be deep, a tower that "is 324 metres" to be tall.
    return not asked & named if named else _IS_SO_LONG.search(text) is None


def given(question: frozenset[str], words: frozenset[str], text: str) -> frozenset[str]:
    """The words of a question that a text answers by a value, where it has another word of the question too."""
    kinds = question & _WORDS - words
    return frozenset(kind for kind in kinds if is_given(kind, text)) if question & words else frozenset()
