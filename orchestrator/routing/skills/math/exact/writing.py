"""Other ways to write a number. Every conversion is checked by reading its result back."""

from __future__ import annotations

import string
from fractions import Fraction
from typing import Final

from roman_numerals import InvalidRomanNumeralError, RomanNumeral

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.outcomes import (
    ARITHMETIC,
    NotMath,
    NoValue,
    Result,
    Unverified,
    engine,
)
from orchestrator.routing.skills.math.show import (
    approx_text,
    as_float,
    decimal_text,
    equation,
    fraction_text,
    number_text,
    places_text,
    tree_text,
)
from orchestrator.routing.skills.math.tree import Tree

_DIGITS: Final = string.digits + string.ascii_uppercase
_BASE_NAMES: Final = {2: "binary", 8: "octal", 10: "decimal", 16: "hexadecimal"}
_MAX_BASE_DIGITS: Final = 400
_MAX_PLACES: Final = 64


def to_base(tree: Tree, base: int) -> Result:
    """`255 in binary is 11111111`."""
    value = value_of(tree)
    places = _places(value, base)
    text = _with_point(_in_base(int(value * base**places), base), places)
    statement = f"{tree_text(tree)} in {_base_name(base)} is {text}"
    proof = Fraction(int(text.replace(".", ""), base), base**places) == value
    return _written(statement, f"{tree_text(tree)} in base {base}", text, value, proof)


def _places(value: Fraction, base: int) -> int:
    """How many digits it has behind the point in the base. Raises NoValue where they do not end."""
    for places in range(_MAX_PLACES + 1):
        if base**places % value.denominator == 0:
            return places
    raise NoValue(
        f"{number_text(value, as_decimal=True)} has no end in {_base_name(base)}, or none within {_MAX_PLACES} digits"
    )


def _with_point(digits: str, places: int) -> str:
    if not places:
        return digits
    sign, digits = ("-", digits[1:]) if digits[0] == "-" else ("", digits)
    digits = digits.rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def from_base(text: str, base: int, target: int) -> Result:
    """`1010 in binary is 10`."""
    value = _read(text, base)
    shown = _in_base(value, target)
    digits = text.upper() if not text.lower().startswith(("0x", "0b", "0o")) else text
    statement = f"{digits} in {_base_name(base)} is {shown} in {_base_name(target)}"
    expression = f"{digits} in base {base} to base {target}"
    return _written(statement, expression, shown, value, int(shown, target) == value)


def _read(text: str, base: int) -> int:
    if len(text) > _MAX_BASE_DIGITS:
        raise NotMath("too many digits")
    try:
        return int(text, base)
    except ValueError:
        raise NotMath("not a number of that base") from None


def _in_base(value: int, base: int) -> str:
    if value.bit_length() > _MAX_BASE_DIGITS * 4:
        raise NotMath("too many digits")
    digits = ""
    rest = abs(value)
    while rest:
        rest, digit = divmod(rest, base)
        digits = _DIGITS[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def _base_name(base: int) -> str:
    return _BASE_NAMES.get(base, f"base {base}")


def to_roman(tree: Tree) -> Result:
    number = value_of(tree)
    if number.denominator != 1 or not 1 <= number <= 3999:
        raise NoValue("standard Roman numerals are those of whole numbers from 1 to 3999")
    value = number.numerator
    text = str(RomanNumeral(value))
    proof = int(RomanNumeral.from_string(text)) == value
    return _written(f"{value} in Roman numerals is {text}", str(value), text, value, proof, "roman-numerals")


def from_roman(text: str) -> Result:
    try:
        value = int(RomanNumeral.from_string(text.upper()))
    except InvalidRomanNumeralError:
        raise NotMath("no Roman numeral") from None
    proof = str(RomanNumeral(value)) == text.upper()
    return _written(f"{text.upper()} is {value}", text.upper(), str(value), value, proof, "roman-numerals")


def as_fraction(tree: Tree) -> Result:
    """`18/24 = 3/4`."""
    value = value_of(tree)
    shown = decimal_text(value)
    expression = tree_text(tree)
    if expression.replace(" ", "") == fraction_text(value):
        said = f"{_mixed(value)} = {expression}" if value > 1 else f"{expression} is in lowest terms"
        return _written(said, expression, fraction_text(value), value)
    is_shown = not set("/%") & set(expression)
    statement = f"{shown if is_shown else expression} = {fraction_text(value)}"
    return _written(statement, expression, fraction_text(value), value)


def as_decimal(tree: Tree) -> Result:
    """`3/8 = 0.375`, `1/7 ≈ 0.1428571`."""
    value = value_of(tree)
    exact = decimal_text(value)
    expression = tree_text(tree)
    if exact is not None:
        return _written(f"{expression} = {exact}", expression, exact, value)
    approx = as_float(value)
    if approx is None:
        raise NotMath("no decimal of that size")
    return _written(f"{expression} ≈ {approx_text(approx)}", expression, fraction_text(value), value)


def as_mixed(tree: Tree) -> Result:
    """`7/4 = 1 3/4`."""
    value = value_of(tree)
    exact = _mixed(value)
    return _written(f"{tree_text(tree)} = {exact}", tree_text(tree), exact, value)


def _mixed(value: Fraction) -> str:
    """`1 3/4`."""
    whole, rest = divmod(abs(value), 1)
    text = " ".join(str(part) for part in (whole, rest) if part) or "0"
    return f"-{text}" if value < 0 else text


def to_places(tree: Tree, places: int) -> Result:
    """`3.14159 to 2 decimal places is 3.14`, halves away from zero."""
    value = value_of(tree)
    scaled = int(abs(value) * 10**places + Fraction(1, 2))
    exact = places_text(scaled, places, negative=value < 0)
    expression = f"{tree_text(tree)} to {places} decimal place{'' if places == 1 else 's'}"
    return _written(f"{expression} is {exact}", expression, exact, Fraction(exact))


def to_figures(tree: Tree, figures: int) -> Result:
    """`1234.5 to 2 significant figures is 1200`."""
    value = value_of(tree)
    if not value or not 1 <= figures <= 50:
        raise NotMath("no significant figures")
    places = figures - _digits_before_point(abs(value))
    steps = int(abs(value) * Fraction(10) ** places + Fraction(1, 2))
    if places >= 0:
        exact = places_text(steps, places, negative=value < 0)
    else:
        exact = f"{'-' if value < 0 else ''}{steps * 10**-places}"
    expression = f"{tree_text(tree)} to {figures} significant figure{'' if figures == 1 else 's'}"
    return _written(f"{expression} is {exact}", expression, exact, Fraction(exact))


def _digits_before_point(value: Fraction) -> int:
    """How many digits stand before the point; zero or less for 0.0x."""
    count = len(str(value.numerator)) - len(str(value.denominator))
    while Fraction(10) ** count <= value:
        count += 1
    while Fraction(10) ** (count - 1) > value:
        count -= 1
    return count


def to_nearest(tree: Tree, unit: Tree) -> Result:
    """`1234 to the nearest hundred is 1200`, halves away from zero."""
    value, step = value_of(tree), value_of(unit)
    if step <= 0:
        raise NotMath("rounding to that")
    steps = (abs(value) / step + Fraction(1, 2)) // 1
    rounded = steps * step * (1 if value >= 0 else -1)
    expression = f"{tree_text(tree)} to the nearest {tree_text(unit)}"
    return equation(expression, rounded, as_decimal=True)


def _written(
    statement: str,
    expression: str,
    exact: str,
    value: int | Fraction,
    proof: bool = True,
    package: str | None = None,
) -> Result:
    if not proof:
        raise Unverified(statement)
    named = engine(package) if package else ARITHMETIC
    return Result(statement, expression, exact, as_float(Fraction(value)), named, "read back")
