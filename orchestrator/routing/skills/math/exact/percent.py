"""Percentages of exact amounts, computed with fractions."""

from __future__ import annotations

from fractions import Fraction

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.outcomes import ARITHMETIC, NotMath, Result
from orchestrator.routing.skills.math.show import (
    approx_text,
    as_float,
    decimal_text,
    equation,
    fraction_text,
    number_text,
    tree_text,
)
from orchestrator.routing.skills.math.tree import Tree


def percent_of(rate: Tree, whole: Tree, currency: str) -> Result:
    """`15% of 60 = 9`."""
    expression = f"{_rate_text(rate)} of {currency}{tree_text(whole)}"
    return _money(expression, value_of(rate) / 100 * value_of(whole), currency)


def percent_less(rate: Tree, whole: Tree, currency: str) -> Result:
    """`20% off 80 = 64`."""
    expression = f"{_rate_text(rate)} off {currency}{tree_text(whole)}"
    return _money(expression, value_of(whole) * (1 - value_of(rate) / 100), currency)


def percent_more(rate: Tree, whole: Tree, currency: str) -> Result:
    """`80 increased by 25% = 100`."""
    expression = f"{currency}{tree_text(whole)} increased by {_rate_text(rate)}"
    return _money(expression, value_of(whole) * (1 + value_of(rate) / 100), currency)


def money(tree: Tree, shown: Tree, currency: str) -> Result:
    """`$5 + $3.50 = $8.50`."""
    return _money(tree_text(shown), value_of(tree), currency)


def share(part: Tree, whole: Tree) -> Result:
    """`12 is 24% of 50`."""
    total = _not_zero(whole)
    percent = value_of(part) / total * 100
    return _percentage(
        f"{tree_text(part)} is {{}} of {tree_text(whole)}", percent, f"{tree_text(part)} / {tree_text(whole)}"
    )


def whole(part: Tree, rate: Tree, currency: str) -> Result:
    """`30 is 15% of 200`."""
    total = value_of(part) * 100 / _not_zero(rate)
    found = f"{currency}{_amount_text(total)}"
    statement = f"{currency}{tree_text(part)} is {_rate_text(rate)} of {found}"
    expression = f"{tree_text(part)} / {_rate_text(rate)}"
    return _result(statement, expression, _amount_text(total), total)


def percent_change(before: Tree, after: Tree, kind: str) -> Result:
    """`From 50 to 75 is an increase of 50%`. A question for an increase that is a decrease says so."""
    first, second = _not_zero(before), value_of(after)
    if first < 0:
        raise NotMath("a percentage of a negative amount")
    percent = (second - first) / first * 100
    word = "increase" if percent >= 0 else "decrease"
    statement = f"From {tree_text(before)} to {tree_text(after)} is an increase of {{}}".replace(
        "an increase", "an increase" if percent >= 0 else "a decrease"
    )
    shown = percent if kind == "change" else abs(percent)
    expected = "increase" if kind in ("increase", "growth", "gain") else "decrease"
    if kind != "change" and percent and word != expected:
        raise NotMath("the change is the other way")
    expression = f"({tree_text(after)} - {tree_text(before)}) / {tree_text(before)}"
    result = _percentage(statement, abs(percent), expression)
    return _result(result.statement, expression, _percent_text(shown), shown)


def as_percent(value: Tree) -> Result:
    """`3/8 = 37.5%`."""
    expression = tree_text(value)
    return _percentage(f"{expression} = {{}}", value_of(value) * 100, expression)


def _rate_text(rate: Tree) -> str:
    text = tree_text(rate)
    return f"{text}%" if text.replace(".", "").isdigit() else f"({text})%"


def _not_zero(tree: Tree) -> Fraction:
    value = value_of(tree)
    if value == 0:
        raise NotMath("a percentage of nothing")
    return value


def _amount_text(value: Fraction) -> str:
    return number_text(value, as_decimal=True)


def _money(expression: str, value: Fraction, currency: str) -> Result:
    return equation(expression, value, as_decimal=True, before=currency)


def _percent_text(percent: Fraction) -> str:
    return f"{number_text(percent, as_decimal=True)}%"


def _percentage(sentence: str, percent: Fraction, expression: str) -> Result:
    exact = _percent_text(percent)
    shown = exact
    if decimal_text(percent) is None:
        approx = as_float(percent)
        exact = f"({fraction_text(percent)})%"
        shown = exact if approx is None else f"{exact} ≈ {approx_text(approx)}%"
    return _result(sentence.format(shown), expression, exact, percent)


def _result(statement: str, expression: str, exact: str, value: Fraction) -> Result:
    return Result(statement, expression, exact, as_float(value), ARITHMETIC, "exact arithmetic on fractions")
