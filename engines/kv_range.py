"""How many tokens the KV cache of an engine may hold, and how that scales with the memory there is."""

from __future__ import annotations

from dataclasses import dataclass

from engines.gpu_serving import GpuServing, Precision
from engines.record import ModelRecord

# Fewer KV tokens than this and a prompt of ordinary length with its answer no longer fits.
MIN_KV_TOKENS = 1024
# The scale at which every model has its KV budget.
FULL_SCALE = 1024


@dataclass(frozen=True)
class KvRange:
    """The KV tokens one engine may get, in whole blocks."""

    least: int
    budget: int
    most: int
    block: int
    bytes_per_token: int

    def tokens_at(self, scale: int) -> int:
        """The budget times `scale` / 1024, within the range. Never falls as the scale rises."""
        tokens = self.budget * scale // FULL_SCALE
        return min(max(tokens - tokens % self.block, self.least), self.most)

    def bytes_at(self, scale: int) -> int:
        return self.tokens_at(scale) * self.bytes_per_token

    @property
    def top_scale(self) -> int:
        return -(-self.most * FULL_SCALE // self.budget)


def kv_range(record: ModelRecord, precision: Precision) -> KvRange:
    """What the KV cache of one engine may hold; a budget below the minimum is its own minimum."""
    serving = gpu_table(record)
    limits = serving.limits
    block = limits.tokens_per_block
    budget = max(serving.kv_budget_tokens(precision), block)
    least = min(MIN_KV_TOKENS, record.limits.max_seq_len, budget)
    most = limits.max_batch_size * record.limits.max_seq_len
    return KvRange(
        least=-(-least // block) * block,
        budget=budget,
        most=max(most - most % block, budget),
        block=block,
        bytes_per_token=serving.kv_bytes_per_token(precision),
    )


def gpu_table(record: ModelRecord) -> GpuServing:
    """The record's `[gpu]` table. Raises ValueError when it has none."""
    if record.gpu is None:
        raise ValueError(f"{record.id} has no [gpu] table")
    return record.gpu
