"""`/v1`: chat completions, completions and models, as OpenAI's clients know them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, Request, Response

from orchestrator.api.connection import while_connected
from orchestrator.api.council_fields import decision_headers
from orchestrator.api.council_openai import answer_council
from orchestrator.api.deps import Services, services_of
from orchestrator.api.envelope import json_response
from orchestrator.api.event_stream import GenerationEvents, generation_events, written
from orchestrator.api.openai_plan import Plan, plan_chat, plan_completion
from orchestrator.api.openai_turn import (
    completion_turn,
    installed_model,
    is_council_name,
    refuse_council_fields,
)
from orchestrator.api.openai_wire import ChatWire, CompletionWire, Wire
from orchestrator.api.running import collect, start
from orchestrator.inference.generation import Choices
from orchestrator.inference.registry import ModelRegistry
from orchestrator.routing.requested import obeyed
from orchestrator.schemas.openai import ChatCompletionRequest, CompletionRequest, GenerationRequest
from orchestrator.schemas.parsing import parse_body
from orchestrator.turn.note import current_note

router = APIRouter(prefix="/v1", tags=["OpenAI"])

_OFF_LOOP_BYTES = 8192  # above this, parsing and tokenizing would hold up other streams by more than ~2 ms

RequestModel = TypeVar("RequestModel", bound=GenerationRequest)


@dataclass(frozen=True, slots=True)
class _Endpoint(Generic[RequestModel]):
    """What tells the two generating endpoints apart."""

    request: type[RequestModel]
    plan: Callable[[ModelRegistry, RequestModel], Plan]
    wire: Callable[..., Wire]

    def read(self, registry: ModelRegistry, body: bytes) -> tuple[RequestModel, Plan | None]:
        """The request and, where it names a concrete model, what the engine gets."""
        request = parse_body(self.request, body)
        if is_council_name(request.model):
            return request, None
        if isinstance(request, ChatCompletionRequest):
            refuse_council_fields(request)
        installed_model(registry, request.model)
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
    current_note().asked(wanted.model)
    if plan is None:
        return await _answer_council(services, endpoint, wanted)
    decision = obeyed(plan.model.id)
    current_note().decision = decision
    return await _answer_plan(services, endpoint, wanted, plan, _obeyed_headers(decision.model))


@lru_cache(maxsize=64)
def _obeyed_headers(model_id: str) -> Mapping[str, str]:
    return decision_headers(obeyed(model_id))


async def _answer_plan(
    services: Services,
    endpoint: _Endpoint[Any],
    wanted: GenerationRequest,
    plan: Plan,
    headers: Mapping[str, str] | None = None,
) -> Response:
    wire = endpoint.wire(
        plan.model.id,
        plan.model.tokenizer,
        include_usage=wanted.include_usage,
        log_probs=wanted.wants_log_probs,
    )
    note = current_note()
    note.model = plan.model.id
    choices = start(services, plan)
    if wanted.stream:
        return await _stream(services, wanted, plan, wire, choices, headers)
    async with choices:
        deltas = await collect(choices)
    note.text_came()
    note.ended()
    body = wire.body(deltas, plan.prompt_tokens, choices.completion_tokens)
    return json_response(body, headers=dict(headers or {}))


async def _answer_council(
    services: Services, endpoint: _Endpoint[Any], wanted: GenerationRequest
) -> Response:
    if isinstance(wanted, ChatCompletionRequest):
        return await answer_council(services, wanted)
    assert isinstance(wanted, CompletionRequest)
    routed = await services.turns.decide(completion_turn(wanted))
    named = wanted.model_copy(update={"model": routed.decision.model})
    plan = await asyncio.to_thread(endpoint.plan, services.registry, named)
    return await _answer_plan(services, endpoint, named, plan, decision_headers(routed.decision))


async def _stream(
    services: Services,
    wanted: GenerationRequest,
    plan: Plan,
    wire: Wire,
    choices: Choices,
    headers: Mapping[str, str] | None,
) -> Response:
    try:
        first = await choices.next()
    except BaseException:
        await choices.aclose()
        raise
    current_note().text_came()
    events = generation_events(
        choices,
        wire,
        prompt_tokens=plan.prompt_tokens,
        include_usage=wanted.include_usage,
        metrics=services.metrics,
    )
    opening = wire.opening(len(choices.choices)) + written(wire, first)
    return GenerationEvents(events, choices, services, headers, opening)
