"""`council/vote` on chat completions, over the in-memory engine: verdict, progress, failures, leaving."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from orchestrator.app import create_app
from orchestrator.errors import InferenceStreamBroken, InferenceUnavailable, QueueFull
from orchestrator.inference.registry import InstalledModel
from orchestrator.routing.deliberation.calibration import Calibration
from orchestrator.routing.deliberation.floor import MAX_WAITING_VOTES
from orchestrator.turn.vote import OWN_TEMPERATURES
from tests.api.conftest import MODEL, WORDS, MakeServices, fake_backend, fake_settings
from tests.api.server import AppServer, running_app, wait_until
from tests.api.test_faults import hang_up, request_bytes
from tests.fakes.backend import FakeBackend
from tests.fakes.routing import ScriptedDecider

CHAT = "/v1/chat/completions"
VOICES = 5
HELLO: dict[str, Any] = {
    "model": "council/vote",
    "messages": [{"role": "user", "content": "Which animal jumps over the dog?"}],
}


@pytest.fixture(autouse=True)
def _scripted(decider: ScriptedDecider) -> None:
    """The decider of the app is as new."""


def council(reply: Any) -> dict[str, Any]:
    extension = reply.model_extra["council"]
    assert isinstance(extension, dict)
    return extension


def events(text: str) -> Iterator[Any]:
    for line in text.splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            yield json.loads(line[6:])


def saying(backend: FakeBackend, model: InstalledModel, *texts: str) -> None:
    """Each generation says the next of these, the last one for ever."""
    original, turn = type(backend).generate, count()

    def generate(name: str, request: Any) -> Any:
        text = texts[min(next(turn), len(texts) - 1)]
        backend.script = replace(backend.script, token_ids=tuple(model.tokenizer.encode_text(text)))
        return original(backend, name, request)

    backend.generate = generate  # type: ignore[method-assign]


@pytest.fixture
def say(backend: FakeBackend, model: InstalledModel) -> Iterator[Any]:
    yield lambda *texts: saying(backend, model, *texts)
    backend.__dict__.pop("generate", None)


@pytest.fixture
def calibrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every model's majorities are vouched for."""
    monkeypatch.setattr(Calibration, "confidence", lambda *_: 0.9)


def test_the_whole_verdict(fake_client: openai.OpenAI, backend: FakeBackend) -> None:
    reply = fake_client.chat.completions.create(**HELLO)
    told = council(reply)
    assert reply.choices[0].message.content == WORDS
    assert (told["method"], told["model"], reply.model) == ("voted", MODEL, MODEL)
    voices = told["evidence"]["voices"]
    assert len(voices) == len(backend.requests) == VOICES
    assert told["evidence"]["votes"][0]["share"] == 1.0
    assert told["evidence"]["reason"]
    assert reply.usage is not None
    assert reply.usage.completion_tokens == sum(voice["completion_tokens"] for voice in voices)
    assert reply.usage.prompt_tokens == sum(voice["prompt_tokens"] for voice in voices)


def test_the_majority_wins(http: httpx.Client, say: Any) -> None:
    say("The cat.", "The fox.", "The fox.", "The fox.")
    reply = http.post(CHAT, json=HELLO).json()
    assert reply["choices"][0]["message"]["content"] == "The fox."
    assert reply["council"]["evidence"]["winner"] != 0


@pytest.mark.parametrize(("stop", "shown"), [("dog", "B) "), (")", "B"), ("never", "B) dog")])
def test_the_users_own_line_of_an_option_ends_at_a_stop_string(
    http: httpx.Client, say: Any, stop: str, shown: str
) -> None:
    say("A) cat", "A) dog", "C) dog", "C) fish", "A) dog")  # as each voice sees the options turned
    asked = "Which animal barks?\nA) cat\nB) dog\nC) fish"
    wanted = {**HELLO, "messages": [{"role": "user", "content": asked}], "stop": [stop]}
    reply = http.post(CHAT, json=wanted).raise_for_status().json()
    assert reply["choices"][0]["message"]["content"] == shown
    assert reply["council"]["evidence"]["winner"] == 1
    assert (reply["council"]["confidence"] is None) is (shown != "B) dog")
    say("A) cat", "A) dog", "C) dog", "C) fish", "A) dog")
    chunks = list(events(http.post(CHAT, json={**wanted, "stream": True}).raise_for_status().text))
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert (text, chunks[-1]["council"]["confidence"]) == (shown, reply["council"]["confidence"])


@pytest.mark.parametrize(
    ("stop", "shown", "is_vouched_for"),
    [([], "Madrid it is", True), (["never"], "Madrid it is", True), ([" it"], "Madrid", False)],
)
def test_nothing_vouches_for_what_a_stop_string_left_of_a_voted_text(
    http: httpx.Client, say: Any, stop: list[str], shown: str, is_vouched_for: bool, calibrated: None
) -> None:
    say("Madrid it is")
    wanted = {**HELLO, "messages": [{"role": "user", "content": "What is Spain's capital?"}], "stop": stop}
    reply = http.post(CHAT, json=wanted).raise_for_status().json()
    assert reply["choices"][0]["message"]["content"] == shown
    assert (reply["council"]["confidence"] is not None) is is_vouched_for


def test_a_stream_shows_the_voices_and_then_the_answer(fake_client: openai.OpenAI) -> None:
    chunks = list(
        fake_client.chat.completions.create(**HELLO, stream=True, stream_options={"include_usage": True})
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == WORDS
    kinds = [council(chunk).get("event") for chunk in chunks if "council" in (chunk.model_extra or {})]
    assert kinds[0] is None
    assert kinds[1 : VOICES + 1] == ["voice_started"] * VOICES
    assert "voice_finished" in kinds
    assert council(chunks[-2])["method"] == "voted"
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]][-1] == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens > 0


SUMS = {
    "2+2": "2 + 2 = 4 (computed exactly)",
    "What is 17*3?": "17 * 3 = 51",
    "Is 91 prime?": "",
    "15% of 240": "36",
}


@pytest.mark.parametrize("error", [None, InferenceUnavailable("down"), QueueFull("full")])
@pytest.mark.parametrize("question", SUMS)
def test_what_is_computed_needs_no_engine(
    http: httpx.Client, backend: FakeBackend, question: str, error: Exception | None
) -> None:
    backend.script = replace(backend.script, error=error)
    reply = http.post(CHAT, json={**HELLO, "messages": [{"role": "user", "content": question}]})
    body = reply.raise_for_status().json()
    assert SUMS[question] in body["choices"][0]["message"]["content"]
    told = body["council"]
    assert (told["skill"], told["method"], told["model"], told["confidence"]) == (
        "math",
        "computed",
        None,
        1.0,
    )
    assert told["evidence"]["early_stop"]["cause"] == "proved"
    assert [voice["outcome"] for voice in told["evidence"]["voices"]] == ["answered"] + ["not_asked"] * VOICES
    assert (body["usage"]["prompt_tokens"], backend.requests) == (0, [])


def test_the_route_of_a_vote_tells_of_voices_and_budget(http: httpx.Client) -> None:
    wanted = {"model": "council/vote", "prompt": HELLO["messages"][0]["content"]}
    reason = http.post("/api/route", json=wanted).raise_for_status().json()["decision"]["reason"]
    assert reason.startswith(f"A vote: {VOICES} voices of {MODEL} answer, with at most 4096 new tokens")
    headers = http.post(CHAT, json=HELLO).headers
    assert headers["x-council-reason"] == reason


def test_a_stream_of_what_is_computed(http: httpx.Client, backend: FakeBackend) -> None:
    wanted = {**HELLO, "messages": [{"role": "user", "content": "2+2"}], "stream": True}
    chunks = list(events(http.post(CHAT, json=wanted).raise_for_status().text))
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert text == "2 + 2 = 4 (computed exactly)"
    kinds = [chunk["council"].get("event") for chunk in chunks if "council" in chunk]
    assert kinds[1:4] == ["voice_started", "voice_finished", "early_stop"]
    assert backend.requests == []


def test_what_the_solver_refuses_is_refused_at_once(http: httpx.Client, backend: FakeBackend) -> None:
    wanted = {**HELLO, "messages": [{"role": "user", "content": "9**9**9**9"}]}
    told = http.post(CHAT, json=wanted).raise_for_status().json()["council"]
    assert (told["method"], told["confidence"]) == ("computed", None)
    assert told["evidence"]["early_stop"]["cause"] == "decided"
    assert backend.requests == []


def test_a_schema_is_held_by_engine_and_verdict(http: httpx.Client, backend: FakeBackend, say: Any) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    say('{"a": 1}', '{"b": 1}', '{"a": 1}')
    format_ = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    reply = http.post(CHAT, json={**HELLO, "response_format": format_}).json()
    assert json.loads(reply["choices"][0]["message"]["content"]) == {"a": 1}
    assert all(request.guide is not None for request in backend.requests)


@pytest.mark.parametrize("stream", [False, True])
def test_when_nobody_answers_it_is_a_status(http: httpx.Client, backend: FakeBackend, stream: bool) -> None:
    backend.script = replace(backend.script, error=InferenceStreamBroken("gone"))
    reply = http.post(CHAT, json={**HELLO, "stream": stream})
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "no_voice_answered")


@pytest.mark.parametrize("stream", [False, True])
def test_a_full_queue_is_told_as_such(http: httpx.Client, backend: FakeBackend, stream: bool) -> None:
    backend.script = replace(backend.script, error=QueueFull("full", retry_after_s=1))
    reply = http.post(CHAT, json={**HELLO, "stream": stream})
    assert (reply.status_code, reply.json()["error"]["code"]) == (429, "queue_full")
    assert reply.headers["retry-after"] == "1"


@contextmanager
def fresh_app(make_services: MakeServices, data_dir: Path, **changes: object) -> Iterator[AppServer]:
    """An app that has not measured anything yet."""
    settings = fake_settings(data_dir, **changes)
    services = make_services(settings)
    with running_app(create_app(settings, services), services) as server:
        yield server


@pytest.fixture
def fresh(make_services: MakeServices, tmp_path: Path) -> Iterator[AppServer]:
    with fresh_app(make_services, tmp_path) as server:
        yield server


@pytest.fixture
def hurried(make_services: MakeServices, tmp_path: Path) -> Iterator[AppServer]:
    """A vote has three seconds here and a voice takes one."""
    with fresh_app(make_services, tmp_path, vote_deadline_s=3) as server:
        backend = fake_backend(server.services)
        backend.script = replace(backend.script, first_delay_s=1.0)
        yield server


def test_many_votes_leave_slots_to_others_and_the_rest_is_refused_at_once(
    fresh: AppServer, model: InstalledModel
) -> None:
    backend = fake_backend(fresh.services)
    http = httpx.Client(base_url=fresh.url, timeout=30)
    assert model.record.cpu is not None
    places = model.record.cpu.slots * 3 // 4
    script = backend.script
    backend.script = replace(script, after_tokens=1, hangs=True)
    refused: list[httpx.Response] = []

    def vote() -> None:
        with suppress(httpx.ReadTimeout):  # who is heard is not answered before this caller leaves
            refused.append(httpx.post(f"{fresh.url}{CHAT}", json=HELLO, timeout=4))

    callers = [threading.Thread(target=vote) for _ in range(30)]
    for caller in callers:
        caller.start()
    wait_until(lambda: len(refused) >= 30 - MAX_WAITING_VOTES - 3)
    assert len(backend.running) == places < model.record.cpu.slots
    assert all(reply.json()["error"]["code"] == "queue_full" for reply in refused)
    assert {(reply.status_code, reply.headers["retry-after"]) for reply in refused} == {(429, "2")}
    backend.script = script
    plain = {"model": MODEL, "messages": HELLO["messages"]}
    assert http.post(CHAT, json=plain).json()["choices"][0]["message"]["content"] == WORDS
    known = {**HELLO, "messages": [{"role": "user", "content": "2+2"}]}
    assert http.post(CHAT, json=known).json()["council"]["method"] == "computed"
    for caller in callers:
        caller.join()
    assert http.post(CHAT, json=HELLO).status_code == 200
    http.close()


@pytest.mark.parametrize("stream", [False, True])
def test_who_comes_in_vain_is_told_at_once_and_when_to_come_again(hurried: AppServer, stream: bool) -> None:
    http = httpx.Client(base_url=hurried.url, timeout=9, limits=httpx.Limits(max_connections=None))
    ended: list[tuple[httpx.Response, float]] = []
    assert http.post(CHAT, json=HELLO).status_code == 200

    def vote() -> None:
        began_s = time.monotonic()
        reply = http.post(CHAT, json={**HELLO, "stream": stream})
        ended.append((reply, time.monotonic() - began_s))

    callers = [threading.Thread(target=vote) for _ in range(30)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    refused = [(reply, after_s) for reply, after_s in ended if reply.status_code == 429]
    assert refused
    assert len(refused) + sum(reply.status_code == 200 for reply, _ in ended) == 30
    assert {reply.json()["error"]["code"] for reply, _ in refused} == {"queue_full"}
    assert all(1 <= int(reply.headers["retry-after"]) <= 3 for reply, _ in refused)
    assert sorted(after_s for _, after_s in refused)[len(refused) // 2] < 0.9
    http.close()


def test_when_nobody_answers_late_it_is_an_error_event(http: httpx.Client, backend: FakeBackend) -> None:
    backend.script = replace(backend.script, first_delay_s=1.3, error=InferenceStreamBroken("gone"))
    reply = http.post(CHAT, json={**HELLO, "stream": True})
    *_, last = events(reply.text)
    assert last["error"]["code"] == "no_voice_answered"
    assert "[DONE]" not in reply.text


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"n": 2}, "n"),
        ({"logprobs": True}, "logprobs"),
        ({"top_k": 3}, "top_k"),
        ({"presence_penalty": 0.5}, "presence_penalty"),
        ({"guided_regex": "a"}, "guided_regex"),
        ({"documents": [{"text": "x"}]}, "documents"),
        ({"skill": "code"}, "skill"),
    ],
)
def test_what_a_vote_cannot_honour_is_refused(
    http: httpx.Client, backend: FakeBackend, fields: dict[str, Any], param: str
) -> None:
    reply = http.post(CHAT, json={**HELLO, **fields})
    assert (reply.status_code, reply.json()["error"]["param"]) == (400, param)
    assert not backend.requests


def test_top_p_seed_and_length_are_the_voices_and_a_temperature_is_told(
    http: httpx.Client, backend: FakeBackend
) -> None:
    wanted = {"top_p": 0.5, "seed": 40, "max_tokens": 7}
    told = http.post(CHAT, json={**HELLO, **wanted}).raise_for_status().json()["council"]["evidence"]
    asked = backend.requests
    assert {(each.sampling.top_p, each.max_tokens) for each in asked} == {(0.5, 7)}
    assert sorted(each.sampling.seed or 0 for each in asked) == [40 + number for number in range(len(asked))]
    assert told["warnings"] == []
    warm = http.post(CHAT, json={**HELLO, "temperature": 0.1}).json()["council"]["evidence"]
    assert warm["warnings"] == [OWN_TEMPERATURES]


def test_fewer_tokens_than_were_asked_for_are_told_where_they_cut_an_answer(
    http: httpx.Client, backend: FakeBackend
) -> None:
    share = 4096 // VOICES
    backend.script = replace(backend.script, endless=True, chunk_tokens=100)
    cut = http.post(CHAT, json={**HELLO, "max_tokens": share + 1}).json()["council"]["evidence"]
    assert f"max_tokens: an answer of this vote has at most {share} tokens" in cut["warnings"]
    as_asked = http.post(CHAT, json={**HELLO, "max_tokens": 5}).json()["council"]["evidence"]
    assert as_asked["warnings"] == []


def test_values_that_ask_for_nothing_are_no_reason_to_refuse(http: httpx.Client) -> None:
    harmless = {"n": 1, "presence_penalty": 0, "repetition_penalty": 1, "logprobs": False, "top_k": 0}
    assert http.post(CHAT, json={**HELLO, **harmless}).status_code == 200


@pytest.mark.parametrize("stream", [False, True])
def test_client_that_leaves_stops_every_voice(server: AppServer, backend: FakeBackend, stream: bool) -> None:
    backend.script = replace(backend.script, endless=True, delay_s=0.01)
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(request_bytes({**HELLO, "stream": stream}))
    wait_until(lambda: len(backend.running) == VOICES)
    time.sleep(0.1)
    hang_up(client)
    assert wait_until(lambda: not backend.running) < 0.3
    assert backend.cancelled == VOICES
