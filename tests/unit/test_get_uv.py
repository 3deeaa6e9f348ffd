"""scripts/get_uv.py against a package index on this machine."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from orchestrator.settings import PROJECT_ROOT


@pytest.fixture
def get_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT_ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location("get_uv", PROJECT_ROOT / "scripts" / "get_uv.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "get_uv", module)
    spec.loader.exec_module(module)
    for name in ("UV", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return module


def wheel(version: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"uv-{version}.data/scripts/uv", "#!/bin/sh\necho a stand-in for uv\n")
    return content.getvalue()


class Index:
    """A PEP 503 index with one wheel; `paths` is what was asked for, `authorization` with which credentials."""

    def __init__(self, filename: str, content: bytes) -> None:
        self.pages = {
            "/simple/uv/": f'<a href="../../files/{filename}#sha256=00">{filename}</a>'.encode(),
            f"/files/{filename}": content,
        }
        self.cut = False
        self.paths: list[str] = []
        self.authorization: list[str | None] = []
        self.url = ""


@pytest.fixture
def index(get_uv: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    filename, _ = get_uv.wheel_for_this_machine()
    content = wheel(get_uv.UV_VERSION)
    digest = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(get_uv, "wheel_for_this_machine", lambda: (filename, digest))
    served = Index(filename, content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.paths.append(self.path)
            served.authorization.append(self.headers["Authorization"])
            page = served.pages.get(self.path)
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Length", str(len(page or b"")))
            self.end_headers()
            cut = served.cut and self.path.startswith("/files/")
            self.wfile.write((page or b"")[: 10 if cut else None])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}/simple"
    monkeypatch.setenv("PIP_INDEX_URL", served.url + "/")
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_is_fetched_once_and_found_afterwards(get_uv: ModuleType, index: Index, tmp_path: Path) -> None:
    uv = get_uv.get_uv(tmp_path)
    assert uv == tmp_path / f"uv-{get_uv.UV_VERSION}" / "uv"
    assert os.access(uv, os.X_OK)
    assert len(index.paths) == 2
    assert get_uv.get_uv(tmp_path) == uv
    assert len(index.paths) == 2


def left_in(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_altered_wheel_is_refused_and_nothing_is_left(
    get_uv: ModuleType, index: Index, tmp_path: Path
) -> None:
    path = next(path for path in index.pages if path.startswith("/files/"))
    index.pages[path] += b"!"
    with pytest.raises(get_uv.DownloadError, match="has sha256 .*, expected"):
        get_uv.get_uv(tmp_path)
    assert left_in(tmp_path) == []


def test_a_download_that_breaks_off_is_an_error(get_uv: ModuleType, index: Index, tmp_path: Path) -> None:
    index.cut = True
    with pytest.raises(get_uv.DownloadError, match=r"broke after 10 of \d+ bytes"):
        get_uv.get_uv(tmp_path)
    assert left_in(tmp_path) == []


def test_an_index_without_uv_names_itself_but_no_password(
    get_uv: ModuleType, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.pages.clear()
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("//", "//me:secret@"))
    with pytest.raises(get_uv.DownloadError, match="answered HTTP 404") as failed:
        get_uv.get_uv(tmp_path)
    assert "secret" not in str(failed.value)
    assert "PIP_INDEX_URL" in str(failed.value)


def test_the_index_s_credentials_are_sent_to_it(
    get_uv: ModuleType, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("//", "//me:secret@"))
    get_uv.get_uv(tmp_path)
    assert index.authorization == ["Basic bWU6c2VjcmV0"] * 2


def test_nothing_answers(get_uv: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    with pytest.raises(get_uv.DownloadError, match="cannot reach .* check the network, HTTPS_PROXY"):
        get_uv.get_uv(tmp_path)


@pytest.mark.parametrize(
    ("variables", "pip_conf", "expected"),
    [
        ({}, "", "https://pypi.org/simple"),
        ({}, "[global]\nindex-url = http://conf/simple/\n", "http://conf/simple"),
        (
            {"PIP_INDEX_URL": "http://pip/simple/"},
            "[global]\nindex-url = http://conf/simple\n",
            "http://pip/simple",
        ),
        ({"PIP_INDEX_URL": "http://pip", "UV_INDEX_URL": "http://uv"}, "", "http://uv"),
        ({"UV_INDEX_URL": "http://old", "UV_DEFAULT_INDEX": "http://uv"}, "", "http://uv"),
        ({}, "not an ini file", "https://pypi.org/simple"),
    ],
)
def test_the_index_is_uv_s_then_pip_s_then_the_default(
    get_uv: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    pip_conf: str,
    expected: str,
) -> None:
    (tmp_path / "pip.conf").write_text(pip_conf)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert get_uv.index_url() == expected


def test_a_platform_without_a_wheel_is_told_what_to_do(
    get_uv: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_uv.platform, "machine", lambda: "sparc64")
    with pytest.raises(get_uv.DownloadError, match="no pinned uv for .* sparc64"):
        get_uv.wheel_for_this_machine()


def test_a_uv_of_one_s_own_is_taken(get_uv: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV", "/opt/uv")
    assert get_uv.get_uv() == Path("/opt/uv")
