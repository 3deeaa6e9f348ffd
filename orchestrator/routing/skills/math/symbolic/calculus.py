"""Derivatives, integrals and limits. A derivative is compared with difference quotients, an antiderivative is
differentiated, a definite integral is compared with quadrature, a limit with values ever nearer to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import mpmath as mp
import sympy as sp

from orchestrator.routing.skills.math.outcomes import NotMath, Result, Unverified
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.symbolic.algebra import points, value_at
from orchestrator.routing.skills.math.symbolic.build import built
from orchestrator.routing.skills.math.symbolic.numeric import DIGITS, close, number_at
from orchestrator.routing.skills.math.symbolic.reals import SOLUTION_DIGITS, NotReal, real_at
from orchestrator.routing.skills.math.symbolic.text import approx_of, result, shown, with_decimal
from orchestrator.routing.skills.math.tree import Tree, unknowns

_UNEVALUATED = (sp.Integral, sp.Derivative, sp.Limit, sp.Sum, sp.Product, sp.Piecewise, sp.AccumBounds)
_ANGLES = (sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc)
_LONGEST = 200
_LIMIT_DIGITS = 60


def derivative(tree: Tree, unknown: str, order: int) -> Result:
    """`d/dx x^3 = 3*x^2`."""
    found = _shortest(sp.diff(built(tree), sp.Symbol(unknown), order))
    _check_derivative(tree, unknown, order, found)
    operator = f"d/d{unknown}" if order == 1 else f"d^{order}/d{unknown}^{order}"
    expression = f"{operator} ({tree_text(tree)})"
    exact = _short_text(found)
    return result(
        f"{expression} = {exact}", expression, exact, None, "by difference quotients at random points"
    )


def derivative_at(tree: Tree, unknown: str, order: int, at: Tree) -> Result:
    """`d/dx x^2 at x = 3 is 6`."""
    found = sp.diff(built(tree), sp.Symbol(unknown), order)
    _check_derivative(tree, unknown, order, found)
    operator = f"d/d{unknown}" if order == 1 else f"d^{order}/d{unknown}^{order}"
    expression = f"{operator} ({tree_text(tree)}) at {unknown} = {tree_text(at)}"
    if unknowns(tree) in ((), (unknown,)) and not _has_real_value(tree, unknown, at):
        reason = f"{tree_text(tree)} has no real value there"
        return result(f"{expression} is undefined: {reason}", expression, "undefined", None, reason)
    value = sp.simplify(found.subs(sp.Symbol(unknown), built(at)))
    if value.free_symbols or value.has(sp.zoo, sp.nan, sp.oo):
        raise NotMath("no value there")
    _check_slope(tree, unknown, order, at, value)
    statement = f"{expression} is {with_decimal(value)}"
    return result(
        statement, expression, shown(value), approx_of(value), "by difference quotients at random points"
    )


def _has_real_value(tree: Tree, unknown: str, at: Tree) -> bool:
    with mp.workdps(SOLUTION_DIGITS):
        place = real_at(at, {})
        try:
            real_at(tree, {unknown: place}, is_rounded=True)
        except NotReal:
            return False
    return True


def _check_slope(tree: Tree, unknown: str, order: int, at: Tree, value: Any) -> None:
    """Raise NotMath unless the function is real on both sides of the point, and its slope there is that value."""
    with mp.workdps(DIGITS):
        slope = mp.diff(lambda near: real_at(tree, {unknown: near}), real_at(at, {}), order)
        if not close(slope, mp.mpmathify(str(sp.N(value, DIGITS))), 8):
            raise Unverified("another slope at that point")


def _check_derivative(tree: Tree, unknown: str, order: int, found: Any) -> None:
    def compare(values: dict[str, Any]) -> bool:
        def along(at: Any) -> Any:
            return number_at(tree, {**values, unknown: at})

        return close(mp.diff(along, values[unknown], order), value_at(found, values), 12)

    _agree(unknowns(tree) if unknown in unknowns(tree) else (*unknowns(tree), unknown), compare)


def antiderivative(tree: Tree, unknown: str) -> Result:
    """`x^3/3 + C`."""
    x = sp.Symbol(unknown)
    integrand = built(tree)
    found, unless = _general(sp.integrate(integrand, x), x)
    if found.has(*_UNEVALUATED):
        raise NotMath("no antiderivative in elementary terms")
    found = min(
        (found, sp.simplify(found), sp.expand(found)), key=lambda form: (sp.count_ops(form), len(shown(form)))
    )
    real = _with_real_logarithms(found, x, integrand.atoms(sp.log))
    try:
        _check_antiderivative(tree, unknown, real, only_real=True)
    except Unverified:
        # As with ln(x) itself, whose logarithm is not real for negative x either.
        _check_antiderivative(tree, unknown, found)
    else:
        found = real
    expression = f"integral of {tree_text(tree)} d{unknown}"
    exact = f"{_short_text(found)} + C"
    return result(
        f"The {expression} = {exact}{unless}",
        expression,
        exact,
        None,
        "differentiated again at random points",
    )


def _general(found: Any, x: Any) -> tuple[Any, str]:
    """Of an antiderivative that depends on a letter the general one, and for which value it is another: `n != -1`."""
    if not isinstance(found, sp.Piecewise) or len(found.args) != 2:
        return found, ""
    (general, condition), (_, otherwise) = found.args
    if not isinstance(condition, sp.Ne) or otherwise != sp.true or condition.has(x):
        return found, ""
    return general, f", for {shown(condition.lhs)} != {shown(condition.rhs)}"


def _check_antiderivative(tree: Tree, unknown: str, found: Any, *, only_real: bool = False) -> None:
    """Raise Unverified for another slope: at any random point, or at those where the integrand is real."""

    def compare(values: dict[str, Any]) -> bool:
        if only_real:
            real_at(tree, values)

        def along(at: Any) -> Any:
            return value_at(found, {**values, unknown: at})

        return close(mp.diff(along, values[unknown]), number_at(tree, values), 12)

    _agree(unknowns(tree) if unknown in unknowns(tree) else (*unknowns(tree), unknown), compare)


def _with_real_logarithms(found: Any, x: Any, given: Collection[Any]) -> Any:
    """`ln|x|` for `ln(x)`, which has no real value for negative x; their derivatives are the same. The given ones stay: the
    integrand has them too, so that it is no more real than they are.
    """

    def absolute(inside: Any) -> Any:
        is_given = sp.log(inside) in given or not _may_be_negative(inside, x)
        return sp.log(inside if is_given else sp.Abs(inside))

    return found.replace(sp.log, absolute)


def _may_be_negative(inside: Any, x: Any) -> bool:
    real = sp.Symbol("real", real=True)
    return bool(inside.has(x)) and not inside.subs(x, real).is_positive


def definite_integral(tree: Tree, unknown: str, low: Tree, high: Tree) -> Result:
    """`1/3 ≈ 0.3333333`. An integral that does not converge has no answer here."""
    integrand, x, ends = built(tree), sp.Symbol(unknown), (built(low), built(high))
    if (pole := _pole_within(integrand, x, *ends)) is not None:
        return _diverges(tree, unknown, low, high, pole)
    pole = _pole_of_angles_within(integrand, x, *ends)
    if pole is not None and _grows_at(tree, unknown, pole):
        return _diverges(tree, unknown, low, high, pole)
    if _falls_too_slowly(integrand, x, *ends):
        return _diverges_far_out(tree, unknown, low, high)
    value = sp.integrate(integrand, (x, *ends))
    value = sp.simplify(value)
    if value.has(*_UNEVALUATED) or value.free_symbols or not value.is_finite:
        raise NotMath("no finite value in closed form")
    expected = mp.mpmathify(str(sp.N(value, 25))) if value.is_real else None
    if expected is None or not _is_measured(tree, unknown, low, high, expected):
        raise Unverified("quadrature gives another value")
    expression = f"integral of {tree_text(tree)} d{unknown} from {tree_text(low)} to {tree_text(high)}"
    exact = _short_text(value)
    return result(
        f"The {expression} = {with_decimal(value)}", expression, exact, approx_of(value), "by quadrature"
    )


def _is_measured(tree: Tree, unknown: str, low: Tree, high: Tree, expected: Any) -> bool:
    """Whether quadrature finds that value; of what swings for ever, by adding up its swings."""

    def at(value: Any) -> Any:
        return real_at(tree, {unknown: value})

    with mp.workdps(25):
        ends = [number_at(low), number_at(high)]
        measured, error = mp.quad(at, ends, error=True, maxdegree=9)
        if abs(error) <= mp.mpf(10) ** -9 * max(1, abs(measured)):
            return close(measured, expected, 9)
        frequency = _frequency(built(tree), sp.Symbol(unknown))
        if frequency is None or ends[1] != mp.inf or not mp.isfinite(ends[0]):
            return False
        return close(mp.quadosc(at, ends, omega=mp.mpf(str(sp.N(frequency, 25)))), expected, 9)


def _frequency(integrand: Any, x: Any) -> Any:
    """The one a of `sin(a*x)` and `cos(a*x)` in it."""
    found = {abs(each.args[0] / x) for each in integrand.atoms(sp.sin, sp.cos)}
    return found.pop() if len(found) == 1 and all(each.is_number for each in found) else None


def _falls_too_slowly(integrand: Any, x: Any, low: Any, high: Any) -> bool:
    """Whether a rational function without poles above `low` falls no faster than 1/x: its integral to infinity diverges."""
    if high != sp.oo or not low.is_Rational or not integrand.is_rational_function(x) or integrand == 0:
        return False
    top, bottom = (sp.Poly(part, x) for part in sp.fraction(sp.cancel(sp.together(integrand))))
    if not all(each.is_Rational for part in (top, bottom) for each in part.coeffs()):
        return False
    return top.degree() + 1 >= bottom.degree() and all(root < low for root in sp.real_roots(bottom))


def _diverges_far_out(tree: Tree, unknown: str, low: Tree, high: Tree) -> Result:
    with mp.workdps(_LIMIT_DIGITS):
        sizes = [
            abs(at * number_at(tree, {unknown: at})) for at in (mp.mpf(10) ** step for step in (3, 6, 9))
        ]
    if not all(size > 0 for size in sizes) or sizes[2] < sizes[1] * mp.mpf("0.9"):
        raise Unverified("it falls faster by its values far out")
    expression = f"integral of {tree_text(tree)} d{unknown} from {tree_text(low)} to {tree_text(high)}"
    statement = f"The {expression} diverges: the integrand falls no faster than 1/{unknown}"
    return result(statement, expression, "diverges", None, "by its degrees and by values far out")


def _pole_of_angles_within(integrand: Any, x: Any, low: Any, high: Any) -> Any:
    """Where a quotient of sines and cosines of `a*x + b` may have a pole: the first one in the range of an integral."""
    angles = integrand.atoms(sp.Function)
    if not angles or not (low.is_finite and high.is_finite and low.is_real and high.is_real and low < high):
        return None
    if not all(isinstance(each, _ANGLES) and sp.degree(each.args[0], x) == 1 for each in angles):
        return None
    if not all(power.exp.is_Integer for power in integrand.atoms(sp.Pow)):
        return None
    try:
        found = sp.singularities(integrand, x, sp.Interval(low, high))
    except NotImplementedError:
        return None
    return min(found, key=lambda pole: float(sp.N(pole))) if isinstance(found, sp.FiniteSet) else None


def _pole_within(integrand: Any, x: Any, low: Any, high: Any) -> Any:
    """A pole of a rational function in the range of an integral, its ends included: there it never converges."""
    if not (integrand.is_rational_function(x) and low.is_Rational and high.is_Rational and low < high):
        return None
    denominator = sp.Poly(sp.denom(sp.cancel(sp.together(integrand))), x)
    if denominator.degree() < 1 or not all(each.is_Rational for each in denominator.coeffs()):
        return None
    return next((root for root in sp.real_roots(denominator) if low <= root <= high), None)


def _diverges(tree: Tree, unknown: str, low: Tree, high: Tree, pole: Any) -> Result:
    if not _grows_at(tree, unknown, pole):
        raise Unverified("no pole by the values nearby")
    expression = f"integral of {tree_text(tree)} d{unknown} from {tree_text(low)} to {tree_text(high)}"
    statement = f"The {expression} diverges: the integrand has a pole at {unknown} = {shown(pole)}"
    return result(statement, expression, "diverges", None, "a pole, by exact roots and by values ever nearer")


def _grows_at(tree: Tree, unknown: str, pole: Any) -> bool:
    """Whether values ever nearer to the pole grow as fast as the distance shrinks, at the least."""
    with mp.workdps(_LIMIT_DIGITS):
        centre = mp.mpf(str(sp.N(pole, _LIMIT_DIGITS)))
        nearer = [abs(number_at(tree, {unknown: centre + mp.mpf(10) ** -step})) for step in (6, 10, 14)]
    return bool(nearer[0] * 100 < nearer[1] < nearer[2] / 100)


def limit(tree: Tree, unknown: str, at: Tree, side: str) -> Result:
    """`sin(x)/x as x -> 0`: `1`. `side` is `+`, `-` or empty for both, or the one where it is real."""
    x, point = sp.Symbol(unknown), built(at)
    infinite = not point.is_finite
    try:
        value = sp.limit(built(tree), x, point, "+-" if not side and not infinite else side or "+")
    except ValueError:
        value = sp.zoo
    if value == sp.zoo and not side and not infinite:
        return _no_limit(tree, unknown, at, point)
    if value.has(*_UNEVALUATED, sp.zoo, sp.nan) or value.free_symbols:
        raise NotMath("no limit")
    if not side and not infinite and (only := _only_real_side(tree, unknown, point)):
        return limit(tree, unknown, at, only)
    _check_limit(tree, unknown, point, side, value)
    expression = f"limit of {tree_text(tree)} as {unknown} -> {tree_text(at)}{side}"
    statement = f"The {expression} is {with_decimal(value)}"
    return result(statement, expression, shown(value), approx_of(value), "by values ever nearer")


def _no_limit(tree: Tree, unknown: str, at: Tree, point: Any) -> Result:
    """The limits from the two sides differ: both are checked."""
    x = sp.Symbol(unknown)
    left, right = (sp.limit(built(tree), x, point, side) for side in "-+")
    if left == right or any(value.has(*_UNEVALUATED, sp.zoo, sp.nan) for value in (left, right)):
        raise NotMath("no limit")
    _check_limit(tree, unknown, point, "-", left)
    _check_limit(tree, unknown, point, "+", right)
    expression = f"limit of {tree_text(tree)} as {unknown} -> {tree_text(at)}"
    sides = f"{shown(left)} from the left, {shown(right)} from the right"
    return result(
        f"The {expression} does not exist: {sides}",
        expression,
        "does not exist",
        None,
        "by values ever nearer",
    )


def _check_limit(tree: Tree, unknown: str, point: Any, side: str, value: Any) -> None:
    with mp.workdps(_LIMIT_DIGITS):
        for sign in {"+": (1,), "-": (-1,), "": (1, -1)}[side] if point.is_finite else (1,):
            values = [real_at(tree, {unknown: at}) for at in _approach(point, sign)]
            if not _tends_to(values, value):
                raise Unverified("the values nearby say something else")


def _only_real_side(tree: Tree, unknown: str, point: Any) -> str:
    """The side of the point from which alone the formula is real: a limit there is the one from that side. None for both."""
    with mp.workdps(_LIMIT_DIGITS):
        real = [
            side
            for side, sign in (("-", -1), ("+", 1))
            if any(_is_real_at(tree, unknown, near) for near in _approach(point, sign))
        ]
    return real[0] if len(real) == 1 else ""


def _is_real_at(tree: Tree, unknown: str, at: Any) -> bool:
    try:
        real_at(tree, {unknown: at})
    except NotReal:
        return False
    return True


def _approach(point: Any, sign: int) -> list[Any]:
    steps = (6, 10, 14)
    if point.is_finite:
        centre = mp.mpf(str(sp.N(point, _LIMIT_DIGITS)))
        return [centre + sign * mp.mpf(10) ** -step for step in steps]
    direction = 1 if point == sp.oo else -1
    return [direction * mp.mpf(10) ** (step // 2) for step in steps]


def _tends_to(values: list[Any], value: Any) -> bool:
    if value in (sp.oo, -sp.oo):
        sizes = [number * (1 if value == sp.oo else -1) for number in values]
        return bool(sizes[0] < sizes[1] < sizes[2] and sizes[1] > 2)
    target = mp.mpf(str(sp.N(value, _LIMIT_DIGITS)))
    gaps = [abs(number - target) for number in values]
    small = mp.mpf(10) ** -2 * max(1, abs(target))
    exact = mp.mpf(10) ** -30
    return bool(gaps[2] < small and (gaps[2] <= gaps[1] <= gaps[0] or gaps[2] < exact))


def _agree(names: tuple[str, ...], compare: Callable[[dict[str, Any]], bool]) -> None:
    """Raise Unverified unless the comparison holds at every random point that has values, at least at three."""
    agreed = 0
    for point in points(len(names)):
        with mp.workdps(DIGITS):
            try:
                same = compare(dict(zip(names, point, strict=True)))
            except NotMath:
                continue
        if not same:
            raise Unverified("another value at a random point")
        agreed += 1
    if agreed < 3:
        raise Unverified("no points to compare at")


def _shortest(expression: Any) -> Any:
    return min((expression, sp.simplify(expression)), key=lambda form: len(shown(form)))


def _short_text(expression: Any) -> str:
    text = shown(expression)
    if len(text) > _LONGEST:
        raise NotMath("no short exact form")
    return text
