"""The exact value of a tree of rationals, with every intermediate number held to a size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.exact.functions import FUNCTIONS, Undefined
from orchestrator.routing.skills.math.limits import check_modular_power, checked
from orchestrator.routing.skills.math.outcomes import ARITHMETIC, NeedsSymbols, NotMath, Result
from orchestrator.routing.skills.math.show import decimal_text, equation, number_text, tree_text, value_text
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, applies, has_decimals, number


def value_of(tree: Tree) -> Fraction:
    """The value. Raises NeedsSymbols for what is no rational, TooLarge, NotMath, and Undefined."""
    if isinstance(tree, Number):
        return checked(tree.value)
    if isinstance(tree, Name):
        raise NeedsSymbols
    if tree.function == "mod" and applies(tree.arguments[0], "^"):
        residue = _modular_power(tree.arguments[0], tree.arguments[1])
        if residue is not None:
            return residue
    function = FUNCTIONS.get(tree.function)
    if function is None:
        raise NeedsSymbols
    values = [value_of(argument) for argument in tree.arguments]
    return checked(function(values))


def integer_of(tree: Tree) -> int:
    value = value_of(tree)
    if value.denominator != 1:
        raise NotMath("an integer is expected")
    return value.numerator


def _modular_power(power: Tree, modulus_tree: Tree) -> Fraction | None:
    """`2^1000000 mod 7` without the power itself; None where the parts are no natural numbers."""
    assert isinstance(power, Apply)
    base, exponent, modulus = (value_of(tree) for tree in (*power.arguments, modulus_tree))
    natural = base.denominator == exponent.denominator == modulus.denominator == 1
    if not natural or exponent < 0 or modulus < 1 or base == exponent == 0:
        return None
    check_modular_power(exponent.numerator, modulus.numerator)
    return Fraction(pow(base.numerator, exponent.numerator, modulus.numerator))


def evaluate(tree: Tree) -> Result:
    """`3 * 4 = 12`. Raises as value_of does, but says in a result what is undefined."""
    expression = tree_text(tree)
    try:
        value = value_of(tree)
    except Undefined as reason:
        return Result(
            f"{expression} is undefined: {reason}", expression, "undefined", None, ARITHMETIC, str(reason)
        )
    return with_percentage(equation(expression, value, as_decimal=has_decimals(tree)), value, [tree])


_SUMMARIES: Final = frozenset({"+", "-", "neg", "of", "sum", "mean", "median", "min", "max"})


def with_percentage(result: Result, value: Fraction, trees: Sequence[Tree]) -> Result:
    """The result, as a percentage too where percentages alone went in: `10% + 10% = 1/5 = 0.2 = 20%`."""
    percent = decimal_text(value * 100)
    if percent is None or not all(_is_percentage(tree) for tree in trees):
        return result
    return replace(result, statement=f"{result.statement} = {percent}%", short=f"{percent}%")


def _is_percentage(tree: Tree) -> bool:
    """Also for twice one, but not for `50 * 10%`, which is a number of what the 50 are."""
    if not isinstance(tree, Apply):
        return False
    if tree.function == "*":
        times, share = tree.arguments[0], tree.arguments[-1]
        return times in (number(2), number(3)) and _is_percentage(share)
    return tree.function == "%" or (
        tree.function in _SUMMARIES and all(_is_percentage(part) for part in tree.arguments)
    )


def compare(left: Tree, right: Tree) -> Result:
    """Whether two numbers are equal: `2 + 2 = 5` is false: 2 + 2 = 4."""
    return _compared(left, right, "True: ", "False: ", "true", "false")


def claimed(left: Tree, right: Tree) -> Result:
    """What somebody takes to be so: `No, 2 + 2 = 4`. Raises NotMath for what is so but for its rounding, or for the sign
    of a root.
    """
    if applies(left, "sqrt", "root") and value_of(left) == -value_of(right):
        raise NotMath("the other root")
    if isinstance(right, Number) and right.decimal and _rounds_to(value_of(left), right.value):
        raise NotMath("a rounded value")
    return _compared(left, right, "Yes, ", "No, ", "yes", "no")


def _rounds_to(value: Fraction, said: Fraction) -> bool:
    """Whether a decimal that was said is cut off or rounded from a value that has no end."""
    places = next((k for k in range(30) if (said * 10**k).denominator == 1), 0)
    return decimal_text(value) is None and abs(value - said) < Fraction(1, 10**places)


def _compared(left: Tree, right: Tree, yes: str, no: str, holds: str, fails: str) -> Result:
    first, second = value_of(left), value_of(right)
    expression = f"{tree_text(left)} = {tree_text(right)}"
    as_decimal = has_decimals(left) or has_decimals(right)
    if first == second:
        statement = f"{yes}{expression}"
    else:
        statement = f"{no}{tree_text(left)} = {value_text(first, as_decimal=as_decimal)}"
        if tree_text(right).replace(" ", "") != number_text(second, as_decimal=as_decimal):
            statement += f", but {tree_text(right)} = {number_text(second, as_decimal=as_decimal)}"
    exact = holds if first == second else fails
    return Result(statement, expression, exact, None, ARITHMETIC, "both sides computed exactly")
