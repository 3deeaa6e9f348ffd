"""v2's streaming forms, with real tokens: `/hybrid` in chunks of three words, `/hybrid/stream` a word an event.

A vote's progress goes before its text. In all, what the events carry put together is the answer, character for character: a client must add nothing. A
failure before the first text is an HTTP status, as everywhere; a later one is an event in v2's form.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

import orjson

from orchestrator.api.council_vote import EventFeed
from orchestrator.api.word_chunks import WordChunks
from orchestrator.errors import CouncilError
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.note import current_note
from orchestrator.turn.values import Decided, Finished, Progress, Routed, TextPiece, TurnEvent, TurnResult

Wire = Callable[["OpenTurn", Metrics], AsyncIterator[bytes]]

THREE_WORDS = 3
_MARK = "[STREAM_"


class OpenTurn:
    """A turn whose first text has come: `open()` it, then read `pieces()`; `result` and `routed` are then there.

    `aclose()` it on every path.
    """

    def __init__(self, events: AsyncGenerator[TurnEvent, None]) -> None:
        self._events = events
        self._first: str | None = None
        self.routed: Routed | None = None
        self.result: TurnResult | None = None

    async def open(self) -> None:
        """Raise the typed error of a turn that never had any text."""
        try:
            self._first = await self._next()
        except BaseException:  # whoever leaves here, cancelled too, stops the engine
            await self.aclose()
            raise

    async def pieces(self) -> AsyncIterator[str]:
        while self._first is not None:
            yield self._first
            self._first = await self._next()

    async def aclose(self) -> None:
        await self._events.aclose()

    async def _next(self) -> str | None:
        async for event in self._events:
            if isinstance(event, TextPiece):
                return event.text
            if isinstance(event, Decided):
                self.routed = event.routed
            elif isinstance(event, Finished):
                self.result = event.result
        return None


async def three_word_events(
    turn: OpenTurn, metrics: Metrics, last: Callable[[TurnResult], dict[str, Any]]
) -> AsyncIterator[bytes]:
    """`{"text", "partial": true}` events, then `last` with `done`; or `{"error", "done"}`."""
    chunks = WordChunks(THREE_WORDS)
    try:
        async for piece in turn.pieces():
            for chunk in chunks.push(piece):
                yield _event({"text": chunk, "partial": True})
    except CouncilError as error:
        for chunk in chunks.flush():
            yield _event({"text": chunk, "partial": True})
        yield failed(error, metrics)
        return
    for chunk in chunks.flush():
        yield _event({"text": chunk, "partial": True})
    assert turn.result is not None, "a turn that does not raise finishes"
    yield _event({**last(turn.result), "done": True})


async def vote_events(
    feed: EventFeed, metrics: Metrics, words: int, last: Callable[[TurnResult], dict[str, Any]]
) -> AsyncIterator[bytes]:
    """The progress of a vote as events without text, then its text in events of so many words, none where `words` is 0.

    The last event is `last` with `done`; or `{"error", "done"}`. Whoever joins the texts gets the same with the progress
    as without it.
    """
    chunks = WordChunks(words) if words else None
    result: TurnResult | None = None
    try:
        while (event := await feed.next()) is not None:
            if isinstance(event, Progress):
                told = {"event": event.kind, **event.data}
                yield _event({"text": "", "partial": True, "council": told})
            elif isinstance(event, TextPiece) and chunks is not None:
                for chunk in chunks.push(event.text):
                    yield _event({"text": chunk, "partial": True})
            elif isinstance(event, Finished):
                result = event.result
    except CouncilError as error:
        for chunk in chunks.flush() if chunks else ():
            yield _event({"text": chunk, "partial": True})
        yield failed(error, metrics)
        return
    for chunk in chunks.flush() if chunks else ():
        yield _event({"text": chunk, "partial": True})
    assert result is not None, "a turn that does not raise finishes"
    yield _event({**last(result), "done": True})


async def word_events(turn: OpenTurn, metrics: Metrics) -> AsyncIterator[bytes]:
    """`data:<word> ` events, then `data:[STREAM_COMPLETE]`; or `data:[STREAM_ERROR: <code>]`."""
    chunks = WordChunks(1)
    try:
        async for piece in turn.pieces():
            for chunk in chunks.push(piece):
                yield _words(chunk)
    except CouncilError as error:
        yield b"".join(map(_words, chunks.flush())) + failed_words(error, metrics)
        return
    yield b"".join(map(_words, chunks.flush())) + b"data:[STREAM_COMPLETE]\n\n"


def failed(error: CouncilError, metrics: Metrics) -> bytes:
    """The last event of a failed stream, but of words; counted as `error_event` does."""
    _count(error, metrics)
    return _event({"error": error.message, "done": True, "code": error.code})


def failed_words(error: CouncilError, metrics: Metrics) -> bytes:
    """The last event of a failed stream of words."""
    _count(error, metrics)
    return b"data:[STREAM_ERROR: %b]\n\n" % error.code[:33].encode()


def _event(fields: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(fields) + b"\n\n"


def _words(text: str) -> bytes:
    """One event; two where the text itself would read as one of our marks."""
    at = text.find(_MARK) + 1
    return _words_event(text[:at]) + _words_event(text[at:]) if at else _words_event(text)


def _words_event(text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # Readers of events drop one space behind the colon.
    return "".join(f"data:{' ' if line.startswith(' ') else ''}{line}\n" for line in lines).encode() + b"\n"


def _count(error: CouncilError, metrics: Metrics) -> None:
    metrics.errors.labels(error.code).inc()
    current_note().failed(error.code)
