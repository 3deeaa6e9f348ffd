"""Determinism, and that every sampling input has its effect."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .client import ContractClient, Generation
from .firm import FIRM_TOKENS

LOOSE = {"temperature": 1.0, "runtime_top_k": 50, "runtime_top_p": 0.95}
SEEDS = range(11, 17)
LOOP = " ".join(["Tom likes fish. Ann likes fish. Bob likes fish. Sue likes fish. Max likes fish."] * 3)


def repeats(tokens: list[int]) -> int:
    return len(tokens) - len(set(tokens))


async def sample(client: ContractClient, prompt: list[int], n: int, **fields: Any) -> list[int]:
    return (await client.generate(prompt, n, **fields)).tokens


async def test_greedy_is_deterministic(client: ContractClient, firm: list[int], greedy: Generation) -> None:
    assert (await sample(client, firm, FIRM_TOKENS, runtime_top_k=1)) == greedy.tokens


async def test_default_is_greedy(client: ContractClient, firm: list[int], greedy: Generation) -> None:
    assert (await sample(client, firm, 12)) == greedy.tokens[:12]


async def test_top_k_one_is_greedy_at_any_temperature(
    client: ContractClient, firm: list[int], greedy: Generation
) -> None:
    tokens = await sample(client, firm, 12, runtime_top_k=1, temperature=1.7, seed=5)
    assert tokens == greedy.tokens[:12]


async def test_tiny_top_p_is_greedy(client: ContractClient, firm: list[int], greedy: Generation) -> None:
    tokens = await sample(client, firm, 12, runtime_top_p=1e-4, temperature=1.0, seed=5)
    assert tokens == greedy.tokens[:12]


async def test_tiny_temperature_is_greedy(
    client: ContractClient, firm: list[int], greedy: Generation
) -> None:
    """Logits divided by it would be infinite."""
    tokens = await sample(client, firm, 12, runtime_top_p=0.9, temperature=1e-38, seed=5)
    assert tokens == greedy.tokens[:12]


async def test_same_seed_same_tokens(client: ContractClient, story: list[int]) -> None:
    first = await sample(client, story, 16, seed=7, **LOOSE)
    assert await sample(client, story, 16, seed=7, **LOOSE) == first


async def test_different_seeds_differ(client: ContractClient, story: list[int]) -> None:
    drawn = {tuple(await sample(client, story, 12, seed=seed, **LOOSE)) for seed in SEEDS}
    assert len(drawn) >= len(SEEDS) - 1


async def test_all_64_bits_of_a_seed_count(client: ContractClient, story: list[int]) -> None:
    low = await sample(client, story, 16, seed=3, **LOOSE)
    assert await sample(client, story, 16, seed=3 + (1 << 40), **LOOSE) != low


async def test_temperature_spreads(client: ContractClient, firm: list[int]) -> None:
    async def distinct(temperature: float) -> int:
        fields: dict[str, Any] = {"temperature": temperature, "runtime_top_k": 0, "runtime_top_p": 1.0}
        return len({tuple(await sample(client, firm, 8, seed=seed, **fields)) for seed in SEEDS})

    assert await distinct(0.01) == 1
    assert await distinct(5.0) == len(SEEDS)


async def test_top_k_bounds_the_choice(client: ContractClient, story: list[int]) -> None:
    """With top_k 2 and a very high temperature the first token is one of two."""
    seen = {
        (await sample(client, story, 1, runtime_top_k=2, temperature=50.0, seed=seed))[0]
        for seed in range(24)
    }
    assert len(seen) == 2


@pytest.mark.parametrize(
    "penalty",
    [{"repetition_penalty": 1.8}, {"presence_penalty": 2.0}, {"frequency_penalty": 2.0}],
    ids=lambda penalty: next(iter(penalty)),
)
async def test_penalty_lowers_repetition(
    client: ContractClient, encode: Callable[[str], list[int]], penalty: dict[str, float]
) -> None:
    prompt = encode(LOOP)
    plain = await sample(client, prompt, 40, runtime_top_k=1)
    penalised = await sample(client, prompt, 40, runtime_top_k=1, **penalty)
    assert repeats(plain) >= 12, "the baseline must repeat itself for the test to mean anything"
    assert repeats(penalised) < repeats(plain) * 0.7


async def test_penalty_holds_in_every_request(
    client: ContractClient, encode: Callable[[str], list[int]]
) -> None:
    """A presence penalty of 50 lets no token come twice, and gives the same answer each time."""
    prompt = encode(LOOP)
    answers = [await sample(client, prompt, 8, runtime_top_k=1, presence_penalty=50.0) for _ in range(8)]
    assert [repeats(tokens) for tokens in answers] == [0] * 8
    assert len({tuple(tokens[:4]) for tokens in answers}) == 1


async def test_neutral_penalties_change_nothing(
    client: ContractClient, firm: list[int], greedy: Generation
) -> None:
    tokens = await sample(
        client,
        firm,
        12,
        runtime_top_k=1,
        repetition_penalty=1.0,
        presence_penalty=0.0,
        frequency_penalty=0.0,
        len_penalty=1.0,
    )
    assert tokens == greedy.tokens[:12]


async def test_embedding_bias_forces_a_token(
    client: ContractClient, firm: list[int], greedy: Generation, vocab_size: int
) -> None:
    forced = next(token for token in range(500, 600) if token not in greedy.tokens)
    bias = np.zeros(vocab_size, dtype="<f4")
    bias[forced] = 100.0
    assert await sample(client, firm, 5, runtime_top_k=1, embedding_bias=bias) == [forced] * 5


@pytest.mark.parametrize("amount", [-100.0, -math.inf])
async def test_embedding_bias_forbids_a_token(
    client: ContractClient, firm: list[int], greedy: Generation, vocab_size: int, amount: float
) -> None:
    banned = greedy.tokens[0]
    bias = np.zeros(vocab_size, dtype="<f4")
    bias[banned] = amount
    tokens = await sample(client, firm, 12, runtime_top_k=1, embedding_bias=bias)
    assert len(tokens) == 12
    assert banned not in tokens


async def test_embedding_bias_holds_when_sampling(
    client: ContractClient, story: list[int], vocab_size: int
) -> None:
    bias = np.zeros(vocab_size, dtype="<f4")
    bias[700] = 100.0
    assert await sample(client, story, 4, seed=1, embedding_bias=bias, **LOOSE) == [700] * 4
