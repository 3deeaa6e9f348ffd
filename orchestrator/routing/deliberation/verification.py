"""Checks of an answer that do not ask another model: executed, valid by its schema. (`computed` is an exact solver's own.)

A check that fails to run (no sandbox, a time-out) says nothing; it never counts for or against an answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.schema_check import SchemaCheck
from orchestrator.seams import CodeRunner

CheckMethod = Literal["computed", "executed", "schema_valid"]
ExampleT = TypeVar("ExampleT")


class Verifier(Protocol):
    """`proves`: an answer that passes is right, and the deliberation is over. `required`: one that fails is none."""

    method: CheckMethod
    proves: bool
    required: bool

    def applies(self, question: Question) -> bool:
        """Whether answers to this question can be checked. Asked once, before any voice; must be quick."""
        ...

    async def passes(self, question: Question, answer: str) -> bool | None:
        """Whether the answer passes; None when this one cannot be checked. May raise the CouncilError tree."""
        ...


class SchemaVerifier:
    """The answer is JSON of the schema that the request gave."""

    method: CheckMethod = "schema_valid"
    proves = False
    required = True

    def applies(self, question: Question) -> bool:
        return question.json_schema is not None

    async def passes(self, question: Question, answer: str) -> bool | None:
        return None if question.json_schema is None else SchemaCheck(question.json_schema).holds(answer)


@dataclass(frozen=True, slots=True)
class ExampleCheck(Generic[ExampleT]):
    """How examples are found in a task, and how code in an answer is run against them.

    `share_passed` gets the runner, the answer and the examples; None when the answer holds no code.
    """

    stated: Callable[[str], Sequence[ExampleT]]
    share_passed: Callable[[CodeRunner, str, Sequence[ExampleT]], Awaitable[float | None]]


class ExecutedVerifier(Generic[ExampleT]):
    """The code of the answer gives what the task's examples say, in the sandbox."""

    method: CheckMethod = "executed"
    proves = True
    required = False

    def __init__(self, runner: CodeRunner, check: ExampleCheck[ExampleT]) -> None:
        self._runner = runner
        self._check = check

    def applies(self, question: Question) -> bool:
        return question.json_schema is None and bool(self._check.stated(question.text))

    async def passes(self, question: Question, answer: str) -> bool | None:
        share = await self._check.share_passed(self._runner, answer, self._check.stated(question.text))
        return None if share is None else share == 1.0
