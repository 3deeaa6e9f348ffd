"""An answer from the cloud when local inference cannot give one: allowed, redacted, paid for, and never silent.

Used only when an upstream is configured, an administrator (or the setting) enabled it, it has a key, the conversation
is not too long, and what it may cost fits into the budget. Only redacted text leaves the machine.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Generic

from orchestrator.cloud.redaction import Redactor
from orchestrator.cloud.tally import CloudTally
from orchestrator.cloud.upstream import (
    EmptyUpstreamAnswer,
    Upstream,
    UpstreamAsk,
    UpstreamClient,
    UpstreamEnd,
    UpstreamFailure,
)
from orchestrator.errors import CloudNotConfigured, CouncilError, NotAvailable
from orchestrator.metering import Held, Meter
from orchestrator.seams import ChatMessage, Generated
from orchestrator.telemetry.metrics import Metrics
from orchestrator.telemetry.request_context import current_request

log = logging.getLogger(__name__)

_TOKENS_A_MESSAGE = 8  # more than any chat format puts around one
_TOKENS_A_CONVERSATION = 256  # chat formats that put a system message of their own before it


@dataclass(frozen=True, slots=True)
class CloudAnswer:
    """`redactions` counts what was taken out of the conversation, by kind. `warnings` say where the upstream did not
    keep to what was asked of it."""

    generated: Generated
    provider: str
    redactions: Mapping[str, int]
    warnings: tuple[str, ...] = ()

    def as_evidence(self, because: str) -> dict[str, Any]:
        """What is shown and stored: that the cloud answered, which, why, and what was kept from it."""
        return cloud_evidence(self.provider, self.generated.model, because, self.redactions)


def cloud_evidence(provider: str, model: str, because: str, redactions: Mapping[str, int]) -> dict[str, Any]:
    return {"provider": provider, "model": model, "because": because, "redactions": dict(redactions)}


def _nobody(_: Mapping[str, int]) -> None:
    return


class CloudFallback(Generic[Held]):
    """`upstream` None: not configured. `enabled` is asked anew each time. The key lives in this object alone."""

    def __init__(
        self,
        upstream: Upstream | None,
        *,
        key: str | None,
        enabled: Callable[[], Awaitable[bool]],
        meter: Meter[Held],
        redactor: Redactor,
        metrics: Metrics,
        max_tokens: int,
        max_prompt_chars: int,
    ) -> None:
        self.upstream = upstream
        self._key = key or ""
        self._enabled = enabled
        self._meter = meter
        self._redactor = redactor
        self._metrics = metrics
        self._max_tokens = max_tokens
        self._max_prompt_chars = max_prompt_chars
        self._client = UpstreamClient(upstream) if upstream is not None else None

    @property
    def has_key(self) -> bool:
        return bool(self._key)

    def set_key(self, provider: str, key: str) -> None:
        """Use this key until the process ends. Raise CloudNotConfigured unless `provider` is the upstream's name."""
        if self.upstream is None or self.upstream.provider != provider:
            raise CloudNotConfigured(f"no upstream named {provider!r} is configured")
        self._key = key

    async def objection(self, messages: Sequence[ChatMessage]) -> CouncilError | None:
        """Why the cloud may not be asked, as far as is known before the budget is."""
        if self.upstream is None or not self._key:
            return CloudNotConfigured("the cloud fallback is not configured")
        if not await self._enabled():
            return NotAvailable("the cloud fallback is disabled")
        if sum(len(message.content) for message in messages) > self._max_prompt_chars:
            return NotAvailable("the conversation is too long for the cloud fallback")
        return None

    async def stream(
        self, ask: UpstreamAsk, sending: Callable[[Mapping[str, int]], None] = _nobody
    ) -> AsyncGenerator[str | CloudAnswer, None]:
        """Pieces of text, last the `CloudAnswer`. Raise CloudError, BudgetExceeded, NotAvailable, StorageUnavailable.

        `sending` is called before anything leaves the machine, with the count of what was redacted by kind.
        """
        started = perf_counter()
        try:
            objection = await self.objection(ask.messages)
            if objection is not None:
                raise objection
            redacted, found = await asyncio.to_thread(self._redacted, ask)
            async with aclosing(self._paid(redacted, found, started, sending)) as items:
                async for item in items:
                    # Not after the loop: who has the answer need not ask for more.
                    if isinstance(item, CloudAnswer):
                        self._metrics.cloud_requests.labels("ok").inc()
                    yield item
        except CouncilError as error:
            self._metrics.cloud_requests.labels(error.code).inc()
            raise

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _redacted(self, ask: UpstreamAsk) -> tuple[UpstreamAsk, Mapping[str, int]]:
        found: Counter[str] = Counter()
        messages = []
        for message in ask.messages:
            redacted = self._redactor.redact(message.content)
            found.update(redacted.found)
            messages.append(replace(message, content=redacted.text))
        # What the upstream is to stop at is sent as it would write it: it knows the placeholders alone.
        stop = []
        for each in ask.stop:
            redacted = self._redactor.redact(each)
            found.update(redacted.found)
            stop.append(redacted.text)
        most = min(ask.max_tokens, self._max_tokens)
        return replace(ask, messages=messages, stop=tuple(stop), max_tokens=most), dict(found)

    async def _paid(
        self,
        ask: UpstreamAsk,
        found: Mapping[str, int],
        started: float,
        sending: Callable[[Mapping[str, int]], None],
    ) -> AsyncGenerator[str | CloudAnswer, None]:
        """Reserve the most it can cost; settle with what came, never with more, whoever ended it."""
        assert self.upstream is not None
        most_prompt = _most_prompt_tokens(ask.messages)
        held = await self._meter.reserve(self.upstream.id, most_prompt, ask.max_tokens)
        for kind, count in found.items():
            self._metrics.cloud_redactions.labels(kind).inc(count)
        tally = CloudTally(most_prompt, ask.max_tokens)
        sending(found)
        try:
            async with aclosing(self._read(ask, tally, started)) as pieces:
                async for piece in pieces:
                    yield piece
            yield CloudAnswer(self._generated(tally, started), self.upstream.provider, found, tally.warnings)
        finally:
            for warning in tally.warnings:
                log.warning("%s: %s", self.upstream.id, warning)
            used = current_request.get().tally(self.upstream.id)
            used.prompt_tokens += tally.prompt_tokens
            used.new_tokens += tally.completion_tokens
            self._meter.settle(held, tally.prompt_tokens, tally.completion_tokens)

    async def _read(self, ask: UpstreamAsk, tally: CloudTally, started: float) -> AsyncGenerator[str, None]:
        """What may be shown, until the answer ends or is longer than was reserved; the connection is then closed."""
        assert self._client is not None
        try:
            async with aclosing(self._client.stream(ask, self._key)) as items:
                async for item in items:
                    if isinstance(item, UpstreamEnd):
                        tally.end(item)
                        return
                    shown = tally.add(item, perf_counter() - started)
                    if shown:
                        yield shown
                    if tally.is_cut:
                        break
        except EmptyUpstreamAnswer as error:
            tally.end(error.end)
            raise
        if not tally.has_word:
            raise UpstreamFailure("the upstream sent white space alone", "empty")

    def _generated(self, tally: CloudTally, started: float) -> Generated:
        assert self.upstream is not None
        return Generated(
            text="".join(tally.pieces),
            model=self.upstream.id,
            finish_reason=tally.finish_reason,
            prompt_tokens=tally.prompt_tokens,
            completion_tokens=tally.completion_tokens,
            first_token_ms=tally.first_s * 1000,
            total_ms=(perf_counter() - started) * 1000,
        )


def _most_prompt_tokens(messages: Sequence[ChatMessage]) -> int:
    """No tokenizer makes more than a token of a byte."""
    return _TOKENS_A_CONVERSATION + sum(
        len(message.content.encode()) + _TOKENS_A_MESSAGE for message in messages
    )
