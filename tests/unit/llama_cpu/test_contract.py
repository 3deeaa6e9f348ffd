"""Tensors that the engine accepts and refuses, and the texts of the refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_cpu.contract import ContractError, EngineLimits, is_stop, parse

LIMITS = EngineLimits(max_seq_len=32, vocab_size=100)


def i32(*values: int) -> np.ndarray:
    return np.array([values], dtype=np.int32)


def f32(*values: float) -> np.ndarray:
    return np.array([values], dtype=np.float32)


def request(length: int = 4, **changes: np.ndarray) -> dict[str, np.ndarray]:
    ids = np.arange(length, dtype=np.int32)[None, :]
    return {"input_ids": ids, "input_lengths": i32(length), "request_output_len": i32(8)} | changes


REFUSALS = {
    "no prompt": ({"input_ids": i32(), "input_lengths": i32(0)}, "must not be empty"),
    "length differs": ({"input_lengths": i32(3)}, "input_lengths is 3"),
    "no output": ({"request_output_len": i32(0)}, "request_output_len must be positive"),
    "token outside": ({"input_ids": i32(1, 2, 3, 100)}, "input_ids holds a token outside 0..99"),
    "negative token": ({"input_ids": i32(1, 2, 3, -1)}, "outside 0..99"),
    "beams": ({"beam_width": i32(2)}, "beam_width must be 1"),
    "top_p 0": ({"runtime_top_p": f32(0.0)}, "Incorrect sampling config: runtime_top_p"),
    "top_p above 1": ({"runtime_top_p": f32(1.5)}, "Incorrect sampling config"),
    "negative temperature": ({"temperature": f32(-1.0)}, "Incorrect sampling config: temperature"),
    "NaN temperature": ({"temperature": f32(float("nan"))}, "temperature is not finite"),
    "negative top_k": ({"runtime_top_k": i32(-1)}, "runtime_top_k"),
    "zero repetition": ({"repetition_penalty": f32(0.0)}, "repetition_penalty"),
    "short bias": ({"embedding_bias": f32(1.0)}, "embedding_bias has 1 values"),
    "NaN bias": ({"embedding_bias": np.full((1, 100), np.nan, np.float32)}, "NaN"),
    "bias on all": ({"embedding_bias": np.full((1, 100), -np.inf, np.float32)}, "forbids every token"),
    "end id outside": ({"end_id": i32(100)}, "end_id 100"),
    "guide without type": ({"guided_decoding_guide": np.array([[b"x"]], object)}, "without"),
    "unknown guide": ({"guided_decoding_guide_type": np.array([[b"xml"]], object)}, "'xml' is unknown"),
    "type without guide": ({"guided_decoding_guide_type": np.array([[b"regex"]], object)}, "is required"),
    "stop words shape": ({"stop_words_list": i32(1, 2)}, "shape"),
    "stop word offsets": ({"stop_words_list": np.array([[[1, 2], [3, -1]]], np.int32)}, "offsets"),
    "two prompts": ({"input_ids": np.zeros((2, 4), np.int32)}, "batch dimension is 2"),
}


@pytest.mark.parametrize(("changes", "text"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusals_name_their_reason(changes: dict[str, np.ndarray], text: str) -> None:
    with pytest.raises(ContractError, match=text):
        parse(request(**changes), LIMITS)


def test_the_over_long_prompt_text_is_the_executors() -> None:
    with pytest.raises(ContractError, match=r"^Prompt length \(32\) exceeds maximum input length \(31\)\. "):
        parse(request(32), LIMITS)


@given(st.integers(1, 31), st.integers(1, 10_000))
def test_the_output_length_is_clipped_to_the_sequence(length: int, wanted: int) -> None:
    parsed = parse(request(length, request_output_len=i32(wanted)), LIMITS)
    assert parsed.max_tokens == min(wanted, 32 - length)


@pytest.mark.parametrize(
    ("changes", "is_greedy"),
    [
        ({}, True),
        ({"runtime_top_k": i32(1), "runtime_top_p": f32(0.5)}, True),
        ({"runtime_top_p": f32(0.9)}, False),
        ({"runtime_top_k": i32(0)}, False),
        ({"runtime_top_k": i32(40), "temperature": f32(0.0)}, True),
    ],
)
def test_greedy_is_the_default_as_in_tensorrt_llm(changes: dict[str, np.ndarray], is_greedy: bool) -> None:
    assert parse(request(**changes), LIMITS).sampling.is_greedy is is_greedy


def test_word_lists_are_cut_at_their_offsets() -> None:
    words = np.array([[[5, 6, 7, 0], [1, 3, -1, -1]]], np.int32)
    assert parse(request(stop_words_list=words), LIMITS).stop_words == ((5,), (6, 7))


def test_no_end_token_is_minus_one() -> None:
    assert parse(request(end_id=i32(-1)), LIMITS).sampling.end_id is None
    assert parse(request(end_id=i32(2)), LIMITS).sampling.end_id == 2


def test_a_64_bit_seed_survives() -> None:
    seed = np.array([[2**64 - 1]], np.uint64)
    assert parse(request(seed=seed), LIMITS).sampling.seed == 2**64 - 1


def test_stop_is_read_before_anything_else() -> None:
    assert is_stop({"stop": np.array([[True]])})
    assert not is_stop(request())
