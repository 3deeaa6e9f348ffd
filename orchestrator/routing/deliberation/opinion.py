"""What became of each voice, and what all of them came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from orchestrator.routing.deliberation.verification import CheckMethod
from orchestrator.routing.deliberation.voices import Voice
from orchestrator.seams import Generated

Outcome = Literal["answered", "failed", "stopped_early", "out_of_time", "out_of_tokens", "not_asked"]
StopCause = Literal["decided", "proved", "tokens", "time"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One voice at the end. `answer` is its normal form, None when it had no vote; `cluster` indexes `Verdict.votes`.

    `verified` is None where no check could tell. Tokens are counted whatever the outcome; `ms` runs from its start,
    0 when it was never started. `error_code` is set exactly when it failed.
    """

    voice: Voice
    outcome: Outcome
    text: str = ""
    answer: str | None = None
    cluster: int | None = None
    weight: float = 0.0
    verified: bool | None = None
    checked_by: CheckMethod | None = None
    mean_log_prob: float | None = None
    finish_reason: Literal["stop", "length"] | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    ms: float = 0.0
    error_code: str | None = None
    error: str | None = None
    generated: Generated | None = None

    def fields(self) -> dict[str, Any]:
        """For people and JSON."""
        return {
            "model": self.voice.model,
            "sampling": {
                "temperature": self.voice.temperature, "top_p": self.voice.top_p, "seed": self.voice.seed,
                "hint": self.voice.hint, "rotation": self.voice.rotation,
            },
            "outcome": self.outcome, "text": self.text, "answer": self.answer, "cluster": self.cluster,
            "weight": self.weight, "verified": self.verified, "checked_by": self.checked_by,
            "mean_log_prob": self.mean_log_prob, "finish_reason": self.finish_reason,
            "prompt_tokens": self.prompt_tokens, "completion_tokens": self.completion_tokens, "ms": self.ms,
            "error_code": self.error_code, "error": self.error,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class VoteCount:
    """One opinion's votes. `share` is of the weight of all answers; `voices` index `Verdict.opinions`."""

    answer: str | None
    voices: tuple[int, ...]
    weight: float
    share: float
    verified: bool | None

    def fields(self) -> dict[str, Any]:
        return {
            "answer": self.answer, "voices": list(self.voices), "weight": self.weight, "share": self.share,
            "verified": self.verified,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stop:
    """Why voices were stopped before they had answered, and which."""

    cause: StopCause
    voices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the council came to. `answer` is the text to show, never empty and never an error's.

    `winner` indexes `opinions`. `confidence` is how often such a majority was right on graded questions (1.0 for a
    proved answer), None where that was not measured. `consensus`: two voices or more that
    are more than half of those that answered and have more than half of the weight of all answers.
    """

    answer: str
    winner: int
    opinions: tuple[Opinion, ...]
    votes: tuple[VoteCount, ...]
    reason: str
    confidence: float | None
    consensus: bool
    prompt_tokens: int
    completion_tokens: int
    ms: float
    stop: Stop | None = None
    warnings: tuple[str, ...] = ()

    @property
    def winning_opinion(self) -> Opinion:
        return self.opinions[self.winner]

    @property
    def share(self) -> float:
        return self.votes[0].share

    @property
    def generated(self) -> tuple[Generated, ...]:
        """Every generation that ended with an answer, in the order of the voices."""
        return tuple(
            opinion.generated
            for opinion in self.opinions
            if opinion.generated is not None and opinion.outcome == "answered"
        )

    def evidence(self) -> Mapping[str, Any]:
        """Everything but the answer, for JSON: `voices` in the order they were asked, `votes` the winner first."""
        return {
            "voices": [
                opinion.fields()
                | {"share": self.votes[opinion.cluster].share if opinion.cluster is not None else None}
                for opinion in self.opinions
            ],
            "votes": [vote.fields() for vote in self.votes],
            "winner": self.winner,
            "reason": self.reason,
            "consensus": self.consensus,
            "share": self.share,
            "tokens": {"prompt": self.prompt_tokens, "completion": self.completion_tokens},
            "ms": self.ms,
            "early_stop": None
            if self.stop is None
            else {"cause": self.stop.cause, "voices": list(self.stop.voices)},
            "warnings": list(self.warnings),
        }
