"""v2's documented routes, one test each; `pytest tests/api/test_v2_contract.py --v2-report` prints them as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from orchestrator.schemas.council import (
    CanaryBody,
    CouncilBody,
    CouncilQuestion,
    HybridBody,
    OrchestrateBody,
    PromptBody,
    VoteBody,
)
from tests.api.v2_contract import ASK, MESSAGES, ROUTES, Route, difference


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name.replace(" ", "-"))
def test_documented_route(
    http: httpx.Client, route: Route, record_property: Callable[[str, object], None]
) -> None:
    record_property("v2_route", (route.name, route.section, route.method, route.status, route.changed))
    reply = http.request(route.method, route.path, json=route.body)
    assert reply.status_code == route.status, reply.text
    assert reply.headers.get("content-type", "") == route.kind
    if route.kind == "application/json":
        assert difference(reply.json(), route.shape) == []


def test_the_comparison_sees_what_is_missing_or_of_another_type() -> None:
    assert difference({"a": 1, "more": 2}, {"a": (int,)}) == []
    assert difference({}, {"a": (int,)}) == [".a is missing"]
    assert difference({"a": True}, {"a": (int,)})  # a flag is not a number
    assert difference({"a": 1}, {"a": (float,)})


def test_every_route_of_v2_is_in_the_table(http: httpx.Client) -> None:
    """Those of the schema outside /v1 that v2 had; ours alone are named."""
    ours = {
        "/health/live",
        "/health/ready",
        "/api/route",
        "/api/decisions",
        "/api/decisions/{request_id}",
    }
    paths = {path for path in http.get("/openapi.json").json()["paths"] if not path.startswith("/v1/")} - ours
    tested = [route.path for route in ROUTES if route.status not in (307, 404)]
    missed = [path for path in paths if not any(each.startswith(path.split("/{")[0]) for each in tested)]
    assert missed == []


WHOLE: dict[str, dict[str, Any]] = {
    "/hybrid": {},
    "/orchestrate": {"route": []},
    "/vote": {},
    "/council": {},
    "/api/chat": {},
}
STREAMED: dict[str, dict[str, Any]] = {
    "/hybrid?stream=true": {},
    "/hybrid/stream": {},
    "/api/chat": {"stream": True},
}


@pytest.mark.parametrize(("path", "fields"), [*WHOLE.items(), *STREAMED.items()])
def test_every_answer_has_its_decision_in_the_headers(
    http: httpx.Client, path: str, fields: dict[str, Any]
) -> None:
    reply = http.post(path, json={**ASK, **fields}).raise_for_status()
    told = {name: reply.headers[f"x-council-{name}"] for name in ("skill", "model", "policy", "reason")}
    assert all(told.values())
    if reply.headers["content-type"] == "application/json":
        decision = reply.json()["council"]["decision"]
        assert (told["skill"], told["model"], told["policy"]) == (
            decision["skill"],
            decision["model"],
            decision["policy"],
        )
        assert unquote(told["reason"]) == decision["reason"][:300]


BODY_OF: dict[str, type[CouncilBody]] = {
    "/hybrid": HybridBody,
    "/hybrid/stream": PromptBody,
    "/orchestrate": OrchestrateBody,
    "/vote": VoteBody,
    "/council": CouncilQuestion,
    "/api/chat": PromptBody,
    "/admin/canary/start": CanaryBody,
}
OPTIONAL = [
    (path, name)
    for path, body in BODY_OF.items()
    for name, field in body.model_fields.items()
    if not field.is_required()
]


@pytest.mark.parametrize(("path", "name"), OPTIONAL)
def test_null_is_the_same_as_leaving_a_field_out(http: httpx.Client, path: str, name: str) -> None:
    asked = "prompt" if name == "query" else "query"
    body = {asked: "Where does the fox go?", "route": [], "image_tag": "v3"}
    without = http.post(path, json=body)
    reply = http.post(path, json={**body, name: None})
    assert reply.status_code == without.status_code, reply.text
    assert reply.status_code in (200, 503)
    assert (reply.status_code == 503) is path.startswith("/admin")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/hybrid", {"prompt": None, "query": None, "messages": None}),
        ("/orchestrate", {**ASK, "route": None}),
        ("/admin/apikey/openai", {"key": None}),
        ("/admin/canary/start", {"image_tag": None}),
    ],
)
def test_null_where_a_field_is_required_is_a_missing_one(http: httpx.Client, path: str, body: Any) -> None:
    reply = http.post(path, json=body)
    assert reply.status_code == 422
    assert [fault["type"] for fault in reply.json()["detail"]] == ["missing"]


def test_messages_beside_nulls_are_a_conversation(http: httpx.Client) -> None:
    reply = http.post("/hybrid", json={**MESSAGES, "prompt": None, "query": None}).raise_for_status()
    assert reply.json()["object"] == "chat.completion"


@pytest.mark.parametrize(
    ("value", "status"), [("yes", 503), ("on", 503), ("off", 200), ("perhaps", 422), ("2", 422)]
)
def test_the_cloud_switch_takes_what_v2_took_for_a_boolean(
    http: httpx.Client, value: str, status: int
) -> None:
    assert http.post(f"/admin/cloud/{value}").status_code == status


def test_half_of_a_surrogate_pair_is_named_as_such(http: httpx.Client) -> None:
    reply = http.post("/hybrid", content=b'{"prompt": "\\ud800"}')
    assert (reply.status_code, reply.json()["error"]["code"]) == (422, "invalid_body")
    assert "half of a surrogate pair" in reply.json()["error"]["message"]
    assert (
        http.post("/hybrid", content=b'{"prompt"')
        .json()["error"]["message"]
        .startswith("the body is not valid JSON:")
    )
