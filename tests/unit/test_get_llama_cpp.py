"""scripts/get_llama_cpp.py against an npm registry on this machine."""

from __future__ import annotations

import base64
import hashlib
import importlib
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from orchestrator.settings import PROJECT_ROOT

FILES = {
    "package/LICENSE": b"MIT",
    "package/package.json": b"{}",
    "package/bins/linux-x64/libllama.v0.5.0.so": b"llama",
    "package/bins/linux-x64/libllama-common.so": b"not wanted",
    "package/bins/linux-x64/libggml.v0.5.0.so": b"ggml",
    "package/bins/linux-x64/libggml-base.so": b"base",
    "package/bins/linux-x64/libggml-cpu-haswell.so": b"haswell",
    "package/bins/linux-x64/llama-addon.node": b"not wanted",
    "package/bins/linux-x64/../../../libggml-evil.so": b"outside",
}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT_ROOT / "scripts"))
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return importlib.reload(importlib.import_module("get_llama_cpp"))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site-packages").mkdir()
    return tmp_path / "site-packages"


def tarball() -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("package/bins/linux-x64/libggml-cpu-link.so")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return content.getvalue()


class Registry:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.paths: list[str] = []


@pytest.fixture
def registry(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    served = Registry(tarball())
    digest = base64.b64encode(hashlib.sha512(served.content).digest()).decode()
    monkeypatch.setattr(script, "INTEGRITY", f"sha512-{digest}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(served.content)))
            self.end_headers()
            self.wfile.write(served.content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/npm/")
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_is_fetched_once_and_only_llama_cpp_s_own_libraries_are_kept(
    script: ModuleType, registry: Registry, site: Path
) -> None:
    made = script.get_llama_cpp(site)
    assert {path.name for path in made.iterdir()} == {
        "LICENSE", "VERSION", "libllama.v0.5.0.so", "libggml.v0.5.0.so", "libggml-base.so", "libggml-cpu-haswell.so",
    }  # fmt: skip
    assert list(site.iterdir()) == [made]
    assert script.get_llama_cpp(site) == made
    assert registry.paths == [f"/npm/@node-llama-cpp/linux-x64/-/linux-x64-{script.VERSION}.tgz"]


def test_an_older_version_is_replaced_whole(script: ModuleType, registry: Registry, site: Path) -> None:
    old = site / script.DIRECTORY
    old.mkdir()
    (old / "VERSION").write_text("3.0.0\n")
    (old / "libllama.v0.1.0.so").write_bytes(b"old")
    assert script.get_llama_cpp(site) == old
    assert script.installed(site)
    assert not (old / "libllama.v0.1.0.so").exists()


def test_an_altered_tarball_is_refused_and_nothing_is_left(
    script: ModuleType, registry: Registry, site: Path
) -> None:
    registry.content += b"!"
    with pytest.raises(script.DownloadError, match=r"is sha512-.*, expected sha512-"):
        script.get_llama_cpp(site)
    assert list(site.iterdir()) == []


def test_no_registry_is_an_error_with_the_variable_to_set(
    script: ModuleType, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    with pytest.raises(script.DownloadError, match="cannot reach .* npm_config_registry"):
        script.get_llama_cpp(site)


@pytest.mark.parametrize(
    ("variable", "npmrc", "expected"),
    [
        (None, None, "https://registry.npmjs.org"),
        (None, "fund=false\nregistry = http://mirror/npm/\n", "http://mirror/npm"),
        ("http://own/", "registry=http://mirror", "http://own"),
    ],
)
def test_the_registry_is_npm_s(
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str | None,
    npmrc: str | None,
    expected: str,
) -> None:
    if npmrc is not None:
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / ".npmrc").write_text(npmrc)
    if variable is not None:
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", variable)
    assert script.registry_url() == expected
