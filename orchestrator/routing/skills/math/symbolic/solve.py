"""Equations and inequalities in one unknown, and systems. Every solution is substituted back; and that none is
missing is known from the degree of a polynomial, or from solveset, which answers with a complete set or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import sympy as sp

from orchestrator.routing.skills.math.outcomes import NotMath, Result, Unverified
from orchestrator.routing.skills.math.show import approx_text, tree_text
from orchestrator.routing.skills.math.symbolic.algebra import denominators
from orchestrator.routing.skills.math.symbolic.build import built, symbol
from orchestrator.routing.skills.math.symbolic.numeric import DIGITS, close, number_at
from orchestrator.routing.skills.math.symbolic.reals import SOLUTION_DIGITS, NotReal, is_missed, real_at
from orchestrator.routing.skills.math.symbolic.text import approx_of, result, shown
from orchestrator.routing.skills.math.tree import Apply, Number, Tree, applies, parts, unknowns

_MAX_SOLUTIONS = 20
_LONGEST_EXACT = 60
_EVERYWHERE = frozenset(
    {
        "+",
        "-",
        "*",
        "/",
        "of",
        "neg",
        "%",
        "deg",
        "abs",
        "sin",
        "cos",
        "exp",
        "sinh",
        "cosh",
        "tanh",
        "cbrt",
        "atan",
    }
)
_EXTREME = mp.mpf(10) ** 30
_SUBSTITUTED = "each solution substituted back"


def solve(left: Tree, right: Tree, unknown: str, domain: str = "") -> Result:
    """`x = 2 or x = 3`: all real solutions, and the complex ones of a polynomial that has no others, unless the domain is
    `reals`.
    """
    x = symbol(unknown)
    difference = sp.together(built(left) - built(right))
    equation = f"{tree_text(left)} = {tree_text(right)}"
    simplified = sp.simplify(difference)
    if not simplified.has(x):
        return _without_unknown(simplified, equation, left, right, unknown)
    numerator = sp.expand(
        sp.numer(sp.cancel(difference) if difference.is_rational_function(x) else difference)
    )
    if difference.is_rational_function(x) and numerator.is_polynomial(x):
        found, note = _roots_of_polynomial(numerator, sp.denom(sp.cancel(difference)), x)
    else:
        found, note = _solutions_of(built(left) - built(right), x), _NO_NOTE
        if not found and any(
            applies(part, "cbrt", "root") and unknowns(part) for side in (left, right) for part in parts(side)
        ):
            raise Unverified("sympy knows no real root of a negative number")
    if domain == "reals":
        found, note = ([] if note is _COMPLEX_ONES else found), _NO_NOTE
    kept = [value for value in found if _satisfies(left, right, unknown, value)]
    if any(_is_partial(part, unknown) for side in (left, right) for part in parts(side)) or not (
        difference.is_rational_function(x)
    ):
        _refuse_missed(left, right, unknown, kept, note)
    return _solutions_result(equation, unknown, kept, note)


def _without_unknown(difference: Any, equation: str, left: Tree, right: Tree, unknown: str) -> Result:
    """An equation from which the unknown falls out: every number solves it, or none does."""
    below = [part for side in (left, right) for part in denominators(side) if unknown in unknowns(part)]
    if any(_is_partial(part, unknown) for side in (left, right) for part in parts(side)):
        raise Unverified("the unknown falls out of what is not defined everywhere")
    excluded = _excluded(below, unknown)
    samples = [mp.mpf(value) / 7 for value in (3, 17, -25)]
    with mp.workdps(DIGITS):
        holds = [close(number_at(left, {unknown: at}), number_at(right, {unknown: at})) for at in samples]
    if difference == 0 and all(holds):
        but = f" except {excluded}" if excluded else ""
        return result(
            f"{equation} holds for every {unknown}{but}",
            equation,
            f"all numbers{but}",
            None,
            "at three numbers",
        )
    if difference.is_nonzero and not any(holds):
        return result(f"{equation} has no solution", equation, "no solution", None, "at three numbers")
    raise Unverified("the unknown falls out")


def _is_partial(part: Tree, unknown: str) -> bool:
    """Whether it is a function that some numbers have no value by, of the unknown; quotients are looked at by themselves."""
    if not isinstance(part, Apply) or unknown not in unknowns(part):
        return False
    if part.function == "^":
        exponent = part.arguments[1]
        return not isinstance(exponent, Number) or exponent.value.denominator != 1 or exponent.value <= 0
    return part.function not in _EVERYWHERE


def _excluded(below: Sequence[Tree], unknown: str) -> str:
    """`x = 0 and x = 1`: the real numbers for which a denominator is zero. Raises Unverified where those are not known."""
    x = symbol(unknown)
    zeros: set[Any] = set()
    for part in below:
        expression = built(part)
        if not expression.is_polynomial(x) or not all(c.is_Rational for c in sp.Poly(expression, x).coeffs()):
            raise Unverified("the unknown falls out of a denominator")
        zeros.update(sp.real_roots(sp.Poly(expression, x)))
    return " and ".join(
        f"{unknown} = {shown(zero)}" for zero in sorted(zeros, key=lambda zero: float(sp.N(zero)))
    )


@dataclass(frozen=True, slots=True)
class _Note:
    """What is said before and behind the solutions."""

    before: str = ""
    behind: str = ""


_NO_NOTE = _Note()
_COMPLEX_ONES = _Note(before="no real solution; the complex ones: ")
_COMPLEX_SHORT = "no real solution; complex: "
_COMPLEX_TOO = _Note(behind="; there are complex solutions too")


def _roots_of_polynomial(numerator: Any, denominator: Any, x: Any) -> tuple[list[Any], _Note]:
    """All real roots outside the poles, or the complex ones of a polynomial without real roots."""
    polynomial = sp.Poly(numerator, x)
    if not all(coefficient.is_Rational for coefficient in polynomial.coeffs()):
        if polynomial.degree() > 2:
            raise NotMath("irrational coefficients")
        roots = sp.roots(polynomial)
        if sum(roots.values()) != polynomial.degree():
            raise Unverified("not all roots were found")
        return [root for root in roots if root.is_real], _NO_NOTE
    real = sp.real_roots(polynomial)
    found = [root for root in dict.fromkeys(real) if denominator.subs(x, root) != 0]
    found = _with_radicals(polynomial, found)
    if found or polynomial.degree() > 2:
        return found, _COMPLEX_TOO if len(real) < polynomial.degree() else _NO_NOTE
    complex_roots = sp.roots(polynomial)
    if sum(complex_roots.values()) != polynomial.degree():
        raise Unverified("not all roots were found")
    return sorted(complex_roots, key=sp.im), _COMPLEX_ONES


def _with_radicals(polynomial: Any, found: Sequence[Any]) -> list[Any]:
    """The real roots by square roots instead of as numbered roots, where that is short."""
    if not any(isinstance(root, sp.CRootOf) for root in found):
        return list(found)
    written = [root for root in sp.roots(polynomial) if root.is_real]
    if len(written) == len(found) and all(len(shown(root)) <= _LONGEST_EXACT for root in written):
        return sorted(written, key=lambda root: float(sp.N(root)))
    return list(found)


def _solutions_of(difference: Any, x: Any) -> list[Any]:
    """A finite, complete set of real solutions."""
    if any(_is_no_exponential(power, x) for power in difference.atoms(sp.Pow)):
        raise NotMath("a power of what is not positive")
    solutions = sp.solveset(difference, x, domain=sp.S.Reals)
    if solutions == sp.S.EmptySet:
        return []
    if isinstance(solutions, sp.FiniteSet) and len(solutions) <= _MAX_SOLUTIONS:
        return sorted(map(_simpler, solutions), key=lambda value: float(sp.N(value)))
    raise NotMath("no finite set of solutions")


def _simpler(value: Any) -> Any:
    """The same number without logarithms of powers where that is shorter: `ln(2)/ln(4) + 1` is 3/2."""
    if not value.has(sp.log):
        return value
    found = sp.simplify(sp.expand_log(value))
    is_shorter = len(shown(found)) < len(shown(value))
    return found if is_shorter and sp.expand(sp.expand_log(found - value)).equals(0) else value


def _is_no_exponential(power: Any, x: Any) -> bool:
    """Whether it is `0^x` or `(-2)^x`, which sympy solves as if the base were positive: `0^x = 0` has endless solutions."""
    return bool(power.exp.has(x)) and not power.base.has(x) and not power.base.is_positive


def _satisfies(left: Tree, right: Tree, unknown: str, value: Any) -> bool:
    """Whether both sides, computed by mpmath from the equation as it was put, have the same value there: a real one, where
    the solution is. One that a part of the equation has no real value at is none. Raises Unverified for another one.
    """
    with mp.workdps(SOLUTION_DIGITS):
        at = _as_mp(value)
        try:
            if isinstance(at, mp.mpf):
                sides = [real_at(side, {unknown: at}, is_rounded=True) for side in (left, right)]
            else:
                sides = [number_at(side, {unknown: at}) for side in (left, right)]
        except NotReal as reason:
            if any(_is_extreme(part) for side in (left, right) for part in parts(side)):
                raise Unverified("too small to be told from zero") from reason
            return False
        if not close(*sides):
            raise Unverified("a solution does not satisfy the equation")
        return True


def _is_extreme(part: Tree) -> bool:
    """Whether it is a constant so large or small that a part of the equation may be small without being zero."""
    if unknowns(part):
        return False
    size = abs(number_at(part))
    return bool(size > _EXTREME or 0 < size < 1 / _EXTREME)


def _refuse_missed(left: Tree, right: Tree, unknown: str, kept: Sequence[Any], note: _Note) -> None:
    """Raise Unverified where sympy's solutions are not all there are."""
    real = [] if note is _COMPLEX_ONES else kept
    with mp.workdps(SOLUTION_DIGITS):
        found = [_as_mp(value) for value in real]
    if is_missed(left, right, unknown, found):
        raise Unverified("a solution was missed")


def _as_mp(value: Any) -> Any:
    real, imaginary = sp.N(value, mp.mp.dps + 10).as_real_imag()
    return mp.mpc(str(real), str(imaginary)) if imaginary != 0 else mp.mpf(str(real))


def _solutions_result(equation: str, unknown: str, found: Sequence[Any], note: _Note) -> Result:
    if len(found) > _MAX_SOLUTIONS:
        raise NotMath("too many solutions")
    if not found:
        exact = "no real solution"
        return result(f"{equation} has {exact}", equation, exact, None, "all roots counted")
    texts = [_solution_text(value) for value in found]
    exact = ", ".join(text if is_exact else f"≈{text}" for text, is_exact in texts)
    named = " or ".join(f"{unknown} {'=' if is_exact else '≈'} {text}" for text, is_exact in texts)
    approximations = [approx for approx in (_approx(value) for value in found) if approx]
    if note.before or not approximations:
        statement = f"{equation}: {note.before}{named}{note.behind}"
    else:
        statement = f"{equation}: {named} (≈ {', '.join(approximations)}){note.behind}"
    approx = approx_of(found[0]) if len(found) == 1 else None
    short = f"{_COMPLEX_SHORT}{exact}" if note is _COMPLEX_ONES else ""
    return result(statement, equation, exact, approx, _SUBSTITUTED, short)


def _solution_text(value: Any) -> tuple[str, bool]:
    """A root as text, and whether that is its exact value: some have no short one."""
    text = shown(value)
    if isinstance(value, sp.CRootOf) or len(text) > _LONGEST_EXACT:
        return approx_text(float(sp.N(value, 20))), False
    return text, True


def _approx(value: Any) -> str | None:
    """The decimal of an irrational solution that is shown exactly."""
    number = approx_of(value)
    is_plain = value.is_Rational or not _solution_text(value)[1]
    return None if is_plain or number is None else approx_text(number)


def solve_system(lefts: tuple[Tree, ...], rights: tuple[Tree, ...], names: tuple[str, ...]) -> Result:
    """`x = 6, y = 4`: a linear system with one solution, or a polynomial one with a few."""
    symbols = [symbol(name) for name in names]
    differences = [built(left) - built(right) for left, right in zip(lefts, rights, strict=True)]
    text = "; ".join(f"{tree_text(a)} = {tree_text(b)}" for a, b in zip(lefts, rights, strict=True))
    if any(not difference.is_polynomial(*symbols) for difference in differences):
        raise NotMath("a system that is not of polynomials")
    linear = all(sp.Poly(difference, *symbols).total_degree() <= 1 for difference in differences)
    if linear:
        return _linear_result(text, names, lefts, rights, sp.linsolve(differences, symbols))
    found = sp.solve_poly_system(differences, *symbols)
    return _polynomial_result(text, names, lefts, rights, found)


def _linear_result(
    text: str, names: tuple[str, ...], lefts: tuple[Tree, ...], rights: tuple[Tree, ...], solutions: Any
) -> Result:
    if solutions == sp.S.EmptySet:
        return result(
            f"{text} has no solution", text, "no solution", None, "by elimination, over all numbers"
        )
    (values,) = solutions
    if any(value.free_symbols for value in values):
        exact = "infinitely many solutions"
        return result(f"{text} has {exact}", text, exact, None, "by elimination, over all numbers")
    _check_system(names, lefts, rights, values)
    exact = ", ".join(f"{name} = {shown(value)}" for name, value in zip(names, values, strict=True))
    return result(f"{text}: {exact}", text, exact, None, _SUBSTITUTED)


def _polynomial_result(
    text: str, names: tuple[str, ...], lefts: tuple[Tree, ...], rights: tuple[Tree, ...], found: Any
) -> Result:
    """Real solutions; solve_poly_system gives all of a system with finitely many, and raises for others."""
    real = [values for values in found or () if all(value.is_real for value in values)]
    if not real or len(real) > 8 or any(value.is_real is None for values in found for value in values):
        raise NotMath("no finite set of real solutions")
    for values in real:
        _check_system(names, lefts, rights, values)
    tuples = [", ".join(f"{n} = {shown(v)}" for n, v in zip(names, values, strict=True)) for values in real]
    exact = "; ".join(dict.fromkeys(tuples))
    return result(f"{text}: {' or '.join(dict.fromkeys(tuples))}", text, exact, None, _SUBSTITUTED)


def _check_system(
    names: tuple[str, ...], lefts: tuple[Tree, ...], rights: tuple[Tree, ...], values: Sequence[Any]
) -> None:
    with mp.workdps(SOLUTION_DIGITS):
        at = {name: _as_mp(value) for name, value in zip(names, values, strict=True)}
        for left, right in zip(lefts, rights, strict=True):
            if not close(*(real_at(side, at, is_rounded=True) for side in (left, right))):
                raise Unverified("a solution does not satisfy the system")
