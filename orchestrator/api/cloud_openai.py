"""OpenAI's chat endpoint when local inference failed before the first word and the cloud may answer instead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from time import perf_counter

from starlette.responses import Response

from orchestrator.api.council_fields import decision_headers, result_fields, routed_fields
from orchestrator.api.council_streams import OpenTurn
from orchestrator.api.council_wire import CouncilWire
from orchestrator.api.deps import Services
from orchestrator.api.envelope import json_response
from orchestrator.api.event_stream import GenerationEvents, error_event
from orchestrator.api.openai_wire import DONE
from orchestrator.errors import CouncilError
from orchestrator.inference.generation import Delta
from orchestrator.schemas.openai import ChatCompletionRequest
from orchestrator.turn.cloud import LocalFailure, RescuedTurns
from orchestrator.turn.values import TurnRequest

# What OpenAI-compatible servers do not all know, with the value that asks for nothing.
_NOT_SENT = {"top_k": 0, "repetition_penalty": 1, "presence_penalty": 0, "frequency_penalty": 0}


async def answer_from_cloud(
    services: Services, wanted: ChatCompletionRequest, request: TurnRequest, error: LocalFailure
) -> Response:
    """The cloud's answer, marked as such. Raises `error` where the cloud may not or cannot help."""
    if wanted.logit_bias:
        raise error  # its token ids are of a vocabulary that the upstream's model has not
    rescued = RescuedTurns(services.turns, services.cloud)
    not_sent = [name for name, none in _NOT_SENT.items() if getattr(wanted, name) not in (None, none)]
    turn = OpenTurn(rescued.rescue(request, error, perf_counter(), not_sent, whole=not wanted.stream))
    await turn.open()
    assert turn.routed is not None
    headers = dict(decision_headers(turn.routed.decision))
    if wanted.stream:
        return GenerationEvents(_events(services, wanted, turn), turn, services, headers)
    text = "".join([piece async for piece in turn.pieces()])
    assert turn.result is not None
    usage, delta = turn.result.usage, Delta(text, [], turn.result.finish_reason)
    body = _wire(services, wanted).whole(
        [delta], usage.prompt_tokens, usage.completion_tokens, result_fields(turn.result)
    )
    return json_response(body, headers=headers)


def _wire(services: Services, wanted: ChatCompletionRequest) -> CouncilWire:
    assert services.cloud.upstream is not None
    return CouncilWire(services.cloud.upstream.id, None, include_usage=wanted.include_usage, log_probs=False)


async def _events(services: Services, wanted: ChatCompletionRequest, turn: OpenTurn) -> AsyncIterator[bytes]:
    wire = _wire(services, wanted)
    assert turn.routed is not None
    yield wire.begin(1, routed_fields(turn.routed))
    try:
        async for piece in turn.pieces():
            yield wire.delta(0, Delta(piece, []))
    except CouncilError as error:
        yield error_event(error, services.metrics)
        return
    result = turn.result
    assert result is not None, "a turn that does not raise finishes"
    written = wire.finish([result.finish_reason], result_fields(result))
    if wanted.include_usage:
        written += wire.usage(result.usage.prompt_tokens, result.usage.completion_tokens)
    yield written + DONE
