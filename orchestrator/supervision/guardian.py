"""A process that outlives the supervisor by just long enough to clean up after it.

The supervisor tells it on stdin which process groups and shared-memory prefixes exist. When stdin ends,
which it does even if the supervisor was SIGKILLed, every group still listed is SIGKILLed and every shared
memory file is removed. Nothing listed means nothing to do. Standard library only, run by path.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108


def close_shared_memory(prefix: str) -> None:
    """Take what a Triton has in shared memory from other users' eyes: it makes the files readable by all, prompts are in them."""
    for file in SHARED_MEMORY.glob(f"{prefix}*"):
        with contextlib.suppress(FileNotFoundError):
            file.chmod(0o600)


def remove_shared_memory(prefix: str) -> None:
    """Remove what a dead Triton left in shared memory. `prefix` is never empty: that would match all."""
    if prefix:
        for file in SHARED_MEMORY.glob(f"{prefix}*"):
            with contextlib.suppress(OSError):
                file.unlink()


def kill_group(group: int) -> None:
    """SIGKILL every process of the group; nothing happens when there is none left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    prefixes: set[str] = set()
    for line in sys.stdin:
        action, _, value = line.rstrip("\n").partition(" ")
        if action == "watch":
            groups.add(int(value))
        elif action == "forget":
            groups.discard(int(value))
        elif action == "memory":
            prefixes.add(value)
    for group in groups:
        kill_group(group)
    for prefix in prefixes:
        remove_shared_memory(prefix)


if __name__ == "__main__":
    main()
