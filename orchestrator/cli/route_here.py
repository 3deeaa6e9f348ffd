"""A decision made in this process, by the same parts as the server's, for `council route`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engines.record import ModelRecord, load_records
from orchestrator.api.council_fields import route_fields
from orchestrator.decision_json import decision_fields
from orchestrator.errors import ModelNotReady
from orchestrator.inference.registry import is_installed
from orchestrator.routing.replay import Difference, read_prompts, replay
from orchestrator.routing.skills.built_in import built_in_skills
from orchestrator.seams import ChatMessage, ModelState
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.decision import Decisions
from orchestrator.turn.features import state_of
from orchestrator.turn.setup import build_decider, build_skills, is_computable, is_told, load_embedder
from orchestrator.turn.values import TurnRequest


class IdleModels:
    """Every installed model, as if it were ready and idle."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def now(self) -> tuple[ModelState, ...]:
        return self.installed()

    def installed(self) -> tuple[ModelState, ...]:
        return tuple(state_of(record, ready=True) for record in self._records())

    def _records(self) -> list[ModelRecord]:
        models_dir = self._settings.models_dir
        return [record for record in load_records().values() if is_installed(models_dir / record.id, record)]


async def decide_here(
    settings: Settings, prompt: str, model: str, policy: str | None = None, quality: float | None = None
) -> dict[str, Any]:
    """What `/api/route` would answer. Raises the CouncilError tree."""
    embedder = load_embedder(settings.models_dir)
    skills = build_skills(settings, Metrics(), built_in_skills())
    decisions = Decisions(
        IdleModels(settings),
        build_decider(settings, policy, quality),
        skills,
        embedder,
        is_settled=is_computable,
        is_told=is_told,
        remembers=settings.memory and embedder is not None,
    )
    request = TurnRequest([ChatMessage("user", prompt)], model=model)
    try:
        await decisions.start()
        return route_fields(request, await decisions.decide(request))
    finally:
        await skills.aclose()
        decisions.close()


def replay_here(settings: Settings, file: Path, before: str, after: str) -> dict[str, Any]:
    """Where two policies differ on recorded prompts. Raises the CouncilError tree."""
    models = IdleModels(settings).installed()
    if not models:
        raise ModelNotReady("no model is installed: run `council models pull`")
    embedder = load_embedder(settings.models_dir)
    try:
        deciders = build_decider(settings, before), build_decider(settings, after)
        embed = embedder.embed_now if embedder else None
        prompts, skipped = read_prompts(file)
        found = replay(prompts, *deciders, models, embed)
    finally:
        if embedder is not None:
            embedder.close()
    return {
        "prompts": found.prompts,
        "skipped": skipped,
        "differing": len(found.differences) - found.refused,
        "refused": found.refused,
        "differences": [_difference_fields(each) for each in found.differences],
        "moved": [{"before": a, "after": b, "prompts": count} for (a, b), count in found.moved.items()],
    }


def _difference_fields(difference: Difference) -> dict[str, Any]:
    first, second = difference.first, difference.second
    return {
        "line": difference.line,
        "id": difference.id,
        "prompt": difference.prompt,
        "changed": list(difference.changed),
        "before": decision_fields(first) if first else None,
        "after": decision_fields(second) if second else None,
        "fault": difference.fault,
    }
