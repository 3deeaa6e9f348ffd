"""An OpenAI-compatible server with scripted answers, for what the chat does in situations of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Script:
    """What the server was asked, and whether a reader left in mid-answer."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.reader_left = threading.Event()
        self.url = ""


class Handler(BaseHTTPRequestHandler):
    script: Script

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.requests.append(body)
        prompt = body["messages"][-1]["content"]
        try:
            self.answer(prompt, len(body["messages"]))
        except (BrokenPipeError, ConnectionResetError):
            self.script.reader_left.set()

    def answer(self, prompt: str, messages: int) -> None:
        if prompt == "refuse":
            return self.refuse(400, "invalid_value", "temperature is out of range")
        if prompt == "far too long" or (prompt == "too long" and messages > 3):
            return self.refuse(400, "context_length_exceeded", "the prompt is too long")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if prompt == "endless":
            while True:
                self.delta("on and on ")
                time.sleep(0.02)
        if prompt == "die":
            return self.delta("half an ans")
        if prompt == "fail":
            self.delta("half ")
            return self.event({"error": {"message": "the engine died", "code": "inference_stream_broken"}})
        for word in f"you said {prompt}\x1b[31m".split(" "):
            self.delta(f"{word} ")
        if prompt == "long":
            self.event({"choices": [{"delta": {}, "finish_reason": "length"}]})
        self.event({"choices": [], "usage": {"completion_tokens": 7}})
        self.wfile.write(b": a comment\n\ndata: [DONE]\n\n")

    def delta(self, text: str) -> None:
        self.event({"choices": [{"delta": {"content": text}}]})

    def event(self, value: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
        self.wfile.flush()

    def refuse(self, status: int, code: str, message: str) -> None:
        content = json.dumps({"error": {"message": message, "code": code}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def scripted_server() -> Iterator[Script]:
    script = Script()
    handler = type("ScriptedHandler", (Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
