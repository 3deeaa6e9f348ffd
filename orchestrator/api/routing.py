"""`/api/route` and `/v1/skills`: what Council would do with a prompt and why, and what it can do it with."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from orchestrator.api.council_fields import route_fields
from orchestrator.api.deps import services_of
from orchestrator.api.openai_turn import route_turn
from orchestrator.routing.skills.registry import SkillEntry
from orchestrator.schemas.parsing import parse_body
from orchestrator.schemas.routing import RouteRequest

router = APIRouter(tags=["Routing"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RouteRequest"}}},
    }
}


@router.post("/api/route", openapi_extra=_BODY)
async def explain_route(request: Request) -> dict[str, Any]:
    """The decision that a turn would get, without answering it."""
    wanted = parse_body(RouteRequest, await request.body())
    turn = route_turn(wanted)
    turns = services_of(request).turns
    return route_fields(turn, await turns.what_if(turn, wanted.policy, wanted.quality))


@router.get("/v1/skills")
async def list_skills(request: Request) -> dict[str, Any]:
    """Council's skills and third parties', the ones that could not be loaded with their fault."""
    turns = services_of(request).turns
    return {
        "object": "list",
        "data": [_skill_fields(entry) for entry in turns.skills],
        "sandbox": turns.runner is not None,
    }


def _skill_fields(entry: SkillEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "description": entry.description,
        "origin": entry.origin,
        "entry_point": entry.entry_point,
        "examples": list(entry.examples),
        "state": entry.state,
        "fault": entry.fault,
        "last_failure": entry.last_failure,
        "outcomes": dict(entry.outcomes),
    }
