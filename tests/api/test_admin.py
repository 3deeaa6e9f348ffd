"""`/admin`: pages of other sites may not, keys are needed where one is set, bad values change nothing, keys stay secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestrator.app import create_app
from tests.api.conftest import MakeServices, fake_settings
from tests.api.server import AppServer, running_app

KEY = "a-key-of-more-than-sixteen-characters"
SECRET = "sk-not-to-be-seen-0123456789"
CLOUD = {
    "cloud_base_url": "https://cloud.example/v1",
    "cloud_model": "mini",
    "cloud_prompt_usd_per_1k_tokens": 0.001,
    "cloud_completion_usd_per_1k_tokens": 0.002,
}
CALLS: list[tuple[str, str, Any]] = [
    ("POST", "/admin/cloud/true", None),
    ("POST", "/admin/cloud/false", None),
    ("POST", "/admin/cap/0", None),
    ("GET", "/admin/status", None),
    ("POST", "/admin/apikey/openai", {"key": SECRET}),
    ("POST", "/admin/canary/start", {"image_tag": "x"}),
    ("POST", "/admin/canary/scale/5", None),
    ("POST", "/admin/canary/stop", None),
    ("GET", "/admin/canary/status", None),
    ("GET", "/admin/canary/metrics", None),
    ("POST", "/admin/canary/webhook/started", None),
]
EVERY = pytest.mark.parametrize(("method", "path", "body"), CALLS, ids=[path for _, path, _ in CALLS])


@pytest.fixture
def open_admin(make_services: MakeServices, tmp_path: Path) -> Iterator[AppServer]:
    services = make_services(fake_settings(tmp_path, **CLOUD))
    with running_app(create_app(services.settings, services), services) as server:
        yield server


@pytest.fixture(scope="module")
def keyed(make_services: MakeServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    services = make_services(fake_settings(tmp_path_factory.mktemp("keyed"), api_key=KEY, **CLOUD))
    with running_app(create_app(services.settings, services), services) as server:
        yield server


def state(server: AppServer) -> Any:
    headers = {"authorization": f"Bearer {KEY}"}
    return httpx.get(f"{server.url}/admin/status", headers=headers).raise_for_status().json()


def test_every_admin_route_is_tried(server: AppServer) -> None:
    schema = httpx.get(f"{server.url}/openapi.json").json()["paths"]
    known = {
        (method.upper(), path) for path in schema if path.startswith("/admin") for method in schema[path]
    }
    fixed = {path.split("/{")[0] for _, path in known}
    assert all(any(tried.startswith(path) for _, tried, _ in CALLS) for path in fixed)
    assert len(known) == len({(method, path.rsplit("/", 1)[0] if path[-1].isdigit() or path.endswith(("true", "false", "openai", "started")) else path) for method, path, _ in CALLS})  # fmt: skip


@EVERY
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost.evil.example"])
def test_pages_of_other_sites_may_not(
    open_admin: AppServer, method: str, path: str, body: Any, origin: str
) -> None:
    """A form or script of another site in the user's own browser: its Origin gives it away."""
    before = state(open_admin)
    headers = {"origin": origin, "content-type": "text/plain"}
    reply = httpx.request(method, f"{open_admin.url}{path}", json=body, headers=headers)
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "forbidden_origin")
    reply = httpx.request(method, f"{open_admin.url}{path}", json=body, headers={"host": "evil.example"})
    assert reply.status_code == 403  # DNS rebinding
    assert state(open_admin) == before


@EVERY
@pytest.mark.parametrize("authorization", ["", "Bearer wrong", f"Bearer {KEY}x", f"Basic {KEY}", KEY])
def test_a_key_is_needed_where_one_is_set(
    keyed: AppServer, method: str, path: str, body: Any, authorization: str
) -> None:
    before = state(keyed)
    headers = {"authorization": authorization} if authorization else {}
    reply = httpx.request(method, f"{keyed.url}{path}", json=body, headers=headers)
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "invalid_api_key")
    assert state(keyed) == before


@pytest.mark.parametrize(
    "value",
    [
        "-1",
        "-0.01",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "1e99",
        "1000000.01",
        "ten",
        "1,5",
        "%20",
        "0x10",
    ],
)
def test_a_cap_that_is_none(open_admin: AppServer, value: str) -> None:
    before = state(open_admin)
    reply = httpx.post(f"{open_admin.url}/admin/cap/{value}")
    assert reply.status_code == 422, reply.text
    assert reply.json()["detail"][0]["loc"] == ["path", "budget_usd"]
    assert state(open_admin) == before


@pytest.mark.parametrize("value", [0.0, 0.000001, 12.5, 1_000_000.0])
def test_a_cap_is_set_and_told(open_admin: AppServer, value: float) -> None:
    reply = httpx.post(f"{open_admin.url}/admin/cap/{value}").raise_for_status()
    assert reply.json() == {"budget_usd": value, "status": "updated"}
    assert httpx.get(f"{open_admin.url}/budget").json()["budget_status"]["max_budget_dollars"] == value
    assert (state(open_admin)["budget_usd"], state(open_admin)["budget_set_by"]) == (value, "administrator")


def test_the_switch(open_admin: AppServer) -> None:
    assert state(open_admin)["cloud_enabled"] is False
    for said, meant in (("true", True), ("false", False), ("1", True), ("off", False)):
        reply = httpx.post(f"{open_admin.url}/admin/cloud/{said}").raise_for_status()
        assert reply.json() == {"cloud_enabled": meant, "status": "updated"}
        assert state(open_admin)["cloud_enabled"] is meant


def test_settings_set_are_found_by_the_next_start(make_services: MakeServices, tmp_path: Path) -> None:
    for expected in ((10.0, False), (3.5, True)):
        services = make_services(fake_settings(tmp_path, **CLOUD))
        with running_app(create_app(services.settings, services), services) as server:
            found = state(server)
            assert (found["budget_usd"], found["cloud_enabled"]) == expected
            httpx.post(f"{server.url}/admin/cap/3.5").raise_for_status()
            httpx.post(f"{server.url}/admin/cloud/true").raise_for_status()


def test_without_an_upstream_nothing_is_enabled(make_services: MakeServices, tmp_path: Path) -> None:
    for fields, expected in ((CLOUD, True), ({}, False), (CLOUD, True)):
        services = make_services(fake_settings(tmp_path, **fields))
        with running_app(create_app(services.settings, services), services) as server:
            if fields:
                httpx.post(f"{server.url}/admin/cloud/true").raise_for_status()
            assert state(server)["cloud_enabled"] is expected


def test_a_key_is_kept_in_memory_alone(
    open_admin: AppServer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    reply = httpx.post(f"{open_admin.url}/admin/apikey/openai", json={"key": SECRET}).raise_for_status()
    body = reply.json()
    assert (body["ok"], body["provider"], body["env_var"]) == (True, "openai", "COUNCIL_CLOUD_API_KEY")
    assert state(open_admin)["cloud_has_key"] is True
    told = [reply.text, caplog.text]
    told += [
        httpx.get(f"{open_admin.url}{path}").text
        for path in ("/admin/status", "/models", "/metrics", "/openapi.json")
    ]
    files = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert files  # the database is there
    assert not any(SECRET in text for text in told)
    assert not any(SECRET.encode() in data for data in files)
    assert SECRET not in repr(open_admin.services)


@pytest.mark.parametrize(
    ("provider", "key", "status"),
    [
        ("openai", "", 400),
        ("openai", "   ", 400),
        ("openai", "line\nbreak: x", 400),
        ("openai", "schlüssel", 400),
        ("nobody", SECRET, 400),
        ("OPENAI", SECRET, 400),
        ("mistral", SECRET, 503),
        ("openai", None, 422),
        ("openai", 7, 422),
        ("openai", "x" * 5000, 422),
    ],
)
def test_a_key_that_cannot_be_used(open_admin: AppServer, provider: str, key: Any, status: int) -> None:
    reply = httpx.post(f"{open_admin.url}/admin/apikey/{provider}", json={"key": key})
    assert reply.status_code == status, reply.text
    assert "detail" in reply.json()
    assert SECRET not in reply.text
    assert state(open_admin)["cloud_has_key"] is False


def test_the_working_directory_is_not_served(open_admin: AppServer) -> None:
    """v2 served it at /admin and /journey, saved keys included."""
    for path in (
        "/admin/council.py",
        "/admin/../pyproject.toml",
        "/journey/pyproject.toml",
        "/admin/",
        "/data/council.db",
    ):
        assert httpx.get(f"{open_admin.url}{path}").status_code == 404
