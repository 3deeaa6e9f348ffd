"""stop_words_list and bad_words_list, in TensorRT-LLM's packed layout."""

from __future__ import annotations

import numpy as np
import pytest

from .client import ContractClient, Generation
from .tensors import word_list
from .test_streaming import first_new_index


def end_of_first(tokens: list[int], word: list[int]) -> int:
    """Index just after the first occurrence of `word`."""
    return next(i for i in range(len(word), len(tokens) + 1) if tokens[i - len(word) : i] == word)


def test_layout_is_that_of_the_contract() -> None:
    packed = word_list([[5, 6, 7], [8], [9, 10]])
    np.testing.assert_array_equal(packed, [[[5, 6, 7, 8, 9, 10], [3, 4, 6, -1, -1, -1]]])


@pytest.mark.parametrize("length", [1, 2, 3])
async def test_stop_word_ends(
    client: ContractClient, firm: list[int], greedy: Generation, length: int
) -> None:
    start = first_new_index(greedy.tokens, 3)
    word = greedy.tokens[start : start + length]
    end = end_of_first(greedy.tokens, word)
    generation = await client.generate(firm, 32, runtime_top_k=1, stop_words_list=[word])
    assert generation.tokens in (greedy.tokens[:end], greedy.tokens[: end - length])
    assert generation.finals.count(True) == 1


async def test_the_first_of_several_stop_words_ends(
    client: ContractClient, firm: list[int], greedy: Generation
) -> None:
    early = greedy.tokens[4:6]
    late = greedy.tokens[10:12]
    end = end_of_first(greedy.tokens, early)
    generation = await client.generate(firm, 32, runtime_top_k=1, stop_words_list=[late, early])
    assert len(generation.tokens) <= end
    assert generation.tokens == greedy.tokens[: len(generation.tokens)]


async def test_a_stop_word_never_met_changes_nothing(
    client: ContractClient, firm: list[int], greedy: Generation
) -> None:
    reversed_word = [*reversed(greedy.tokens[:3]), greedy.tokens[0]]
    generation = await client.generate(firm, 12, runtime_top_k=1, stop_words_list=[reversed_word])
    assert generation.tokens == greedy.tokens[:12]


async def test_bad_word_never_appears(client: ContractClient, firm: list[int], greedy: Generation) -> None:
    position = first_new_index(greedy.tokens, 2)
    banned = greedy.tokens[position]
    generation = await client.generate(firm, 24, runtime_top_k=1, bad_words_list=[[banned]])
    assert len(generation.tokens) == 24
    assert banned not in generation.tokens
    assert generation.tokens[:position] == greedy.tokens[:position]


async def test_bad_word_of_two_tokens_bans_only_the_pair(
    client: ContractClient, firm: list[int], greedy: Generation
) -> None:
    start = first_new_index(greedy.tokens, 3)
    pair = greedy.tokens[start : start + 2]
    generation = await client.generate(firm, 24, runtime_top_k=1, bad_words_list=[pair])
    found = generation.tokens
    assert found[: start + 1] == greedy.tokens[: start + 1]
    assert pair not in [found[i : i + 2] for i in range(len(found) - 1)]
