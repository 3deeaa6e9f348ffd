"""`/admin/canary`: v2's deployment routes. Council deploys no canary: what is asked is answered, what is ordered is refused.

Production's numbers are measured; the canary's are null.
"""

from __future__ import annotations

import logging
from time import time
from typing import Any, Literal, NoReturn, get_args

import psutil
from fastapi import APIRouter, Request

from orchestrator.accounts.totals import HOUR_S, Totals
from orchestrator.api.council import body_of
from orchestrator.api.deps import services_of
from orchestrator.errors import InvalidValue, NoCanary
from orchestrator.schemas.council import CanaryBody, parse_council_body

log = logging.getLogger(__name__)

router = APIRouter(prefix="/admin/canary", tags=["Council v2 administration"])

CanaryEvent = Literal["started", "health_check", "traffic_updated", "completed", "failed", "emergency_stop"]
MIB = 2**20


def _refuse() -> NoReturn:
    raise NoCanary(
        "Council deploys no canary: run a second installation and let a load balancer share the traffic"
    )


@router.post("/start", openapi_extra=body_of(CanaryBody))
async def start(request: Request) -> dict[str, Any]:
    """Refused with 503: there is nothing to start."""
    parse_council_body(CanaryBody, await request.body())
    _refuse()


@router.post("/scale/{percent}")
async def scale(percent: int) -> dict[str, Any]:
    """Refused: with 400 outside 0 to 100, else with 503."""
    if not 0 <= percent <= 100:
        raise InvalidValue("percent: must be 0 to 100", param="percent")
    _refuse()


@router.post("/stop")
async def stop() -> dict[str, Any]:
    """Refused with 503: there is nothing to stop."""
    _refuse()


@router.get("/status")
async def status(request: Request) -> dict[str, Any]:
    return {
        "is_active": False,
        "traffic_percent": 0,
        "production_version": request.app.version,
        "canary_version": None,
        "deployment_step": "none",
        "safety_status": "no_canary",
    }


@router.get("/metrics")
async def metrics(request: Request) -> dict[str, Any]:
    production = _production(services_of(request).accounts.totals)
    return {
        "production": production,
        "canary": dict.fromkeys(production),
        "comparison": None,
        "timestamp": time(),
    }


@router.post("/webhook/{event}")
async def webhook(event: str) -> dict[str, Any]:
    """Take note of a deployment system's event, in the log; nothing follows from it."""
    if event not in get_args(CanaryEvent):
        raise InvalidValue(f"event: must be one of {', '.join(get_args(CanaryEvent))}", param="event")
    log.info("a deployment system tells of a canary: %s", event)
    return {"status": "received", "event": event, "timestamp": time()}


def _production(totals: Totals) -> dict[str, float | None]:
    """Of this process: latency over the last hour, rates since the start."""
    has_turns = totals.turns > 0
    return {
        "latency_p95": totals.latency_ms_p95(),
        "success_rate": totals.success_rate if has_turns else None,
        "requests_per_minute": float(totals.turns_within(60.0)),
        "error_rate": 1 - totals.success_rate if has_turns else None,
        "memory_usage_mb": psutil.Process().memory_info().rss / MIB,
        "sandbox_executions_per_hour": float(totals.executed_within(HOUR_S)),
    }
