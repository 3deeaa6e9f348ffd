"""A request of the contract as arguments of `tensorrt_llm.SamplingParams`.

Fields and their meaning: TensorRT-LLM 1.2, `tensorrt_llm/sampling_params.py`.
"""

from __future__ import annotations

import json
from typing import Any

from llama_cpu.contract import ContractError, ParsedRequest


def sampling_arguments(request: ParsedRequest, default_end_id: int) -> dict[str, Any]:
    """Arguments of `SamplingParams` but for `guided_decoding`. Raises ContractError for what the LLM API lacks.

    Stop words are not among them: the LLM API cuts them off its tokens, the contract keeps them.
    """
    spec = request.sampling
    greedy = spec.is_greedy
    return {
        # Always given: without it the LLM API takes the tokenizer's, whatever the request wants.
        "end_id": default_end_id if spec.end_id is None else spec.end_id,
        "ignore_eos": spec.end_id is None,
        "max_tokens": request.max_tokens,
        "detokenize": False,
        "top_k": 1 if greedy else spec.top_k,
        "top_p": None if greedy else spec.top_p,
        "temperature": None if greedy else spec.temperature,
        "seed": spec.seed,
        "min_tokens": spec.min_tokens or None,
        "repetition_penalty": spec.repetition_penalty,
        "presence_penalty": spec.presence_penalty,
        "frequency_penalty": spec.frequency_penalty,
        "embedding_bias": spec.embedding_bias,
        "bad_token_ids": _single_tokens(spec.bad_words),
        # The least number that returns any; the sampled token's own is taken from it.
        "logprobs": 1 if request.return_log_probs else None,
    }


def guide_arguments(request: ParsedRequest) -> dict[str, Any] | None:
    """Arguments of `GuidedDecodingParams`, or None. Raises ContractError."""
    if request.guide_type is None:
        return None
    if request.guide_type == "json":
        return {"json_object": True}
    if request.guide_type == "json_schema":
        _check_json(request.guide)
        return {"json": request.guide}
    return {{"regex": "regex", "ebnf_grammar": "grammar"}[request.guide_type]: request.guide}


def _single_tokens(words: tuple[tuple[int, ...], ...]) -> list[int] | None:
    if any(len(word) != 1 for word in words):
        raise ContractError("bad_words_list: the LLM API takes words of one token only")
    return [word[0] for word in words] or None


def _check_json(guide: str) -> None:
    try:
        json.loads(guide)
    except ValueError as error:
        raise ContractError(f"Guided decoding: the schema is not JSON: {error}") from error
