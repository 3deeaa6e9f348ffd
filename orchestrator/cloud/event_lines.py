"""The data of server-sent events, from bytes that nobody vouches for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from orchestrator.errors import CloudError


async def event_data(chunks: AsyncIterator[bytes], limit_bytes: int) -> AsyncGenerator[str, None]:
    """What stands behind each `data:` line. Raise CloudError beyond the limit, or for bytes that are not UTF-8."""
    rest = b""
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        if received > limit_bytes:
            raise CloudError(f"the upstream's answer is longer than {limit_bytes} bytes")
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield _text(line[5:])
    if rest.startswith(b"data:"):
        yield _text(rest[5:])


def _text(line: bytes) -> str:
    try:
        return line.decode().strip()
    except UnicodeDecodeError:
        raise CloudError("the upstream sent bytes that are not UTF-8") from None
