"""Times of day, in whole minutes from midnight."""

from __future__ import annotations

from typing import Final

from orchestrator.routing.skills.math.outcomes import ARITHMETIC, Result

NOON: Final = 12 * 60
DAY: Final = 24 * 60
_CHECKED: Final = "whole minutes, taken back"


def moved_time(start: int, by: int, notation: str) -> Result:
    """`3 hours after 11 pm is 2 am the next day`."""
    days, end = divmod(start + by, DAY)
    assert days * DAY + end - by == start
    expression = f"{_span(abs(by))} {'after' if by > 0 else 'before'} {_time(start, notation)}"
    shown = _time(end, notation)
    # Midnight is the end of the day to some, its beginning to others: an evening before it is of no other day.
    day = "" if start == 0 and days == -1 else _day(days)
    return Result(f"{expression} is {shown}{day}", expression, shown, None, ARITHMETIC, _CHECKED)


def moved_on_dial(start: int, by: int) -> Result:
    """`90 minutes after 11:45 is 1:15`, before or after noon; what that is in 24 hours, if the first is before noon."""
    days, end = divmod(start + by, DAY)
    said = f"{_span(abs(by))} {'after' if by > 0 else 'before'} {_on_dial(start)}"
    shown = _on_dial(end)
    assert (end - by - start) % (DAY // 2) == 0
    is_same = not days and 1 <= end // 60 <= 12
    note = (
        ""
        if is_same
        else f" ({_time(end, '24')}{_day(days)} if {_on_dial(start)} is {'in the morning' if start < NOON else 'after noon'})"
    )
    return Result(f"{said} is {shown}{note}", said, shown, None, ARITHMETIC, _CHECKED)


def between_on_dial(start: int, end: int) -> Result:
    """`From 9:15 to 5:45: 8 hours 30 minutes`, which is so before and after noon, but for 12 hours more."""
    minutes = (end - start) % (DAY // 2)
    expression = f"From {_on_dial(start)} to {_on_dial(end)}"
    shown = _span(minutes)
    note = f" ({_span(minutes + DAY // 2)} where 12 hours more lie between them)"
    return Result(f"{expression}: {shown}{note}", expression, shown, None, ARITHMETIC, _CHECKED)


def _on_dial(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{hour % 12 or 12}:{minute:02}"


def time_between(start: int, end: int, notation: str) -> Result:
    """`From 11 pm to 2 am the next day: 3 hours`."""
    minutes = (end - start) % DAY
    assert (start + minutes) % DAY == end
    day = _day(int(0 < end < start))
    expression = f"From {_time(start, notation)} to {_time(end, notation)}{day}"
    shown = _span(minutes)
    return Result(f"{expression}: {shown}", expression, shown, None, ARITHMETIC, _CHECKED)


def _day(days: int) -> str:
    if abs(days) < 2:
        return {0: "", 1: " the next day", -1: " the day before"}[days]
    return f", {abs(days)} days {'later' if days > 0 else 'earlier'}"


def _time(minutes: int, notation: str) -> str:
    hour, minute = divmod(minutes, 60)
    if notation == "24":
        return f"{hour:02}:{minute:02}"
    half = "am" if hour < 12 else "pm"
    name = {0: " (midnight)", NOON: " (noon)"}.get(minutes, "")
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''} {half}{name}"


def _span(minutes: int) -> str:
    parts = [
        (count, name) for count, name in zip(divmod(minutes, 60), ("hour", "minute"), strict=True) if count
    ]
    return " ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in parts)
