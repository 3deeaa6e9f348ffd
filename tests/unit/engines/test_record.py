from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from model_factory import hugging_face_source, record_data, wheel_source

from engines.errors import RecordError
from engines.record import ModelRecord, load_record, load_records


def write_toml(path: Path, data: dict[str, Any]) -> Path:
    def value(item: object) -> str:
        return str(item).lower() if isinstance(item, bool) else repr(item)

    scalars = {key: item for key, item in data.items() if not isinstance(item, dict)}
    lines = [f"{key} = {value(item)}" for key, item in scalars.items()]
    for table in data.keys() - scalars.keys():
        lines += [f"[{table}]"] + [f"{key} = {value(item)}" for key, item in data[table].items()]
    path.write_text("\n".join(lines))
    return path


def changed(dotted: str, value: object) -> dict[str, Any]:
    """A sound record with one key set, or removed where `value` is None."""
    data = record_data(wheel_source(b"x"))
    *tables, key = dotted.split(".")
    part = data
    for table in tables:
        part = part[table]
    if value is None:
        del part[key]
    else:
        part[key] = value
    return data


def test_the_records_of_the_product_load() -> None:
    records = load_records()
    assert records["smollm2-135m"].source.kind == "wheel"
    assert list(records) == sorted(records)


@pytest.mark.parametrize(
    "source",
    [
        wheel_source(b"x"),
        hugging_face_source(b"x"),
        {"kind": "file", "path": "~/m.gguf", "size_bytes": 1, "sha256": "0" * 64},
    ],
    ids=lambda source: source["kind"],
)
def test_every_kind_of_source_loads(tmp_path: Path, source: dict[str, Any]) -> None:
    record = load_record(write_toml(tmp_path / "tiny.toml", record_data(source)))
    assert record.source.model_dump() == source
    assert record == ModelRecord.model_validate(record_data(source))


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("name", None, "Field required"),
        ("name", "", "at least 1 character"),
        ("id", "Tiny/../x", "match pattern"),
        ("roles", ["clever"], "'fast', 'balanced', 'code' or 'long_context'"),
        ("roles", [], "at least 1 item"),
        ("backend", "gpu", "'cpu', 'trtllm_engine' or 'llmapi'"),
        ("license.spdx", None, "Field required"),
        ("license.redistributable", "yes", "valid boolean"),
        ("source.kind", "ftp", "'wheel', 'huggingface', 'file'"),
        ("source.sha256", "abc", "match pattern"),
        ("source.size_bytes", -1, "greater than 0"),
        ("source.size_bytes", "98362432", "valid integer"),
        ("source.member", "../outside", "plain relative path"),
        ("source.member", "/etc/passwd", "plain relative path"),
        ("source.mirror", "x", "Extra inputs are not permitted"),
        ("tokenizer.end_ids", [60000], "end_ids must be below vocab_size"),
        ("tokenizer.vocab_size", 0, "greater than 0"),
        ("limits.max_seq_len", 9000, "must not exceed context_tokens"),
        ("cpu.quantization", "Q2_K", "'source', 'Q4_0' or 'Q8_0'"),
        ("cpu.slots", 0, "greater than or equal to 1"),
        ("price.prompt_usd_per_1k_tokens", float("nan"), "finite number"),
        ("colour", "red", "Extra inputs are not permitted"),
    ],
)
def test_a_fault_is_one_line_with_file_key_and_reason(
    tmp_path: Path, key: str, value: object, reason: str
) -> None:
    with pytest.raises(RecordError) as caught:
        load_record(write_toml(tmp_path / "tiny.toml", changed(key, value)))
    (line,) = caught.value.message.splitlines()
    table = key.split(".")[0]
    assert re.match(rf"tiny\.toml: ({re.escape(key)}(\.\d)?|{table}): ", line), line
    assert reason in line
    assert caught.value.fix


@pytest.mark.parametrize(
    "revision", ["main", "v1.0", "a" * 39, "A" * 40], ids=["branch", "tag", "short", "upper"]
)
def test_a_hugging_face_revision_must_be_a_commit(tmp_path: Path, revision: str) -> None:
    source = hugging_face_source(b"x") | {"revision": revision}
    with pytest.raises(RecordError, match="tiny.toml: source.revision: "):
        load_record(write_toml(tmp_path / "tiny.toml", record_data(source)))


def test_a_cpu_model_needs_its_cpu_table(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"needs a \[cpu\] table"):
        load_record(write_toml(tmp_path / "tiny.toml", changed("cpu", None)))


@pytest.mark.parametrize("content", [b"id = ", b"\xff\xfe"], ids=["not TOML", "not UTF-8"])
def test_an_unreadable_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tiny.toml").write_bytes(content)
    with pytest.raises(RecordError, match=r"tiny\.toml: \(file\): "):
        load_record(tmp_path / "tiny.toml")


def test_two_records_cannot_share_an_id(tmp_path: Path) -> None:
    for name in ("tiny", "other"):
        write_toml(tmp_path / f"{name}.toml", record_data(wheel_source(b"x")))
    with pytest.raises(RecordError, match="other.toml: id: 'tiny' must equal the file name"):
        load_records(tmp_path)


def test_all_faults_of_a_directory_are_reported_at_once(tmp_path: Path) -> None:
    write_toml(tmp_path / "a.toml", changed("name", None))
    write_toml(tmp_path / "b.toml", changed("cpu.slots", 0))
    with pytest.raises(RecordError) as caught:
        load_records(tmp_path)
    assert [line.split(":")[0] for line in caught.value.message.splitlines()] == ["a.toml", "b.toml"]


def test_a_record_cannot_be_changed() -> None:
    record = load_records()["smollm2-135m"]
    with pytest.raises(ValueError, match="frozen"):
        record.id = "other"
