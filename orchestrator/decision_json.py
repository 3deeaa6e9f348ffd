"""A decision as JSON: the same fields in answers, headers' long form and the journal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from orchestrator.seams import Decision


def decision_fields(decision: Decision) -> dict[str, Any]:
    """Everything about a decision, ready for JSON."""
    return {
        "skill": decision.skill,
        "model": decision.model,
        "policy": decision.policy,
        "reason": decision.reason,
        "scores": dict(decision.scores),
        "difficulty": decision.difficulty,
        "alternatives": [asdict(each) for each in decision.alternatives],
        "degradation": decision.degradation,
        "warnings": list(decision.warnings),
        "decided_ms": decision.decided_ms,
    }
