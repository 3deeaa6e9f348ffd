"""The typed record of a model: `engines/models/<id>.toml`, the only place where facts about a model stand.

Guarantees: a loaded record is complete, typed and immutable, and its source is pinned: by sha256 and size, or by a commit
(`engines.record_source`).
Does not guarantee that the source can be reached or that the model is installed; that is `engines.store`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from engines.errors import RecordError
from engines.gpu_serving import GpuServing
from engines.record_part import Bytes, ModelId, RecordPart, Text, TokenId, not_empty
from engines.record_source import FileSource as FileSource
from engines.record_source import HuggingFaceSource as HuggingFaceSource
from engines.record_source import PinnedFile as PinnedFile
from engines.record_source import SnapshotFile as SnapshotFile
from engines.record_source import SnapshotSource as SnapshotSource
from engines.record_source import Source as Source
from engines.record_source import WheelSource as WheelSource

RECORDS_DIR = Path(__file__).resolve().parent / "models"

EXAMPLE_MESSAGE = "Hello"

Role = Literal["fast", "balanced", "code", "long_context"]
Backend = Literal["cpu", "trtllm_engine", "llmapi"]
Quantization = Literal["source", "Q4_0", "Q8_0"]


class License(RecordPart):
    """`redistributable`: whether the weights, and so an engine built from them, may be passed on at all.
    `notice`: what must go with them when they are."""

    spdx: Text
    url: Annotated[str, Field(pattern=r"^https://\S+$")]
    redistributable: bool
    notice: Text | None = None


class TokenizerFacts(RecordPart):
    """`end_ids` are in order of preference: the first is the one sent to engines that take only one."""

    kind: Literal["gguf", "huggingface"]
    vocab_size: Annotated[int, Field(gt=0)]
    bos_id: TokenId
    end_ids: Annotated[tuple[TokenId, ...], Field(strict=False), AfterValidator(not_empty)]
    pad_id: TokenId
    add_bos: bool

    @model_validator(mode="after")
    def _ids_lie_in_the_vocabulary(self) -> TokenizerFacts:
        for name, ids in (("bos_id", (self.bos_id,)), ("end_ids", self.end_ids), ("pad_id", (self.pad_id,))):
            if any(token_id >= self.vocab_size for token_id in ids):
                raise ValueError(f"{name} must be below vocab_size ({self.vocab_size})")
        if len(set(self.end_ids)) < len(self.end_ids):
            raise ValueError("end_ids must not name an id twice")
        return self


class ChatFacts(RecordPart):
    """`template = "gguf"`: the template inside the model file is the one used; `"inline"`: `jinja` is.

    `stop_strings` end an answer of a model that has no token for the end of its turn. With
    `answer_starts_with_space` the space before an answer's first word is the format's and not shown.
    `example_ids` is the prompt for one user message, EXAMPLE_MESSAGE: it tells whether a tokenizer that was
    pulled is the one the format was written for.
    """

    template: Literal["gguf", "inline"]
    jinja: Annotated[str, Field(min_length=1, max_length=8000)] | None = None
    stop_strings: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    answer_starts_with_space: bool = False
    example_ids: Annotated[tuple[TokenId, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _inline_template_is_there(self) -> ChatFacts:
        if (self.template == "inline") != (self.jinja is not None):
            raise ValueError("jinja must be given with template 'inline', and only then")
        return self


class Limits(RecordPart):
    """`context_tokens` is what the model was trained for, `max_seq_len` what one sequence may use here."""

    context_tokens: Annotated[int, Field(gt=0)]
    max_seq_len: Annotated[int, Field(gt=0)]

    @model_validator(mode="after")
    def _sequence_fits_context(self) -> Limits:
        if self.max_seq_len > self.context_tokens:
            raise ValueError(f"max_seq_len must not exceed context_tokens ({self.context_tokens})")
        return self


class CpuServing(RecordPart):
    """How the CPU engine serves the model. `quantization = "source"` serves the file as published.

    The new tokens of running streams are sent together, every `stream_period_ms`; a first token and an end at once.
    The engine rests `first_token_pause_ms` after a first token, so that it gets to its client.
    """

    quantization: Quantization
    slots: Annotated[int, Field(ge=1, le=256)]
    max_queue_size: Annotated[int, Field(ge=0)]
    kv_bytes_per_token: Bytes
    stream_period_ms: Annotated[int, Field(ge=0, le=1000)] = 0
    first_token_pause_ms: Annotated[int, Field(ge=0, le=100)] = 0
    cancellation_check_period_ms: Annotated[int, Field(ge=1, le=1000)] = 20
    prompt_lookup: bool = True


class SamplingDefaults(RecordPart):
    """What a request that does not say gets; temperature and top_p are the values the model's makers recommend.

    `repetition_penalty` is for answers of which the request names no temperature and no form: whoever names one wants that.
    """

    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = 1.0
    top_p: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 1.0
    repetition_penalty: Annotated[float, Field(ge=0.01, le=10, allow_inf_nan=False)] = 1.0


class Price(RecordPart):
    prompt_usd_per_1k_tokens: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    completion_usd_per_1k_tokens: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ModelRecord(RecordPart):
    """One model. Everything that depends on it (download, prompts, limits, prices) is derived from here."""

    id: ModelId
    name: Text
    description: Text
    roles: Annotated[tuple[Role, ...], Field(strict=False), AfterValidator(not_empty)]
    backend: Backend
    owned_by: Text
    license: License
    source: Source
    tokenizer: TokenizerFacts
    chat: ChatFacts
    limits: Limits
    sampling: SamplingDefaults = SamplingDefaults()
    cpu: CpuServing | None = None
    gpu: GpuServing | None = None
    price: Price

    @property
    def served_quantization(self) -> Quantization:
        return self.cpu.quantization if self.cpu else "source"

    @property
    def download_bytes(self) -> int:
        """What a pull brings. Where a snapshot's weights have no stated size: two bytes a parameter, as published."""
        if not isinstance(self.source, SnapshotSource):
            return self.source.size_bytes
        sized = all(file.size_bytes for file in self.source.files if file.path.endswith(".safetensors"))
        if self.gpu and not sized:
            return self.gpu.weight_bytes("fp16")
        return sum(file.size_bytes or 0 for file in self.source.files)

    @property
    def longest_sequence_tokens(self) -> int:
        """Prompt and answer together, at most: on a GPU a sequence must also fit the KV cache on its own."""
        if self.gpu is None:
            return self.limits.max_seq_len
        budgets = [self.gpu.kv_budget_tokens(precision) for precision in self.gpu.precisions]
        return min(self.limits.max_seq_len, *budgets)

    @field_validator("roles")
    @classmethod
    def _roles_differ(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        if len(set(roles)) < len(roles):
            raise ValueError("must not name a role twice")
        return roles

    @model_validator(mode="after")
    def _backend_has_its_table(self) -> ModelRecord:
        wanted, other = ("cpu", "gpu") if self.backend == "cpu" else ("gpu", "cpu")
        if getattr(self, wanted) is None:
            raise ValueError(f"backend {self.backend!r} needs a [{wanted}] table")
        if getattr(self, other) is not None:
            raise ValueError(f"backend {self.backend!r} has no use for a [{other}] table")
        return self

    @model_validator(mode="after")
    def _kv_budget_holds_a_block(self) -> ModelRecord:
        if self.gpu and not self.longest_sequence_tokens:
            raise ValueError(
                f"gpu.kv_budget_bytes holds no block of {self.gpu.limits.tokens_per_block} tokens"
            )
        return self

    @model_validator(mode="after")
    def _vocabularies_agree(self) -> ModelRecord:
        if self.gpu and self.gpu.architecture.vocab_size != self.tokenizer.vocab_size:
            raise ValueError(
                f"gpu.architecture.vocab_size must be tokenizer.vocab_size ({self.tokenizer.vocab_size})"
            )
        return self

    @model_validator(mode="after")
    def _source_fits_backend(self) -> ModelRecord:
        kinds = (self.source.kind == "huggingface_snapshot", self.tokenizer.kind, self.chat.template)
        if self.gpu and kinds != (True, "huggingface", "inline"):
            raise ValueError(
                "a [gpu] table needs source.kind 'huggingface_snapshot', tokenizer.kind 'huggingface' and"
                " chat.template 'inline'"
            )
        if self.cpu and kinds != (False, "gguf", "gguf"):
            raise ValueError(
                "a [cpu] table needs a source that is one GGUF file, tokenizer.kind 'gguf' and chat.template 'gguf'"
            )
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
        # "[key]" is pydantic's word for the name of a table.
        if key != "[key]" and not (key in kinds and position and fault["loc"][position - 1] == "source")
    ]
    reason = fault["msg"].removeprefix("Value error, ").replace("\n", " ")
    return f"{path.name}: {'.'.join(keys) or '(record)'}: {reason}"
