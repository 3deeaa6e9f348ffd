"""The engines on this machine: `<engines_dir>/<model id>/<precision>-sm<NN>/{config.json,rank0.engine,council-engine.json}`.

Guarantees: an engine's directory appears and is replaced in one step, complete; the engine that was there before is
never lost to a crash. One process at a time changes the store. Names that begin with a dot are the builder's:
`.work` (half-built), `.logs`, `.cache` (timing caches), `.lock`.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engines.disk import disk_errors, sync
from engines.errors import EngineError, ManifestError, StoreBusy
from engines.manifest import MANIFEST, EngineManifest, read_manifest

ENGINE_DIRECTORY = re.compile(r"^(fp16|int8|fp8)-sm\d{2,3}$")
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_LIBC = ctypes.CDLL(None, use_errno=True)

State = Literal["complete", "incomplete"]


@dataclass(frozen=True)
class FoundEngine:
    """A look from outside: the manifest was read and sizes were compared, contents were not."""

    engine_id: str
    path: Path
    state: State
    reason: str
    size_bytes: int
    manifest: EngineManifest | None


class EngineStore:
    """Finds, publishes and removes the engines below `engines_dir`."""

    def __init__(self, engines_dir: Path) -> None:
        self.engines_dir = engines_dir

    def path(self, engine_id: str) -> Path:
        return self.engines_dir / engine_id

    def work(self, engine_id: str) -> Path:
        return self.engines_dir / ".work" / engine_id

    def logs(self, engine_id: str) -> Path:
        return self.engines_dir / ".logs" / engine_id

    def found(self) -> list[FoundEngine]:
        """Every engine directory in order of its id, complete or not. Raises DiskError."""
        with disk_errors("listing the engines", self.engines_dir):
            return [self._look(path) for path in self._directories()]

    def publish(self, engine_id: str, built: Path) -> None:
        """Put the complete directory `built` in the place of `engine_id`. Raises DiskError.

        Readers see the old engine or the new one, never neither: the two are exchanged in one step where the file
        system can do that (ext4, xfs, btrfs, overlay). Elsewhere there are two renames, and `recover` ends what a
        crash between them began.
        """
        final, replaced = self.path(engine_id), self.work(engine_id) / "replaced"
        with disk_errors("publishing the engine", final):
            final.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(replaced, ignore_errors=True)
            if not final.exists():
                os.rename(built, final)
            elif _exchange(built, final):
                os.rename(built, replaced)
            else:
                os.rename(final, replaced)
                os.rename(built, final)
            sync(final.parent)
            shutil.rmtree(replaced, ignore_errors=True)

    def recover(self) -> None:
        """Bring back every engine whose replacement a crash cut short. Only with the lock held."""
        with disk_errors("recovering engines", self.engines_dir):
            for replaced in sorted((self.engines_dir / ".work").glob("*/*/replaced")):
                final = self.path(f"{replaced.parent.parent.name}/{replaced.parent.name}")
                if not final.exists() and (replaced / MANIFEST).exists():
                    final.parent.mkdir(parents=True, exist_ok=True)
                    os.rename(replaced, final)
                    sync(final.parent)

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Hold the store; yields the lock's descriptor. Raises StoreBusy at once when another process holds it."""
        with disk_errors("locking the engines directory", self.engines_dir):
            self.engines_dir.mkdir(parents=True, exist_ok=True)
            lock = (self.engines_dir / ".lock").open("a+")
        with lock:
            try:
                # The kernel drops it when the last process that has it open is gone, however it went.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _busy(self.engines_dir, lock.fileno()) from None
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            yield lock.fileno()

    def _directories(self) -> list[Path]:
        if not self.engines_dir.is_dir():
            return []
        models = [path for path in self.engines_dir.iterdir() if path.is_dir() and path.name[0] != "."]
        found = [path for model in models for path in model.iterdir() if ENGINE_DIRECTORY.match(path.name)]
        return sorted(path for path in found if path.is_dir())

    def _look(self, path: Path) -> FoundEngine:
        engine_id = f"{path.parent.name}/{path.name}"
        size = size_of(path)
        try:
            manifest = read_manifest(path)
        except ManifestError as error:
            return FoundEngine(engine_id, path, "incomplete", error.message, size, None)
        reason = _first_fault(path, engine_id, manifest)
        return FoundEngine(engine_id, path, "incomplete" if reason else "complete", reason, size, manifest)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a directory."""
    if path.is_file():
        return path.stat().st_size
    return sum(item.lstat().st_size for item in path.rglob("*") if not item.is_dir())


def _first_fault(path: Path, engine_id: str, manifest: EngineManifest) -> str:
    if manifest.identity.engine_id != engine_id:
        return f"its manifest is that of {manifest.identity.engine_id}"
    for name, facts in manifest.files.items():
        file = path / name
        size = file.stat().st_size if file.is_file() else None
        if size != facts.size_bytes:
            return f"{name} has {size or 0:,} bytes instead of {facts.size_bytes:,}"
    return ""


def _exchange(one: Path, other: Path) -> bool:
    """Swap two directories in one step; False where the file system cannot. Raises OSError."""
    names = (os.fsencode(one), os.fsencode(other))
    if _LIBC.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _busy(engines_dir: Path, lock: int) -> EngineError:
    holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
    fix = "wait for it to end, then run this again"
    if holder and not Path(f"/proc/{holder}").exists():
        fix = f"the builder ({holder}) is gone, but a program it had started still runs: stop that, then try again"
    return StoreBusy(f"another process is changing {engines_dir}", fix=fix)
