"""Gaps of a running stream, alone and while another client sends a prompt of 1,500 tokens."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.layers import Messages, Stack
from benchmarks.serving import prompt
from benchmarks.timing import percentile

PROMPT_TOKENS = 1500
RUNNING_TOKENS = 400
ROUNDS = 3
FILLER = "The harbour was quiet that morning and the boats lay still on the grey water. "


async def measure(stack: Stack) -> dict[str, Any]:
    alone: list[float] = []
    disturbed: list[float] = []
    prefills: list[float] = []
    for number in range(ROUNDS):
        quiet = await stack.orchestrator.run([prompt()], 64)
        alone.extend(quiet.streams[0].gaps_ms)
        gaps, prefill_ms = await _one(stack, number)
        disturbed.extend(gaps)
        prefills.append(prefill_ms)
    return {
        "alone_inter_token_p50_ms": percentile(alone, 0.5),
        "alone_inter_token_p95_ms": percentile(alone, 0.95),
        "during_inter_token_p50_ms": percentile(disturbed, 0.5),
        "during_inter_token_p95_ms": percentile(disturbed, 0.95),
        "during_inter_token_max_ms": max(disturbed),
        "long_prompt_first_token_p50_ms": percentile(prefills, 0.5),
    }


async def _one(stack: Stack, number: int) -> tuple[list[float], float]:
    """Gaps of the running stream between the long prompt's start and its first token."""
    clock = asyncio.get_running_loop().time
    began_s = clock()
    running = asyncio.create_task(stack.orchestrator.run([prompt()], RUNNING_TOKENS))
    await asyncio.sleep(0.4)
    long_began_ms = (clock() - began_s) * 1e3
    long = await stack.orchestrator.run([_long_prompt(stack, number)], 1)
    long_ended_ms = long_began_ms + long.streams[0].first_ms
    arrivals = (await running).streams[0].arrivals_ms
    inside = [at for at in arrivals if long_began_ms <= at <= long_ended_ms]
    return [b - a for a, b in zip(inside, inside[1:], strict=False)], long.streams[0].first_ms


def _long_prompt(stack: Stack, number: int) -> Messages:
    per_sentence = len(stack.rendered.model.tokenizer.encode_text(FILLER))
    return [{"role": "user", "content": f"{number:06d} " + FILLER * (PROMPT_TOKENS // per_sentence)}]
