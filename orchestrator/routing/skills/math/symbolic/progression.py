"""Sums written with dots: arithmetic and geometric progressions of exact numbers."""

from __future__ import annotations

import math
from fractions import Fraction

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.limits import MAX_TERMS
from orchestrator.routing.skills.math.outcomes import NotMath, Result, TooLarge, Unverified
from orchestrator.routing.skills.math.show import equation, tree_text
from orchestrator.routing.skills.math.tree import Tree


def progression(trees: tuple[Tree, ...], last_tree: Tree) -> Result:
    """`1 + 2 + 3 + ... + 100 = 5050`. Raises NotMath where the terms shown do not say how it goes on."""
    terms, last = [value_of(tree) for tree in trees], value_of(last_tree)
    expression = f"{' + '.join(map(tree_text, trees))} + ... + {tree_text(last_tree)}"
    steps = {b - a for a, b in zip(terms, terms[1:], strict=False)}
    if len(steps) == 1:
        return equation(expression, _arithmetic(terms[0], steps.pop(), last))
    ratios = {b / a for a, b in zip(terms, terms[1:], strict=False) if a}
    if len(ratios) == 1 and all(terms):
        return equation(expression, _geometric(terms[0], ratios.pop(), last))
    raise NotMath("neither an arithmetic nor a geometric progression")


def _arithmetic(first: Fraction, step: Fraction, last: Fraction) -> Fraction:
    count = (last - first) / step + 1 if step else Fraction(0)
    if count.denominator != 1 or count < 3:
        raise NotMath("the last term is not of the progression")
    total = (first + last) * count / 2
    if count <= MAX_TERMS and sum(first + step * k for k in range(int(count))) != total:
        raise Unverified("added up it is another sum")
    return total


def _geometric(first: Fraction, ratio: Fraction, last: Fraction) -> Fraction:
    if abs(ratio) == 1 or not last:
        raise NotMath("not a progression with an end")
    length = math.log(abs(last / first)) / math.log(abs(ratio))
    if length > MAX_TERMS:
        raise TooLarge("not computed: too many terms")
    count = round(length) + 1
    if count < 3 or first * ratio ** (count - 1) != last:
        raise NotMath("the last term is not of the progression")
    return sum((first * ratio**k for k in range(count)), Fraction(0))
