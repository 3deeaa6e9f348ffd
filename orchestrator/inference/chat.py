"""Generated text for the rest of Council: the `Generator` of the seams over an inference backend.

Guarantees: an abandoned generation is stopped in the engine, whether its reader was cancelled, closed the stream
or failed; a stream's pieces joined are the text of its `Generated`. Not guaranteed: that the text is not empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import perf_counter
from uuid import uuid4

from orchestrator.errors import InferenceStreamBroken, InvalidValue
from orchestrator.inference.generation import (
    ChoicePlan,
    Choices,
    Delta,
    plan_request,
    refuse_hopeless_text,
)
from orchestrator.inference.guides import json_schema_guide
from orchestrator.inference.registry import InstalledModel, ModelRegistry
from orchestrator.inference.sampling import sampling_with_defaults
from orchestrator.inference.types import FinishReason, InferenceBackend
from orchestrator.seams import Ask, Generated
from orchestrator.telemetry.metrics import Metrics

_OFF_LOOP_CHARS = 8192  # above this, rendering and tokenizing would hold up other streams by more than ~2 ms


class ChatGenerator:
    """Implements `seams.Generator`: chat templates, tokens and stop strings of the installed models."""

    def __init__(
        self, registry: ModelRegistry, backend: InferenceBackend, metrics: Metrics, *, buffer_tokens: int
    ) -> None:
        """`buffer_tokens` wait for a slow reader before its generation does."""
        self._registry = registry
        self._backend = backend
        self._metrics = metrics
        self._buffer_tokens = buffer_tokens

    async def generate(self, ask: Ask) -> Generated:
        """Raise the CouncilError tree; tokens that came before a failure are dropped."""
        async with aclosing(self.stream(ask)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Generated):
                    return piece
        raise AssertionError("a stream ends with its Generated")

    async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
        """As the protocol says. Close it (`contextlib.aclosing`) when it is left before its end."""
        began_s = perf_counter()
        model = self._registry.get(ask.model)
        plan = await _planned(model, ask)
        metrics = self._metrics.model(model.id)
        metrics.prompt_tokens.inc(len(plan.request.prompt_ids))
        answer = _Answer(began_s)
        choices = Choices(self._backend, model, [plan], buffer_tokens=self._buffer_tokens, metrics=metrics)
        async with choices:
            while gained := await choices.next():
                _count(ask, plan, choices.completion_tokens)
                for _, delta in gained:
                    answer.add(delta)
                    if delta.text:
                        yield delta.text
            stopped_by = choices.choices[0].assembly.stopped_by
            yield answer.generated(
                ask, plan, choices.completion_tokens, stopped_by if stopped_by in ask.stop else None
            )


class _Answer:
    """One answer as it grows."""

    def __init__(self, began_s: float) -> None:
        self._began_s = began_s
        self._first_s: float | None = None
        self._pieces: list[str] = []
        self._log_probs: list[float] = []
        self._finish_reason: FinishReason | None = None

    def add(self, delta: Delta) -> None:
        if self._first_s is None:
            self._first_s = perf_counter()
        self._pieces.append(delta.text)
        self._log_probs += [entry.log_prob for entry in delta.log_probs]
        self._finish_reason = delta.finish_reason

    def generated(
        self, ask: Ask, plan: ChoicePlan, completion_tokens: int, stopped_by: str | None
    ) -> Generated:
        if self._finish_reason is None or self._first_s is None:
            raise InferenceStreamBroken("the generation ended without a finish reason")
        log_probs = self._log_probs
        return Generated(
            text="".join(self._pieces),
            model=ask.model,
            finish_reason=self._finish_reason,
            prompt_tokens=len(plan.request.prompt_ids),
            completion_tokens=completion_tokens,
            first_token_ms=(self._first_s - self._began_s) * 1e3,
            total_ms=(perf_counter() - self._began_s) * 1e3,
            mean_log_prob=sum(log_probs) / len(log_probs) if log_probs else None,
            stopped_by=stopped_by,
        )


def _count(ask: Ask, plan: ChoicePlan, completion_tokens: int) -> None:
    if ask.tally is not None:
        ask.tally.prompt_tokens = len(plan.request.prompt_ids)
        ask.tally.completion_tokens = completion_tokens


async def _planned(model: InstalledModel, ask: Ask) -> ChoicePlan:
    refuse_hopeless_text(model, (message.content for message in ask.messages), "messages")
    if sum(len(message.content) for message in ask.messages) > _OFF_LOOP_CHARS:
        return await asyncio.to_thread(_plan, model, ask)
    return _plan(model, ask)


def _plan(model: InstalledModel, ask: Ask) -> ChoicePlan:
    if ask.max_tokens < 1:
        raise InvalidValue("max_tokens must be at least 1", param="max_tokens")
    messages = [{"role": message.role, "content": message.content} for message in ask.messages]
    request = plan_request(
        model,
        uuid4().hex,
        model.template.render_ids(messages),
        new_tokens=ask.max_tokens,
        sampling=sampling_with_defaults(
            model.record.sampling,
            temperature=ask.temperature,
            top_p=ask.top_p,
            seed=ask.seed,
            is_guided=ask.json_schema is not None,
        ),
        guide=None if ask.json_schema is None else json_schema_guide(ask.json_schema),
        return_log_probs=ask.want_log_probs,
    )
    return ChoicePlan(request, model.chat_stops(ask.stop))
