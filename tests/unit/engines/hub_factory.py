"""A small GPU model as a Hugging Face repository on a test's web server, and its record."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping
from typing import Any

from file_server import FileServer
from model_factory import sha256
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from engines.byte_alphabet import byte_characters
from engines.record import RECORDS_DIR, ModelRecord

MODEL_ID, REPO, REVISION = "tiny-gpu", "someone/tiny-gpu", "b" * 40
TREE = f"/api/models/{REPO}/tree/{REVISION}"


def tokenizer_json() -> bytes:
    words = ["<unk>", "<s>", "</s>", *byte_characters().values()]
    tokenizer = Tokenizer(models.BPE({word: i for i, word in enumerate(words)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in words[:3]])
    return tokenizer.to_str().encode()


def snapshot_files() -> dict[str, bytes]:
    """What the repository holds; the weights are the files in LFS."""
    return {
        "model-00001-of-00002.safetensors": bytes(range(256)) * 4000,
        "model-00002-of-00002.safetensors": bytes(reversed(range(256))) * 2000,
        "model.safetensors.index.json": b'{"weight_map": {}}',
        "config.json": b'{"architectures": ["LlamaForCausalLM"]}',
        "tokenizer.json": tokenizer_json(),
    }


def git_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def snapshot_record(files: Mapping[str, bytes], pinned: Collection[str] = (), **changes: Any) -> ModelRecord:
    """TinyLlama's record with another source; `pinned` files have their sha256 and size in it."""
    data = tomllib.loads((RECORDS_DIR / "tinyllama-1.1b.toml").read_text())
    entries = [
        {"path": name} | ({"sha256": sha256(body), "size_bytes": len(body)} if name in pinned else {})
        for name, body in files.items()
    ]
    source = {"kind": "huggingface_snapshot", "repo": REPO, "revision": REVISION, "files": entries}
    data |= {"id": MODEL_ID, "source": source} | changes
    data["chat"].pop("example_ids")
    return ModelRecord.model_validate(data)


def path_of(name: str) -> str:
    return f"/{REPO}/resolve/{REVISION}/{name}"


def put_snapshot(server: FileServer, files: Mapping[str, bytes]) -> None:
    """Serve the repository and its listing, as the hub's API does."""
    entries: list[dict[str, Any]] = [{"type": "directory", "oid": "c" * 40, "size": 0, "path": "onnx"}]
    for name, body in files.items():
        server.put(path_of(name), body)
        entry: dict[str, Any] = {"type": "file", "oid": git_id(body), "size": len(body), "path": name}
        if name.endswith(".safetensors"):
            pointer = (
                f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(body)}\nsize {len(body)}\n"
            )
            lfs = {"oid": sha256(body), "size": len(body), "pointerSize": len(pointer)}
            entry |= {"oid": git_id(pointer.encode()), "lfs": lfs, "xetHash": "d" * 64}
        entries.append(entry)
    server.put(TREE, json.dumps(entries).encode(), "application/json; charset=utf-8")
