"""Turns that the cloud answers when local inference failed before the first word, and only then.

Only for Council's own names of models: a concrete model is obeyed. Not for what only our engines can hold to (a JSON schema,
log-probabilities) nor for supplied documents, whose citations are checked here. When the cloud cannot help either, the
local error stands.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from orchestrator.accounts.meter import Held
from orchestrator.cloud.fallback import CloudAnswer, CloudFallback
from orchestrator.cloud.upstream import UpstreamAsk
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
            async with aclosing(self.rescue(request, error, began_s)) as events:
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
        self, request: TurnRequest, error: LocalFailure, began_s: float
    ) -> AsyncGenerator[TurnEvent, None]:
        """The turn from the cloud. Raises `error` before the first text where the cloud cannot help."""
        if not _may_go(request, error):
            raise error
        ask = UpstreamAsk(
            messages=request.messages,
            max_tokens=request.max_tokens or self.turns.limits.max_tokens,
            temperature=request.temperature,
            top_p=request.top_p,
            seed=request.seed,
            stop=request.stop,
        )
        routed = self._routed(request, error)
        text_came = False
        try:
            async with aclosing(self.cloud.stream(ask)) as items:
                async for item in items:
                    if isinstance(item, str):
                        if not text_came:
                            current_note().text_came()
                            yield Decided(routed)
                        text_came = True
                        yield TextPiece(item)
                    else:
                        yield Finished(_result(request, routed.decision, item, error, began_s))
        except CouncilError as cloud_error:
            if text_came:
                raise
            log.info("the cloud fallback did not help: %s", cloud_error.message)
            raise error from cloud_error

    def _routed(self, request: TurnRequest, error: LocalFailure) -> Routed:
        """The decision for the cloud: its model, and why; what was decided before the failure is told behind it."""
        before, model = current_note().decision, self.cloud.upstream.id if self.cloud.upstream else ""
        failed = f"Local inference failed ({_because(error)})"
        if before is None:
            decision = Decision("general", model, POLICY, f"{failed} before a decision was made.", scores={})
        else:
            alone = " alone, without a vote" if request.model == VOTE else ""
            reason = f"{failed}, so {model} answers{alone}. Decided before: {before.reason}"
            decision = replace(before, skill="general", model=model, policy=POLICY, reason=reason)
        current_note().decision = decision
        return Routed(decision, users_words(request.messages))


def _result(
    request: TurnRequest, decision: Decision, answer: CloudAnswer, error: LocalFailure, began_s: float
) -> TurnResult:
    generated, note = answer.generated, current_note()
    evidence: dict[str, Any] = {CLOUD: answer.as_evidence(_because(error))}
    warnings = list(answer.warnings)
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
    note.answered(result)
    return result


def _may_go(request: TurnRequest, error: LocalFailure) -> bool:
    return (
        request.model in COUNCIL_NAMES
        and not request.is_constrained
        and not request.documents
        and all(code in _RESCUED_CODES for code in _causes(error))
    )


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
