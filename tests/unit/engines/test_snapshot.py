"""The store with a GPU model: a repository at a commit, from a web server that stands for the hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Recorder
from file_server import FileServer, serving
from hub_factory import (
    MODEL_ID,
    REPO,
    REVISION,
    TREE,
    git_id,
    path_of,
    put_snapshot,
    snapshot_files,
    snapshot_record,
)
from model_factory import sha256

from engines import errors
from engines.record import ModelRecord
from engines.sources import git_blob_id
from engines.store import ModelStore

ROOT = Path(__file__).resolve().parents[3]
FILES = snapshot_files()
WEIGHTS = [name for name in FILES if name.endswith(".safetensors")]
SMALL = ["config.json", "tokenizer.json"]


@pytest.fixture
def hub(server: FileServer) -> FileServer:
    put_snapshot(server, FILES)
    return server


def store_of(models_dir: Path, environ: dict[str, str], record: ModelRecord | None = None) -> ModelStore:
    return ModelStore(models_dir, {MODEL_ID: record or snapshot_record(FILES)}, environ)


@pytest.fixture
def store(hub: FileServer, models_dir: Path, environ: dict[str, str]) -> ModelStore:
    return store_of(models_dir, environ)


def left_over(models_dir: Path) -> list[str]:
    return sorted(p.name for part in (".partial", ".staging") for p in (models_dir / part).iterdir())


def asked(hub: FileServer) -> list[str]:
    return [path for path, _ in hub.requests]


def test_a_file_s_git_id_is_git_s(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"what is up, doc?")
    assert git_blob_id(path) == "bd9dbf5aae1a3862dd1526723246b20206e5fc37"  # the example of git's own book
    path.write_bytes(bytes(3 << 20))
    assert git_blob_id(path) == git_id(bytes(3 << 20))


def test_a_pull_installs_every_file_as_it_is(store: ModelStore, models_dir: Path, recorder: Recorder) -> None:
    assert store.pull(MODEL_ID, recorder)
    directory = store.path(MODEL_ID)
    assert {path.name for path in directory.iterdir()} == {*FILES, "installed.json"}
    assert all((directory / name).read_bytes() == body for name, body in FILES.items())
    manifest = json.loads((directory / "installed.json").read_text())
    assert (manifest["source_revision"], manifest["source_sha256"], manifest["weights"]) == (
        REVISION,
        None,
        True,
    )
    expected = {name: {"size_bytes": len(body), "sha256": sha256(body)} for name, body in FILES.items()}
    assert manifest["files"] == expected
    assert ("download config.json", len(FILES["config.json"])) in recorder.steps
    for name, total in recorder.steps[:-1]:
        assert recorder.done[name] == total, name
    assert left_over(models_dir) == []
    assert store.verify(MODEL_ID) == []
    assert store.pull(MODEL_ID) is False


def test_the_tokenizer_alone_is_enough_to_serve_and_not_to_build(store: ModelStore, hub: FileServer) -> None:
    assert store.pull(MODEL_ID, weights=False)
    assert asked(hub) == [TREE, *map(path_of, SMALL)]
    assert store.status(MODEL_ID).state == "tokenizer only"
    assert store.verify(MODEL_ID) == []
    with pytest.raises(errors.ModelNotInstalled, match="without its weights"):
        store.path(MODEL_ID)
    assert store.pull(MODEL_ID, weights=False) is False


def test_the_weights_can_be_added_later_and_are_not_taken_away(store: ModelStore) -> None:
    store.pull(MODEL_ID, weights=False)
    assert store.pull(MODEL_ID) is True
    assert store.status(MODEL_ID).state == "installed"
    assert store.pull(MODEL_ID, weights=False) is False
    assert store.verify(MODEL_ID) == []


@pytest.mark.parametrize("damage", [True, False])
def test_what_was_pulled_first_is_the_pin_of_what_is_pulled_later(
    store: ModelStore, hub: FileServer, models_dir: Path, damage: bool
) -> None:
    """The record states no hash; the hub tells another one for the same commit later."""
    store.pull(MODEL_ID)
    weights = store.path(MODEL_ID) / WEIGHTS[0]
    if damage:
        weights.write_bytes(b"damaged")
    else:
        weights.unlink()
    put_snapshot(hub, FILES | {WEIGHTS[0]: bytes(len(FILES[WEIGHTS[0]]))})
    with pytest.raises(errors.IntegrityError, match=f"{WEIGHTS[0]} is not the pinned file"):
        store.pull(MODEL_ID)
    put_snapshot(hub, FILES)
    assert store.pull(MODEL_ID) is True
    assert store.verify(MODEL_ID) == []


def test_a_model_that_was_removed_is_trusted_anew(store: ModelStore, hub: FileServer) -> None:
    store.pull(MODEL_ID)
    store.remove(MODEL_ID)
    other = bytes(len(FILES[WEIGHTS[0]]))
    put_snapshot(hub, FILES | {WEIGHTS[0]: other})
    assert store.pull(MODEL_ID)
    assert (store.path(MODEL_ID) / WEIGHTS[0]).read_bytes() == other


def test_a_server_without_the_hub_s_api_will_do_where_the_record_pins_all(
    hub: FileServer, models_dir: Path, environ: dict[str, str]
) -> None:
    del hub.files[TREE]
    store = store_of(models_dir, environ, snapshot_record(FILES, pinned=FILES))
    assert store.pull(MODEL_ID)
    assert TREE not in asked(hub)
    with pytest.raises(errors.SourceNotFound):
        store_of(models_dir / "other", environ, snapshot_record(FILES, pinned=WEIGHTS)).pull(MODEL_ID)


def replaced(body: bytes) -> bytes:
    return bytes([body[0] ^ 1]) + body[1:]


@pytest.mark.parametrize("name", ["model-00002-of-00002.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("pinned", [True, False], ids=["pinned", "listed"])
def test_a_file_with_another_content_is_refused(
    hub: FileServer, models_dir: Path, environ: dict[str, str], name: str, pinned: bool
) -> None:
    hub.put(path_of(name), replaced(FILES[name]))
    store = store_of(models_dir, environ, snapshot_record(FILES, pinned=[name] if pinned else ()))
    with pytest.raises(errors.IntegrityError, match=name):
        store.pull(MODEL_ID)
    assert not (models_dir / MODEL_ID).exists()
    assert not [left for left in left_over(models_dir) if left.endswith(name)]


@pytest.mark.parametrize("name", ["model-00001-of-00002.safetensors", "config.json"])
def test_the_record_s_pin_counts_more_than_the_server_s_word(
    hub: FileServer, models_dir: Path, environ: dict[str, str], name: str
) -> None:
    record = snapshot_record(FILES, pinned=[name])
    put_snapshot(hub, FILES | {name: replaced(FILES[name])})
    with pytest.raises(errors.IntegrityError, match=name):
        store_of(models_dir, environ, record).pull(MODEL_ID)
    put_snapshot(hub, FILES | {name: FILES[name] + b"?"})
    with pytest.raises(errors.IntegrityError, match="bytes"):
        store_of(models_dir, environ, record).pull(MODEL_ID)


def test_a_file_the_commit_does_not_have_is_named(
    hub: FileServer, models_dir: Path, environ: dict[str, str]
) -> None:
    record = snapshot_record(FILES | {"vocab.json": b""})
    with pytest.raises(errors.SourceNotFound, match=rf"no vocab\.json of {REPO} at b+") as caught:
        store_of(models_dir, environ, record).pull(MODEL_ID)
    assert "source.files" in caught.value.fix
    assert asked(hub) == [TREE]


@pytest.mark.parametrize(
    "listing",
    [
        b"<html>",
        b'{"error": "x"}',
        b'[{"type": "file", "path": "config.json"}]',
        b'[{"type": "file", "path": "config.json", "size": 1, "oid": "../../../../etc/passwd"}]',
    ],
    ids=["page", "object", "no oid", "no hash"],
)
def test_what_is_no_listing_is_refused(store: ModelStore, hub: FileServer, listing: bytes) -> None:
    hub.put(TREE, listing, "application/json")
    with pytest.raises(errors.SourceError, match="not a listing") as caught:
        store.pull(MODEL_ID)
    assert "HF_ENDPOINT" in caught.value.fix


@pytest.mark.parametrize("path", [TREE, path_of("tokenizer.json"), path_of(WEIGHTS[0])])
@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_model_says_how_to_get_in_and_shows_no_token(
    store: ModelStore, hub: FileServer, environ: dict[str, str], path: str, status: int
) -> None:
    environ["HF_TOKEN"] = "hf_secret"
    hub.statuses[path] = status
    with pytest.raises(errors.SourceRefused) as caught:
        store.pull(MODEL_ID)
    assert f"https://huggingface.co/{REPO}" in caught.value.fix
    assert "HF_TOKEN" in caught.value.fix
    chain = [caught.value, caught.value.__cause__]
    assert "hf_secret" not in "".join(map(repr, chain)) + caught.value.message + caught.value.fix


def test_the_token_goes_to_the_hub_and_not_with_a_redirect(
    store: ModelStore, hub: FileServer, environ: dict[str, str]
) -> None:
    environ["HF_TOKEN"] = "hf_secret"
    with serving() as storage:
        storage.put("/blob", FILES[WEIGHTS[0]])
        hub.redirects[path_of(WEIGHTS[0])] = f"{storage.url}/blob"
        assert store.pull(MODEL_ID)
        assert storage.header("/blob", "Authorization") == [None]
    assert {value for path in set(asked(hub)) for value in hub.header(path, "Authorization")} == {
        "Bearer hf_secret"
    }


def test_a_relative_redirect_stays_on_the_hub(store: ModelStore, hub: FileServer) -> None:
    hub.put("/api/resolve-cache/config.json", FILES["config.json"])
    hub.redirects[path_of("config.json")] = "/api/resolve-cache/config.json"
    assert store.pull(MODEL_ID)


def test_a_connection_that_breaks_is_taken_up_again(store: ModelStore, hub: FileServer) -> None:
    hub.cuts = [300_000, 100_000]
    assert store.pull(MODEL_ID)
    assert hub.header(path_of(WEIGHTS[0]), "Range") == [None, "bytes=300000-", "bytes=400000-"]


def test_what_has_arrived_is_kept_when_a_later_file_fails(
    store: ModelStore, hub: FileServer, models_dir: Path
) -> None:
    hub.statuses[path_of("tokenizer.json")] = 503
    with pytest.raises(errors.SourceUnreachable):
        store.pull(MODEL_ID)
    assert not (models_dir / MODEL_ID).exists()
    hub.statuses.clear()
    hub.requests.clear()
    assert store.pull(MODEL_ID)
    assert asked(hub) == [TREE, path_of("tokenizer.json")]
    assert left_over(models_dir) == []


def test_room_for_all_files_is_asked_for_at_once(
    hub: FileServer, models_dir: Path, environ: dict[str, str]
) -> None:
    data = snapshot_record(FILES, pinned=FILES).model_dump()
    data["source"]["files"][1]["size_bytes"] = 10**17
    with pytest.raises(errors.DiskFull, match="MB are needed"):
        store_of(models_dir, environ, ModelRecord.model_validate(data)).pull(MODEL_ID)
    assert asked(hub) == []


def run_pull(tmp_path: Path, models_dir: Path, environ: dict[str, str], *limit: str) -> subprocess.Popen[str]:
    (tmp_path / "record.json").write_text(snapshot_record(FILES).model_dump_json())
    script = str(Path(__file__).with_name("pull_once.py"))
    return subprocess.Popen(
        [sys.executable, script, str(models_dir), str(tmp_path / "record.json"), *limit],
        env=os.environ | environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_disk_that_fills_up_ends_the_pull_cleanly(
    store: ModelStore, tmp_path: Path, models_dir: Path, environ: dict[str, str]
) -> None:
    output, _ = run_pull(tmp_path, models_dir, environ, "600000").communicate(timeout=60)
    assert output.splitlines()[-1].startswith("DiskFull: ")
    assert not (models_dir / MODEL_ID).exists()
    assert store.pull(MODEL_ID)


@pytest.mark.parametrize("step", [f"download {WEIGHTS[0]}", f"check {WEIGHTS[1]}", "finish"])
def test_a_killed_pull_leaves_nothing_or_all_and_the_next_one_goes_on(
    store: ModelStore,
    hub: FileServer,
    tmp_path: Path,
    models_dir: Path,
    environ: dict[str, str],
    step: str,
) -> None:
    hub.chunk_bytes, hub.pause_s = 1 << 14, 0.002
    pull = run_pull(tmp_path, models_dir, environ)
    assert pull.stdout is not None
    assert any(line.strip() == step for line in pull.stdout)
    pull.kill()
    pull.wait()
    pull.stdout.close()
    if (models_dir / MODEL_ID).exists():
        assert store.verify(MODEL_ID) == []
    before = len(hub.requests)
    store.pull(MODEL_ID)
    assert store.verify(MODEL_ID) == []
    if not step.startswith("download"):
        assert path_of(WEIGHTS[0]) not in asked(hub)[before:]
    assert left_over(models_dir) == []


def flip(path: Path) -> None:
    path.write_bytes(replaced(path.read_bytes()))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("damage", "name", "kind"),
    [
        (flip, WEIGHTS[1], "hash"),
        (cut, "tokenizer.json", "size"),
        (Path.unlink, "config.json", "missing"),
    ],
)
def test_damage_is_found_and_pulled_away(
    store: ModelStore, models_dir: Path, damage: Callable[[Path], None], name: str, kind: str
) -> None:
    store.pull(MODEL_ID)
    damage(models_dir / MODEL_ID / name)
    assert [(item.file, item.kind) for item in store.verify(MODEL_ID)] == [(name, kind)]
    assert store.pull(MODEL_ID) is True
    assert store.verify(MODEL_ID) == []


def change(**source: Any) -> ModelRecord:
    data = snapshot_record(FILES).model_dump()
    data["source"] |= source
    return ModelRecord.model_validate(data)


def test_another_commit_or_another_file_in_the_record_makes_it_outdated(
    store: ModelStore, models_dir: Path, environ: dict[str, str]
) -> None:
    store.pull(MODEL_ID)
    further = [{"path": name} for name in (*FILES, "generation_config.json")]
    for changed in (change(revision="d" * 40), change(files=further)):
        later = store_of(models_dir, environ, changed)
        assert later.status(MODEL_ID).state == "outdated"
        assert [item.kind for item in later.verify(MODEL_ID)] == ["record"]


def test_a_copy_of_one_file_is_no_snapshot(store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(b"x")
    with pytest.raises(errors.SourceNotFound, match="a snapshot of 5") as caught:
        store.pull(MODEL_ID, from_file=tmp_path / "copy")
    assert "HF_ENDPOINT" in caught.value.fix


def test_remove_frees_all(store: ModelStore, models_dir: Path) -> None:
    store.pull(MODEL_ID)
    size = store.status(MODEL_ID).size_bytes
    assert size > sum(map(len, FILES.values()))
    assert store.remove(MODEL_ID) == size
    assert not (models_dir / MODEL_ID).exists()
    assert left_over(models_dir) == []
