"""The value of a tree over the real numbers: each part of it, as it was written, has to be real and defined.

In complex arithmetic sqrt(x) = sqrt(2x + 1) has the solution -1, and sqrt(x)^2 a value at -1; over the reals neither has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import mpmath as mp

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.exact.functions import Undefined
from orchestrator.routing.skills.math.outcomes import NeedsSymbols, NotMath, Refused, Unverified
from orchestrator.routing.skills.math.symbolic.numeric import close, number_at
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, unknowns

SOLUTION_DIGITS: Final = 100
"""With so many a value that is zero at an irrational solution is told from one that is merely small."""
_SPARE: Final = 20
_DIVISORS: Final[dict[str, Callable[[Any], Any]]] = {
    "tan": mp.cos, "sec": mp.cos, "cot": mp.sin, "csc": mp.sin,
}  # fmt: skip
_SAMPLES: Final = tuple(Fraction(step, 8) + Fraction(1, 97) for step in range(-96, 97)) + tuple(
    Fraction(sign * value)
    for sign in (1, -1)
    for value in (*range(14), 30, *(10**power for power in range(2, 10)))
)
_SAMPLE_DIGITS: Final = 30
_SAME: Final = mp.mpf(10) ** -25
_HALVINGS: Final = 60


class NotReal(NotMath):
    """A part of it has no real value there."""


def real_at(tree: Tree, values: Mapping[str, Any], *, is_rounded: bool = False) -> Any:
    """The value with unknowns replaced. Raises NotReal, and Unverified where a root of a negative number has two readings.

    `is_rounded` says that the values are, so that what is nearly zero is zero.
    """
    return _Reals(values, mp.mpf(10) ** (_SPARE - mp.mp.dps) if is_rounded else mp.mpf(0)).value(tree)


class _Reals:
    def __init__(self, values: Mapping[str, Any], nearly_zero: Any) -> None:
        self.values = values
        self.nearly_zero = nearly_zero

    def value(self, tree: Tree) -> Any:
        if not isinstance(tree, Apply):
            return _real(number_at(tree, self.values))
        arguments = [self.value(argument) for argument in tree.arguments]
        refuse = _REFUSALS.get(tree.function)
        if refuse is not None:
            # Of constants nothing is rounded: 10^-90 is not nearly zero.
            arguments = [
                mp.mpf(0) if abs(each) <= self.nearly_zero and unknowns(part) else each
                for each, part in zip(arguments, tree.arguments, strict=True)
            ]
            refuse(tree, arguments, self.nearly_zero)
        if tree.function == "^" and arguments[0] < 0 and mp.isint(arguments[1]):
            return _real(mp.power(arguments[0], int(arguments[1])))
        if tree.function == "root" and arguments[1] < 0:
            return -mp.root(-arguments[1], int(arguments[0]))
        names = tuple(f"_{place}" for place in range(len(arguments)))
        flat = Apply(tree.function, tuple(Name(name) for name in names))
        try:
            return _real(number_at(flat, dict(zip(names, arguments, strict=True))))
        except Unverified:
            raise
        except NotMath as reason:
            raise NotReal(str(reason)) from None


def _real(value: Any) -> Any:
    if mp.im(value) != 0:
        raise NotReal("no real number")
    if mp.isnan(value):
        raise NotReal("no number")
    return mp.re(value)


def _divided(tree: Apply, arguments: list[Any], nearly_zero: Any) -> None:
    if arguments[1] == 0:
        raise NotReal("a division by zero")


def _angled(tree: Apply, arguments: list[Any], nearly_zero: Any) -> None:
    if abs(_DIVISORS[tree.function](arguments[0])) <= nearly_zero:
        raise NotReal("a pole")


def _rooted(tree: Apply, arguments: list[Any], nearly_zero: Any) -> None:
    is_odd = tree.function == "root" and mp.isint(arguments[0]) and int(arguments[0]) % 2
    if arguments[-1] < 0 and not is_odd:
        raise NotReal("an even root of a negative number")


def _logarithm(tree: Apply, arguments: list[Any], nearly_zero: Any) -> None:
    if any(each <= 0 for each in arguments):
        raise NotReal("a logarithm of a number that is not positive")
    if arguments[1:] and abs(arguments[1] - 1) <= nearly_zero:
        raise NotReal("a logarithm to base 1")


def _arc(tree: Apply, arguments: list[Any], nearly_zero: Any) -> None:
    beyond = abs(arguments[0]) - 1
    if beyond > nearly_zero:
        raise NotReal("no such angle")
    if beyond > 0:
        arguments[0] = mp.sign(arguments[0])


def _raised(tree: Apply, arguments: list[Any], nearly_zero: Any) -> None:
    base, exponent = arguments
    if base == 0 and exponent <= 0:
        raise NotReal("zero to a power that is not positive")
    if base >= 0 or mp.isint(exponent):
        return
    fraction = _fraction(tree.arguments[1])
    if fraction is None or fraction.denominator % 2:
        raise Unverified("a root of a negative number, which some take to be real")
    raise NotReal("an even root of a negative number")


def _fraction(tree: Tree) -> Fraction | None:
    if unknowns(tree):
        return None
    if isinstance(tree, Number):
        return tree.value
    try:
        return value_of(tree)
    except (NeedsSymbols, NotMath, Refused, Undefined):
        return None


_REFUSALS: Final[dict[str, Callable[[Apply, list[Any], Any], None]]] = {
    "/": _divided, "//": _divided, "mod": _divided, "sqrt": _rooted, "root": _rooted, "ln": _logarithm, "log": _logarithm,
    "asin": _arc, "acos": _arc, "tan": _angled, "cot": _angled, "sec": _angled, "csc": _angled, "^": _raised,
}  # fmt: skip


def is_missed(left: Tree, right: Tree, unknown: str, found: Sequence[Any]) -> bool:
    """Whether the two sides are equal somewhere near zero that is not among the solutions found."""
    with mp.workdps(_SAMPLE_DIGITS):

        def gap(at: Any) -> Any:
            try:
                first, second = (real_at(side, {unknown: at}) for side in (left, right))
            except NotMath:
                return None
            return mp.mpf(0) if mp.almosteq(first, second, rel_eps=_SAME, abs_eps=0) else first - second

        places = [mp.mpf(sample.numerator) / sample.denominator for sample in sorted(set(_SAMPLES))]
        gaps = [gap(place) for place in places]
        for place, size in zip(places, gaps, strict=True):
            if size == 0 and not any(close(place, x) for x in found):
                return True
        for low, high, first, second in zip(places, places[1:], gaps, gaps[1:], strict=False):
            if first is None or second is None or mp.sign(first) * mp.sign(second) >= 0:
                continue
            if not any(low <= x <= high for x in found) and _crosses(gap, low, high, first):
                return True
    return False


def _crosses(gap: Callable[[Any], Any], low: Any, high: Any, first: Any) -> bool:
    """Whether it is zero between the two, and does not jump there: it shrinks as both come nearer to one another."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        size = gap(middle)
        if size is None:
            return False
        if mp.sign(size) == mp.sign(first):
            low = middle
        else:
            high = middle
    last = gap(low)
    return last is not None and bool(abs(last) < abs(first) / 1000)
