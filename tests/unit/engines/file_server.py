"""A web server on loopback whose misbehaviour a test can switch on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What is served, and how. An empty `etag` names no version of the files. `cuts` holds, for the next answers with a body, after how many bytes each dies."""

    port: int = 0
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)
    ranges: bool = True
    etag: str = '"one"'
    pause_s: float = 0.0
    chunk_bytes: int = 1 << 16
    requests: list[tuple[str, Message]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        self.files[path] = (content_type, body)

    def header(self, path: str, name: str) -> list[str | None]:
        """The values of a request header, one for each request of `path` so far."""
        return [headers[name] for asked, headers in self.requests if asked == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: FileServer

    def do_GET(self) -> None:
        site, path = self.site, self.path
        site.requests.append((path, self.headers))
        if path in site.redirects:
            return self._answer(302, b"", {"Location": site.redirects[path]})
        if path in site.statuses:
            return self._answer(site.statuses[path], b"no", {})
        if path not in site.files:
            return self._answer(404, b"no such file", {})
        self._answer_file(*site.files[path])

    def _answer_file(self, content_type: str, body: bytes) -> None:
        site, asked = self.site, self.headers["Range"]
        headers = {"Content-Type": content_type}
        if site.ranges and site.etag:
            headers["ETag"] = site.etag
        if not (site.ranges and asked and (self.headers["If-Range"] or "") == site.etag):
            return self._answer(200, body, headers)
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(body):
            return self._answer(416, b"", headers)
        headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        self._answer(206, body[start:], headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = body
        if (
            self.site.cuts
            and status in (200, 206)
            and headers.get("Content-Type") == "application/octet-stream"
        ):
            sent = body[: self.site.cuts.pop(0)]
        for at in range(0, len(sent), self.site.chunk_bytes):
            self.wfile.write(sent[at : at + self.site.chunk_bytes])
            self.wfile.flush()
            time.sleep(self.site.pause_s)
        self.close_connection = len(sent) < len(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is part of the tests."""


@contextmanager
def serving() -> Iterator[FileServer]:
    site = FileServer()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
