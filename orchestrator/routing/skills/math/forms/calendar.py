"""Dates: how many days lie between two, what date it is so many days after one, which day of the week it was.

A date has its month in letters, or the year first, or a day that is no month: `03/04/2024` is refused with the reason.
What depends on today, or on a year that nobody named, is left to the model.
"""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import integer_of
from orchestrator.routing.skills.math.forms.amounts import known
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Builder, Question, ask, family, form

_MONTHS: Final = "january february march april may june july august september october november december"
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)\.?"
)
_WEEKDAY: Final = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? (?:the )?)?"
_NUMBER: Final = r"(?:the )?\d{1,2}(?:st|nd|rd|th)?"
_WRITTEN: Final = rf"(?:{_NUMBER} (?:of )?{_MONTH}(?:,? \d{{4}})?|{_MONTH} {_NUMBER}(?:,? \d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}/\d{{4}})(?![\w/-])"
_PARTS: Final = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?"
    rf"|(?P<month_first>{_MONTH}) (?:the )?(?P<day_behind>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year_behind>\d{{4}}))?",
    re.IGNORECASE,
)
Date = tuple[int, int, int]


class _Unclear(Exception):
    """A date in digits that is another one with the month first."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _date(name: str) -> str:
    return rf"{_WEEKDAY}(?P<{name}>{_WRITTEN})"


def _clear(build: Builder) -> Builder:
    """The builder, but for an unclear date a question that is answered by the reason."""

    def asked(match: re.Match[str]) -> Question:
        try:
            return build(match)
        except _Unclear as unclear:
            return ask("unclear_date", unclear.text)

    return asked


def _read(text: str) -> Date:
    """Year, month and day, with year 0 where none is said. Raises NotMath, and _Unclear."""
    text = text.lower().removeprefix("the ")
    if "/" in text:
        return _with_slashes(text)
    if text[:4].isdigit():
        first, second, third = (int(part) for part in text.split("-"))
        return _of_a_month((first, second, third))
    found = _PARTS.fullmatch(text)
    if found is None:
        raise NotMath("no date")
    month_name = found["month"] or found["month_first"]
    month = next(
        place for place, name in enumerate(_MONTHS.split(), 1) if name.startswith(month_name.rstrip(".")[:3])
    )
    day, named_year = found["day"] or found["day_behind"], found["year"] or found["year_behind"]
    return _of_a_month((int(named_year or 0), month, int(day)))


def _with_slashes(text: str) -> Date:
    first, second, year = (int(part) for part in text.split("/"))
    if first <= 12 and second <= 12 and first != second:
        raise _Unclear(text)
    day, month = (first, second) if second <= 12 else (second, first)
    return _of_a_month((year, month, day))


def _of_a_month(day: Date) -> Date:
    if not 1 <= day[1] <= 12 or not 1 <= day[2] <= 31:
        raise NotMath("no date")
    return day


def _span(match: re.Match[str]) -> tuple[Date, Date]:
    """The earlier and the later date, each with its year or both without. Raises NotMath where their order is not clear."""
    start, end = _read(match["start"]), _read(match["end"])
    if not start[0] and end[0]:
        start = (end[0], *start[1:])
    if not end[0] and start[0]:
        end = (start[0], *end[1:])
    if start == end or (not start[0] and {start[1:], end[1:]} & {(2, 29)}):
        raise NotMath("two dates are expected")
    if end > start:
        return start, end
    if match["word"].lower() == "between" and start[0]:
        return end, start
    if start[0] or match["word"].lower() == "between":
        raise NotMath("ambiguous: of which year?")
    return start, end


def _between(match: re.Match[str]) -> Question:
    start, end = _span(match)
    unit = (match["unit"] or match["alone"] or "day").lower().removesuffix("s")
    if match["both"] and unit != "day":
        raise NotMath("days are expected")
    if unit == "day":
        return ask("days_between", start, end, int(bool(match["both"])))
    if unit == "week":
        return ask("weeks_between", start, end)
    return ask("months_between", start, end, unit)


def _is_weekday(match: re.Match[str]) -> Question:
    asked = _weekday(match)
    return ask("is_weekday", *asked.arguments, match["said"].capitalize())


def _weekday(match: re.Match[str]) -> Question:
    day = _read(match["date"])
    if not day[0]:
        raise NotMath("of which year?")
    return ask("weekday", day)


def _moved(sign: int) -> Builder:
    def build(match: re.Match[str]) -> Question:
        day = _read(match["date"])
        count = 1 if match["n"].lower() in ("a", "an", "one") else integer_of(known(match["n"]))
        if count < 1 or (not day[0] and (count > 300 or day[1:] == (2, 29))):
            raise NotMath("of which year?")
        return ask("moved_date", day, sign * count, match["unit"].lower().removesuffix("s"))

    return build


def _years(match: re.Match[str]) -> Question:
    first, second = int(match["first"]), int(match["second"])
    if first >= second:
        raise NotMath("no years between them")
    return ask("years_between", first, second)


def _age(match: re.Match[str]) -> Question:
    born, year = int(match["born"]), int(match["year"])
    if not 0 < year - born <= 120:
        raise NotMath("no age")
    return ask("age", born, year)


def _leap(match: re.Match[str]) -> Question:
    return ask("leap_year", int(match["year"]))


def _length(match: re.Match[str]) -> Question:
    month = match["month"]
    if not month:
        return ask("length_of", int(match["year"]), 0)
    return ask("length_of", int(match["year"]), _read(f"1 {month}")[1])


_UNITS: Final = r"(?P<unit>days?|weeks?|months?|years?)"
_IS: Final = r"(?: (?:there are|there were|is it|is there|are there|were there|are|is|was it|passed|elapsed|pass|lie|lay))?"
_HOW_MANY: Final = rf"(?:(?:how many|(?:the )?number of) {_UNITS}{_IS}|{_UNITS.replace('unit', 'alone')}|how long(?: is it| was it)?)"
_BOTH: Final = r"(?P<both>,? (?:inclusive|inclusively|(?:including|counting) both(?: days| dates)?|both (?:days |dates )?(?:included|inclusive|counted)))?"
_DAY_OF_WEEK: Final = r"(?:day(?: of the week)?|weekday)"
_FALLS: Final = r"(?: (?:is|was|will|does|did|falls?|fell|would))?"
_MOVE: Final = r"(?P<n>\d{1,6}|an?|[a-z]+(?:-[a-z]+)?) (?P<unit>days?|weeks?|fortnights?|months?|years?)"
_WHICH_DATE: Final = r"(?:when (?:is|was|will be) |(?:what|which|the) (?:date|day)(?: is it| is| was| will be| will it be| falls| comes)? )?"
_YEAR: Final = r"(?:1[5-9]|20|21)\d\d"
_OLD: Final = (
    r"how old (?:am|was|is|are|were|will|would) (?:i|he|she|they|you|someone|somebody|a person|anyone)"
)
_BORN: Final = rf"(?:(?:i|he|she|they|you|someone|somebody|a person|my [a-z]{{2,20}}) )?(?:(?:was|is|were|am|are) )?born in (?P<born>{_YEAR})"

CALENDAR = family(
    f"{_MONTHS} jan feb mar apr jun jul aug sep sept oct nov dec day days weekday weeks months years long date leap old",
    form(rf"{_HOW_MANY} (?P<word>from|between) {_date('start')} (?:to|until|till|and) {_date('end')}{_BOTH}", _clear(_between)),
    form(rf"{_HOW_MANY} (?:until|till|to) {_date('end')} (?P<word>from) {_date('start')}{_BOTH}", _clear(_between)),
    form(rf"(?:on )?(?:what|which) {_DAY_OF_WEEK}{_FALLS} {_date('date')}(?: (?:fall|be|land|is|was))?(?: on)?", _clear(_weekday)),
    form(rf"{_date('date')} (?:is|was|will be|falls|fell)(?: on)?(?: a)? (?:what|which) {_DAY_OF_WEEK}", _clear(_weekday)),
    form(rf"(?:is|was|will) {_date('date')} (?:be )?(?:on )?an? (?P<said>(?:mon|tues|wednes|thurs|fri|satur|sun)day)", _clear(_is_weekday)),
    form(rf"(?:the )?(?:day of the week|weekday) (?:of|for|on) {_date('date')}", _clear(_weekday)),
    form(rf"{_WHICH_DATE}{_MOVE} (?:after|from|past|later than) {_date('date')}", _clear(_moved(1))),
    form(rf"{_WHICH_DATE}{_MOVE} (?:before|prior to|earlier than) {_date('date')}", _clear(_moved(-1))),
    form(rf"{_WHICH_DATE}{_date('date')} ?(?:\+|plus) ?{_MOVE}", _clear(_moved(1))),
    form(rf"{_WHICH_DATE}{_date('date')} ?(?:-|minus) ?{_MOVE}", _clear(_moved(-1))),
    form(rf"add {_MOVE} to {_date('date')}", _clear(_moved(1))),
    form(rf"subtract {_MOVE} from {_date('date')}", _clear(_moved(-1))),
    form(rf"(?:if )?(?:today is|it is|it's) {_date('date')}[,;.]? (?:then )?(?:what|which) (?:date|day)(?: is it| is| will it be| will be)? in {_MOVE}", _clear(_moved(1))),
    form(rf"(?:(?:how many|(?:the )?number of) )?years{_IS} (?:from|between) (?P<first>{_YEAR}) (?:to|until|and) (?P<second>{_YEAR})", _years),
    form(rf"(?:if )?{_BORN}[,;.]? {_OLD}(?: be)? in (?P<year>{_YEAR})", _age),
    form(rf"{_OLD}(?: be)? in (?P<year>{_YEAR}),? (?:if|when) {_BORN}", _age),
    form(rf"{_OLD} {_BORN}(?: be)? in (?P<year>{_YEAR})", _age),
    form(rf"(?:is|was|will) (?:the year )?(?P<year>{_YEAR}) (?:be )?a leap[ -]?year", _leap),
    form(rf"(?:how many|(?:the )?number of) days (?:are |is |were )?(?:there )?in (?:the month of )?(?:(?P<month>{_MONTH})(?: of)?,? |the year )?(?P<year>{_YEAR})", _length),
    form(rf"how many days (?:does|did) (?:(?P<month>{_MONTH})(?: of)?,? )?(?P<year>{_YEAR}) have", _length),
)  # fmt: skip
