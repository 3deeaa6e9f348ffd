"""What is asked, and which form its answer has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from orchestrator.routing.deliberation.options import Options, find_options
from orchestrator.seams import ChatMessage

AnswerForm = Literal["json", "choice", "number", "yes_no", "open"]

_LONGEST_ASKED_CHARS = 2000
_ARITHMETIC = re.compile(r"\d\s*(?:[-+*/×÷^%]|plus|minus|times|divided by)\s*\d", re.IGNORECASE)
_FOR_A_NUMBER = re.compile(
    r"\bhow\s+(?:many|much|old|long|far|tall|high|deep|wide|heavy)\b"
    r"|\bwhat\s+(?:number|percentage|year|(?:is|are)\s+(?:the\s+)?(?:sum|product|difference|total|average|area|half|double))\b"
    r"|\b(?:calculate|compute)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^\W*(?:what|which|who|whom|whose|where|when)\b.*[^\W_]|[^\W_]\W*\?\W*$", re.IGNORECASE)
_FOR_A_TEXT = re.compile(
    r"^\W*(?:please\s+)?(?:(?:can|could|will|would)\s+you|write|tell|explain|describe|compose|why|how\s+(?:do|does|did|can|could|to|is|are))\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|must|may|am)\b", re.IGNORECASE
)
_ALTERNATIVES = re.compile(r"\bor\b(?!\s+not\b)", re.IGNORECASE)
_YES_OR_NO = re.compile(r"\byes\W+(?:or\W+)?no\b", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """A conversation whose last user message wants an answer. Voices differ only in how they are shown it."""

    messages: Sequence[ChatMessage]
    json_schema: Mapping[str, Any] | None = None
    stop: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The user's own words of this turn; empty when no user spoke."""
        return next((message.content for message in reversed(self.messages) if message.role == "user"), "")

    @cached_property
    def options(self) -> Options | None:
        return None if self.json_schema is not None else find_options(self.text)

    @cached_property
    def form(self) -> AnswerForm:
        if self.json_schema is not None:
            return "json"
        if self.options is not None:
            return "choice"
        return _asked_form(self.text)

    @cached_property
    def asks(self) -> bool:
        """Whether the words are a question for one answer, as far as their form tells: confidence was measured on such."""
        asked = self.text.strip()[-_LONGEST_ASKED_CHARS:]
        if self.form == "open":
            sentences = re.split(r"(?<=[.!?])\s+|\n", asked)
            return any(map(_ASKS.search, sentences)) and not any(map(_FOR_A_TEXT.search, sentences))
        return not (self.form == "yes_no" and _FOR_A_TEXT.search(asked))


def states_a_sum(text: str) -> bool:
    """Whether the text has the sum itself, rather than words to make one of."""
    return _ARITHMETIC.search(text[-_LONGEST_ASKED_CHARS:]) is not None


def _asked_form(text: str) -> AnswerForm:
    asked = text.strip()[-_LONGEST_ASKED_CHARS:]
    if _YES_OR_NO.search(asked):
        return "yes_no"
    if _ARITHMETIC.search(asked) or _FOR_A_NUMBER.search(asked):
        return "number"
    last = re.split(r"(?<=[.!?])\s+|\n", asked)[-1].strip()
    if _YES_NO.match(last) and last.endswith("?") and not _ALTERNATIVES.search(last):
        return "yes_no"
    return "open"
