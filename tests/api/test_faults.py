"""Engines that fail, hang and stall, and clients that leave: the right answer and nothing left behind."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import openai
import psutil
import pytest

from orchestrator.app import create_app
from orchestrator.errors import (
    CouncilError,
    InferenceError,
    InferenceStreamBroken,
    InferenceTimeout,
    InferenceUnavailable,
    InvalidGuide,
    ModelNotReady,
    QueueFull,
)
from orchestrator.turn.setup import build_decider
from tests.api.conftest import MODEL, MakeServices, assert_at_rest, fake_backend, fake_settings
from tests.api.server import AppServer, running_app, wait_until
from tests.fakes.backend import FakeBackend, Script

CHAT = "/v1/chat/completions"
HELLO: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50}

BEFORE_THE_FIRST_TOKEN = [
    (QueueFull("full", retry_after_s=1), 429, "queue_full"),
    (InferenceUnavailable("down", retry_after_s=2), 503, "inference_unavailable"),
    (ModelNotReady("not loaded"), 503, "model_not_ready"),
    (InferenceTimeout("late"), 504, "inference_timeout"),
    (InferenceError("broken"), 502, "inference_failed"),
    (InvalidGuide("bad schema", param="response_format"), 400, "invalid_response_format"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("error", "status", "code"), BEFORE_THE_FIRST_TOKEN)
def test_failure_before_the_first_token_is_a_status(
    http: httpx.Client, backend: FakeBackend, error: CouncilError, status: int, code: str, stream: bool
) -> None:
    backend.script = replace(backend.script, error=error)
    reply = http.post(CHAT, json={**HELLO, "stream": stream})
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)
    wanted = None if error.retry_after_s is None else str(error.retry_after_s)
    assert reply.headers.get("retry-after") == wanted


def test_failure_in_mid_stream_is_an_error_event(http: httpx.Client, backend: FakeBackend) -> None:
    backend.script = replace(backend.script, after_tokens=3, error=InferenceStreamBroken("gone"))
    with http.stream("POST", CHAT, json={**HELLO, "stream": True}) as reply:
        assert reply.status_code == 200
        lines = [line for line in reply.iter_lines() if line.startswith("data: ")]
    assert json.loads(lines[-1][6:])["error"]["code"] == "inference_stream_broken"
    text = "".join(
        choice["delta"].get("content", "")
        for line in lines[:-1]
        for choice in json.loads(line[6:])["choices"]
    )
    assert text == " the quick brown"


def test_failure_in_mid_stream_of_a_whole_answer_is_a_status(
    http: httpx.Client, backend: FakeBackend
) -> None:
    backend.script = replace(backend.script, after_tokens=3, error=InferenceStreamBroken("gone"))
    assert http.post(CHAT, json=HELLO).status_code == 502


def test_openai_client_raises_api_error_in_mid_stream(
    fake_client: openai.OpenAI, backend: FakeBackend
) -> None:
    backend.script = replace(backend.script, after_tokens=3, error=InferenceStreamBroken("gone"))
    stream = fake_client.chat.completions.create(**HELLO, stream=True)
    with pytest.raises(openai.APIError, match="gone"):
        list(stream)


def test_stream_without_final_response_is_an_error(http: httpx.Client, backend: FakeBackend) -> None:
    backend.script = replace(backend.script, token_ids=(), error=None, endless=True)
    reply = http.post(CHAT, json=HELLO)
    assert reply.json()["error"]["code"] == "inference_stream_broken"


@pytest.mark.parametrize("stream", [False, True])
def test_one_failing_choice_ends_all(server: AppServer, backend: FakeBackend, stream: bool) -> None:
    """The third choice is refused: the other two are cancelled and the request fails as a whole."""
    original = backend.generate

    def third_is_refused(model: str, request: Any) -> Any:
        backend.script = replace(
            backend.script,
            endless=True,
            delay_s=0.05,
            first_delay_s=0.2,
            error=QueueFull("full") if len(backend.requests) == 2 else None,
        )
        return original(model, request)

    backend.generate = third_is_refused  # type: ignore[method-assign]
    try:
        reply = httpx.post(f"{server.url}{CHAT}", json={**HELLO, "n": 3, "stream": stream, "max_tokens": 500})
    finally:
        del backend.generate  # type: ignore[attr-defined]
    assert reply.status_code == (200 if stream and b"delta" in reply.content else 429)
    assert b"queue_full" in reply.content
    wait_until(lambda: not backend.running)
    assert backend.cancelled == 2


def test_defect_of_ours_is_a_500_without_the_prompt_in_the_log(
    http: httpx.Client, server: AppServer, backend: FakeBackend, caplog: pytest.LogCaptureFixture
) -> None:
    backend.script = replace(backend.script, error=KeyError("SECRET PROMPT"))
    with caplog.at_level(logging.DEBUG):
        reply = http.post(CHAT, json=HELLO)
    assert (reply.status_code, reply.json()["error"]["code"]) == (500, "internal_error")
    assert reply.headers["x-request-id"] in caplog.text
    assert "KeyError" in caplog.text
    assert "SECRET PROMPT" not in caplog.text


# -- clients that leave


def request_bytes(body: dict[str, Any], path: str = CHAT) -> bytes:
    data = json.dumps(body).encode()
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


def hang_up(client: socket.socket) -> None:
    """Close with a reset, as a killed client does."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()


@pytest.mark.parametrize("leave", [hang_up, socket.socket.close], ids=["reset", "close"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("phase", ["waiting", "running"])
def test_client_that_leaves_stops_the_engine(
    server: AppServer, backend: FakeBackend, phase: str, stream: bool, leave: Any
) -> None:
    waiting = phase == "waiting"
    backend.script = replace(backend.script, endless=True, delay_s=0.01, first_delay_s=60 if waiting else 0)
    before = server.metric("council_cancelled_total")
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(request_bytes({**HELLO, "stream": stream, "max_tokens": 3000}))
    wait_until(lambda: bool(backend.running) if waiting else backend.delivered_tokens >= 5)
    leave(client)
    assert wait_until(lambda: not backend.running) < 0.1
    assert backend.cancelled == 1
    wait_until(lambda: server.metric("council_cancelled_total") == before + 1)


def test_client_that_leaves_during_n_choices(server: AppServer, backend: FakeBackend) -> None:
    backend.script = replace(backend.script, endless=True, delay_s=0.01)
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(request_bytes({**HELLO, "stream": True, "n": 8, "max_tokens": 3000}))
    wait_until(lambda: backend.delivered_tokens >= 40)
    hang_up(client)
    assert wait_until(lambda: not backend.running) < 0.1
    assert backend.cancelled == 8


def test_client_that_leaves_while_it_sends(server: AppServer, backend: FakeBackend) -> None:
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(request_bytes(HELLO)[:-10])
    time.sleep(0.05)
    hang_up(client)
    assert not backend.requests


def test_two_hundred_clients_that_leave(server: AppServer, backend: FakeBackend) -> None:
    backend.script = replace(backend.script, endless=True, delay_s=0.05)
    clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for client in clients:
        client.sendall(request_bytes({**HELLO, "stream": True, "max_tokens": 3000}))
    wait_until(lambda: len(backend.running) == 200)
    for client in clients:
        hang_up(client)
    wait_until(lambda: not backend.running, timeout_s=10)
    assert backend.cancelled == 200


# -- readers that stall

TINY_BUFFER_BYTES = 4096


def test_reader_that_stalls_holds_the_engine_back_and_is_then_dropped(
    make_services: MakeServices, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its generation waits at the bounded buffer, and is cancelled when the time is up; its connection ends though it
    never reads what was sent."""
    settings = fake_settings(tmp_path, stream_buffer_tokens=16, slow_reader_timeout_s=0.5)
    services = make_services(settings)
    backend = fake_backend(services)
    backend.restart(Script(backend.script.token_ids, endless=True))
    app = create_app(settings, services)
    with running_app(app, services, send_buffer_bytes=TINY_BUFFER_BYTES) as server:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, TINY_BUFFER_BYTES)
            client.connect(("127.0.0.1", server.port))
            client.sendall(request_bytes({**HELLO, "stream": True, "max_tokens": 4000}))
            wait_until(lambda: backend.delivered_tokens > 16)
            time.sleep(0.25)
            held_at = backend.delivered_tokens
            assert held_at < 2000  # the socket's buffers are full; 4,000 would be all
            assert backend.running
            time.sleep(0.1)
            assert backend.delivered_tokens == held_at
            wait_until(lambda: not backend.running)
            assert backend.cancelled == 1
            wait_until(lambda: not _connections(server.port))
        assert_at_rest(server)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def _connections(port: int) -> list[Any]:
    """Of this process, as the server."""
    return [
        one
        for one in psutil.Process().net_connections("tcp")
        if one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED
    ]


# -- readiness


def fresh(make_services: MakeServices, tmp_path: Path) -> tuple[FakeBackend, Any]:
    settings = fake_settings(tmp_path)
    services = make_services(settings)
    return fake_backend(services), running_app(create_app(settings, services), services)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ready": False}, "model_not_ready"),
        ({"ready_error": InferenceUnavailable("Triton is down")}, "inference_unavailable"),
        ({"ready_hangs": True}, "inference_unavailable"),
    ],
)
def test_not_ready_says_why_within_a_second_and_recovers(
    make_services: MakeServices, tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    backend, app = fresh(make_services, tmp_path)
    for name, value in change.items():
        setattr(backend, name, value)
    with app as server:
        reply = httpx.get(f"{server.url}/health/ready")
        assert (reply.status_code, reply.json()["error"]["code"]) == (503, code)
        assert reply.elapsed.total_seconds() < 1.5
        assert httpx.get(f"{server.url}/health/live").json() == {"status": "live"}
        assert httpx.get(f"{server.url}/v1/models").json()["data"][0]["council"]["ready"] is False
        backend.ready, backend.ready_error, backend.ready_hangs = True, None, False
        wait_until(lambda: httpx.get(f"{server.url}/health/ready").status_code == 200)


def test_ready_names_the_missing_model(make_services: MakeServices, tmp_path: Path) -> None:
    settings = fake_settings(tmp_path, default_model="no-such-model")
    services = make_services(settings)
    with running_app(create_app(settings, services), services) as server:
        reply = httpx.get(f"{server.url}/health/ready")
    assert reply.status_code == 503
    assert "council models pull no-such-model" in reply.json()["error"]["message"]


SUMS = (
    (CHAT, {"model": "council/auto", "messages": [{"role": "user", "content": "2+2"}]}),
    (CHAT, {"model": "council/fast", "messages": [{"role": "user", "content": "2+2"}], "max_tokens": 2}),
    (CHAT, {"model": "council/vote", "messages": [{"role": "user", "content": "2+2"}]}),
    ("/hybrid", {"prompt": "2+2"}),
    ("/vote", {"prompt": "2+2"}),
    ("/council", {"query": "2+2"}),
    ("/api/chat", {"prompt": "2+2"}),
    ("/orchestrate", {"prompt": "2+2", "route": []}),
)


@pytest.fixture(scope="module", params=[True, False], ids=["engine down", "nothing installed"])
def without_engine(
    request: pytest.FixtureRequest, make_services: MakeServices, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    settings = fake_settings(tmp_path_factory.mktemp("data"))
    services = make_services(settings, installed=request.param, decider=build_decider(settings))
    backend = fake_backend(services)
    backend.ready = False
    backend.script = replace(backend.script, error=InferenceUnavailable("down"))
    with running_app(create_app(settings, services), services) as server:
        yield server


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("path", "body"), SUMS)
def test_a_sum_needs_no_model(
    without_engine: AppServer, path: str, body: dict[str, Any], stream: bool
) -> None:
    reply = httpx.post(f"{without_engine.url}{path}", json={**body, "stream": stream}, timeout=30)
    assert reply.status_code == 200, reply.text
    assert reply.headers["x-council-skill"] == "math"
    assert '"method":"computed"' in reply.text
    assert "4 (computed" in reply.text or body.get("max_tokens")
    assert fake_backend(without_engine.services).requests == []


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": [{"role": "user", "content": "Tell me a joke"}]},
        {"response_format": {"type": "json_object"}},
        {"skill": "code"},
        {"logprobs": True},
    ],
)
def test_what_is_no_sum_needs_one(without_engine: AppServer, changes: dict[str, Any]) -> None:
    reply = httpx.post(f"{without_engine.url}{CHAT}", json={**SUMS[0][1], **changes}, timeout=30)
    assert reply.status_code == 503, reply.text
    assert reply.json()["error"]["code"] in ("model_not_ready", "inference_unavailable")
