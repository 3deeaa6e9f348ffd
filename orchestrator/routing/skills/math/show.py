"""Numbers and trees as text: plain notation, the fewest brackets, and decimals that say when they are rounded."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.outcomes import ARITHMETIC, Result
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree

_SIGNS: Final = {
    "+": (10, " + "), "-": (10, " - "), "*": (20, " * "), "/": (20, " / "), "//": (20, " // "),
    "mod": (20, " mod "), "of": (36, " of "), "choose": (45, " choose "), "^": (50, "^"),
}  # fmt: skip
_LISTS: Final = {"sum": (" + ", 10), "product": (" * ", 20)}
_NEGATION: Final = 25
_IMPLICIT: Final = 30
_POSTFIX: Final = {"!": "!", "%": "%", "deg": "°"}
_MAX_DECIMALS: Final = 12
_ATOM: Final = 100


def fraction_text(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def decimal_text(value: Fraction, places: int = _MAX_DECIMALS) -> str | None:
    """The value as a decimal of at most so many places, or None where that would be rounded."""
    scaled = value * 10**places
    if scaled.denominator != 1:
        return None
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    whole, part = digits[:-places], digits[-places:].rstrip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def places_text(scaled: int, places: int, *, negative: bool) -> str:
    """scaled / 10^places with exactly so many places, trailing zeros included."""
    digits = str(scaled).rjust(places + 1, "0")
    sign = "-" if negative and scaled else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def number_text(value: Fraction, *, as_decimal: bool) -> str:
    """The exact value: as a decimal if asked for and it ends, else as an integer or fraction."""
    return (decimal_text(value) if as_decimal else None) or fraction_text(value)


def as_float(value: Fraction) -> float | None:
    """The nearest float, or None where there is none: beyond its range at either end."""
    try:
        nearest = float(value)
    except OverflowError:
        return None
    return None if value and not nearest else nearest


def approx_text(value: float) -> str:
    """Seven significant digits."""
    text = f"{value:.7g}"
    return text if "e" in text or "." not in text else text.rstrip("0").rstrip(".")


def value_text(value: Fraction, *, as_decimal: bool) -> str:
    """The exact value and, where that is a fraction, what it is as a decimal: `1/3 ≈ 0.3333333`, `5/2 = 2.5`."""
    exact = number_text(value, as_decimal=as_decimal)
    if "/" not in exact:
        return exact
    ends = decimal_text(value)
    if ends:
        return f"{exact} = {ends}"
    approx = as_float(value)
    return exact if approx is None else f"{exact} ≈ {approx_text(approx)}"


def equation(expression: str, value: Fraction, *, as_decimal: bool = False, before: str = "") -> Result:
    """The result `expression = value` of exact arithmetic; `before` stands before the value, as a currency does."""
    exact = number_text(value, as_decimal=as_decimal)
    shown = value_text(value, as_decimal=as_decimal)
    is_said = expression.replace(" ", "") == exact
    if before and re.fullmatch(r"-?\d+\.\d", shown):
        shown += "0"  # money has two decimals, or none
    if before:
        shown = _with_cents(value, exact, shown, before)
    statement = shown if is_said else f"{expression} = {before}{shown}"
    return Result(statement, expression, exact, as_float(value), ARITHMETIC, "exact arithmetic on fractions")


def _with_cents(value: Fraction, exact: str, shown: str, currency: str) -> str:
    """An amount of money below a cent beside its cents: `15.992 ≈ $15.99`; half a cent is rounded up."""
    cents = int(abs(value) * 100 + Fraction(1, 2))
    if (value * 100).denominator == 1 or not cents:
        return shown
    return f"{exact} ≈ {currency}{places_text(cents, 2, negative=value < 0)}"


def tree_text(tree: Tree) -> str:
    return _shown(tree)[0]


def _shown(tree: Tree) -> tuple[str, int]:
    """The text of a tree and how tightly its outermost operator binds."""
    if isinstance(tree, Number):
        return _number(tree)
    if isinstance(tree, Name):
        return tree.name, _ATOM
    if tree.function in _SIGNS and len(tree.arguments) == 2:
        return _binary(tree)
    if tree.function in _LISTS:
        sign, strength = _LISTS[tree.function]
        return sign.join(_inside(argument, strength) for argument in tree.arguments), strength
    if tree.function == "neg":
        return f"-{_inside(tree.arguments[0], _NEGATION + 1)}", _NEGATION
    if tree.function in _POSTFIX:
        return f"{_inside(tree.arguments[0], _ATOM)}{_POSTFIX[tree.function]}", 60
    name = {"permute": "P"}.get(tree.function, tree.function)
    inner = ", ".join(tree_text(argument) for argument in tree.arguments)
    return f"{name}({inner})", _ATOM


def _number(tree: Number) -> tuple[str, int]:
    text = number_text(tree.value, as_decimal=tree.decimal)
    if tree.value < 0:
        return text, _NEGATION
    return text, 20 if "/" in text else _ATOM


def _binary(tree: Apply) -> tuple[str, int]:
    strength, sign = _SIGNS[tree.function]
    left, right = tree.arguments
    if tree.function == "^":
        return f"{_inside(left, strength + 1)}^{_inside(right, strength)}", strength
    loose = strength if tree.function in "+*" else strength + 1
    tight = strength + 10 if tree.function in ("mod", "//") else strength
    first, second = _inside(left, tight), _inside(right, loose)
    if tree.implicit and (second[0].isalpha() or second[0] == "(") and not _ends_in_word(first):
        return f"{first}{second}", _IMPLICIT
    return f"{first}{sign}{second}", strength


def _ends_in_word(text: str) -> bool:
    return text[-1].isalpha()


def _inside(tree: Tree, least: int) -> str:
    text, strength = _shown(tree)
    return text if strength >= least else f"({text})"
