"""OpenAI's endpoints for Council's own names of models: `council/auto`, the roles and `council/vote`.

A skill's answer is written as it is. What a model is to write is planned and streamed exactly as for a concrete model,
so that every parameter is honoured; a text that the skill then judges gets its standing on the last chunk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from starlette.responses import Response

from orchestrator.api.answer_bounds import within_bounds
from orchestrator.api.cloud_openai import answer_from_cloud
from orchestrator.api.council_fields import decision_headers, result_fields, routed_fields
from orchestrator.api.council_vote import answer_vote
from orchestrator.api.council_wire import CouncilWire
from orchestrator.api.deps import Services
from orchestrator.api.envelope import json_response
from orchestrator.api.event_stream import GenerationEvents, error_event
from orchestrator.api.openai_plan import Plan, plan_chat
from orchestrator.api.openai_turn import turn_request, vote_request
from orchestrator.api.openai_wire import DONE
from orchestrator.api.running import collect, start
from orchestrator.errors import CouncilError
from orchestrator.inference.generation import Choices, Delta
from orchestrator.schemas.openai import ChatCompletionRequest, Message
from orchestrator.seams import Generated, SkillAnswer
from orchestrator.turn.cloud import LOCAL_FAILURES
from orchestrator.turn.run import TurnRun
from orchestrator.turn.values import VOTE, TurnRequest, TurnResult, Usage

_OFF_LOOP_CHARS = 8192  # as for requests of a concrete model


async def answer_council(services: Services, wanted: ChatCompletionRequest) -> Response:
    """Decide, and answer by a skill or a model. Raises the CouncilError tree before anything is sent."""
    voting = wanted.model == VOTE
    request = vote_request(wanted) if voting else turn_request(wanted)
    answer = answer_vote if voting else _answer_here
    try:
        return await answer(services, wanted, request)
    except LOCAL_FAILURES as error:
        return await answer_from_cloud(services, wanted, request, error)


async def _answer_here(services: Services, wanted: ChatCompletionRequest, request: TurnRequest) -> Response:
    run = await services.turns.begin(request)
    answer = None if run.drafting else await run.by_skill()
    reply = _Reply(services, wanted, run)
    return reply.of_skill(answer) if answer is not None else await reply.of_model()


@dataclass(frozen=True, slots=True)
class _Reply:
    """The answer of one run, on the wire."""

    services: Services
    wanted: ChatCompletionRequest
    run: TurnRun

    @property
    def headers(self) -> Mapping[str, str]:
        return decision_headers(self.run.routed.decision)

    def wire(self, model: str) -> CouncilWire:
        """Log-probabilities are an engine's: a request for them is answered by the decided model, never by a skill."""
        wanted, decided = self.wanted, self.run.routed.decision.model
        tokenizer = self.services.registry.get(decided).tokenizer if wanted.wants_log_probs else None
        return CouncilWire(
            model, tokenizer, include_usage=wanted.include_usage, log_probs=wanted.wants_log_probs
        )

    def of_skill(self, answer: SkillAnswer) -> Response:
        result = within_bounds(self.run.result(answer), self.wanted, self.services.registry)
        wire = self.wire(result.model or self.wanted.model)
        delta = Delta(result.text, [], result.finish_reason)
        if self.wanted.stream:
            events = _text_events(wire, self, delta, result)
            return GenerationEvents(events, _Nothing(), self.services, self.headers)
        usage = result.usage
        body = wire.whole([delta], usage.prompt_tokens, usage.completion_tokens, result_fields(result))
        return json_response(body, headers=dict(self.headers))

    async def of_model(self) -> Response:
        plan = await self._plan()
        choices = start(self.services, plan)
        began_s = perf_counter()
        if not self.wanted.stream:
            async with choices:
                deltas = await collect(choices)
            return await self._whole(plan, choices, deltas, began_s)
        try:
            first = await choices.next()
        except BaseException:  # whoever leaves here, cancelled too, stops the engine
            await choices.aclose()
            raise
        events = self._events(plan, choices, first, began_s)
        return GenerationEvents(events, choices, self.services, self.headers)

    async def _plan(self) -> Plan:
        # A whole answer comes with its token confidence; some engines do not stream while they give log-probabilities.
        changes: dict[str, Any] = {"model": self.run.routed.decision.model, "messages": self._shown()}
        if not self.wanted.stream and not self.wanted.wants_log_probs:
            changes["logprobs"] = True
        wanted = self.wanted.model_copy(update=changes)
        if sum(len(message.content) for message in wanted.messages) > _OFF_LOOP_CHARS:
            return await asyncio.to_thread(plan_chat, self.services.registry, wanted)
        return plan_chat(self.services.registry, wanted)

    def _shown(self) -> list[Message]:
        """The request's messages with the words that a model may read in this turn."""
        shown = self.run.request.messages
        return [
            message.model_copy(update={"content": each.content})
            for message, each in zip(self.wanted.messages, shown, strict=True)
        ]

    async def _whole(self, plan: Plan, choices: Choices, deltas: Sequence[Delta], began_s: float) -> Response:
        self.run.text_came()
        generated = _generated(plan, choices, deltas, began_s)
        result = self.run.result(await self.run.judged(generated) or self.run.general(generated))
        deltas[0].text = result.text
        usage = self._usage(plan, choices)
        body = self.wire(plan.model.id).whole(deltas, *usage, result_fields(result))
        return json_response(body, headers=dict(self.headers))

    async def _events(
        self, plan: Plan, choices: Choices, first: list[tuple[int, Delta]], began_s: float
    ) -> AsyncIterator[bytes]:
        """As `generation_events`, with the decision before the text and the standing of the answer behind it."""
        wire = self.wire(plan.model.id)
        written = wire.begin(len(choices.choices), routed_fields(self.run.routed))
        texts = [Delta("", []) for _ in choices.choices]
        gained = first
        self.run.text_came()
        try:
            while True:
                written += b"".join([wire.delta(index, delta) for index, delta in gained])
                for index, delta in gained:
                    texts[index].text += delta.text
                    texts[index].finish_reason = delta.finish_reason or texts[index].finish_reason
                if written:
                    yield written
                if choices.finished:
                    break
                written = b""
                gained = await choices.next()
            generated = _generated(plan, choices, texts, began_s)
            answer = await self.run.judged(generated) or self.run.general(generated)
        except CouncilError as error:
            yield error_event(error, self.services.metrics)
            return
        added = answer.text[len(generated.text) :]
        written = wire.text(0, Delta(added, [])) if added else b""
        reasons = [each.finish_reason or "stop" for each in texts]
        written += wire.finish(reasons, result_fields(self.run.result(answer)))
        if self.wanted.include_usage:
            written += wire.usage(*self._usage(plan, choices))
        yield written + DONE

    def _usage(self, plan: Plan, choices: Choices) -> tuple[int, int]:
        """This generation's tokens with those of a skill that was asked before."""
        usage = self.run.usage + Usage(plan.prompt_tokens, choices.completion_tokens)
        return usage.prompt_tokens, usage.completion_tokens


def _generated(plan: Plan, choices: Choices, deltas: Sequence[Delta], began_s: float) -> Generated:
    """The first choice as features know a generation."""
    first, elapsed_ms = deltas[0], (perf_counter() - began_s) * 1e3
    log_probs = [entry.log_prob for entry in first.log_probs]
    return Generated(
        text=first.text,
        model=plan.model.id,
        finish_reason=first.finish_reason or "stop",
        prompt_tokens=plan.prompt_tokens,
        completion_tokens=choices.choices[0].assembly.completion_tokens,
        first_token_ms=elapsed_ms,
        total_ms=elapsed_ms,
        mean_log_prob=sum(log_probs) / len(log_probs) if log_probs else None,
    )


class _Nothing:
    """What a stream of finished text has to close."""

    async def aclose(self) -> None:
        return


async def _text_events(
    wire: CouncilWire, reply: _Reply, delta: Delta, result: TurnResult
) -> AsyncIterator[bytes]:
    """A finished text as a stream of the usual form."""
    written = wire.begin(1, routed_fields(reply.run.routed)) + wire.delta(0, delta)
    written += wire.finish([result.finish_reason], result_fields(result))
    if reply.wanted.include_usage:
        written += wire.usage(result.usage.prompt_tokens, result.usage.completion_tokens)
    yield written + DONE
