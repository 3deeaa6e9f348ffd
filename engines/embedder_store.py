"""The sentence embedder on this machine, in `<models_dir>/<id>/model.onnx`.

It lies among the models, shares their lock and partial downloads, and is complete or absent like them. The record says
all there is to know of the file, so nothing else is written beside it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from engines import download, sources
from engines.disk import disk_errors, sha256_of
from engines.embedder_record import EmbedderRecord
from engines.errors import IntegrityError, ModelNotInstalled
from engines.progress import Progress, Silent
from engines.store_directory import StoreDirectory

NETWORK = "model.onnx"

State = Literal["installed", "absent", "damaged"]


class EmbedderStore:
    """Pulls, checks and removes the embedder of `record` under `models_dir`, which is made when needed."""

    def __init__(
        self, models_dir: Path, record: EmbedderRecord, environ: Mapping[str, str] = os.environ
    ) -> None:
        self.record = record
        self.directory = models_dir / record.id
        self._store = StoreDirectory(models_dir)
        self._environ = environ

    def state(self) -> State:
        """A look from outside: the size is compared, the content is not (`verified_path` does that)."""
        if not self.directory.is_dir():
            return "absent"
        path = self.directory / NETWORK
        sized = path.is_file() and path.stat().st_size == self.record.source.size_bytes
        return "installed" if sized else "damaged"

    def verified_path(self) -> Path:
        """The network's file, its content read and compared. Raises ModelNotInstalled, IntegrityError, DiskError."""
        if self.state() == "absent":
            raise ModelNotInstalled(f"the embedder {self.record.id} is not installed", fix=self._fix)
        path = self.directory / NETWORK
        with disk_errors("reading", path):
            sound = self.state() == "installed" and sha256_of(path) == self.record.source.sha256
        if not sound:
            raise IntegrityError(f"{path} is not the file the record pins", fix=self._fix)
        return path

    def pull(
        self, progress: Progress | None = None, *, from_file: Path | None = None, wait_s: float = 1800.0
    ) -> bool:
        """Install it; False when it is there and sound already. Raises EngineError."""
        progress = progress or Silent()
        with self._store.changing(progress, wait_s):
            if self._is_sound():
                return False
            with self._store.workbench() as bench:
                leftover = self._make(bench / "model", from_file, progress)
                self._store.put_in_place(bench / "model", self.directory)
            if leftover:
                download.discard(leftover)
            return True

    def remove(self) -> int:
        """Delete it and return the bytes freed. Raises ModelNotInstalled, StoreBusy."""
        if not self.directory.is_dir():
            raise ModelNotInstalled(f"the embedder {self.record.id} is not installed")
        with self._store.changing(Silent(), wait_s=0.0), self._store.workbench() as bench:
            return self._store.take_away(self.directory, bench)

    @property
    def _fix(self) -> str:
        return f"run: council models pull {self.record.id}"

    def _is_sound(self) -> bool:
        try:
            self.verified_path()
        except (ModelNotInstalled, IntegrityError):
            return False
        return True

    def _make(self, made: Path, from_file: Path | None, progress: Progress) -> Path | None:
        """Make the directory `made`. Returns the download to discard once it is in place."""
        with disk_errors("writing the embedder", made.parent):
            made.mkdir()
        shop = sources.Workshop(made / NETWORK, self._store.partials, 0, progress, self._environ)
        if from_file is None:
            return sources.obtain(self.record.source, shop)
        sources.copy_local(from_file, self.record.source, shop)
        return None
