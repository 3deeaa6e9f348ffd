"""Tensors of the TensorRT-LLM Triton contract: read a request's inputs, name what is wrong with them.

Names, types and semantics are those of `all_models/inflight_batcher_llm/tensorrt_llm` (TensorRT-LLM 1.2.1). Every
tensor has a leading batch dimension, which is 1 here: one stream carries one request.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from llama_cpu.guides import GUIDE_TYPES
from llama_cpu.sampling import SamplingSpec

Tensors = Mapping[str, np.ndarray]

STOP_WITHOUT_ID = "Trying to stop a request but request ID is not provided"
BAD_SAMPLING = "Incorrect sampling config"


class ContractError(ValueError):
    """The request is refused; the text goes to the client in-band."""


@dataclass(frozen=True)
class EngineLimits:
    max_seq_len: int
    vocab_size: int


@dataclass(frozen=True)
class ParsedRequest:
    """`max_tokens` is already clipped to the room that the prompt leaves, as the executor clips it."""

    prompt: list[int]
    max_tokens: int
    sampling: SamplingSpec
    stop_words: tuple[tuple[int, ...], ...]
    guide_type: str | None
    guide: str
    return_log_probs: bool
    return_perf_metrics: bool
    streaming: bool
    exclude_input: bool


def is_stop(tensors: Tensors) -> bool:
    return _flag(tensors, "stop")


def parse(tensors: Tensors, limits: EngineLimits) -> ParsedRequest:
    """Raises ContractError."""
    prompt = _prompt(tensors, limits)
    wanted = _scalar(tensors, "request_output_len", int)
    if wanted is None or wanted <= 0:
        raise ContractError(f"request_output_len must be positive, got {wanted}")
    _refuse_beams(tensors)
    guide_type, guide = _guide(tensors)
    streaming = _flag(tensors, "streaming")
    return ParsedRequest(
        prompt=prompt,
        max_tokens=min(wanted, limits.max_seq_len - len(prompt)),
        sampling=_sampling(tensors, limits),
        stop_words=_word_list(tensors, "stop_words_list", limits.vocab_size),
        guide_type=guide_type,
        guide=guide,
        return_log_probs=_flag(tensors, "return_log_probs"),
        return_perf_metrics=_flag(tensors, "return_perf_metrics"),
        streaming=streaming,
        # A stream holds new tokens only, whatever it asks for (inference contract 3.6).
        exclude_input=streaming or _flag(tensors, "exclude_input_in_output", default=True),
    )


def _prompt(tensors: Tensors, limits: EngineLimits) -> list[int]:
    ids = tensors.get("input_ids")
    if ids is None or ids.size == 0:
        raise ContractError("Input tokens vector must not be empty: input_ids")
    if ids.shape[0] != 1:
        raise ContractError(f"one request a stream: the batch dimension is {ids.shape[0]}")
    length = _scalar(tensors, "input_lengths", int)
    if length != ids.shape[-1]:
        raise ContractError(f"input_lengths is {length} but input_ids has {ids.shape[-1]} tokens")
    longest = limits.max_seq_len - 1
    if length > longest:
        raise ContractError(
            f"Prompt length ({length}) exceeds maximum input length ({longest}). "
            "Set log level to info and check TRTGptModel logs for how maximum input length is set"
        )
    _check_ids(ids, "input_ids", limits.vocab_size)
    return [int(token) for token in ids.reshape(-1)]


def _check_ids(ids: np.ndarray, name: str, vocab_size: int) -> None:
    if ids.size and (int(ids.min()) < 0 or int(ids.max()) >= vocab_size):
        raise ContractError(f"{name} holds a token outside 0..{vocab_size - 1}")


def _refuse_beams(tensors: Tensors) -> None:
    for name in ("beam_width", "num_return_sequences"):
        value = _scalar(tensors, name, int)
        if value not in (None, 1):
            raise ContractError(f"{name} must be 1 on this engine, got {value}")


def _sampling(tensors: Tensors, limits: EngineLimits) -> SamplingSpec:
    top_k, top_p = _scalar(tensors, "runtime_top_k", int), _number(tensors, "runtime_top_p")
    if top_k is None:
        # Neither given: greedy. Only top_p given: nucleus sampling over the whole vocabulary.
        top_k = 1 if top_p is None else 0
    spec = SamplingSpec(
        end_id=_end_id(tensors, limits),
        top_k=top_k,
        top_p=1.0 if top_p is None else top_p,
        temperature=_number(tensors, "temperature", 1.0),
        seed=_scalar(tensors, "seed", int) or 0,
        repetition_penalty=_number(tensors, "repetition_penalty", 1.0),
        presence_penalty=_number(tensors, "presence_penalty", 0.0),
        frequency_penalty=_number(tensors, "frequency_penalty", 0.0),
        min_tokens=_scalar(tensors, "min_tokens", int) or 0,
        embedding_bias=_embedding_bias(tensors, limits),
        bad_words=_word_list(tensors, "bad_words_list", limits.vocab_size),
    )
    _check_sampling(spec)
    return spec


def _check_sampling(spec: SamplingSpec) -> None:
    checks = {
        "runtime_top_k": spec.top_k >= 0,
        "runtime_top_p": 0.0 < spec.top_p <= 1.0,
        "temperature": spec.temperature >= 0.0,
        "repetition_penalty": spec.repetition_penalty > 0.0,
        "min_tokens": spec.min_tokens >= 0,
    }
    wrong = [name for name, is_right in checks.items() if not is_right]
    if wrong:
        raise ContractError(f"{BAD_SAMPLING}: {', '.join(wrong)} out of range")


def _end_id(tensors: Tensors, limits: EngineLimits) -> int | None:
    end_id = _scalar(tensors, "end_id", int)
    if end_id is None or end_id == -1:  # -1 is the executor's "no end token"
        return None
    if not 0 <= end_id < limits.vocab_size:
        raise ContractError(f"end_id {end_id} is outside 0..{limits.vocab_size - 1}")
    return end_id


def _embedding_bias(tensors: Tensors, limits: EngineLimits) -> np.ndarray | None:
    bias = tensors.get("embedding_bias")
    if bias is None:
        return None
    flat = bias.reshape(-1).astype(np.float32)
    if flat.size != limits.vocab_size:
        raise ContractError(f"embedding_bias has {flat.size} values, the vocabulary has {limits.vocab_size}")
    if np.isnan(flat).any() or np.isposinf(flat).any():
        raise ContractError("embedding_bias must not hold NaN or +infinity")
    if np.isneginf(flat).all():
        raise ContractError("embedding_bias forbids every token")
    return flat


def _word_list(tensors: Tensors, name: str, vocab_size: int) -> tuple[tuple[int, ...], ...]:
    """Row 0 holds the words' tokens one after another, row 1 their end offsets padded with -1."""
    words = tensors.get(name)
    if words is None:
        return ()
    if words.ndim != 3 or words.shape[1] != 2:
        raise ContractError(f"{name} must have the shape [1, 2, n]")
    tokens, ends = words[0, 0], [int(end) for end in words[0, 1] if end >= 0]
    if any(end > tokens.size for end in ends) or ends != sorted(set(ends)) or 0 in ends:
        raise ContractError(f"{name} has end offsets out of order or out of range")
    _check_ids(tokens[: ends[-1] if ends else 0], name, vocab_size)
    starts = [0, *ends[:-1]]
    return tuple(
        tuple(int(token) for token in tokens[start:end]) for start, end in zip(starts, ends, strict=True)
    )


def _guide(tensors: Tensors) -> tuple[str | None, str]:
    guide_type = _text(tensors, "guided_decoding_guide_type")
    guide = _text(tensors, "guided_decoding_guide")
    if guide_type is None:
        if guide is not None:
            raise ContractError("guided_decoding_guide without guided_decoding_guide_type")
        return None, ""
    if guide_type not in GUIDE_TYPES:
        raise ContractError(
            f"guided_decoding_guide_type {guide_type!r} is unknown; known: {', '.join(GUIDE_TYPES)}"
        )
    if guide is None and guide_type != "json":
        raise ContractError(f"guided_decoding_guide is required for guide type {guide_type}")
    return guide_type, "" if guide is None or guide_type == "json" else guide


def _text(tensors: Tensors, name: str) -> str | None:
    value = tensors.get(name)
    if value is None or value.size == 0:
        return None
    raw = value.reshape(-1)[0]
    try:
        return raw.decode() if isinstance(raw, bytes) else str(raw)
    except UnicodeDecodeError as error:
        raise ContractError(f"{name} is not UTF-8") from error


def _scalar(tensors: Tensors, name: str, kind: Callable[[object], int]) -> int | None:
    value = tensors.get(name)
    if value is None or value.size == 0:
        return None
    return kind(value.reshape(-1)[0])


def _number(tensors: Tensors, name: str, default: float | None = None) -> float:
    value = tensors.get(name)
    if value is None or value.size == 0:
        return default  # type: ignore[return-value]  # None only where the caller handles it
    number = float(value.reshape(-1)[0])
    if not math.isfinite(number):
        raise ContractError(f"{BAD_SAMPLING}: {name} is not finite")
    return number


def _flag(tensors: Tensors, name: str, default: bool = False) -> bool:
    value = tensors.get(name)
    return default if value is None or value.size == 0 else bool(value.reshape(-1)[0])
