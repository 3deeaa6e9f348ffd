"""The one table of the inference contract: the tensors of the TensorRT-LLM backend that Council uses.

Names, types, dims and flags: TensorRT-LLM 1.2, `all_models/inflight_batcher_llm/tensorrt_llm/config.pbtxt`. The
leading batch dimension is implied by `max_batch_size` > 0, so a dims of [1] is [1, 1] on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TensorSpec:
    """One tensor. `ragged`: requests of one batch may differ in its length.

    `optional` is as in the template but for `input_ids`: it leaves them out for encoder models, which are not served.
    """

    name: str
    data_type: str
    dims: tuple[int, ...]
    optional: bool = True
    ragged: bool = False

    @property
    def is_scalar(self) -> bool:
        """The C++ backend reads such a tensor without its last dimension: `reshape` takes it off behind the wire."""
        return self.dims == (1,) and not self.ragged


INPUTS: tuple[TensorSpec, ...] = (
    TensorSpec("input_ids", "TYPE_INT32", (-1,), optional=False, ragged=True),
    TensorSpec("input_lengths", "TYPE_INT32", (1,), optional=False),
    TensorSpec("request_output_len", "TYPE_INT32", (1,), optional=False),
    TensorSpec("end_id", "TYPE_INT32", (1,)),
    TensorSpec("pad_id", "TYPE_INT32", (1,)),
    TensorSpec("stop_words_list", "TYPE_INT32", (2, -1), ragged=True),
    TensorSpec("bad_words_list", "TYPE_INT32", (2, -1), ragged=True),
    TensorSpec("embedding_bias", "TYPE_FP32", (-1,), ragged=True),
    TensorSpec("beam_width", "TYPE_INT32", (1,)),
    TensorSpec("num_return_sequences", "TYPE_INT32", (1,)),
    TensorSpec("temperature", "TYPE_FP32", (1,)),
    TensorSpec("runtime_top_k", "TYPE_INT32", (1,)),
    TensorSpec("runtime_top_p", "TYPE_FP32", (1,)),
    TensorSpec("len_penalty", "TYPE_FP32", (1,)),
    TensorSpec("repetition_penalty", "TYPE_FP32", (1,)),
    TensorSpec("min_tokens", "TYPE_INT32", (1,)),
    TensorSpec("presence_penalty", "TYPE_FP32", (1,)),
    TensorSpec("frequency_penalty", "TYPE_FP32", (1,)),
    TensorSpec("seed", "TYPE_UINT64", (1,)),
    TensorSpec("return_log_probs", "TYPE_BOOL", (1,)),
    TensorSpec("return_perf_metrics", "TYPE_BOOL", (1,)),
    TensorSpec("exclude_input_in_output", "TYPE_BOOL", (1,)),
    TensorSpec("streaming", "TYPE_BOOL", (1,)),
    TensorSpec("stop", "TYPE_BOOL", (1,)),
    TensorSpec("guided_decoding_guide_type", "TYPE_STRING", (1,), ragged=True),
    TensorSpec("guided_decoding_guide", "TYPE_STRING", (1,), ragged=True),
)

OUTPUTS: tuple[TensorSpec, ...] = (
    TensorSpec("output_ids", "TYPE_INT32", (-1, -1)),
    TensorSpec("sequence_length", "TYPE_INT32", (-1,)),
    TensorSpec("cum_log_probs", "TYPE_FP32", (-1,)),
    TensorSpec("output_log_probs", "TYPE_FP32", (-1, -1)),
    TensorSpec("arrival_time_ns", "TYPE_INT64", (1,)),
    TensorSpec("first_scheduled_time_ns", "TYPE_INT64", (1,)),
    TensorSpec("first_token_time_ns", "TYPE_INT64", (1,)),
    TensorSpec("last_token_time_ns", "TYPE_INT64", (1,)),
)


def tensor_lines(*, batcher_flags: bool) -> list[str]:
    """Every input and output as pbtxt.

    `batcher_flags` adds those that only matter behind Triton's own batcher: ragged, and the reshape of scalars. A
    Python model has no such batcher and reads the wire shapes.
    """
    inputs = [_line("input", spec, _input_flags(spec, batcher_flags)) for spec in INPUTS]
    return inputs + [_line("output", spec, "") for spec in OUTPUTS]


def parameter_lines(parameters: dict[str, str]) -> list[str]:
    return [
        f'parameters {{ key: "{key}" value: {{ string_value: "{value}" }} }}'
        for key, value in parameters.items()
    ]


def _input_flags(spec: TensorSpec, batcher_flags: bool) -> str:
    flags = " optional: true" if spec.optional else ""
    if batcher_flags and spec.is_scalar:
        flags += " reshape: { shape: [ ] }"
    if batcher_flags and spec.ragged:
        flags += " allow_ragged_batch: true"
    return flags


def _line(kind: str, spec: TensorSpec, flags: str) -> str:
    dims = ", ".join(str(size) for size in spec.dims)
    return f'{kind} [ {{ name: "{spec.name}" data_type: {spec.data_type} dims: [ {dims} ]{flags} }} ]'
