"""Gathers what this process keeps into huge pages (MADV_COLLAPSE, Linux 6.1).

Between two requests an engine on the same processors walks hundreds of megabytes, and each small page of ours is then
looked up anew: huge ones bring the first token 0.3 to 0.9 ms earlier (docs/performance.md). Takes about a second of a
processor, for 230 MB of 440; what the process occupies stays the same.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from pathlib import Path

HUGE_BYTES = 2 * 2**20
ENABLED = Path("/sys/kernel/mm/transparent_hugepage/enabled")
START_IS_OVER_S = 20.0
_MAPS = Path("/proc/self/maps")
_MADV_COLLAPSE = 25


def gather_later() -> None:
    """In a thread, when the start is over: what is still loading then (LanceDB) waits for memory at every step, and
    the first turns went without their memory for it."""
    timer = threading.Timer(START_IS_OVER_S, gather)
    timer.name, timer.daemon = "council-huge-pages", True
    timer.start()


def gather() -> None:
    """Does nothing where the machine's owner wants no huge pages, and what Linux refuses stays as it was."""
    if not wanted():
        return
    for start, end in list(_own_memory()):
        # It refuses a range as a whole in its answer only: each part that can be gathered is.
        _libc.madvise(start, end - start, _MADV_COLLAPSE)


def wanted() -> bool:
    return ENABLED.exists() and "[never]" not in ENABLED.read_text()


def _own_memory() -> Iterator[tuple[int, int]]:
    """Whole huge pages of the writable mappings that belong to no file."""
    for line in _MAPS.read_text().splitlines():
        addresses, permissions, _, _, inode, *name = line.split(maxsplit=5)
        if inode != "0" or not permissions.startswith("rw-p") or name == ["[stack]"]:
            continue
        first, end = (int(address, 16) for address in addresses.split("-"))
        start, end = -(-first // HUGE_BYTES) * HUGE_BYTES, end // HUGE_BYTES * HUGE_BYTES
        if start < end:
            yield start, end


_libc = ctypes.CDLL(None)
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
