"""uvicorn's HTTP/1.1 connection with bounds on a request's head, and a disconnect that every request hears of.

What uvicorn leaves open (0.54): a head may be of any size and take any time, and when a connection closes only the
newest of its pipelined requests is told; for that it must be read on, which uvicorn stops at the second request.
"""

from __future__ import annotations

import asyncio
from functools import partial

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from orchestrator.api.connection import CUT_OFF
from orchestrator.api.envelope import error_body
from orchestrator.errors import HeadersTooLarge, InvalidRequest

MAX_HEAD_BYTES = 64 * 1024
HEAD_TIMEOUT_S = 30.0
MAX_PIPELINED = 16
DISCARD_S = 2.0
_END_OF_HEAD = b"\r\n\r\n"
_TOO_LARGE = error_body(
    HeadersTooLarge(f"the request line and headers are larger than {MAX_HEAD_BYTES} bytes")
)
_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_TOO_LARGE), _TOO_LARGE)
)


class CouncilHttpProtocol(HttpToolsProtocol):
    """One connection."""

    _running: RequestResponseCycle | None = None
    _head_bytes: int | None = 0
    """Bytes of the head being read; None between a head's end and the next one's begin."""
    _head_timer: asyncio.TimerHandle | None = None
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)
        for cycle in (self._running, *(waiting for waiting, _ in self.pipeline)):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()

    def data_received(self, data: bytes) -> None:
        if self._refused or self.transport.is_closing():
            return
        if self._head_bytes is not None:
            # A head that ends here is measured to its end: what follows is its body.
            if self._head_bytes + data.find(_END_OF_HEAD) > MAX_HEAD_BYTES:
                self._refuse()
                return
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes is not None and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._head_bytes is None:
            self._head_bytes = 0
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._head_is_late)

    def on_headers_complete(self) -> None:
        self._head_bytes = None
        self._stop_timer()
        super().on_headers_complete()
        if len(self.pipeline) > MAX_PIPELINED:
            self.transport.close()
        elif self.pipeline:
            self.flow.resume_reading()

    def send_400_response(self, msg: str) -> None:
        body = error_body(InvalidRequest(msg))
        self.transport.write(
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
            b"connection: close\r\n\r\n%s" % (len(body), body)
        )
        self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: object) -> None:
        self._running = cycle
        cycle.scope["extensions"] = {CUT_OFF: {"now": partial(self._cut_off, cycle)}}
        super()._start_asgi_task(cycle, app)  # type: ignore[arg-type]

    def _cut_off(self, cycle: RequestResponseCycle) -> None:
        """Closing would wait until the client has read what is buffered, which it may never do."""
        cycle.disconnected = True
        self.transport.abort()

    def _unsupported_upgrade_warning(self) -> None:
        """Upgrades are offers that a server may ignore; uvicorn would log an advice to install packages."""

    def _is_answering(self) -> bool:
        return self._running is not None and not self._running.response_complete

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self._is_answering():
            self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._head_is_late)
        else:
            self.transport.close()

    def _refuse(self) -> None:
        if self._is_answering():
            self.transport.close()
            return
        self._refused = True
        self._stop_timer()
        self.transport.write(_REFUSAL)
        self.transport.write_eof()
        # Closing while the client still writes makes its system throw our answer away.
        self.loop.call_later(DISCARD_S, self.transport.close)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
