"""What a Triton config may say of an engine: the limits of the record, and never above those of the engine itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engines.errors import ServingRefused
from engines.gpu_serving import GpuServing, Precision
from engines.manifest import EngineManifest
from engines.record import ModelRecord

# INT8 weights with an FP16 KV cache are the default: a 7B model then fits a 12 GB card with TinyLlama beside it
# (engines/vram.py). FP16 is last, for what INT8 is not offered or not trusted in.
PREFERENCE: tuple[Precision, ...] = ("int8", "fp8", "fp16")


@dataclass(frozen=True)
class ServedEngine:
    """`kv_tokens` is what the KV cache holds, in whole blocks: one sequence cannot be longer than it either.

    `pages_context`: built with paged context FMHA, which chunked prompts and KV reuse need. `quantizes_kv`: reuse is
    off then; it is wrong for FP8 (NVIDIA/TensorRT-LLM#2699) and impossible for INT8.
    """

    precision: Precision
    sm: int
    max_batch_size: int
    max_num_tokens: int
    max_seq_len: int
    kv_tokens: int
    pages_context: bool
    quantizes_kv: bool

    @property
    def directory(self) -> str:
        return f"{self.precision}-sm{self.sm}"

    @property
    def reuses_kv(self) -> bool:
        return self.pages_context and not self.quantizes_kv

    def with_kv_tokens(self, kv_tokens: int) -> ServedEngine:
        """The same with a smaller KV cache; a larger one is not given."""
        return replace(self, kv_tokens=min(self.kv_tokens, kv_tokens))


def default_precision(record: ModelRecord) -> Precision:
    """The first of PREFERENCE that the record offers and whose quality needs no check on the spot."""
    offered = gpu_of(record).precisions
    trusted = [name for name in PREFERENCE if name in offered and not offered[name].needs_quality_gate]
    return (trusted or [name for name in PREFERENCE if name in offered])[0]


def planned_engine(record: ModelRecord, precision: Precision, sm: int) -> ServedEngine:
    """The engine the record asks for, before one is built. Raises ServingRefused when it is not offered."""
    serving = gpu_of(record)
    if precision not in serving.precisions:
        raise ServingRefused(
            f"{record.id} is not offered in {precision}", fix=f"choose of {', '.join(serving.precisions)}"
        )
    limits, kv_cache = serving.limits, serving.precisions[precision].kv_cache
    full = limits.max_batch_size * record.limits.max_seq_len
    return ServedEngine(
        precision=precision,
        sm=sm,
        max_batch_size=limits.max_batch_size,
        max_num_tokens=limits.max_num_tokens,
        max_seq_len=record.limits.max_seq_len,
        kv_tokens=_whole_blocks(min(serving.kv_budget_tokens(precision), full), limits.tokens_per_block),
        pages_context=kv_cache != "int8",
        quantizes_kv=kv_cache != "float16",
    )


def built_engine(record: ModelRecord, manifest: EngineManifest) -> ServedEngine:
    """The engine of a manifest. Its own limits win where they are lower. Raises ServingRefused."""
    built, precision = manifest.build.result, manifest.precision.precision
    planned = planned_engine(record, precision, manifest.platform.sm)
    quantizes_kv = manifest.precision.kv_cache_quant_algo is not None
    if quantizes_kv != planned.quantizes_kv:
        raise ServingRefused(
            f"{manifest.identity.engine_id} has another KV cache type than the record's budget is for",
            fix="build the engine again",
        )
    batch = min(planned.max_batch_size, built.max_batch_size)
    length = min(planned.max_seq_len, built.max_seq_len)
    return replace(
        planned,
        max_batch_size=batch,
        max_num_tokens=min(planned.max_num_tokens, built.max_num_tokens),
        max_seq_len=length,
        kv_tokens=_whole_blocks(min(planned.kv_tokens, batch * length), built.tokens_per_block),
        pages_context=built.use_paged_context_fmha,
    )


def gpu_of(record: ModelRecord) -> GpuServing:
    """Raises ServingRefused for a record without a `[gpu]` table."""
    if record.gpu is None:
        raise ServingRefused(f"{record.id} has no [gpu] table", fix="choose a GPU model")
    return record.gpu


def _whole_blocks(tokens: int, tokens_per_block: int) -> int:
    return tokens - tokens % tokens_per_block
