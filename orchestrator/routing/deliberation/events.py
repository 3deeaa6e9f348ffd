"""What can be watched of a deliberation while it runs. The last event is the `Verdict`, unless it raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.routing.deliberation.opinion import Opinion, Stop, Verdict
from orchestrator.routing.deliberation.voices import Voice


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    index: int
    voice: Voice


@dataclass(frozen=True, slots=True)
class VoiceFinished:
    """An answer that counts, checked where it could be."""

    index: int
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class VoiceFailed:
    index: int
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class EarlyStop:
    """The voices named will not answer any more; they are stopped before this is told."""

    stop: Stop


DeliberationEvent = VoiceStarted | VoiceFinished | VoiceFailed | EarlyStop | Verdict


def event_fields(event: DeliberationEvent) -> tuple[str, Mapping[str, Any]]:
    """A name and what can be written as JSON, for a progress event of a stream."""
    match event:
        case VoiceStarted(index, voice):
            return "voice_started", {"voice": index, "model": voice.model}
        case VoiceFinished(index, opinion):
            return "voice_finished", {"voice": index, **opinion.fields()}
        case VoiceFailed(index, opinion):
            return "voice_failed", {"voice": index, **opinion.fields()}
        case EarlyStop(stop):
            return "early_stop", {"cause": stop.cause, "voices": list(stop.voices)}
        case Verdict():
            return "verdict", {"answer": event.answer, "confidence": event.confidence, **event.evidence()}
