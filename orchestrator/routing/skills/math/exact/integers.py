"""Questions about integers that need no factoring: digits, divisibility, parity, remainders, comparisons."""

from __future__ import annotations

import math
from fractions import Fraction

from orchestrator.routing.skills.math.exact.evaluate import integer_of, value_of
from orchestrator.routing.skills.math.exact.functions import Undefined
from orchestrator.routing.skills.math.limits import check_modular_power
from orchestrator.routing.skills.math.outcomes import (
    ARITHMETIC,
    NeedsSymbols,
    NotMath,
    NoValue,
    Result,
    TooLarge,
)
from orchestrator.routing.skills.math.show import as_float, equation, number_text, tree_text
from orchestrator.routing.skills.math.tree import Apply, Tree, has_decimals

_CHECKED = "exact arithmetic on integers"


def _said(statement: str, expression: str, exact: str, value: Fraction | int | None = None) -> Result:
    approx = None if value is None else as_float(Fraction(value))
    return Result(statement, expression, exact, approx, ARITHMETIC, _CHECKED)


def yes_or_no(expression: str, holds: bool, yes: str, no: str) -> Result:
    return _said(f"Yes, {yes}" if holds else f"No, {no}", expression, "yes" if holds else "no")


def digit_sum(tree: Tree) -> Result:
    value = abs(integer_of(tree))
    digits = str(value)
    total = sum(map(int, digits))
    terms = " + ".join(digits) if len(digits) <= 30 else f"digit sum of {tree_text(tree)}"
    return _said(f"{terms} = {total}", f"digit sum of {tree_text(tree)}", str(total), total)


def digital_root(tree: Tree) -> Result:
    value = integer_of(tree)
    if value < 0:
        raise NotMath("of a negative number")
    root = 1 + (value - 1) % 9 if value else 0
    return _said(f"The digital root of {value} is {root}", f"digital root of {value}", str(root), root)


def digit_count(tree: Tree) -> Result:
    try:
        value = abs(integer_of(tree))
    except TooLarge:
        raise NeedsSymbols from None
    count = len(str(value))
    return _said(f"{tree_text(tree)} has {count} digits", f"digits of {tree_text(tree)}", str(count), count)


def reversed_digits(tree: Tree) -> Result:
    value = integer_of(tree)
    if value < 0:
        raise NotMath("of a negative number")
    text = str(value)[::-1]
    return _said(f"{value} reversed is {text}", f"{value} reversed", text, int(text))


def is_divisible(dividend: Tree, divisor: Tree) -> Result:
    a, b = integer_of(dividend), integer_of(divisor)
    if b == 0:
        raise NoValue("no number but 0 is divisible by 0")
    quotient, rest = divmod(a, b)
    name = tree_text(dividend)
    return yes_or_no(
        f"{name} mod {b}",
        rest == 0,
        f"{name} is divisible by {b}: {name} = {b} * {quotient}",
        f"{name} is not divisible by {b}: the remainder is {rest}",
    )


def divide_with_remainder(dividend: Tree, divisor: Tree) -> Result:
    a, b = integer_of(dividend), integer_of(divisor)
    if a < 0 or b <= 0:
        raise NotMath("natural numbers are expected")
    quotient, rest = divmod(a, b)
    exact = f"{quotient} remainder {rest}"
    return _said(f"{a} / {b} = {exact}", f"{a} / {b}", exact, Fraction(a, b))


def inverse_modulo(tree: Tree, modulus: Tree) -> Result:
    a, m = integer_of(tree), integer_of(modulus)
    if m < 2:
        raise NotMath("no modulus")
    check_modular_power(m, m)
    expression = f"{tree_text(tree)}^(-1) mod {m}"
    if math.gcd(a, m) != 1:
        return _said(
            f"{a} has no inverse mod {m}: they share the factor {math.gcd(a, m)}", expression, "none"
        )
    inverse = pow(a, -1, m)
    return _said(f"{expression} = {inverse}: {a} * {inverse} mod {m} = 1", expression, str(inverse), inverse)


def are_coprime(first: Tree, second: Tree) -> Result:
    a, b = integer_of(first), integer_of(second)
    divisor = math.gcd(a, b)
    said = f"gcd({a}, {b}) = {divisor}"
    return yes_or_no(
        f"gcd({a}, {b})", divisor == 1, f"{a} and {b} are coprime: {said}", f"they are not: {said}"
    )


def parity(tree: Tree) -> Result:
    value = integer_of(tree)
    word = "odd" if value % 2 else "even"
    return _said(f"{tree_text(tree)} is {word}", f"{tree_text(tree)} mod 2", word)


def is_square(tree: Tree) -> Result:
    value = integer_of(tree)
    root = math.isqrt(max(value, 0))
    name = tree_text(tree)
    return yes_or_no(
        f"sqrt({name})",
        root * root == value,
        f"{name} is a perfect square: {root}^2",
        f"{name} is not a perfect square",
    )


def is_cube(tree: Tree) -> Result:
    value = integer_of(tree)
    if abs(value) > 10**300:
        raise NotMath("too large")
    low, high = 0, 1 << (abs(value).bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= abs(value) else (low, middle - 1)
    name, root = tree_text(tree), low if value >= 0 else -low
    yes = f"{name} is a perfect cube: {root}^3"
    return yes_or_no(f"cbrt({name})", root**3 == value, yes, f"{name} is not a perfect cube")


def is_fibonacci(tree: Tree) -> Result:
    """A natural number n is one exactly if 5n² + 4 or 5n² - 4 is a square."""
    value = integer_of(tree)
    if value < 0:
        raise NotMath("of a negative number")
    square = 5 * value * value
    holds = any(math.isqrt(n) ** 2 == n for n in (square + 4, square - 4) if n >= 0)
    yes, no = f"{value} is a Fibonacci number", f"{value} is not a Fibonacci number"
    return yes_or_no(f"{value} a Fibonacci number", holds, yes, no)


def difference(first: Tree, second: Tree) -> Result:
    """The larger less the smaller."""
    larger, smaller = sorted((first, second), key=value_of, reverse=True)
    value = value_of(larger) - value_of(smaller)
    shown = tree_text(Apply("-", (larger, smaller)))
    return equation(shown, value, as_decimal=has_decimals(first) or has_decimals(second))


def _sides(first: Tree, second: Tree) -> tuple[Fraction, Fraction]:
    try:
        return value_of(first), value_of(second)
    except Undefined as reason:
        raise NotMath(str(reason)) from None


def larger(first: Tree, second: Tree, sign: str, reading: str = "") -> Result:
    """Which of two is larger, or smaller; `reading` is what they are compared as, where that is not plain."""
    a, b = _sides(first, second)
    one, other = tree_text(first), tree_text(second)
    if a == b:
        return _said(f"They are equal: {one} = {other}", f"{one} ? {other}", "equal")
    best, rest = (first, second) if (a > b) == (sign == ">") else (second, first)
    statement = f"{_as(reading)}{tree_text(best)} {sign} {tree_text(rest)}"
    exact = number_text(value_of(best), as_decimal=has_decimals(best))
    return _said(statement, f"{one} ? {other}", exact, value_of(best))


def in_order(first: Tree, second: Tree, sign: str, reading: str = "") -> Result:
    """Whether the first is larger, or smaller, than the second; `reading` as in `larger`."""
    a, b = _sides(first, second)
    one, other = tree_text(first), tree_text(second)
    holds = a > b if sign == ">" else a < b
    found = ">" if a > b else "<" if a < b else "="
    said = f"{reading + ' ' if reading else ''}{one} {found} {other}"
    return yes_or_no(f"{one} {sign} {other}", holds, said, said)


def _as(reading: str) -> str:
    return f"{reading[0].upper()}{reading[1:]}, " if reading else ""


def sum_between(low: Tree, high: Tree, step: int, odd: int, ends: str) -> Result:
    """The sum of the integers, or of the even or odd ones (`step` 2), between two. Where nothing says whether the ends
    belong to them and it matters, both sums are given.
    """
    first, last = integer_of(low), integer_of(high)
    if last - first < 2:
        raise NotMath("nothing between them")
    which = "integers" if step == 1 else "odd numbers" if odd else "even numbers"
    inside, closed = (_sum_of(first + cut, last - cut, step, odd) for cut in (1, 0))
    expression = f"sum of the {which} between {first} and {last}"
    if ends.startswith("exclusive"):
        return _said(f"The {expression}, both excluded, is {inside}", expression, str(inside), inside)
    if ends or inside == closed:
        note = ", both included," if ends else ""
        return _said(f"The {expression}{note} is {closed}", expression, str(closed), closed)
    statement = f"The {expression} is {closed} with {first} and {last} included, {inside} without them"
    return _said(statement, expression, str(closed), closed)


def _sum_of(first: int, last: int, step: int, odd: int) -> int:
    """The sum of an arithmetic progression: its length times the mean of its ends."""
    if step == 2:
        first, last = first + (first + odd) % 2, last - (last + odd) % 2
    count = max(0, (last - first) // step + 1)
    return count * (first + last) // 2
