"""Inequalities in one unknown, checked between, at and beyond the ends of every interval."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import mpmath as mp
import sympy as sp

from orchestrator.routing.skills.math.outcomes import NotMath, Result, Unverified
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.symbolic.build import built
from orchestrator.routing.skills.math.symbolic.numeric import DIGITS
from orchestrator.routing.skills.math.symbolic.reals import NotReal, real_at
from orchestrator.routing.skills.math.symbolic.text import result, shown
from orchestrator.routing.skills.math.tree import Tree

_SIGNS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_RELATIONS: Final = {
    "<": sp.StrictLessThan,
    "<=": sp.LessThan,
    ">": sp.StrictGreaterThan,
    ">=": sp.GreaterThan,
}


def solve_inequality(left: Tree, sign: str, right: Tree, unknown: str) -> Result:
    """`2x + 3 > 7`: `x > 2`."""
    x = sp.Symbol(unknown, real=True)
    difference = (built(left) - built(right)).subs(sp.Symbol(unknown), x)
    expression = f"{tree_text(left)} {sign} {tree_text(right)}"
    if not difference.is_rational_function(x) and not difference.has(sp.Abs):
        raise NotMath("an inequality that is not of polynomials")
    relation = _RELATIONS[sign](difference, 0)
    solution = relation.as_set() if relation in (sp.true, sp.false) else sp.solve_univariate_inequality(
        relation, x, relational=False
    )  # fmt: skip
    _check(left, sign, right, unknown, solution)
    exact = _set_text(solution, unknown)
    return result(f"{expression}: {exact}", expression, exact, None, "at the ends, between and beyond them")


def solve_between(low: Tree, sign: str, middle: Tree, second: str, high: Tree, unknown: str) -> Result:
    """`2 < x + 1 < 5`: `1 < x < 4`, where both inequalities hold."""
    x = sp.Symbol(unknown, real=True)
    inner = built(middle).subs(sp.Symbol(unknown), x)
    if not inner.is_rational_function(x) and not inner.has(sp.Abs):
        raise NotMath("an inequality that is not of polynomials")
    pairs = ((low, sign, middle), (middle, second, high))
    sets = []
    for left, each, right in pairs:
        difference = (built(left) - built(right)).subs(sp.Symbol(unknown), x)
        found = sp.solve_univariate_inequality(_RELATIONS[each](difference, 0), x, relational=False)
        _check(left, each, right, unknown, found)
        sets.append(found)
    exact = _set_text(sp.Intersection(*sets), unknown)
    expression = f"{tree_text(low)} {sign} {tree_text(middle)} {second} {tree_text(high)}"
    checked = "each inequality at the ends, between and beyond them"
    return result(f"{expression}: {exact}", expression, exact, None, checked)


def _check(left: Tree, sign: str, right: Tree, unknown: str, solution: Any) -> None:
    """Raise Unverified unless membership and the inequality agree at every sample."""
    ends = sorted({float(end) for end in solution.boundary if end.is_finite}) if solution.boundary else []
    exact_ends = [end for end in solution.boundary if end.is_finite] if solution.boundary else []
    between = [(a + b) / 2 for a, b in zip(ends, ends[1:], strict=False)]
    outside = [ends[0] - 1, ends[-1] + 1, ends[0] - 1000, ends[-1] + 1000] if ends else [0.0, -3.5, 1000.25]
    samples = [sp.Rational(repr(value)) for value in between + outside + [0.125, -0.125]] + exact_ends
    for sample in samples:
        with mp.workdps(DIGITS):
            if bool(solution.contains(sample)) != _holds(left, sign, right, unknown, sample):
                raise Unverified(f"the inequality and its solution differ at {sample}")


def _holds(left: Tree, sign: str, right: Tree, unknown: str, at: Any) -> bool:
    value = mp.mpf(str(sp.N(at, DIGITS)))
    try:
        gap = real_at(left, {unknown: value}, is_rounded=True) - real_at(
            right, {unknown: value}, is_rounded=True
        )
    except NotReal:
        return False
    if abs(gap) < mp.mpf(10) ** -25:
        gap = mp.mpf(0)
    return bool(_SIGNS[sign](gap, 0))


def _set_text(solution: Any, unknown: str) -> str:
    """`x > 2`, `-1 <= x < 3`, `x < 0 or x > 5`."""
    if solution == sp.S.Reals:
        return f"every real {unknown}"
    if solution == sp.S.EmptySet:
        return "no real solution"
    pieces = solution.args if isinstance(solution, sp.Union) else (solution,)
    return " or ".join(_piece_text(piece, unknown) for piece in sorted(pieces, key=lambda p: float(p.inf)))


def _piece_text(piece: Any, unknown: str) -> str:
    if isinstance(piece, sp.FiniteSet):
        return " or ".join(f"{unknown} = {shown(value)}" for value in piece)
    if not isinstance(piece, sp.Interval):
        raise NotMath("a set that is no interval")
    below = "<" if piece.right_open else "<="
    above = "<" if piece.left_open else "<="
    if piece.start == -sp.oo:
        return f"{unknown} {below} {shown(piece.end)}"
    if piece.end == sp.oo:
        return f"{unknown} {above.replace('<', '>')} {shown(piece.start)}"
    return f"{shown(piece.start)} {above} {unknown} {below} {shown(piece.end)}"
