"""v2's two streaming forms: the chunks put together are the answer, failures keep their form, leaving stops the engine."""

from __future__ import annotations

import json
import socket

import httpx
import pytest

from orchestrator.errors import InferenceStreamBroken, InferenceUnavailable
from orchestrator.inference.registry import InstalledModel
from tests.api.server import AppServer, wait_until
from tests.api.test_faults import hang_up, request_bytes
from tests.fakes.backend import FakeBackend, Script

ASK = {"prompt": "Where does the fox go?"}
TEXTS = {
    "prose": "The quick brown fox jumps over the lazy dog.",
    "one word": "Yes",
    "two words": "Yes indeed",
    "three words": "Yes indeed sir",
    "white space": "  a \n\n b\tc   d\n\n\n- e\n- f  \n",
    "code": "def f(x):\n    return x * 2\n\nprint(f(2))\n",
    "accents": "déjà vu — naïve 😀😀 ends 🎉",
    "no space": "a" * 300,
    "v2's marks": "Say [STREAM_COMPLETE] or [STREAM_ERROR: no] or data: [DONE] now",
}


def script(model: InstalledModel, text: str, **changes: object) -> Script:
    return Script(tuple(model.tokenizer.encode_text(text)), **changes)


def json_events(reply: httpx.Response) -> list[dict[str, object]]:
    blocks = [block for block in reply.text.split("\n\n") if block and not block.startswith(":")]
    assert all(block.startswith("data: ") for block in blocks)
    return [json.loads(block.removeprefix("data: ")) for block in blocks]


def word_events(reply: httpx.Response) -> list[str]:
    """As an EventSource reads them: `data` lines of an event joined, one space behind the colon dropped."""
    events = []
    for block in reply.text.split("\n\n"):
        lines = [line.removeprefix("data:") for line in block.split("\n") if line.startswith("data:")]
        if lines:
            events.append("\n".join(line.removeprefix(" ") for line in lines))
    return events


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_three_word_chunks_are_the_answer(
    http: httpx.Client, backend: FakeBackend, model: InstalledModel, text: str
) -> None:
    backend.restart(script(model, text))
    *chunks, last = json_events(http.post("/hybrid", json=ASK, params={"stream": "true"}))
    assert "".join(str(chunk["text"]) for chunk in chunks) == text
    assert all(chunk["partial"] is True and len(str(chunk["text"]).split()) <= 3 for chunk in chunks)
    assert (last["text"], last["done"], last["model"]) == ("", True, model.id)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_word_events_are_the_answer(
    http: httpx.Client, backend: FakeBackend, model: InstalledModel, text: str
) -> None:
    backend.restart(script(model, text))
    *words, last = word_events(http.post("/hybrid/stream", json=ASK))
    assert "".join(words) == text
    assert not any(word.startswith("[STREAM_") for word in words)
    assert last == "[STREAM_COMPLETE]"


def test_the_form_is_v2s(http: httpx.Client, backend: FakeBackend, model: InstalledModel) -> None:
    backend.restart(script(model, "one two three four"))
    reply = http.post("/hybrid/stream", json=ASK)
    assert reply.text == "data:one \n\ndata:two \n\ndata:three \n\ndata:four\n\ndata:[STREAM_COMPLETE]\n\n"
    reply = http.post("/hybrid", json={**ASK, "stream": True})
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.headers["x-accel-buffering"] == "no"
    assert reply.text.startswith('data: {"text":"one two three ","partial":true}\n\n')


@pytest.mark.parametrize("path", ["/hybrid?stream=1", "/hybrid/stream", "/api/chat"])
def test_a_failure_before_the_first_word_is_a_status(
    http: httpx.Client, backend: FakeBackend, words: tuple[int, ...], path: str
) -> None:
    backend.restart(Script(words, error=InferenceUnavailable("the inference server cannot be reached")))
    reply = http.post(path, json={**ASK, "stream": True})
    assert reply.status_code == 503
    assert reply.json()["error"]["code"] == "inference_unavailable"
    assert reply.json()["detail"]


def broken(words: tuple[int, ...]) -> Script:
    return Script(words, after_tokens=5, error=InferenceStreamBroken("the engine went away"))


def test_a_later_failure_is_an_event_and_the_words_stand(
    http: httpx.Client, backend: FakeBackend, words: tuple[int, ...], server: AppServer
) -> None:
    backend.restart(broken(words))
    before = server.metric("council_errors_total", code="inference_stream_broken")
    *chunks, last = json_events(http.post("/hybrid", json={**ASK, "stream": True}))
    assert "".join(str(chunk["text"]) for chunk in chunks).strip() == "the quick brown fox jumps"
    assert last == {"error": "the engine went away", "done": True, "code": "inference_stream_broken"}
    assert server.metric("council_errors_total", code="inference_stream_broken") == before + 1


def test_a_later_failure_in_words(http: httpx.Client, backend: FakeBackend, words: tuple[int, ...]) -> None:
    backend.restart(broken(words))
    *said, last = word_events(http.post("/hybrid/stream", json=ASK))
    assert "".join(said).strip() == "the quick brown fox jumps"
    assert last == "[STREAM_ERROR: inference_stream_broken]"
    assert len(last) <= len("[STREAM_ERROR: ]") + 50


@pytest.mark.parametrize("path", ["/hybrid?stream=1", "/hybrid/stream", "/hybrid"])
def test_a_client_that_leaves_stops_the_engine(
    server: AppServer, backend: FakeBackend, words: tuple[int, ...], path: str
) -> None:
    backend.restart(Script(words, endless=True, delay_s=0.01))
    before = server.metric("council_turns_total", outcome="client_gone")
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(request_bytes({**ASK, "max_tokens": 3000}, path))
    wait_until(lambda: backend.delivered_tokens >= 5)
    hang_up(client)
    assert wait_until(lambda: not backend.running) < 0.5
    assert backend.cancelled == 1
    wait_until(lambda: server.metric("council_turns_total", outcome="client_gone") == before + 1)


VOTES: dict[str, dict[str, object]] = {"/vote": {}, "/council": {}, "/hybrid": {"force_council": True}}
EVERY_VOTE = pytest.mark.parametrize(("path", "fields"), VOTES.items(), ids=VOTES)


@EVERY_VOTE
def test_a_vote_streams_its_progress_and_then_what_the_plain_route_says(
    http: httpx.Client, path: str, fields: dict[str, object]
) -> None:
    reply = http.post(path, json={**ASK, **fields, "stream": True}).raise_for_status()
    assert reply.headers["content-type"].startswith("text/event-stream")
    *chunks, last = json_events(reply)
    told = [chunk["council"] for chunk in chunks if "council" in chunk]
    kinds = [event["event"] for event in told if isinstance(event, dict)]
    assert kinds.count("voice_started") > 1
    assert "voice_finished" in kinds
    assert all(chunk["text"] == "" for chunk in chunks if "council" in chunk)
    whole = http.post(path, json={**ASK, **fields}).raise_for_status().json()
    joined = "".join(str(chunk["text"]) for chunk in chunks) + str(last["text"])
    assert joined == whole["text"]
    assert last["done"] is True
    if path != "/hybrid":
        assert last.keys() - {"done"} == whole.keys()
    assert reply.headers["x-council-model"] == whole["council"]["decision"]["model"]


@EVERY_VOTE
def test_a_vote_that_nobody_answers_at_once_is_a_status(
    http: httpx.Client, backend: FakeBackend, words: tuple[int, ...], path: str, fields: dict[str, object]
) -> None:
    backend.restart(Script(words, error=InferenceUnavailable("the inference server cannot be reached")))
    reply = http.post(path, json={**ASK, **fields, "stream": True})
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "no_voice_answered")


@EVERY_VOTE
def test_a_vote_that_nobody_answers_late_ends_with_an_error_event(
    http: httpx.Client, backend: FakeBackend, words: tuple[int, ...], path: str, fields: dict[str, object]
) -> None:
    backend.restart(Script(words, first_delay_s=1.3, error=InferenceStreamBroken("gone")))
    *_, last = json_events(http.post(path, json={**ASK, **fields, "stream": True}))
    assert (last["done"], last["code"]) == (True, "no_voice_answered")


@EVERY_VOTE
def test_leaving_a_streamed_vote_stops_every_voice(
    server: AppServer, backend: FakeBackend, words: tuple[int, ...], path: str, fields: dict[str, object]
) -> None:
    backend.restart(Script(words, endless=True, delay_s=0.01))
    before = server.metric("council_turns_total", outcome="client_gone")
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(request_bytes({**ASK, **fields, "stream": True, "max_tokens": 3000}, path))
    wait_until(lambda: backend.delivered_tokens >= 5)
    hang_up(client)
    assert wait_until(lambda: not backend.running) < 0.5
    wait_until(lambda: server.metric("council_turns_total", outcome="client_gone") == before + 1)


def test_what_a_streamed_vote_computes_comes_at_once(http: httpx.Client) -> None:
    *_, last = json_events(http.post("/vote", json={"prompt": "17*3", "stream": True}))
    assert str(last["text"]).endswith("51 (computed exactly)")
