"""Triton's `config.pbtxt` of a model, generated from its record.

`TENSORS` is the one table of the inference contract: the TensorRT-LLM backend's names, types and dims that
Council uses (TensorRT-LLM 1.2.1, `all_models/inflight_batcher_llm/tensorrt_llm/config.pbtxt`). The leading batch
dimension is implied by `max_batch_size` > 0. `python -m engines.triton_config` rewrites the committed files;
`--check` fails when they differ.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from engines.record import ModelRecord, load_records

REPOSITORY = Path(__file__).resolve().parent.parent / "triton_repo"


@dataclass(frozen=True)
class TensorSpec:
    """One tensor. `ragged`: requests of one batch may differ in length."""

    name: str
    data_type: str
    dims: tuple[int, ...]
    optional: bool = True
    ragged: bool = False


INPUTS: tuple[TensorSpec, ...] = (
    TensorSpec("input_ids", "TYPE_INT32", (-1,), optional=False, ragged=True),
    TensorSpec("input_lengths", "TYPE_INT32", (1,), optional=False),
    TensorSpec("request_output_len", "TYPE_INT32", (1,), optional=False),
    TensorSpec("end_id", "TYPE_INT32", (1,)),
    TensorSpec("pad_id", "TYPE_INT32", (1,)),
    TensorSpec("stop_words_list", "TYPE_INT32", (2, -1)),
    TensorSpec("bad_words_list", "TYPE_INT32", (2, -1)),
    TensorSpec("embedding_bias", "TYPE_FP32", (-1,)),
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
    TensorSpec("guided_decoding_guide_type", "TYPE_STRING", (1,)),
    TensorSpec("guided_decoding_guide", "TYPE_STRING", (1,)),
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


def cpu_config(record: ModelRecord) -> str:
    """The CPU model's config. The record must have a `[cpu]` table."""
    cpu = record.cpu
    assert cpu is not None
    parameters = {
        "max_seq_len": str(record.limits.max_seq_len),
        "slots": str(cpu.slots),
        "max_queue_size": str(cpu.max_queue_size),
        "end_id": str(record.tokenizer.end_ids[0]),
        "cancellation_check_period_ms": str(cpu.cancellation_check_period_ms),
        "stream_interval_ms": str(cpu.stream_interval_ms),
        "prompt_lookup": str(cpu.prompt_lookup).lower(),
    }
    head = [
        f"# Generated from engines/models/{record.id}.toml by `python -m engines.triton_config`; do not edit.",
        f'name: "{record.id}"',
        'backend: "python"',
        f"max_batch_size: {cpu.slots}",
        "model_transaction_policy { decoupled: true }",
        "instance_group [ { count: 1 kind: KIND_CPU } ]",
    ]
    tensors = [_tensor("input", spec) for spec in INPUTS] + [_tensor("output", spec) for spec in OUTPUTS]
    return "\n".join([*head, *tensors, *(_parameter(key, value) for key, value in parameters.items()), ""])


def _tensor(kind: str, spec: TensorSpec) -> str:
    dims = ", ".join(str(size) for size in spec.dims)
    flags = " optional: true" if kind == "input" and spec.optional else ""
    flags += " allow_ragged_batch: true" if spec.ragged else ""
    return f'{kind} [ {{ name: "{spec.name}" data_type: {spec.data_type} dims: [ {dims} ]{flags} }} ]'


def _parameter(key: str, value: str) -> str:
    return f'parameters {{ key: "{key}" value: {{ string_value: "{value}" }} }}'


def generated_files() -> dict[Path, str]:
    """Every config of every record, by its place in the model repository."""
    return {
        REPOSITORY / "cpu" / record.id / "config.pbtxt": cpu_config(record)
        for record in load_records().values()
        if record.backend == "cpu"
    }


def main() -> int:
    files = generated_files()
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(REPOSITORY.parent)} differs from its record\n")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
