"""The streamed answer: server-sent events that stop the engine when nobody reads them any more."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse, SendTimeoutError
from starlette.types import Receive, Scope, Send

from orchestrator.api.envelope import error_body
from orchestrator.api.openai_wire import DONE, Wire
from orchestrator.errors import CouncilError
from orchestrator.inference.generation import Choices, Delta
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics

log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0


class GenerationEvents(EventSourceResponse):
    """Owns `choices`: closes them whether the stream ended, broke, was never read or its reader stalled.

    A reader that takes nothing for `slow_reader_timeout_s` is treated as gone. At shutdown running streams
    get `drain_timeout_s` to finish.
    """

    def __init__(self, events: AsyncIterator[bytes], choices: Choices, settings: Settings) -> None:
        super().__init__(
            events,
            ping=HEARTBEAT_S,
            ping_message_factory=lambda: ServerSentEvent(comment="ping"),
            send_timeout=settings.slow_reader_timeout_s,
            shutdown_grace_period=settings.drain_timeout_s,
        )
        self._choices = choices

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            log.info("a reader took nothing for %g s: its generation is cancelled", self.send_timeout)
        finally:
            await self._choices.aclose()


async def generation_events(
    first: list[tuple[int, Delta]],
    choices: Choices,
    wire: Wire,
    *,
    prompt_tokens: int,
    include_usage: bool,
    metrics: Metrics,
) -> AsyncIterator[bytes]:
    """Chunks of all choices, several in one write when several are waiting.

    `first` was awaited before the response began, so that a refusal is a real HTTP status. A later failure
    becomes an `error` event, after which the stream ends without `[DONE]`.
    """
    written = wire.opening(len(choices.choices))
    gained = first
    try:
        while True:
            written += b"".join([wire.delta(index, delta) for index, delta in gained])
            if choices.finished:
                break
            yield written
            written = b""
            gained = await choices.next()
    except CouncilError as error:
        metrics.errors.labels(error.code).inc()
        yield b"data: " + error_body(error) + b"\r\n\r\n"
        return
    if include_usage:
        written += wire.usage(prompt_tokens, choices.completion_tokens)
    yield written + DONE
