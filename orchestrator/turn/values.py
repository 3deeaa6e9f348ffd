"""What goes into a turn and what comes out of it. No behaviour beyond sums; `orchestrator.turn.turns` has the story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal

import numpy as np

from orchestrator.routing.skills.registry import FallThrough as SkillFallThrough
from orchestrator.seams import ChatMessage, Decision, Document, Generated, SkillName
from orchestrator.turn.owner import LOCAL

AUTO = "council/auto"
VOTE = "council/vote"
ROLE_NAMES: Mapping[str, str] = {
    "council/fast": "fast",
    "council/balanced": "balanced",
    "council/code": "code",
    "council/long-context": "long_context",
}
KNOWLEDGE = "knowledge"
NO_MODEL = "no model is installed: run `council models pull` and restart"
COUNCIL_NAMES = (AUTO, *ROLE_NAMES, VOTE)

Method = Literal["computed", "executed", "cited", "generated", "voted"]
FallThrough = SkillFallThrough | Literal["constrained"]
"""Why the decided skill did not answer; `constrained`: the request fixes the form of the text, as only an engine can."""


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """One turn of a conversation. The last message is the user's; its content alone is routed on.

    `model` is `council/auto`, a role (`council/fast` ...), `council/vote` or an installed model's id. `skill` overrides
    the decision's skill by name. `voices` are model ids for `council/vote`; empty leaves them to the deliberation.
    `documents` are data to answer from. `owner` is whose memories count, None for nobody's. None means the model's own default, for `max_tokens` the default of settings.
    """

    messages: Sequence[ChatMessage]
    model: str = AUTO
    documents: Sequence[Document] = ()
    skill: SkillName | None = None
    voices: Sequence[str] = ()
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    json_schema: Mapping[str, Any] | None = None
    budget_left_usd: float | None = None
    owner: str | None = LOCAL
    may_be_remembered: bool = True
    fixes_form: bool = False
    """Whether the surface asks for something of the text that only an engine can give, such as log-probabilities."""

    @property
    def is_constrained(self) -> bool:
        """Whether the text must come from an engine as it is: skills are then not asked."""
        return self.fixes_form or self.json_schema is not None


@dataclass(frozen=True, slots=True)
class Routed:
    """A decision with what it took. `decision.model` is an installed model's id, `text` the user's own words. Where none is
    installed it is `""`, and only what needs no model is decided at all.

    `embedding` is that of the words, as the decision used it. `began_s` is when deciding began, on the clock of `perf_counter`: a turn's times count from there.
    """

    decision: Decision
    text: str
    embed_ms: float | None = None
    began_s: float = field(default_factory=perf_counter)
    embedding: np.ndarray | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Usage:
    """Engine tokens of everything that was generated for a turn, also by skills that then fell through.

    Both are 0 when nothing was generated: a computed answer costs no tokens.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens
        )

    @classmethod
    def of(cls, generated: Sequence[Generated]) -> Usage:
        return cls(
            sum(each.prompt_tokens for each in generated),
            sum(each.completion_tokens for each in generated),
        )


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds. `first_text_ms` is from the start of the turn to the first text that could be shown."""

    decide_ms: float
    total_ms: float
    embed_ms: float | None = None
    first_text_ms: float | None = None


@dataclass(frozen=True, slots=True)
class TurnResult:
    """An answer that stands. `skill` is the one that answered, `decision.skill` the one that was decided.

    They differ when the decided one fell through to `knowledge`, where documents came along, or to general generation;
    `fell_through` then says why.
    `model` wrote the text; None when no model did. `generated` is every generation that ended, for charging.
    """

    text: str
    decision: Decision
    skill: SkillName
    method: Method
    model: str | None
    confidence: float | None
    finish_reason: Literal["stop", "length"]
    usage: Usage
    timings: Timings
    evidence: Mapping[str, Any] = field(default_factory=dict)
    fell_through: FallThrough | None = None
    generated: tuple[Generated, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """First event of every stream."""

    routed: Routed


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Text that may be shown. Pieces put together are `TurnResult.text`."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What happens inside a deliberation, for display only: `data` can be serialised to JSON."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """Last event of every stream that did not raise."""

    result: TurnResult


TurnEvent = Decided | TextPiece | Progress | Finished
