"""What TensorRT-LLM and Triton refuse; each error is in-band, ends the stream, and harms nothing."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from typing import Any

import pytest

from .client import ContractClient
from .target import Target
from .tensors import Refused, add_input, drop_input
from .tensors import encode as encode_tensor
from .timings import Record

SAMPLING = "Incorrect sampling config"


async def refusal(client: ContractClient, request: Any) -> str:
    with pytest.raises(Refused) as caught:
        await client.send(request).collect()
    return str(caught.value)


@pytest.mark.parametrize("excess", [1, 1000])
async def test_over_long_prompt(
    client: ContractClient, target: Target, record: Record, answers: Any, excess: int
) -> None:
    length = target.max_seq_len + excess
    text = await refusal(client, client.request([100 + i % 50 for i in range(length)], 4))
    record.error(f"prompt of max_seq_len + {excess}", text)
    found = re.search(r"Prompt length \((\d+)\) exceeds maximum input length \((\d+)\)\.", text)
    assert found
    assert int(found[1]) == length
    assert int(found[2]) < length
    await answers()


async def test_prompt_that_leaves_no_room(client: ContractClient, target: Target, answers: Any) -> None:
    """A prompt of exactly max_seq_len leaves room for no new token."""
    text = await refusal(client, client.request([100 + i % 50 for i in range(target.max_seq_len)], 1))
    assert "exceeds maximum input length" in text
    await answers()


BAD_VALUES: dict[str, tuple[dict[str, Any], str]] = {
    "empty prompt": ({"input_ids": [], "input_lengths": 0}, ""),
    "request_output_len 0": ({"request_output_len": 0}, ""),
    "request_output_len -1": ({"request_output_len": -1}, ""),
    "input_lengths above": ({"input_lengths": 50}, ""),
    "input_lengths below": ({"input_lengths": 2}, ""),
    "input_lengths 0": ({"input_lengths": 0}, ""),
    "input_lengths negative": ({"input_lengths": -3}, ""),
    "negative token": ({"input_ids": [5, -1, 7], "input_lengths": 3}, ""),
    "token above vocabulary": ({"input_ids": [5, 2_000_000, 7], "input_lengths": 3}, ""),
    "top_p above 1": ({"runtime_top_p": 1.5}, SAMPLING),
    "top_p negative": ({"runtime_top_p": -0.1}, SAMPLING),
    "top_p NaN": ({"runtime_top_p": math.nan}, SAMPLING),
    "top_k negative": ({"runtime_top_k": -1}, SAMPLING),
    "temperature negative": ({"temperature": -1.0}, SAMPLING),
    "temperature NaN": ({"temperature": math.nan}, SAMPLING),
    "temperature infinite": ({"temperature": math.inf}, SAMPLING),
    "repetition_penalty 0": ({"repetition_penalty": 0.0}, SAMPLING),
    "repetition_penalty negative": ({"repetition_penalty": -1.0}, SAMPLING),
    "beam_width 0": ({"beam_width": 0}, ""),
    "embedding_bias too short": ({"embedding_bias": [0.0, 1.0]}, ""),
    "embedding_bias too long": ({"embedding_bias": [0.0] * 300_000}, ""),
}


@pytest.mark.parametrize("case", BAD_VALUES)
async def test_bad_value(
    client: ContractClient, story: list[int], record: Record, answers: Any, case: str
) -> None:
    fields, expected = BAD_VALUES[case]
    text = await refusal(client, client.request(story, 4, **fields))
    record.error(case, text)
    assert text
    assert expected in text
    await answers()


@pytest.mark.parametrize("name", ["beam_width", "num_return_sequences"])
async def test_several_sequences_are_refused_on_the_cpu(
    client: ContractClient, story: list[int], only_ours: None, answers: Any, name: str
) -> None:
    text = await refusal(client, client.request(story, 4, **{name: 2}))
    assert name in text
    assert (await client.generate(story, 2, **{name: 1})).tokens
    await answers()


@pytest.mark.parametrize("name", ["stop_words_list", "bad_words_list"])
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([[5, 6, 7], [2, 9, -1]], id="offset beyond the tokens"),
        pytest.param([[5, 6, 7], [2, 1, -1]], id="offsets fall"),
        pytest.param([[5, -6, 7], [1, 2, 3]], id="negative token"),
    ],
)
async def test_malformed_word_list(
    client: ContractClient, story: list[int], only_ours: None, answers: Any, name: str, rows: Any
) -> None:
    request = client.request(story, 4)
    raw = struct.pack("<6i", *rows[0], *rows[1])
    add_input(request, name, "INT32", [1, 2, 3], raw)
    assert name in await refusal(client, request)
    await answers()


def _wrong_type(request: Any) -> None:
    add_input(request, "temperature", "INT32", [1, 1], struct.pack("<i", 1))


def _wrong_rank(request: Any) -> None:
    add_input(request, "temperature", "FP32", [1], struct.pack("<f", 1.0))


def _wrong_size(request: Any) -> None:
    add_input(request, "temperature", "FP32", [1, 2], struct.pack("<2f", 1.0, 1.0))


def _short_payload(request: Any) -> None:
    add_input(request, "temperature", "FP32", [1, 1], b"\0\0")


def _unknown_input(request: Any) -> None:
    add_input(request, "top_a", "FP32", [1, 1], struct.pack("<f", 1.0))


def _unknown_output(request: Any) -> None:
    request.outputs.add(name="logits")


def _no_length(request: Any) -> None:
    drop_input(request, "input_lengths")


def _no_output_len(request: Any) -> None:
    drop_input(request, "request_output_len")


def _two_batches(request: Any) -> None:
    add_input(request, "temperature", "FP32", [2, 1], struct.pack("<2f", 1.0, 1.0))


@pytest.mark.parametrize(
    "spoil",
    [
        _wrong_type,
        _wrong_rank,
        _wrong_size,
        _short_payload,
        _unknown_input,
        _unknown_output,
        _no_length,
        _no_output_len,
        _two_batches,
    ],
    ids=lambda spoil: spoil.__name__.strip("_"),
)
async def test_core_refuses(
    client: ContractClient, story: list[int], record: Record, answers: Any, spoil: Callable[[Any], None]
) -> None:
    request = client.request(story, 4)
    spoil(request)
    text = await refusal(client, request)
    record.error(spoil.__name__.strip("_").replace("_", " "), text)
    await answers()


async def test_missing_prompt(client: ContractClient, story: list[int], answers: Any) -> None:
    """`input_ids` is formally optional in TensorRT-LLM; without it there is still nothing to do."""
    request = client.request(story, 4)
    drop_input(request, "input_ids")
    await refusal(client, request)
    await answers()


async def test_unknown_model(client: ContractClient, story: list[int], record: Record) -> None:
    request = client.request(story, 4)
    request.model_name = "no-such-model"
    text = await refusal(client, request)
    record.error("unknown model", text)
    assert "unknown model" in text


async def test_an_error_ends_only_its_own_stream(client: ContractClient, story: list[int]) -> None:
    running = client.stream(story, 64, runtime_top_k=1)
    bad = client.request(story, 4)
    add_input(bad, "request_output_len", *encode_tensor("request_output_len", -5))
    await refusal(client, bad)
    assert len((await running.collect()).tokens) == 64
