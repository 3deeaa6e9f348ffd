"""Connections as hostile or hasty clients use them: pipelined requests, endless and slow heads, upgrades."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from orchestrator import http_protocol
from tests.api.conftest import MODEL, assert_at_rest
from tests.api.server import AppServer, wait_until
from tests.fakes.backend import FakeBackend, Script

BODY = json.dumps(
    {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50}
).encode()
REQUEST = (
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\n\r\n%s" % (len(BODY), BODY)
)


@contextmanager
def connected(server: AppServer) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        yield connection


def answers(server: AppServer) -> None:
    assert httpx.get(f"{server.url}/health/live").status_code == 200


def read_to_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_pipelined_requests_of_a_client_that_leaves_are_all_stopped(
    server: AppServer, backend: FakeBackend, words: tuple[int, ...]
) -> None:
    backend.restart(Script(words, hangs=True, after_tokens=1))
    with connected(server) as connection:
        connection.sendall(REQUEST + REQUEST)
        wait_until(lambda: len(backend.running) == 1)
    wait_until(lambda: not backend.running)
    assert_at_rest(server)
    assert len(backend.requests) == 1
    answers(server)


def test_pipelined_requests_are_answered_in_order(server: AppServer) -> None:
    last = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with connected(server) as connection:
        connection.sendall(REQUEST + REQUEST + last)
        data = read_to_end(connection)
    assert data.count(b"HTTP/1.1 200") == 3
    assert data.rindex(b"chat.completion") < data.rindex(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nx-long: " + b"a" * 200_000,
        b"GET /health/live?" + b"a" * 200_000,
        b"GET /health/live HTTP/1.1\r\n" + b"".join(b"x-%d: a\r\n" % number for number in range(20_000)),
    ],
    ids=["one header", "a path", "many headers"],
)
def test_a_head_without_end_is_refused(server: AppServer, head: bytes) -> None:
    with connected(server) as connection:
        connection.sendall(head)
        data = read_to_end(connection)
    assert data.startswith(b"HTTP/1.1 431 ")
    assert json.loads(data.partition(b"\r\n\r\n")[2])["error"]["code"] == "headers_too_large"
    answers(server)


@pytest.mark.parametrize("size", [66_000, 100_000, 200_000])
def test_a_whole_head_above_the_bound_is_refused(server: AppServer, size: int) -> None:
    """Also where all of it comes at once."""
    reply = httpx.get(f"{server.url}/health/live", headers={"x-long": "a" * size})
    assert (reply.status_code, reply.json()["error"]["code"]) == (431, "headers_too_large")


@pytest.mark.parametrize("length", [b"-5", b"abc", b"1, 2"])
def test_a_head_that_is_no_http_is_refused_in_the_usual_form(server: AppServer, length: bytes) -> None:
    with connected(server) as connection:
        connection.sendall(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + length
            + b"\r\n\r\n"
        )
        data = read_to_end(connection)
    assert data.startswith(b"HTTP/1.1 400 ")
    assert json.loads(data.partition(b"\r\n\r\n")[2])["error"]["code"] == "invalid_request"
    answers(server)


def test_a_head_below_the_bound_is_read(server: AppServer) -> None:
    reply = httpx.get(f"{server.url}/health/live", headers={"x-long": "a" * 60_000})
    assert reply.status_code == 200


def test_a_large_body_is_no_head(server: AppServer) -> None:
    for _ in range(2):
        body = json.loads(BODY) | {"user": "u" * 300_000}
        assert httpx.post(f"{server.url}/v1/chat/completions", json=body).status_code == 200


@pytest.mark.parametrize("sent", [b"", b"GET /health/live HTTP/1.1\r\nHost: loc"])
def test_a_head_that_does_not_come_ends_the_connection(
    server: AppServer, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT_S", 0.2)
    with connected(server) as connection:
        connection.sendall(sent)
        assert read_to_end(connection) == b""
    answers(server)


def test_a_late_second_head_does_not_cut_the_first_answer(
    server: AppServer, backend: FakeBackend, words: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT_S", 0.1)
    backend.restart(Script(words, delay_s=0.1))
    with connected(server) as connection:
        connection.sendall(REQUEST + b"GET /health/li")
        data = read_to_end(connection)
    assert data.startswith(b"HTTP/1.1 200")
    assert json.loads(data.partition(b"\r\n\r\n")[2])["choices"][0]["finish_reason"]


@pytest.mark.parametrize("upgrade", ["websocket", "h2c"])
def test_an_upgrade_is_ignored_without_advice_in_the_log(
    server: AppServer, caplog: pytest.LogCaptureFixture, upgrade: str
) -> None:
    with caplog.at_level(logging.INFO), connected(server) as connection:
        connection.sendall(
            b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: "
            + upgrade.encode()
            + b"\r\n\r\n"
        )
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    time.sleep(0.05)
    assert "pip install" not in caplog.text


def test_probes_that_ask_for_the_head_only_are_answered(server: AppServer) -> None:
    for path in ("/health/live", "/health/ready"):
        head, whole = httpx.head(f"{server.url}{path}"), httpx.get(f"{server.url}{path}")
        assert (head.status_code, head.content) == (whole.status_code, b"")
