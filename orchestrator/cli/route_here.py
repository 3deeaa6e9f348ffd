"""A decision made in this process, by the same parts as the server's, for `council route`."""

from __future__ import annotations

from typing import Any

from engines.record import ModelRecord, load_records
from orchestrator.api.council_fields import route_fields
from orchestrator.inference.registry import is_installed
from orchestrator.routing.skills.built_in import built_in_skills
from orchestrator.seams import ChatMessage, ModelState
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.decision import Decisions
from orchestrator.turn.features import state_of
from orchestrator.turn.setup import build_decider, build_skills, load_embedder
from orchestrator.turn.values import TurnRequest


class IdleModels:
    """Every installed model, as if it were ready and idle."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def now(self) -> tuple[ModelState, ...]:
        return tuple(state_of(record, ready=True) for record in self._installed())

    def _installed(self) -> list[ModelRecord]:
        models_dir = self._settings.models_dir
        return [record for record in load_records().values() if is_installed(models_dir / record.id, record)]


async def decide_here(settings: Settings, prompt: str, model: str, policy: str | None) -> dict[str, Any]:
    """What `/api/route` would answer. Raises the CouncilError tree."""
    embedder = load_embedder(settings.models_dir)
    skills = build_skills(settings, Metrics(), built_in_skills())
    decisions = Decisions(IdleModels(settings), build_decider(settings, policy), skills, embedder)
    request = TurnRequest([ChatMessage("user", prompt)], model=model)
    try:
        await decisions.start()
        return route_fields(request, await decisions.decide(request))
    finally:
        decisions.close()
