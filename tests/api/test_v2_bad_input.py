"""Whatever v2's clients send: a status and a code on every generating route, and never an error written as an answer."""

from __future__ import annotations

import threading
from time import perf_counter
from typing import Any

import httpx
import pytest

from orchestrator.errors import InferenceTimeout, InferenceUnavailable, QueueFull
from tests.api.server import AppServer, wait_until
from tests.fakes.backend import FakeBackend, Script

ROUTES: dict[str, dict[str, Any]] = {
    "/hybrid": {},
    "/hybrid?stream=true": {},
    "/hybrid/stream": {},
    "/orchestrate": {"route": []},
    "/vote": {},
    "/council": {},
    "/api/chat": {},
}
EVERY = pytest.mark.parametrize(("path", "fields"), ROUTES.items(), ids=ROUTES)


def refusal(reply: httpx.Response, status: int, code: str) -> Any:
    assert reply.status_code == status, reply.text
    body = reply.json()
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert "text" not in body
    assert reply.headers["x-request-id"].startswith("req_")
    return body["detail"]


NO_PROMPT: dict[str, Any] = {
    "nothing": {},
    "null": {"prompt": None},
    "number": {"prompt": 7},
    "list": {"prompt": ["a"]},
    "object": {"prompt": {"text": "a"}},
    "flag": {"prompt": True},
    "empty messages": {"messages": []},
    "messages without a user": {"messages": [{"role": "assistant", "content": "a"}]},
    "messages that are none": {"messages": ["a"]},
}


@EVERY
@pytest.mark.parametrize("body", NO_PROMPT.values(), ids=NO_PROMPT)
def test_no_prompt(http: httpx.Client, path: str, fields: dict[str, Any], body: dict[str, Any]) -> None:
    detail = refusal(http.post(path, json={**fields, **body}), 422, "invalid_body")
    assert all(set(fault) == {"type", "loc", "msg"} and fault["loc"][0] == "body" for fault in detail)


BROKEN = {
    "empty": b"",
    "not json": b"hello",
    "cut off": b'{"prompt": "a',
    "not an object": b'["prompt"]',
    "NaN": b'{"prompt": "a", "temperature": NaN}',
    "latin-1": b'{"prompt": "caf\xe9"}',
    "lone surrogate": b'{"prompt": "\\ud800"}',
}


@EVERY
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_broken_body(http: httpx.Client, path: str, fields: dict[str, Any], body: bytes) -> None:
    refusal(http.post(path, content=body), 422, "invalid_body")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/hybrid", {"max_tokens": 0}),
        ("/hybrid", {"max_tokens": -1}),
        ("/hybrid", {"max_tokens": True}),
        ("/hybrid", {"temperature": True}),
        ("/hybrid", {"temperature": 9}),
        ("/hybrid", {"stream": "perhaps"}),
        ("/hybrid", {"preferred_models": "smollm2-135m"}),
        ("/orchestrate", {}),
        ("/orchestrate", {"route": None}),
        ("/orchestrate", {"route": "math"}),
        ("/orchestrate", {"route": [1]}),
        ("/vote", {"candidates": "math"}),
        ("/vote", {"candidates": [None]}),
        ("/vote", {"candidates": ["a"] * 65}),
        ("/vote", {"max_tokens": True}),
        ("/vote", {"top_k": True}),
        ("/vote", {"top_k": 0}),
        ("/vote", {"top_k": "many"}),
        ("/council", {"force_council": "perhaps"}),
    ],
)
def test_invalid_field(http: httpx.Client, path: str, fields: dict[str, Any]) -> None:
    refusal(http.post(path, json={"prompt": "Hi", **fields}), 422, "invalid_body")


def test_the_fault_does_not_repeat_the_input(http: httpx.Client) -> None:
    reply = http.post("/hybrid", json={"prompt": {"secret": "hunter2"}, "temperature": "hunter2"})
    assert reply.status_code == 422
    assert "hunter2" not in reply.text


@EVERY
def test_wrong_method(http: httpx.Client, path: str, fields: dict[str, Any]) -> None:
    for method in ("GET", "PUT", "DELETE"):
        reply = http.request(method, path)
        assert refusal(reply, 405, "method_not_allowed") == "Method Not Allowed"
        assert reply.headers["allow"] == "POST"


@EVERY
def test_empty_prompt_is_answered(http: httpx.Client, path: str, fields: dict[str, Any]) -> None:
    assert http.post(path, json={"prompt": "", **fields}).status_code == 200


@EVERY
@pytest.mark.parametrize("prompt", ["😀", "\u200b", "\x00\x01", "مرحبا, hello, 你好", "?" * 5000])
def test_odd_prompts_are_answered(http: httpx.Client, path: str, fields: dict[str, Any], prompt: str) -> None:
    assert http.post(path, json={"prompt": prompt, **fields}).status_code == 200


@EVERY
@pytest.mark.parametrize("chars", [60_000, 1_000_000])
@pytest.mark.parametrize("field", ["prompt", "query", "messages"])
def test_a_prompt_that_is_too_long_is_told_of_the_field_it_came_in(
    http: httpx.Client, path: str, fields: dict[str, Any], field: str, chars: int
) -> None:
    text = "word " * (chars // 5)
    sent = [{"role": "user", "content": text}] if field == "messages" else text
    reply = http.post(path, json={field: sent, **fields})
    refusal(reply, 400, "context_length_exceeded")
    assert reply.json()["error"]["param"] == field


@EVERY
@pytest.mark.parametrize("text", ["1234567890" * 390_000, "word and " * 430_000], ids=["digits", "words"])
def test_a_prompt_that_cannot_fit_costs_nobody_time(
    server: AppServer, http: httpx.Client, path: str, fields: dict[str, Any], text: str
) -> None:
    """Milliseconds; reading it takes seconds, once a voice."""
    stop, waited = threading.Event(), [0.0]

    def look() -> None:
        with httpx.Client(base_url=server.url, timeout=30) as other:
            while not stop.wait(0.01):
                began_s = perf_counter()
                other.get("/health/live").raise_for_status()
                waited.append(perf_counter() - began_s)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        began_s = perf_counter()
        reply = http.post(path, json={"prompt": text, **fields})
        took_s = perf_counter() - began_s
    finally:
        stop.set()
        looking.join()
    refusal(reply, 400, "context_length_exceeded")
    assert took_s < 2
    assert max(waited) < 1


@EVERY
def test_a_body_above_the_limit(
    server: AppServer, http: httpx.Client, path: str, fields: dict[str, Any]
) -> None:
    limit = server.services.settings.request_body_limit_bytes
    refusal(http.post(path, content=b" " * (limit + 1)), 413, "request_too_large")


FAILURES = [
    (InferenceUnavailable("the inference server cannot be reached"), 503, "inference_unavailable"),
    (InferenceTimeout("no first token came in time"), 504, "inference_timeout"),
    (QueueFull("the model's queue is full", retry_after_s=1), 429, "queue_full"),
]


@EVERY
@pytest.mark.parametrize(("error", "status", "code"), FAILURES, ids=[code for _, _, code in FAILURES])
def test_inference_that_fails_is_a_status_and_never_an_answer(
    server: AppServer,
    http: httpx.Client,
    backend: FakeBackend,
    words: tuple[int, ...],
    path: str,
    fields: dict[str, Any],
    error: Exception,
    status: int,
    code: str,
) -> None:
    backend.restart(Script(words, error=error))
    if path in ("/vote", "/council") and status != 429:  # each of several has its own reason
        status, code = 503, "no_voice_answered"
    before = server.metric("council_turns_total", outcome=code, served_by="none")
    refusal(http.post(path, json={"prompt": "Hi", **fields}), status, code)
    wait_until(lambda: server.metric("council_turns_total", outcome=code, served_by="none") == before + 1)


@pytest.mark.parametrize("names", [["no-such-model"], ["../../etc/passwd"], ["", "  "], ["x" * 5000]])
def test_names_of_nobody_are_told_and_not_used(http: httpx.Client, names: list[str]) -> None:
    for path, field in (("/orchestrate", "route"), ("/vote", "candidates"), ("/hybrid", "preferred_models")):
        reply = http.post(path, json={"prompt": "Hi", field: names})
        assert reply.status_code == 200, reply.text
        assert len(reply.json()["council"]["warnings"]) == len(names)
        assert len(reply.text) < 20_000


def test_candidates_are_echoed_as_v2_did(http: httpx.Client) -> None:
    reply = http.post("/vote", json={"prompt": "Hi", "candidates": ["agent0", "math"]}).json()
    assert reply["candidates"] == ["agent0", "math"]
    assert reply["council"]["warnings"] == []


def test_prompt_goes_before_query_and_messages(http: httpx.Client, backend: FakeBackend, model: Any) -> None:
    messages = [{"role": "user", "content": "third"}]
    http.post("/hybrid", json={"messages": messages, "query": "second", "prompt": "first"}).raise_for_status()
    http.post("/hybrid", json={"messages": messages, "query": "second"}).raise_for_status()
    http.post("/hybrid", json={"messages": messages}).raise_for_status()
    asked = ["".join(map(model.tokenizer.token_text, request.prompt_ids)) for request in backend.requests]
    assert [word for text in asked for word in ("first", "second", "third") if word in text] == [
        "first",
        "second",
        "third",
    ]
