"""v2's generating routes: `/hybrid`, `/hybrid/stream`, `/orchestrate`, `/vote`, `/council`, `/api/chat`.

Fields, types and status codes are those that v2 documented (docs/v2-api.md); the values are measured, and where v2
answered with a stub or an error as text, these fail with a status and a code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter, Request, Response

from orchestrator.api import council_answers as answers
from orchestrator.api.connection import while_connected
from orchestrator.api.council_fields import decision_headers
from orchestrator.api.council_streams import (
    THREE_WORDS,
    OpenTurn,
    failed,
    failed_words,
    three_word_events,
    vote_events,
    word_events,
)
from orchestrator.api.council_vote import SETTLE_S, EventFeed
from orchestrator.api.deps import Services, services_of
from orchestrator.api.envelope import json_response
from orchestrator.api.event_stream import GenerationEvents
from orchestrator.errors import CouncilError, InvalidRequest
from orchestrator.schemas.council import (
    CouncilBody,
    CouncilQuestion,
    HybridBody,
    OrchestrateBody,
    PromptBody,
    VoteBody,
    parse_council_body,
)
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.cloud import RescuedTurns
from orchestrator.turn.note import current_note
from orchestrator.turn.owner import owner_of
from orchestrator.turn.values import AUTO, COUNCIL_NAMES, VOTE, TurnRequest, TurnResult

router = APIRouter(tags=["Council v2"])

ANSWER_TOKENS = 512  # v2 gave 150 (256 to `messages`); its clients wait 30 s for an answer
_OFF_LOOP_BYTES = 8192
# v2's names of skills and of its own models: no model is meant, so none is missed.
_V2_NAMES = frozenset(
    ("agent0", "math", "code", "logic", "knowledge", "autogen-hybrid", "tinyllama_1b", "general")
)

Body = TypeVar("Body", bound=CouncilBody)
Done = TypeVar("Done")


def body_of(model: type[CouncilBody]) -> dict[str, Any]:
    """OpenAPI for a body that is parsed by hand."""
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": reference}}}}


@router.post("/hybrid", openapi_extra=body_of(HybridBody))
async def hybrid(request: Request, stream: bool = False) -> Response:
    """Answer a prompt: whole, or as events of three words when `stream` is true in the query or the body."""
    body = await _read(request, HybridBody)
    names = (*body.preferred_models, *filter(None, (body.model,)))
    model, warnings = (VOTE, []) if body.force_council else _named(services_of(request), names)
    voices, missing = _installed(services_of(request), names) if body.force_council else ((), [])
    asked, warnings = _turn(body, model, voices), [*warnings, *missing, *body.warnings]
    if stream or body.stream:
        if body.force_council:
            return await _while_there(request, body, _vote(request, asked, _last, THREE_WORDS))
        return await _while_there(request, body, _three_words(request, asked))
    result = await _while_there(request, body, _whole(request, asked))
    fields = answers.hybrid(result, services_of(request).accounts.prices, warnings)
    more = answers.chat_completion(result) if body.is_conversation else {}
    return _json(result, {**fields, **more})


@router.post("/hybrid/stream", openapi_extra=body_of(PromptBody))
async def hybrid_stream(request: Request) -> Response:
    """Answer a prompt as one event a word."""
    body = await _read(request, PromptBody)
    return await _while_there(request, body, _words(request, _turn(body, AUTO)))


@router.post("/orchestrate", openapi_extra=body_of(OrchestrateBody))
async def orchestrate(request: Request) -> Response:
    """Answer a prompt with the first installed model of `route`, else with the one that is decided on."""
    body = await _read(request, OrchestrateBody)
    model, warnings = _named(services_of(request), body.route)
    result = await _while_there(request, body, _whole(request, _turn(body, model)))
    return _json(result, answers.orchestrate(result, services_of(request).accounts.prices, warnings))


@router.post("/vote", openapi_extra=body_of(VoteBody))
async def vote(request: Request) -> Response:
    """Let candidates answer and the best-founded answer win, whole or (`stream`) behind its progress. An error never wins."""
    body = await _read(request, VoteBody)
    services = services_of(request)
    voices, warnings = _installed(services, body.candidates)
    asked = _turn(body, VOTE, voices)

    def told(result: TurnResult) -> dict[str, Any]:
        prices = services.accounts.prices
        return answers.vote(result, prices, body.candidates, body.told, [*warnings, *body.warnings])

    if body.stream:
        return await _while_there(request, body, _vote(request, asked, told))
    result = await _while_there(request, body, _whole(request, asked))
    return _json(result, told(result))


@router.post("/council", openapi_extra=body_of(CouncilQuestion))
async def council(request: Request) -> Response:
    """Let the council deliberate, with every voice in the answer, whole or (`stream`) behind its progress."""
    body = await _read(request, CouncilQuestion)
    asked = _turn(body, VOTE)

    def told(result: TurnResult) -> dict[str, Any]:
        return answers.council(result, services_of(request).accounts.prices)

    if body.stream:
        return await _while_there(request, body, _vote(request, asked, told))
    result = await _while_there(request, body, _whole(request, asked))
    return _json(result, told(result))


@router.post("/api/chat", openapi_extra=body_of(PromptBody))
async def chat(request: Request) -> Response:
    """Answer one turn of a chat, whole or (`stream`) as `/hybrid` streams."""
    body = await _read(request, PromptBody)
    asked = _turn(body, AUTO)
    if body.stream:
        return await _while_there(request, body, _three_words(request, asked))
    result = await _while_there(request, body, _whole(request, asked))
    return _json(result, answers.chat(result))


async def _read(request: Request, model: type[Body]) -> Body:
    body = await request.body()
    if len(body) > _OFF_LOOP_BYTES:
        return await asyncio.to_thread(parse_council_body, model, body)
    return parse_council_body(model, body)


async def _while_there(request: Request, body: PromptBody, work: Coroutine[Any, Any, Done]) -> Done:
    """The work, as long as the client is there. What is wrong with the text is told of the field that it came in."""
    try:
        return await while_connected(request.receive, work)
    except InvalidRequest as error:
        if error.param == "messages":
            error.param = body.text_field
        raise


def _turn(body: PromptBody, model: str, voices: Sequence[str] = ()) -> TurnRequest:
    return TurnRequest(
        messages=body.conversation,
        model=model,
        voices=tuple(voices),
        max_tokens=body.max_tokens or ANSWER_TOKENS,
        temperature=body.temperature,
        owner=owner_of(body.user, body.session_id, user_id=body.user_id),
        may_be_remembered=body.store is None or body.store is True,
    )


def _named(services: Services, names: Iterable[str]) -> tuple[str, list[str]]:
    """The first name that means something here, else `council/auto`; and a warning a name that means nothing."""
    known = [name for name in names if name in services.registry or name in COUNCIL_NAMES]
    return (known[0] if known else AUTO), _warnings(services, names)


def _installed(services: Services, names: Sequence[str]) -> tuple[list[str], list[str]]:
    return [name for name in names if name in services.registry], _warnings(services, names)


def _warnings(services: Services, names: Iterable[str]) -> list[str]:
    meant = (*COUNCIL_NAMES, *_V2_NAMES)
    unknown = [name for name in names if name not in services.registry and name not in meant]
    return [f"no model {name[:80]!r} is installed here: it is not used" for name in unknown]


def _turns(request: Request) -> RescuedTurns:
    services = services_of(request)
    return RescuedTurns(services.turns, services.cloud)


async def _whole(request: Request, asked: TurnRequest) -> TurnResult:
    current_note().asked(asked.model)
    return await _turns(request).answer(asked)


async def _opened(request: Request, asked: TurnRequest) -> OpenTurn:
    current_note().asked(asked.model)
    turn = OpenTurn(_turns(request).stream(asked))
    await turn.open()
    return turn


async def _three_words(request: Request, asked: TurnRequest) -> Response:
    services, turn = services_of(request), await _opened(request, asked)
    return _events(services, turn, three_word_events(turn, services.metrics, _last))


def _last(result: TurnResult) -> dict[str, Any]:
    return {"text": "", "model": answers.model_name(result), "council": answers.extension(result)}


async def _vote(
    request: Request, asked: TurnRequest, last: Callable[[TurnResult], dict[str, Any]], words: int = 0
) -> Response:
    """A stream that begins with the first voice's answer, or after SETTLE_S: what fails before that is a status."""
    services = services_of(request)
    current_note().asked(asked.model)
    feed = EventFeed(_turns(request).stream(asked))
    try:
        await feed.settle(SETTLE_S)
    except BaseException:
        await feed.aclose()
        raise
    return _events(services, feed, vote_events(feed, services.metrics, words, last))


async def _words(request: Request, asked: TurnRequest) -> Response:
    services, turn = services_of(request), await _opened(request, asked)
    return _events(services, turn, word_events(turn, services.metrics), failed_words)


def _events(
    services: Services,
    turn: OpenTurn | EventFeed,
    events: Any,
    failure: Callable[[CouncilError, Metrics], bytes] = failed,
) -> Response:
    headers = dict(decision_headers(turn.routed.decision)) if turn.routed else {}
    headers |= {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return GenerationEvents(events, turn, services, headers, failure=failure)


def _json(result: TurnResult, fields: dict[str, Any]) -> Response:
    return json_response(orjson.dumps(fields), headers=dict(decision_headers(result.decision)))
