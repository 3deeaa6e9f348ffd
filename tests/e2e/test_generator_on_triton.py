"""The `Generator` of the seams over a real Triton with the real model."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace

from orchestrator.inference.chat import ChatGenerator
from orchestrator.seams import Ask, ChatMessage
from tests.conftest import MODEL
from tests.contract.metrics import EngineCounters, idle

ASK = Ask(
    MODEL,
    [ChatMessage("user", "What is the capital of France? Reply with one word.")],
    max_tokens=40,
    temperature=0.0,
)


async def test_a_real_answer(generator: ChatGenerator, counters: EngineCounters) -> None:
    answer = await generator.generate(replace(ASK, want_log_probs=True))
    assert "Paris" in answer.text
    assert (answer.finish_reason, answer.prompt_tokens) == ("stop", 43)
    assert answer.completion_tokens < 40
    assert answer.mean_log_prob is not None
    assert -1 < answer.mean_log_prob < 0
    assert 0 < answer.first_token_ms < answer.total_ms


async def test_the_schema_is_kept_to(generator: ChatGenerator, counters: EngineCounters) -> None:
    schema = {
        "type": "object",
        "properties": {"capital": {"type": "string", "maxLength": 20}},
        "required": ["capital"],
        "additionalProperties": False,
    }
    answer = await generator.generate(replace(ASK, json_schema=schema, max_tokens=60))
    assert list(json.loads(answer.text)) == ["capital"]


async def test_a_seed_repeats_an_answer(generator: ChatGenerator, counters: EngineCounters) -> None:
    ask = replace(ASK, temperature=1.0, seed=5, max_tokens=12)
    first, second = await generator.generate(ask), await generator.generate(ask)
    assert first.text == second.text


async def test_leaving_in_the_middle_frees_the_slot(
    generator: ChatGenerator, counters: EngineCounters
) -> None:
    story = replace(ASK, messages=[ChatMessage("user", "Tell me a very long story.")], max_tokens=2000)
    running = [asyncio.create_task(generator.generate(story)) for _ in range(4)]
    await counters.wait_for(lambda counts: counts["active"] == 4)
    async with aclosing(generator.stream(story)) as pieces:
        await anext(pieces)
        await counters.wait_for(lambda counts: counts["active"] == 5)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await counters.wait_for(idle, 5)
    assert all(task.cancelled() for task in running)
