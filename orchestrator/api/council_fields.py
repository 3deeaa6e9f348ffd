"""How a decision and an answer's standing are told: the `council` extension of bodies and the `x-council-*` headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from orchestrator.decision_json import decision_fields
from orchestrator.seams import Decision
from orchestrator.turn.features import history_chars
from orchestrator.turn.values import Routed, Timings, TurnRequest, TurnResult

_MAX_HEADER_CHARS = 300
_PLAIN = "".join(map(chr, range(32, 127))).replace("%", "")


def routed_fields(routed: Routed) -> dict[str, Any]:
    return {"decision": decision_fields(routed.decision), "embed_ms": routed.embed_ms}


def route_fields(request: TurnRequest, routed: Routed) -> dict[str, Any]:
    """A decision with what it was made from, for those who ask about it."""
    return {
        **routed_fields(routed),
        "features": {
            "requested": request.model,
            "user_turns": sum(message.role == "user" for message in request.messages),
            "history_chars": history_chars(request.messages),
            "documents": len(request.documents),
        },
    }


def result_fields(result: TurnResult) -> dict[str, Any]:
    """What answered and how far it can be relied on; `decision` says what was decided before."""
    return {
        "skill": result.skill,
        "method": result.method,
        "model": result.model,
        "confidence": result.confidence,
        "evidence": dict(result.evidence),
        "fell_through": result.fell_through,
        "decision": decision_fields(result.decision),
        "timings": timing_fields(result.timings),
    }


def timing_fields(timings: Timings) -> dict[str, float | None]:
    return {name: None if ms is None else round(ms, 3) for name, ms in asdict(timings).items()}


def decision_headers(decision: Decision) -> Mapping[str, str]:
    """The decision in short. What is not printable ASCII is percent-encoded, as `%` itself is."""
    values = {
        "skill": decision.skill,
        "model": decision.model,
        "policy": decision.policy,
        "reason": decision.reason,
    }
    return {f"x-council-{name}": _safe(value) for name, value in values.items()}


def _safe(value: str) -> str:
    return quote(value[:_MAX_HEADER_CHARS], safe=_PLAIN)
