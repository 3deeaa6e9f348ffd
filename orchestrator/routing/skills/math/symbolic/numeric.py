"""The numerical value of a tree by mpmath alone: a second opinion, independent of sympy's simplifications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

import mpmath as mp

from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.tree import Name, Number, Tree

DIGITS: Final = 40


def _root(order: int, value: Any) -> Any:
    """The real root of a negative number, where the order is odd."""
    if mp.im(value) == 0 and mp.re(value) < 0 and order % 2:
        return -mp.root(-value, order)
    return mp.root(value, order)


_NAMES: Final[dict[str, Callable[[], Any]]] = {
    "pi": lambda: +mp.pi,
    "e": lambda: +mp.e,
    "i": lambda: mp.mpc(0, 1),
    "infinity": lambda: mp.inf,
}
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "of": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: mp.floor(a / b),
    "mod": lambda a, b: mp.fmod(a, b) if mp.fmod(a, b) >= 0 else mp.fmod(a, b) + b,
    "^": lambda a, b: mp.power(a, b),
    "neg": lambda a: -a,
    "%": lambda a: a / 100,
    "deg": lambda a: a * mp.pi / 180,
    "sqrt": mp.sqrt,
    "cbrt": lambda a: _root(3, a),
    "root": lambda n, a: _root(int(n), a),
    "ln": mp.log,
    "log": lambda a, *base: mp.log(a, *base),
    "exp": mp.exp,
    "abs": abs,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "cot": mp.cot,
    "sec": mp.sec,
    "csc": mp.csc,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "floor": mp.floor,
    "ceil": mp.ceil,
    "!": mp.factorial,
    "choose": mp.binomial,
    "fibonacci": mp.fib,
    "sum": lambda *items: mp.fsum(items),
    "product": lambda *items: mp.fprod(items),
    "mean": lambda *items: mp.fsum(items) / len(items),
    "geometric_mean": lambda *items: mp.root(mp.fprod(items), len(items)),
    "harmonic_mean": lambda *items: len(items) / mp.fsum(1 / item for item in items),
    "max": max,
    "min": min,
}


def number_at(tree: Tree, values: Mapping[str, Any] | None = None) -> Any:
    """The value with unknowns replaced. Raises NotMath where mpmath has none. Precision is the caller's."""
    try:
        return _number(tree, values or {})
    except (ZeroDivisionError, ValueError, OverflowError, TypeError, mp.libmp.NoConvergence) as error:
        raise NotMath(f"no numerical value: {error}") from error


def _number(tree: Tree, values: Mapping[str, Any]) -> Any:
    if isinstance(tree, Number):
        return as_mpf(tree.value)
    if isinstance(tree, Name):
        return values[tree.name] if tree.name in values else _NAMES[tree.name]()
    function = _FUNCTIONS.get(tree.function)
    if function is None:
        raise NotMath(f"no numerical {tree.function}")
    return function(*(_number(argument, values) for argument in tree.arguments))


def as_mpf(value: Fraction) -> Any:
    return mp.mpf(value.numerator) / value.denominator


def close(first: Any, second: Any, digits: int = 20) -> bool:
    """Whether two numbers agree to so many digits, relative to the larger or to one."""
    scale = max(abs(first), abs(second), 1)
    return bool(
        mp.isfinite(first) and mp.isfinite(second) and abs(first - second) <= scale * mp.mpf(10) ** -digits
    )
