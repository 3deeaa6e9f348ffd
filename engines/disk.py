"""Writing to disk so that a crash or a full disk is noticed: typed errors, fsync, hashes."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engines.errors import DiskDenied, DiskError, DiskFull

CHUNK_BYTES = 1 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_PLACE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EEXIST})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def disk_errors(doing: str, where: Path) -> Iterator[None]:
    """Turn an OSError of the block into the DiskError that names the cause and the remedy."""
    try:
        yield
    except OSError as error:
        what = f"{doing} failed at {error.filename or where}: {os.strerror(error.errno or 0)}"
        if error.errno in _FULL:
            raise DiskFull(
                what, fix=f"free space (or raise the quota) for {where} and run it again"
            ) from error
        if error.errno in _DENIED:
            fix = f"give this user write access to {where}, or set COUNCIL_DATA_DIR to a directory of its own"
            raise DiskDenied(what, fix=fix) from error
        if error.errno in _NO_PLACE:
            fix = f"see that {where} can be made, or set COUNCIL_DATA_DIR to another directory"
            raise DiskError(what, fix=fix) from error
        raise DiskError(what, fix=f"check the disk that holds {where}") from error


def require_space(directory: Path, needed_bytes: int) -> None:
    """Raise DiskFull when `directory`'s file system has less than `needed_bytes` left for this user."""
    free = shutil.disk_usage(directory).free
    if free < needed_bytes:
        raise DiskFull(
            f"{needed_bytes / 1e6:.0f} MB are needed in {directory}, {free / 1e6:.0f} MB are free",
            fix=f"free {(needed_bytes - free) / 1e6:.0f} MB there, or set COUNCIL_DATA_DIR to a larger disk",
        )


def sha256_of(path: Path, on_bytes: Callable[[int], None] = lambda _done: None) -> str:
    """The file's SHA-256 in hex; `on_bytes` gets the bytes read since its last call."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            on_bytes(len(chunk))
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Make a file's bytes, or a directory's entries, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
