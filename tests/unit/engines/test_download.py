from __future__ import annotations

import random
import socket
from pathlib import Path

import httpx
import pytest
from conftest import Recorder
from file_server import FileServer

from engines import errors
from engines.download import Endpoint, download, read_page

BODY = random.Random(1).randbytes(3_000_000)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "partial"


@pytest.fixture
def site(server: FileServer) -> FileServer:
    server.put("/file", BODY)
    return server


def fetch(
    site: FileServer, target: Path, progress: Recorder, path: str = "/file", size: int | None = len(BODY)
) -> None:
    download(Endpoint(httpx.URL(site.url)), httpx.URL(site.url + path), target, size, progress)


def test_the_file_arrives_and_progress_adds_up(site: FileServer, target: Path, recorder: Recorder) -> None:
    fetch(site, target, recorder)
    assert target.read_bytes() == BODY
    assert recorder.steps == [("download", len(BODY))]
    assert recorder.done == {"download": len(BODY)}


@pytest.mark.parametrize("etag", ['"one"', ""], ids=["etag", "no etag"])
def test_a_broken_connection_is_resumed_where_it_broke(
    site: FileServer, target: Path, recorder: Recorder, etag: str
) -> None:
    site.etag, site.cuts = etag, [1_000_000, 500_000]
    fetch(site, target, recorder)
    assert target.read_bytes() == BODY
    assert site.header("/file", "Range") == [None, "bytes=1000000-", "bytes=1500000-"]
    assert recorder.done == {"download": len(BODY)}


def test_a_server_without_ranges_is_read_from_the_start(
    site: FileServer, target: Path, recorder: Recorder
) -> None:
    site.ranges, site.cuts = False, [1_000_000, 2_000_000]
    fetch(site, target, recorder)
    assert target.read_bytes() == BODY
    assert recorder.done == {"download": len(BODY)}


def test_a_later_run_goes_on_with_what_an_earlier_one_left(
    site: FileServer, target: Path, recorder: Recorder
) -> None:
    site.cuts = [1_000_000] + [0] * 5
    with pytest.raises(errors.SourceUnreachable):
        fetch(site, target, recorder)
    assert target.stat().st_size == 1_000_000
    fetch(site, target, recorder)
    assert target.read_bytes() == BODY
    assert site.header("/file", "Range")[-1] == "bytes=1000000-"


def test_a_file_that_changed_in_between_starts_over(
    site: FileServer, target: Path, recorder: Recorder
) -> None:
    site.cuts = [1_000_000] + [0] * 5
    with pytest.raises(errors.SourceUnreachable):
        fetch(site, target, recorder)
    other = BODY[::-1]
    site.put("/file", other)
    site.etag = '"two"'
    fetch(site, target, recorder)
    assert target.read_bytes() == other


@pytest.mark.parametrize("left", [len(BODY) + 5, 100], ids=["longer than the file", "of unknown origin"])
def test_leftovers_that_do_not_fit_are_dropped(
    site: FileServer, target: Path, recorder: Recorder, left: int
) -> None:
    target.write_bytes(b"?" * left)
    fetch(site, target, recorder)
    assert target.read_bytes() == BODY


def test_a_complete_leftover_is_not_asked_for_again(
    site: FileServer, target: Path, recorder: Recorder
) -> None:
    target.write_bytes(BODY)
    fetch(site, target, recorder)
    assert site.requests == []


@pytest.mark.parametrize("announced", [len(BODY) - 1, len(BODY) + 1], ids=["longer", "shorter"])
def test_a_file_of_another_size_is_refused(
    site: FileServer, target: Path, recorder: Recorder, announced: int
) -> None:
    with pytest.raises(errors.IntegrityError, match="were announced"):
        fetch(site, target, recorder, size=announced)
    assert not target.exists()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, errors.SourceRefused),
        (403, errors.SourceRefused),
        (404, errors.SourceNotFound),
        (410, errors.SourceNotFound),
        (418, errors.SourceUnreachable),
        (500, errors.SourceUnreachable),
        (503, errors.SourceUnreachable),
    ],
)
def test_a_status_becomes_its_error(
    site: FileServer, target: Path, recorder: Recorder, status: int, error: type[errors.EngineError]
) -> None:
    site.statuses["/file"] = status
    with pytest.raises(error) as caught:
        fetch(site, target, recorder)
    assert str(status) in caught.value.message
    assert caught.value.fix
    assert not target.exists()


def test_a_server_that_is_down_is_named(target: Path, recorder: Recorder) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = httpx.URL(f"http://127.0.0.1:{unused.getsockname()[1]}/file")
        with pytest.raises(errors.SourceUnreachable, match=f"{url}") as caught:
            download(Endpoint(url), url, target, None, recorder)
    assert "network" in caught.value.fix


def test_a_server_that_falls_silent_is_unreachable(
    site: FileServer, target: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engines.download.TIMEOUT", httpx.Timeout(0.2))
    site.chunk_bytes, site.pause_s, site.ranges = 1_000_000, 0.6, False
    with pytest.raises(errors.SourceUnreachable, match="/file"):
        fetch(site, target, recorder)


def test_a_name_that_does_not_resolve_is_unreachable(target: Path, recorder: Recorder) -> None:
    url = httpx.URL("https://nowhere.invalid/file")
    with pytest.raises(errors.SourceUnreachable, match=r"nowhere\.invalid"):
        download(Endpoint(url), url, target, None, recorder)


def test_a_tls_fault_is_told_from_a_network_fault(site: FileServer, target: Path, recorder: Recorder) -> None:
    url = httpx.URL(f"https://127.0.0.1:{site.port}/file")
    with pytest.raises(errors.SourceUntrusted, match="TLS with") as caught:
        download(Endpoint(url), url, target, None, recorder)
    assert "certificate" in caught.value.fix


@pytest.mark.parametrize(
    ("base", "url", "admitted"),
    [
        ("https://a.test", "https://a.test/x", True),
        ("https://a.test", "https://cdn.test/x", True),
        ("https://a.test", "http://a.test/x", False),
        ("https://a.test", "http://127.0.0.1/x", False),
        ("http://127.0.0.1:1", "http://127.0.0.1:2/x", True),
        ("http://localhost:1", "http://[::1]:2/x", True),
        ("http://127.0.0.1:1", "http://127.evil.test/x", False),
        ("http://mirror.test", "http://mirror.test/x", True),
        ("http://mirror.test", "http://cdn.test/x", False),
        ("http://mirror.test", "http://127.0.0.1/x", False),
        ("https://a.test", "file:///etc/passwd", False),
    ],
)
def test_bytes_come_over_https_only(base: str, url: str, admitted: bool) -> None:
    assert Endpoint(httpx.URL(base)).admits(httpx.URL(url)) is admitted


def test_a_redirect_that_leaves_https_is_not_followed(
    site: FileServer, target: Path, recorder: Recorder
) -> None:
    site.redirects["/moved"] = "http://cdn.test/file"
    with pytest.raises(errors.SourceUntrusted, match=r"http://cdn\.test/file"):
        fetch(site, target, recorder, path="/moved")


def test_a_circle_of_redirects_ends(site: FileServer, target: Path, recorder: Recorder) -> None:
    site.redirects["/round"] = "/round"
    with pytest.raises(errors.SourceUnreachable, match="more than 5 redirects"):
        fetch(site, target, recorder, path="/round")


def test_messages_show_no_query_and_no_password(site: FileServer, target: Path, recorder: Recorder) -> None:
    url = httpx.URL(f"http://someone:word@127.0.0.1:{site.port}/none?signature=secret")
    with pytest.raises(errors.SourceNotFound) as caught:
        download(Endpoint(url), url, target, None, recorder)
    assert "/none" in caught.value.message
    assert "word" not in caught.value.message
    assert "secret" not in caught.value.message


def test_an_endless_page_is_cut_off(site: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engines.download.MAX_PAGE_BYTES", 1000)
    with pytest.raises(errors.IntegrityError, match="larger than an index page"):
        read_page(Endpoint(httpx.URL(site.url)), httpx.URL(f"{site.url}/file"), "text/html")
