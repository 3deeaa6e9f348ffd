"""Functions of exact rationals, by their name in a tree. Each takes its arguments' values and is bounded in size.

A value that is irrational raises NeedsSymbols; arguments that a function is not defined for raise Undefined where
mathematics says so, and NotMath where the question makes no sense.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.limits import (
    check_choose,
    check_factorial,
    check_power,
    checked,
    refuse_product,
)
from orchestrator.routing.skills.math.outcomes import NeedsSymbols, NotMath, NoValue, Outcome

Values = Sequence[Fraction]


class Undefined(NotMath):
    """Mathematics gives no value; the message says why."""


def power(values: Values) -> Fraction:
    base, exponent = _two(values)
    if exponent.denominator != 1:
        return _rational_power(base, exponent)
    if base == 0:
        if exponent < 0:
            raise Undefined("division by zero")
        if exponent == 0:
            raise NoValue("not computed: 0^0 has more than one convention")
    check_power(base, exponent.numerator)
    if abs(base) == 1:
        return base if exponent.numerator % 2 else Fraction(1)
    return Fraction(base**exponent.numerator)


def _rational_power(base: Fraction, exponent: Fraction) -> Fraction:
    if base < 0 and exponent != Fraction(1, 2):
        raise NoValue("not computed: that power of a negative number has more than one value")
    return power([root([Fraction(exponent.denominator), base]), Fraction(exponent.numerator)])


def root(values: Values) -> Fraction:
    """The real root; the first value is its order."""
    order, value = _two(values)
    if order.denominator != 1 or not 2 <= order <= 1000:
        raise NotMath("a root of that order")
    n = order.numerator
    if value < 0:
        if n % 2 == 0:
            raise NeedsSymbols
        return -root([order, -value])
    top, bottom = _integer_root(value.numerator, n), _integer_root(value.denominator, n)
    return Fraction(top, bottom)


def _integer_root(value: int, n: int) -> int:
    """The exact root. Raises NeedsSymbols for an irrational one."""
    guess = math.isqrt(value) if n == 2 else _newton_root(value, n)
    if guess**n != value:
        raise NeedsSymbols
    return guess


def _newton_root(value: int, n: int) -> int:
    """The largest integer whose n-th power is not above the value."""
    if value < 2:
        return value
    guess = 1 << -(-value.bit_length() // n)
    while True:
        better = ((n - 1) * guess + value // guess ** (n - 1)) // n
        if better >= guess:
            return guess
        guess = better


def factorial(values: Values) -> Fraction:
    n = _whole(_one(values), "factorials")
    check_factorial(n)
    return Fraction(math.factorial(n))


def choose(values: Values) -> Fraction:
    n, k = (_whole(value, "combinations") for value in _two(values))
    check_choose(n, k)
    return Fraction(math.comb(n, k))


def permute(values: Values) -> Fraction:
    n, k = (_whole(value, "permutations") for value in _two(values))
    if 0 < k <= n:
        refuse_product(k, max(math.log10(n) - 0.44, 0.1))
    return Fraction(math.perm(n, k))


def divide(values: Values) -> Fraction:
    left, right = _two(values)
    if right == 0:
        raise Undefined("division by zero")
    return left / right


def floor_divide(values: Values) -> Fraction:
    if min(values) < 0:
        raise NoValue("not computed: whole division of a negative number has more than one convention")
    return Fraction(math.floor(divide(values)))


def modulo(values: Values) -> Fraction:
    left, right = (_integer(value) for value in _two(values))
    if right == 0:
        raise Undefined("division by zero")
    if right < 0:
        raise NoValue("not computed: the remainder by a negative number has more than one convention")
    return Fraction(left % right)


def logarithm(values: Values) -> Fraction:
    """The logarithm of the first value to the base of the second; of a power of ten alone, to base ten."""
    if len(values) == 1:
        return _common_logarithm(_one(values))
    value, base = _two(values)
    if value <= 0 or base <= 0 or base == 1:
        raise Undefined("no logarithm of that to that base")
    exponent = round(math.log(value) / math.log(base)) if _fits(value) and _fits(base) else 0
    if abs(exponent) < 10_000 and power([base, Fraction(exponent)]) == value:
        return Fraction(exponent)
    raise NeedsSymbols


def _common_logarithm(value: Fraction) -> Fraction:
    if value <= 0:
        raise Undefined("no logarithm of zero or less")
    if value == 1:
        return Fraction(0)
    largest = value.numerator if value.denominator == 1 else value.denominator
    exponent = len(str(largest)) - 1
    signed = exponent if value.denominator == 1 else -exponent
    if Fraction(10) ** signed != value:
        raise NotMath("a logarithm without its base")
    return Fraction(signed)


def _fits(value: Fraction) -> bool:
    return max(value.numerator.bit_length(), value.denominator.bit_length()) < 1000


def rounded(values: Values) -> Fraction:
    """Half away from zero, as people round, to the places of a second value."""
    places = _integer(values[1]) if len(values) == 2 else 0
    if len(values) > 2 or not 0 <= places <= 30:
        raise NotMath("rounding to that")
    scaled = abs(values[0]) * 10**places
    whole = math.floor(scaled + Fraction(1, 2))
    return Fraction(whole if values[0] >= 0 else -whole, 10**places)


def _one(values: Values) -> Fraction:
    if len(values) != 1:
        raise NotMath("one argument is expected")
    return values[0]


def _two(values: Values) -> tuple[Fraction, Fraction]:
    if len(values) != 2:
        raise NotMath("two arguments are expected")
    return values[0], values[1]


def _integer(value: Fraction) -> int:
    if value.denominator != 1:
        raise NotMath("an integer is expected")
    return value.numerator


def _whole(value: Fraction, what: str) -> int:
    if value.denominator != 1 or value < 0:
        raise NoValue(f"not computed: {what} are those of whole numbers from 0 on here")
    return value.numerator


def _natural(value: Fraction) -> int:
    integer = _integer(value)
    if integer < 0:
        raise NotMath("a natural number is expected")
    return integer


def _sizes(values: Values) -> list[int]:
    """Their sizes: the sign changes nothing in what divides them."""
    integers = [_natural(abs(value)) for value in values]
    if len(integers) < 2 or not any(integers):
        raise _none_of_zero(integers)
    return integers


def _none_of_zero(integers: Sequence[int]) -> Outcome:
    if len(integers) < 2:
        return NotMath("two or more integers are expected")
    return NoValue("not computed: every number divides 0, so that by convention it is 0, or there is none")


def _least_common_multiple(values: Values) -> Fraction:
    integers = _sizes(values)
    return checked(Fraction(math.lcm(*integers)))


def _sum(values: Values) -> Fraction:
    return Fraction(sum(values))


def _symbols(values: Values) -> Fraction:
    raise NeedsSymbols


def _square_root(values: Values) -> Fraction:
    return root([Fraction(2), _one(values)])


FUNCTIONS: Final[dict[str, Callable[[Values], Fraction]]] = {
    "+": _sum,
    "-": lambda values: _two(values)[0] - _two(values)[1],
    "*": lambda values: math.prod(values, start=Fraction(1)),
    "of": lambda values: _two(values)[0] * _two(values)[1],
    "/": divide,
    "//": floor_divide,
    "mod": modulo,
    "^": power,
    "neg": lambda values: -_one(values),
    "!": factorial,
    "%": lambda values: _one(values) / 100,
    "choose": choose,
    "permute": permute,
    "sqrt": _square_root,
    "cbrt": lambda values: root([Fraction(3), _one(values)]),
    "root": root,
    "log": logarithm,
    "abs": lambda values: abs(_one(values)),
    "floor": lambda values: Fraction(math.floor(_one(values))),
    "ceil": lambda values: Fraction(math.ceil(_one(values))),
    "round": rounded,
    "max": lambda values: max(values),
    "min": lambda values: min(values),
    "gcd": lambda values: Fraction(math.gcd(*_sizes(values))),
    "lcm": _least_common_multiple,
    "sum": _sum,
    "product": lambda values: math.prod(values, start=Fraction(1)),
    "mean": lambda values: statistics.mean(values),
    "median": lambda values: statistics.median(values),
    "fibonacci": _symbols,
    "totient": _symbols,
}
