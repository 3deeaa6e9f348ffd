"""Pay and prices by the piece: `$25 an hour for 40 hours`, `5 apples at $2 each`."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import known
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, Name, Number

_PRICE: Final = r"(?P<currency>[$€£]) ?(?P<x>\d{1,3}(?:,\d{3})+(?:\.\d\d?)?|\d+(?:\.\d\d?)?)"
_PER: Final = r" ?(?:/ ?|per |an? |each )"
_EACH: Final = r"(?P<each>hour|hr|day|week|month|year|minute|night|mile|kilometer|km|kg|pound|lb|liter|litre|gallon|person|item|piece|unit|ticket)"
_COUNT: Final = r"(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|[a-z]+(?:-[a-z]+)?)"
_COUNTED: Final = r"(?P<counted>[a-z]+)"
_SAME: Final = {
    "hr": "hour",
    "lb": "pound",
    "litre": "liter",
    "kilometer": "km",
    "kilometre": "km",
    "people": "person",
}
_WHO: Final = r"(?:i|you|we|he|she|they)"
_HOW_MUCH: Final = rf"(?:[,;.:]? (?:how much|what) (?:do|will|would|does|is|can|did) (?:{_WHO} (?:earn|make|get|get paid|pay|have)|it|it cost|that|the total)(?: in total)?)?"


def _one(word: str) -> str:
    word = word.lower()
    single = word if word in _SAME else word.removesuffix("s")
    return _SAME.get(single, single)


def _paid(match: re.Match[str]) -> Question:
    """Raises NotMath where it is so much of one thing, and so many of another."""
    if _one(match["each"]) != _one(match["counted"]):
        raise NotMath("another unit")
    return _total(match)


def _total(match: re.Match[str]) -> Question:
    count = known(match["n"])
    if not isinstance(count, Number) or value_of(count) <= 0:
        raise NotMath("a number is expected")
    digits = match["x"].replace(",", "")
    price = known(digits)
    shown = Apply("*", (Name(f"{match['currency']}{digits}"), count))
    return ask("money", Apply("*", (price, count)), shown, match["currency"])


RATES = family(
    "hour hours hr hrs day days week weeks month months year years minute minutes night nights mile miles kilometer kilometers km kg"
    " pound pounds lb lbs liter liters litre litres gallon gallons person people item items piece pieces unit units ticket tickets each apiece",
    form(rf"(?:at )?{_PRICE}{_PER}{_EACH} (?:for|times|\*|x) {_COUNT} {_COUNTED}", _paid),
    form(rf"{_COUNT} {_COUNTED} (?:at|for|times|\*|of work at) {_PRICE}{_PER}{_EACH}", _paid),
    form(rf"(?:if )?{_WHO} (?:earn|make|charge|pay|get|get paid|am paid|are paid|earns|makes) {_PRICE}{_PER}{_EACH} (?:and work|for|and work for) {_COUNT} {_COUNTED}{_HOW_MUCH}", _paid),
    form(rf"{_COUNT} [a-z]+ (?:at|for) {_PRICE} (?:each|apiece)", _total),
)  # fmt: skip
