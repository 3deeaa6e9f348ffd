"""What the machine that builds has: memory, disk, system."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Host:
    """`free_disk_bytes` is what this user may still write where the engines go."""

    ram_bytes: int
    free_disk_bytes: int
    os: str
    arch: str
    swap_bytes: int = 0

    @property
    def memory_bytes(self) -> int:
        return self.ram_bytes + self.swap_bytes


def detect_host(path: Path) -> Host:
    """Read this machine's figures; `path` need not exist yet, its nearest existing parent is measured."""
    directory = path.resolve()
    while not directory.exists():
        directory = directory.parent
    return Host(
        ram_bytes=psutil.virtual_memory().total,
        free_disk_bytes=shutil.disk_usage(directory).free,
        os=platform.system().lower(),
        arch=platform.machine().lower(),
        swap_bytes=psutil.swap_memory().total,
    )
