"""Streams side by side: isolation, chunked prefill, prefix reuse."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import pairwise

from .client import ContractClient
from .load import started, unknown_prompt
from .target import Target
from .tensors import Response
from .ties import SCORED, same_but_for_ties
from .timings import Record

Encode = Callable[[str], list[int]]

PROMPTS = (
    "The capital of France is",
    "def fibonacci(n):\n    if n < 2:\n        return",
    "1, 2, 3, 4, 5, 6, 7,",
    "Water boils at a temperature of",
    "Dear Sir or Madam,\n\nI am writing to",
    "The three primary colours are red,",
    "To be, or not to be, that is the",
    "Monday, Tuesday, Wednesday,",
)
LONG_PROMPT_TOKENS = 1500
LEAST_TOKENS_DURING_PREFILL = 5
TURN_TOKENS = 400


async def test_concurrent_prompts_answer_as_alone(client: ContractClient, encode: Encode) -> None:
    prompts = [encode(text) for text in PROMPTS]
    alone = [await client.generate(prompt, 12, **SCORED) for prompt in prompts]
    together = await asyncio.gather(*(client.generate(prompt, 12, **SCORED) for prompt in prompts))
    assert [same_but_for_ties(*pair) for pair in zip(alone, together, strict=True)] == [True] * len(PROMPTS)
    assert len({tuple(each.tokens[:6]) for each in alone}) == len(PROMPTS)


async def test_concurrent_requests_keep_their_own_sampling(client: ContractClient, encode: Encode) -> None:
    """Seeds belong to requests: the same eight requests give the same answers in another company."""
    prompt = encode(PROMPTS[0])

    async def draw(seed: int) -> tuple[int, ...]:
        generation = await client.generate(
            prompt, 6, seed=seed, runtime_top_k=40, runtime_top_p=0.95, temperature=1.0
        )
        return tuple(generation.tokens)

    alone = [await draw(seed) for seed in range(6)]
    assert await asyncio.gather(*(draw(seed) for seed in range(6))) == alone


async def test_streams_run_in_one_batch(client: ContractClient, slots: int) -> None:
    """In-flight batching: all of them have a first token before any of them is done."""
    count = min(slots, 8)
    generations = await asyncio.gather(*(client.generate(unknown_prompt(12), 48) for _ in range(count)))
    last_first = max(each.token_times_s[0] for each in generations)
    first_last = min(each.token_times_s[-1] for each in generations)
    assert last_first < first_last


async def test_a_stream_flows_while_a_long_prompt_is_prefilled(
    client: ContractClient, target: Target, story: list[int], record: Record
) -> None:
    length = min(LONG_PROMPT_TOKENS, target.max_seq_len // 2)
    running = client.stream(story, 1000)
    reading = await started(client, running)
    newcomer = await client.generate(unknown_prompt(length), 1)
    during = running.seen.between(newcomer.started_s, newcomer.token_times_s[0])
    running.cancel()
    await reading
    record.add(f"prefill of {length}: time to first token", newcomer.first_token_ms)
    record.add(f"prefill of {length}: tokens of a running stream (count)", _count(during))
    record.add(
        f"prefill of {length}: gaps of the running stream",
        *(
            (late - early) * 1000
            for early, late in pairwise([newcomer.started_s, *(each.at_s for each in during)])
        ),
    )
    assert _count(during) >= LEAST_TOKENS_DURING_PREFILL


def _count(responses: list[Response]) -> int:
    return sum(len(response.tokens) for response in responses)


def _unknown_notes(encode: Encode, tokens: int) -> list[int]:
    """Plain text of about that length that no earlier request began with."""
    lines = [
        f"On day {random.randrange(10_000)} there were {random.randrange(10_000)} boats." for _ in range(99)
    ]
    return encode("\n".join(lines))[:tokens]


async def test_prefix_reuse_changes_no_token(client: ContractClient, encode: Encode, record: Record) -> None:
    """Turn 2 cold, then again after its turn 1: the second may reuse, and must say the same."""
    for _ in range(3):
        history = [*_unknown_notes(encode, TURN_TOKENS), *encode("\nThe capital of France is")]
        follow_up = encode(" Paris. And the capital of Italy is")
        cold = await client.generate(history + follow_up, 8, **SCORED)
        await client.generate(history, 8, **SCORED)
        warm = await client.generate(history + follow_up, 8, **SCORED)
        assert same_but_for_ties(cold, warm), (cold.tokens, warm.tokens)
        record.add(f"turn 2 after {TURN_TOKENS} tokens, cold: first token", cold.first_token_ms)


async def test_second_turn_after_the_first(client: ContractClient, encode: Encode, record: Record) -> None:
    """The usual conversation: prompt, its own answer, one more question."""
    for _ in range(3):
        history = [*_unknown_notes(encode, TURN_TOKENS), *encode("\nThe capital of France is")]
        first = await client.generate(history, 8, **SCORED)
        turn = [*history, *first.tokens, *encode("\nAnd the capital of Italy is")]
        second = await client.generate(turn, 8, **SCORED)
        again = await client.generate(turn, 8, **SCORED)
        assert same_but_for_ties(second, again), (second.tokens, again.tokens)
        record.add(f"turn 2 after {TURN_TOKENS} tokens, turn 1 done: first token", second.first_token_ms)
