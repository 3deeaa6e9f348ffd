"""Engine directories as `council engines build` leaves them, without an engine in them."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engines.convert_commands import BuildPaths, build_command, convert_command
from engines.engine_config import EngineConfig
from engines.expected import KV_QUANT_ALGO, QUANT_ALGO, chat_template_sha256, tokenizer_files
from engines.gpu_serving import Precision
from engines.manifest import (
    CONFIG,
    ENGINE,
    GUIDES,
    BuildFacts,
    EngineManifest,
    FileFacts,
    Identity,
    PlatformFacts,
    PrecisionResult,
    QualityCheck,
    SourceFacts,
    TokenizerFacts,
    ToolchainFacts,
    portable_arguments,
    write_manifest,
)
from engines.record import ModelRecord, SnapshotSource
from engines.toolchain import PRIMARY

NOWHERE = BuildPaths("", "", "")
CONTENT = b"an engine would be here"
GUIDES_CONTENT = b"a tokenizer would be here"


def engine_config(record: ModelRecord, precision: Precision, **result: Any) -> dict[str, Any]:
    """A `config.json` as TensorRT-LLM 1.2.1 writes it, in the keys that are read; `result` overrides limits."""
    gpu = record.gpu
    assert gpu is not None
    plugins = {
        "tokens_per_block": gpu.limits.tokens_per_block,
        "use_paged_context_fmha": True,
        "multiple_profiles": True,
    }
    build = {
        "max_batch_size": gpu.limits.max_batch_size,
        "max_num_tokens": gpu.limits.max_num_tokens,
        "max_seq_len": record.limits.max_seq_len,
        "max_input_len": 1024,
        "max_beam_width": 1,
        "kv_cache_type": "PAGED",
    }
    for name, value in result.items():
        (plugins if name in plugins else build)[name] = value
    return {
        "version": PRIMARY.tensorrt_llm,
        "pretrained_config": {
            "architecture": gpu.architecture.name,
            "dtype": "float16",
            "vocab_size": gpu.architecture.vocab_size,
            "quantization": {
                "quant_algo": QUANT_ALGO[precision],
                "kv_cache_quant_algo": KV_QUANT_ALGO[gpu.precisions[precision].kv_cache],
            },
        },
        "build_config": build | {"plugin_config": plugins},
    }


def manifest_of(
    record: ModelRecord, precision: Precision, sm: int = 89, *, checked: bool = True, **result: Any
) -> EngineManifest:
    config = json.dumps(engine_config(record, precision, **result)).encode()
    read = EngineConfig.model_validate_json(config)
    source = record.source
    assert isinstance(source, SnapshotSource)
    _, converter, *flags = convert_command(record, precision, NOWHERE).argv
    return EngineManifest(
        identity=Identity(
            model_id=record.id,
            engine_id=f"{record.id}/{precision}-sm{sm}",
            created_at=datetime(2026, 11, 1, tzinfo=UTC),
            builder_host="builder",
        ),
        source=SourceFacts(
            repo=source.repo,
            revision=source.revision,
            weights={file.path: file.sha256 for file in source.files if file.is_weights and file.sha256},
            converter=converter,
            arguments=portable_arguments(tuple(flags)),
        ),
        tokenizer=TokenizerFacts(
            files={name: _sha256(name.encode()) for name in tokenizer_files(record)},
            chat_template=chat_template_sha256(record),
            vocab_size=record.tokenizer.vocab_size,
            end_ids=record.tokenizer.end_ids,
            pad_id=record.tokenizer.pad_id,
        ),
        toolchain=ToolchainFacts(
            image=PRIMARY.image,
            digest=None,
            tensorrt_llm=PRIMARY.tensorrt_llm,
            tensorrt=PRIMARY.tensorrt,
            cuda=PRIMARY.cuda,
            python="3.12",
            modelopt=None,
        ),
        platform=PlatformFacts(
            os=platform.system().lower(),
            cpu_arch=platform.machine().lower(),
            sm=sm,
            gpu_name="NVIDIA GeForce RTX 4070",
            vram_bytes=12 << 30,
            driver="580.65.06",
        ),
        precision=PrecisionResult(
            precision=precision,
            dtype="float16",
            quant_algo=read.pretrained_config.quantization.quant_algo,
            kv_cache_quant_algo=read.pretrained_config.quantization.kv_cache_quant_algo,
        ),
        build=BuildFacts(
            arguments=portable_arguments(build_command(record, precision, NOWHERE).argv[1:]),
            result=read.result,
        ),
        files={
            name: FileFacts(size_bytes=len(data), sha256=_sha256(data))
            for name, data in ((CONFIG, config), (ENGINE, CONTENT), (GUIDES, GUIDES_CONTENT))
        },
        check=QualityCheck(status="passed", agreement=0.99) if checked else QualityCheck(),
    )


def write_engine(
    engines_dir: Path,
    record: ModelRecord,
    precision: Precision,
    sm: int = 89,
    *,
    checked: bool = True,
    **result: Any,
) -> Path:
    """Put an engine's directory in place; `result` is what the builder made of the record's limits."""
    directory = engines_dir / record.id / f"{precision}-sm{sm}"
    directory.mkdir(parents=True)
    (directory / CONFIG).write_text(json.dumps(engine_config(record, precision, **result)))
    (directory / ENGINE).write_bytes(CONTENT)
    (directory / GUIDES).write_bytes(GUIDES_CONTENT)
    write_manifest(directory, manifest_of(record, precision, sm, checked=checked, **result))
    return directory


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
