"""A verdict that needs no generation: an exact solver, a sandbox or memory has answered, and is the one voice that is heard.

It is told as every verdict is, so that whoever reads votes reads this one: what answered is the first voice and the winner, the
voices that would have been asked follow as `not_asked`. They cost nothing and need no engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestrator.routing.deliberation.events import (
    DeliberationEvent,
    EarlyStop,
    VoiceFinished,
    VoiceStarted,
)
from orchestrator.routing.deliberation.opinion import Opinion, Stop, Verdict, VoteCount
from orchestrator.routing.deliberation.voices import Voice
from orchestrator.seams import SkillAnswer

_COMPUTED = "The exact solver computed the answer, so no other voice was asked"
_REFUSED = "The exact solver reads the question and refuses it for its size or as it has no value, so no other voice was asked"
_RUN = "The code was run as asked, so no other voice was asked"
_REMEMBERED = "Only memory knows what the user told, so no other voice was asked"


def known_verdict(known: SkillAnswer, voices: Sequence[Voice], ms: float) -> Verdict:
    """`known` without a confidence is a refusal, code that failed or a quotation: it is the answer too, but nothing is proved."""
    proved = known.confidence is not None
    was_run = known.method == "executed"
    answer = str(known.evidence.get("exact") or known.text)
    solver = Opinion(
        voice=Voice(known.skill),
        outcome="answered",
        text=known.text,
        answer=answer,
        cluster=0,
        weight=1.0,
        verified=True if proved else None,
        checked_by=None if not proved else "executed" if was_run else "computed",
        finish_reason="stop",
        ms=ms,
    )
    not_asked = tuple(Opinion(voice=voice, outcome="not_asked") for voice in voices)
    return Verdict(
        answer=known.text,
        winner=0,
        opinions=(solver, *not_asked),
        votes=(VoteCount(answer, (0,), weight=1.0, share=1.0, verified=solver.verified),),
        reason=_reason(known),
        confidence=known.confidence,
        consensus=False,
        prompt_tokens=0,
        completion_tokens=0,
        ms=ms,
        stop=Stop("proved" if proved else "decided", tuple(range(1, len(voices) + 1))),
    )


def _reason(known: SkillAnswer) -> str:
    if known.method == "cited":
        return _REMEMBERED
    if known.method == "executed":
        return _RUN
    return _COMPUTED if known.confidence is not None else _REFUSED


def known_events(verdict: Verdict) -> Iterator[DeliberationEvent]:
    """As a deliberation would tell of it."""
    solver = verdict.winning_opinion
    yield VoiceStarted(verdict.winner, solver.voice)
    yield VoiceFinished(verdict.winner, solver)
    if verdict.stop is not None:
        yield EarlyStop(verdict.stop)
    yield verdict
