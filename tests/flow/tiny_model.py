"""A model small enough to be hashed in a test: its record, its snapshot on disk, and an engine of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from engines.installed import write_manifest as write_installed
from engines.record import ModelRecord

MODEL = "tiny-llama"
REVISION = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "model.safetensors": b"weights of a tiny model " * 512,
    "config.json": json.dumps({"architectures": ["LlamaForCausalLM"]}).encode(),
    # As `tests/fakes/engines_on_disk.py` has them hashed in its manifests.
    "tokenizer.json": b"tokenizer.json",
    "tokenizer_config.json": b"tokenizer_config.json",
    "special_tokens_map.json": b"special_tokens_map.json",
}


def record_data(model_id: str = MODEL, **gpu: Any) -> dict[str, Any]:
    """The record as its TOML file would hold it."""
    return {
        "id": model_id,
        "name": "Tiny",
        "description": "For tests.",
        "roles": ["fast"],
        "backend": "trtllm_engine",
        "owned_by": "nobody",
        "license": {"spdx": "MIT", "url": "https://example.org/MIT", "redistributable": True},
        "source": {
            "kind": "huggingface_snapshot",
            "repo": "example/tiny",
            "revision": REVISION,
            "files": [
                {"path": name, "size_bytes": len(data), "sha256": sha256(data)}
                for name, data in FILES.items()
            ],
        },
        "tokenizer": {
            "kind": "huggingface",
            "vocab_size": 64,
            "bos_id": 1,
            "end_ids": [2],
            "pad_id": 2,
            "add_bos": True,
        },
        "chat": {"template": "inline", "jinja": "{{ messages[0]['content'] }}"},
        "limits": {"context_tokens": 2048, "max_seq_len": 1024},
        "gpu": {
            "converter": "llama",
            "architecture": {
                "name": "LlamaForCausalLM",
                "parameters": 1_000_000,
                "unquantized_parameters": 100_000,
                "layers": 4,
                "kv_heads": 4,
                "head_size": 32,
                "vocab_size": 64,
            },
            "limits": {"max_batch_size": 4, "max_num_tokens": 1024},
            "precisions": {"fp16": {}, "int8": {}, "fp8": {}},
            "kv_budget_bytes": 8 << 20,
            "runtime_bytes": 64 << 20,
        }
        | gpu,
        "price": {"prompt_usd_per_1k_tokens": 0.0, "completion_usd_per_1k_tokens": 0.0},
    }


def tiny_record(model_id: str = MODEL, **gpu: Any) -> ModelRecord:
    return ModelRecord.model_validate_json(json.dumps(record_data(model_id, **gpu)))


def install(models_dir: Path, record: ModelRecord) -> Path:
    """The snapshot in place, as `council models pull` leaves it."""
    directory = models_dir / record.id
    directory.mkdir(parents=True)
    for name, data in FILES.items():
        (directory / name).write_bytes(data)
    write_installed(directory, record)
    return directory


def write_record(directory: Path, data: dict[str, Any]) -> Path:
    """The record as a TOML file; JSON values are TOML values but for the tables."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{data['id']}.toml"
    path.write_text("\n".join(f"{key} = {_toml(value)}" for key, value in data.items()) + "\n")
    return path


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)
