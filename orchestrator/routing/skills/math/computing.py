"""The result of a question by a table of operations, in each of its readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from orchestrator.routing.skills.math.exclaimed import MARK_READ
from orchestrator.routing.skills.math.outcomes import NeedsSymbols, NotMath, Refused, Result
from orchestrator.routing.skills.math.question import Question

Operations = Mapping[str, Callable[..., Result]]
_LONGEST: Final = 200
"""Characters of an answer beside which another is still seen."""


def computed(question: Question, operations: Operations) -> Result:
    """The result, which names both readings where they differ. Raises NeedsSymbols where the operations do not do."""
    if question.also:
        asked = (replace(question, also=()), *question.also)
        return _together([computed(each, operations) for each in asked])
    if question.bare is None:
        return _noted(_one(question, operations), question.note)
    bare = _one(question.bare, operations)
    try:
        signed = _one(question, operations)
    except (NotMath, Refused):
        return _noted(bare, MARK_READ)
    if signed.exact == bare.exact:
        return signed
    if len(signed.statement) > _LONGEST:
        return _noted(bare, MARK_READ)
    both = f"{signed.statement} with the factorial; {bare.statement} where the ! only ends the sentence"
    return replace(signed, statement=both)


def _together(results: Sequence[Result]) -> Result:
    """One result of several sums; it has no one number."""

    def each(field: str) -> str:
        return "; ".join(dict.fromkeys(getattr(result, field) for result in results))

    statement, exact = (
        "; ".join(getattr(result, field) for result in results) for field in ("statement", "exact")
    )
    return Result(statement, each("expression"), exact, None, each("engine"), each("checked"))


def _one(question: Question, operations: Operations) -> Result:
    operation = operations.get(question.operation)
    if operation is None:
        raise NeedsSymbols
    return operation(*question.arguments)


def _noted(result: Result, note: str) -> Result:
    return replace(result, statement=f"{result.statement}{note}") if note else result
