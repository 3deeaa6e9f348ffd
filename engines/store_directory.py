"""One directory of installed things: locked while it is changed, each thing complete or absent.

A thing is made on a workbench inside the directory and renamed into place, so that a kill, a full disk or a power cut
leaves the old one or the new one. One process at a time changes the directory.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engines.disk import disk_errors, sync
from engines.errors import StoreBusy
from engines.progress import Progress


class StoreDirectory:
    """`root` is made when it is first changed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def partials(self) -> Path:
        return self.root / ".partial"

    @contextmanager
    def changing(self, progress: Progress, wait_s: float) -> Iterator[None]:
        """Hold the directory; what killed processes left on the workbench is gone. Raises StoreBusy, DiskError."""
        with disk_errors("preparing the model directory", self.root):
            self.partials.mkdir(parents=True, exist_ok=True)
            self._staging.mkdir(exist_ok=True)
        with self._locked(progress, wait_s):
            # Only with the lock held: then no living process works there.
            for leftover in self._staging.iterdir():
                _delete(leftover)
            yield

    @contextmanager
    def workbench(self) -> Iterator[Path]:
        """A new directory on the same file system, deleted at the end."""
        with disk_errors("preparing the model directory", self._staging):
            bench = Path(tempfile.mkdtemp(dir=self._staging))
        try:
            yield bench
        finally:
            _delete(bench)

    def put_in_place(self, made: Path, final: Path) -> None:
        """Rename `made`, which lies on a workbench, to `final`; what was there goes with the workbench."""
        with disk_errors("installing", final):
            sync_all(made)
            if not os.path.lexists(final):
                os.rename(made, final)
            elif not _exchange(made, final):
                os.rename(final, made.with_name("replaced"))
                os.rename(made, final)
            sync(self.root)

    def take_away(self, target: Path, bench: Path) -> int:
        """Move `target` to the workbench and return the bytes it held."""
        with disk_errors("removing", target):
            freed = sum(path.stat().st_size for path in target.iterdir() if path.is_file())
            os.rename(target, bench / "removed")
            sync(self.root)
            return freed

    @property
    def _staging(self) -> Path:
        return self.root / ".staging"

    @contextmanager
    def _locked(self, progress: Progress, wait_s: float) -> Iterator[None]:
        with disk_errors("locking the model directory", self.root):
            lock = (self.root / ".lock").open("a")
        with lock:
            deadline, said = time.monotonic() + wait_s, False
            while not _try_lock(lock.fileno()):
                if time.monotonic() >= deadline:
                    raise StoreBusy(
                        f"another process is changing {self.root}",
                        fix="wait for it to end, then run this again",
                    )
                if not said:
                    progress.step("wait for another pull", None)
                    said = True
                time.sleep(0.1)
            yield


def sync_all(directory: Path) -> None:
    for path in directory.iterdir():
        sync(path)
    sync(directory)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the kernel or the file system cannot, with nothing changed."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    if renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0:
        return True
    if (number := ctypes.get_errno()) in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _try_lock(descriptor: int) -> bool:
    # The kernel drops the lock when its process dies, so a killed pull never blocks the next one.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _delete(path: Path) -> None:
    # What cannot be deleted now is harmless here, and is tried again by the next pull.
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
