"""What is counted: arrangements of letters, chances, packs, bytes."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.limits import check_factorial
from orchestrator.routing.skills.math.outcomes import ARITHMETIC, Result
from orchestrator.routing.skills.math.show import (
    approx_text,
    as_float,
    decimal_text,
    fraction_text,
    number_text,
    tree_text,
)
from orchestrator.routing.skills.math.tree import Tree


def arrangements(word: str) -> Result:
    """Distinct orders of the letters, upper and lower case alike: n! over the factorials of the repeats."""
    letters = Counter(word.upper())
    check_factorial(len(word))
    count = math.factorial(len(word))
    for repeats in letters.values():
        count //= math.factorial(repeats)
    below = " ".join(f"{repeats}!" for repeats in letters.values() if repeats > 1).replace(" ", " * ")
    expression = f"{len(word)}!" + (f" / ({below})" if below else "")
    statement = f"The letters of {word.upper()} have {count} distinct arrangements: {expression} = {count}"
    return Result(
        statement, expression, str(count), as_float(Fraction(count)), ARITHMETIC, "counted by letters"
    )


def chance(cases: Tree) -> Result:
    """`1 of 36 cases = 1/36 ≈ 0.02777778`."""
    value = value_of(cases)
    said = tree_text(cases)
    exact = fraction_text(value)
    first = f"{said.replace(' / ', ' of ')} cases = "
    shown = exact if decimal_text(value) is None else f"{exact} = {decimal_text(value)}"
    if decimal_text(value) is None:
        shown = f"{exact} ≈ {approx_text(float(value))}"
    return Result(f"{first}{shown}", said, exact, as_float(value), ARITHMETIC, "all cases counted")


def rounded_up(things: Tree, size: Tree, group: str) -> Result:
    """`100 / 12 = 25/3, so 9 boxes`."""
    value = value_of(things) / value_of(size)
    count = math.ceil(value)
    expression = f"{tree_text(things)} / {tree_text(size)}"
    exact = f"{count} {group}"
    statement = f"{expression} = {fraction_text(value)}, so {exact}"
    return Result(statement, expression, exact, float(count), ARITHMETIC, "exact arithmetic on fractions")


def data_size(count: Tree, unit: str, target: str, steps: int) -> Result:
    """`1 GB = 1000 MB`, of 1000 each as the standard has it, and of 1024 each."""
    value = value_of(count)
    decimal, binary = value * Fraction(1000) ** steps, value * Fraction(1024) ** steps
    source = f"{tree_text(count)} {unit}"
    shown, other = (number_text(each, as_decimal=True) for each in (decimal, binary))
    note = f"in steps of 1000; in steps of 1024 it is {other} {target}"
    exact = f"{shown} {target}"
    return Result(
        f"{source} = {exact} ({note})",
        f"{source} in {target}",
        exact,
        as_float(decimal),
        ARITHMETIC,
        "by definition",
    )
