"""The engines directory: what is in it is whole, replaced in one step, and changed by one process at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engines import engine_store
from engines.engine_store import EngineStore
from engines.errors import StoreBusy
from tests.flow.tiny_engine import make_engine

ENGINE = "tiny-llama/fp16-sm89"


@pytest.fixture
def store(tmp_path: Path) -> EngineStore:
    make_engine(tmp_path)
    return EngineStore(tmp_path / "engines")


def built(store: EngineStore, content: str) -> Path:
    directory = store.work(ENGINE) / "engine"
    directory.mkdir(parents=True)
    (directory / "new").write_text(content)
    return directory


def test_a_complete_engine_is_found_with_its_manifest(store: EngineStore) -> None:
    (engine,) = store.found()
    assert (engine.engine_id, engine.state, engine.reason) == (ENGINE, "complete", "")
    assert engine.manifest
    assert engine.size_bytes == sum(path.stat().st_size for path in store.path(ENGINE).iterdir())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("rank0.engine", "rank0.engine has 0 bytes"),
        ("config.json", "config.json has 0 bytes"),
        ("council-engine.json", "does not exist"),
    ],
)
def test_an_engine_that_lacks_a_file_is_incomplete(store: EngineStore, name: str, reason: str) -> None:
    (store.path(ENGINE) / name).unlink()
    (engine,) = store.found()
    assert engine.state == "incomplete"
    assert reason in engine.reason


def test_an_engine_in_the_place_of_another_is_incomplete(store: EngineStore) -> None:
    store.path(ENGINE).rename(store.path("tiny-llama/fp16-sm86"))
    (engine,) = store.found()
    assert engine.reason == f"its manifest is that of {ENGINE}"


def test_only_engine_directories_are_looked_at(store: EngineStore) -> None:
    for name in (
        ".work/tiny-llama/fp16-sm89",
        ".cache/x/fp16-sm89",
        "tiny-llama/notes",
        "tiny-llama/fp4-sm89",
    ):
        (store.engines_dir / name).mkdir(parents=True)
    (store.engines_dir / "README").write_text("a file")
    assert [engine.engine_id for engine in store.found()] == [ENGINE]


def test_a_store_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert EngineStore(tmp_path / "nowhere").found() == []


@pytest.mark.parametrize("exchanges", [True, False])
def test_publishing_replaces_the_whole_directory(
    store: EngineStore, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr(engine_store, "_exchange", lambda _one, _other: False)
    store.publish(ENGINE, built(store, "new"))
    assert [path.name for path in store.path(ENGINE).iterdir()] == ["new"]
    assert list(store.work(ENGINE).iterdir()) == []


def test_the_first_engine_of_a_model_needs_no_place_prepared(store: EngineStore) -> None:
    store.publish("other/int8-sm89", built(store, "first"))
    assert (store.path("other/int8-sm89") / "new").read_text() == "first"


class TestRecovery:
    def test_an_engine_set_aside_by_a_dead_builder_comes_back(self, store: EngineStore) -> None:
        before = sorted(path.name for path in store.path(ENGINE).iterdir())
        store.work(ENGINE).mkdir(parents=True)
        store.path(ENGINE).rename(store.work(ENGINE) / "replaced")
        assert store.found() == []
        store.recover()
        assert sorted(path.name for path in store.path(ENGINE).iterdir()) == before
        assert store.found()[0].state == "complete"

    def test_an_engine_that_was_replaced_is_not_brought_back(self, store: EngineStore) -> None:
        (store.work(ENGINE) / "replaced").mkdir(parents=True)
        (store.work(ENGINE) / "replaced" / "council-engine.json").write_text("{}")
        store.recover()
        assert store.found()[0].state == "complete"

    def test_what_was_no_engine_is_not_brought_back(self, store: EngineStore) -> None:
        (store.work("other/fp16-sm89") / "replaced").mkdir(parents=True)
        store.recover()
        assert not store.path("other/fp16-sm89").exists()


HOLDER = """
import sys
from pathlib import Path
from engines.engine_store import EngineStore
with EngineStore(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_turned_away_and_let_in_when_the_first_dies(store: EngineStore) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.engines_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(StoreBusy, match="another process") as caught, store.locked():
        pass
    assert caught.value.fix.startswith("wait for it")
    holder.kill()
    holder.communicate()
    with store.locked() as lock:
        assert os.pread(lock, 20, 0).decode().strip() == str(os.getpid())
