"""A server that answers /api/route as the orchestrator does, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any

TOLD = {
    "decision": {
        "skill": "math", "model": "calculator", "policy": "learned", "reason": "It is a sum.", "scores": {"math": 1.0},
        "difficulty": 0.25, "alternatives": [{"skill": "general", "model": "big", "score": 0.1, "reason": "scored lower"}],
        "degradation": "none", "warnings": [], "decided_ms": 0.2,
    },
    "embed_ms": None,
    "features": {},
}  # fmt: skip


class RouteServer:
    def __init__(self) -> None:
        self.status = 200
        self.asked: Any = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                told = TOLD if outer.status == 200 else {"error": {"message": "no such model"}}
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(json.dumps(told).encode())

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> RouteServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
