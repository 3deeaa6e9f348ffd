"""Times of day: `3 hours after 11 pm`, `45 minutes before 9:20 am`, from one time to another.

A time is one with am or pm, noon, midnight, or in the 24-hour notation that cannot be another: `14:30`, `09:20`.
`3 hours after 11` may be either half of the day and is left to the model.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.exact.clock import DAY, NOON
from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import known
from orchestrator.routing.skills.math.forms.measures import quantities
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Builder, Question, ask, family, form

_MINUTES: Final = {"hour": 60, "minute": 1}
_TIME: Final = (
    r"(?:\d{1,2}(?:[:.]\d{2})? ?[ap]\.?m\.?|\d{1,2}:\d{2}|(?:12 )?noon|(?:12 )?midnight|midday)(?![\w:])"
)
_ONE_TIME: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?:(?P<half>[ap])\.?m\.?)?", re.IGNORECASE
)
_OF_24_HOURS: Final = re.compile(r"(?:1[3-9]|2[0-3]|0\d):\d{2}")
_NAMED: Final = {"noon": NOON, "midday": NOON, "12 noon": NOON, "midnight": 0, "12 midnight": 0}
_SPAN: Final = r"(?P<span>[\w.]+(?: [\w./]+){0,6}?)"
_AN_HOUR_AND_A_HALF: Final = re.compile(
    r"(?:(?P<n>\d{1,2}|an?|one|two|three|four|five|six) (?:hours? )?and a half(?: hours?)?|(?P<half>half an hour))",
    re.IGNORECASE,
)
_WHAT_TIME: Final = (
    r"(?:(?:(?:what|the) time|when) ?(?:is it|is|was it|was|will it be|would it be|will be)? ?)?"
)
_ASKED_TIME: Final = (
    r"(?:what time (?:is it|will it be|is|will|would it be)|what will the time be|what is the time)"
)


def _time(text: str, *, beside: str = "") -> tuple[int, str]:
    """Minutes from midnight, and the notation: "12" or "24" hours. `8:15` is read `beside` a time like 16:45. Raises NotMath."""
    text = text.lower().strip()
    if text in _NAMED:
        return _NAMED[text], "12"
    found = _ONE_TIME.fullmatch(text)
    if found is None:
        raise NotMath("no time of day")
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if minute > 59:
        raise NotMath("no time of day")
    if found["half"]:
        if not 1 <= hour <= 12:
            raise NotMath("no time of day")
        return hour % 12 * 60 + minute + (NOON if found["half"] == "p" else 0), "12"
    is_either = hour < 13 and not text.startswith("0") and not _OF_24_HOURS.fullmatch(beside)
    if hour > 23 or is_either:
        raise NotMath("ambiguous: before or after noon?")
    return hour * 60 + minute, "24"


def _span(text: str) -> int:
    """The minutes of `2 hours and 15 minutes`. Raises NotMath, also where they are no whole number."""
    if found := _AN_HOUR_AND_A_HALF.fullmatch(text):
        return 30 if found["half"] else _halves(found["n"])
    numbers, units = quantities(text)
    if not set(units) <= set(_MINUTES):
        raise NotMath("hours and minutes are expected")
    total = sum(
        (value_of(number) * _MINUTES[unit] for number, unit in zip(numbers, units, strict=True)), Fraction(0)
    )
    if total.denominator != 1 or not 0 < total <= 31 * DAY:
        raise NotMath("whole minutes are expected")
    return int(total)


def _halves(word: str) -> int:
    """The minutes of so many hours and a half."""
    count = 1 if word.lower() in ("a", "an") else value_of(known(word))
    return int(count * 60 + 30)


def _moved(sign: int) -> Builder:
    def build(match: re.Match[str]) -> Question:
        minutes, notation = _time(match["time"])
        return ask("moved_time", minutes, sign * _span(match["span"]), notation)

    return build


def _from_now(match: re.Match[str]) -> Question:
    minutes, notation = _time(match["time"])
    return ask("moved_time", minutes, _span(match["span"] or match["from_now"]), notation)


def _between(match: re.Match[str]) -> Question:
    """`from 9 am to 5 pm`: to the next time of that kind. Raises NotMath for two that are the same."""
    first, second = match["time"], match["end"]
    (start, notation), (end, other) = _time(first, beside=second), _time(second, beside=first)
    if start == end:
        raise NotMath("two times are expected")
    if notation != other:
        notation = "24"
    if match["word"].lower() == "between" and end < start:
        raise NotMath("ambiguous: of which day?")
    return ask("time_between", start, end, notation)


CLOCK = family(
    ": am pm a p noon midnight midday hour hours hrs hr minute minutes min mins",
    form(rf"{_WHAT_TIME}{_SPAN} (?:after|later than|past|from) (?P<time>{_TIME})", _moved(1)),
    form(rf"{_WHAT_TIME}{_SPAN} (?:before|earlier than|prior to) (?P<time>{_TIME})", _moved(-1)),
    form(rf"{_WHAT_TIME}(?P<time>{_TIME}) ?(?:\+|plus) ?{_SPAN}", _moved(1)),
    form(rf"{_WHAT_TIME}(?P<time>{_TIME}) ?(?:-|minus) ?{_SPAN}", _moved(-1)),
    form(rf"add {_SPAN} to (?P<time>{_TIME})", _moved(1)),
    form(rf"subtract {_SPAN} from (?P<time>{_TIME})", _moved(-1)),
    form(rf"(?:if )?(?:it is|it's|its|the time is)(?: now)? (?P<time>{_TIME})(?: now)?[,;.:]? (?:then )?{_ASKED_TIME} (?:in {_SPAN}|{_SPAN.replace('span', 'from_now')} (?:from now|later))",
         _from_now),
    form(rf"(?:if )?(?:it is|it's|its|the time is)(?: now)? (?P<time>{_TIME})(?: now)?[,;.:]? (?:then )?what time was it {_SPAN} ago", _moved(-1)),
    form(rf"how (?:long|many hours|many minutes|much time) (?:is it|is there|are there|are|is)(?P<word>) (?P<time>{_TIME}) (?:to|until|till) (?P<end>{_TIME})", _between),
    form(rf"(?:how (?:many hours|many minutes|long|much time)(?: and minutes)? (?:is it|is there|are there|are|is)|(?:the )?(?:hours|time|duration)|how (?:long|many hours|many minutes))"
         rf" (?P<word>from|between) (?P<time>{_TIME}) (?:to|until|till|and) (?P<end>{_TIME})", _between),
)  # fmt: skip
