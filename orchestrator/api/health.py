"""`/health/live`, `/health/ready` and `/metrics`: for probes and Prometheus."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, generate_latest

from orchestrator.accounts.v2_metrics import V2Standing
from orchestrator.api.deps import Services, services_of
from orchestrator.api.envelope import error_response
from orchestrator.errors import CouncilError, ModelNotReady

router = APIRouter(tags=["Operations"])

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.head("/health/live", include_in_schema=False)
@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers; says nothing about models."""
    return {"status": "live"}


@router.head("/health/ready", include_in_schema=False, response_model=None)
@router.get("/health/ready", response_model=None)
async def ready(request: Request) -> dict[str, str] | Response:
    """200 when the default model answers, else 503 with the reason."""
    services = services_of(request)
    fault = await default_model_fault(services)
    if fault is not None:
        return error_response(fault)
    return {"status": "ready", "model": services.settings.default_model}


async def default_model_fault(services: Services) -> CouncilError | None:
    """Why the default model does not answer; None when it does."""
    model = services.settings.default_model
    if model not in services.registry:
        return ModelNotReady(
            f"model {model!r} is not installed: run `council models pull {model}` and restart"
        )
    return await services.readiness.fault(model)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Council's metrics in Prometheus' text format, with those names of v2's that have a measurement behind them."""
    services = services_of(request)
    await services.accounts.refresh()
    now = CollectorRegistry()
    now.register(await _standing(services))
    text = services.metrics.text() + generate_latest(now)
    return Response(text, headers={"content-type": _METRICS_TYPE})


async def _standing(services: Services) -> V2Standing:
    models = list(services.registry)
    faults = await asyncio.gather(*(services.readiness.fault(model.id) for model in models))
    return V2Standing(
        {
            (model.id, model.record.backend): fault is None
            for model, fault in zip(models, faults, strict=True)
        },
        {model.id: services.turns.voting.deliberation.speaking(model.id) for model in models},
    )
