"""What an engine was made of: the `council-engine.json` beside `config.json` and `rank0.engine`.

Guarantees: a manifest that reads is complete and typed; it is written last and atomically, so a directory that has
one was finished. Does not say whether the engine may be served here and now; that is `engines.preflight`.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from engines.disk import disk_errors, sync
from engines.engine_config import EngineResult
from engines.errors import ManifestBroken, ManifestForeign, ManifestMissing, ManifestNewer
from engines.gpu_serving import Precision
from engines.record_part import MemberPath, ModelId, RecordPart, Sha256, Text, TokenId

MANIFEST = "council-engine.json"
CONFIG, ENGINE, GUIDES = "config.json", "rank0.engine", "xgrammar_tokenizer_info.json"
FILES = (CONFIG, ENGINE, GUIDES)
KIND = "council-engine"
SCHEMA_VERSION = 1

# The engine's directory below the engines directory: `<model id>/<precision>-sm<NN>`.
EngineId = Annotated[
    str, Field(pattern=r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?/(fp16|int8|fp8)-sm[0-9]{2,3}$")
]
Share = Annotated[float, Field(ge=0, le=1)]
# Flags whose value is a place on the builder's machine or does not change the engine.
_LOCAL_FLAGS = frozenset(
    {"--model_dir", "--checkpoint_dir", "--output_dir", "--input_timing_cache", "--output_timing_cache"}
    | {"--workers", "--log_level"}
)


class Identity(RecordPart):
    model_id: ModelId
    engine_id: EngineId
    created_at: datetime
    builder_host: Text


class SourceFacts(RecordPart):
    """`weights`: the sha256 of every weight file that was converted. `arguments`: without local paths."""

    repo: Text
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    weights: dict[MemberPath, Sha256]
    converter: Text
    arguments: tuple[str, ...]


class TokenizerFacts(RecordPart):
    """`files`: the sha256 of each tokenizer file; `chat_template`: that of the template's text."""

    files: dict[MemberPath, Sha256]
    chat_template: Sha256
    vocab_size: Annotated[int, Field(gt=0)]
    end_ids: tuple[TokenId, ...]
    pad_id: TokenId


class ToolchainFacts(RecordPart):
    """`tensorrt_llm` is the version the engine's own `config.json` names; the rest is None where it was not seen."""

    image: Text
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None
    tensorrt_llm: Text
    tensorrt: Text | None
    cuda: Text | None
    python: Text | None
    modelopt: Text | None


class PlatformFacts(RecordPart):
    """`sm` is the compute capability, major × 10 + minor."""

    os: Text
    cpu_arch: Text
    sm: Annotated[int, Field(ge=10, le=999)]
    gpu_name: Text
    vram_bytes: Annotated[int, Field(gt=0)]
    driver: Text


class PrecisionResult(RecordPart):
    precision: Precision
    dtype: Text
    quant_algo: Text | None
    kv_cache_quant_algo: Text | None


class BuildFacts(RecordPart):
    """`arguments`: what `trtllm-build` was asked for, without local paths; `result`: what it made."""

    arguments: tuple[str, ...]
    result: EngineResult


class FileFacts(RecordPart):
    size_bytes: Annotated[int, Field(gt=0)]
    sha256: Sha256


class GreedySample(RecordPart):
    """The tokens the engine gave, greedily, after this prompt."""

    prompt: Annotated[str, Field(min_length=1)]
    token_ids: tuple[TokenId, ...]


class QualityCheck(RecordPart):
    """The check on a running server: it needs a GPU that serves the engine, so every engine leaves the builder `not_run`.

    `places`: how many beginnings of the text with this sha256 it was asked to go on from. `accuracy`: the share of them
    at which its likeliest token is the text's own; `agreement`: that of `reference_engine`. None: there was none.
    `samples`: the tokens to be expected of it. `peak_vram_bytes`: what it took of the card while it answered.
    """

    status: Literal["not_run", "passed", "failed"] = "not_run"
    checked_at: datetime | None = None
    text_sha256: Sha256 | None = None
    places: Annotated[int, Field(gt=0)] | None = None
    accuracy: Share | None = None
    needed_accuracy: Share | None = None
    reference_engine: EngineId | None = None
    agreement: Share | None = None
    needed_agreement: Share | None = None
    samples: tuple[GreedySample, ...] = ()
    tokens_per_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    peak_vram_bytes: Annotated[int, Field(gt=0)] | None = None


class EngineManifest(RecordPart):
    """Content of `council-engine.json`, in the groups of the inference contract, section 6.3."""

    kind: Literal["council-engine"] = "council-engine"
    schema_version: Literal[1] = 1
    identity: Identity
    source: SourceFacts
    tokenizer: TokenizerFacts
    toolchain: ToolchainFacts
    platform: PlatformFacts
    precision: PrecisionResult
    build: BuildFacts
    files: dict[MemberPath, FileFacts]
    check: QualityCheck = QualityCheck()


def read_manifest(directory: Path) -> EngineManifest:
    """Read a directory's manifest. Raises ManifestMissing, ManifestBroken, ManifestForeign or ManifestNewer."""
    path = directory / MANIFEST
    data = _parsed(path)
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise ManifestForeign(f"{path} is not a manifest of this program", fix="build the engine again")
    version = data.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        fix = "update Council, or build the engine again with this version"
        raise ManifestNewer(f"{path} has schema {version}, this version knows {SCHEMA_VERSION}", fix=fix)
    try:
        return EngineManifest.model_validate_json(json.dumps(data))
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or '(manifest)'}: {fault['msg']}" for fault in error.errors()
        )
        raise ManifestBroken(f"{path}: {faults}", fix="build the engine again") from error


def write_manifest(directory: Path, manifest: EngineManifest) -> None:
    """Replace a directory's manifest; a crash leaves the old one or the new one. Raises DiskError."""
    path = directory / MANIFEST
    partial = path.with_name(path.name + ".part")
    with disk_errors("writing the manifest", directory):
        try:
            partial.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
            sync(partial)
            os.replace(partial, path)
            sync(directory)
        finally:
            partial.unlink(missing_ok=True)


def portable_arguments(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """`arguments` without the flags that only say where files lie on one machine."""
    kept: list[str] = []
    skips = False
    for argument in arguments:
        if argument.startswith("--"):
            skips = argument.split("=", 1)[0] in _LOCAL_FLAGS
        if not skips:
            kept.append(argument)
    return tuple(kept)


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ManifestMissing(f"{path} does not exist", fix="build the engine again") from error
    except OSError as error:
        raise ManifestBroken(f"{path} cannot be read: {error.strerror}", fix="check the disk") from error
    except ValueError as error:  # also bytes that are no UTF-8
        raise ManifestBroken(f"{path} is not JSON: {error}", fix="build the engine again") from error
