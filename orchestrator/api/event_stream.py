"""The streamed answer: server-sent events that stop the engine when nobody reads them any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Protocol

from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import AppStatus, EventSourceResponse, SendTimeoutError
from starlette.types import Message, Receive, Scope, Send

from orchestrator.api.connection import CUT_OFF, withdraw_cancel
from orchestrator.api.deps import Services
from orchestrator.api.envelope import error_body
from orchestrator.api.openai_wire import DONE, Wire
from orchestrator.errors import CouncilError, ServerShuttingDown
from orchestrator.inference.generation import Choices, Delta
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.note import current_note

log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0
LAST_WORDS_S = 1.0

_START = "http.response.start"

# The server ends streams itself, by cancelling them; the library's way cuts them off without a word.
AppStatus.enable_automatic_graceful_drain = False


class Closable(Protocol):
    async def aclose(self) -> None: ...


def error_event(error: CouncilError, metrics: Metrics) -> bytes:
    """What a stream that has begun says of its failure; counted here, as its status is long sent."""
    metrics.errors.labels(error.code).inc()
    current_note().failed(error.code)
    return b"data: " + error_body(error) + b"\r\n\r\n"


class GenerationEvents(EventSourceResponse):
    """Owns what it streams from: closes it whether the stream ended, broke, was never read or its reader stalled.

    A reader that takes nothing for `slow_reader_timeout_s` is treated as gone. A stream that the server cancels, as its
    drain is over, ends with `failure`'s event. `first` is what there is to send already: it goes out before the tasks
    that watch over the stream are started, which take 0.2 ms.
    """

    def __init__(
        self,
        events: AsyncIterator[bytes],
        source: Closable,
        services: Services,
        headers: Mapping[str, str] | None = None,
        first: bytes = b"",
        failure: Callable[[CouncilError, Metrics], bytes] = error_event,
    ) -> None:
        super().__init__(
            events,
            headers=headers,
            ping=HEARTBEAT_S,
            ping_message_factory=lambda: ServerSentEvent(comment="ping"),
            send_timeout=services.settings.slow_reader_timeout_s,
        )
        current_note().streamed = True
        self._source = source
        self._first = first
        self._failure = failure
        self._metrics = services.metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._begin(send)
            try:
                await super().__call__(scope, receive, _already_begun(send))
            except asyncio.CancelledError:
                withdraw_cancel()
                await self._say_last_words(send)
        except SendTimeoutError:
            log.info("a reader took nothing for %g s: its generation is cancelled", self.send_timeout)
            if CUT_OFF in scope.get("extensions", {}):
                scope["extensions"][CUT_OFF]["now"]()
        finally:
            await self._source.aclose()

    async def _begin(self, send: Send) -> None:
        await send({"type": _START, "status": self.status_code, "headers": self.raw_headers})
        if self._first:
            await self._send_with_timeout(send, _body(self._first, more=True))

    async def _say_last_words(self, send: Send) -> None:
        """Unless the client has left or has the whole answer."""
        if self.active:
            self.send_timeout = LAST_WORDS_S
            failure = self._failure(ServerShuttingDown(), self._metrics)
            await self._send_with_timeout(send, _body(failure, more=False))


def _body(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _already_begun(send: Send) -> Send:
    async def send_rest(message: Message) -> None:
        if message["type"] != _START:
            await send(message)

    return send_rest


def written(wire: Wire, gained: list[tuple[int, Delta]]) -> bytes:
    return b"".join([wire.delta(index, delta) for index, delta in gained])


async def generation_events(
    choices: Choices,
    wire: Wire,
    *,
    prompt_tokens: int,
    include_usage: bool,
    metrics: Metrics,
) -> AsyncIterator[bytes]:
    """What follows the first deltas: chunks of all choices, several in one write when several are waiting.

    The first were awaited before the response began, so that a refusal is a real HTTP status. A later failure
    becomes an `error` event, after which the stream ends without `[DONE]`.
    """
    last = b""
    try:
        while not choices.finished:
            last = written(wire, await choices.next())
            if not choices.finished:
                yield last
                last = b""
    except CouncilError as error:
        yield error_event(error, metrics)
        return
    if include_usage:
        last += wire.usage(prompt_tokens, choices.completion_tokens)
    current_note().ended()
    yield last + DONE
