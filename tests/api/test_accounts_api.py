"""Budget, statistics, decisions and v2's metrics through the application, priced models and restarts included."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from engines.record import Price
from orchestrator import account_setup
from orchestrator.app import create_app
from orchestrator.errors import InferenceUnavailable, StorageUnavailable
from tests.api.conftest import MODEL, MakeServices, fake_backend, fake_settings
from tests.api.server import AppServer, running_app, wait_until
from tests.api.test_faults import hang_up, request_bytes
from tests.fakes.backend import FakeBackend, Script
from tests.fakes.routing import ScriptedDecider

CHAT = "/v1/chat/completions"
SECRET_PROMPT = "A prompt that nobody may keep"
WANTED = {"model": MODEL, "messages": [{"role": "user", "content": SECRET_PROMPT}]}
VOICES = 5
PROMPT_USD, NEW_USD = 0.01, 0.1  # a thousand tokens


@contextmanager
def started(make_services: MakeServices, path: Path, **changes: Any) -> Iterator[AppServer]:
    services = make_services(fake_settings(path, **changes))
    with running_app(create_app(services.settings, services), services) as server:
        yield server


@pytest.fixture
def site(make_services: MakeServices, tmp_path: Path) -> Iterator[AppServer]:
    with started(make_services, tmp_path) as server:
        yield server


@pytest.fixture
def priced(
    make_services: MakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppServer]:
    """The same model, at a price; one dollar a day."""
    build = account_setup.build_accounts

    def with_price(settings: Any, records: Any, metrics: Any) -> Any:
        price = Price(prompt_usd_per_1k_tokens=PROMPT_USD, completion_usd_per_1k_tokens=NEW_USD)
        priced = {name: record.model_copy(update={"price": price}) for name, record in records.items()}
        return build(settings, priced, metrics)

    monkeypatch.setattr("tests.api.conftest.build_accounts", with_price)
    with started(make_services, tmp_path, budget_usd=1.0) as server:
        yield server


def get(server: AppServer, path: str) -> Any:
    return httpx.get(f"{server.url}{path}").raise_for_status().json()


def post(server: AppServer, path: str, body: Any) -> httpx.Response:
    return httpx.post(f"{server.url}{path}", json=body, timeout=30)


def test_a_free_model_costs_nothing_measured(site: AppServer) -> None:
    reply = post(site, "/hybrid", {"prompt": "Hi"}).json()
    assert reply["cost_cents"] == 0.0
    budget = get(site, "/budget")
    assert budget["requests_today"] == 1
    assert budget["cost_breakdown"] == {MODEL: 0.0, "total_requests": 1}
    assert (budget["spent_today_usd"], budget["status"]) == (0.0, "within_budget")


def test_a_turn_is_recorded_whatever_becomes_of_the_memory(
    site: AppServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise AttributeError("a defect of the memory")

    monkeypatch.setattr("orchestrator.api.middleware.remember", fails)
    reply = post(site, CHAT, WANTED)
    entry = get(site, f"/api/decisions/{reply.headers['x-request-id']}")
    assert (entry["outcome"], entry["requested"]) == ("ok", MODEL)
    assert get(site, "/budget")["requests_today"] == 1


def cost(prompt_tokens: int, new_tokens: int) -> float:
    return (prompt_tokens * PROMPT_USD + new_tokens * NEW_USD) / 1000


@pytest.mark.parametrize("stream", [False, True])
def test_a_priced_answer_is_charged_what_it_used(priced: AppServer, stream: bool) -> None:
    body = {**WANTED, "stream": stream}
    reply = post(priced, CHAT, {**body, "stream_options": {"include_usage": True}} if stream else body)
    usage = reply.json()["usage"] if not stream else _last_usage(reply.text)
    expected = cost(usage["prompt_tokens"], usage["completion_tokens"])
    assert get(priced, "/budget")["spent_today_usd"] == pytest.approx(expected)
    entry = get(priced, f"/api/decisions/{reply.headers['x-request-id']}")
    assert entry["cost_usd"] == pytest.approx(expected)
    assert (entry["route"], entry["requested"], entry["outcome"], entry["model"]) == (
        CHAT,
        MODEL,
        "ok",
        MODEL,
    )


def _last_usage(text: str) -> Any:
    lines = [line.removeprefix("data: ") for line in text.split("\r\n") if line.startswith("data: {")]
    return json.loads(lines[-1])["usage"]


def test_an_aborted_stream_is_charged_what_was_delivered(priced: AppServer) -> None:
    backend = fake_backend(priced.services)
    backend.restart(replace(backend.script, endless=True, delay_s=0.02))
    client = socket.create_connection(("127.0.0.1", priced.port))
    client.sendall(request_bytes({**WANTED, "stream": True, "max_tokens": 3000}))
    wait_until(lambda: backend.delivered_tokens >= 5)
    hang_up(client)
    wait_until(lambda: not backend.running)
    wait_until(lambda: priced.metric("council_turns_total", outcome="client_gone") == 1)
    expected = cost(len(backend.requests[0].prompt_ids), backend.delivered_tokens)
    assert get(priced, "/budget")["spent_today_usd"] == pytest.approx(expected)
    entry = get(priced, "/api/decisions")["data"][0]
    assert (entry["outcome"], entry["served_by"]) == ("client_gone", "none")
    assert entry["cost_usd"] == pytest.approx(expected)


def test_beyond_the_budget_is_429_and_the_engine_is_not_asked(priced: AppServer) -> None:
    backend = fake_backend(priced.services)
    post(priced, "/admin/cap/0.01", None).raise_for_status()
    for path, body in ((CHAT, WANTED), ("/hybrid", {"prompt": "Hi"}), ("/hybrid?stream=1", {"prompt": "Hi"})):
        reply = post(priced, path, body)
        assert (reply.status_code, reply.json()["error"]["code"]) == (429, "budget_exceeded")
    assert backend.requests == []
    small = post(priced, CHAT, {**WANTED, "max_tokens": 2})
    assert small.status_code == 200


def test_a_hundred_at_once_stay_within_the_budget(priced: AppServer) -> None:
    """Each may cost about half a cent, of 10 cents."""
    backend: FakeBackend = fake_backend(priced.services)
    backend.restart(replace(backend.script, endless=True))
    post(priced, "/admin/cap/0.1", None).raise_for_status()
    body = {**WANTED, "max_tokens": 50}
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda _: post(priced, CHAT, body).status_code, range(100)))
    assert set(statuses) == {200, 429}
    budget = get(priced, "/budget")
    assert budget["spent_today_usd"] <= 0.1
    one = cost(len(backend.requests[0].prompt_ids), 50)
    assert statuses.count(200) == int(0.1 / one)
    assert budget["spent_today_usd"] == pytest.approx(statuses.count(200) * one)


def test_what_a_restart_keeps_and_what_it_does_not(make_services: MakeServices, tmp_path: Path) -> None:
    """`/stats` begins anew, except for its last 24 hours; `/budget`, the cap and the decisions are kept."""
    with started(make_services, tmp_path) as server:
        request_id = post(server, "/hybrid", {"prompt": "Hi"}).headers["x-request-id"]
        post(server, CHAT, WANTED).raise_for_status()
        post(server, "/admin/cap/7", None).raise_for_status()
        before = get(server, "/stats")
        assert (before["requests_total"], before["last_24_hours"]["requests"]) == (2, 2)
    with started(make_services, tmp_path) as server:
        after = get(server, "/stats")
        assert (after["requests_total"], after["requests_success"], after["avg_latency_ms"]) == (0, 0, 0.0)
        assert after["uptime_seconds"] < before["uptime_seconds"] + 60
        assert after["last_24_hours"]["requests"] == 2
        assert get(server, "/budget")["requests_today"] == 2
        assert get(server, "/budget")["daily_budget_usd"] == 7.0
        assert get(server, f"/api/decisions/{request_id}")["route"] == "/hybrid"


def test_decisions_tell_why_and_hold_no_prompt(site: AppServer, tmp_path: Path) -> None:
    reply = post(site, "/hybrid", {"prompt": SECRET_PROMPT})
    entry = get(site, f"/api/decisions/{reply.headers['x-request-id']}")
    assert entry["decision"]["policy"] == "scripted"
    assert entry["decision"]["reason"]
    assert entry["decision"]["scores"] == {"general": 1.0}
    assert (entry["skill"], entry["method"], entry["model"]) == ("general", "generated", MODEL)
    assert entry["latency_ms"] >= entry["first_text_ms"] > 0
    assert entry["completion_tokens"] > 0
    assert reply.json()["council"]["request_id"] == entry["request_id"]
    assert "nobody may keep" not in json.dumps(get(site, "/api/decisions"))
    assert not any(b"nobody may keep" in file.read_bytes() for file in tmp_path.glob("council.db*"))
    assert "quick brown" not in json.dumps(get(site, "/api/decisions"))  # nor the answer


def test_failures_are_in_the_journal_with_their_code(site: AppServer) -> None:
    backend = fake_backend(site.services)
    backend.restart(Script(backend.script.token_ids, error=InferenceUnavailable("gone")))
    for path, body in (("/hybrid", {"prompt": "Hi"}), (CHAT, WANTED)):
        entry = get(site, f"/api/decisions/{post(site, path, body).headers['x-request-id']}")
        assert (entry["outcome"], entry["served_by"], entry["model"]) == (
            "inference_unavailable",
            "none",
            None,
        )
    assert get(site, "/stats")["success_rate"] == 0.0


def test_a_bad_body_is_no_turn(site: AppServer) -> None:
    assert post(site, "/hybrid", {}).status_code == 422
    assert post(site, CHAT, {}).status_code == 400
    assert httpx.get(f"{site.url}/hybrid").status_code == 405
    assert get(site, "/stats")["requests_total"] == 0
    assert get(site, "/api/decisions")["data"] == []


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "x", ""])
def test_a_limit_that_is_none(site: AppServer, limit: str) -> None:
    assert httpx.get(f"{site.url}/api/decisions", params={"limit": limit}).status_code == 422


def test_a_decision_that_is_not_there(site: AppServer) -> None:
    reply = httpx.get(f"{site.url}/api/decisions/req_nobody")
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "not_found")


V2_NAMES = {
    "autogen_requests_total": "counter",
    "autogen_requests_success_total": "counter",
    "autogen_requests_cloud_fallback_total": "counter",
    "autogen_latency_ms_avg": "gauge",
    "autogen_uptime_seconds": "gauge",
    "swarm_stream_first_token_latency_seconds": "histogram",
    "swarm_router_requests_total": "counter",
    "swarm_router_request_latency": "histogram",
    "swarm_router_budget_dollars_total": "gauge",
    "swarm_generation_cost_cents": "summary",
    "swarm_budget_exceeded_total": "counter",
    "swarm_council_requests_total": "counter",
    "swarm_council_cost_dollars_total": "counter",
    "swarm_council_latency_seconds": "histogram",
    "swarm_council_consensus_achieved_total": "counter",
    "swarm_council_voices_active": "gauge",
    "swarm_model_loaded": "gauge",
    "swarm_host_ram_used_bytes": "gauge",
    "swarm_cloud_escalations_total": "counter",
}
ABSENT = {"autogen_requests_mock_detected_total", "swarm_council_edge_risk_flags_total", "swarm_cuda_fragmentation_events_total"}  # fmt: skip


def test_v2s_metric_names_have_measurements_behind_them(site: AppServer) -> None:
    for _ in range(3):
        post(site, "/hybrid", {"prompt": "Hi"}).raise_for_status()
    wait_until(lambda: site.metric("autogen_requests_total") == 3)
    text = httpx.get(f"{site.url}/metrics").text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    for name, kind in V2_NAMES.items():
        assert families[name.removesuffix("_total") if kind == "counter" else name].type == kind, name
    assert not ABSENT & {sample.name for family in families.values() for sample in family.samples}
    assert site.metric("swarm_router_request_latency_count") == 3
    assert site.metric("swarm_router_request_latency_bucket", le="+Inf") == 3
    assert site.metric("autogen_latency_ms_avg") == get(site, "/stats")["avg_latency_ms"]
    assert 0 < site.metric("autogen_latency_ms_avg") < 60_000


def scraped(site: AppServer, name: str, **labels: str) -> list[float]:
    """The samples of a series that have these labels, as Prometheus reads them."""
    text = httpx.get(f"{site.url}/metrics").text
    samples = (each for family in text_string_to_metric_families(text) for each in family.samples)
    return [each.value for each in samples if each.name == name and labels.items() <= each.labels.items()]


def test_v2s_gauges_tell_what_is_so_now(site: AppServer) -> None:
    backend, machine = fake_backend(site.services), psutil.virtual_memory()
    (used,) = scraped(site, "swarm_host_ram_used_bytes")
    assert abs(used - (machine.total - machine.available)) < machine.total / 10
    profile = site.services.registry.get(MODEL).record.backend
    assert scraped(site, "swarm_model_loaded", model=MODEL, profile=profile) == [1]
    backend.ready = False
    wait_until(lambda: scraped(site, "swarm_model_loaded", model=MODEL) == [0])
    backend.ready, backend.script = True, replace(backend.script, hangs=True, after_tokens=1)
    assert scraped(site, "swarm_council_voices_active", voice=MODEL) == [0]
    caller = socket.create_connection(("127.0.0.1", site.port))
    caller.sendall(request_bytes({**WANTED, "model": "council/vote"}))
    wait_until(lambda: scraped(site, "swarm_council_voices_active", voice=MODEL) == [VOICES])
    hang_up(caller)
    wait_until(lambda: scraped(site, "swarm_council_voices_active", voice=MODEL) == [0])


def test_a_vote_that_agrees_is_counted(site: AppServer) -> None:
    for prompt in ("Which animal jumps?", "2+2", "Which animal barks?"):
        reply = post(site, "/vote", {"prompt": prompt}).raise_for_status().json()
        assert reply["council_consensus"] is (prompt != "2+2")
    wait_until(lambda: site.metric("autogen_requests_total") == 3)
    assert scraped(site, "swarm_council_consensus_achieved_total") == [2]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/hybrid", {"prompt": "Hi"}),
        ("/hybrid", {"prompt": "2+2"}),
        ("/vote", {"prompt": "Hi"}),
        (CHAT, WANTED),
        (CHAT, {**WANTED, "model": "council/auto"}),
        (CHAT, {**WANTED, "model": "council/vote"}),
        ("/v1/completions", {"model": MODEL, "prompt": "Hi"}),
    ],
)
def test_the_first_token_is_timed_of_streams_alone(site: AppServer, path: str, body: dict[str, Any]) -> None:
    for turn, stream in enumerate((False, True)):
        post(site, path, {**body, "stream": stream}).raise_for_status()
        wait_until(lambda turns=turn + 1: site.metric("autogen_requests_total") == turns)  # type: ignore[misc]
        assert site.metric("swarm_stream_first_token_latency_seconds_count") == turn


def test_health_tells_when_no_model_answers(site: AppServer) -> None:
    assert get(site, "/health")["status"] == "healthy"
    fake_backend(site.services).ready = False
    wait_until(lambda: httpx.get(f"{site.url}/health").status_code == 503)
    body = httpx.get(f"{site.url}/health").json()
    assert (body["status"], body["loaded_models"], body["error"]["code"]) == (
        "unhealthy",
        0,
        "model_not_ready",
    )
    assert get(site, "/models")["loaded_models"] == []
    assert get(site, "/models")["status"] == "unavailable"


async def test_a_database_that_is_none_stops_the_start(make_services: MakeServices, tmp_path: Path) -> None:
    (tmp_path / "council.db").write_bytes(b"not a database" * 100)
    services = make_services(fake_settings(tmp_path))
    with pytest.raises(StorageUnavailable, match="council.db"):
        await services.start()
    await services.aclose()


def test_only_turns_without_an_answer_cost_as_unanswered(
    make_services: MakeServices, tmp_path: Path, words: tuple[int, ...]
) -> None:
    decider = ScriptedDecider()
    settings = fake_settings(tmp_path)
    services = make_services(settings, decider=decider)
    with running_app(create_app(settings, services), services) as server:
        decider.skill = "math"
        assert post(server, "/hybrid", {"prompt": "3+3"}).json()["council"]["model"] is None
        decider.skill = "general"
        post(server, "/hybrid", {"prompt": "Hi"}).raise_for_status()
        assert get(server, "/stats")["last_24_hours"]["cost_usd_by_model"] == {MODEL: 0.0}
        fake_backend(services).restart(Script(words, error=InferenceUnavailable("it is away")))
        assert post(server, "/hybrid", {"prompt": "Hi"}).status_code == 503
        costs = get(server, "/stats")["last_24_hours"]["cost_usd_by_model"]
        assert costs == {MODEL: 0.0, "unanswered": 0.0}
