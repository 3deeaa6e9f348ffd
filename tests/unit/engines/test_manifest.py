"""`council-engine.json`: what is written reads back, and what is not ours or not whole is refused by name."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engines.errors import (
    DiskFull,
    ManifestBroken,
    ManifestError,
    ManifestForeign,
    ManifestMissing,
    ManifestNewer,
)
from engines.manifest import EngineManifest, portable_arguments, read_manifest, write_manifest
from tests.flow.tiny_engine import tiny_manifest


@pytest.fixture
def manifest() -> EngineManifest:
    return tiny_manifest()


def test_what_is_written_reads_back(tmp_path: Path, manifest: EngineManifest) -> None:
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert [path.name for path in tmp_path.iterdir()] == ["council-engine.json"]


def without(*keys: str) -> Callable[[dict[str, Any]], object]:
    def remove(data: dict[str, Any]) -> None:
        for key in keys[:-1]:
            data = data[key]
        del data[keys[-1]]

    return remove


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (without("platform", "sm"), ManifestBroken, "platform.sm: Field required"),
        (without("files"), ManifestBroken, "files: Field required"),
        (lambda data: data["platform"].update(sm="89"), ManifestBroken, "platform.sm"),
        (lambda data: data.update(surplus=1), ManifestBroken, "surplus: Extra inputs"),
        (lambda data: data["files"].update({"../x": {}}), ManifestBroken, "plain relative path"),
        (lambda data: data["identity"].update(engine_id="phi-2"), ManifestBroken, "identity.engine_id"),
        (without("kind"), ManifestForeign, "not a manifest of this program"),
        (lambda data: data.update(kind="other"), ManifestForeign, "not a manifest of this program"),
        (lambda data: data.update(schema_version=2), ManifestNewer, "schema 2, this version knows 1"),
        (lambda data: data.update(schema_version=0), ManifestBroken, "schema_version"),
        (lambda data: data.update(schema_version="1"), ManifestBroken, "schema_version"),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why(
    tmp_path: Path,
    manifest: EngineManifest,
    change: Callable[[dict[str, Any]], object],
    kind: type[ManifestError],
    said: str,
) -> None:
    data = json.loads(manifest.model_dump_json())
    change(data)
    (tmp_path / "council-engine.json").write_text(json.dumps(data))
    with pytest.raises(kind, match=said) as caught:
        read_manifest(tmp_path)
    assert caught.value.fix


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"", ManifestBroken), (b"{", ManifestBroken), (b"\xff\xfe", ManifestBroken), (b"[]", ManifestForeign)],
)
def test_a_file_that_is_no_manifest_is_told_apart(
    tmp_path: Path, content: bytes, kind: type[ManifestError]
) -> None:
    (tmp_path / "council-engine.json").write_bytes(content)
    with pytest.raises(kind):
        read_manifest(tmp_path)


def test_a_missing_manifest_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ManifestMissing):
        read_manifest(tmp_path)


def test_a_full_disk_leaves_the_old_manifest(tmp_path: Path, manifest: EngineManifest) -> None:
    write_manifest(tmp_path, manifest)
    longer = manifest.model_copy(
        update={"identity": manifest.identity.model_copy(update={"builder_host": "h" * 300})}
    )
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))
    try:
        with pytest.raises(DiskFull, match="writing the manifest"):
            write_manifest(tmp_path, longer)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert read_manifest(tmp_path) == manifest
    assert [path.name for path in tmp_path.iterdir()] == ["council-engine.json"]


def test_a_manifest_is_replaced_and_not_written_over(tmp_path: Path, manifest: EngineManifest) -> None:
    write_manifest(tmp_path, manifest)
    second_name = tmp_path / "same file"
    second_name.hardlink_to(tmp_path / "council-engine.json")
    before = second_name.read_bytes()
    write_manifest(tmp_path, manifest.model_copy(update={"files": {}}))
    assert second_name.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        (("--model_dir", "/a", "--dtype", "float16", "--output_dir", "/b"), ("--dtype", "float16")),
        (("--model_dir=/a", "--use_weight_only"), ("--use_weight_only",)),
        (("--workers", "1", "--max_batch_size", "4", "--log_level", "info"), ("--max_batch_size", "4")),
        ((), ()),
    ],
)
def test_arguments_are_kept_without_what_only_this_machine_has(
    arguments: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    assert portable_arguments(arguments) == kept
