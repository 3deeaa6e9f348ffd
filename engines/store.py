"""The models on this machine, each in `<models_dir>/<id>/` with an `installed.json` that lists its files.

A CPU model is `model.gguf`, `tokenizer.json` and `chat_template.jinja`. A GPU model is the snapshot its engines
are built from (`council engines build`), or only the snapshot's tokenizer, which serves engines built elsewhere.

Guarantees: a model's directory is complete or absent, whatever stops a pull (a kill, a full disk, a power
cut), because it is made elsewhere and renamed into place; what is in it came from the bytes the record pins.
One process at a time changes the store. Does not load models and does not watch for changes made by others:
`verify` finds those.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engines import download, sources
from engines.disk import disk_errors
from engines.errors import ModelNotInstalled, SourceNotFound, UnknownModel
from engines.gguf_tokenizer import build_tokenizer, chat_template
from engines.installed import Difference, differences, pinned_by_first_pull, read_manifest, write_manifest
from engines.progress import Progress, Silent
from engines.record import ModelRecord, PinnedFile, SnapshotSource
from engines.requantize import SCHEMES, requantize, tensor_bytes
from engines.snapshot import obtain_snapshot
from engines.store_directory import StoreDirectory

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
        self._store = StoreDirectory(models_dir)
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
        with self._store.changing(progress, wait_s):
            final = self._dir / model_id
            if self._is_sound(final, record, weights):
                return False
            with self._store.workbench() as bench:
                leftovers = self._make(record, bench, from_file, weights, progress)
                self._store.put_in_place(bench / "model", final)
            for leftover in leftovers:
                download.discard(leftover)
            return True

    def remove(self, model_id: str) -> int:
        """Delete a model and return the bytes freed. Raises UnknownModel, ModelNotInstalled, StoreBusy."""
        self._record(model_id)
        target = self._dir / model_id
        if not target.is_dir():
            raise ModelNotInstalled(f"model {model_id} is not installed")
        with self._store.changing(Silent(), wait_s=0.0), self._store.workbench() as bench:
            return self._store.take_away(target, bench)

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
        shop = sources.Workshop(bench / "model", self._store.partials, 0, progress, self._environ)
        source = pinned_by_first_pull(record.source, self._dir / record.id)
        snapshot = obtain_snapshot(source, shop, weights=weights)
        progress.step("finish", None)
        with disk_errors("writing the model", self._dir):
            write_manifest(bench / "model", record, weights=weights, known_sha256=snapshot.sha256)
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
        shop = sources.Workshop(target, self._store.partials, room, progress, self._environ)
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
