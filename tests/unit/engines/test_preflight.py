"""Every difference of the contract's table (section 6.3), made in turn, is found with the verdict the table has."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engines.convert_commands import Command
from engines.finding import Finding, servable, worst
from engines.gpu import GIB
from engines.manifest import EngineManifest, read_manifest
from engines.preflight import Wanted, memory_before_load, verify
from engines.record import ModelRecord
from engines.toolchain import FALLBACK, PRIMARY
from engines.vram import UNALLOCATED_BYTES
from tests.flow.tiny_engine import ENGINE_BYTES, GPU, make_engine
from tests.flow.tiny_model import record_data, tiny_record

Engine = tuple[Path, Wanted]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return make_engine(tmp_path)


def differences(directory: Path, wanted: Wanted, *, quick: bool = False) -> dict[str, Finding]:
    return {found.field: found for found in verify(directory, wanted, quick=quick) if found.verdict != "ok"}


def test_an_engine_as_wanted_is_ok_in_every_field(engine: Engine) -> None:
    findings = verify(*engine)
    assert worst(findings) == "ok"
    assert servable(findings)
    groups = {finding.field.partition(".")[0] for finding in findings}
    every = {
        "identity",
        "source",
        "tokenizer",
        "toolchain",
        "platform",
        "precision",
        "build",
        "files",
        "check",
    }
    assert groups == every


def changed(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        *parents, last = path.split("/")
        for parent in parents:
            data = data[parent]
        data[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "field", "verdict"),
    [
        ("identity/engine_id", "other/fp16-sm89", "identity.engine_id", "refuse"),
        ("identity/model_id", "other", "identity.model_id", "refuse"),
        ("source/repo", "someone/else", "source.repo", "rebuild"),
        ("source/revision", "f" * 40, "source.revision", "rebuild"),
        ("source/weights/model.safetensors", "a" * 64, "source.weights.model.safetensors", "rebuild"),
        ("source/converter", "/elsewhere/convert.py", "source.converter", "rebuild"),
        ("source/arguments", ["--dtype", "bfloat16"], "source.arguments", "rebuild"),
        ("tokenizer/files/tokenizer.json", "a" * 64, "tokenizer.tokenizer.json", "refuse"),
        ("tokenizer/files/special_tokens_map.json", "a" * 64, "tokenizer.special_tokens_map.json", "refuse"),
        ("tokenizer/files/tokenizer_config.json", "a" * 64, "tokenizer.tokenizer_config.json", "refuse"),
        ("tokenizer/chat_template", "a" * 64, "tokenizer.chat_template", "refuse"),
        ("tokenizer/vocab_size", 65, "tokenizer.vocab_size", "refuse"),
        ("tokenizer/end_ids", [3], "tokenizer.end_ids", "refuse"),
        ("tokenizer/pad_id", 3, "tokenizer.pad_id", "refuse"),
        ("toolchain/tensorrt_llm", "1.1.0", "toolchain.tensorrt_llm", "rebuild"),
        ("toolchain/tensorrt", "10.13.3.9", "toolchain.tensorrt", "rebuild"),
        ("toolchain/tensorrt", None, "toolchain.tensorrt", "warn"),
        ("toolchain/image", "elsewhere/image:1", "toolchain.image", "warn"),
        ("platform/os", "windows", "platform.os", "rebuild"),
        ("platform/cpu_arch", "riscv64", "platform.cpu_arch", "rebuild"),
        ("platform/sm", 86, "platform.sm", "rebuild"),
        ("platform/gpu_name", "NVIDIA L4", "platform.gpu_name", "warn"),
        ("platform/driver", "575.57.08", "platform.driver", "warn"),
        ("precision/precision", "int8", "precision.precision", "rebuild"),
        ("precision/dtype", "bfloat16", "precision.dtype", "rebuild"),
        ("precision/quant_algo", "W8A16", "precision.quant_algo", "rebuild"),
        ("precision/kv_cache_quant_algo", "INT8", "precision.kv_cache_quant_algo", "rebuild"),
        ("build/arguments", ["--max_batch_size", "8"], "build.arguments", "rebuild"),
        ("build/result/max_batch_size", 8, "build.max_batch_size", "rebuild"),
        ("build/result/max_seq_len", 4096, "build.max_seq_len", "rebuild"),
        ("build/result/use_paged_context_fmha", False, "build.use_paged_context_fmha", "rebuild"),
        ("build/result/tokens_per_block", 64, "build.tokens_per_block", "rebuild"),
        ("files/rank0.engine/sha256", "a" * 64, "files.rank0.engine", "rebuild"),
        ("files/rank0.engine/size_bytes", 1, "files.rank0.engine", "rebuild"),
        ("files/config.json/sha256", "a" * 64, "files.config.json", "rebuild"),
        ("check/status", "not_run", "check.status", "warn"),
        ("check/status", "failed", "check.status", "refuse"),
        ("check/text_sha256", "a" * 64, "check.text_sha256", "warn"),
    ],
)
def test_a_manifest_that_differs_is_told(
    engine: Engine, path: str, value: object, field: str, verdict: str
) -> None:
    directory, wanted = engine
    file = directory / "council-engine.json"
    data = json.loads(file.read_text())
    changed(path, value)(data)
    file.write_text(json.dumps(data))
    found = differences(directory, wanted)
    assert found[field].verdict == verdict
    assert found[field].expected != found[field].found
    assert found[field].reason
    assert servable(found.values()) == (verdict == "warn")


@pytest.mark.parametrize(
    ("change", "field", "verdict"),
    [
        ({"gpu": replace(GPU, name="NVIDIA L4")}, "platform.gpu_name", "warn"),
        ({"gpu": replace(GPU, sm=86)}, "platform.sm", "rebuild"),
        ({"gpu": replace(GPU, driver="590.44.01")}, "platform.driver", "warn"),
        ({"gpu": replace(GPU, driver="575.57.08")}, "platform.driver", "refuse"),
        ({"gpu": replace(GPU, driver="unknown")}, "platform.driver", "warn"),
        ({"gpu": None}, "platform.gpu", "warn"),
        ({"toolchain": FALLBACK}, "toolchain.tensorrt_llm", "rebuild"),
        ({"toolchain": replace(PRIMARY, tensorrt="10.15")}, "toolchain.tensorrt", "rebuild"),
        ({"toolchain": replace(PRIMARY, digest="sha256:" + "1" * 64)}, "toolchain.digest", "warn"),
        ({"toolchain": replace(PRIMARY, image="other:tag")}, "toolchain.image", "warn"),
        ({"toolchain": None}, "toolchain.tensorrt_llm", "warn"),
        ({"os": "windows"}, "platform.os", "rebuild"),
        ({"arch": "riscv64"}, "platform.cpu_arch", "rebuild"),
        ({"source_dir": None}, "tokenizer.tokenizer.json", "warn"),
        ({"convert": Command(("python3", "x.py"))}, "source.converter", "rebuild"),
        ({"build": Command(("trtllm-build", "--max_batch_size", "9"))}, "build.arguments", "rebuild"),
    ],
)
def test_another_machine_or_wish_is_told(
    engine: Engine, change: dict[str, Any], field: str, verdict: str
) -> None:
    directory, wanted = engine
    found = differences(directory, replace(wanted, **change))
    assert found[field].verdict == verdict


def test_another_tokenizer_on_disk_is_refused(engine: Engine) -> None:
    directory, wanted = engine
    assert wanted.source_dir
    (wanted.source_dir / "tokenizer.json").write_text("{}")
    assert differences(directory, wanted, quick=True)["tokenizer.tokenizer.json"].verdict == "refuse"


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("version", "1.1.0", "toolchain.tensorrt_llm"),
        ("build_config/max_batch_size", 2, "build.max_batch_size"),
        ("build_config/plugin_config/use_paged_context_fmha", False, "build.use_paged_context_fmha"),
        ("build_config/speculative_decoding_mode", 2, "build.speculative_decoding_mode"),
        ("pretrained_config/quantization/quant_algo", "W8A16", "precision.config"),
    ],
)
def test_a_config_that_contradicts_its_manifest_is_told_even_by_quick(
    engine: Engine, key: str, value: object, field: str
) -> None:
    directory, wanted = engine
    data = json.loads((directory / "config.json").read_text())
    changed(key, value)(data)
    (directory / "config.json").write_text(json.dumps(data))
    assert differences(directory, wanted, quick=True)[field].verdict == "rebuild"


def test_damaged_files_are_told(engine: Engine) -> None:
    directory, wanted = engine
    file = directory / "rank0.engine"
    flipped = bytearray(ENGINE_BYTES)
    flipped[5] ^= 1
    file.write_bytes(flipped)
    assert differences(directory, wanted)["files.rank0.engine"].reason == "the content has changed"
    assert "files.rank0.engine" not in differences(directory, wanted, quick=True)
    file.write_bytes(ENGINE_BYTES[:-1])
    assert "cut short" in differences(directory, wanted, quick=True)["files.rank0.engine"].reason
    file.unlink()
    assert differences(directory, wanted, quick=True)["files.rank0.engine"].found == "missing"


@pytest.mark.parametrize("name", ["RTX 4070", "NVIDIA GeForce RTX 4070"])
def test_a_card_that_is_named_shorter_is_the_same_card(engine: Engine, name: str) -> None:
    directory, wanted = engine
    assert "platform.gpu_name" not in differences(directory, replace(wanted, gpu=replace(GPU, name=name)))


def test_weights_that_the_record_does_not_pin_are_pinned_by_what_was_pulled(engine: Engine) -> None:
    directory, wanted = engine
    data = record_data()
    for file in data["source"]["files"]:
        del file["sha256"]
    unpinned = replace(wanted, record=ModelRecord.model_validate_json(json.dumps(data)))
    assert "source.weights.model.safetensors" not in differences(directory, unpinned)
    assert wanted.source_dir is not None
    receipt = wanted.source_dir / "installed.json"
    installed = json.loads(receipt.read_text())
    installed["files"]["model.safetensors"]["sha256"] = "a" * 64
    receipt.write_text(json.dumps(installed))
    assert differences(directory, unpinned)["source.weights.model.safetensors"].verdict == "rebuild"


def test_what_cannot_be_read_at_all_is_rebuilt(engine: Engine) -> None:
    directory, wanted = engine
    (directory / "config.json").write_text("{}")
    assert differences(directory, wanted)["files.config.json"].verdict == "rebuild"
    (directory / "council-engine.json").unlink()
    (only,) = verify(directory, wanted)
    assert (only.field, only.found, only.verdict) == ("manifest", "ManifestMissing", "rebuild")


def test_a_gated_precision_is_refused_until_its_check_passed(engine: Engine) -> None:
    directory, wanted = engine
    gated = replace(wanted, record=tiny_record(precisions={"fp16": {"needs_quality_gate": True}}))
    assert "check.status" not in differences(directory, gated)
    file = directory / "council-engine.json"
    for status in ("not_run", "failed"):
        data = json.loads(file.read_text())
        data["check"]["status"] = status
        file.write_text(json.dumps(data))
        assert differences(directory, gated)["check.status"].verdict == "refuse"


@pytest.mark.parametrize("agreement", [None, 0.949])
def test_a_gated_precision_needs_a_comparison_that_is_good_enough_now(
    engine: Engine, agreement: float | None
) -> None:
    directory, wanted = engine
    file = directory / "council-engine.json"
    data = json.loads(file.read_text())
    data["check"] |= {"status": "passed", "agreement": agreement, "needed_agreement": 0.5}
    file.write_text(json.dumps(data))
    assert "check.agreement" not in differences(directory, wanted)
    gated = replace(wanted, record=tiny_record(precisions={"fp16": {"needs_quality_gate": True}}))
    assert differences(directory, gated)["check.agreement"].verdict == "refuse"


@pytest.mark.parametrize("name", ["config.json", "rank0.engine", "xgrammar_tokenizer_info.json"])
def test_a_manifest_that_does_not_name_a_file_proves_nothing_about_it(engine: Engine, name: str) -> None:
    directory, wanted = engine
    file = directory / "council-engine.json"
    data = json.loads(file.read_text())
    del data["files"][name]
    file.write_text(json.dumps(data))
    assert differences(directory, wanted)[f"files.{name}"].verdict == "rebuild"


def test_a_precision_the_record_no_longer_offers_is_refused(engine: Engine) -> None:
    directory, wanted = engine
    record = tiny_record(precisions={"int8": {}})
    assert differences(directory, replace(wanted, record=record))["precision.offered"].verdict == "refuse"


def test_hashing_says_how_far_it_is(engine: Engine) -> None:
    steps: list[tuple[str, int | None]] = []
    done = {"bytes": 0}

    class Watching:
        def step(self, name: str, total_bytes: int | None) -> None:
            steps.append((name, total_bytes))

        def advance(self, done_bytes: int) -> None:
            done["bytes"] += done_bytes

    verify(*engine, progress=Watching())
    assert ("hash rank0.engine", len(ENGINE_BYTES)) in steps
    assert done["bytes"] == sum(total or 0 for _, total in steps)


class TestMemoryBeforeLoad:
    @pytest.fixture
    def manifest(self, engine: Engine) -> EngineManifest:
        return read_manifest(engine[0])

    def test_the_limit_is_engine_kv_runtime_and_reserve(self, manifest: EngineManifest) -> None:
        record = tiny_record()
        assert record.gpu
        needed = len(ENGINE_BYTES) + record.gpu.kv_budget_bytes + record.gpu.runtime_bytes + UNALLOCATED_BYTES
        assert memory_before_load(manifest, record, needed).verdict == "ok"
        short = memory_before_load(manifest, record, needed - 1)
        assert short.verdict == "refuse"
        assert "KV cache 0.01" in short.reason

    def test_both_figures_are_named(self, manifest: EngineManifest) -> None:
        finding = memory_before_load(manifest, tiny_record(), GIB)
        assert finding.expected == "1.00 GiB free"
        assert finding.found.endswith("GiB needed")
