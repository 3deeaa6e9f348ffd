"""Log-probabilities: one for each new token, natural logarithm, their sum beside them."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import numpy as np
import pytest

from .client import ContractClient, Generation
from .firm import FIRM_TOKENS, LEAST_PROBABILITY
from .target import Target
from .tensors import LOG_PROBS
from .timings import Record

WANTED: dict[str, Any] = {
    "return_log_probs": True,
    "exclude_input_in_output": True,
    "outputs": LOG_PROBS,
}


@pytest.mark.parametrize("streaming", [True, False])
async def test_one_for_each_token_and_they_sum_up(
    client: ContractClient, story: list[int], streaming: bool
) -> None:
    generation = await client.generate(story, 12, runtime_top_k=1, streaming=streaming, **WANTED)
    log_probs = generation.log_probs()
    assert len(log_probs) == len(generation.tokens) == 12
    assert all(value <= 0.0 for value in log_probs)
    assert _last_sum(generation) == pytest.approx(sum(log_probs), rel=1e-3, abs=1e-3)


async def test_the_sum_grows_with_the_stream(client: ContractClient, story: list[int]) -> None:
    generation = await client.generate(story, 8, runtime_top_k=1, **WANTED)
    so_far = 0.0
    for response in generation.responses:
        if not response.outputs:
            continue
        so_far += float(response.outputs["output_log_probs"].sum())
        assert float(response.outputs["cum_log_probs"].item()) == pytest.approx(so_far, abs=1e-3)


async def test_the_firm_prompt_is_firm(client: ContractClient, firm: list[int], record: Record) -> None:
    """What other tests compare must not be decided by rounding. Where this fails, name another --firm-passage."""
    generation = await client.generate(firm, FIRM_TOKENS, runtime_top_k=1, **WANTED)
    least = math.exp(min(generation.log_probs()))
    record.add(f"firm prompt: least probability of {FIRM_TOKENS} tokens (%)", 100 * least)
    assert least >= LEAST_PROBABILITY


async def test_they_change_no_token(client: ContractClient, firm: list[int], greedy: Generation) -> None:
    generation = await client.generate(firm, 12, runtime_top_k=1, **WANTED)
    assert generation.tokens == greedy.tokens[:12]


async def test_the_greedy_token_beats_the_uniform_one(
    client: ContractClient, story: list[int], vocab_size: int
) -> None:
    """The likeliest of V tokens has at least the probability 1/V: a wrong normaliser shows here."""
    generation = await client.generate(story, 16, runtime_top_k=1, **WANTED)
    assert min(generation.log_probs()) >= -math.log(vocab_size)
    assert len(set(generation.log_probs())) > 8


async def test_probabilities_of_alternatives_add_up_to_less_than_one(
    client: ContractClient, story: list[int], vocab_size: int
) -> None:
    """First-token probabilities of distinct tokens, drawn by seed, share one distribution."""
    seen: dict[int, float] = {}
    for seed in range(12):
        generation = await client.generate(story, 1, runtime_top_k=40, temperature=1.0, seed=seed, **WANTED)
        seen.setdefault(generation.tokens[0], generation.log_probs()[0])
    assert len(seen) > 2
    assert sum(math.exp(value) for value in seen.values()) <= 1.001


async def test_not_asked_for_is_not_sent(client: ContractClient, story: list[int]) -> None:
    generation = await client.generate(story, 3)
    assert all("output_log_probs" not in response.outputs for response in generation.responses)
    assert generation.log_probs() == []


async def test_cancelled_stream_with_log_probs(
    client: ContractClient, target: Target, story: list[int], pytestconfig: pytest.Config, answers: Any
) -> None:
    if target.is_foreign and not pytestconfig.getoption("--allow-log-prob-cancel"):
        pytest.skip("crashes TensorRT-LLM 1.1.0 and 1.2.0rc7; pass --allow-log-prob-cancel")
    for _ in range(5):
        call = client.stream(story, 400, runtime_top_k=1, **WANTED)
        reading = asyncio.ensure_future(call.read_until_cancelled())
        await asyncio.wait_for(call.first.wait(), client.timeout_s)
        call.cancel()
        assert np.isfinite((await reading).log_probs()).all()
    await answers()


def _last_sum(generation: Generation) -> float:
    sums = [r.outputs["cum_log_probs"] for r in generation.responses if "cum_log_probs" in r.outputs]
    return float(sums[-1].item())
