"""Percentages of exact amounts, computed with fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.limits import check_power, checked
from orchestrator.routing.skills.math.outcomes import ARITHMETIC, NotMath, NoValue, Result, TooLarge
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


def net(rate: Tree, gross: Tree, currency: str) -> Result:
    """`$120 / 1.2 = $100`: the amount that with 20% on top is $120."""
    factor = 1 + value_of(rate) / 100
    if factor <= 1:
        raise NotMath("a tax is expected")
    return _money(
        f"{currency}{tree_text(gross)} / {_amount_text(factor)}", value_of(gross) / factor, currency
    )


def tax_within(rate: Tree, gross: Tree, currency: str) -> Result:
    """`$120 - $120 / 1.2 = $20`: the tax that is part of $120."""
    factor = 1 + value_of(rate) / 100
    if factor <= 1:
        raise NotMath("a tax is expected")
    whole = f"{currency}{tree_text(gross)}"
    expression = f"{whole} - {whole} / {_amount_text(factor)}"
    return _money(expression, value_of(gross) - value_of(gross) / factor, currency)


def money(tree: Tree, shown: Tree, currency: str) -> Result:
    """`$5 + $3.50 = $8.50`."""
    return _money(tree_text(shown), value_of(tree), currency)


def counted(tree: Tree, unit: str) -> Result:
    """`8 * 5 = 40 hours`."""
    result = equation(tree_text(tree), value_of(tree), as_decimal=True)
    return replace(result, statement=f"{result.statement} {unit}", exact=f"{result.exact} {unit}")


def share(part: Tree, whole: Tree) -> Result:
    """`12 is 24% of 50`."""
    total = _not_zero(whole)
    percent = value_of(part) / total * 100
    return _percentage(
        f"{tree_text(part)} is {{}} of {tree_text(whole)}", percent, f"{tree_text(part)} / {tree_text(whole)}"
    )


def simple_interest(capital: Tree, rate: Tree, years: Tree, currency: str) -> Result:
    """`1000 * 5% * 3 years = 150`: interest of a year, for each of them."""
    amounts = value_of(capital), value_of(rate), value_of(years)
    if any(each < 0 for each in amounts):
        raise NotMath("no interest")
    span = f"{tree_text(years)} year{'' if amounts[2] == 1 else 's'}"
    expression = f"Simple interest on {currency}{tree_text(capital)} at {_rate_text(rate)} a year for {span}"
    return _money(expression, amounts[0] * amounts[1] / 100 * amounts[2], currency)


_MOST_PERIODS: Final = 4000


def compound_interest(
    capital: Tree, rate: Tree, periods: Tree, years: Tree, currency: str, interest_asked: int
) -> Result:
    """`1000 at 5% a year, compounded yearly for 3 years = 1157.625, of which 157.625 is interest`.

    Raises NoValue for a part of a period.
    """
    a_year, count = value_of(periods), value_of(years) * value_of(periods)
    if count <= 0:
        raise NotMath("a time is expected")
    if count > _MOST_PERIODS:
        raise TooLarge(f"not computed: more than {_MOST_PERIODS:,} periods")
    if count.denominator != 1:
        raise NoValue("not computed: how a part of a period is compounded differs from bank to bank")
    start, growth = value_of(capital), 1 + value_of(rate) / 100 / a_year
    check_power(growth, int(count))
    end = checked(start * growth ** int(count))
    said = f"{currency}{tree_text(capital)} at {_rate_text(rate)} a year, compounded {_OFTEN[int(a_year)]} for {_years(value_of(years))}"
    total, interest = _in_cents(end, currency), _in_cents(end - start, currency)
    if interest_asked:
        said = f"Interest on {said}"
        return _rounded(said, interest, end - start, f", which makes {total.removeprefix('≈ ')} in all")
    return _rounded(said, total, end, f", of which {interest.removeprefix('≈ ')} is interest")


def _rounded(said: str, shown: str, value: Fraction, note: str) -> Result:
    sign = "" if shown.startswith("≈") else "= "
    return _result(f"{said} {sign}{shown}{note}", said, shown, value)


def _years(years: Fraction) -> str:
    count, unit = (years, "year") if years.denominator == 1 else (years * 12, "month")
    return f"{_amount_text(count)} {unit}{'' if count == 1 else 's'}"


_OFTEN: Final = {1: "yearly", 2: "twice a year", 4: "quarterly", 12: "monthly", 365: "365 times a year"}


def _in_cents(value: Fraction, currency: str) -> str:
    """The amount; with `≈` where it is one rounded to cents."""
    exact = decimal_text(value, 2 if currency else 4)
    if exact is not None:
        return f"{currency}{exact}{'0' * (bool(currency) and exact[-2:-1] == '.')}"
    return f"≈ {currency}{places_text(int(value * 100 + Fraction(1, 2)), 2, negative=False)}"


def which_interest() -> Result:
    raise NoValue("not computed: simple interest and compound interest differ; please say which one")


def shared(amount: Tree, people: Tree, currency: str) -> Result:
    """`$120 / 4 = $30`; where it does not come out even, what is left of whole cents."""
    expression = f"{currency}{tree_text(amount)} / {tree_text(people)}"
    total, count = value_of(amount), value_of(people)
    result = _money(expression, total / count, currency)
    cents, left = divmod(total * 100, count)
    if not left or left.denominator != 1:
        return result
    each = places_text(int(cents), 2, negative=False)
    note = f"; {tree_text(people)} times {currency}{each} leaves {left} cent{'' if left == 1 else 's'}"
    near = f"≈ {currency}{places_text(int(total / count * 100 + Fraction(1, 2)), 2, negative=False)}"
    return replace(result, statement=f"{result.statement}{note}", short=near)


def whole(part: Tree, rate: Tree, currency: str) -> Result:
    """`30 is 15% of 200`."""
    total = value_of(part) * 100 / _not_zero(rate)
    found = f"{currency}{_amount_text(total)}"
    statement = f"{currency}{tree_text(part)} is {_rate_text(rate)} of {found}"
    expression = f"{tree_text(part)} / {_rate_text(rate)}"
    return _result(statement, expression, _amount_text(total), total)


def percent_change(before: Tree, after: Tree, kind: str) -> Result:
    """`From 50 to 75 is an increase of 50%`. A question for an increase that is a decrease says so."""
    first, second = value_of(before), value_of(after)
    if not first:
        raise NoValue("there is no change in percent from 0: nothing is a percentage of it")
    if first < 0:
        raise NoValue("not computed: a change in percent from a negative amount has more than one convention")
    percent = (second - first) / first * 100
    word = "increase" if percent >= 0 else "decrease"
    statement = f"From {tree_text(before)} to {tree_text(after)} is an increase of {{}}".replace(
        "an increase", "an increase" if percent >= 0 else "a decrease"
    )
    if not percent:
        statement = f"From {tree_text(before)} to {tree_text(after)} is no change: {{}}"
    shown = percent if kind == "change" else abs(percent)
    expected = "increase" if kind in ("increase", "rise", "growth", "gain") else "decrease"
    if kind != "change" and percent and word != expected:
        statement = f"No {expected}: {statement[0].lower()}{statement[1:]}"
    expression = f"({tree_text(after)} - {tree_text(before)}) / {tree_text(before)}"
    result = _percentage(statement, abs(percent), expression)
    short = result.short.replace("≈ ", "≈ -") if shown < 0 else result.short
    return _result(result.statement, expression, _percent_text(shown), shown, short)


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
        raise NoValue("nothing is a percentage of 0")
    return value


def _amount_text(value: Fraction) -> str:
    return number_text(value, as_decimal=True)


def _money(expression: str, value: Fraction, currency: str) -> Result:
    return equation(expression, value, as_decimal=True, before=currency)


def _percent_text(percent: Fraction) -> str:
    return f"{number_text(percent, as_decimal=True)}%"


def _percentage(sentence: str, percent: Fraction, expression: str) -> Result:
    exact = _percent_text(percent)
    shown, short = exact, ""
    if decimal_text(percent) is None:
        approx = as_float(percent)
        exact = f"({fraction_text(percent)})%"
        if approx is not None:
            shown, short = f"{exact} ≈ {approx_text(approx)}%", f"≈ {approx_text(approx)}%"
    return _result(sentence.format(shown), expression, exact, percent, short)


def _result(statement: str, expression: str, exact: str, value: Fraction, short: str = "") -> Result:
    checked = "exact arithmetic on fractions"
    return Result(statement, expression, exact, as_float(value), ARITHMETIC, checked, short)
