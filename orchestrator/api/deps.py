"""What endpoints take from the application: the services, and the request's body within the limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from starlette.requests import HTTPConnection

from orchestrator.accounts.accounts import Accounts
from orchestrator.accounts.meter import Held
from orchestrator.api.readiness import Readiness
from orchestrator.cloud.fallback import CloudFallback
from orchestrator.inference.registry import ModelRegistry
from orchestrator.inference.types import InferenceBackend
from orchestrator.memory.memories import Memories
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.turns import Turns


@dataclass(frozen=True, slots=True)
class Services:
    """Everything endpoints work with, built once by the composition root."""

    settings: Settings
    registry: ModelRegistry
    backend: InferenceBackend
    metrics: Metrics
    readiness: Readiness
    turns: Turns
    accounts: Accounts
    cloud: CloudFallback[Held]
    memory: Memories | None = None

    async def start(self) -> None:
        """What must be done inside the event loop before the first request. Raises StorageUnavailable."""
        await self.accounts.open()
        if self.memory is not None:
            self.memory.start()
        await self.turns.start()

    async def aclose(self) -> None:
        if self.memory is not None:
            await self.memory.aclose()  # it needs the turns' embedder
        await self.turns.aclose()
        await self.cloud.aclose()
        await self.backend.aclose()
        await self.accounts.aclose()


class State(TypedDict):
    """What the lifespan hands to every request."""

    services: Services


def services_of(connection: HTTPConnection) -> Services:
    services = connection.scope["state"]["services"]
    assert isinstance(services, Services)
    return services
