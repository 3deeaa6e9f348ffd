"""A stand-in for a service: answers health checks and misbehaves on demand. Run by the supervision tests."""

import argparse
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--name", default="child")
    parser.add_argument("--crash", action="store_true")
    parser.add_argument("--ignore-term", action="store_true")
    parser.add_argument("--grandchild", action="store_true")
    parser.add_argument("--dead-child", action="store_true")
    options = parser.parse_args()

    def note(event: str) -> None:
        with options.journal.open("a") as journal:
            journal.write(f"{options.name} {event} {os.getpid()} {time.monotonic()}\n")

    def leave(*_: object) -> None:
        note("stop")
        sys.exit(0)

    note("start")
    print(f"{options.name} says hello", flush=True)
    if options.crash:
        print("cannot open the frobnicator", file=sys.stderr, flush=True)
        sys.exit(3)
    signal.signal(signal.SIGTERM, signal.SIG_IGN if options.ignore_term else leave)
    if options.grandchild:
        grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with options.journal.open("a") as journal:
            journal.write(f"{options.name} grandchild {grandchild.pid} 0\n")
    if options.dead_child:
        subprocess.Popen(["true"])  # never waited for
    HTTPServer(("127.0.0.1", options.port), Health).serve_forever()


main()
