"""The cloud fallback through the whole application: never unless allowed, never silent, never with what was redacted."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestrator.app import create_app
from orchestrator.errors import InferenceTimeout, InferenceUnavailable, InvalidGuide, QueueFull
from tests.api.conftest import MODEL, MakeServices, fake_backend, fake_settings
from tests.api.server import AppServer, running_app, wait_until
from tests.api.test_faults import hang_up, request_bytes
from tests.api.test_v2_streams import json_events, word_events
from tests.fakes.backend import FakeBackend, Script
from tests.fakes.cloud_upstream import PIECES, CloudUpstream, running_upstream

TEXT = "".join(PIECES)
CHAT = "/v1/chat/completions"
DOWN = InferenceUnavailable("the inference server cannot be reached")
ASK = {"prompt": "I am jane@example.com, SSN 536-22-8726. Who am I?"}
MESSAGES = {"messages": [{"role": "user", "content": ASK["prompt"]}]}
KEY = "sk-the-key-of-the-upstream-0123456789"
REDACTIONS = {"email": 1, "ssn": 1}


@pytest.fixture(scope="module")
def cloud() -> Iterator[CloudUpstream]:
    with running_upstream() as cloud:
        yield cloud


class Site:
    def __init__(self, server: AppServer, cloud: CloudUpstream, words: tuple[int, ...]) -> None:
        self.server = server
        self.cloud = cloud
        self.backend: FakeBackend = fake_backend(server.services)
        self.backend.restart(Script(words, error=DOWN))
        self.words = words
        self.http = httpx.Client(base_url=server.url, timeout=30)

    def post(self, path: str, body: Any, **params: Any) -> httpx.Response:
        return self.http.post(path, json=body, params=params or None)

    def journalled(self, reply: httpx.Response) -> Any:
        entry = f"/api/decisions/{reply.headers['x-request-id']}"
        wait_until(
            lambda: self.http.get(entry).status_code == 200
        )  # a stream's is written behind its last event
        return self.http.get(entry).raise_for_status().json()


@pytest.fixture
def site(
    make_services: MakeServices, cloud: CloudUpstream, tmp_path: Path, words: tuple[int, ...]
) -> Iterator[Site]:
    cloud.behave()
    settings = fake_settings(
        tmp_path,
        cloud_base_url=cloud.url,
        cloud_model="mini",
        cloud_api_key=KEY,
        cloud_prompt_usd_per_1k_tokens=0.004,
        cloud_completion_usd_per_1k_tokens=0.012,
        cloud_silence_timeout_s=1.0,
        cloud_enabled=True,
    )
    services = make_services(settings)
    with running_app(create_app(settings, services), services) as server:
        site = Site(server, cloud, words)
        yield site
        site.http.close()


def check_told(extension: dict[str, Any]) -> None:
    assert extension["evidence"]["cloud"] == {
        "provider": "openai",
        "model": "openai/mini",
        "because": "inference_unavailable",
        "redactions": REDACTIONS,
    }
    assert extension["model"] == "openai/mini"


ROUTES: dict[str, dict[str, Any]] = {
    "/hybrid": {},
    "/orchestrate": {"route": []},
    "/vote": {},
    "/council": {},
    "/api/chat": {},
}


@pytest.mark.parametrize(("path", "fields"), ROUTES.items(), ids=ROUTES)
def test_every_route_says_that_the_cloud_answered(site: Site, path: str, fields: dict[str, Any]) -> None:
    reply = site.post(path, {**ASK, **fields}).raise_for_status()
    body = reply.json()
    assert body["text"] == TEXT
    check_told(body["council"])
    assert body.get("council_used", False) is False
    assert site.server.metric("council_cloud_requests_total", outcome="ok") == 1
    decision = body["council"]["decision"]
    assert (decision["model"], decision["policy"]) == ("openai/mini", "cloud_fallback")
    assert "inference_unavailable" in decision["reason"]
    assert site.journalled(reply)["decision"]["model"] == "openai/mini"
    assert site.cloud.keys == [f"Bearer {KEY}"]
    sent = json.dumps(site.cloud.asked)
    assert "jane" not in sent
    assert "536-22" not in sent


@pytest.mark.parametrize("path", ["/vote", "/council", CHAT])
def test_one_cloud_voice_is_not_called_a_vote(site: Site, path: str) -> None:
    wanted = {"model": "council/vote", **MESSAGES} if path == CHAT else ASK
    body = site.post(path, wanted).raise_for_status().json()
    told = body["council"]
    assert told["evidence"]["warnings"] == ["no vote was held, as local inference failed"]
    assert told["evidence"]["reason"].endswith(": openai/mini answered alone")
    assert "so openai/mini answers alone, without a vote." in told["decision"]["reason"]
    assert (told["method"], told["confidence"], "voices" in told["evidence"]) == ("generated", None, False)
    if path == "/vote":
        assert (body["all_candidates"], body["winner"]["model"]) == ([], "openai/mini")
        assert (body["council_consensus"], body["council_used"]) == (None, False)


def test_an_answer_that_was_no_vote_s_says_nothing_of_votes(site: Site) -> None:
    evidence = site.post("/hybrid", ASK).raise_for_status().json()["council"]["evidence"]
    assert not {"reason", "warnings"} & evidence.keys()


@pytest.mark.parametrize("path", ["/vote", "/council"])
def test_what_a_vote_computes_is_not_asked_of_the_cloud(site: Site, path: str) -> None:
    body = site.post(path, {"prompt": "2+2"}).raise_for_status().json()
    assert body["text"] == "2 + 2 = 4 (computed exactly)"
    assert site.cloud.asked == []


def test_hybrid_in_v2s_own_words(site: Site) -> None:
    body = site.post("/hybrid", ASK).json()
    assert (body["provider"], body["cloud_consulted"], body["model"]) == ("cloud_openai", True, "openai/mini")
    assert body["confidence"] is None  # nothing measured it
    assert body["cost_cents"] == pytest.approx((11 * 0.004 + 7 * 0.012) / 1000 * 100)


def test_v2_streams(site: Site) -> None:
    *chunks, last = json_events(site.post("/hybrid", ASK, stream="true"))
    assert "".join(chunk["text"] for chunk in chunks) == TEXT
    check_told(last["council"])
    *words, end = word_events(site.post("/hybrid/stream", ASK))
    assert ("".join(words), end) == (TEXT, "[STREAM_COMPLETE]")


def test_openai_surface(site: Site) -> None:
    body = site.post(CHAT, {"model": "council/auto", **MESSAGES}).raise_for_status().json()
    assert body["model"] == "openai/mini"
    assert body["choices"][0]["message"]["content"] == TEXT
    assert body["usage"]["total_tokens"] == 18
    check_told(body["council"])


def test_openai_stream(site: Site) -> None:
    wanted = {"model": "council/auto", "stream": True, "stream_options": {"include_usage": True}, **MESSAGES}
    reply = site.post(CHAT, wanted).raise_for_status()
    data = [line.removeprefix("data: ") for line in reply.text.split("\r\n") if line.startswith("data: ")]
    assert data[-1] == "[DONE]"
    chunks = [json.loads(line) for line in data[:-1]]
    text = "".join(c["delta"].get("content") or "" for chunk in chunks for c in chunk["choices"])
    assert text == TEXT
    check_told(next(chunk["council"] for chunk in reversed(chunks) if "evidence" in chunk.get("council", {})))
    assert chunks[-1]["usage"]["completion_tokens"] == 7


def test_a_concrete_model_is_obeyed(site: Site) -> None:
    reply = site.post(CHAT, {"model": MODEL, **MESSAGES})
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "inference_unavailable")
    reply = site.post("/orchestrate", {**ASK, "route": [MODEL]})
    assert reply.status_code == 503
    assert site.cloud.asked == []


def test_a_voice_that_is_named_is_obeyed(site: Site) -> None:
    reply = site.post("/vote", {"prompt": "Describe", "candidates": [MODEL]})
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "no_voice_answered")
    assert site.cloud.asked == []
    assert site.post("/vote", {"prompt": "Describe", "candidates": ["not-installed"]}).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"logprobs": True},
        {"n": 2},
        {"response_format": {"type": "json_object"}},
        {"documents": [{"text": "x"}]},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_only_our_engines_hold_to_stays_here(site: Site, fields: dict[str, Any]) -> None:
    reply = site.post(CHAT, {"model": "council/auto", **MESSAGES, **fields})
    assert reply.status_code == 503
    assert site.cloud.asked == []


def test_a_model_that_works_is_not_replaced(site: Site) -> None:
    site.backend.restart(Script(site.words))
    body = site.post("/hybrid", ASK).json()
    assert body["cloud_consulted"] is False
    assert site.cloud.asked == []


@pytest.mark.parametrize("error", [QueueFull("full"), InvalidGuide("no")])
def test_errors_that_are_no_failure_of_inference(site: Site, error: Exception) -> None:
    site.backend.restart(Script(site.words, error=error))
    assert site.post("/hybrid", ASK).status_code in (400, 429)
    assert site.cloud.asked == []


def test_a_timeout_before_the_first_word_counts(site: Site) -> None:
    site.backend.restart(Script(site.words, error=InferenceTimeout("no first token came in time")))
    assert site.post("/hybrid", ASK).json()["council"]["evidence"]["cloud"]["because"] == "inference_timeout"


@pytest.mark.parametrize("path", ["/hybrid?stream=true", "/hybrid/stream"])
def test_after_the_first_word_the_error_stands(site: Site, path: str) -> None:
    site.backend.restart(Script(site.words, after_tokens=4, error=DOWN))
    reply = site.post(path, ASK)
    assert reply.status_code == 200
    assert "inference_unavailable" in reply.text
    assert site.cloud.asked == []


def test_switched_off_and_on(site: Site) -> None:
    site.post("/admin/cloud/false", None).raise_for_status()
    reply = site.post("/hybrid", ASK)
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "inference_unavailable")
    assert site.cloud.asked == []
    site.post("/admin/cloud/true", None).raise_for_status()
    assert site.post("/hybrid", ASK).status_code == 200


def test_no_budget_no_cloud(site: Site) -> None:
    site.post("/admin/cap/0.0001", None).raise_for_status()
    reply = site.post("/hybrid", ASK)
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "inference_unavailable")
    assert site.cloud.asked == []
    assert site.server.metric("council_cloud_requests_total", outcome="budget_exceeded") == 1
    assert site.server.metric("swarm_budget_exceeded_total") == 1


FAULTS: dict[str, dict[str, Any]] = {
    "500": {"status": 500, "raw": b"x"},
    "redirect": {"status": 302, "headers": {"location": "http://127.0.0.1:1/"}},
    "garbage": {"raw": b"data: \xff\xfe\n\n"},
    "huge": {"raw": b"data: " + b"x" * (5 * 2**20)},
    "hangs": {"after": 0, "then": "hang"},
    "empty": {"pieces": ()},
}

OUTCOMES = {
    "500": "refused",
    "redirect": "refused",
    "garbage": "faulty",
    "huge": "faulty",
    "hangs": "timed_out",
    "empty": "empty",
}


@pytest.mark.parametrize("path", ["/hybrid", "/hybrid?stream=true", "/hybrid/stream", CHAT])
@pytest.mark.parametrize("behaviour", FAULTS.values(), ids=FAULTS)
def test_when_the_cloud_fails_too_the_local_error_is_told(
    site: Site, behaviour: dict[str, Any], path: str
) -> None:
    site.cloud.behave(**behaviour)
    reply = site.post(path, {"model": "council/auto", **MESSAGES} if path == CHAT else ASK)
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "inference_unavailable")
    assert KEY not in reply.text
    check_sent(site, reply, OUTCOMES[next(name for name in FAULTS if FAULTS[name] == behaviour)])
    owed = (
        (11 * 0.004 + 7 * 0.012) / 1000 if behaviour == FAULTS["empty"] else 0.0
    )  # it ended, and told its counts
    assert site.http.get("/budget").json()["spent_today_usd"] == pytest.approx(owed)


def test_a_cloud_answer_that_breaks_off_is_an_error_event_and_is_paid(site: Site) -> None:
    site.cloud.behave(after=2, then="cut")
    reply = site.post("/hybrid", ASK, stream="true")
    *chunks, last = json_events(reply)
    assert "".join(chunk["text"] for chunk in chunks) == "".join(PIECES[:2])
    assert (last["done"], last["code"]) == (True, "cloud_failed")
    check_sent(site, reply, "broken_off")
    assert site.journalled(reply)["decision"]["policy"] == "cloud_fallback"
    assert site.http.get("/budget").json()["spent_today_usd"] > 0


@pytest.mark.parametrize("path", [*ROUTES, CHAT])
def test_of_a_cloud_answer_that_breaks_off_unseen_the_local_error_is_told(site: Site, path: str) -> None:
    site.cloud.behave(after=2, then="cut")
    asked = {"model": "council/auto", **MESSAGES} if path == CHAT else {**ASK, **ROUTES[path]}
    reply = site.post(path, asked)
    code = "no_voice_answered" if path in ("/vote", "/council") else "inference_unavailable"
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, code)
    assert site.http.get("/budget").json()["spent_today_usd"] > 0  # what the upstream wrote is owed
    check_decided_here(site, reply)
    check_sent(site, reply, "broken_off")


def check_sent(site: Site, reply: httpx.Response, outcome: str) -> None:
    """The journal tells what left the machine, though nothing came of it."""
    entry = site.journalled(reply)
    assert entry["cloud"] == {
        "provider": "openai",
        "model": "openai/mini",
        "because": "inference_unavailable",
        "redactions": REDACTIONS,
        "outcome": outcome,
    }
    assert entry["served_by"] == "none"


@pytest.mark.parametrize("path", ["/hybrid", "/hybrid?stream=true", "/hybrid/stream"])
def test_the_journal_tells_what_went_to_a_cloud_whose_client_left(site: Site, path: str) -> None:
    site.cloud.behave(pieces=("word ",) * 2000, delay_s=0.01)
    client = socket.create_connection(("127.0.0.1", site.server.port))
    client.sendall(request_bytes(ASK, path))
    wait_until(lambda: site.cloud.sent_pieces >= 5)
    hang_up(client)
    wait_until(lambda: site.server.metric("council_turns_total", outcome="client_gone") == 1)
    entry = site.http.get("/api/decisions").json()["data"][0]
    assert (entry["outcome"], entry["served_by"]) == ("client_gone", "none")
    assert (entry["cloud"]["outcome"], entry["cloud"]["redactions"]) == ("client_gone", REDACTIONS)


def test_of_an_upstream_that_is_not_reached_nothing_is_told(
    make_services: MakeServices, cloud: CloudUpstream, tmp_path: Path, words: tuple[int, ...]
) -> None:
    settings = fake_settings(
        tmp_path,
        cloud_base_url="http://127.0.0.1:9",
        cloud_model="mini",
        cloud_api_key=KEY,
        cloud_prompt_usd_per_1k_tokens=0.004,
        cloud_completion_usd_per_1k_tokens=0.012,
        cloud_enabled=True,
    )
    services = make_services(settings)
    with running_app(create_app(settings, services), services) as server:
        site = Site(server, cloud, words)
        with site.http:
            assert site.journalled(site.post("/hybrid", ASK))["cloud"] is None


def check_decided_here(site: Site, reply: httpx.Response) -> None:
    """The decision that the journal keeps is the one that was made before local inference failed."""
    decision = site.journalled(reply)["decision"]
    assert decision["model"] == MODEL
    assert decision["policy"] != "cloud_fallback"
    assert "Local inference failed" not in decision["reason"]


UNHELPFUL = {
    "switched off": ("/admin/cloud/false", {}),
    "over budget": ("/admin/cap/0.0001", {}),
    "failing": (None, {"status": 500, "raw": b"x"}),
    "empty": (None, {"pieces": ()}),
}


@pytest.mark.parametrize("path", ["/hybrid", "/vote", "/hybrid/stream", CHAT])
@pytest.mark.parametrize(("switch", "behaviour"), UNHELPFUL.values(), ids=UNHELPFUL)
def test_what_was_decided_stands_where_the_cloud_did_not_answer(
    site: Site, switch: str | None, behaviour: dict[str, Any], path: str
) -> None:
    if switch:
        site.post(switch, None).raise_for_status()
    site.cloud.behave(**behaviour)
    reply = site.post(path, {"model": "council/auto", **MESSAGES} if path == CHAT else ASK)
    assert reply.status_code == 503
    check_decided_here(site, reply)


def test_what_was_decided_stands_where_there_is_no_cloud(
    make_services: MakeServices, cloud: CloudUpstream, tmp_path: Path, words: tuple[int, ...]
) -> None:
    services = make_services(fake_settings(tmp_path))
    with running_app(create_app(services.settings, services), services) as server:
        site = Site(server, cloud, words)
        with site.http:
            reply = site.post("/vote", {"prompt": "hello"})
            assert reply.status_code == 503
            check_decided_here(site, reply)


def test_it_is_journalled_counted_and_charged(site: Site) -> None:
    reply = site.post("/hybrid", ASK)
    site.backend.restart(Script(site.words))
    for _ in range(3):
        site.post("/hybrid", {"prompt": "Hi"}).raise_for_status()
    cost = (11 * 0.004 + 7 * 0.012) / 1000
    entry = site.journalled(reply)
    assert (entry["served_by"], entry["model"], entry["outcome"]) == ("cloud", "openai/mini", "ok")
    assert (entry["cloud"]["redactions"], entry["cloud"]["outcome"]) == (REDACTIONS, "answered")
    assert entry["cost_usd"] == pytest.approx(cost)
    assert (entry["prompt_tokens"], entry["completion_tokens"]) == (11, 7)
    assert "jane" not in json.dumps(entry)
    stats = site.http.get("/stats").json()
    assert (stats["requests_total"], stats["requests_cloud_fallback"]) == (4, 1)
    assert stats["cloud_fallback_rate"] == 0.25
    assert stats["last_24_hours"]["cloud_share"] == 0.25
    budget = site.http.get("/budget").json()
    assert budget["spent_today_usd"] == pytest.approx(cost)
    assert budget["cost_by_source"] == {"local": 0.0, "cloud": pytest.approx(cost)}
    assert budget["cost_breakdown"][MODEL] == 0.0
    wait_until(lambda: site.server.metric("council_turns_total", served_by="local") == 3)
    assert site.server.metric("council_turns_total", served_by="cloud") == 1
    assert site.server.metric("swarm_cloud_escalations_total", reason="inference_unavailable") == 1
    assert site.server.metric("autogen_requests_cloud_fallback_total") == 1


def test_the_key_is_told_to_nobody(site: Site) -> None:
    texts = [
        site.http.get(path).text for path in ("/admin/status", "/models", "/metrics", "/health", "/stats")
    ]
    texts.append(site.post("/hybrid", ASK).text)
    assert not any(KEY in text for text in texts)


BLANK: dict[str, tuple[str, ...]] = {"pieces": ("   ", " \n", "\t"), "without width": ("\u200b\u2060",)}
BILL = (11 * 0.004 + 7 * 0.012) / 1000


@pytest.mark.parametrize(
    "path", [*ROUTES, "/hybrid?stream=true", "/hybrid/stream", "/api/chat?s", CHAT, f"{CHAT}?s"]
)
@pytest.mark.parametrize("pieces", BLANK.values(), ids=BLANK)
def test_white_space_from_the_cloud_is_no_answer(site: Site, pieces: tuple[str, ...], path: str) -> None:
    site.cloud.behave(pieces=pieces)
    streamed = {"stream": True} if path.endswith("?s") else {}
    path = path.removesuffix("?s")
    asked = {"model": "council/auto", **MESSAGES} if path == CHAT else {**ASK, **ROUTES.get(path, {})}
    reply = site.post(path, {**asked, **streamed})
    code = "no_voice_answered" if path in ("/vote", "/council") else "inference_unavailable"
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, code)
    entry = site.journalled(reply)
    assert (entry["outcome"], entry["served_by"], entry["model"]) == (code, "none", None)
    assert entry["cost_usd"] == pytest.approx(BILL)  # what the upstream bills is owed
    assert site.server.metric("council_cloud_requests_total", outcome="ok") == 0
    budget = site.http.get("/budget").json()
    assert budget["spent_today_usd"] == pytest.approx(BILL)
    assert site.http.get("/stats").json()["requests_cloud_fallback"] == 0


STREAMS = [
    ("/hybrid?stream=true", {}),
    ("/hybrid", {"stream": True}),
    ("/hybrid/stream", {}),
    ("/api/chat", {"stream": True}),
]


@pytest.mark.parametrize(("path", "fields"), [*STREAMS, ("/hybrid", {"stream": True, "force_council": True})])
def test_the_headers_of_a_stream_name_who_answers(site: Site, path: str, fields: dict[str, Any]) -> None:
    reply = site.post(path, {**ASK, **fields}).raise_for_status()
    headers = reply.headers
    assert (headers["x-council-model"], headers["x-council-policy"]) == ("openai/mini", "cloud_fallback")
    assert "cloud" in reply.text
    entry = f"/api/decisions/{headers['x-request-id']}"
    wait_until(lambda: site.http.get(entry).status_code == 200)
    assert site.journalled(reply)["decision"]["model"] == "openai/mini"


@pytest.mark.parametrize(("path", "fields"), STREAMS)
def test_the_headers_of_a_stream_from_here_stay(site: Site, path: str, fields: dict[str, Any]) -> None:
    site.backend.restart(Script(site.words))
    headers = site.post(path, {**ASK, **fields}).raise_for_status().headers
    assert headers["x-council-model"] == MODEL
    assert headers["x-council-policy"] != "cloud_fallback"


@pytest.mark.parametrize(("path", "fields"), STREAMS[:1])
def test_after_the_first_word_the_headers_stay(site: Site, path: str, fields: dict[str, Any]) -> None:
    site.backend.restart(Script(site.words, after_tokens=4, error=DOWN))
    assert site.post(path, {**ASK, **fields}).headers["x-council-model"] == MODEL


def most_usd(reply: httpx.Response, new_tokens: int) -> float:
    prompt = len("I am [EMAIL_REDACTED], SSN [SSN_REDACTED]. Who am I?") + 8 + 256
    return (prompt * 0.004 + new_tokens * 0.012) / 1000


def test_an_upstream_that_ignores_max_tokens_costs_what_was_reserved(site: Site) -> None:
    site.cloud.behave(pieces=("word " * 400,) * 2000, usage={"prompt_tokens": 11, "completion_tokens": 10**6})
    reply = site.post("/hybrid", {**MESSAGES, "max_tokens": 60}).raise_for_status()
    body = reply.json()
    assert body["text"].split() == ["word"] * 60
    assert body["choices"][0]["finish_reason"] == "length"
    assert "cut there" in body["council"]["evidence"]["warnings"][0]
    assert site.http.get("/budget").json()["spent_today_usd"] == pytest.approx(most_usd(reply, 60))
    assert site.cloud.left.wait(5)
    assert site.cloud.sent_pieces < 2000


def test_usage_that_cannot_be_is_not_booked(site: Site) -> None:
    site.cloud.behave(usage={"prompt_tokens": 9_000_000, "completion_tokens": 9_000_000})
    reply = site.post("/hybrid", {**ASK, "max_tokens": 10}).raise_for_status()
    assert reply.json()["text"] == TEXT
    assert "9000000" in reply.json()["council"]["evidence"]["warnings"][0]
    assert site.http.get("/budget").json()["spent_today_usd"] == pytest.approx(most_usd(reply, 10))
    assert site.post("/hybrid", ASK).status_code == 200  # the cloud is not shut


def test_what_is_cut_is_told_on_openais_surface_too(site: Site) -> None:
    site.cloud.behave(pieces=("word ",) * 5000)
    wanted = {"model": "council/auto", "max_tokens": 20, **MESSAGES}
    body = site.post(CHAT, wanted).raise_for_status().json()
    assert body["choices"][0]["finish_reason"] == "length"
    assert body["choices"][0]["message"]["content"].split() == ["word"] * 20
    assert "cut there" in body["council"]["evidence"]["warnings"][0]
    vote = site.post(CHAT, {**wanted, "model": "council/vote"}).json()["council"]["evidence"]["warnings"]
    assert [each.split(",")[0] for each in vote] == ["no vote was held", vote[1].split(",")[0]]


def test_a_preferred_model_of_a_forced_council_is_obeyed(site: Site) -> None:
    reply = site.post("/hybrid", {"prompt": "Describe", "force_council": True, "preferred_models": [MODEL]})
    assert (reply.status_code, site.cloud.asked) == (503, [])


def test_token_ids_stay_here_and_what_is_not_sent_is_told(site: Site) -> None:
    asked = {"model": "council/auto", **MESSAGES}
    assert site.post(CHAT, {**asked, "logit_bias": {"5": 1}}).status_code == 503
    assert site.cloud.asked == []
    body = site.post(CHAT, {**asked, "top_k": 5, "repetition_penalty": 1.2, "presence_penalty": 0}).json()
    assert body["council"]["evidence"]["warnings"] == [
        "top_k was not sent to the cloud",
        "repetition_penalty was not sent to the cloud",
    ]
