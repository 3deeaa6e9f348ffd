"""Shape of a stream: new tokens only, one final as the last message, lengths honoured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .client import ContractClient, Generation
from .firm import FIRM_TOKENS
from .target import Target
from .tensors import LOG_PROBS, OUTPUTS, TOKENS


def first_new_index(tokens: list[int], at_least: int) -> int:
    """Index ≥ at_least of a token that does not occur before it."""
    return next(i for i in range(at_least, len(tokens)) if tokens[i] not in tokens[:i])


async def test_streams_new_tokens_only(greedy: Generation) -> None:
    # How many there are is a matter of the server's speed; the first token comes by itself.
    with_tokens = [response for response in greedy.responses if response.tokens]
    assert len(with_tokens) >= 2
    assert len(with_tokens[0].tokens) == 1
    assert len(greedy.tokens) == FIRM_TOKENS
    assert greedy.token_times_s == sorted(greedy.token_times_s)


async def test_final_flag_exactly_once_and_last(greedy: Generation) -> None:
    assert greedy.finals == [False] * (len(greedy.finals) - 1) + [True]


@pytest.mark.parametrize("max_tokens", [1, 2, 3, 17])
async def test_request_output_len_is_exact(client: ContractClient, story: list[int], max_tokens: int) -> None:
    generation = await client.generate(story, max_tokens)
    assert len(generation.tokens) == max_tokens
    assert generation.finals.count(True) == 1


async def test_responses_carry_the_request_id(greedy: Generation) -> None:
    assert {response.request_id for response in greedy.responses} == {greedy.request_id}


@pytest.mark.parametrize("streaming", [True, False])
async def test_output_shapes_and_types(client: ContractClient, story: list[int], streaming: bool) -> None:
    generation = await client.generate(
        story,
        6,
        streaming=streaming,
        exclude_input_in_output=True,
        runtime_top_k=1,
        return_log_probs=True,
        outputs=LOG_PROBS,
    )
    full = [response for response in generation.responses if response.outputs]
    assert full
    for response in full:
        _check_outputs(response.outputs, response.datatypes)


def _check_outputs(outputs: Any, datatypes: Any) -> None:
    assert set(outputs) == set(LOG_PROBS)
    assert datatypes == {name: OUTPUTS[name][0] for name in LOG_PROBS}
    new = outputs["output_ids"].shape[-1]
    assert outputs["output_ids"].shape == (1, 1, new)
    assert outputs["sequence_length"].shape == (1, 1)
    assert outputs["cum_log_probs"].shape == (1, 1)
    assert outputs["output_log_probs"].shape == (1, 1, new)
    assert int(outputs["sequence_length"][0, 0]) == new


@pytest.mark.parametrize("outputs", [("output_ids",), ("sequence_length",), TOKENS])
async def test_returns_exactly_the_outputs_asked_for(
    client: ContractClient, story: list[int], outputs: tuple[str, ...]
) -> None:
    call = client.stream(story, 3, outputs=outputs)
    names = [set(response.outputs) async for response in call.messages() if response.outputs]
    assert names
    assert all(found == set(outputs) for found in names)


async def test_not_streaming_is_one_response(
    client: ContractClient, firm: list[int], greedy: Generation
) -> None:
    generation = await client.generate(
        firm, 16, streaming=False, exclude_input_in_output=True, runtime_top_k=1
    )
    assert len([response for response in generation.responses if response.tokens]) == 1
    assert generation.tokens == greedy.tokens[:16]
    assert generation.finals[-1]
    assert generation.finals.count(True) == 1


@pytest.mark.parametrize("exclude", [True, False])
async def test_exclude_input_in_output(
    client: ContractClient, firm: list[int], greedy: Generation, exclude: bool
) -> None:
    generation = await client.generate(
        firm, 8, streaming=False, exclude_input_in_output=exclude, runtime_top_k=1
    )
    assert generation.tokens == ([] if exclude else firm) + greedy.tokens[:8]


@pytest.mark.parametrize("exclude", [True, False])
async def test_streaming_never_repeats_the_prompt(
    client: ContractClient, firm: list[int], greedy: Generation, exclude: bool
) -> None:
    generation = await client.generate(firm, 8, exclude_input_in_output=exclude, runtime_top_k=1)
    assert generation.tokens == greedy.tokens[:8]


async def test_end_id_ends(client: ContractClient, firm: list[int], greedy: Generation) -> None:
    """The end token itself is the last token, or is left out; nothing follows it."""
    position = first_new_index(greedy.tokens, 4)
    end_id = greedy.tokens[position]
    generation = await client.generate(firm, 32, runtime_top_k=1, end_id=end_id, pad_id=end_id)
    assert generation.tokens in (greedy.tokens[: position + 1], greedy.tokens[:position])
    assert generation.finals.count(True) == 1


async def test_without_end_id_the_length_decides(
    client: ContractClient, encode: Callable[[str], list[int]], end_id: int
) -> None:
    """A prompt that the model wants to end at once goes on when no end token was named."""
    prompt = [*encode("The end."), end_id]
    assert len((await client.generate(prompt, 24, runtime_top_k=1)).tokens) == 24


async def test_min_tokens_holds_the_end_token_back(
    client: ContractClient, firm: list[int], greedy: Generation
) -> None:
    position = first_new_index(greedy.tokens, 4)
    end_id, least = greedy.tokens[position], position + 6
    generation = await client.generate(firm, 24, runtime_top_k=1, end_id=end_id, min_tokens=least)
    assert len(generation.tokens) >= least
    assert end_id not in generation.tokens[:least]
    assert generation.tokens[:position] == greedy.tokens[:position]


async def test_output_is_clipped_at_max_seq_len(
    client: ContractClient, target: Target, encode: Callable[[str], list[int]]
) -> None:
    """No error: the engine silently stops at max_seq_len."""
    words = encode("one two three four five six seven eight nine ten ") * target.max_seq_len
    prompt = words[: target.max_seq_len - 10]
    generation = await client.generate(prompt, 100)
    assert len(generation.tokens) == 10
    assert generation.finals.count(True) == 1


async def test_perf_metrics_are_the_times_of_the_request(client: ContractClient, story: list[int]) -> None:
    names = ("arrival_time_ns", "first_scheduled_time_ns", "first_token_time_ns", "last_token_time_ns")
    generation = await client.generate(story, 3, return_perf_metrics=True, outputs=(*TOKENS, *names))
    assert len(generation.tokens) == 3
    times = [int(generation.responses[-1].outputs[name].reshape(-1)[0]) for name in names]
    assert 0 < times[0] <= times[1] < times[2] <= times[3]


async def test_call_without_request_id_works(client: ContractClient, story: list[int]) -> None:
    generation = await client.generate(story, 3, request_id="")
    assert len(generation.tokens) == 3
