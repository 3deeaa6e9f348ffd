"""What a plug-in's process prints, passed on to our log, and no more of it than a log can take."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
from typing import Final

log = logging.getLogger(__name__)

MOST_BYTES: Final = 64 * 2**10
"""What is passed on for each call, and for loading it."""
_DROPPED_BYTES: Final = 2**20


class Output:
    """Reads `pipe` by a thread until all who may write to it are gone, so that nobody waits for us to read.

    It passes on MOST_BYTES at most until `allow`; what is more is left out, of which one line tells.
    """

    def __init__(self, target: str, pipe: int, log_fd: int) -> None:
        """`pipe` is ours from now on."""
        self._target = target
        self._pipe = pipe
        self._log_fd = log_fd
        self._left = MOST_BYTES
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._pass_on, name=f"output of {target}", daemon=True)
        self._thread.start()

    def allow(self) -> None:
        """A call begins."""
        with self._lock:
            self._left = MOST_BYTES

    @property
    def has_ended(self) -> bool:
        return not self._thread.is_alive()

    def wait(self, within_s: float) -> None:
        self._thread.join(within_s)

    def _pass_on(self) -> None:
        poll = select.poll()
        poll.register(self._pipe)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            while poll.poll() and self._moved(nowhere):
                pass
        finally:
            os.close(self._pipe)
            os.close(nowhere)

    def _moved(self, nowhere: int) -> bool:
        """Whether there was something. What is left out is not even copied: a plug-in may print a gigabyte a second."""
        with self._lock:
            left = self._left
        if not left:
            return os.splice(self._pipe, nowhere, _DROPPED_BYTES) > 0
        said = os.read(self._pipe, left)
        with contextlib.suppress(OSError):  # nobody reads our log any more
            os.write(self._log_fd, said)
        self._count(said)
        return bool(said)

    def _count(self, said: bytes) -> None:
        with self._lock:
            self._left = max(0, self._left - len(said))
            is_over = not self._left
        if not is_over:
            return
        if not said.endswith(b"\n"):
            with contextlib.suppress(OSError):
                os.write(self._log_fd, b"\n")
        log.warning(
            "the rest of what %s prints in this call is left out, as it is more than %d KiB",
            self._target,
            MOST_BYTES // 2**10,
        )
