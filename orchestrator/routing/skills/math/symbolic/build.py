"""Trees to sympy expressions. Rational parts are computed first, so that their size is bounded as everywhere."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import sympy as sp

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.exact.functions import Undefined
from orchestrator.routing.skills.math.limits import MAX_ALGEBRA_POWER
from orchestrator.routing.skills.math.outcomes import NeedsSymbols, NotMath, TooLarge
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, unknowns

_NAMES: Final = {"pi": sp.pi, "e": sp.E, "i": sp.I, "infinity": sp.oo}
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "of": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: _power(a, b),
    "neg": lambda a: -a,
    "%": lambda a: a / 100,
    "deg": lambda a: a * sp.pi / 180,
    "sqrt": sp.sqrt,
    "cbrt": lambda a: _root(3, a),
    "root": lambda order, a: _root(order, a),
    "ln": sp.log,
    "log": sp.log,
    "exp": sp.exp,
    "abs": sp.Abs,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "cot": sp.cot,
    "sec": sp.sec,
    "csc": sp.csc,
    "asin": sp.asin,
    "acos": sp.acos,
    "atan": sp.atan,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "floor": sp.floor,
    "ceil": sp.ceiling,
    "!": sp.factorial,
    "choose": sp.binomial,
    "sum": lambda *items: sp.Add(*items),
    "product": lambda *items: sp.Mul(*items),
    "mean": lambda *items: sp.Add(*items) / len(items),
    "geometric_mean": lambda *items: sp.root(sp.Mul(*items), len(items)),
    "harmonic_mean": lambda *items: len(items) / sp.Add(*(1 / item for item in items)),
    "fibonacci": lambda index: _fibonacci(index),
    "max": sp.Max,
    "min": sp.Min,
}
_MAX_FIBONACCI: Final = 19_000
_MAX_CONSTANT_EXPONENT: Final = 10**6


def symbol(name: str, *, integer: bool = False) -> Any:
    return sp.Symbol(name, integer=True) if integer else sp.Symbol(name)


def rational(value: Fraction) -> Any:
    return sp.Rational(value.numerator, value.denominator)


def built(tree: Tree, *, integer: bool = False) -> Any:
    """The sympy expression. Raises NotMath and TooLarge. `integer` makes the unknowns integers, as in sums."""
    if isinstance(tree, Number):
        return rational(value_of(tree))
    if isinstance(tree, Name):
        return _NAMES.get(tree.name) or symbol(tree.name, integer=integer)
    if not unknowns(tree):
        known = _rational_part(tree)
        if known is not None:
            return known
    return _applied(tree, [built(argument, integer=integer) for argument in tree.arguments])


def _rational_part(tree: Apply) -> Any | None:
    try:
        return rational(value_of(tree))
    except NeedsSymbols:
        return None
    except Undefined as reason:
        raise NotMath(str(reason)) from None


def _applied(tree: Apply, arguments: list[Any]) -> Any:
    function = _FUNCTIONS.get(tree.function)
    if function is None:
        raise NotMath(f"no symbolic {tree.function}")
    if tree.function == "!" and any(argument.has(sp.Symbol) for argument in arguments):
        raise NotMath("a factorial of an unknown")
    try:
        value = function(*arguments)
    except (TypeError, ValueError) as error:
        raise NotMath(str(error)) from error
    if value.has(sp.zoo, sp.nan):
        raise NotMath("undefined")
    return value


def _power(base: Any, exponent: Any) -> Any:
    """Raises TooLarge for powers that algebra would multiply out."""
    if exponent.is_Integer:
        highest = MAX_ALGEBRA_POWER if base.free_symbols else _MAX_CONSTANT_EXPONENT
        if abs(int(exponent)) > highest:
            raise TooLarge(f"not computed: powers above {highest:,} are not multiplied out here")
    return base**exponent


def _root(order: Any, value: Any) -> Any:
    """The real root of a negative number, where the order is odd."""
    if value.is_negative and order % 2 == 1:
        return -sp.root(-value, order)
    return sp.root(value, order)


def _fibonacci(index: Any) -> Any:
    if not index.is_Integer or index < 0:
        raise NotMath("a natural number is expected")
    if index > _MAX_FIBONACCI:
        raise TooLarge(f"not computed: Fibonacci numbers are held to 4,000 digits, index {_MAX_FIBONACCI:,}")
    return sp.fibonacci(index)
