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
_ON_DIAL: Final = re.compile(r"(?:[1-9]|1[0-2]):\d{2}")
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
    return lambda match: _moved_by(match["time"], sign * _span(match["span"]))


def _moved_by(text: str, by: int) -> Question:
    """Of `10:45`, which may be before or after noon, the time on a dial of 12 hours."""
    if _ON_DIAL.fullmatch(text.strip()):
        return ask("moved_on_dial", _on_dial(text), by)
    minutes, notation = _time(text)
    return ask("moved_time", minutes, by, notation)


def _from_now(match: re.Match[str]) -> Question:
    return _moved_by(match["time"], _span(match["span"] or match["from_now"]))


def _on_dial(text: str) -> int:
    """The minutes of `10:45`, before noon. Raises NotMath."""
    hour, minute = map(int, text.split(":"))
    if minute > 59:
        raise NotMath("no time of day")
    return hour * 60 + minute


def _lasting(match: re.Match[str]) -> Question:
    """`a meeting starts at 9:30 and lasts 45 minutes, when does it end`."""
    return _moved_by(match["time"], _span(match["span"]))


def _trip(match: re.Match[str]) -> Question:
    return _spanned(match["time"], match["end"])


def _between(match: re.Match[str]) -> Question:
    return _spanned(match["time"], match["end"], is_of_one_day=match["word"].lower() == "between")


def _spanned(first: str, second: str, *, is_of_one_day: bool = False) -> Question:
    """`from 9 am to 5 pm`: to the next time of that kind. Raises NotMath for two that are the same."""
    if all(_ON_DIAL.fullmatch(text.strip()) for text in (first, second)):
        times = _on_dial(first), _on_dial(second)
        if (times[1] - times[0]) % NOON == 0:
            raise NotMath("two times are expected")
        return ask("between_on_dial", *times)
    (start, notation), (end, other) = _time(first, beside=second), _time(second, beside=first)
    if start == end:
        raise NotMath("two times are expected")
    if notation != other:
        notation = "24"
    if is_of_one_day and end < start:
        raise NotMath("ambiguous: of which day?")
    return ask("time_between", start, end, notation)


_TRIP: Final = r"(?:(?:a|an|the|my|our|his|her) )?(?:train|bus|ferry|boat|coach|tram|journey|trip|film|movie|show|concert|class|lesson|lecture|shift|meeting|game|match|play|party|course|exam)"
"""What leaves and arrives in one time zone: no flight."""
_LEAVES: Final = r"(?:leaves|left|departs|departed|starts|started|begins|began|leaving|departing|starting)"
_ARRIVES: Final = r"(?:arrives|arrived|ends|ended|finishes|finished|gets in|got in|is over|arriving|ending)"
_HOW_LONG: Final = r"how (?:long|many hours|many minutes|much time)(?: (?:is|was|does|did|will)(?: (?:the|it|that|this|my))?(?: (?:trip|journey|ride|it|take|last|be|run|travel time|film|movie|show|concert|class|lesson|lecture|shift|meeting|game|match|play|party|course|exam|train|bus|ferry)){0,2}| do i work)?"
_WHEN_ENDS: Final = r"(?:when|(?:at )?what time) (?:does|do|will|did|is|am) (?:it|i|we|he|she|they|the [a-z]{3,10})(?: (?:end|finish|arrive|get there|be over|be there|over|done|be done|get in))"

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
    form(rf"how (?:long|many hours|many minutes|much time) (?:is it|is there|are there|are|is)(?: (?:a|an|the|my) (?:shift|trip|drive|journey|meeting|class|lesson|day|night) from)?(?P<word>) (?P<time>{_TIME}) (?:to|until|till) (?P<end>{_TIME})", _between),
    form(rf"(?:how (?:many hours|many minutes|long|much time)(?: and minutes)? (?:is it|is there|are there|are|is)|(?:the )?(?:hours|time|duration)|how (?:long|many hours|many minutes))"
         rf" (?P<word>from|between) (?P<time>{_TIME}) (?:to|until|till|and) (?P<end>{_TIME})", _between),
    form(rf"(?:from )?(?P<time>{_TIME}) ?(?:to|until|till|-) ?(?P<end>{_TIME})(?: is|,| =|:)? how (?:long|many hours|many minutes|much time)(?: is (?:that|it))?", _trip),
    form(rf"{_TRIP} {_LEAVES}(?: at)? (?P<time>{_TIME}),?(?: and)?(?: it)? {_ARRIVES}(?: at)? (?P<end>{_TIME})[,;.:]? {_HOW_LONG}", _trip),
    form(rf"(?:if )?(?:i|we|you|he|she|they) (?:works?|worked|sleeps?|slept|studied|drove|waited|was there|am there|parked)(?: from)? (?P<time>{_TIME}) (?:to|until|till) (?P<end>{_TIME})[,;.:]? how (?:many hours|long|much)(?: is (?:that|it)| (?:do|does|did|was|am) (?:i|we|you|he|she|they) (?:work|sleep|study|drive|wait|there|park))?", _trip),
    form(rf"(?:if )?(?:i|we|you|he|she|they) (?:go|goes|went|fell|falls?) (?:to (?:bed|sleep)|asleep) at (?P<time>{_TIME})(?: and|,)(?: and)?(?: (?:i|we|you|he|she|they))? (?:wakes? up|woke up|gets? up|got up) at (?P<end>{_TIME})[,;.:]? how (?:many hours|long|much)(?: (?:do|does|did|of sleep (?:did|do)) (?:i|we|you|he|she|they) (?:sleep|get)| is (?:that|it))?", _trip),
    form(rf"(?:if )?{_TRIP} {_LEAVES}(?: at)? (?P<time>{_TIME}),?(?: and)?(?: it)? (?:lasts|takes|lasting|runs|runs for|goes on for|goes for)(?: for)? {_SPAN}[,;.:]? {_WHEN_ENDS}", _lasting),
    form(rf"(?:if )?(?:i|we|you|he|she|they) (?:leaves?|left|starts?|started|departs?|begins?)(?: at)? (?P<time>{_TIME}),?(?: and)?(?: then)? (?:drive|drives|drove|walk|walks|travel|travels|ride|rides|work|works|cycle|run|run|need|it takes)(?: for)? {_SPAN}[,;.:]? {_WHEN_ENDS}", _lasting),
)  # fmt: skip
