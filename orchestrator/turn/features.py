"""What a decision is told: the user's own words of this turn, and how the installed models stand right now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from engines.record import ModelRecord
from orchestrator.errors import CouncilError
from orchestrator.inference.registry import InstalledModel, ModelRegistry
from orchestrator.seams import ChatMessage, Features, ModelState
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.values import TurnRequest

_READY_WAIT_S = 0.1


class ReadinessOfModels(Protocol):
    async def fault(self, model: str) -> CouncilError | None: ...


def users_words(messages: Sequence[ChatMessage]) -> str:
    """The user's last message alone; nothing that was said, recalled or supplied before it is routed on."""
    return next((message.content for message in reversed(messages) if message.role == "user"), "")


def history_chars(messages: Sequence[ChatMessage]) -> int:
    """The length of everything beside the user's words of this turn."""
    return sum(len(message.content) for message in messages) - len(users_words(messages))


def features_of(
    request: TurnRequest, models: tuple[ModelState, ...], embedding: np.ndarray | None
) -> Features:
    return Features(
        text=users_words(request.messages),
        requested=request.model,
        models=models,
        user_turns=sum(message.role == "user" for message in request.messages),
        history_chars=history_chars(request.messages),
        documents=len(request.documents),
        embedding=embedding,
        budget_left_usd=request.budget_left_usd,
        skill=request.skill,
    )


class ModelStates:
    """The installed models as they stand at the moment of a call."""

    def __init__(self, registry: ModelRegistry, readiness: ReadinessOfModels, metrics: Metrics) -> None:
        self._registry = registry
        self._readiness = readiness
        self._metrics = metrics
        self._known: dict[str, bool] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def now(self) -> tuple[ModelState, ...]:
        """A server that does not answer at once holds nothing up: the last that is known of it counts."""
        asking = [self._ask(model.id) for model in self._registry]
        if asking:
            await asyncio.wait(asking, timeout=_READY_WAIT_S)
        return tuple(self._state(model) for model in self._registry)

    def _ask(self, model_id: str) -> asyncio.Task[None]:
        task = self._asking.get(model_id)
        if task is None or task.done():
            task = self._asking[model_id] = asyncio.create_task(self._learn(model_id))
        return task

    async def _learn(self, model_id: str) -> None:
        self._known[model_id] = await self._readiness.fault(model_id) is None

    def _state(self, model: InstalledModel) -> ModelState:
        metrics = self._metrics.model(model.id)
        ready = self._known.get(model.id, False)
        return state_of(model.record, ready=ready, active=metrics.active.value, queued=metrics.queued.value)


def state_of(record: ModelRecord, *, ready: bool, active: int = 0, queued: int = 0) -> ModelState:
    return ModelState(
        id=record.id,
        roles=record.roles,
        ready=ready,
        context_tokens=record.longest_sequence_tokens,
        parameters=record.gpu.architecture.parameters if record.gpu else None,
        active=active,
        queued=queued,
        usd_per_1k_tokens=record.price.completion_usd_per_1k_tokens,
    )
