"""Turns that the cloud answers when local inference failed before the first word, and only then.

Only for Council's own names of models: a concrete model is obeyed, also as a voice of a vote. Not for what only our engines can hold to (a JSON schema,
log-probabilities) nor for supplied documents, whose citations are checked here. When the cloud cannot help either, the
local error stands.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Any

from orchestrator.accounts.meter import Held
from orchestrator.cloud.fallback import CloudAnswer, CloudFallback, cloud_evidence
from orchestrator.cloud.upstream import UpstreamAsk, UpstreamFailure
from orchestrator.errors import (
    CouncilError,
    InferenceError,
    InferenceStreamBroken,
    InferenceTimeout,
    InferenceUnavailable,
    ModelNotReady,
    NoVoiceAnswered,
)
from orchestrator.seams import Decision
from orchestrator.turn.features import users_words
from orchestrator.turn.note import CLOUD, current_note
from orchestrator.turn.shown import as_shown
from orchestrator.turn.turns import Turns
from orchestrator.turn.values import (
    COUNCIL_NAMES,
    VOTE,
    Decided,
    Finished,
    Routed,
    TextPiece,
    Timings,
    TurnEvent,
    TurnRequest,
    TurnResult,
    Usage,
)

log = logging.getLogger(__name__)

POLICY = "cloud_fallback"
ANSWERED = "answered"
"""The outcome that the journal tells of an answer that is complete."""
NO_VOTE = "no vote was held, as local inference failed"
LOCAL_FAILURES = (InferenceError, NoVoiceAnswered)
LocalFailure = InferenceError | NoVoiceAnswered


@dataclass(frozen=True, slots=True)
class RescuedTurns:
    """As `Turns`, with the cloud behind it."""

    turns: Turns
    cloud: CloudFallback[Held]

    async def answer(self, request: TurnRequest) -> TurnResult:
        """The whole answer. Raises the CouncilError tree."""
        began_s = perf_counter()
        try:
            return await self.turns.answer(request)
        except LOCAL_FAILURES as error:
            async with aclosing(self.rescue(request, error, began_s, whole=True)) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        return event.result
        raise AssertionError("a turn that does not raise finishes")

    async def stream(self, request: TurnRequest) -> AsyncGenerator[TurnEvent, None]:
        """As `Turns.stream`; close it on every path. After a piece of text an error stands.

        Where the cloud answers in the place of what was decided, there is a second `Decided` before its first text.
        """
        began_s, text_came = perf_counter(), False
        try:
            async with aclosing(self.turns.stream(request)) as events:
                async for event in events:
                    text_came = text_came or isinstance(event, TextPiece)
                    yield event
            return
        except LOCAL_FAILURES as error:
            if text_came:
                raise
            failure = error
        async with aclosing(self.rescue(request, failure, began_s)) as events:
            async for event in events:
                yield event

    async def rescue(
        self,
        request: TurnRequest,
        error: LocalFailure,
        began_s: float,
        not_sent: Sequence[str] = (),
        *,
        whole: bool = False,
    ) -> AsyncGenerator[TurnEvent, None]:
        """The turn from the cloud. Raises `error` before the first text where the cloud cannot help.

        `not_sent` names parameters of the request that the upstream cannot be given: the evidence tells of them.
        `whole`: the text comes in one piece, once the answer is complete; of one that breaks off nothing is given.
        """
        if not _may_go(request, error):
            raise error
        ask = UpstreamAsk(
            messages=as_shown(request).messages,
            max_tokens=request.max_tokens or self.turns.limits.max_tokens,
            temperature=request.temperature,
            top_p=request.top_p,
            seed=request.seed,
            stop=request.stop,
        )
        routed: Routed | None = None
        first_s: float | None = None
        try:
            async with aclosing(self.cloud.stream(ask, partial(self._note_sending, error))) as items:
                async for item in items:
                    first_s = first_s or perf_counter()
                    if whole and isinstance(item, str):
                        continue
                    if routed is None:
                        routed = self._take_over(request, error, first_s)
                        yield Decided(routed)
                    if isinstance(item, str):
                        yield TextPiece(item)
                        continue
                    if whole:
                        yield TextPiece(item.generated.text)
                    yield Finished(_result(request, routed.decision, item, error, began_s, not_sent))
        except CouncilError as cloud_error:
            current_note().cloud_failed(_outcome_of(cloud_error))
            if routed is not None:
                raise
            log.info("the cloud fallback did not help: %s", cloud_error.message)
            raise error from cloud_error

    def _note_sending(self, error: LocalFailure, redactions: Mapping[str, int]) -> None:
        """The journal tells what left the machine whatever comes of it."""
        upstream = self.cloud.upstream
        assert upstream is not None, "nothing is sent without an upstream"
        told = cloud_evidence(upstream.provider, upstream.id, _because(error), redactions)
        current_note().sending(told)

    def _take_over(self, request: TurnRequest, error: LocalFailure, first_s: float) -> Routed:
        """Note the decision for the cloud: its model, and why; what was decided before the failure is told behind it.

        Only for a cloud that answers: until then what was decided here stands, for the journal too.
        """
        note, upstream = current_note(), self.cloud.upstream
        assert upstream is not None, "nothing answers without an upstream"
        before, model = note.decision, upstream.id
        failed = f"Local inference failed ({_because(error)})"
        if before is None:
            decision = Decision("general", model, POLICY, f"{failed} before a decision was made.", scores={})
        else:
            alone = " alone, without a vote" if request.model == VOTE else ""
            reason = f"{failed}, so {model} answers{alone}. Decided before: {before.reason}"
            decision = replace(before, skill="general", model=model, policy=POLICY, reason=reason)
        note.decision = decision
        note.first_text_s = note.first_text_s or first_s
        return Routed(decision, users_words(request.messages))


def _result(
    request: TurnRequest,
    decision: Decision,
    answer: CloudAnswer,
    error: LocalFailure,
    began_s: float,
    not_sent: Sequence[str],
) -> TurnResult:
    generated, note = answer.generated, current_note()
    told = answer.as_evidence(_because(error))
    evidence: dict[str, Any] = {CLOUD: told}
    warnings = [*answer.warnings, *(f"{name} was not sent to the cloud" for name in not_sent)]
    if request.model == VOTE:
        evidence["reason"] = f"{NO_VOTE}: {generated.model} answered alone"
        warnings.insert(0, NO_VOTE)
    if warnings:
        evidence["warnings"] = warnings
    if note.detail:
        evidence["detail"] = note.detail
    result = TurnResult(
        text=generated.text,
        decision=decision,
        skill="general",
        method="generated",
        model=generated.model,
        confidence=None,
        finish_reason=generated.finish_reason,
        usage=Usage.of((generated,)),
        timings=Timings(decision.decided_ms, (perf_counter() - began_s) * 1e3),
        evidence=evidence,
        fell_through=note.fell_through,
        generated=(generated,),
    )
    note.answered(result, {**told, "outcome": ANSWERED})
    return result


def _may_go(request: TurnRequest, error: LocalFailure) -> bool:
    return (
        request.model in COUNCIL_NAMES
        and not request.voices
        and not request.is_constrained
        and not request.documents
        and all(code in _RESCUED_CODES for code in _causes(error))
    )


def _outcome_of(cloud_error: CouncilError) -> str | None:
    """How the cloud failed, None where nothing left the machine."""
    if not isinstance(cloud_error, UpstreamFailure):
        return "faulty"
    return None if cloud_error.outcome == "not_reached" else cloud_error.outcome


def _causes(error: LocalFailure) -> Sequence[str]:
    return error.causes if isinstance(error, NoVoiceAnswered) else (error.code,)


def _because(error: LocalFailure) -> str:
    """The one reason where all voices had the same."""
    causes = set(_causes(error))
    return causes.pop() if len(causes) == 1 else error.code


# A model that had nothing to say, or a busy one, did not fail: asking another for money is not what that calls for.
_RESCUED_CODES = frozenset(
    kind.code
    for kind in (
        InferenceError,
        InferenceUnavailable,
        ModelNotReady,
        InferenceStreamBroken,
        InferenceTimeout,
    )
)
