"""A `!` at the very end of a text: the sign of a factorial or the end of a sentence.

`5!` and `10!/8!` are factorials, since without the sign nothing is asked or another one stands there; `20% off $80!`
and `solve x + 2 = 5!` are exclaimed. What can be both, as `5 + 5!`, is answered in both readings.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from orchestrator.routing.skills.math.question import Question
from orchestrator.routing.skills.math.tree import Apply, applies

_PERCENT: Final = re.compile(r"%|\bper ?cent\b|\bpct\b|\bpercentage\b", re.IGNORECASE)
_MONEY: Final = re.compile(r"[$€£]")
_EQUATIONS: Final = frozenset({"solve", "solve_inequality", "solve_between", "solve_system"})
MARK_READ: Final = " (the ! is read as an exclamation mark, not as a factorial)"


def read_at_end(text: str, signed: Question | None, bare: Question | None) -> Question | None:
    """The question of a text that ends with `!`: `signed` is what it asks with that sign, `bare` without it.

    None where it may be either and no answer names both.
    """
    body = text.rstrip("! ")
    if _MONEY.search(text):
        return bare
    if text.count("!", len(body)) > 1:
        return bare if "=" in text or _PERCENT.search(text) else None
    if bare is None or signed is None:
        return signed or bare
    if "!" in body:
        return None if "=" in text else signed
    if _is_factorial(signed):
        return signed
    if signed.operation in _EQUATIONS or _PERCENT.search(text):
        return replace(bare, note=MARK_READ)
    return replace(signed, bare=bare)


def _is_factorial(question: Question) -> bool:
    """Whether the whole expression is one, as `(3+2)!` or `-5!`."""
    tree = question.arguments[0]
    if isinstance(tree, Apply) and tree.function == "neg":
        tree = tree.arguments[0]
    return question.operation == "evaluate" and isinstance(tree, Apply) and applies(tree, "!")
