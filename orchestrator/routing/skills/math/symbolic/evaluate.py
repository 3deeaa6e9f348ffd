"""Values that are no fractions: roots, logarithms, angles, complex numbers."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import sympy as sp

from orchestrator.routing.skills.math.outcomes import NotMath, Result, Unverified
from orchestrator.routing.skills.math.show import places_text, tree_text
from orchestrator.routing.skills.math.symbolic import integers
from orchestrator.routing.skills.math.symbolic.build import built
from orchestrator.routing.skills.math.symbolic.numeric import DIGITS, close, number_at
from orchestrator.routing.skills.math.symbolic.text import approx_of, result, shown, with_decimal
from orchestrator.routing.skills.math.tree import Apply, Tree, parts, unknowns

_CHECKED = "numerically, to 20 digits, by mpmath"
_LONGEST = 120
_OVER = {"tan": sp.cos, "sec": sp.cos, "cot": sp.sin, "csc": sp.sin}
"""What these functions divide by."""
_SPARE_DIGITS = 60
_SPARE = f"computed with {_SPARE_DIGITS} further digits by mpmath"


def evaluate(tree: Tree) -> Result:
    """`sqrt(8) = 2*sqrt(2) ≈ 2.828427`."""
    if isinstance(tree, Apply) and tree.function == "totient":
        return integers.totient(*tree.arguments)
    expression = tree_text(tree)
    if reason := _undefined(tree):
        return result(f"{expression} is undefined: {reason}", expression, "undefined", None, reason)
    value = _simplest(built(tree))
    _check(tree, value)
    approx, exact = approx_of(value), shown(value)
    if len(exact) > _LONGEST:
        raise NotMath("no short exact form")
    note = "" if value.is_real else " (a complex number)"
    if note and value.free_symbols == set() and value.atoms(sp.Function):
        raise NotMath("no real value, and no short complex one")
    text = with_decimal(value)
    if expression.replace(" ", "") == exact.replace(" ", ""):
        return result(text + note, expression, exact, approx, _CHECKED)
    return result(f"{expression} = {text}{note}", expression, exact, approx, _CHECKED)


def _undefined(tree: Tree) -> str:
    """Why a part of it has no value, or nothing: `tan(pi/2)` divides by zero, and zero has no logarithm."""
    for part in reversed(list(parts(tree))):
        if not isinstance(part, Apply):
            continue
        if part.function == "/" and not unknowns(part) and built(part.arguments[1]) == 0:
            return "division by zero"
        if part.function not in (*_OVER, "ln", "log"):
            continue
        argument = built(part.arguments[0])
        if part.function in ("ln", "log"):
            if argument == 0:
                return "no logarithm of zero"
            if argument.is_negative:
                return "a negative number has no real logarithm"
        elif (below := _OVER[part.function])(argument) == 0:
            return f"it divides by {below.__name__}({tree_text(part.arguments[0])}), which is 0"
    return ""


def _simplest(value: Any) -> Any:
    """The shortest of sympy's ways to write it."""
    if value.has(sp.oo, -sp.oo):
        raise NotMath("arithmetic with infinity")
    simpler = sp.simplify(value)
    return min((sp.radsimp(simpler), simpler, value), key=lambda candidate: len(shown(candidate)))


def _check(tree: Tree, value: Any) -> None:
    """Raise Unverified unless mpmath, from the tree alone, finds the same number."""
    with mp.workdps(DIGITS):
        expected = number_at(tree)
        if not close(expected, _as_mp(value)):
            raise Unverified(f"{shown(value)} is not {mp.nstr(expected, 20)}")


def _as_mp(value: Any) -> Any:
    number = sp.N(value, DIGITS)
    real, imaginary = number.as_real_imag()
    if imaginary == 0:
        return mp.mpf(str(real))
    return mp.mpc(str(real), str(imaginary))


def to_places(tree: Tree, places: int) -> Result:
    """`pi to 5 decimal places is 3.14159`, for what is no fraction."""
    with mp.workdps(places + _SPARE_DIGITS):
        value = _real(tree)
        scaled = abs(value) * mp.mpf(10) ** places + mp.mpf("0.5")
        if abs(scaled - mp.nint(scaled)) < mp.mpf(10) ** -10:
            raise Unverified("too near a half to be rounded")
        exact = places_text(int(mp.floor(scaled)), places, negative=value < 0)
    expression = f"{tree_text(tree)} to {places} decimal place{'' if places == 1 else 's'}"
    return result(f"{expression} is {exact}", expression, exact, float(exact), _SPARE)


def digits_of_pi(count: int) -> Result:
    """The first digits, not rounded."""
    if count < 1:
        raise NotMath("no digits")
    with mp.workdps(count + _SPARE_DIGITS):
        exact = places_text(int(mp.floor(mp.pi * mp.mpf(10) ** (count - 1))), count - 1, negative=False)
    expression = f"first {count} digits of pi"
    return result(f"The {expression}: {exact}", expression, exact, float(exact), _SPARE)


def _real(tree: Tree) -> Any:
    value = number_at(tree)
    if mp.im(value) != 0:
        raise NotMath("a complex number")
    if not abs(value) < mp.mpf(10) ** (_SPARE_DIGITS // 2):
        raise NotMath("too many digits before the point")
    return value
