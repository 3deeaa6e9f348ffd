"""Factor, expand, simplify. Each answer is compared with the question at random points, and symbolically."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import mpmath as mp
import sympy as sp

from orchestrator.routing.skills.math.outcomes import NotMath, Result, TooLarge, Unverified
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.symbolic import evaluate
from orchestrator.routing.skills.math.symbolic.build import built
from orchestrator.routing.skills.math.symbolic.numeric import DIGITS, close, number_at
from orchestrator.routing.skills.math.symbolic.reals import real_at
from orchestrator.routing.skills.math.symbolic.text import result, shown
from orchestrator.routing.skills.math.tree import Apply, Name, Tree, parts, unknowns, with_value

_MAX_TERMS = 400
_POINTS = 8


def factor(tree: Tree) -> Result:
    """`x^2 - 9 = (x - 3)*(x + 3)`, over the rationals."""
    expression = built(tree)
    names = unknowns(tree)
    if not expression.is_rational_function(*(sp.Symbol(name) for name in names)):
        raise NotMath("no polynomial")
    factored = sp.factor(expression)
    if sp.expand(factored - expression) != 0 and sp.simplify(factored - expression) != 0:
        raise Unverified("the product of the factors is another polynomial")
    return _equal_result(
        tree, factored, "the factors multiplied out", "cannot be factored over the rationals"
    )


def expand(tree: Tree) -> Result:
    expression = built(tree)
    _refuse_many_terms(expression)
    return _equal_result(tree, sp.expand(expression), "at random points", "is expanded already")


def simplify(tree: Tree) -> Result:
    """The shortest of several equal forms; where values of an unknown were excluded, they still are."""
    expression = built(tree)
    _refuse_many_terms(expression)
    names = [sp.Symbol(name) for name in unknowns(tree)]
    if expression.is_rational_function(*names):
        cancelled = sp.cancel(expression)
        candidates = [cancelled, sp.factor(cancelled), sp.simplify(expression)]
    else:
        candidates = [
            sp.simplify(expression),
            sp.trigsimp(expression),
            _simplified_as_real(expression, names),
        ]
    best = min(candidates, key=lambda candidate: (sp.count_ops(candidate), len(shown(candidate))))
    return _equal_result(tree, best, "at random points", "is simple already", _excluded(tree, best))


def _simplified_as_real(expression: Any, names: Sequence[Any]) -> Any:
    """With unknowns taken as real numbers, as a person means them: `ln(e^x)` is x then, and `sqrt(x^2)` |x|."""
    real = {name: sp.Symbol(name.name, real=True) for name in names}
    return sp.simplify(expression.subs(real)).subs({stand_in: name for name, stand_in in real.items()})


def substituted(tree: Tree, names: tuple[str, ...], values: tuple[Tree, ...]) -> Result:
    """`3x^2 + 2 at x = 2 is 14`."""
    at = tree
    for name, value in zip(names, values, strict=True):
        at = with_value(at, name, value)
    found = evaluate.evaluate(at)
    if found.approx is not None and Name("i") not in parts(at):
        # A real value by way of complex ones, as of sqrt(x)^2 at -4, is none over the reals.
        with mp.workdps(DIGITS):
            real_at(at, {})
    where = ", ".join(f"{name} = {tree_text(value)}" for name, value in zip(names, values, strict=True))
    expression = f"{tree_text(tree)} at {where}"
    if found.exact == "undefined":
        return result(
            f"{expression} is undefined: {found.checked}", expression, found.exact, None, found.checked
        )
    value_text = found.statement.partition(" = ")[2] or found.statement
    return result(f"{expression} is {value_text}", expression, found.exact, found.approx, found.checked)


def _refuse_many_terms(expression: Any) -> None:
    """Raise TooLarge where multiplying out would make more than _MAX_TERMS terms."""
    for power in expression.atoms(sp.Pow):
        base, exponent = power.as_base_exp()
        if base.is_Add and exponent.is_Integer:
            terms = sp.binomial(int(abs(exponent)) + len(base.args) - 1, len(base.args) - 1)
            if terms > _MAX_TERMS:
                raise TooLarge(f"not computed: multiplied out this has {terms} terms")


def _equal_result(tree: Tree, found: Any, checked: str, unchanged: str, note: str = "") -> Result:
    check_equal(tree, found)
    expression, exact = tree_text(tree), shown(found)
    if _bare(expression) == _bare(exact):
        return result(f"{expression} {unchanged}", expression, exact, None, checked)
    return result(f"{expression} = {exact}{note}", expression, exact, None, checked)


def _bare(text: str) -> str:
    return text.replace(" ", "").replace("*", "")


def check_equal(tree: Tree, found: Any) -> None:
    """Raise Unverified unless mpmath finds the same values from the tree as from sympy's expression."""
    names = unknowns(tree)
    agreed = 0
    for point in points(len(names)):
        values = dict(zip(names, point, strict=True))
        with mp.workdps(DIGITS):
            try:
                expected = number_at(tree, values)
                given = value_at(found, values)
            except NotMath:
                continue
            if not close(expected, given, 15):
                raise Unverified("another value at a random point")
            agreed += 1
    if agreed < 3:
        raise Unverified("no points to compare at")


def points(count: int) -> Sequence[tuple[Any, ...]]:
    """The same random points each time, of both signs and off the integers."""
    source = random.Random(271828)  # noqa: S311 - sample points, no secret
    return [
        tuple(mp.mpf(source.choice((1, 1, -1)) * source.uniform(0.3, 2.7)) for _ in range(count))
        for _ in range(_POINTS)
    ]


def value_at(expression: Any, values: dict[str, Any]) -> Any:
    """Sympy's expression evaluated by sympy, to mpmath's current precision."""
    digits = mp.mp.dps + 5
    at = {sp.Symbol(name): sp.Float(mp.nstr(value, digits), digits) for name, value in values.items()}
    number = sp.N(expression.subs(at), digits)
    if not number.is_number or number.has(sp.zoo, sp.nan, sp.oo):
        raise NotMath("no value there")
    real, imaginary = number.as_real_imag()
    return mp.mpc(str(real), str(imaginary)) if abs(imaginary) > 1e-25 else mp.mpf(str(real))


def _excluded(tree: Tree, found: Any) -> str:
    """` (for x != 1)` where a division by zero was cancelled."""
    names = unknowns(tree)
    if len(names) != 1:
        return " (where that is defined)" if any(unknowns(part) for part in denominators(tree)) else ""
    x = sp.Symbol(names[0])
    before = {root for part in denominators(tree) for root in _real_zeros(built(part), x)}
    after = _real_zeros(sp.denom(sp.together(found)), x)
    lost = sorted(before - after, key=float)
    return f" (for {', '.join(f'{x} != {shown(root)}' for root in lost)})" if lost else ""


def denominators(tree: Tree) -> Sequence[Tree]:
    return [part.arguments[1] for part in parts(tree) if isinstance(part, Apply) and part.function == "/"]


def _real_zeros(expression: Any, x: Any) -> set[Any]:
    if not expression.has(x) or not expression.is_polynomial(x):
        return set()
    return {root for root in sp.roots(sp.Poly(expression, x)) if root.is_real}
