"""`council/vote` on chat completions: the verdict as an ordinary answer, the voices as progress before it.

In a stream every progress is a chunk with an empty delta and a `council` field: clients that know only OpenAI's fields
see an answer that takes its time. What fails within SETTLE_S is an HTTP status, what fails later an error event.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Any

from starlette.responses import Response

from orchestrator.api.answer_bounds import within_bounds
from orchestrator.api.council_fields import decision_headers, result_fields, routed_fields
from orchestrator.api.council_wire import CouncilWire
from orchestrator.api.deps import Services
from orchestrator.api.envelope import json_response
from orchestrator.api.event_stream import GenerationEvents, error_event
from orchestrator.api.openai_wire import DONE
from orchestrator.errors import CouncilError
from orchestrator.inference.generation import Delta
from orchestrator.schemas.openai import ChatCompletionRequest
from orchestrator.turn.values import (
    Decided,
    Finished,
    Progress,
    Routed,
    TextPiece,
    TurnEvent,
    TurnRequest,
    TurnResult,
)

SETTLE_S = 1.0
_ANSWERED = "voice_finished"


async def answer_vote(services: Services, wanted: ChatCompletionRequest, request: TurnRequest) -> Response:
    """Raises the CouncilError tree before anything is sent."""
    routed = await services.turns.decide(request)
    headers = dict(decision_headers(routed.decision))
    if not wanted.stream:
        result = _bounded(services, wanted, await services.turns.answer(request, routed))
        delta = Delta(result.text, [], result.finish_reason)
        usage = result.usage
        wire = _wire(wanted, result.model or wanted.model)
        body = wire.whole([delta], usage.prompt_tokens, usage.completion_tokens, result_fields(result))
        return json_response(body, headers=headers)
    feed = EventFeed(services.turns.stream(request, routed))
    try:
        await feed.settle(SETTLE_S)
    except BaseException:  # whoever leaves here, cancelled too, stops the voices
        await feed.aclose()
        raise
    events = _events(services, wanted, routed, feed)
    return GenerationEvents(events, feed, services, headers)


def _bounded(services: Services, wanted: ChatCompletionRequest, result: TurnResult) -> TurnResult:
    return within_bounds(result, wanted, services.registry)


def _wire(wanted: ChatCompletionRequest, model: str) -> CouncilWire:
    return CouncilWire(model, None, include_usage=wanted.include_usage, log_probs=False)


async def _events(
    services: Services, wanted: ChatCompletionRequest, routed: Routed, feed: EventFeed
) -> AsyncIterator[bytes]:
    """The chunks name the vote as their model: who won is known when the first ones are long sent."""
    wire = _wire(wanted, wanted.model)
    yield wire.begin(1, routed_fields(routed))
    result: TurnResult | None = None
    try:
        while (event := await feed.next()) is not None:
            if isinstance(event, Progress):
                yield wire.progress({"event": event.kind, **event.data})
            elif isinstance(event, Finished):
                result = _bounded(services, wanted, event.result)
    except CouncilError as error:
        yield error_event(error, services.metrics)
        return
    assert result is not None, "a turn that does not raise finishes"
    written = wire.text(0, Delta(result.text, []))
    written += wire.finish([result.finish_reason], result_fields(result))
    if wanted.include_usage:
        written += wire.usage(result.usage.prompt_tokens, result.usage.completion_tokens)
    yield written + DONE


class EventFeed:
    """A turn's events, read ahead by a task, so that waiting for them with a limit does not cancel them.

    `routed` is what was decided, as far as was read. `aclose()` it on every path: the turn is then stopped.
    """

    def __init__(self, events: AsyncGenerator[TurnEvent, None]) -> None:
        self._events = events
        self._waiting: asyncio.Queue[TurnEvent | Exception | None] = asyncio.Queue()
        self._settled = asyncio.Event()
        self.routed: Routed | None = None
        self._task = asyncio.create_task(self._read())

    async def settle(self, within_s: float) -> None:
        """Wait until a voice has answered, at most so long. Raises the error of a turn that has failed by then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._settled.wait()
        if self._task.done():
            await self._raise_at_once()

    async def next(self) -> TurnEvent | None:
        """The next event, None after the last. Raises the error that ended the turn."""
        item = await self._waiting.get()
        if isinstance(item, Exception):
            raise item
        return item

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.wait((self._task,))

    async def _raise_at_once(self) -> None:
        """Nothing was sent yet: an error comes before the events that led to it."""
        held: list[Any] = []
        while not self._waiting.empty():
            held.append(self._waiting.get_nowait())
        for item in held:
            if isinstance(item, Exception):
                raise item
        for item in held:
            self._waiting.put_nowait(item)

    async def _read(self) -> None:
        try:
            async for event in self._events:
                self._waiting.put_nowait(event)
                if isinstance(event, Decided):
                    self.routed = event.routed
                elif isinstance(event, TextPiece) or (
                    isinstance(event, Progress) and event.kind == _ANSWERED
                ):
                    self._settled.set()
            self._waiting.put_nowait(None)
        except Exception as error:  # the edge of a task: kept, and raised at whoever reads
            self._waiting.put_nowait(error)
        finally:
            self._settled.set()
            await self._events.aclose()
