"""`/api/decisions`: what was decided, what answered and how it ended, from the journal. No prompts, no answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from orchestrator.accounts.entry import TurnEntry
from orchestrator.accounts.prices import usd
from orchestrator.api.deps import services_of
from orchestrator.errors import NotFound

router = APIRouter(prefix="/api/decisions", tags=["Decisions"])

Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("")
async def list_decisions(request: Request, limit: Limit = 50) -> dict[str, Any]:
    """The latest turns first."""
    entries = await services_of(request).accounts.journal.recent(limit)
    return {"object": "list", "data": [_fields(entry) for entry in entries]}


@router.get("/{request_id}")
async def retrieve_decision(request: Request, request_id: str) -> dict[str, Any]:
    """One turn, by the `x-request-id` of its answer."""
    entry = await services_of(request).accounts.journal.find(request_id)
    if entry is None:
        raise NotFound("no turn of that request id is in the journal")
    return _fields(entry)


def _fields(entry: TurnEntry) -> dict[str, Any]:
    fields = asdict(entry)
    fields["cost_usd"] = usd(fields.pop("nano_usd"))
    fields["decision"] = fields["decision"] or None
    return fields
