"""Long time slices for ggml's threads, so that whoever carries their tokens away need not wait for them.

A thread that wakes takes a processor from one whose slice is longer (Linux 6.12, EEVDF); with equal slices it waits
until that one's is used up, at each of the five threads between the engine and a client. No thread's share changes.
Older kernels take the value and do nothing with it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger("council.engine")

SLICE_NS = 20_000_000
"""Linux gives some milliseconds by itself. With 5, 20 and 100 ms 8 streams made 0.956, 0.961 and 0.928 of the engine alone, one stream 0.945,
0.970 and 1.002 in replies of 30 tokens: one run each, no more apart than such runs are."""

_SET_AND_GET = {"x86_64": (314, 315), "aarch64": (274, 275)}
"""Numbers of the system calls sched_setattr and sched_getattr, which C libraries had no function for before glibc 2.41."""


class SchedAttr(ctypes.Structure):
    """Linux's struct sched_attr, first version. `runtime_ns` is the slice of an ordinary thread, 0 the usual one."""

    _fields_ = [
        ("size", ctypes.c_uint32),
        ("policy", ctypes.c_uint32),
        ("flags", ctypes.c_uint64),
        ("nice", ctypes.c_int32),
        ("priority", ctypes.c_uint32),
        ("runtime_ns", ctypes.c_uint64),
        ("deadline_ns", ctypes.c_uint64),
        ("period_ns", ctypes.c_uint64),
    ]


@contextmanager
def long_slices() -> Iterator[None]:
    """For the calling thread, and for good for the threads that it starts meanwhile."""
    _take(SLICE_NS)
    try:
        yield
    finally:
        _take(0)


def slice_ns(thread_id: int = 0) -> int | None:
    """The slice of a thread of this process, 0 for the calling one; None where the kernel does not tell."""
    attr = _attributes(thread_id)
    return attr.runtime_ns if attr is not None else None


def _take(runtime_ns: int) -> None:
    attr = _attributes(0)
    # Who runs us under another policy than the ordinary one knows why.
    if attr is None or attr.policy != os.SCHED_OTHER:
        return
    attr.runtime_ns = runtime_ns
    if _call(0, 0, ctypes.byref(attr), 0):
        log.debug("the slice stays as it is: %s", os.strerror(ctypes.get_errno()))


def _attributes(thread_id: int) -> SchedAttr | None:
    attr = SchedAttr()
    if _call(1, thread_id, ctypes.byref(attr), ctypes.sizeof(attr), 0):
        return None
    return attr


def _call(which: int, *arguments: object) -> int:
    numbers = _SET_AND_GET.get(platform.machine())
    if numbers is None:
        return -1
    result: int = _libc.syscall(numbers[which], *arguments)
    return result


_libc = ctypes.CDLL(None, use_errno=True)
