"""The journal's entry of a turn: the host says who served it, never what a skill wrote of itself."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.accounts.prices import Prices
from orchestrator.accounts.v2_metrics import TurnMeasures
from orchestrator.seams import Decision
from orchestrator.telemetry.request_context import RequestContext
from orchestrator.turn.note import TurnNote
from orchestrator.turn.values import Timings, TurnResult, Usage

TOLD = {"provider": "openai", "model": "openai/mini", "because": "inference_timeout", "redactions": {}}


def result(evidence: dict[str, Any]) -> TurnResult:
    decision = Decision("mine", "tiny", "rules", "It was named.", scores={})
    return TurnResult(
        "Hi", decision, "mine", "computed", None, None, "stop", Usage(), Timings(0.0, 1.0), evidence=evidence
    )


def observed(evidence: dict[str, Any], cloud: dict[str, Any] | None) -> tuple[str, Any, dict[str, float]]:
    """Who served it, what is kept of the cloud, and the escalations counted by reason."""
    note, measures = TurnNote(requested="council/auto"), TurnMeasures()
    note.answered(result(evidence), cloud)
    request = RequestContext("r", "/hybrid")
    entry = note.entry(request, Prices({}), at_s=0.0, began_s=0.0)
    measures.observe(entry)
    samples = [sample for metric in measures.escalations.collect() for sample in metric.samples]
    counted = {each.labels["reason"]: each.value for each in samples if each.name.endswith("_total")}
    return entry.served_by, entry.cloud, counted


@pytest.mark.parametrize("own", [{"because": "I say so"}, {}, "cirrus", None, True, ["because"]])
def test_a_skills_own_evidence_of_clouds_is_evidence_alone(own: Any) -> None:
    assert observed({"cloud": own}, None) == ("local", None, {})


@pytest.mark.parametrize("evidence", [{}, {"cloud": TOLD}, {"cloud": 7}])
def test_what_the_host_says_of_the_cloud_counts(evidence: dict[str, Any]) -> None:
    assert observed(evidence, TOLD) == ("cloud", TOLD, {"inference_timeout": 1.0})
