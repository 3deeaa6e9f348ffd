"""The models on this machine, each in `<models_dir>/<id>/` with an `installed.json` that lists its files.

A CPU model is `model.gguf`, `tokenizer.json` and `chat_template.jinja`. A GPU model is the snapshot its engines
are built from (`council engines build`), or only the snapshot's tokenizer, which serves engines built elsewhere.

Guarantees: a model's directory is complete or absent, whatever stops a pull (a kill, a full disk, a power
cut), because it is made elsewhere and renamed into place; what is in it came from the bytes the record pins.
One process at a time changes the store. Does not load models and does not watch for changes made by others:
`verify` finds those.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engines import download, sources
from engines.disk import disk_errors, sync
from engines.errors import ModelNotInstalled, SourceNotFound, StoreBusy, UnknownModel
from engines.gguf_tokenizer import build_tokenizer, chat_template
from engines.installed import Difference, differences, pinned_by_first_pull, read_manifest, write_manifest
from engines.progress import Progress, Silent
from engines.record import ModelRecord, PinnedFile, SnapshotSource
from engines.requantize import SCHEMES, requantize, tensor_bytes
from engines.snapshot import obtain_snapshot

WEIGHTS, TOKENIZER, CHAT_TEMPLATE = "model.gguf", "tokenizer.json", "chat_template.jinja"
# No quantisation we make is larger than twice the 4-bit file it is made from (Q8_0 is 1.5 times Q4_1).
CONVERTED_PER_SOURCE_BYTE = 2

State = Literal["installed", "tokenizer only", "absent", "damaged", "outdated"]


@dataclass(frozen=True)
class ModelStatus:
    """A look from outside: names and sizes are compared, contents are not (`verify` does that)."""

    record: ModelRecord
    state: State
    size_bytes: int
    directory: Path


class ModelStore:
    """Pulls, checks and removes the models of `records` under `models_dir`, which is made when needed."""

    def __init__(
        self, models_dir: Path, records: Mapping[str, ModelRecord], environ: Mapping[str, str] = os.environ
    ) -> None:
        self._dir = models_dir
        self._records = records
        self._environ = environ

    def status(self, model_id: str) -> ModelStatus:
        record, directory = self._record(model_id), self._dir / model_id
        if not directory.is_dir():
            return ModelStatus(record, "absent", 0, directory)
        found = list(differences(directory, record, hashes=False))
        manifest = read_manifest(directory)
        state: State = "installed" if manifest is None or manifest.weights else "tokenizer only"
        if found:
            state = "outdated" if all(item.kind == "record" for item in found) else "damaged"
        size_bytes = sum(file.stat().st_size for file in directory.iterdir() if file.is_file())
        return ModelStatus(record, state, size_bytes, directory)

    def path(self, model_id: str) -> Path:
        """The directory of a model that is installed with its weights. Raises UnknownModel, ModelNotInstalled."""
        status = self.status(model_id)
        if status.state != "installed":
            found = {"absent": "not installed", "tokenizer only": "installed without its weights"}
            raise ModelNotInstalled(
                f"model {model_id} is {found.get(status.state, status.state)}",
                fix=f"run: council models pull {model_id}",
            )
        return self._dir / model_id

    def verify(self, model_id: str) -> list[Difference]:
        """Read every file again; an empty list means all is as installed and as the record asks.

        Raises UnknownModel, ModelNotInstalled.
        """
        record, directory = self._record(model_id), self._dir / model_id
        if not directory.is_dir():
            raise ModelNotInstalled(
                f"model {model_id} is not installed", fix=f"run: council models pull {model_id}"
            )
        return list(differences(directory, record, hashes=True))

    def pull(
        self,
        model_id: str,
        progress: Progress | None = None,
        *,
        from_file: Path | None = None,
        weights: bool = True,
        wait_s: float = 1800.0,
    ) -> bool:
        """Install a model; False when it is there and sound already. A damaged or outdated one is replaced.

        `from_file` takes a copy the person has; it must be the file the record pins. Without `weights` only a
        snapshot's tokenizer is brought; other models are one file. While another process changes the store,
        waits up to `wait_s`, then raises StoreBusy. Raises EngineError.
        """
        record, progress = self._record(model_id), progress or Silent()
        with disk_errors("preparing the model directory", self._dir):
            self._partials.mkdir(parents=True, exist_ok=True)
            self._staging.mkdir(exist_ok=True)
        with self._locked(progress, wait_s):
            self._clear_staging()
            final = self._dir / model_id
            if self._is_sound(final, record, weights):
                return False
            with self._workbench() as bench:
                leftovers = self._make(record, bench, from_file, weights, progress)
                self._put_in_place(bench / "model", final)
            for leftover in leftovers:
                download.discard(leftover)
            return True

    def remove(self, model_id: str) -> int:
        """Delete a model and return the bytes freed. Raises UnknownModel, ModelNotInstalled, StoreBusy."""
        self._record(model_id)
        target = self._dir / model_id
        if not target.is_dir():
            raise ModelNotInstalled(f"model {model_id} is not installed")
        with disk_errors("removing", self._dir):
            self._staging.mkdir(exist_ok=True)
        with self._locked(Silent(), wait_s=0.0), self._workbench() as bench, disk_errors("removing", target):
            freed = sum(path.stat().st_size for path in target.iterdir() if path.is_file())
            os.rename(target, bench / "removed")
            sync(self._dir)
            return freed

    @property
    def _partials(self) -> Path:
        return self._dir / ".partial"

    @property
    def _staging(self) -> Path:
        return self._dir / ".staging"

    def _record(self, model_id: str) -> ModelRecord:
        try:
            return self._records[model_id]
        except KeyError:
            known = ", ".join(self._records) or "none"
            raise UnknownModel(f"no model {model_id!r}", fix=f"choose one of: {known}") from None

    def _is_sound(self, final: Path, record: ModelRecord, weights: bool) -> bool:
        manifest = read_manifest(final)
        if manifest is None or (weights and not manifest.weights):
            return False
        return not any(differences(final, record, hashes=True))

    def _make(
        self, record: ModelRecord, bench: Path, from_file: Path | None, weights: bool, progress: Progress
    ) -> Sequence[Path]:
        """Make the model's directory `bench/model`. Returns the downloads to discard once it is in place."""
        if not isinstance(record.source, SnapshotSource):
            leftover = self._obtain(record, record.source, bench / "source", from_file, progress)
            self._build(record, bench, progress)
            return [leftover] if leftover else []
        if from_file is not None:
            raise SourceNotFound(
                f"model {record.id} is not one file but a snapshot of {len(record.source.files)}",
                fix="leave --from-file out; HF_ENDPOINT can name a server of your own that has the snapshot",
            )
        shop = sources.Workshop(bench / "model", self._partials, 0, progress, self._environ)
        source = pinned_by_first_pull(record.source, self._dir / record.id)
        snapshot = obtain_snapshot(source, shop, weights=weights)
        progress.step("finish", None)
        with disk_errors("writing the model", self._dir):
            write_manifest(bench / "model", record, weights=weights, known_sha256=snapshot.sha256)
            _sync_all(bench / "model")
        return snapshot.downloads

    def _obtain(
        self,
        record: ModelRecord,
        source: PinnedFile,
        target: Path,
        from_file: Path | None,
        progress: Progress,
    ) -> Path | None:
        converts = record.served_quantization != "source"
        room = source.size_bytes * CONVERTED_PER_SOURCE_BYTE if converts else 0
        shop = sources.Workshop(target, self._partials, room, progress, self._environ)
        if from_file is None:
            return sources.obtain(source, shop)
        sources.copy_local(from_file, source, shop)
        return None

    def _build(self, record: ModelRecord, bench: Path, progress: Progress) -> None:
        """Make the model's directory `bench/model` out of the pinned file `bench/source`."""
        model, source = bench / "model", bench / "source"
        quantization = record.served_quantization
        with disk_errors("writing the model", self._dir):
            model.mkdir()
            if quantization == "source":
                os.replace(source, model / WEIGHTS)
            else:
                progress.step("convert", tensor_bytes(source))
                requantize(source, model / WEIGHTS, SCHEMES[quantization], progress.advance)
                source.unlink()
            progress.step("finish", None)
            template = chat_template(model / WEIGHTS)
            (model / TOKENIZER).write_text(build_tokenizer(model / WEIGHTS).to_str(), encoding="utf-8")
            (model / CHAT_TEMPLATE).write_text(template, encoding="utf-8")
            write_manifest(model, record)
            _sync_all(model)

    def _put_in_place(self, model: Path, final: Path) -> None:
        with disk_errors("installing", final):
            if os.path.lexists(final):
                os.rename(final, model.with_name("replaced"))
            os.rename(model, final)
            sync(self._dir)

    @contextmanager
    def _workbench(self) -> Iterator[Path]:
        with disk_errors("preparing the model directory", self._staging):
            bench = Path(tempfile.mkdtemp(dir=self._staging))
        try:
            yield bench
        finally:
            _delete(bench)

    def _clear_staging(self) -> None:
        """Delete what killed pulls left behind. Only with the lock held: then no living one works here."""
        for leftover in self._staging.iterdir():
            _delete(leftover)

    @contextmanager
    def _locked(self, progress: Progress, wait_s: float) -> Iterator[None]:
        with disk_errors("locking the model directory", self._dir):
            lock = (self._dir / ".lock").open("a")
        with lock:
            deadline, said = time.monotonic() + wait_s, False
            while not _try_lock(lock.fileno()):
                if time.monotonic() >= deadline:
                    raise StoreBusy(
                        f"another process is changing {self._dir}",
                        fix="wait for it to end, then run this again",
                    )
                if not said:
                    progress.step("wait for another pull", None)
                    said = True
                time.sleep(0.1)
            yield


def _try_lock(descriptor: int) -> bool:
    # The kernel drops the lock when its process dies, so a killed pull never blocks the next one.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_all(directory: Path) -> None:
    for path in directory.iterdir():
        sync(path)
    sync(directory)


def _delete(path: Path) -> None:
    # What cannot be deleted now is harmless here, and is tried again by the next pull.
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
