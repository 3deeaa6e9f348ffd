"""`/vote` and `/council` hold a vote: every voice that answered is told, failures are tolerated and never win."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestrator.app import create_app
from orchestrator.errors import InferenceStreamBroken, InferenceUnavailable
from orchestrator.inference.types import TokenRequest
from tests.api.conftest import MODEL, MakeServices, fake_backend, fake_settings
from tests.api.server import running_app
from tests.api.v2_contract import VOTE, difference
from tests.fakes.backend import FakeBackend, FakeStream, Script
from tests.fakes.routing import ScriptedDecider

ASK = {"prompt": "Where does the fox go?"}
WORDS = "the quick brown fox jumps over the lazy dog"


@pytest.fixture(autouse=True)
def as_new(decider: ScriptedDecider) -> None:
    """The decider of the app is as new."""


def test_vote_tells_every_voice(http: httpx.Client, backend: FakeBackend) -> None:
    body = http.post("/vote", json=ASK).raise_for_status().json()
    assert body["text"].strip() == WORDS
    assert body["council_used"] is True
    assert body["council"]["method"] == "voted"
    answered = body["all_candidates"]  # a vote that is decided stops the voices still out
    assert len(backend.requests) >= body["voting_stats"]["total_candidates"] == len(answered) > 1
    assert body["candidates"] == [MODEL]
    assert {voice["model"] for voice in body["all_candidates"]} == {MODEL}
    assert all(voice["text"].strip() == WORDS for voice in body["all_candidates"])
    assert list(body["council_voices"].values()) == [voice["text"] for voice in body["all_candidates"]]
    assert body["winner"] == {"model": MODEL, "confidence": body["confidence"]}
    assert body["council"]["evidence"]["votes"][0]["share"] == 1.0


def test_top_k_bounds_the_candidates_that_are_told(http: httpx.Client) -> None:
    assert len(http.post("/vote", json={**ASK, "top_k": 2}).json()["all_candidates"]) == 2


@pytest.mark.parametrize("top_k", [1, "1", 2, 3, 64])
def test_each_top_k_that_is_sent_bounds_them(http: httpx.Client, top_k: Any) -> None:
    body = http.post("/vote", json={**ASK, "top_k": top_k}).raise_for_status().json()
    most = body["voting_stats"]["total_candidates"]
    assert most > 1
    assert len(body["all_candidates"]) == min(int(top_k), most)


@pytest.mark.parametrize("top_k", [65, 100, "100", 10**15])
def test_a_top_k_above_the_most_is_told_and_clipped(http: httpx.Client, top_k: Any) -> None:
    body = http.post("/vote", json={**ASK, "top_k": top_k}).raise_for_status().json()
    assert body["council"]["warnings"] == ["top_k: at most 64 candidates are told"]
    assert len(body["all_candidates"]) == body["voting_stats"]["total_candidates"]


@pytest.mark.parametrize("fields", [{}, {"top_k": None}, {"candidates": [MODEL]}])
def test_without_top_k_all_are_told(http: httpx.Client, fields: dict[str, Any]) -> None:
    body = http.post("/vote", json={**ASK, **fields}).raise_for_status().json()
    assert len(body["all_candidates"]) == body["voting_stats"]["total_candidates"] > 1


def test_one_candidate_is_the_winner(http: httpx.Client) -> None:
    body = http.post("/vote", json={**ASK, "top_k": 1}).raise_for_status().json()
    assert len(body["all_candidates"]) == 1
    assert body["all_candidates"][0]["text"] == body["text"]
    winner = body["council"]["evidence"]["winner"]
    assert body["all_candidates"][0] | {"confidence": None} == body["council"]["evidence"]["voices"][
        winner
    ] | {"confidence": None}
    assert body["voting_stats"]["total_candidates"] > 1
    assert len(body["council_voices"]) > 1


def test_council(http: httpx.Client) -> None:
    body = http.post("/council", json=ASK).raise_for_status().json()
    assert (body["council_used"], body["consensus_achieved"], body["risk_flags"]) == (True, True, [])
    assert len(body["voice_responses"]) > 1


def test_hybrid_with_force_council_is_a_vote(http: httpx.Client) -> None:
    body = http.post("/hybrid", json={**ASK, "force_council": True}).json()
    assert (body["council_used"], body["provider"]) == (True, "council")
    assert len(body["council_voices"]) > 1


@pytest.mark.parametrize(("fields", "warned"), [({}, 1), ({"force_council": True}, 0)])
def test_enable_council_permits_and_says_so(http: httpx.Client, fields: dict[str, Any], warned: int) -> None:
    body = http.post("/hybrid", json={**ASK, "enable_council": True, **fields}).raise_for_status().json()
    assert body["council_used"] is bool(fields)
    assert len(body["council"]["warnings"]) == warned
    assert http.post("/hybrid", json={**ASK, "enable_council": False}).json()["council"]["warnings"] == []


@pytest.mark.parametrize(
    ("named", "told"),
    [(5, []), (7, ["a vote has 5 voices at most: the others that were named were not asked"])],
)
def test_candidates_beyond_the_voices_are_told(http: httpx.Client, named: int, told: list[str]) -> None:
    body = http.post("/vote", json={**ASK, "candidates": [MODEL] * named}).raise_for_status().json()
    assert body["council"]["evidence"]["warnings"] == told
    assert len(body["council"]["evidence"]["voices"]) == 5


@pytest.mark.parametrize("path", ["/vote", "/council"])
def test_what_is_computed_needs_no_engine(http: httpx.Client, backend: FakeBackend, path: str) -> None:
    backend.script = replace(backend.script, error=InferenceUnavailable("down"))
    body = http.post(path, json={"prompt": "17*3"}).raise_for_status().json()
    assert body["text"].endswith("51 (computed exactly)")
    assert body["council_used"] is True
    assert list(body.get("voice_responses", body.get("council_voices"))) == ["1:math"]
    assert body["council"]["confidence"] == 1.0
    assert backend.requests == []


@pytest.mark.parametrize(
    "order",
    ["run python: print(17*23)", "Run this and tell me the output:\n```python\nprint(17*23)\n```"],
)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", ["/vote", "/council", "/v1/chat/completions"])
def test_an_order_to_run_code_is_no_vote_and_needs_a_sandbox(
    http: httpx.Client, backend: FakeBackend, decider: ScriptedDecider, path: str, stream: bool, order: str
) -> None:
    """Voices would make its output up."""
    decider.skill = "exec"
    messages = [{"role": "user", "content": order}]
    asked = {"model": "council/vote", "messages": messages} if path.startswith("/v1") else {"prompt": order}
    reply = http.post(path, json={**asked, "stream": stream})
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "sandbox_unavailable")
    assert backend.requests == []


def test_examples_that_could_not_be_checked_are_told(http: httpx.Client) -> None:
    ask = {"prompt": "Write a python function f that doubles. f(2) = 4"}
    evidence = http.post("/vote", json=ask).raise_for_status().json()["council"]["evidence"]
    assert evidence["warnings"] == ["examples were not checked: no sandbox"]


def test_a_named_candidate_that_was_not_asked_is_told(http: httpx.Client, backend: FakeBackend) -> None:
    ask = {"prompt": "2+2", "candidates": [MODEL, "math", MODEL]}
    body = http.post("/vote", json=ask).raise_for_status().json()
    assert difference(body, VOTE) == []
    assert body["candidates"] == ask["candidates"]
    assert body["winner"] == {"model": "math", "confidence": 1.0}
    told = [(each["model"], each["outcome"], each["confidence"]) for each in body["all_candidates"]]
    assert told == [("math", "answered", 1.0), (MODEL, "not_asked", None)]
    assert body["all_candidates"][1]["text"] == ""
    assert body["voting_stats"]["total_candidates"] == 2
    assert body["total_cost_cents"] == 0.0
    unnamed = http.post("/vote", json={"prompt": "2+2"}).json()
    assert (unnamed["candidates"], len(unnamed["all_candidates"])) == (["math"], 1)
    assert backend.requests == []


def some_fail(backend: FakeBackend) -> Callable[[str, TokenRequest], FakeStream]:
    """Every second generation breaks before its first token."""
    broken = Script(backend.script.token_ids, error=InferenceStreamBroken("gone"))

    def generate(_: str, request: TokenRequest) -> FakeStream:
        backend.requests.append(request)
        stream = FakeStream(backend, backend.script if len(backend.requests) % 2 else broken, request)
        backend.running.add(stream)
        return stream

    return generate


def test_a_voice_that_fails_is_left_out_and_told(
    make_services: MakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services(fake_settings(tmp_path))
    backend = fake_backend(services)
    monkeypatch.setattr(backend, "generate", some_fail(backend))
    with running_app(create_app(services.settings, services), services) as server:
        body: Any = httpx.post(f"{server.url}/vote", json=ASK, timeout=30).raise_for_status().json()
        evidence = body["council"]["evidence"]
        failed = [voice for voice in evidence["voices"] if voice["outcome"] == "failed"]
        assert failed
        assert {voice["error_code"] for voice in failed} == {"inference_stream_broken"}
        answered = [voice for voice in evidence["voices"] if voice["outcome"] == "answered"]
        assert [voice["text"] for voice in body["all_candidates"]] == [voice["text"] for voice in answered]
        assert body["text"].strip() == WORDS
        entry = httpx.get(f"{server.url}/api/decisions").json()["data"][0]
        assert (entry["method"], entry["outcome"]) == ("voted", "ok")
        assert server.metric("swarm_council_requests_total") == 1
        assert server.metric("swarm_council_latency_seconds_count") == 1
