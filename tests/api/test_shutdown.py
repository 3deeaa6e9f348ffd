"""A stop that answers outlive: the real process with a drain of a second, over a backend that never ends by itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.ports import free_ports
from tests.api.conftest import MODEL
from tests.api.server import wait_until
from tests.api.test_served_skills import STARTS_WITHIN_S, Served

DRAIN_S = 1.0
ENDS_WITHIN_S = DRAIN_S + 3
CODE = "server_shutting_down"
LONG = {"max_tokens": 2500, "min_tokens": 2400}
CHAT = {"model": MODEL, "messages": [{"role": "user", "content": "Tell me a story."}], **LONG}
AUTO = {**CHAT, "model": "council/auto", "min_tokens": None}
PROMPT = {"prompt": "Tell me a story.", "max_tokens": 2500}


@pytest.fixture
def token_s() -> float:
    return 0.05


@pytest.fixture
def served(tmp_path: Path, token_s: float) -> Iterator[Served]:
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(PROJECT_ROOT / "data" / "models")
    (port,) = free_ports(1)
    settings = {
        "COUNCIL_DATA_DIR": str(data),
        "COUNCIL_PORT": str(port),
        "COUNCIL_DRAIN_TIMEOUT_S": str(DRAIN_S),
        "COUNCIL_MEMORY": "false",
        "TOKEN_S": str(token_s),
    }
    command = [sys.executable, "-m", "tests.api.endless_server"]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, env={**os.environ, **settings}, cwd=PROJECT_ROOT, stderr=log) as process,
    ):
        served = Served(process, f"http://127.0.0.1:{port}")
        try:
            wait_until(served.is_live, STARTS_WITHIN_S)
            yield served
        finally:
            served.http.close()
            process.kill()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def stop(served: Served, log: Path) -> None:
    """As Ctrl-C does, once answers run; quietly and in time."""
    time.sleep(2)
    began_s = time.monotonic()
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(30) == 0
    assert DRAIN_S <= time.monotonic() - began_s < ENDS_WITHIN_S
    assert log.read_text() == ""


def whole(served: Served, path: str, body: dict[str, Any]) -> httpx.Response:
    return served.http.post(path, json=body)


def streamed(served: Served, path: str, body: dict[str, Any]) -> str:
    """The whole body; httpx raises when the server does not end it properly."""
    with served.http.stream("POST", path, json={**body, "stream": True}) as reply:
        assert reply.status_code == 200
        return "".join(reply.iter_text())


def test_answers_that_outlive_the_drain_end_with_a_typed_error(
    served: Served, pool: ThreadPoolExecutor, tmp_path: Path
) -> None:
    def ask(how: Any, path: str, body: dict[str, Any]) -> Future[Any]:
        return pool.submit(how, served, path, body)

    whole_answers = [ask(whole, "/v1/chat/completions", CHAT), ask(whole, "/v1/chat/completions", AUTO)]
    whole_v2 = ask(whole, "/hybrid", PROMPT)
    openai_streams = [
        ask(streamed, "/v1/chat/completions", CHAT),
        ask(streamed, "/v1/chat/completions", AUTO),
    ]
    v2_streams = [ask(streamed, "/hybrid", PROMPT), ask(streamed, "/vote", {**PROMPT, "candidates": []})]
    words = ask(streamed, "/hybrid/stream", PROMPT)
    stop(served, tmp_path / "log")

    for answer in (*whole_answers, whole_v2):
        reply = answer.result(5)
        assert (reply.status_code, reply.json()["error"]["code"]) == (503, CODE), reply.text
    assert whole_v2.result().json()["detail"] == reply.json()["error"]["message"]
    for stream in openai_streams:
        events = stream.result(5).rstrip().replace("\r\n", "\n").split("\n\n")
        assert len(events) > 5
        assert json.loads(events[-1].removeprefix("data: "))["error"]["code"] == CODE
    for stream in v2_streams:
        last = json.loads(stream.result(5).rstrip().split("\n\n")[-1].removeprefix("data: "))
        assert (last["done"], last["code"]) == (True, CODE)
    assert words.result(5).endswith(f"data:[STREAM_ERROR: {CODE}]\n\n")


@pytest.mark.parametrize("token_s", [0.0])
def test_clients_that_do_not_send_or_do_not_read_hold_nothing_up(served: Served, tmp_path: Path) -> None:
    body = json.dumps({**CHAT, "stream": True, "n": 8, "logprobs": True}).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % len(body)
    address = ("127.0.0.1", served.http.base_url.port or 0)
    with socket.create_connection(address) as sending, socket.create_connection(address) as reading:
        sending.sendall(head + body[:10])
        reading.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        reading.sendall(head + body)
        stop(served, tmp_path / "log")
        assert b" 503 " in sending.recv(4096).splitlines()[0]
