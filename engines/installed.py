"""What is installed: the `installed.json` beside a model's files, and the comparison of the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engines.disk import sha256_of
from engines.record import ModelRecord, Quantization, SnapshotSource
from engines.record_part import Sha256

MANIFEST = "installed.json"
_TOOLS = ("gguf", "numpy", "tokenizers")


class InstalledFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    size_bytes: int
    sha256: Sha256


class Manifest(BaseModel):
    """Content of `installed.json`. It is written last, so a directory that has it is complete.

    `source_sha256` names a pinned file, `source_revision` the commit of a snapshot. `weights` is false where
    only the tokenizer of a snapshot was wanted, to serve engines that were built elsewhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    # Raised when the files of a model come to be made in another way: older models are then pulled again.
    schema_version: Literal[1] = 1
    model_id: str
    source_sha256: Sha256 | None = None
    source_revision: str | None = None
    weights: bool = True
    quantization: Quantization
    files: dict[str, InstalledFile]
    created_at: datetime
    tools: dict[str, str] = Field(default_factory=lambda: {tool: version(tool) for tool in _TOOLS})


@dataclass(frozen=True)
class Difference:
    """One way in which a model's directory is not what was installed, or not what the record now asks for."""

    file: str
    kind: Literal["missing", "unreadable", "size", "hash", "record"]
    message: str


def write_manifest(
    directory: Path,
    record: ModelRecord,
    *,
    weights: bool = True,
    known_sha256: Mapping[str, str] | None = None,
) -> None:
    """Describe every file of `directory`; those with a `known_sha256` are not read again. Raises OSError."""
    known = known_sha256 or {}
    files = {
        path.name: InstalledFile(
            size_bytes=path.stat().st_size, sha256=known.get(path.name) or sha256_of(path)
        )
        for path in sorted(directory.iterdir())
    }
    sha256, revision = _source_of(record)
    manifest = Manifest(
        model_id=record.id,
        source_sha256=sha256,
        source_revision=revision,
        weights=weights,
        quantization=record.served_quantization,
        files=files,
        created_at=datetime.now(UTC),
    )
    (directory / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_manifest(directory: Path) -> Manifest | None:
    """What was installed, or None where that cannot be told."""
    try:
        return Manifest.model_validate_json((directory / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def pinned_by_first_pull(source: SnapshotSource, directory: Path) -> SnapshotSource:
    """The source, with what an earlier pull of this commit into `directory` brought as the pin of files that have none."""
    installed = read_manifest(directory)
    if installed is None or installed.source_revision != source.revision:
        return source
    files = tuple(
        file.model_copy(update=installed.files[file.path].model_dump())
        if file.path in installed.files and not file.sha256
        else file
        for file in source.files
    )
    return source.model_copy(update={"files": files})


def _source_of(record: ModelRecord) -> tuple[str | None, str | None]:
    if isinstance(record.source, SnapshotSource):
        return None, record.source.revision
    return record.source.sha256, None


def differences(directory: Path, record: ModelRecord, *, hashes: bool) -> Iterator[Difference]:
    """Compare the directory with its manifest and the record; contents are read only with `hashes`."""
    try:
        manifest = Manifest.model_validate_json((directory / MANIFEST).read_bytes())
    except FileNotFoundError:
        yield Difference(MANIFEST, "missing", "there is no record of what was installed")
        return
    except (OSError, ValidationError) as error:
        reason = f"{type(error).__name__}, or written by another version"
        yield Difference(MANIFEST, "unreadable", f"cannot be read ({reason})")
        return
    yield from _against_record(manifest, record)
    for name, expected in manifest.files.items():
        yield from _against_manifest(directory / name, expected, hashes=hashes)


def _against_record(manifest: Manifest, record: ModelRecord) -> Iterator[Difference]:
    sha256, revision = _source_of(record)
    pairs = (
        ("id", manifest.model_id, record.id),
        ("source", manifest.source_sha256 or manifest.source_revision, sha256 or revision),
        ("quantization", manifest.quantization, record.served_quantization),
    )
    for what, installed, wanted in pairs:
        if installed != wanted:
            yield Difference(
                MANIFEST, "record", f"the record's {what} is now {wanted}, installed is {installed}"
            )
    if isinstance(record.source, SnapshotSource):
        for file in record.source.part(weights=manifest.weights):
            if file.path not in manifest.files:
                yield Difference(file.path, "record", "is asked for by the record, but was not installed")


def _against_manifest(path: Path, expected: InstalledFile, *, hashes: bool) -> Iterator[Difference]:
    try:
        size = path.stat().st_size
        if size != expected.size_bytes:
            yield Difference(path.name, "size", f"has {size:,} bytes instead of {expected.size_bytes:,}")
        elif hashes and sha256_of(path) != expected.sha256:
            yield Difference(path.name, "hash", "content has changed since it was installed")
    except FileNotFoundError:
        yield Difference(path.name, "missing", "is missing")
    except OSError as error:
        yield Difference(path.name, "unreadable", f"cannot be read: {error.strerror}")
