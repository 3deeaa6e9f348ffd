"""Checks of candidates by what skills know: the solver's result, and the examples that a task states."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from math import isclose

from orchestrator.routing.deliberation.normal_form import final_number
from orchestrator.routing.deliberation.verification import (
    ComputedVerifier,
    ExampleCheck,
    ExecutedVerifier,
    Verifier,
)
from orchestrator.routing.skills.code import share_passed
from orchestrator.routing.skills.examples import stated_examples
from orchestrator.routing.skills.math import recognise
from orchestrator.seams import CodeRunner, Generator, Skill, SkillAnswer, SkillTask

_SAME = 1e-9
_SOLVE_S = 5.0


def verifiers(solver: Skill, generator: Generator, runner: CodeRunner | None) -> list[Verifier]:
    """Code is checked only where there is a sandbox."""
    computed = Computed(solver, generator)
    found: list[Verifier] = [ComputedVerifier(lambda text: recognise(text) == 1.0, computed.is_right)]
    if runner is not None:
        found.append(ExecutedVerifier(runner, ExampleCheck(stated_examples, share_passed)))
    return found


class Computed:
    """Whether an answer's number is the one that the solver computes."""

    def __init__(self, solver: Skill, generator: Generator) -> None:
        self._solver = solver
        self._generator = generator

    async def is_right(self, question: str, answer: str) -> bool | None:
        """None when the solver has no number, or the answer none."""
        task = SkillTask(question, (), "", self._generator, deadline_s=_SOLVE_S)
        computed = await self._solver.answer(task)
        right, said = _computed_number(computed), final_number(answer)
        return None if right is None or said is None else _same(right, Decimal(said))


def _computed_number(computed: SkillAnswer | None) -> Fraction | None:
    if computed is None:
        return None
    for value in (computed.evidence.get("exact"), computed.evidence.get("approx")):
        with suppress(ValueError, ZeroDivisionError):
            if value is not None:
                return Fraction(str(value))
    return None


def _same(right: Fraction, said: Decimal) -> bool:
    """Equal, or equal in every digit that the answer has: 0.33 is one third as far as it goes."""
    places = -int(said.as_tuple().exponent)
    if places > 1 and abs(right - Fraction(said)) * 2 <= Fraction(1, 10**places):
        return True
    return isclose(float(right), float(said), rel_tol=_SAME)
