"""Cheap health checks over loopback HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

PROBE_TIMEOUT_S = 3.0
READY_POLL_S = 0.05

Probe = Callable[[], Awaitable[bool]]


async def http_status(host: str, port: int, path: str, timeout_s: float = PROBE_TIMEOUT_S) -> int | None:
    """Return the status code of GET `path`, or None when nothing answers in time."""
    return await _status(host, port, f"GET {path}", {}, b"", timeout_s)


async def http_post_status(
    host: str, port: int, path: str, *, headers: Mapping[str, str], body: bytes, timeout_s: float
) -> int | None:
    """Return the status code of POST `path`, or None when its whole answer is not there in time."""
    return await _status(host, port, f"POST {path}", headers, body, timeout_s)


async def _status(
    host: str, port: int, request: str, headers: Mapping[str, str], body: bytes, timeout_s: float
) -> int | None:
    name = f"[{host}]" if ":" in host else host
    sent = {"Host": f"{name}:{port}", "Connection": "close", "Content-Length": str(len(body)), **headers}
    lines = [f"{request} HTTP/1.1", *(f"{key}: {value}" for key, value in sent.items()), "", ""]
    try:
        async with asyncio.timeout(timeout_s):
            return await _exchange(host, port, "\r\n".join(lines).encode() + body)
    except (OSError, TimeoutError, ValueError, IndexError):
        return None


async def _exchange(host: str, port: int, message: bytes) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(message)
        status = int((await reader.readline()).split()[1])
        # To the end: a client that leaves before it is a cancelled request to the server.
        while await reader.read(4096):
            pass
        return status
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
