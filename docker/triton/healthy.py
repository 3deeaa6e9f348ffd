"""Health check of a container with Triton on the CPU: exit code 0 when every model does what it is asked.

Docker starts a container again when it ends, not when it is unhealthy, and Triton lives on and calls itself ready when
the engine's process in it is dead or hangs. So this check also ends such a Triton: at once when a child of it lies dead,
else after 30 s without an answer, as `council up` does. While models load, which is before Triton says it is ready, nothing
is ended.
Standard library only; `docker/triton/start` makes the state anew, with the key of this start and Triton's pid.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

STATE = Path(tempfile.gettempdir()) / "council"
PORT = int(os.environ.get("COUNCIL_TRITON_HTTP_PORT", "8000"))
# Overload is no reason to restart anything: an answer takes 2 ms when idle, 97 ms was seen under full load.
ANSWER_TIMEOUT_S = 10.0
HUNG_AFTER_S = 30.0
# Stopping a request that does not exist is answered by the model itself, at once and without a token.
STOP_OF_NOTHING = {
    "id": "council-alive",
    "input_ids": [1],
    "input_lengths": 1,
    "request_output_len": 1,
    "stop": True,
}


def main() -> None:
    failing, asked = STATE / "failing-since", time.time()
    if fault := find_fault():
        if not is_loading():
            since = float(failing.read_text()) if failing.exists() else asked
            failing.write_text(str(since))
            end_if_beyond_help(time.time() - since)
        sys.exit(fault)
    failing.unlink(missing_ok=True)


def find_fault() -> str | None:
    """What is wrong, in words; None when each model answered."""
    key = (STATE / "probe-key").read_text()
    body = json.dumps(STOP_OF_NOTHING)
    for model in os.environ["COUNCIL_TRITON_MODELS"].split():
        try:
            status = ask("POST", f"/v2/models/{model}/generate_stream", body, {"council-probe": key})
        except (OSError, http.client.HTTPException) as error:
            return f"{model}: {type(error).__name__} {error}"
        if status != 200:
            return f"{model}: HTTP {status}"
    return None


def is_loading() -> bool:
    """Triton listens when its models are loaded. Silence of a Triton that listens is not loading."""
    try:
        return ask("GET", "/v2/health/ready", "", {}) != 200
    except ConnectionRefusedError:
        return True
    except (OSError, http.client.HTTPException):
        return False


def ask(method: str, path: str, body: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=ANSWER_TIMEOUT_S)
    try:
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        # To the end: leaving earlier is a cancelled request.
        reply.read()
        return reply.status
    finally:
        connection.close()


def end_if_beyond_help(silent_s: float) -> None:
    triton = int((STATE / "pid").read_text())
    if silent_s >= HUNG_AFTER_S or has_dead_child(triton):
        os.kill(triton, signal.SIGKILL)


def has_dead_child(parent: int) -> bool:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name, which may hold anything: state and parent.
            state, its_parent = path.read_text().rpartition(") ")[2].split()[:2]
        except OSError:  # it ended meanwhile
            continue
        if state == "Z" and int(its_parent) == parent:
            return True
    return False


if __name__ == "__main__":
    main()
