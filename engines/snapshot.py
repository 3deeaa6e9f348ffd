"""A Hugging Face repository at a commit: the files a TensorRT-LLM engine is built from, and their tokenizer.

`obtain_snapshot` ends with every wanted file in the target directory, each checked against the source's sha256
or, where it has none, against the hash the hub's listing of that very commit states; or it raises
and the target holds nothing that would be taken for a model. What has arrived stays in `partials`, so that
14 GB are not downloaded again because the last file failed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from engines import download
from engines.disk import disk_errors, require_space
from engines.errors import SourceError, SourceNotFound, SourceRefused
from engines.progress import Progress
from engines.record import SnapshotFile, SnapshotSource
from engines.record_part import Sha256
from engines.sources import (
    HUGGING_FACE,
    Checksum,
    RemoteFile,
    Workshop,
    fetch,
    hub_endpoint,
    hub_file_url,
    not_the_pinned,
)


class _Lfs(BaseModel):
    model_config = ConfigDict(strict=True)

    oid: Sha256
    size: int


class _Entry(BaseModel):
    """One entry of the hub's `tree` answer: `oid` is git's id of the file, or of its LFS pointer."""

    model_config = ConfigDict(strict=True)

    path: str
    type: str
    oid: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    size: int
    lfs: _Lfs | None = None

    @property
    def checksum(self) -> Checksum:
        return Checksum("sha256", self.lfs.oid) if self.lfs else Checksum("git", self.oid)

    @property
    def size_bytes(self) -> int:
        return self.lfs.size if self.lfs else self.size


_ENTRIES = TypeAdapter(list[_Entry])


@dataclass(frozen=True)
class Snapshot:
    """`sha256` of the files that were checked by it; `downloads` are to be discarded once the model is in place."""

    sha256: dict[str, str]
    downloads: Sequence[Path]


def obtain_snapshot(source: SnapshotSource, shop: Workshop, *, weights: bool) -> Snapshot:
    """Bring the files into the directory `shop.target`, without `weights` only the small ones.

    Raises SourceError, IntegrityError, DiskError.
    """
    try:
        remotes = _remote_files(source, source.part(weights=weights), shop)
        require_space(shop.partials, sum(_missing_bytes(remote, shop.partials) for remote in remotes))
        fetched = [fetch(remote, 0, _for_file(shop, remote.name)) for remote in remotes]
    except SourceRefused as error:
        fix = f"accept the terms at {HUGGING_FACE}/{source.repo} and set HF_TOKEN to a token of that account"
        raise SourceRefused(error.message, fix=fix) from error
    with disk_errors("moving the download", shop.target.parent):
        shop.target.mkdir(exist_ok=True)
        for remote, path in zip(remotes, fetched, strict=True):
            _place(path, shop.target / remote.name)
    checksums = {remote.name: remote.checksum for remote in remotes if remote.checksum}
    return Snapshot({name: c.value for name, c in checksums.items() if c.kind == "sha256"}, fetched)


def _remote_files(source: SnapshotSource, files: Sequence[SnapshotFile], shop: Workshop) -> list[RemoteFile]:
    hub = hub_endpoint(shop.environ)
    # A plain mirror without the hub's API will do where the record itself pins everything.
    all_pinned = all(file.sha256 and file.size_bytes for file in files)
    listed = {} if all_pinned else _listing(hub, source)
    remotes = []
    for file in files:
        checksum, size_bytes = _expected(source, file, listed.get(file.path))
        url = hub_file_url(hub, source.repo, source.revision, file.path)
        remotes.append(RemoteFile(hub, url, file.path, checksum, size_bytes))
    return remotes


def _expected(source: SnapshotSource, file: SnapshotFile, entry: _Entry | None) -> tuple[Checksum, int]:
    """The file's hash and size: the record's, completed by the listing, which may not contradict it."""
    pinned = Checksum("sha256", file.sha256) if file.sha256 else None
    if pinned and file.size_bytes:
        return pinned, file.size_bytes
    what = f"{file.path} of {source.repo} at {source.revision[:12]}"
    if entry is None:
        raise SourceNotFound(f"there is no {what}", fix="check the record's source.files and source.revision")
    if file.size_bytes not in (None, entry.size_bytes):
        raise not_the_pinned(what, f"{entry.size_bytes:,} bytes instead of {file.size_bytes:,}")
    return pinned or entry.checksum, entry.size_bytes


def _listing(hub: download.Endpoint, source: SnapshotSource) -> dict[str, _Entry]:
    base = hub.base_url
    path = f"{base.path.rstrip('/')}/api/models/{source.repo}/tree/{source.revision}"
    page = download.read_page(hub, base.copy_with(path=path), "application/json")
    try:
        entries = _ENTRIES.validate_json(page.content)
    except ValidationError as error:
        raise SourceError(
            f"{download.shown(base.copy_with(path=path))} is not a listing of a repository's files",
            fix="name a server with the Hugging Face API in HF_ENDPOINT",
        ) from error
    return {entry.path: entry for entry in entries if entry.type == "file"}


def _missing_bytes(remote: RemoteFile, partials: Path) -> int:
    partial = remote.partial(partials)
    return max((remote.size_bytes or 0) - (partial.stat().st_size if partial.exists() else 0), 0)


def _place(fetched: Path, target: Path) -> None:
    # Linked and not moved, so that the download is still there should the pull die before it is done.
    try:
        os.link(fetched, target)
    except OSError:
        os.replace(fetched, target)


def _for_file(shop: Workshop, name: str) -> Workshop:
    return replace(shop, progress=_OfFile(shop.progress, name))


@dataclass(frozen=True)
class _OfFile:
    """Progress whose steps say which file they are about."""

    inner: Progress
    name: str

    def step(self, name: str, total_bytes: int | None) -> None:
        self.inner.step(f"{name} {self.name}", total_bytes)

    def advance(self, done_bytes: int) -> None:
        self.inner.advance(done_bytes)
