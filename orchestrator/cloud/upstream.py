"""One OpenAI-compatible server in the cloud, asked over HTTPS for one streamed answer at a time.

The address comes from the settings alone, redirects are not followed, proxies of the environment are not used, and an
answer is bounded in bytes, silence and time. Every failure is a CloudError whose message holds nothing that the upstream said.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal

import httpx
import orjson

from orchestrator.cloud.event_lines import event_data
from orchestrator.errors import CloudError
from orchestrator.seams import ChatMessage
from orchestrator.text import is_blank

_DONE = "[DONE]"
_MOST_TOKENS = 2**63  # that can be told of at all, whatever else a number says
_CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where, what, and within which bounds."""

    provider: str
    base_url: str
    model: str
    asks_for_usage: bool = True
    connect_timeout_s: float = 5.0
    silence_timeout_s: float = 30.0
    timeout_s: float = 120.0
    answer_limit_bytes: int = 4 * 2**20

    @property
    def id(self) -> str:
        """How its model is called in answers, prices and the journal."""
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True)
class UpstreamAsk:
    messages: Sequence[ChatMessage]
    max_tokens: int
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpstreamEnd:
    """How an answer ended. Token counts are the upstream's own, also such as cannot be, None where it told none."""

    finish_reason: Literal["stop", "length"]
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


Outcome = Literal["refused", "broken_off", "timed_out", "empty", "faulty", "not_reached"]
"""How it failed, as the journal tells it. Only of `not_reached` is it certain that nothing left the machine."""


class UpstreamFailure(CloudError):
    """A failure whose kind is known; any other CloudError is `faulty`."""

    def __init__(self, message: str, outcome: Outcome) -> None:
        super().__init__(message)
        self.outcome = outcome


class EmptyUpstreamAnswer(UpstreamFailure):
    """It ended as it should, without a word. What it counted is owed all the same."""

    def __init__(self, end: UpstreamEnd) -> None:
        super().__init__("the upstream gave an empty answer", "empty")
        self.end = end


class UpstreamClient:
    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._http = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=_CONNECTIONS),
            timeout=httpx.Timeout(
                upstream.silence_timeout_s,
                connect=upstream.connect_timeout_s,
                pool=upstream.connect_timeout_s,
            ),
        )

    async def stream(self, ask: UpstreamAsk, key: str) -> AsyncGenerator[str | UpstreamEnd, None]:
        """Pieces of text, at least one with a word, then the `UpstreamEnd`. Closing it closes the connection.

        Raise CloudError, `EmptyUpstreamAnswer` where the answer ended and no piece had a word.
        """
        deadline_s = asyncio.get_running_loop().time() + self._upstream.timeout_s
        try:
            async with aclosing(self._stream(ask, key)) as items:
                while True:
                    # Not around the whole: it must not strike while whoever reads is busy.
                    async with asyncio.timeout_at(deadline_s):
                        item = await anext(items, None)
                    if item is None:
                        return
                    yield item
        except TimeoutError:
            message = f"the answer took longer than {self._upstream.timeout_s:g} s"
            raise UpstreamFailure(message, "timed_out") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            message = f"the upstream cannot be used ({type(error).__name__})"
            raise UpstreamFailure(message, _outcome_of(error)) from error

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _stream(self, ask: UpstreamAsk, key: str) -> AsyncGenerator[str | UpstreamEnd, None]:
        answer, is_done = _Answer(), False
        headers = {"authorization": f"Bearer {key}", "accept-encoding": "identity"}
        url = f"{self._upstream.base_url}/chat/completions"
        async with self._http.stream("POST", url, json=self._body(ask), headers=headers) as response:
            _check(response)
            data_lines = event_data(response.aiter_raw(), self._upstream.answer_limit_bytes)
            async with aclosing(data_lines):
                async for data in data_lines:
                    if data == _DONE:
                        is_done = True
                        break
                    piece = answer.read(data)
                    if piece:
                        yield piece
        yield answer.end(is_done)

    def _body(self, ask: UpstreamAsk) -> dict[str, Any]:
        messages = [{"role": each.role, "content": each.content} for each in ask.messages]
        body: dict[str, Any] = {
            "model": self._upstream.model,
            "messages": messages,
            "max_tokens": ask.max_tokens,
            "stream": True,
        }
        if self._upstream.asks_for_usage:
            body["stream_options"] = {"include_usage": True}
        optional = {
            "temperature": ask.temperature,
            "top_p": ask.top_p,
            "seed": ask.seed,
            "stop": list(ask.stop) or None,
        }
        return body | {name: value for name, value in optional.items() if value is not None}


def _outcome_of(error: Exception) -> Outcome:
    match error:
        case (
            httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.UnsupportedProtocol()
        ):
            return "not_reached"
        case httpx.InvalidURL():
            return "not_reached"
        case httpx.TimeoutException():
            return "timed_out"
    return "broken_off"


def _check(response: httpx.Response) -> None:
    if response.status_code != httpx.codes.OK:
        raise UpstreamFailure(f"the upstream answered with status {response.status_code}", "refused")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise CloudError("the upstream sent a compressed answer, which was not asked for")


class _Answer:
    """One answer as it comes in. Whatever has not the expected form is a CloudError."""

    def __init__(self) -> None:
        self._any_word = False
        self._finish_reason: str | None = None
        self._usage: tuple[int | None, int | None] = (None, None)

    def read(self, data: str) -> str:
        try:
            chunk = orjson.loads(data)
        except orjson.JSONDecodeError:
            raise CloudError("the upstream sent something that is not JSON") from None
        if not isinstance(chunk, dict) or chunk.get("error") is not None:
            raise UpstreamFailure("the upstream reported an error in mid-answer", "broken_off")
        if isinstance(chunk.get("usage"), dict):
            usage = chunk["usage"]
            self._usage = (_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))
        return self._piece(chunk.get("choices"))

    def end(self, is_done: bool) -> UpstreamEnd:
        """`is_done`: the upstream said that this is all, which ends a text also where no reason to finish was told."""
        if self._finish_reason is None and not (is_done and self._any_word):
            raise UpstreamFailure("the upstream broke its answer off", "broken_off")
        end = UpstreamEnd("length" if self._finish_reason == "length" else "stop", *self._usage)
        if not self._any_word:
            raise EmptyUpstreamAnswer(end)
        return end

    def _piece(self, choices: Any) -> str:
        if not choices:
            return ""
        try:
            # One answer was asked for: what stands under another index is none of it.
            choice = next((each for each in choices if not each.get("index")), None)
            if choice is None:
                return ""
            self._finish_reason = choice.get("finish_reason") or self._finish_reason
            # The last one need not have a delta.
            delta = choice.get("delta")
            piece = "" if delta is None else delta.get("content") or ""
        except (TypeError, AttributeError):
            raise CloudError("the upstream sent a chunk of an unknown form") from None
        if not isinstance(piece, str):
            raise CloudError("the upstream sent text that is not a string")
        self._any_word = self._any_word or not is_blank(piece)
        return piece


def _count(value: Any) -> int | None:
    """A whole number as it was told, possible or not: who books it judges that."""
    if type(value) is float and value.is_integer():
        value = int(value)
    return max(-_MOST_TOKENS, min(value, _MOST_TOKENS)) if type(value) is int else None
