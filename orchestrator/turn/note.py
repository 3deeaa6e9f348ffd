"""What a request's turn came to, noted where it becomes known and written to the journal when the request is over.

Whoever answers a request tells it `asked`; nothing is recorded of a request that never did, such as a bad body.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from orchestrator.accounts.entry import CLIENT_GONE, OK, TurnEntry
from orchestrator.accounts.prices import Prices
from orchestrator.decision_json import decision_fields
from orchestrator.seams import Decision
from orchestrator.telemetry.request_context import ModelTally, RequestContext
from orchestrator.turn.values import FallThrough, TurnRequest, TurnResult

CLOUD = "cloud"
"""The key of a result's evidence under which the cloud fallback tells of itself."""


@dataclass(slots=True)
class TurnNote:
    """`requested` is the model's name as the client gave it; None as long as nothing was asked.

    `cloud` is what the cloud fallback told of what it sent and of how that ended, also where it gave no answer; None
    where nothing left the machine. `is_clouds`: it answered. Nothing else makes a turn the cloud's: evidence is any
    skill's to write.
    """

    requested: str | None = None
    request: TurnRequest | None = None
    decision: Decision | None = None
    result: TurnResult | None = None
    model: str | None = None
    error_code: str | None = None
    finished: bool = False
    first_text_s: float | None = None
    streamed: bool = False
    fell_through: FallThrough | None = None
    detail: str = ""
    cloud: Mapping[str, Any] | None = None
    is_clouds: bool = False

    def asked(self, requested: str) -> None:
        self.requested = requested

    def text_came(self) -> None:
        """The first time counts."""
        self.first_text_s = self.first_text_s or perf_counter()

    def fell(self, fell_through: FallThrough | None, detail: str) -> None:
        """Why the decided skill did not answer: who answers in its place tells it, also where that is the cloud."""
        self.fell_through, self.detail = fell_through, detail

    def sending(self, cloud: Mapping[str, Any]) -> None:
        """The conversation is about to go to the cloud. Whoever hears no more of it has left."""
        self.cloud = {**cloud, "outcome": CLIENT_GONE}

    def cloud_failed(self, outcome: str | None) -> None:
        """How the cloud ended without an answer; None where nothing was sent after all."""
        if self.cloud is not None:
            self.cloud = None if outcome is None else {**self.cloud, "outcome": outcome}

    def answered(self, result: TurnResult, cloud: Mapping[str, Any] | None = None) -> None:
        self.result, self.model, self.finished = result, result.model, True
        self.is_clouds, self.cloud = cloud is not None, cloud if cloud is not None else self.cloud

    def ended(self) -> None:
        """The answer of a model that was named, or chosen to go on with a text, is complete."""
        self.finished = True

    def failed(self, code: str) -> None:
        """The first failure counts: what follows it is its consequence."""
        self.error_code = self.error_code or code

    @property
    def outcome(self) -> str:
        if self.error_code is not None:
            return self.error_code
        return OK if self.finished else CLIENT_GONE

    def entry(self, request: RequestContext, prices: Prices, *, at_s: float, began_s: float) -> TurnEntry:
        """The journal's entry. `at_s` is Unix time of the beginning, `began_s` the same on the clock of `perf_counter`."""
        result, used = self.result, _sum(request.used)
        answered = self.outcome == OK
        first = self.first_text_s
        return TurnEntry(
            request_id=request.request_id,
            at_s=at_s,
            route=request.path,
            requested=self.requested or "",
            outcome=self.outcome,
            served_by=("cloud" if self.is_clouds else "local") if answered else "none",
            latency_ms=(perf_counter() - began_s) * 1e3,
            skill=result.skill if result else None,
            model=self.model if answered else None,
            method=result.method if result else None,
            decision=decision_fields(self.decision) if self.decision else None,
            confidence=result.confidence if result else None,
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.new_tokens,
            nano_usd=prices.cost(request.used),
            first_text_ms=None if first is None else (first - began_s) * 1e3,
            cloud=self.cloud,
            streamed=self.streamed,
            consensus=result is not None and result.evidence.get("consensus") is True,
        )


def _sum(used: Mapping[str, ModelTally]) -> ModelTally:
    return ModelTally(
        sum(tally.prompt_tokens for tally in used.values()), sum(tally.new_tokens for tally in used.values())
    )


_current: ContextVar[TurnNote | None] = ContextVar("current_note", default=None)


def current_note() -> TurnNote:
    """The running request's note; without a request, one that nobody looks at."""
    return _current.get() or TurnNote()


def begin_note() -> TurnNote:
    """A new request's note, which everything that the request starts will find."""
    note = TurnNote()
    _current.set(note)
    return note
