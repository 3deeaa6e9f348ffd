"""Averages, spread and ratios of lists of exact numbers."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from fractions import Fraction

from orchestrator.routing.skills.math.exact.evaluate import value_of, with_percentage
from orchestrator.routing.skills.math.outcomes import ARITHMETIC, NotMath, Result
from orchestrator.routing.skills.math.show import (
    approx_text,
    as_float,
    equation,
    fraction_text,
    number_text,
    tree_text,
)
from orchestrator.routing.skills.math.tree import Tree, has_decimals

Trees = Sequence[Tree]


def _listed(trees: Trees) -> tuple[list[Fraction], str, bool]:
    """The values, the list as text, and whether it was written with decimals."""
    return (
        [value_of(tree) for tree in trees],
        ", ".join(tree_text(tree) for tree in trees),
        any(has_decimals(tree) for tree in trees),
    )


def _summary(name: str, function: Callable[[Sequence[Fraction]], Fraction]) -> Callable[[Trees], Result]:
    def operation(trees: Trees) -> Result:
        values, text, decimals = _listed(trees)
        value = Fraction(function(values))
        result = equation(f"{name}({text})", value, as_decimal=decimals)
        return result if "variance" in name else with_percentage(result, value, trees)

    return operation


mean = _summary("mean", statistics.mean)
median = _summary("median", statistics.median)
value_range = _summary("range", lambda values: max(values) - min(values))
population_variance = _summary("population variance", statistics.pvariance)
sample_variance = _summary("sample variance", statistics.variance)


def mode(trees: Trees) -> Result:
    """The value or values that occur most often. A list without repeats has none."""
    values, text, decimals = _listed(trees)
    modes = statistics.multimode(values)
    if len(modes) == len(values):
        exact, statement = "none", f"mode({text}): no value occurs more often than the others"
    else:
        exact = ", ".join(number_text(value, as_decimal=decimals) for value in modes)
        statement = f"mode({text}) = {exact}"
    approx = as_float(modes[0]) if len(modes) == 1 else None
    return Result(statement, f"mode({text})", exact, approx, ARITHMETIC, "counted")


def population_deviation(trees: Trees) -> Result:
    values, text, _ = _listed(trees)
    return _root_result(f"population standard deviation({text})", statistics.pvariance(values))


def sample_deviation(trees: Trees) -> Result:
    values, text, _ = _listed(trees)
    return _root_result(f"sample standard deviation({text})", statistics.variance(values))


def deviations(trees: Trees) -> Result:
    """Both standard deviations, as the question did not say which."""
    population, sample = population_deviation(trees), sample_deviation(trees)
    exact = f"population: {population.exact}; sample: {sample.exact}"
    statement = f"{population.statement}; sample: {sample.statement.partition(') ')[2].strip('= ≈')}"
    expression = population.expression.removeprefix("population ")
    return Result(statement, expression, exact, population.approx, ARITHMETIC, population.checked)


def variances(trees: Trees) -> Result:
    """Both variances, as the question did not say which."""
    population, sample = population_variance(trees), sample_variance(trees)
    expression = population.expression.removeprefix("population ")
    exact = f"population: {population.exact}; sample: {sample.exact}"
    return Result(
        f"{expression}: {exact}", expression, exact, population.approx, ARITHMETIC, population.checked
    )


def _root_result(expression: str, variance: Fraction) -> Result:
    root = Fraction(math.isqrt(variance.numerator), math.isqrt(variance.denominator))
    if root * root == variance:
        return equation(expression, root)
    exact = f"sqrt({fraction_text(variance)})"
    approx = as_float(variance)
    if approx is None:
        raise NotMath("too large")
    approx = math.sqrt(approx)
    statement = f"{expression} = {exact} ≈ {approx_text(approx)}"
    return Result(statement, expression, exact, approx, ARITHMETIC, "variance exact, root to seven digits")


def simplify_ratio(trees: Trees) -> Result:
    """`12:18 = 2:3`."""
    values = [value_of(tree) for tree in trees]
    if any(value <= 0 for value in values):
        raise NotMath("a ratio of positive numbers is expected")
    shares = _smallest(values)
    expression = ":".join(tree_text(tree) for tree in trees)
    exact = ":".join(map(str, shares))
    approx = as_float(Fraction(shares[0], shares[1])) if len(shares) == 2 else None
    return Result(
        f"{expression} = {exact}", expression, exact, approx, ARITHMETIC, "exact arithmetic on fractions"
    )


def _smallest(values: Sequence[Fraction]) -> list[int]:
    scale = math.lcm(*(value.denominator for value in values))
    whole = [int(value * scale) for value in values]
    divisor = math.gcd(*whole)
    return [value // divisor for value in whole]


def split_in_ratio(whole: Tree, trees: Trees, currency: str) -> Result:
    """`100 in the ratio 2:3 is 40 and 60`; the parts are checked to sum to the whole."""
    total, shares = value_of(whole), [value_of(tree) for tree in trees]
    if any(share <= 0 for share in shares):
        raise NotMath("a ratio of positive numbers is expected")
    parts = [total * share / sum(shares) for share in shares]
    ratio = ":".join(tree_text(tree) for tree in trees)
    texts = [f"{currency}{number_text(part, as_decimal=True)}" for part in parts]
    exact = " and ".join(texts) if len(texts) == 2 else ", ".join(texts)
    expression = f"{currency}{tree_text(whole)} in the ratio {ratio}"
    return Result(
        f"{expression} is {exact}", expression, exact, None, ARITHMETIC, "the parts sum to the whole"
    )
