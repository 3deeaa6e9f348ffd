"""The `config.pbtxt` of a model served by Triton's `tensorrtllm` backend: direct and decoupled, no ensemble, no BLS.

Keys and values are those of the template and of the backend's source (TensorRT-LLM 1.2, `all_models/
inflight_batcher_llm/tensorrt_llm/config.pbtxt`, `inflight_batcher_llm/src/model_instance_state.cc`). What the engine
itself fixes (longest sequence, tokens a step) has no key there: the backend reads it from the engine.
"""

from __future__ import annotations

from engines.errors import ServingRefused
from engines.manifest import GUIDES
from engines.record import ModelRecord
from engines.served_engine import ServedEngine, default_precision, gpu_of, planned_engine
from engines.triton_tensors import parameter_lines, tensor_lines

# Where the containers have the engines, and where NVIDIA's image keeps the backend's worker.
CONTAINER_ENGINES = "/engines"
EXECUTOR_WORKER = "/opt/tritonserver/backends/tensorrtllm/trtllmExecutorWorker"
# A cap only: the number of tokens is always given and the smaller of the two wins. Alone, the fraction is one of what
# is free at load, so that the order of loading would decide.
KV_MEMORY_FRACTION = "0.9"
# The committed files are for the card Council is sized for (RTX 4070, 12 GB), which has this architecture.
COMMITTED_SM = 89


def committed_gpu_config(record: ModelRecord) -> str:
    """The config of the engine that the default build makes on the reference card."""
    precision = default_precision(record)
    engine = planned_engine(record, precision, COMMITTED_SM)
    note = (
        f"# {precision} is the default: the first of int8, fp8, fp16 that the record offers without a quality check\n"
        f"# of its own, and it fits a 12 GB card (engines/vram.py). SM {COMMITTED_SM} is the RTX 4070. For the engines of\n"
        "# a machine: python -m engines.triton_config --engines-dir DIR --output DIR"
    )
    return gpu_config(record, engine, note=note)


def gpu_config(
    record: ModelRecord,
    engine: ServedEngine,
    *,
    engines_root: str = CONTAINER_ENGINES,
    name: str = "",
    note: str = "",
) -> str:
    """`engines_root` is where the Triton server sees the engines; `name` is the model's there, else the record's.

    Raises ServingRefused.
    """
    serving = gpu_of(record)
    if engine.kv_tokens <= 0:
        raise ServingRefused(
            f"{record.id}: its KV budget holds no block of tokens", fix="raise kv_budget_bytes in its record"
        )
    head = [
        f"# Generated from engines/models/{record.id}.toml by `python -m engines.triton_config`; do not edit.",
        *([note] if note else []),
        f'name: "{name or record.id}"',
        'backend: "tensorrtllm"',
        f"max_batch_size: {engine.max_batch_size}",
        "model_transaction_policy { decoupled: true }",
        "dynamic_batching {",
        f"  preferred_batch_size: [ {engine.max_batch_size} ]",
        "  max_queue_delay_microseconds: 0",
        f"  default_queue_policy {{ max_queue_size: {serving.max_queue_size} }}",
        "}",
        # The executor owns the GPU; an instance of the backend is a handle on the host.
        "instance_group [ { count: 1 kind: KIND_CPU } ]",
    ]
    parameters = _parameters(record, engine, f"{engines_root}/{record.id}/{engine.directory}")
    return "\n".join([*head, *tensor_lines(batcher_flags=True), *parameter_lines(parameters), ""])


def _parameters(record: ModelRecord, engine: ServedEngine, engine_dir: str) -> dict[str, str]:
    serving = gpu_of(record)
    window = serving.max_attention_window_tokens
    return {
        "max_beam_width": "1",
        "FORCE_CPU_ONLY_INPUT_TENSORS": "no",
        "gpt_model_type": "inflight_fused_batching",
        "gpt_model_path": engine_dir,
        "max_tokens_in_paged_kv_cache": str(engine.kv_tokens),
        "kv_cache_free_gpu_mem_fraction": KV_MEMORY_FRACTION,
        **({"max_attention_window_size": str(min(window, engine.max_seq_len))} if window else {}),
        "batch_scheduler_policy": "guaranteed_no_evict",
        "enable_kv_cache_reuse": _flag(engine.reuses_kv),
        "enable_chunked_context": _flag(engine.pages_context),
        "exclude_input_in_output": "true",
        "cancellation_check_period_ms": str(serving.cancellation_check_period_ms),
        "stats_check_period_ms": "100",
        "normalize_log_probs": "true",
        "decoding_mode": "top_k_top_p",
        "executor_worker_path": EXECUTOR_WORKER,
        # Read without a default: a config that lacks one of these three does not load. The first is that of the Python
        # variant of this backend; the C++ one ignores it.
        "tokenizer_dir": "",
        "guided_decoding_backend": "xgrammar",
        "xgrammar_tokenizer_info_path": f"{engine_dir}/{GUIDES}",
    }


def _flag(value: bool) -> str:
    return "true" if value else "false"
