"""v2's documented routes, one test each; `pytest tests/api/test_v2_contract.py --v2-report` prints them as a table."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.api.v2_contract import ROUTES, Route, difference


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
