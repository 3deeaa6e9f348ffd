"""Arrangements of the letters of a word."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

from orchestrator.routing.skills.math.limits import check_factorial
from orchestrator.routing.skills.math.outcomes import ARITHMETIC, Result
from orchestrator.routing.skills.math.show import as_float


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
