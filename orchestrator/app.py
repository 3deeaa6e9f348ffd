"""The composition root: the only place that builds services and puts them together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from engines.record import ModelRecord, load_records
from orchestrator.accounts.accounts import Accounts
from orchestrator.accounts.meter import Held, LedgerMeter
from orchestrator.accounts.prices import Prices, TokenPrice
from orchestrator.api import (
    admin,
    canary,
    council,
    council_status,
    decisions,
    health,
    model_list,
    openai,
    routing,
)
from orchestrator.api.deps import Services, State
from orchestrator.api.failures import add_failure_handlers
from orchestrator.api.middleware import BodyLimit, Guard, RequestEdge
from orchestrator.api.readiness import Readiness
from orchestrator.cloud.fallback import CloudFallback
from orchestrator.cloud.redaction import Redactor
from orchestrator.cloud.upstream import Upstream
from orchestrator.inference.metered import MeteredBackend
from orchestrator.inference.registry import ModelRegistry
from orchestrator.inference.triton import TritonBackend
from orchestrator.schemas.council import BODIES
from orchestrator.schemas.openai import ChatCompletionRequest, CompletionRequest
from orchestrator.schemas.routing import RouteRequest
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn_setup import build_decider, build_turns, load_embedder

_VERSION = "3.0"


def create_app(settings: Settings, services: Services | None = None) -> FastAPI:
    """The HTTP application. Closes its services at shutdown, also those it was given."""
    app = FastAPI(
        title="Council",
        version=_VERSION,
        description="Language models on NVIDIA Triton behind an OpenAI-compatible API.",
        lifespan=_lifespan(settings, services),
    )
    # Starlette puts the one added last outermost.
    app.add_middleware(BodyLimit, limit_bytes=settings.request_body_limit_bytes)
    app.add_middleware(Guard, api_key=settings.api_key, allowed_hosts=settings.allowed_hosts)
    app.add_middleware(RequestEdge)
    add_failure_handlers(app)
    app.include_router(health.router)
    app.include_router(openai.router)
    app.include_router(model_list.router)
    app.include_router(routing.router)
    app.include_router(council.router)
    app.include_router(council_status.router)
    app.include_router(admin.router)
    app.include_router(canary.router)
    app.include_router(decisions.router)
    app.openapi = lambda: _openapi_schema(app)  # type: ignore[method-assign]  # FastAPI's documented hook
    return app


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
    backend = MeteredBackend(triton, LedgerMeter(accounts.ledger, accounts.prices, "local"))
    registry, readiness = ModelRegistry.load(settings.models_dir, records), Readiness(backend)
    embedder = load_embedder(settings.models_dir)
    turns = build_turns(
        settings,
        registry,
        backend,
        metrics,
        readiness,
        decider=build_decider(settings),
        embedder=embedder,
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
    )


def build_accounts(settings: Settings, records: Mapping[str, ModelRecord], metrics: Metrics) -> Accounts:
    """Budget and journal, with the prices of the records and of the cloud's model."""
    upstream, others = _upstream(settings), {}
    if upstream is not None:
        others[upstream.id] = TokenPrice(
            settings.cloud_prompt_usd_per_1k_tokens or 0.0, settings.cloud_completion_usd_per_1k_tokens or 0.0
        )
    return Accounts.build(settings, Prices.of_records(records.values(), others), metrics)


def build_cloud(settings: Settings, accounts: Accounts, metrics: Metrics) -> CloudFallback[Held]:
    async def enabled() -> bool:
        return (await accounts.controls.read()).cloud_enabled

    return CloudFallback(
        _upstream(settings),
        key=settings.cloud_api_key.get_secret_value() if settings.cloud_api_key else None,
        enabled=enabled,
        meter=LedgerMeter(accounts.ledger, accounts.prices, "cloud"),
        redactor=Redactor(settings.cloud_phone_region),
        metrics=metrics,
        max_tokens=settings.cloud_max_tokens,
        max_prompt_chars=settings.cloud_max_prompt_chars,
    )


def _upstream(settings: Settings) -> Upstream | None:
    if settings.cloud_base_url is None or settings.cloud_model is None:
        return None
    return Upstream(
        provider=settings.cloud_provider,
        base_url=settings.cloud_base_url,
        model=settings.cloud_model,
        asks_for_usage=settings.cloud_asks_for_usage,
        connect_timeout_s=settings.cloud_connect_timeout_s,
        silence_timeout_s=settings.cloud_silence_timeout_s,
        timeout_s=settings.cloud_timeout_s,
        answer_limit_bytes=settings.cloud_answer_limit_bytes,
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
