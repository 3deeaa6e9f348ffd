"""`/v1/models`: the installed models, and behind them the names by which Council itself chooses one."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request

from orchestrator.api.deps import Services, services_of
from orchestrator.api.openai_turn import installed_model
from orchestrator.inference.registry import InstalledModel
from orchestrator.turn.values import AUTO, COUNCIL_NAMES, ROLE_NAMES, VOTE

router = APIRouter(prefix="/v1/models", tags=["OpenAI"])

_WHAT = {
    AUTO: "Council decides: a skill, or the model that suits the prompt.",
    VOTE: "Several candidates are generated and compared; the answer is the one most agree on.",
    **{name: f"The model for the role {role!r}." for name, role in ROLE_NAMES.items()},
}


@router.get("")
async def list_models(request: Request) -> dict[str, Any]:
    """`council.kind` tells a model from a name of Council's; `council.ready` whether it answers now."""
    services = services_of(request)
    models = await asyncio.gather(*(_model_fields(services, model) for model in services.registry))
    names = [_name_fields(name, models) for name in COUNCIL_NAMES]
    return {"object": "list", "data": [*models, *names]}


@router.get("/{model_id:path}")
async def retrieve_model(request: Request, model_id: str) -> dict[str, Any]:
    """One of them."""
    services = services_of(request)
    if model_id not in COUNCIL_NAMES:
        return await _model_fields(services, installed_model(services.registry, model_id))
    models = await asyncio.gather(*(_model_fields(services, model) for model in services.registry))
    return _name_fields(model_id, models)


async def _model_fields(services: Services, model: InstalledModel) -> dict[str, Any]:
    record = model.record
    return {
        "id": model.id,
        "object": "model",
        "created": model.installed_s,
        "owned_by": record.owned_by,
        "council": {
            "kind": "model",
            "name": record.name,
            "roles": list(record.roles),
            "context_tokens": model.max_seq_len,
            "backend": record.backend,
            "ready": await services.readiness.fault(model.id) is None,
            "license": record.license.spdx,
        },
    }


def _name_fields(name: str, models: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": max((model["created"] for model in models), default=0),
        "owned_by": "council",
        "council": {
            "kind": "route",
            "name": _WHAT[name],
            "role": ROLE_NAMES.get(name),
            "ready": any(model["council"]["ready"] for model in models),
        },
    }
