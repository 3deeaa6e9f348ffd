"""Cheap health checks over loopback HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

PROBE_TIMEOUT_S = 3.0
READY_POLL_S = 0.05

Probe = Callable[[], Awaitable[bool]]


async def http_status(host: str, port: int, path: str) -> int | None:
    """Return the status code of GET `path`, or None when nothing answers within three seconds."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            return await _status(host, port, path)
    except (OSError, TimeoutError, ValueError, IndexError):
        return None


async def _status(host: str, port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        name = f"[{host}]" if ":" in host else host
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n".encode())
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def http_ok(host: str, port: int, *paths: str) -> bool:
    """True when every path answers 200."""
    for path in paths:
        if await http_status(host, port, path) != 200:
            return False
    return True


async def until_true(probe: Probe, every_s: float = READY_POLL_S) -> None:
    """Ask `probe` again and again until it says yes; the caller sets the deadline."""
    while True:
        if await probe():
            return
        await asyncio.sleep(every_s)
