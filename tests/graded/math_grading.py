"""How an answer of the math skill is compared with a graded one. Formulas are compared as formulas, by sympy.

The expected answers are our own file's, so that sympy may read them; nothing of a user's is read this way.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import sympy

from orchestrator.seams import SkillAnswer

PROBLEMS = Path(__file__).with_name("math.jsonl")
_NAMES = {"e": sympy.E, "i": sympy.I, "ln": sympy.log, "C": sympy.Symbol("C")}


@dataclass(frozen=True)
class Problem:
    id: str
    category: str
    prompt: str
    answer: str
    kind: Literal["exact", "approx", "set", "none", "refused"]


def problems() -> list[Problem]:
    return [Problem(**json.loads(line)) for line in PROBLEMS.read_text(encoding="utf-8").splitlines()]


def is_right(problem: Problem, answer: SkillAnswer | None) -> bool:
    if problem.kind == "none" or answer is None:
        return problem.kind == "none" and answer is None
    if problem.kind == "refused":
        return answer.confidence is None and problem.answer in answer.evidence.get("refused", "")
    if answer.confidence != 1.0 or answer.method != "computed":
        return False
    exact = str(answer.evidence["exact"])
    if problem.kind == "approx":
        approx = answer.evidence["approx"]
        return approx is not None and math.isclose(approx, float(problem.answer), rel_tol=1e-9)
    if problem.kind == "set":
        found, expected = exact.split(","), problem.answer.split(",")
        return len(found) == len(expected) and all(any(same(a, b) for a in found) for b in expected)
    return same(exact, problem.answer)


def same(found: str, expected: str) -> bool:
    """Whether two answers are the same text or equal formulas."""
    if found.replace(" ", "") == expected.replace(" ", ""):
        return True
    try:
        difference = _formula(found) - _formula(expected)
    except (sympy.SympifyError, SyntaxError, TypeError, AttributeError):
        return False
    return bool(sympy.simplify(difference) == 0)


def _formula(text: str) -> sympy.Expr:
    if text.startswith("ln(|") and text.count("|") == 2:
        text = text.replace("(|", "(Abs(").replace("|)", "))")
    return sympy.sympify(text.replace("^", "**"), locals=_NAMES)
