"""What the API and a plug-in's process say to each other: JSON objects, each behind its length, over a socket pair.

Nothing but JSON crosses, so neither side runs what the other made. A message that is none, or is longer than
MAX_MESSAGE_BYTES, ends the connection.
"""

from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import orjson

from orchestrator.telemetry.defects import describe_defect

log = logging.getLogger(__name__)

Message = dict[str, Any]

MAX_MESSAGE_BYTES: Final = 16 * 2**20
HEAD: Final = struct.Struct("!I")


class Unsayable(Exception):
    """A message that is no JSON or is too long: why, without its contents."""


def framed(message: Mapping[str, Any]) -> bytes:
    """The bytes of a message. Raises Unsayable."""
    try:
        body = orjson.dumps(message, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY)
    except orjson.JSONEncodeError as error:
        raise Unsayable("cannot be written as JSON") from error
    if len(body) > MAX_MESSAGE_BYTES:
        raise Unsayable(f"is larger than {MAX_MESSAGE_BYTES // 2**20} MiB")
    return HEAD.pack(len(body)) + body


def _plain(value: Any) -> Any:
    """For the kinds of mappings and sequences that are no dict and no list."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError


class Wire(asyncio.Protocol):
    """One end of the connection. `heard` gets each message, `lost` is called when there will be no more.

    Once it is connected, look at `is_open`: event loops swallow what goes wrong on the way.
    """

    def __init__(self, heard: Callable[[Message], None], lost: Callable[[], None]) -> None:
        self._heard = heard
        self._lost = lost
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def send(self, message: Mapping[str, Any]) -> None:
        """Raises Unsayable. What is said to one who is gone is lost."""
        body = framed(message)
        if self._transport is not None and self.is_open:
            self._transport.write(body)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # By their class, those of uvloop, on which the API runs, are none.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (message := self._next()) is not None:
            try:
                self._heard(orjson.loads(message))
            # What is not shaped as we shape it is none of our protocol: orjson's errors are ValueErrors.
            except (KeyError, TypeError, ValueError) as error:
                log.error("a message that cannot be read: %s", describe_defect(error))
                self.close()
                return

    def _next(self) -> bytes | None:
        """The next whole message, taken out of the buffer."""
        if len(self._buffer) < HEAD.size:
            return None
        (length,) = HEAD.unpack_from(self._buffer)
        if length > MAX_MESSAGE_BYTES:
            self.close()
            return None
        end = HEAD.size + length
        if len(self._buffer) < end:
            return None
        message = bytes(self._buffer[HEAD.size : end])
        del self._buffer[:end]
        return message
