"""Notice that the terminal we run in is gone.

The kernel tells only the leader of the terminal's session. A shell passes that on as SIGHUP; `make` as the leader, as in
`ssh -t host make run`, waits for its child instead, which would then serve for ever.
"""

from __future__ import annotations

import asyncio
import os
import select
import threading
from collections.abc import Callable


def call_on_hangup(fd: int, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    """Call `callback` in `loop`, once, when the terminal behind `fd` is hung up. Never when `fd` is no terminal."""
    if os.isatty(fd):
        threading.Thread(
            target=_wait, args=(fd, loop, callback), name="council-terminal", daemon=True
        ).start()


def _wait(fd: int, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    poll = select.poll()
    poll.register(fd, 0)  # errors and hang-ups are told of unasked; what is typed is nobody's business here
    poll.poll()
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback)
