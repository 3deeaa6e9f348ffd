"""The composition root: the only place that builds services and puts them together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from engines.record import ModelRecord, load_records
from orchestrator.account_setup import build_accounts, build_cloud, metered, told_of_the_budget
from orchestrator.api import (
    admin,
    canary,
    council,
    council_status,
    decisions,
    health,
    memory,
    model_list,
    openai,
    routing,
)
from orchestrator.api.deps import Services, State
from orchestrator.api.failures import add_failure_handlers
from orchestrator.api.middleware import BodyLimit, Guard, RequestEdge
from orchestrator.api.pages import add_docs_page
from orchestrator.api.readiness import Readiness
from orchestrator.inference.registry import ModelRegistry
from orchestrator.inference.triton import TritonBackend
from orchestrator.memory_setup import build_memory
from orchestrator.schemas.council import BODIES
from orchestrator.schemas.openai import ChatCompletionRequest, CompletionRequest
from orchestrator.schemas.routing import RouteRequest
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.setup import build_decider, build_turns, load_embedder

_VERSION = "3.0"
# Routes are tried in this order.
_ROUTERS = (
    openai.router,
    health.router,
    model_list.router,
    routing.router,
    council.router,
    council_status.router,
    admin.router,
    canary.router,
    decisions.router,
    memory.router,
)


def create_app(settings: Settings, services: Services | None = None) -> FastAPI:
    """The HTTP application. Closes its services at shutdown, also those it was given."""
    app = FastAPI(
        title="Council",
        version=_VERSION,
        description="Language models on NVIDIA Triton behind an OpenAI-compatible API.",
        lifespan=_lifespan(settings, services),
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
    )
    add_docs_page(app)
    # Starlette puts the one added last outermost.
    app.add_middleware(BodyLimit, limit_bytes=settings.request_body_limit_bytes)
    app.add_middleware(Guard, api_key=settings.api_key, allowed_hosts=settings.allowed_hosts)
    app.add_middleware(RequestEdge, paths=_paths())
    add_failure_handlers(app)
    for router in _ROUTERS:
        app.include_router(router)
    app.openapi = lambda: _openapi_schema(app)  # type: ignore[method-assign]  # FastAPI's documented hook
    return app


def _paths() -> frozenset[str]:
    routes = [route for router in _ROUTERS for route in router.routes]
    return frozenset(route.path for route in routes if isinstance(route, APIRoute))


def build_services(settings: Settings) -> Services:
    """Read records and tokenizers and prepare the connection to Triton. Call it inside the event loop."""
    records = load_records()
    triton = TritonBackend(
        settings.triton_grpc_url,
        first_token_timeout_s=settings.first_token_timeout_s,
        inter_token_timeout_s=settings.inter_token_timeout_s,
        unstreamed_log_probs=_unstreamed_log_probs(records),
    )
    metrics = Metrics()
    accounts = build_accounts(settings, records, metrics)
    backend = metered(triton, accounts)
    registry, readiness = ModelRegistry.load(settings.models_dir, records), Readiness(backend)
    embedder = load_embedder(settings.models_dir)
    memory = build_memory(settings, embedder, metrics)
    turns = build_turns(
        settings,
        registry,
        backend,
        metrics,
        readiness,
        decider=told_of_the_budget(build_decider(settings), accounts),
        embedder=embedder,
        recall=memory.recall if memory else None,
    )
    return Services(
        settings=settings,
        registry=registry,
        backend=backend,
        metrics=metrics,
        readiness=readiness,
        turns=turns,
        accounts=accounts,
        cloud=build_cloud(settings, accounts, metrics),
        memory=memory,
    )


def _unstreamed_log_probs(records: Mapping[str, ModelRecord]) -> frozenset[str]:
    return frozenset(record.id for record in records.values() if record.backend == "trtllm_engine")


def _lifespan(
    settings: Settings, given: Services | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        services = given if given is not None else build_services(settings)
        try:
            await services.start()
            yield State(services=services)
        finally:
            await services.aclose()

    return lifespan


def _openapi_schema(app: FastAPI) -> dict[str, Any]:
    """FastAPI's schema and, since generating endpoints parse their bodies themselves, the schemas of those."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        parsed_by_hand: tuple[type[BaseModel], ...] = (
            ChatCompletionRequest,
            CompletionRequest,
            RouteRequest,
            *BODIES,
        )
        _, bodies = models_json_schema(
            [(model, "validation") for model in parsed_by_hand],
            ref_template="#/components/schemas/{model}",
        )
        schema.setdefault("components", {}).setdefault("schemas", {}).update(bodies["$defs"])
        app.openapi_schema = schema
    return app.openapi_schema
