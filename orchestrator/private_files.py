"""Directories and files that other accounts of this machine cannot read."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def make_private(directory: Path) -> None:
    """Make it, and what is missing above it, for the owner alone. One that is there stays as its owner set it."""
    if not directory.parent.is_dir():
        make_private(directory.parent)
    directory.mkdir(mode=0o700, exist_ok=True)


def close_to_others(path: Path) -> None:
    """Take what everybody may do from a file or directory of ours, if it is there; its group keeps what it has."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return
    if status.st_mode & stat.S_IRWXO and status.st_uid == os.geteuid():
        path.chmod(stat.S_IMODE(status.st_mode) & ~stat.S_IRWXO)
