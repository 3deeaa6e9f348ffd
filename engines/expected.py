"""What an engine of a record must be: the expectations a manifest is made with and is later compared with."""

from __future__ import annotations

import hashlib

from engines.gpu_serving import KvCacheType, Precision
from engines.record import ModelRecord, SnapshotSource

# What a conversion writes into config.json (contract, 2.1).
QUANT_ALGO: dict[Precision, str | None] = {"fp16": None, "int8": "W8A16", "fp8": "FP8"}
KV_QUANT_ALGO: dict[KvCacheType, str | None] = {"float16": None, "int8": "INT8", "fp8": "FP8"}
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


def expected_quantization(record: ModelRecord, precision: Precision) -> tuple[str | None, str | None]:
    """The `quant_algo` and `kv_cache_quant_algo` that an engine of this precision must have."""
    if record.gpu is None or precision not in record.gpu.precisions:
        return QUANT_ALGO[precision], None
    return QUANT_ALGO[precision], KV_QUANT_ALGO[record.gpu.precisions[precision].kv_cache]


def chat_template_sha256(record: ModelRecord) -> str:
    return hashlib.sha256((record.chat.jinja or "").encode()).hexdigest()


def tokenizer_files(record: ModelRecord) -> tuple[str, ...]:
    """The files of the model's snapshot that decide which token ids a text becomes."""
    if not isinstance(record.source, SnapshotSource):
        return ()
    listed = {file.path for file in record.source.files}
    return tuple(name for name in TOKENIZER_FILES if name in listed)
