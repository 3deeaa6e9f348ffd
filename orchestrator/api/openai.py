"""`/v1`: chat completions, completions and models, as OpenAI's clients know them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, Request, Response

from orchestrator.api.connection import while_connected
from orchestrator.api.deps import Services, services_of
from orchestrator.api.envelope import json_response
from orchestrator.api.event_stream import GenerationEvents, generation_events
from orchestrator.api.openai_plan import Plan, plan_chat, plan_completion
from orchestrator.api.openai_wire import ChatWire, CompletionWire, Wire
from orchestrator.inference.generation import Choices, Delta
from orchestrator.inference.registry import InstalledModel, ModelRegistry
from orchestrator.schemas.openai import ChatCompletionRequest, CompletionRequest, GenerationRequest
from orchestrator.schemas.parsing import parse_body

router = APIRouter(prefix="/v1", tags=["OpenAI"])

_OFF_LOOP_BYTES = 8192  # above this, parsing and tokenizing would hold up other streams by more than ~2 ms

RequestModel = TypeVar("RequestModel", bound=GenerationRequest)


@dataclass(frozen=True, slots=True)
class _Endpoint(Generic[RequestModel]):
    """What tells the two generating endpoints apart."""

    request: type[RequestModel]
    plan: Callable[[ModelRegistry, RequestModel], Plan]
    wire: Callable[..., Wire]

    def read(self, registry: ModelRegistry, body: bytes) -> tuple[RequestModel, Plan]:
        request = parse_body(self.request, body)
        return request, self.plan(registry, request)


_CHAT = _Endpoint(ChatCompletionRequest, plan_chat, ChatWire)
_COMPLETION = _Endpoint(CompletionRequest, plan_completion, CompletionWire)


def _body_of(model: type[GenerationRequest]) -> dict[str, Any]:
    """OpenAPI for a body that is parsed by hand; the schema itself is added by `openapi_schema`."""
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": reference}}}}


@router.post("/chat/completions", openapi_extra=_body_of(ChatCompletionRequest))
async def chat_completions(request: Request) -> Response:
    """Answer a conversation, streamed (`stream: true`) or whole."""
    return await _respond(request, _CHAT)


@router.post("/completions", openapi_extra=_body_of(CompletionRequest))
async def completions(request: Request) -> Response:
    """Continue one or several prompts, streamed or whole."""
    return await _respond(request, _COMPLETION)


async def _respond(request: Request, endpoint: _Endpoint[Any]) -> Response:
    body = await request.body()
    return await while_connected(request.receive, _answer(services_of(request), endpoint, body))


async def _answer(services: Services, endpoint: _Endpoint[Any], body: bytes) -> Response:
    read = partial(endpoint.read, services.registry, body)
    wanted, plan = await asyncio.to_thread(read) if len(body) > _OFF_LOOP_BYTES else read()
    wire = endpoint.wire(
        plan.model.id,
        plan.model.tokenizer,
        include_usage=wanted.include_usage,
        log_probs=wanted.wants_log_probs,
    )
    choices = _start(services, plan)
    if wanted.stream:
        return await _stream(services, wanted, plan, wire, choices)
    async with choices:
        deltas = await _collect(choices)
    return json_response(wire.body(deltas, plan.prompt_tokens, choices.completion_tokens))


def _start(services: Services, plan: Plan) -> Choices:
    metrics = services.metrics.model(plan.model.id)
    metrics.prompt_tokens.inc(plan.prompt_tokens)
    return Choices(
        services.backend,
        plan.model,
        plan.choices,
        buffer_tokens=services.settings.stream_buffer_tokens,
        metrics=metrics,
    )


async def _stream(
    services: Services, wanted: GenerationRequest, plan: Plan, wire: Wire, choices: Choices
) -> Response:
    try:
        first = await choices.next()
    except BaseException:
        await choices.aclose()
        raise
    events = generation_events(
        first,
        choices,
        wire,
        prompt_tokens=plan.prompt_tokens,
        include_usage=wanted.include_usage,
        metrics=services.metrics,
    )
    return GenerationEvents(events, choices, services.settings)


async def _collect(choices: Choices) -> list[Delta]:
    """Each choice as one whole delta, by index."""
    texts: list[list[str]] = [[] for _ in choices.choices]
    whole = [Delta("", []) for _ in choices.choices]
    while gained := await choices.next():
        for index, delta in gained:
            texts[index].append(delta.text)
            whole[index].log_probs.extend(delta.log_probs)
            whole[index].finish_reason = delta.finish_reason
    for delta, pieces in zip(whole, texts, strict=True):
        delta.text = "".join(pieces)
    return whole


@router.get("/models")
async def list_models(request: Request) -> dict[str, Any]:
    """The models installed here; `council.ready` tells whether one answers now."""
    services = services_of(request)
    entries = await asyncio.gather(*(_model_fields(services, model) for model in services.registry))
    return {"object": "list", "data": entries}


@router.get("/models/{model_id}")
async def retrieve_model(request: Request, model_id: str) -> dict[str, Any]:
    """One installed model."""
    services = services_of(request)
    return await _model_fields(services, services.registry.get(model_id))


async def _model_fields(services: Services, model: InstalledModel) -> dict[str, Any]:
    record = model.record
    return {
        "id": model.id,
        "object": "model",
        "created": model.installed_s,
        "owned_by": record.owned_by,
        "council": {
            "name": record.name,
            "roles": list(record.roles),
            "context_tokens": model.max_seq_len,
            "backend": record.backend,
            "ready": await services.readiness.fault(model.id) is None,
            "license": record.license.spdx,
        },
    }
