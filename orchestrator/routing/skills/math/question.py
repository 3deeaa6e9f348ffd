"""A question that was understood: the operation that answers it, and what it is applied to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from orchestrator.routing.skills.math.tree import Tree

Argument = Tree | int | str | tuple[Tree, ...] | tuple[int, ...] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """`operation` is a name in exact.OPERATIONS or symbolic.OPERATIONS.

    `symbolic` marks what is asked about a formula rather than numbers: when it cannot be computed in time, a model
    may still say something useful about it. `bare` is another reading of the same text, which the answer names too,
    `note` is what the answer says about its reading, and `also` what else the text asks, each to be answered beside it.
    """

    operation: str
    arguments: tuple[Argument, ...]
    symbolic: bool = False
    bare: Question | None = None
    note: str = ""
    also: tuple[Question, ...] = ()


Builder = Callable[[re.Match[str]], Question]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to put a question: a pattern over the whole text, and what it asks. `build` may raise NotMath."""

    pattern: re.Pattern[str]
    build: Builder


@dataclass(frozen=True, slots=True)
class Family:
    """Forms that are tried only where one of the words or signs in `triggers` occurs."""

    triggers: frozenset[str]
    forms: Sequence[Form]


def form(pattern: str, build: Builder) -> Form:
    return Form(re.compile(pattern, re.IGNORECASE), build)


def family(triggers: str, *forms: Form) -> Family:
    return Family(frozenset(triggers.split()), forms)


def ask(operation: str, *arguments: Argument) -> Question:
    return Question(operation, arguments)


def ask_symbolic(operation: str, *arguments: Argument) -> Question:
    return Question(operation, arguments, symbolic=True)


WORD_OR_SIGN: Final = re.compile(r"[a-z]+|[%=<>:∫∑∏]|->|\.\.\.")


def words_of(text: str) -> frozenset[str]:
    """The words and signs that triggers are matched against."""
    return frozenset(WORD_OR_SIGN.findall(text.lower()))
