"""A stand-in for TensorRT-LLM's LLM API, without a model: it counts upwards from the last prompt token.

Names, signatures and behaviour are those recorded in `tests/facts/tensorrt_llm_llmapi.json`; a test compares them.
It runs in Triton's python stub and notes what it was called with in the file that STAND_IN_LOG names.
The first prompt token can ask for trouble: 90 fails after two tokens, 91 never answers.
"""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass, field, fields
from itertools import count
from typing import Any

FAILS, HANGS = 90, 91
STEP_S = 0.005
KEYWORDS = frozenset(
    {"backend", "max_batch_size", "max_num_tokens", "max_seq_len", "enable_chunked_prefill", "sampler_type",
     "guided_decoding_backend", "cuda_graph_config", "kv_cache_config"}
)  # fmt: skip


class RequestError(RuntimeError):
    pass


@dataclass(slots=True, kw_only=True)
class GuidedDecodingParams:
    json: Any = None
    regex: str | None = None
    grammar: str | None = None
    json_object: bool = False
    structural_tag: str | None = None


@dataclass(slots=True, kw_only=True)
class SamplingParams:
    end_id: int | None = None
    pad_id: int | None = None
    max_tokens: int = 32
    bad: Any = None
    bad_token_ids: list[int] | None = None
    stop: Any = None
    stop_token_ids: list[int] | None = None
    include_stop_str_in_output: bool = False
    embedding_bias: Any = None
    logits_processor: Any = None
    apply_batched_logits_processor: bool = False
    n: int = 1
    best_of: int | None = None
    use_beam_search: bool = False
    top_k: int | None = None
    top_p: float | None = None
    top_p_min: float | None = None
    top_p_reset_ids: int | None = None
    top_p_decay: float | None = None
    seed: int | None = None
    temperature: float | None = None
    min_tokens: int | None = None
    beam_search_diversity_rate: float | None = None
    repetition_penalty: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    length_penalty: float | None = None
    early_stopping: int | None = None
    no_repeat_ngram_size: int | None = None
    min_p: float | None = None
    beam_width_array: list[int] | None = None
    logprobs: int | None = None
    prompt_logprobs: int | None = None
    return_context_logits: bool = False
    return_generation_logits: bool = False
    exclude_input_from_output: bool = True
    return_encoder_output: bool = False
    return_perf_metrics: bool = False
    additional_model_outputs: Any = None
    lookahead_config: Any = None
    guided_decoding: GuidedDecodingParams | None = None
    ignore_eos: bool = False
    detokenize: bool = True
    add_special_tokens: bool = True
    truncate_prompt_tokens: int | None = None
    skip_special_tokens: bool = True
    spaces_between_special_tokens: bool = True


@dataclass(slots=True)
class Logprob:
    logprob: float
    rank: int | None = None


@dataclass(slots=True)
class CompletionOutput:
    index: int
    text: str = ""
    token_ids: list[int] = field(default_factory=list)
    cumulative_logprob: float | None = None
    logprobs: list[Any] = field(default_factory=list)
    prompt_logprobs: list[Any] = field(default_factory=list)
    finish_reason: str | None = None
    stop_reason: Any = None
    generation_logits: Any = None
    additional_context_outputs: Any = None
    additional_generation_outputs: Any = None
    disaggregated_params: Any = None
    request_perf_metrics: Any = None


class RequestOutput:
    """The result of one request; iterating it yields itself after each step."""

    def __init__(self, request_id: int, prompt: list[int], params: SamplingParams) -> None:
        self.request_id, self.prompt_token_ids = request_id, prompt
        self.outputs = [CompletionOutput(0)]
        self.finished = False
        self._params, self._aborted = params, False

    def abort(self) -> None:
        note("abort", self.prompt_token_ids)
        self._aborted = True

    def aborted(self) -> bool:
        return self._aborted

    def __aiter__(self) -> RequestOutput:
        return self

    async def __anext__(self) -> RequestOutput:
        if self.finished:
            raise StopAsyncIteration
        await asyncio.sleep(3600 if self.prompt_token_ids[0] == HANGS else STEP_S)
        self._step(self.outputs[0])
        return self

    def _step(self, output: CompletionOutput) -> None:
        given, params = len(output.token_ids), self._params
        if self.prompt_token_ids[0] == FAILS and given == 2:
            raise RequestError("the engine has failed")
        token = self.prompt_token_ids[-1] + given + 1
        if token == params.end_id and not params.ignore_eos:
            # As the C++ decoder: it stops at the end token and does not hand it out.
            output.finish_reason, self.finished = "stop", True
            return
        output.token_ids.append(token)
        if params.logprobs:
            # One sampler gives numbers, the other dicts.
            output.logprobs.append({token: Logprob(-0.5, 1)} if token % 2 else -0.25)
        if len(output.token_ids) == params.max_tokens:
            output.finish_reason, self.finished = "length", True


class LLM:
    def __init__(
        self,
        model: str,
        tokenizer: Any = None,
        tokenizer_mode: str = "auto",
        skip_tokenizer_init: bool = False,
        trust_remote_code: bool = False,
        tensor_parallel_size: int = 1,
        dtype: str = "auto",
        revision: str | None = None,
        tokenizer_revision: str | None = None,
        **kwargs: Any,
    ) -> None:
        for name in kwargs:
            if name not in KEYWORDS:
                raise ValueError(f"LLM got invalid argument: {name}")
        if "missing" in model:
            raise RuntimeError(f"no model in {model}")
        note("LLM", {"model": model} | {name: _plain(value) for name, value in kwargs.items()})
        self._ids = count()

    def generate_async(
        self,
        inputs: list[int],
        sampling_params: SamplingParams | None = None,
        lora_request: Any = None,
        prompt_adapter_request: Any = None,
        streaming: bool = False,
        kv_cache_retention_config: Any = None,
        disaggregated_params: Any = None,
        _postproc_params: Any = None,
        scheduling_params: Any = None,
        cache_salt: str | None = None,
    ) -> RequestOutput:
        asyncio.get_running_loop()
        assert sampling_params is not None
        note("generate_async", _plain(sampling_params))
        return RequestOutput(next(self._ids), inputs, sampling_params)

    def shutdown(self) -> None:
        note("shutdown", None)


def note(what: str, value: Any) -> None:
    with open(os.environ["STAND_IN_LOG"], "a") as log:
        log.write(json.dumps([what, value]) + "\n")


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value.tolist() if hasattr(value, "tolist") else value
