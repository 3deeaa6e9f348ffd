"""Days of the Gregorian calendar: between two dates, before and after one, of the week.

A date is `(year, month, day)`, with year 0 where none was said: then only that is answered which holds in every year, or
what it is in each.
"""

from __future__ import annotations

import calendar
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

from orchestrator.routing.skills.math.outcomes import ARITHMETIC, NoValue, Result

_FIRST: Final = date(1582, 10, 15)
_YEARS: Final = (2022, 2023, 2024)
"""No leap year within twelve months, one behind, one itself: all that a year can be for what begins in it."""
_CHECKED: Final = "counted in days, and back"
_DAYS_OF: Final = {"day": 1, "week": 7, "fortnight": 14}


def days_between(start: tuple[int, ...], end: tuple[int, ...], both: int) -> Result:
    """`From 3 March 2024 to 1 June 2024: 90 days`; `both` counts the first day too."""
    counts = sorted({(last - first).days + both for first, last in _spans(start, end)})
    said = _from_to(start, end)
    shown = _counted(counts[0], "day")
    if len(counts) > 1:
        shown += f", or {counts[1]} across a 29 February"
    other = f" ({counts[0] + 1} with both days counted)" if len(counts) == 1 and not both else ""
    if both:
        said += ", both days counted"
    return Result(f"{said}: {shown}{other}", said, shown, float(counts[0]), ARITHMETIC, _CHECKED)


def weeks_between(start: tuple[int, ...], end: tuple[int, ...]) -> Result:
    """`12 weeks 6 days`."""
    counts = {(last - first).days for first, last in _spans(start, end)}
    if len(counts) > 1:
        raise _year_needed()
    weeks, days = divmod(counts.pop(), 7)
    return _in_parts(start, end, weeks + days / 7, ((weeks, "week"), (days, "day")))


def months_between(start: tuple[int, ...], end: tuple[int, ...], unit: str) -> Result:
    """Years and months, or months, and the days that are left: `49 years 1 day`. Raises NoValue where a month is to end on a
    day that it has not.
    """
    spans = {_months_and_days(first, last) for first, last in _spans(start, end)}
    if len(spans) > 1:
        raise _year_needed()
    ((months, days),) = spans
    years = months // 12 if unit == "year" else 0
    parts = ((years, "year"), (months - 12 * years, "month"), (days, "day"))
    return _in_parts(start, end, float(years or months), parts)


def _months_and_days(first: date, last: date) -> tuple[int, int]:
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return months, (last - _moved(first, months, "month")).days


def _in_parts(
    start: tuple[int, ...], end: tuple[int, ...], approx: float, parts: tuple[tuple[int, str], ...]
) -> Result:
    said = _from_to(start, end)
    shown = " ".join(_counted(count, unit) for count, unit in parts if count)
    return Result(f"{said}: {shown}", said, shown, approx, ARITHMETIC, _CHECKED)


def _year_needed() -> NoValue:
    return NoValue("not computed: it is another one where a 29 February lies between; please name the year")


def years_between(first: int, second: int) -> Result:
    """`From 1969 to 2024: 55 years`."""
    said, shown = f"From {first} to {second}", _counted(second - first, "year")
    return Result(f"{said}: {shown}", said, shown, float(second - first), ARITHMETIC, "taken back")


def age(born: int, year: int) -> Result:
    """`Born in 1990, in 2025: 35 years old, 34 before the birthday`."""
    said, years = f"Born in {born}, in {year}", year - born
    shown = f"{_counted(years, 'year')} old, {years - 1} before the birthday"
    return Result(f"{said}: {shown}", said, shown, float(years), ARITHMETIC, "taken back")


def weekday(day: tuple[int, ...]) -> Result:
    """`4 July 1976 is a Sunday`, also where another calendar was still kept in some countries."""
    found = _date(day)
    said, shown = _said(day), f"{found:%A}"
    note = " in the Gregorian calendar" if found < date(1753, 1, 1) else ""
    return Result(f"{said} is a {shown}{note}", f"weekday of {said}", shown, None, ARITHMETIC, _CHECKED)


def is_weekday(day: tuple[int, ...], said: str) -> Result:
    """`Yes, 4 July 1976 is a Sunday`."""
    found = weekday(day)
    holds = found.exact == said
    statement = f"{'Yes' if holds else 'No'}, {found.statement}"
    return Result(statement, found.expression, "yes" if holds else "no", None, ARITHMETIC, _CHECKED)


def moved_date(day: tuple[int, ...], count: int, unit: str) -> Result:
    """`30 days after 15 January 2025 is 14 February 2025, a Friday`. Raises NoValue for `a month after 31 January`."""
    years = (day[0],) if day[0] else _YEARS
    ends = [_moved(_date((year, *day[1:])), count, unit) for year in years]
    if len({(end.month, end.day) for end in ends}) > 1:
        raise _year_needed()
    said = f"{_counted(abs(count), unit)} {'after' if count > 0 else 'before'} {_said(day)}"
    end = ends[0]
    shown = _said((end.year if day[0] else 0, end.month, end.day))
    weekday = f", a {end:%A}" if day[0] else ""
    return Result(f"{said} is {shown}{weekday}", said, shown, None, ARITHMETIC, _CHECKED)


def leap_year(year: int) -> Result:
    """`No, 1900 is no leap year`."""
    leaps = calendar.isleap(year)
    said = f"Yes, {year} is a leap year" if leaps else f"No, {year} is no leap year"
    return Result(said, f"{year} is a leap year", "yes" if leaps else "no", None, ARITHMETIC, "by its rule")


def length_of(year: int, month: int) -> Result:
    """Of a year, or of its month: `February 2024 has 29 days`."""
    days = calendar.monthrange(year, month)[1] if month else 365 + calendar.isleap(year)
    name = f"{calendar.month_name[month]} {year}" if month else str(year)
    shown = _counted(days, "day")
    return Result(f"{name} has {shown}", f"days of {name}", shown, float(days), ARITHMETIC, "by its rule")


def unclear_date(text: str) -> Result:
    raise NoValue(
        f"not computed: {text} is one date with the day first and another with the month first; please write the month in letters"
    )


def _spans(start: tuple[int, ...], end: tuple[int, ...]) -> list[tuple[date, date]]:
    """The first and the last day: one pair, or one for each kind of year where none was said."""
    if start[0]:
        return [(_date(start), _date(end))]
    later = int(end < start)
    return [(_date((year, *start[1:])), _date((year + later, *end[1:]))) for year in _YEARS]


def _moved(day: date, count: int, unit: str) -> date:
    try:
        if unit in _DAYS_OF:
            end = day + timedelta(days=count * _DAYS_OF[unit])
            assert end - timedelta(days=count * _DAYS_OF[unit]) == day
            return _of_one_calendar(end)
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        if not MINYEAR <= year <= MAXYEAR:
            raise OverflowError
    except OverflowError:
        raise NoValue("not computed: that is beyond the years that calendars are made for") from None
    if day.day > calendar.monthrange(year, month + 1)[1]:
        raise NoValue(f"not computed: {calendar.month_name[month + 1]} {year} has no day {day.day}")
    return _of_one_calendar(date(year, month + 1, day.day))


def _date(day: tuple[int, ...]) -> date:
    """Raises NoValue for 31 February and what lies before the calendar."""
    year, month, number = day
    if not 1 <= number <= calendar.monthrange(year, month)[1]:
        raise NoValue(f"there is no {_said(day)}")
    return _of_one_calendar(date(year, month, number))


def _of_one_calendar(day: date) -> date:
    if day < _FIRST:
        raise NoValue("not computed: before 15 October 1582 another calendar was kept")
    return day


def _from_to(start: tuple[int, ...], end: tuple[int, ...]) -> str:
    return f"From {_said(start)} to {_said(end)}"


def _said(day: tuple[int, ...]) -> str:
    year, month, number = day
    return f"{number} {calendar.month_name[month]}{f' {year}' if year else ''}"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
