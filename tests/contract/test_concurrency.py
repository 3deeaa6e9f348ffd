"""Streams side by side: isolation, chunked prefill, prefix reuse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

from .client import ContractClient
from .firm import begun_again, unknown_passage
from .load import started, unknown_prompt
from .target import Target
from .tensors import Response
from .timings import Record

Encode = Callable[[str], list[int]]

LONG_PROMPT_TOKENS = 1500
LEAST_TOKENS_DURING_PREFILL = 5
PROMPTS = 8
COPIES = 8
"""So often is a passage of about 35 tokens repeated before its answer is compared: see firm.py."""


async def test_concurrent_prompts_answer_as_alone(client: ContractClient, encode: Encode) -> None:
    prompts = [encode(begun_again(unknown_passage(), COPIES, words=3)) for _ in range(PROMPTS)]
    alone = [(await client.generate(prompt, 12, runtime_top_k=1)).tokens for prompt in prompts]
    together = await asyncio.gather(*(client.generate(prompt, 12, runtime_top_k=1) for prompt in prompts))
    assert [generation.tokens for generation in together] == alone
    assert len({tuple(tokens) for tokens in alone}) == PROMPTS


async def test_concurrent_requests_keep_their_own_sampling(client: ContractClient, story: list[int]) -> None:
    """Seeds belong to requests: the same six requests give the same answers in another company."""

    async def draw(seed: int) -> tuple[int, ...]:
        generation = await client.generate(
            story, 6, seed=seed, runtime_top_k=40, runtime_top_p=0.95, temperature=1.0
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


async def test_prefix_reuse_changes_no_token(client: ContractClient, encode: Encode, record: Record) -> None:
    """Turn 2 cold, then again after its turn 1: the second may reuse, and must say the same."""
    for _ in range(3):
        passage = unknown_passage()
        history = encode(f"{passage}\n" * COPIES)
        turn = [*history, *encode(begun_again(passage, 1, words=3))]
        cold = await client.generate(turn, 12, runtime_top_k=1)
        await client.generate(history, 12, runtime_top_k=1)
        warm = await client.generate(turn, 12, runtime_top_k=1)
        assert warm.tokens == cold.tokens
        record.add("turn 2 (about 380 tokens), cold: first token", cold.first_token_ms)


async def test_second_turn_after_the_first(client: ContractClient, encode: Encode, record: Record) -> None:
    """The usual conversation: prompt, its own answer, one more question."""
    for _ in range(3):
        passage = unknown_passage()
        history = encode(begun_again(passage, COPIES, words=3))
        first = await client.generate(history, 12, runtime_top_k=1)
        turn = [*history, *first.tokens, *encode("\n" + begun_again(passage, 1, words=3))]
        second = await client.generate(turn, 12, runtime_top_k=1)
        again = await client.generate(turn, 12, runtime_top_k=1)
        assert second.tokens == again.tokens == first.tokens
        record.add("turn 2 (about 380 tokens), turn 1 done: first token", second.first_token_ms)
