"""v2's routes over the real engine: one answer in every form, and Triton gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestrator.settings import Settings
from orchestrator.supervision.triton_server import TritonServer
from tests.api.server import AppServer
from tests.api.test_v2_bad_input import ROUTES
from tests.api.test_v2_streams import json_events, word_events
from tests.conftest import MODEL, MODELS_DIR, running_council
from tests.contract.firm import PASSAGE

# Greedy answers are compared, so no rounding may turn one: the first token has p = 0.45 against 0.09 for the next likeliest,
# each later one p > 0.75 (SmolLM2-135M).
ASK: dict[str, Any] = {
    "prompt": "\n".join([PASSAGE] * 8) + f"\nWrite the same sentence again.\n{PASSAGE}",
    "max_tokens": 30,
    "temperature": 0,
}


def post(council: AppServer, path: str, **fields: Any) -> httpx.Response:
    return httpx.post(f"{council.url}{path}", json={**ASK, **fields}, timeout=60)


def test_the_same_answer_in_every_form(council: AppServer) -> None:
    whole = post(council, "/hybrid").raise_for_status().json()["text"]
    assert len(whole.split()) > 5
    *chunks, last = json_events(post(council, "/hybrid", stream=True))
    assert "".join(str(chunk["text"]) for chunk in chunks) == whole
    assert (last["done"], last["model"]) == (True, MODEL)
    *words, end = word_events(post(council, "/hybrid/stream"))
    assert ("".join(words), end) == (whole, "[STREAM_COMPLETE]")
    messages = [{"role": "user", "content": ASK["prompt"]}]
    body = httpx.post(
        f"{council.url}/hybrid",
        json={"messages": messages, "max_tokens": ASK["max_tokens"], "temperature": 0},
        timeout=60,
    ).json()
    assert body["choices"][0]["message"]["content"] == whole


def test_the_journal_has_what_the_engine_delivered(council: AppServer) -> None:
    reply = post(council, "/hybrid")
    entry = httpx.get(f"{council.url}/api/decisions/{reply.headers['x-request-id']}").json()
    assert entry["model"] == MODEL
    assert entry["completion_tokens"] == pytest.approx(
        len(council.services.registry.get(MODEL).tokenizer.encode_text(reply.json()["text"])), abs=4
    )
    assert 0 < entry["first_text_ms"] <= entry["latency_ms"]
    assert entry["cost_usd"] == 0.0


async def test_without_triton_every_route_is_503_with_a_code(
    own_triton: TritonServer, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "models").symlink_to(MODELS_DIR)
    port = int(own_triton.grpc_url.rpartition(":")[2])
    with running_council(Settings(data_dir=data_dir, triton_grpc_port=port)) as council:
        assert post(council, "/hybrid").status_code == 200
        await own_triton.stop()
        for path, fields in ROUTES.items():
            reply = post(council, path, **fields)
            assert reply.status_code == 503, (path, reply.text)
            assert reply.json()["error"]["code"] in ("inference_unavailable", "no_voice_answered"), path
            assert "text" not in reply.json()
        health = httpx.get(f"{council.url}/health")
        assert (health.status_code, health.json()["status"]) == (503, "unhealthy")
        stats = httpx.get(f"{council.url}/stats").json()
        assert (stats["requests_total"], stats["requests_success"]) == (1 + len(ROUTES), 1)
