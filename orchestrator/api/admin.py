"""`/admin`: the cloud switch, the budget's cap, the cloud's key. Who may call is the Guard's matter, as everywhere.

A key given here is held in memory until the process ends; it is written to no file, no log and no answer.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from orchestrator.accounts.prices import usd
from orchestrator.api.council import body_of
from orchestrator.api.deps import services_of
from orchestrator.errors import CloudNotConfigured, InvalidValue
from orchestrator.schemas.council import KeyBody, parse_council_body
from orchestrator.settings import MOST_DOLLARS

router = APIRouter(prefix="/admin", tags=["Council v2 administration"])

KEY_VARIABLE = "COUNCIL_CLOUD_API_KEY"
_V2_PROVIDERS = ("mistral", "openai")

Cap = Annotated[float, Path(ge=0, le=MOST_DOLLARS, allow_inf_nan=False)]


@router.post("/cloud/{enabled}")
async def set_cloud(request: Request, enabled: bool) -> dict[str, Any]:
    """Allow or forbid the cloud fallback, for all replicas and past a restart."""
    services = services_of(request)
    if enabled and services.cloud.upstream is None:
        raise CloudNotConfigured(
            "there is no cloud upstream to enable: set COUNCIL_CLOUD_BASE_URL and its model"
        )
    await services.accounts.controls.set_cloud_enabled(enabled)
    return {"cloud_enabled": enabled, "status": "updated"}


@router.post("/cap/{budget_usd}")
async def set_cap(request: Request, budget_usd: Cap) -> dict[str, Any]:
    """Set the most that may be spent within any 24 hours, for all replicas and past a restart."""
    await services_of(request).accounts.controls.set_cap(budget_usd)
    return {"budget_usd": budget_usd, "status": "updated"}


@router.get("/status")
async def status(request: Request) -> dict[str, Any]:
    """What is switched how. `..._set_by` tells whether an administrator or the settings decided."""
    services = services_of(request)
    state = await services.accounts.controls.read()
    upstream = services.cloud.upstream
    return {
        # What an administrator set outlives the upstream's settings: without them there is nothing to enable.
        "cloud_enabled": state.cloud_enabled and upstream is not None,
        "budget_usd": usd(state.cap_nano_usd),
        "sandbox_enabled": services.turns.runner is not None,
        "status": "operational",
        "cloud_set_by": "administrator" if state.cloud_is_set else "settings",
        "budget_set_by": "administrator" if state.cap_is_set else "settings",
        "cloud_model": upstream.id if upstream is not None else None,
        "cloud_has_key": services.cloud.has_key,
    }


@router.post("/apikey/{provider}", openapi_extra=body_of(KeyBody))
async def set_api_key(request: Request, provider: str) -> dict[str, Any]:
    """Use this key for the cloud upstream until the process ends."""
    key = parse_council_body(KeyBody, await request.body()).key.strip()
    cloud, named = services_of(request).cloud, services_of(request).settings.cloud_provider
    if provider not in (*_V2_PROVIDERS, named):
        raise InvalidValue("there is no such provider", param="provider")
    if not key or not key.isascii() or not key.isprintable():
        raise InvalidValue("key: must be printable ASCII, and not empty", param="key")
    cloud.set_key(provider, key)
    message = f"the key is used until the next start; {KEY_VARIABLE} sets it for good"
    return {"ok": True, "provider": provider, "message": message, "env_var": KEY_VARIABLE}
