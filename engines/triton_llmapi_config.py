"""The `config.pbtxt` of a model served by TensorRT-LLM's LLM API on PyTorch: what remains when engines are gone.

TensorRT-LLM after 1.3.0rc20 has no engines. The model behind this config is Council's own (`triton_repo/llmapi`): it
takes the same tensors, so that a client cannot tell the difference.
"""

from __future__ import annotations

from engines.errors import ServingRefused
from engines.record import ModelRecord
from engines.served_engine import ServedEngine, gpu_of, planned_engine
from engines.triton_gpu_config import KV_MEMORY_FRACTION
from engines.triton_tensors import parameter_lines, tensor_lines

CONTAINER_MODELS = "/models"
# Of our architectures those in the PyTorch model list (docs/source/models/supported-models.md). PhiForCausalLM is
# not: only Phi-3 and Phi-4 are.
ARCHITECTURES = frozenset({"LlamaForCausalLM", "MistralForCausalLM"})
# The one that knows penalties and seeds in 1.2 (docs/source/features/sampling.md of 1.2.0rc6).
SAMPLER = "TRTLLMSampler"


def llmapi_engine(record: ModelRecord) -> ServedEngine:
    """Raises ServingRefused with the reason when the PyTorch path cannot serve the model.

    It reads the published FP16 weights. INT8 weight-only is a format of engines; FP8 needs weights quantized before.
    """
    architecture = gpu_of(record).architecture.name
    if architecture not in ARCHITECTURES:
        raise ServingRefused(
            f"{record.id} is {architecture}, which TensorRT-LLM's PyTorch path does not have",
            fix="serve it from an engine (backend = 'trtllm_engine')",
        )
    return planned_engine(record, "fp16", sm=0)


def llmapi_config(record: ModelRecord, engine: ServedEngine, *, models_root: str = CONTAINER_MODELS) -> str:
    """`models_root` is where the Triton server sees the models' snapshots."""
    serving = gpu_of(record)
    head = [
        f"# Generated from engines/models/{record.id}.toml by `python -m engines.triton_config`; do not edit.",
        f'name: "{record.id}"',
        'backend: "python"',
        f"max_batch_size: {engine.max_batch_size}",
        "model_transaction_policy { decoupled: true }",
        # The Python process holds the GPU through the LLM API; Triton must not bind it to a card itself.
        "instance_group [ { count: 1 kind: KIND_CPU } ]",
    ]
    parameters = {
        "model_dir": f"{models_root}/{record.id}",
        "vocab_size": str(serving.architecture.vocab_size),
        "end_id": str(record.tokenizer.end_ids[0]),
        "max_seq_len": str(engine.max_seq_len),
        "max_num_tokens": str(engine.max_num_tokens),
        "max_queue_size": str(serving.max_queue_size),
        "max_tokens_in_paged_kv_cache": str(engine.kv_tokens),
        "kv_cache_free_gpu_mem_fraction": KV_MEMORY_FRACTION,
        "tokens_per_block": str(serving.limits.tokens_per_block),
        "cancellation_check_period_ms": str(serving.cancellation_check_period_ms),
        "sampler_type": SAMPLER,
        "guided_decoding_backend": "xgrammar",
    }
    return "\n".join([*head, *tensor_lines(batcher_flags=False), *parameter_lines(parameters), ""])
