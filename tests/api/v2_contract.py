"""What v2 documented of every route, as data: fields, types, statuses. The tests hold the server to it.

`Null` beside a type is a value that Council does not have and does not make up. Fields of the two applications and of
the documents that disagreed are all here: the contract is their union.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Null = type(None)
Types = tuple[type, ...]
Shape = Mapping[str, Any]

TEXT: Types = (str,)
FLOAT: Types = (float,)
COUNT: Types = (int,)
FLAG: Types = (bool,)
MAYBE_FLOAT: Types = (float, Null)


@dataclass(frozen=True)
class Each:
    """A list, every entry of this shape or type."""

    of: Any


@dataclass(frozen=True)
class Values:
    """An object of any keys, every value of this shape or type."""

    of: Any


@dataclass(frozen=True)
class Route:
    """One documented call. `section` is where v2's facts say so; `changed` what is different on purpose."""

    name: str
    section: str
    method: str
    path: str
    shape: Shape
    body: Any = None
    status: int = 200
    changed: str = ""
    kind: str = field(default="application/json")


HYBRID: Shape = {
    # section 1.1, the shim's
    "text": TEXT,
    "model": TEXT,
    "latency_ms": FLOAT,
    "skill_type": TEXT,
    "confidence": MAYBE_FLOAT,
    "timestamp": TEXT,
    # the documents' aliases
    "answer": TEXT,
    "response": TEXT,
    "specialist": TEXT,
    # section 1.2, the main application's
    "provider": TEXT,
    "model_used": TEXT,
    "hybrid_latency_ms": FLOAT,
    "cloud_consulted": FLAG,
    "cost_cents": FLOAT,
    "council_used": FLAG,
    "council_voices": (dict, Null),
}
CHAT_COMPLETION: Shape = {
    **HYBRID,
    "id": TEXT,
    "object": TEXT,
    "created": COUNT,
    "choices": Each({"index": COUNT, "message": {"role": TEXT, "content": TEXT}, "finish_reason": TEXT}),
    "usage": {"prompt_tokens": COUNT, "completion_tokens": COUNT, "total_tokens": COUNT},
}
ORCHESTRATE: Shape = {"text": TEXT, "model_used": TEXT, "latency_ms": FLOAT, "cost_cents": FLOAT}
VOTE: Shape = {
    "text": TEXT,
    "model_used": TEXT,
    "latency_ms": FLOAT,
    "confidence": MAYBE_FLOAT,
    "candidates": Each(TEXT),
    "total_cost_cents": FLOAT,
    "council_voices": (dict, Null),
    "council_consensus": (bool, float, dict, Null),
    "council_used": FLAG,
    "winner": {"model": TEXT, "confidence": MAYBE_FLOAT},
    "all_candidates": Each({"text": TEXT, "model": TEXT, "confidence": MAYBE_FLOAT}),
    "voting_stats": {
        "total_candidates": COUNT,
        "winner_confidence": MAYBE_FLOAT,
        "confidence_spread": MAYBE_FLOAT,
        "voting_time_ms": FLOAT,
    },
}
COUNCIL: Shape = {
    "text": TEXT,
    "council_used": FLAG,
    "voice_responses": Values(TEXT),
    "total_latency_ms": FLOAT,
    "total_cost_dollars": FLOAT,
    "consensus_achieved": FLAG,
    "risk_flags": Each(TEXT),
}
CHAT: Shape = {
    "text": TEXT,
    "model": TEXT,
    "latency_ms": FLOAT,
    "skill_type": TEXT,
    "confidence": MAYBE_FLOAT,
    "timestamp": FLOAT,
    "council_used": FLAG,
    "memory_context": FLAG,
}
HEALTH: Shape = {
    "status": TEXT,
    "service": TEXT,
    "version": TEXT,
    "timestamp": FLOAT,
    "loaded_models": COUNT,
    "available_heads": Each(TEXT),
    "backends": Values(COUNT),
    "council": {"enabled": FLAG, "traffic_percent": (int, float, Null), "controller_active": FLAG},
    "memory_items": (int, Null),
    "sandbox_enabled": FLAG,
    "specialists_loaded": COUNT,
    "uptime_seconds": FLOAT,
    "memory_system": TEXT,
    "sandbox_system": TEXT,
    "specialists": Each(TEXT),
}
STATS: Shape = {
    "requests_total": COUNT,
    "requests_success": COUNT,
    "requests_mock_detected": COUNT,
    "requests_cloud_fallback": COUNT,
    "success_rate": FLOAT,
    "mock_rate": FLOAT,
    "cloud_fallback_rate": FLOAT,
    "avg_latency_ms": FLOAT,
    "uptime_seconds": FLOAT,
    "timestamp": FLOAT,
    "memory_queries_total": (int, Null),
    "sandbox_executions_total": COUNT,
}
MODELS: Shape = {
    "loaded_models": Each(TEXT),
    "count": COUNT,
    "backend": TEXT,
    "status": TEXT,
    "object": TEXT,
    "data": Each(
        {
            "id": TEXT,
            "object": TEXT,
            "created": COUNT,
            "owned_by": TEXT,
            "provider": TEXT,
            "name": TEXT,
            "endpoint": TEXT,
            "pricing": (dict,),
        }
    ),
    "providers": Each(TEXT),
    "priority": Each(TEXT),
}
BUDGET: Shape = {
    "budget_status": {
        "rolling_cost_dollars": FLOAT,
        "max_budget_dollars": FLOAT,
        "utilization_percent": FLOAT,
        "budget_exceeded": FLAG,
        "remaining_dollars": FLOAT,
        "window_hours": FLOAT,
    },
    "cost_breakdown": {"total_requests": COUNT},
    "daily_budget_usd": FLOAT,
    "spent_today_usd": FLOAT,
    "remaining_usd": FLOAT,
    "requests_today": COUNT,
    "avg_cost_per_request": FLOAT,
    "status": TEXT,
}
COUNCIL_STATUS: Shape = {
    "council_enabled": FLAG,
    "voice_models": Values(TEXT),
    "budget_limits": {"max_cost_per_request": MAYBE_FLOAT, "daily_budget": FLOAT},
    "trigger_config": {"min_tokens": COUNT, "keywords": Each(TEXT)},
    "performance_targets": {"p95_latency_ms": FLOAT},
}
ADMIN_STATUS: Shape = {"cloud_enabled": FLAG, "budget_usd": FLOAT, "sandbox_enabled": FLAG, "status": TEXT}
CANARY_SIDE: Shape = dict.fromkeys(
    (
        "latency_p95",
        "success_rate",
        "requests_per_minute",
        "error_rate",
        "memory_usage_mb",
        "sandbox_executions_per_hour",
    ),
    MAYBE_FLOAT,
)
CANARY_STATUS: Shape = {
    "is_active": FLAG,
    "traffic_percent": COUNT,
    "production_version": TEXT,
    "canary_version": (str, Null),
    "deployment_step": TEXT,
    "safety_status": TEXT,
}
REFUSED: Shape = {"detail": TEXT, "error": {"message": TEXT, "code": TEXT}}
INVALID: Shape = {
    "detail": Each({"loc": (list,), "msg": TEXT, "type": TEXT}),
    "error": {"message": TEXT, "code": TEXT},
}

ASK = {"prompt": "Where does the fox go?"}
MESSAGES = {"messages": [{"role": "user", "content": "Where does the fox go?"}]}
EVENTS = "text/event-stream; charset=utf-8"
MEASURED = "measured; v2 gave a constant"
NO_CANARY = "503 no_canary_deployment; v2 answered 200 and did nothing"

ROUTES: tuple[Route, ...] = (
    Route("/hybrid prompt", "1.1", "POST", "/hybrid", HYBRID, ASK),
    Route("/hybrid empty prompt", "1.1", "POST", "/hybrid", HYBRID, {"prompt": ""}),
    Route("/hybrid query", "1.1 (README)", "POST", "/hybrid", HYBRID, {"query": "Where does the fox go?"}),
    Route("/hybrid messages", "1.5", "POST", "/hybrid", CHAT_COMPLETION, MESSAGES),
    Route("/hybrid unknown fields", "1.1", "POST", "/hybrid", HYBRID, {**ASK, "foo": 1, "stream": "false"}),
    Route("/hybrid streamed by body", "1.1", "POST", "/hybrid", {}, {**ASK, "stream": True}, kind=EVENTS, changed="real tokens, spaces kept: put the chunks together and add nothing"),
    Route("/hybrid streamed by query", "1.1", "POST", "/hybrid?stream=true", {}, ASK, kind=EVENTS),
    Route("/hybrid stream neither", "1.1", "POST", "/hybrid?stream=perhaps", INVALID, ASK, 422),
    Route("/hybrid/stream", "1.1", "POST", "/hybrid/stream", {}, ASK, kind=EVENTS, changed="the answer to the prompt; v2 sent a fixed sentence"),
    Route("/hybrid/stream no prompt", "1.1", "POST", "/hybrid/stream", INVALID, {}, 422),
    Route("/api/chat streamed", "1.4", "POST", "/api/chat", {}, {**ASK, "stream": True}, kind=EVENTS),
    Route("/hybrid no prompt", "1.1", "POST", "/hybrid", INVALID, {}, 422),
    Route("/hybrid prompt not text", "1.1", "POST", "/hybrid", INVALID, {"prompt": 7}, 422),
    Route("/hybrid no user message", "1.5", "POST", "/hybrid", INVALID, {"messages": [{"role": "system", "content": "x"}]}, 422),
    Route("/orchestrate", "1.1", "POST", "/orchestrate", ORCHESTRATE, {**ASK, "route": ["agent0"]}, changed="model_used is the model that wrote; v2 echoed route[0]"),
    Route("/orchestrate empty route", "1.1", "POST", "/orchestrate", ORCHESTRATE, {**ASK, "route": []}),
    Route("/orchestrate no route", "1.1", "POST", "/orchestrate", INVALID, ASK, 422),
    Route("/vote", "1.1, 1.2, 1.4", "POST", "/vote", VOTE, {**ASK, "candidates": ["agent0", "math"]}, changed="candidates really vote; v2 answered once"),
    Route("/vote no candidates", "1.4", "POST", "/vote", VOTE, ASK, changed="`candidates` tells who was asked; v2's default was five names"),
    Route("/vote empty candidates", "1.1", "POST", "/vote", VOTE, {**ASK, "candidates": []}, changed="answered; v2.6 failed with 500"),
    Route("/vote candidates not names", "1.1", "POST", "/vote", INVALID, {**ASK, "candidates": [1]}, 422),
    Route("/council", "1.2", "POST", "/council", COUNCIL, {**ASK, "force_council": True}, changed="risk_flags is always empty: v2 guessed them by keyword"),
    Route("/council/status", "1.2", "GET", "/council/status", COUNCIL_STATUS, changed="voice_models are the models that answer now"),
    Route("/api/chat", "1.4", "POST", "/api/chat", CHAT, ASK, changed="failures have a status; v2 answered 200 \"Error: ...\". `skill_type`, `council_used` and `memory_context` are what happened; v2's were constants"),
    Route("/health", "1.1, 1.2, 1.4", "GET", "/health", HEALTH, changed="503 when no model answers; v2 was always healthy. `service` is `council`"),
    Route("/stats", "1.1", "GET", "/stats", STATS, changed="counts every route and streams; v2 counted /hybrid only"),
    Route("/metrics", "1.1", "GET", "/metrics", {}, kind="text/plain; version=0.0.4; charset=utf-8", changed="text exposition; v2 sent a JSON string"),
    Route("/models", "1.1, 1.4", "GET", "/models", MODELS, changed="both of v2's forms in one; `count` counts `data`, `loaded_models` are those that answer now"),
    Route("/budget", "1.1, 1.2", "GET", "/budget", BUDGET, changed=MEASURED),
    Route("/admin/cloud off", "1.1", "POST", "/admin/cloud/false", {"cloud_enabled": FLAG, "status": TEXT}, changed="works; v2.6 answered 405"),
    Route("/admin/cloud on", "1.1", "POST", "/admin/cloud/true", REFUSED, status=503, changed="503 cloud_not_configured until an upstream is configured"),
    Route("/admin/cloud neither", "1.1", "POST", "/admin/cloud/perhaps", INVALID, status=422),
    Route("/admin/cap", "1.1", "POST", "/admin/cap/12.5", {"budget_usd": FLOAT, "status": TEXT}, changed="works and is enforced; v2.6 answered 405"),
    Route("/admin/cap not a number", "1.1", "POST", "/admin/cap/ten", INVALID, status=422),
    Route("/admin/status", "1.1", "GET", "/admin/status", ADMIN_STATUS, changed="works; v2.6 answered 404"),
    Route("/admin/apikey unknown", "1.4", "POST", "/admin/apikey/nobody", REFUSED, {"key": "k"}, 400),
    Route("/admin/apikey empty", "1.4", "POST", "/admin/apikey/openai", REFUSED, {"key": " "}, 400),
    Route("/admin/apikey no key", "1.4", "POST", "/admin/apikey/openai", INVALID, {}, 422),
    Route("/admin/apikey no upstream", "1.4", "POST", "/admin/apikey/openai", REFUSED, {"key": "k"}, 503, changed="503 cloud_not_configured until an upstream is configured; kept in memory, never in a file"),
    Route("/admin/canary/start", "1.3", "POST", "/admin/canary/start", REFUSED, {"image_tag": "v3"}, 503, changed=NO_CANARY),
    Route("/admin/canary/start no tag", "1.3", "POST", "/admin/canary/start", INVALID, {}, 422),
    Route("/admin/canary/scale", "1.3", "POST", "/admin/canary/scale/50", REFUSED, status=503, changed=NO_CANARY),
    Route("/admin/canary/scale 101", "1.3", "POST", "/admin/canary/scale/101", REFUSED, status=400),
    Route("/admin/canary/stop", "1.3", "POST", "/admin/canary/stop", REFUSED, status=503, changed=NO_CANARY),
    Route("/admin/canary/status", "1.3", "GET", "/admin/canary/status", CANARY_STATUS, changed="answers; v2.7 failed with 500"),
    Route("/admin/canary/metrics", "1.3", "GET", "/admin/canary/metrics", {"production": CANARY_SIDE, "canary": Values((Null,)), "comparison": (dict, str, Null), "timestamp": FLOAT}, changed="production is measured, canary null"),
    Route("/admin/canary/webhook", "1.3", "POST", "/admin/canary/webhook/started", {"status": TEXT, "event": TEXT, "timestamp": FLOAT}, changed="the event goes to the log, nothing more"),
    Route("/admin/canary/webhook unknown", "1.3", "POST", "/admin/canary/webhook/other", REFUSED, status=400),
    Route("/", "1.4", "GET", "/", {}, status=307, kind="", changed="leads to /docs; v2.7 led to its whole working directory"),
    Route("/redoc", "1.1", "GET", "/redoc", {}, status=307, kind="", changed="leads to /docs, which loads nothing from elsewhere"),
    Route("wrong method", "1.1", "GET", "/hybrid", {"detail": TEXT}, status=405),
    Route("unknown path", "1.1", "GET", "/nothing", {"detail": TEXT}, status=404),
)  # fmt: skip


def difference(value: Any, expected: Any, place: str = "") -> list[str]:
    """What of the expected is missing or of another type; more fields than expected are no difference."""
    if isinstance(expected, Each):
        if not isinstance(value, list):
            return [f"{place} is no list"]
        return [
            line for n, each in enumerate(value) for line in difference(each, expected.of, f"{place}[{n}]")
        ]
    if isinstance(expected, Values):
        if not isinstance(value, dict):
            return [f"{place} is no object"]
        return [
            line for name, each in value.items() for line in difference(each, expected.of, f"{place}.{name}")
        ]
    if isinstance(expected, Mapping):
        if not isinstance(value, dict):
            return [f"{place} is no object"]
        missing = [f"{place}.{name} is missing" for name in expected if name not in value]
        return missing + [
            line
            for name, kind in expected.items()
            if name in value
            for line in difference(value[name], kind, f"{place}.{name}")
        ]
    return [] if type(value) in expected else [f"{place} is {type(value).__name__}, not {expected}"]
