"""Quantities with units, by pint with exact fractions. Every conversion is converted back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pint

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.units import shown_unit
from orchestrator.routing.skills.math.outcomes import NotMath, NoValue, Result, Unverified, engine
from orchestrator.routing.skills.math.show import (
    approx_text,
    as_float,
    decimal_text,
    number_text,
    tree_text,
    value_text,
)
from orchestrator.routing.skills.math.symbolic.evaluate import evaluate
from orchestrator.routing.skills.math.tree import Tree

_TEMPERATURES = frozenset({"degC", "degF", "kelvin"})
_ANGLES = frozenset({"degree", "radian"})
_MOST_DECIMALS = 6
_COUNTED_IN = (
    ("week", "day", "hour", "minute", "second"),
    ("mile", "yard", "foot", "inch"),
    ("stone", "pound", "ounce"),
)
"""Sums of these are given as they were put: 2 hours 10 minutes, no 2.166667 hours."""


@cache
def registry() -> Any:
    """Pint's registry, reading its numbers as fractions; 0.2 s, once a process."""
    units: Any = pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)
    units.define("international_acre = 43560 * foot ** 2")  # pint's own acre is of survey feet
    return units


def _quantity(numbers: Sequence[Tree], units: Sequence[str]) -> Any:
    """The sum of `5 ft 11 in`. Raises NotMath for units that do not add up."""
    if len(units) > 1 and _TEMPERATURES & set(units):
        raise NoValue("not computed: temperatures are no amounts that add up")
    total = None
    for tree, unit in zip(numbers, units, strict=True):
        value = value_of(tree)
        if value < 0 and unit not in _TEMPERATURES:
            raise NotMath("a negative quantity")
        part = registry().Quantity(value, unit)
        try:
            total = part if total is None else total + part
        except pint.DimensionalityError:
            raise NoValue("not computed: the units measure different things") from None
    return total


def _to(quantity: Any, unit: str) -> Fraction:
    """The exact number in another unit, checked by converting it back."""
    try:
        number = Fraction(quantity.to(unit).magnitude)
        back = Fraction(registry().Quantity(number, unit).to(quantity.units).magnitude)
    except pint.DimensionalityError:
        raise NoValue("not computed: the units measure different things") from None
    if back != quantity.magnitude:
        raise Unverified("converted back it is another number")
    return number


def convert(numbers: tuple[Tree, ...], units: tuple[str, ...], target: str) -> Result:
    """`5 miles = 8.04672 kilometers`."""
    if _ANGLES & {*units, target}:
        return _angle(numbers, units, target)
    quantity = _quantity(numbers, units)
    number = _to(quantity, target)
    if quantity.units == registry().kelvin and quantity.magnitude < 0:
        raise NoValue("there is no temperature below absolute zero")
    if target in _TEMPERATURES and _to(quantity, "kelvin") < 0:
        raise NoValue("there is no temperature below absolute zero")
    source = _said(numbers, units)
    return _result(f"{source} in {shown_unit(target)}", source, number, target)


def convert_mixed(numbers: tuple[Tree, ...], units: tuple[str, ...], large: str, small: str) -> Result:
    """`180 centimeters ≈ 5 feet 10.86614 inches`."""
    quantity = _quantity(numbers, units)
    total = _to(quantity, large)
    whole = Fraction(total // 1)
    rest = _to(registry().Quantity(total - whole, large), small)
    if not whole:
        raise NotMath("less than one of the larger unit")
    if _to(registry().Quantity(whole, large) + registry().Quantity(rest, small), large) != total:
        raise Unverified("the parts make another quantity")
    source = _said(numbers, units)
    first = f"{whole} {shown_unit(large, singular=whole == 1)}"
    second = f"{number_text(rest, as_decimal=True)} {shown_unit(small, singular=rest == 1)}"
    exact = f"{first} {second}"
    expression = f"{source} in {shown_unit(large)} and {shown_unit(small)}"
    if decimal_text(rest) is not None:
        return Result(
            f"{source} = {exact}", expression, exact, as_float(total), engine("pint"), "converted back"
        )
    near = approx_text(float(rest))
    if registry().Quantity(Fraction(near), small) >= registry().Quantity(Fraction(1), large):
        raise NotMath("too near a whole number of the larger unit")
    statement = f"{source} ≈ {first} {near} {shown_unit(small)}"
    short = statement.removeprefix(f"{source} ")
    return Result(statement, expression, exact, as_float(total), engine("pint"), "converted back", short)


def _angle(numbers: tuple[Tree, ...], units: tuple[str, ...], target: str) -> Result:
    """Degrees and radians by pi, which no fraction holds."""
    import sympy as sp

    from orchestrator.routing.skills.math.symbolic.build import rational
    from orchestrator.routing.skills.math.symbolic.text import approx_of, result, shown, with_decimal

    if len(units) != 1 or {units[0], target} != _ANGLES:
        raise NotMath("no angle")
    factor = sp.pi / 180 if target == "radian" else 180 / sp.pi
    value = rational(value_of(numbers[0])) * factor
    source = _said(numbers, units)
    unit = shown_unit(target)
    exact = f"{shown(value)} {unit}"
    return result(
        f"{source} = {with_decimal(value)} {unit}",
        f"{source} in {unit}",
        exact,
        approx_of(value),
        "by definition",
    )


def radians_of_pi(tree: Tree) -> Result:
    """`pi / 2 radians = 90 degrees`. Raises NotMath for what is no share of pi."""
    import mpmath as mp
    import sympy as sp

    from orchestrator.routing.skills.math.symbolic.build import built
    from orchestrator.routing.skills.math.symbolic.numeric import DIGITS, close, number_at
    from orchestrator.routing.skills.math.symbolic.text import approx_of, result, shown, with_decimal

    degrees = sp.simplify(built(tree) * 180 / sp.pi)
    if not degrees.is_Rational:
        raise NotMath("no share of pi")
    with mp.workdps(DIGITS):
        if not close(number_at(tree), mp.mpf(int(degrees.p)) / int(degrees.q) * mp.pi / 180):
            raise Unverified("another angle")
    source = f"{tree_text(tree)} radians"
    statement = f"{source} = {with_decimal(degrees)} degrees"
    exact = f"{shown(degrees)} degrees"
    return result(statement, f"{source} in degrees", exact, approx_of(degrees), "by definition")


def add_quantities(
    numbers: tuple[Tree, ...],
    units: tuple[str, ...],
    more_numbers: tuple[Tree, ...],
    more_units: tuple[str, ...],
    sign: int,
    target: str,
) -> Result:
    """`5 km + 300 m = 5.3 kilometers`: in the unit asked for, else in the first one."""
    first, second = _quantity(numbers, units), _quantity(more_numbers, more_units)
    if _TEMPERATURES & {*units, *more_units}:
        raise NoValue("not computed: temperatures are no amounts that add up")
    try:
        total = first + second if sign > 0 else first - second
    except pint.DimensionalityError:
        raise NoValue("not computed: the units measure different things") from None
    source = f"{_said(numbers, units)} {'+' if sign > 0 else '-'} {_said(more_numbers, more_units)}"
    scale = _scale((*units, *more_units)) if not target else ()
    if len(scale) > 1 and total:
        if total < 0 * total:
            return _result(source, source, _to(total, scale[-1]), scale[-1])
        if shown := _in_parts(total, scale):
            number = as_float(_to(total, scale[0]))
            return Result(f"{source} = {shown}", source, shown, number, engine("pint"), "converted back")
    unit = target or units[0]
    return _result(source, source, _to(total, unit), unit)


def scaled(factor: Tree, numbers: tuple[Tree, ...], units: tuple[str, ...], said: str) -> Result:
    """`3 * 45 minutes = 135 minutes`; `said` is the factor and its sign, for before the quantity or behind it."""
    total = value_of(factor) * _quantity(numbers, units)
    source = said.format(_said(numbers, units))
    scale = _scale(units)
    if len(scale) > 1 and (shown := _in_parts(total, scale)):
        return Result(
            f"{source} = {shown}",
            source,
            shown,
            as_float(_to(total, scale[0])),
            engine("pint"),
            "converted back",
        )
    return _result(source, source, _to(total, units[0]), units[0])


def fitting(
    numbers: tuple[Tree, ...],
    units: tuple[str, ...],
    more_numbers: tuple[Tree, ...],
    more_units: tuple[str, ...],
) -> Result:
    """`8 times 0.75 meters = 6 meters`, or what such pieces leave of it."""
    piece, whole = _quantity(numbers, units), _quantity(more_numbers, more_units)
    if not piece.magnitude:
        raise NotMath("pieces are expected")
    ratio = _to(whole / piece, "dimensionless")
    count = Fraction(ratio // 1)
    if count < 1:
        raise NotMath("not one piece")
    left = _to(whole - count * piece, more_units[0])
    source = f"{_said(more_numbers, more_units)} in pieces of {_said(numbers, units)}"
    rest = f", and {number_text(left, as_decimal=True)} {shown_unit(more_units[0])} left" if left else ""
    return Result(
        f"{source} = {count}{rest}", source, str(count), float(count), engine("pint"), "converted back"
    )


def counted(tree: Tree, unit: str) -> Result:
    """`pi * 5^2 = 25*pi ≈ 78.53982 square centimeters`."""
    result = evaluate(tree)
    return replace(result, statement=f"{result.statement} {unit}", exact=f"{result.exact} {unit}")


def _scale(units: Sequence[str]) -> tuple[str, ...]:
    """The units that are counted one in another, from the largest to the smallest that was given; none where they are not
    all of one row. Yards are for who speaks of them.
    """
    for row in _COUNTED_IN:
        if set(units) <= set(row):
            places = [row.index(unit) for unit in units]
            between = row[min(places) : max(places) + 1]
            return tuple(unit for unit in between if unit in units or unit != "yard")
    return ()


def _in_parts(total: Any, units: Sequence[str]) -> str:
    """`2 hours 10 minutes`; nothing where the last part is no decimal."""
    parts: list[tuple[Fraction, str]] = []
    rest = total
    for unit in units[:-1]:
        whole = Fraction(_to(rest, unit) // 1)
        rest = rest - registry().Quantity(whole, unit)
        parts.append((whole, unit))
    parts.append((_to(rest, units[-1]), units[-1]))
    if sum(registry().Quantity(number, unit) for number, unit in parts) != total:
        raise Unverified("the parts make another quantity")
    if decimal_text(parts[-1][0]) is None:
        return ""
    return " ".join(
        f"{number_text(number, as_decimal=True)} {shown_unit(unit, singular=number == 1)}"
        for number, unit in parts
        if number
    )


def rectangle(sides: tuple[Tree, ...], units: tuple[str, ...], kind: str) -> Result:
    """`3 meters by 4 meters has the area 12 square meters`: in the unit of the first side."""
    first, second = (_quantity((side,), (unit,)) for side, unit in zip(sides, units, strict=True))
    if not first.check("[length]") or not second.check("[length]"):
        raise NotMath("lengths are expected")
    area = kind == "area"
    source = f"{_said(sides[:1], units[:1])} by {_said(sides[1:], units[1:])}: {kind}"
    unit = f"{units[0]} ** 2" if area else units[0]
    return _result(source, source, _to(first * second if area else 2 * (first + second), unit), unit)


def distance(
    speeds: tuple[Tree, ...],
    speed_units: tuple[str, ...],
    times: tuple[Tree, ...],
    time_units: tuple[str, ...],
) -> Result:
    """`60 mph for 2.5 hours is 150 miles`: in the speed's own unit of length."""
    speed, time = _quantity(speeds, speed_units), _quantity(times, time_units)
    if not speed.check("[speed]") or not time.check("[time]"):
        raise NotMath("a speed and a time are expected")
    unit = "nautical_mile" if speed_units[0] == "knot" else speed_units[0].partition(" / ")[0]
    source = f"{_said(speeds, speed_units)} for {_said(times, time_units)}"
    return _result(source, source, _to(speed * time, unit), unit)


def duration(
    distances: tuple[Tree, ...],
    units: tuple[str, ...],
    speeds: tuple[Tree, ...],
    speed_units: tuple[str, ...],
) -> Result:
    """`150 miles at 60 mph takes 2.5 hours`."""
    length, speed = _quantity(distances, units), _quantity(speeds, speed_units)
    if not length.check("[length]") or not speed.check("[speed]") or not speed.magnitude:
        raise NotMath("a distance and a speed are expected")
    unit = speed_units[0].partition(" / ")[2] or "hour"
    source = f"{_said(distances, units)} at {_said(speeds, speed_units)}"
    return _result(source, source, _to((length / speed), unit), unit)


def average_speed(
    distances: tuple[Tree, ...],
    units: tuple[str, ...],
    times: tuple[Tree, ...],
    time_units: tuple[str, ...],
    target: str = "",
) -> Result:
    """`150 miles in 2 hours is 75 mph`: in the unit asked for, else in those of the question. Of two that measure the same
    it is how often one goes into the other.
    """
    length, time = _quantity(distances, units), _quantity(times, time_units)
    if _TEMPERATURES & {*units, *time_units}:
        raise NoValue("not computed: temperatures are no amounts to divide")
    if not target and time.magnitude and length.is_compatible_with(time):
        return _ratio(length / time, f"{_said(distances, units)} / {_said(times, time_units)}")
    unit = target or f"{units[0]} / {_time_of_speed(units[0], time_units[0])}"
    if not length.check("[length]") or not time.check("[time]") or not time.magnitude:
        raise NotMath("a distance and a time are expected")
    source = f"{_said(distances, units)} in {_said(times, time_units)}"
    return _result(source, source, _to(length / time, unit), unit)


def _time_of_speed(length: str, time: str) -> str:
    """Kilometers and miles are gone by the hour, also in minutes."""
    return "hour" if length in ("kilometer", "mile") and time == "minute" else time


def _ratio(ratio: Any, source: str) -> Result:
    """`2 hours / 30 minutes = 4`."""
    value = _to(ratio, "dimensionless")
    statement = f"{source} = {value_text(value, as_decimal=True)}"
    exact = number_text(value, as_decimal=True)
    return Result(statement, source, exact, as_float(value), engine("pint"), "converted back")


def _said(numbers: Sequence[Tree], units: Sequence[str]) -> str:
    values = [value_of(tree) for tree in numbers]
    return " ".join(
        f"{number_text(value, as_decimal=True)} {shown_unit(unit, singular=value == 1)}"
        for value, unit in zip(values, units, strict=True)
    )


def _result(expression: str, source: str, number: Fraction, unit: str) -> Result:
    name = shown_unit(unit, singular=number == 1)
    if decimal_text(number, _MOST_DECIMALS) is not None or decimal_text(number) is not None:
        exact, short = f"{number_text(number, as_decimal=True)} {name}", ""
        statement = f"{source} = {exact}"
    else:
        approx = as_float(number)
        exact = f"{value_text(number, as_decimal=False).partition(' ')[0]} {name}"
        near = approx_text(approx) if approx is not None else exact
        statement, short = f"{source} ≈ {near} {name}", f"≈ {near} {name}"
    return Result(statement, expression, exact, as_float(number), engine("pint"), "converted back", short)
