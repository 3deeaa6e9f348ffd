"""Who may call: the key where one is set, else only programs and pages of this machine."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.app import create_app
from tests.api.conftest import MakeServices, fake_settings
from tests.api.server import AppServer, running_app

KEY = "a-key-of-more-than-sixteen-characters"


@pytest.fixture(scope="module")
def keyed(make_services: MakeServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    settings = fake_settings(tmp_path_factory.mktemp("keyed"), api_key=KEY)
    services = make_services(settings)
    with running_app(create_app(settings, services), services) as server:
        yield server


def status_of(server: AppServer, path: str, headers: list[tuple[str, str]]) -> int:
    """The status for exactly these headers: no client adds or corrects any."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status


OURS = ("Host", "127.0.0.1:9000")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([OURS], 200),
        ([("Host", "localhost")], 200),
        ([("Host", "LocalHost:1234")], 200),
        ([("Host", "[::1]:9000")], 200),
        ([("Host", "[::1]")], 200),
        ([], 403),
        ([("Host", "")], 403),
        ([("Host", "evil.example")], 403),
        ([("Host", "127.0.0.1.evil.example")], 403),
        ([("Host", "localhost:evil.example")], 403),
        ([("Host", "localhost.")], 403),
        ([OURS, ("Host", "evil.example")], 403),
        ([OURS, ("Origin", "http://localhost:8501")], 200),
        ([OURS, ("Origin", "https://127.0.0.1")], 200),
        ([OURS, ("Origin", "http://[::1]:3000")], 200),
        ([OURS, ("Origin", "http://evil.example")], 403),
        ([OURS, ("Origin", "http://localhost@evil.example")], 403),
        ([OURS, ("Origin", "http://localhost.evil.example")], 403),
        ([OURS, ("Origin", "file://localhost")], 403),
        ([OURS, ("Origin", "null")], 403),
        ([OURS, ("Origin", "")], 403),
    ],
)
def test_host_and_origin(server: AppServer, headers: list[tuple[str, str]], status: int) -> None:
    assert status_of(server, "/v1/models", headers) == status


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (f"Bearer {KEY}", 200),
        (f"bearer {KEY}", 200),
        (KEY, 401),
        (f"Basic {KEY}", 401),
        (f"Bearer {KEY}x", 401),
        (f"Bearer {KEY[:-1]}", 401),
        ("Bearer ", 401),
        ("Bearer", 401),
        ("Bearer \xff\xfe", 401),
        ("", 401),
    ],
)
def test_key(keyed: AppServer, value: str, status: int) -> None:
    assert status_of(keyed, "/v1/models", [OURS, ("Authorization", value)]) == status


def test_key_opens_under_any_host(keyed: AppServer) -> None:
    headers = [("Host", "council.example"), ("Authorization", f"Bearer {KEY}")]
    assert status_of(keyed, "/v1/models", headers) == 200


@pytest.mark.parametrize(
    ("path", "status"), [("/health/live", 200), ("/health/ready", 200), ("/metrics", 401)]
)
def test_probes_need_no_key(keyed: AppServer, path: str, status: int) -> None:
    assert status_of(keyed, path, [OURS]) == status


def test_allowed_hosts_extend_ours(make_services: MakeServices, tmp_path: Path) -> None:
    settings = fake_settings(tmp_path, allowed_hosts=["Council.Example"])
    services = make_services(settings)
    with running_app(create_app(settings, services), services) as server:
        origin = ("Origin", "https://council.example")
        assert status_of(server, "/v1/models", [("Host", "council.example:80"), origin]) == 200
        assert status_of(server, "/v1/models", [("Host", "other.example")]) == 403
