"""Checks of candidates by what skills know: the examples that a task states."""

from __future__ import annotations

from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.verification import ExampleCheck, ExecutedVerifier, Verifier
from orchestrator.routing.skills.code import share_passed
from orchestrator.routing.skills.examples import stated_examples
from orchestrator.seams import CodeRunner

NOT_CHECKED = "examples were not checked: no sandbox"


def verifiers(runner: CodeRunner | None) -> list[Verifier]:
    """Code is checked only where there is a sandbox. What the exact solver computes needs no check: no voice is asked then."""
    return [] if runner is None else [ExecutedVerifier(runner, ExampleCheck(stated_examples, share_passed))]


def unchecked(question: Question, runner: CodeRunner | None) -> tuple[str, ...]:
    """A warning where the task states examples and there is no sandbox to run an answer against them."""
    is_stated = runner is None and question.json_schema is None and bool(stated_examples(question.text))
    return (NOT_CHECKED,) if is_stated else ()
