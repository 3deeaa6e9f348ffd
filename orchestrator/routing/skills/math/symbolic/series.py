"""Sums and products over a range. Finite ones are added up term by term; infinite ones are compared with mpmath's
accelerated summation.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath as mp
import sympy as sp

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.limits import MAX_TERMS, checked
from orchestrator.routing.skills.math.outcomes import NeedsSymbols, NotMath, Result, TooLarge, Unverified
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.symbolic.build import built, symbol
from orchestrator.routing.skills.math.symbolic.numeric import close, number_at
from orchestrator.routing.skills.math.symbolic.text import approx_of, result, shown, with_decimal
from orchestrator.routing.skills.math.tree import Tree, number, with_value

_DIRECT = "added up term by term"


def series(kind: str, tree: Tree, unknown: str, low: Tree, high: Tree) -> Result:
    """The sum or product of the terms from low to high, both included."""
    start, end = built(low), built(high)
    if not start.is_Integer:
        raise NotMath("a range of integers is expected")
    expression = f"{kind} of {tree_text(tree)} for {unknown} from {tree_text(low)} to {tree_text(high)}"
    if end == sp.oo:
        return _infinite(kind, tree, unknown, int(start), expression)
    if not end.is_Integer:
        return _closed_form(kind, tree, unknown, int(start), end, expression)
    if end < start - 1:
        raise NotMath("an empty range")
    count = int(end) - int(start) + 1
    try:
        value, how = _finite(kind, tree, unknown, int(start), count)
    except NeedsSymbols:
        raise NotMath("terms that are no fractions") from None
    exact = shown(value)
    return result(f"The {expression} = {with_decimal(value)}", expression, exact, approx_of(value), how)


def _finite(kind: str, tree: Tree, unknown: str, start: int, count: int) -> tuple[Any, str]:
    if count > MAX_TERMS:
        return _finite_by_formula(kind, tree, unknown, start, count)
    total = Fraction(0 if kind == "sum" else 1)
    for at in range(start, start + count):
        term = value_of(with_value(tree, unknown, number(at)))
        total = checked(total + term if kind == "sum" else total * term)
    return sp.Rational(total.numerator, total.denominator), _DIRECT


def _finite_by_formula(kind: str, tree: Tree, unknown: str, start: int, count: int) -> tuple[Any, str]:
    """A long sum by its closed form, which has to agree with the short sums added up."""
    if kind != "sum":
        raise TooLarge(f"not computed: products here have at most {MAX_TERMS:,} factors")
    bound = symbol("N", integer=True)
    formula = sp.summation(built(tree, integer=True), (symbol(unknown, integer=True), start, bound))
    if formula.has(sp.Sum, sp.Piecewise):
        raise TooLarge(f"not computed: sums without a formula have at most {MAX_TERMS:,} terms here")
    for terms in (1, 2, 3, 10, 57):
        added, _ = _finite(kind, tree, unknown, start, terms)
        if sp.simplify(formula.subs(bound, start + terms - 1) - added) != 0:
            raise Unverified("the formula gives another sum")
    value = sp.simplify(formula.subs(bound, start + count - 1))
    if not value.is_Rational:
        raise NotMath("no fraction")
    return value, "the formula compared with short sums"


def _closed_form(kind: str, tree: Tree, unknown: str, start: int, end: Any, expression: str) -> Result:
    """`n*(n + 1)/2`, compared with the sums added up."""
    if kind != "sum" or not end.is_Symbol:
        raise NotMath("an upper bound that is no number")
    bound = symbol(str(end), integer=True)
    formula = sp.factor(
        sp.simplify(sp.summation(built(tree, integer=True), (symbol(unknown, integer=True), start, bound)))
    )
    if formula.has(sp.Sum, sp.Piecewise):
        raise NotMath("no closed form")
    for terms in (1, 2, 3, 10, 57):
        added, _ = _finite(kind, tree, unknown, start, terms)
        if sp.simplify(formula.subs(bound, start + terms - 1) - added) != 0:
            raise Unverified("the formula gives another sum")
    exact = shown(formula)
    return result(
        f"The {expression} = {exact}", expression, exact, None, "the formula compared with short sums"
    )


def _infinite(kind: str, tree: Tree, unknown: str, start: int, expression: str) -> Result:
    n = symbol(unknown, integer=True)
    operation = sp.summation if kind == "sum" else sp.product
    value = operation(built(tree, integer=True), (n, start, sp.oo))
    if isinstance(value, sp.Piecewise):
        raise NotMath("convergence depends on something")
    value = sp.simplify(value)
    if value == sp.oo and _surely_diverges(tree, unknown):
        return result(
            f"The {expression} diverges", expression, "diverges", None, "its terms do not fall fast enough"
        )
    if value.has(sp.Sum, sp.Product) or value.free_symbols or not value.is_real or not value.is_finite:
        raise NotMath("no finite value in closed form")
    with mp.workdps(25):
        add = mp.nsum if kind == "sum" else mp.nprod
        measured = add(lambda at: number_at(tree, {unknown: at}), [start, mp.inf])
        if not close(measured, mp.mpf(str(sp.N(value, 25))), 9):
            raise Unverified("summation gives another value")
    exact = shown(value)
    return result(
        f"The {expression} = {with_decimal(value)}",
        expression,
        exact,
        approx_of(value),
        "by numerical summation",
    )


def _surely_diverges(tree: Tree, unknown: str) -> bool:
    """Whether n times the n-th term stays above a bound far out: then the harmonic series is below it."""
    with mp.workdps(30):
        sizes = [
            at * number_at(tree, {unknown: at}) for at in (mp.mpf(10) ** 3, mp.mpf(10) ** 6, mp.mpf(10) ** 9)
        ]
    return bool(all(size > mp.mpf("0.001") for size in sizes) and sizes[2] >= sizes[0] * mp.mpf("0.9"))
