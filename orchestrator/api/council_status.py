"""v2's status routes: `/health`, `/stats`, `/models`, `/budget`, `/council/status`. Every number is measured, or null.

`/stats` counts since this process started; its `last_24_hours` and all of `/budget` outlast a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import time
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from orchestrator.accounts.entry import UsageSum
from orchestrator.accounts.ledger import WINDOW_S
from orchestrator.accounts.prices import TokenPrice, usd
from orchestrator.api.deps import Services, services_of
from orchestrator.api.envelope import error_fields, json_response
from orchestrator.api.health import default_model_fault
from orchestrator.inference.registry import InstalledModel

router = APIRouter(tags=["Council v2"])

SERVICE = "council"
UNANSWERED, COMPUTED = "unanswered", "computed"


@router.get("/", include_in_schema=False)
async def root() -> Response:
    """The API's own page, until there is a user interface to go to."""
    return RedirectResponse("/docs", status_code=307)


@router.head("/health", include_in_schema=False)
@router.get("/health")
async def health(request: Request) -> Response:
    """200 and `healthy` when the default model answers, else 503 with the same fields and the reason."""
    services = services_of(request)
    fault = await default_model_fault(services)
    ready = await _ready_models(services)
    skills = [entry.name for entry in services.turns.skills if not entry.fault]
    fields = {
        "status": "unhealthy" if fault else "healthy",
        "service": SERVICE,
        "version": request.app.version,
        "timestamp": time(),
        "uptime_seconds": services.accounts.totals.uptime_s,
        "loaded_models": len(ready),
        "available_heads": ready,
        "backends": _counted(services.registry.get(model).record.backend for model in ready),
        "specialists": skills,
        "specialists_loaded": len(skills),
        "sandbox_enabled": services.turns.runner is not None,
        "sandbox_system": "available" if services.turns.runner is not None else "unavailable",
        **_memory_fields(services),
        "council": {"enabled": bool(ready), "traffic_percent": None, "controller_active": False},
    }
    if fault is not None:
        fields |= {"detail": fault.message, **error_fields(fault)}
    return json_response(orjson.dumps(fields), fault.status if fault else 200)


def _memory_fields(services: Services) -> dict[str, Any]:
    rows = services.memory.rows if services.memory is not None else None
    return {"memory_items": rows, "memory_system": "unavailable" if rows is None else "available"}


@router.get("/stats")
async def stats(request: Request) -> dict[str, Any]:
    """Turns of every route since the start, and what the database knows of the last 24 hours."""
    accounts, memory = services_of(request).accounts, services_of(request).memory
    totals = accounts.totals
    return {
        "requests_total": totals.turns,
        "requests_success": totals.succeeded,
        "requests_mock_detected": 0,  # there are no mock answers here: a failure is an error
        "requests_cloud_fallback": totals.cloud,
        "success_rate": totals.success_rate,
        "mock_rate": 0.0,
        "cloud_fallback_rate": totals.cloud_rate,
        "avg_latency_ms": totals.mean_latency_ms,
        "uptime_seconds": totals.uptime_s,
        "timestamp": time(),
        "sandbox_executions_total": totals.executed,
        "memory_queries_total": memory.measures.queries if memory is not None else None,
        "last_24_hours": _day(await accounts.journal.last_day()),
    }


@router.get("/models")
async def models(request: Request) -> dict[str, Any]:
    """The installed models in both of v2's forms; `loaded_models` are those that answer now."""
    services = services_of(request)
    ready = await _ready_models(services)
    entries = [_model_entry(model, services.accounts.prices[model.id]) for model in services.registry]
    upstream = services.cloud.upstream
    cloud = [upstream.provider] if upstream is not None and services.cloud.has_key else []
    return {
        "loaded_models": ready,
        "object": "list",
        "data": entries,
        "count": len(entries),
        "providers": ["local", *cloud],
        "priority": ["local", *cloud],
        "backend": "triton",
        "status": "ready" if ready else "unavailable",
    }


@router.get("/budget")
async def budget(request: Request) -> dict[str, Any]:
    """What was spent within the last 24 hours, of what. Open reservations count at their full amount."""
    accounts = services_of(request).accounts
    spending, day = await accounts.ledger.spending(), _day(await accounts.journal.last_day())
    spent, cap, left = usd(spending.nano_usd), usd(spending.cap_nano_usd), usd(spending.left_nano_usd)
    exceeded = spending.nano_usd >= spending.cap_nano_usd and spending.nano_usd > 0
    # The ledger knows what turns cost that no model answered, by the model that was asked.
    nobodys = (UNANSWERED, COMPUTED)
    answered = {name: cost for name, cost in day["cost_usd_by_model"].items() if name not in nobodys}
    breakdown: dict[str, float | int] = {model: usd(nano) for model, nano in spending.by_model.items()}
    return {
        "budget_status": {
            "rolling_cost_dollars": spent,
            "max_budget_dollars": cap,
            "utilization_percent": 100 * spent / cap if cap else (100.0 if spent else 0.0),
            "budget_exceeded": exceeded,
            "remaining_dollars": left,
            "window_hours": WINDOW_S / 3600,
        },
        "cost_breakdown": {**answered, **breakdown, "total_requests": day["requests"]},
        "cost_by_source": {source: usd(nano) for source, nano in spending.by_source.items()},
        "daily_budget_usd": cap,
        "spent_today_usd": spent,
        "remaining_usd": left,
        "requests_today": day["requests"],
        "avg_cost_per_request": spent / day["requests"] if day["requests"] else 0.0,
        "status": "over_budget" if exceeded else "within_budget",
    }


@router.get("/council/status")
async def council_status(request: Request) -> dict[str, Any]:
    """Who deliberates, and within which bounds."""
    services = services_of(request)
    ready = await _ready_models(services)
    cap = (await services.accounts.controls.read()).cap_nano_usd
    return {
        "council_enabled": bool(ready),
        "voice_models": {model: model for model in ready},
        "budget_limits": {"max_cost_per_request": None, "daily_budget": usd(cap)},
        "trigger_config": {"min_tokens": 0, "keywords": []},
        "performance_targets": {"p95_latency_ms": services.settings.vote_deadline_s * 1000},
    }


async def _ready_models(services: Services) -> list[str]:
    ids = [model.id for model in services.registry]
    faults = await asyncio.gather(*(services.readiness.fault(model) for model in ids))
    return [model for model, fault in zip(ids, faults, strict=True) if fault is None]


def _model_entry(model: InstalledModel, price: TokenPrice) -> dict[str, Any]:
    return {
        "id": model.id,
        "object": "model",
        "created": model.installed_s,
        "owned_by": model.record.owned_by,
        "provider": "local",
        "name": model.record.name,
        "endpoint": "/v1/chat/completions",
        "pricing": {
            "prompt_usd_per_1k_tokens": price.prompt_usd_per_1k,
            "completion_usd_per_1k_tokens": price.completion_usd_per_1k,
        },
    }


def _day(sums: list[UsageSum]) -> dict[str, Any]:
    turns = sum(each.turns for each in sums)
    answered = {
        source: sum(each.succeeded for each in sums if each.served_by == source)
        for source in ("local", "cloud")
    }
    return {
        "requests": turns,
        "requests_success": sum(answered.values()),
        "requests_local": answered["local"],
        "requests_cloud": answered["cloud"],
        "cloud_share": answered["cloud"] / sum(answered.values()) if any(answered.values()) else 0.0,
        "prompt_tokens": sum(each.prompt_tokens for each in sums),
        "completion_tokens": sum(each.completion_tokens for each in sums),
        "cost_usd_by_model": _costs(sums),
    }


def _costs(sums: list[UsageSum]) -> dict[str, float]:
    """What a turn cost that came to no answer is spent as well: a model or upstream began and then failed.

    A computed answer has no model; it is named where one was asked for it and was paid.
    """
    costs: dict[str, int] = {}
    for each in sums:
        nobody = UNANSWERED if each.served_by == "none" else COMPUTED
        name = each.model or nobody
        if name != COMPUTED or each.nano_usd:
            costs[name] = costs.get(name, 0) + each.nano_usd
    return {name: usd(cost) for name, cost in costs.items()}


def _counted(names: Any) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
