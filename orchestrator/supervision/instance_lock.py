"""One supervisor a data directory."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import psutil

from orchestrator.private_files import make_private
from orchestrator.supervision.errors import AlreadyRunning

GUARDIAN_GRACE_S = 5.0


class InstanceLock:
    """Hold the right to run `name` in this directory until `release()` or the end of the process.

    The lock is the kernel's, not the file's existence: nothing is stale after a crash. A guardian that
    still cleans up after a dead supervisor holds it too, so a lock whose recorded process is dead is
    waited for, for a few seconds.
    """

    def __init__(self, run_dir: Path, name: str) -> None:
        make_private(run_dir)
        self._path = run_dir / f"{name}.lock"
        self._name = name
        self.fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._acquire()
        except BaseException:
            os.close(self.fd)
            raise
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, f"{os.getpid()}\n".encode(), 0)

    @classmethod
    def is_held(cls, run_dir: Path, name: str) -> bool:
        """Whether some process runs `name` in this directory now. Takes nothing and makes no file."""
        try:
            fd = os.open(run_dir / f"{name}.lock", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(fd)
        return False

    def release(self) -> None:
        # Truncated first: a child that still holds a duplicate must not make us look alive.
        os.ftruncate(self.fd, 0)
        os.close(self.fd)

    def _acquire(self) -> None:
        give_up_at = time.monotonic() + GUARDIAN_GRACE_S
        while True:
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                pid = self._holder()
                if (pid is not None and psutil.pid_exists(pid)) or time.monotonic() > give_up_at:
                    raise self._refusal(pid) from None
                time.sleep(0.05)

    def _holder(self) -> int | None:
        text = os.pread(self.fd, 32, 0).strip()
        return int(text) if text.isdigit() else None

    def _refusal(self, pid: int | None) -> AlreadyRunning:
        who = f"pid {pid}" if pid else "an unknown process"
        stop = f"stop it (kill {pid})" if pid else "wait a moment and try again"
        return AlreadyRunning(
            f"{self._name} is already run by {who} for {self._path.parent}",
            fix=f"{stop}, or give this one a data directory and ports of its own (COUNCIL_DATA_DIR, --port ...)",
        )
