"""An OpenAI-compatible server on loopback that keeps what it was asked and misbehaves on demand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PIECES = ("The cloud ", "answers ", "this.")


@dataclass
class Behaviour:
    """`raw` is written instead of events. `after` pieces it does what `then` says: `hang`, `cut` or `error`."""

    pieces: tuple[str, ...] = PIECES
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    usage: Any = field(default_factory=lambda: {"prompt_tokens": 11, "completion_tokens": 7})
    finish_reason: str | None = "stop"
    delay_s: float = 0.0
    after: int = 1_000_000
    then: str = ""


class CloudUpstream:
    """`url` is its base; `asked` has every body, `keys` every Authorization header, in order."""

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.sent_pieces = 0
        self.left = threading.Event()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def behave(self, **changes: Any) -> None:
        self.behaviour = Behaviour(**changes)
        self.asked, self.keys, self.sent_pieces = [], [], 0
        self.left.clear()

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                upstream.asked.append(json.loads(self.rfile.read(length) or b"{}"))
                upstream.keys.append(self.headers.get("authorization", ""))
                try:
                    upstream._answer(self)
                except OSError:
                    upstream.left.set()

            def log_message(self, *_: Any) -> None:
                return

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        behaviour = self.behaviour
        handler.send_response(behaviour.status)
        for name, value in {"content-type": "text/event-stream", **behaviour.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if behaviour.raw is not None:
            handler.wfile.write(behaviour.raw)
            return
        for number, piece in enumerate(behaviour.pieces):
            if number >= behaviour.after and not self._misbehaves(handler):
                return
            handler.wfile.write(_chunk({"delta": {"content": piece}, "finish_reason": None}))
            self.sent_pieces += 1
            time.sleep(behaviour.delay_s)
        if behaviour.after >= len(behaviour.pieces) or self._misbehaves(handler):
            self._finish(handler)

    def _finish(self, handler: BaseHTTPRequestHandler) -> None:
        if self.behaviour.finish_reason is not None:
            handler.wfile.write(_chunk({"delta": {}, "finish_reason": self.behaviour.finish_reason}))
            if self.behaviour.usage is not None:
                handler.wfile.write(_event({"choices": [], "usage": self.behaviour.usage}))
            handler.wfile.write(b"data: [DONE]\n\n")

    def _misbehaves(self, handler: BaseHTTPRequestHandler) -> bool:
        """Whether the answer goes on."""
        if self.behaviour.then == "hang":
            self._closing.wait(20)
        elif self.behaviour.then == "error":
            handler.wfile.write(_event({"error": {"message": "overloaded"}}))
        return False


def _chunk(choice: dict[str, Any]) -> bytes:
    return _event({"choices": [{"index": 0, **choice}]})


def _event(fields: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


@contextmanager
def running_upstream() -> Iterator[CloudUpstream]:
    upstream = CloudUpstream()
    try:
        yield upstream
    finally:
        upstream.close()
