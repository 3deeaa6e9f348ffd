"""Whether the files of an engine are those that were built: the group `files` of `engines.preflight`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engines.disk import sha256_of
from engines.finding import Finding, compare
from engines.manifest import FILES, EngineManifest, FileFacts
from engines.progress import Progress


def file_findings(
    directory: Path, manifest: EngineManifest, *, quick: bool, progress: Progress
) -> Iterator[Finding]:
    """Every file an engine consists of. `quick`: sizes only. Raises OSError for a disk that fails while it is read."""
    for name in FILES:
        if name not in manifest.files:
            yield Finding(f"files.{name}", "in the manifest", "missing", "rebuild", "it was built without it")
    for name, facts in manifest.files.items():
        yield _file(directory / name, name, facts, quick=quick, progress=progress)


def _file(path: Path, name: str, facts: FileFacts, *, quick: bool, progress: Progress) -> Finding:
    label = f"files.{name}"
    if not path.is_file():
        return Finding(label, f"{facts.size_bytes} bytes", "missing", "rebuild", "the file is gone")
    size = path.stat().st_size
    if size != facts.size_bytes:
        return Finding(
            label, f"{facts.size_bytes} bytes", f"{size} bytes", "rebuild", "the file is cut short or changed"
        )
    if quick:
        return Finding(label, f"{facts.size_bytes} bytes", f"{size} bytes", "ok", "contents were not read")
    progress.step(f"hash {name}", size)
    return compare(
        label, facts.sha256, sha256_of(path, progress.advance), "rebuild", "the content has changed"
    )
