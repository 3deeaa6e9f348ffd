"""`verify`, `list` and `prune` on engines of our build flow (made by stand-ins, see tests/flow/__init__.py)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flow.site import ENGINE, Site
from tests.flow.tiny_model import MODEL, record_data, write_record


@pytest.fixture
def built(site: Site) -> Site:
    assert site.build().returncode == 0
    return site


def edit(site: Site, change: Callable[[dict[str, Any]], None]) -> None:
    path = site.engines_dir / ENGINE / "council-engine.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def test_a_sound_engine_has_no_findings_beyond_what_is_not_known(built: Site) -> None:
    assert set(built.findings()) == {"toolchain.tensorrt", "check.status"}


def test_an_edited_manifest_is_named_with_both_values(built: Site) -> None:
    edit(built, lambda data: data["platform"].update(sm=86))
    edit(built, lambda data: data["toolchain"].update(tensorrt_llm="1.1.0"))
    edit(built, lambda data: data["tokenizer"]["files"].update({"tokenizer.json": "0" * 64}))
    edit(built, lambda data: data["files"]["rank0.engine"].update(sha256="f" * 64))
    said = built.run("verify")
    assert said.returncode == 1
    assert f"{ENGINE}: refuse, not served" in said.stdout
    found = built.findings()
    assert (found["platform.sm"]["expected"], found["platform.sm"]["found"]) == ("89", "86")
    assert found["platform.sm"]["verdict"] == "rebuild"
    assert found["toolchain.tensorrt_llm"]["expected"] == "1.2.1"
    assert found["toolchain.tensorrt_llm"]["found"] == "1.1.0"
    assert found["tokenizer.tokenizer.json"]["verdict"] == "refuse"
    assert found["files.rank0.engine"]["found"] != "f" * 64
    assert found["files.rank0.engine"]["verdict"] == "rebuild"


def test_a_flipped_bit_is_found_but_not_by_quick(built: Site) -> None:
    engine = built.engines_dir / ENGINE / "rank0.engine"
    data = bytearray(engine.read_bytes())
    data[1000] ^= 4
    engine.write_bytes(data)
    assert built.findings()["files.rank0.engine"]["reason"] == "the content has changed"
    assert "files.rank0.engine" not in built.findings("--quick")
    assert "a flipped bit" in built.run("verify", "--quick").stdout


@pytest.mark.parametrize("quick", [(), ("--quick",)])
def test_a_file_cut_short_is_found_even_by_quick(built: Site, quick: tuple[str, ...]) -> None:
    engine = built.engines_dir / ENGINE / "rank0.engine"
    engine.write_bytes(engine.read_bytes()[:-1])
    assert built.findings(*quick)["files.rank0.engine"]["verdict"] == "rebuild"
    assert built.served() == []


def test_another_card_driver_or_record_is_told(built: Site) -> None:
    built.fault(gpu="NVIDIA GeForce RTX 3090, 8.6, 24576, 580.82.07")
    found = built.findings()
    assert found["platform.sm"]["verdict"] == "rebuild"
    assert found["platform.gpu_name"]["verdict"] == "warn"
    assert found["platform.driver"]["expected"] == "580.82.07"
    built.fault()
    write_record(built.records_dir, record_data(limits={"max_batch_size": 2, "max_num_tokens": 1024}))
    assert built.findings()["build.arguments"]["verdict"] == "rebuild"
    again = built.build()
    assert "built again, build.arguments" in again.stdout
    assert built.served() == [ENGINE]


def test_memory_is_asked_for_before_a_load(built: Site) -> None:
    assert "memory" not in built.findings("--for-load")
    built.fault(free_mib=512)
    assert built.findings("--for-load")["memory"]["verdict"] == "refuse"


def test_an_engine_that_is_not_there_is_a_wrong_use(built: Site) -> None:
    done = built.run("verify", "phi-2/fp16-sm89")
    assert done.returncode == 2
    assert f"choose one of: {ENGINE}" in done.stderr


def test_a_directory_without_manifest_is_listed_but_never_served(built: Site) -> None:
    (built.engines_dir / ENGINE / "council-engine.json").unlink()
    done = built.run("list")
    assert f"{ENGINE}  incomplete" in done.stdout
    assert built.served() == []
    assert built.findings()["manifest"]["found"] == "ManifestMissing"


def test_a_damaged_engine_is_built_again_and_replaced(built: Site) -> None:
    (built.engines_dir / ENGINE / "rank0.engine").write_bytes(b"short")
    done = built.build()
    assert f"{ENGINE}: built (" in done.stdout
    assert built.served() == [ENGINE]


def test_a_precision_with_a_quality_gate_is_not_served_before_its_check(site: Site) -> None:
    gated = record_data(precisions={"fp16": {"needs_quality_gate": True}})
    write_record(site.records_dir, gated)
    assert site.build().returncode == 0
    assert site.served() == []
    assert site.findings()["check.status"]["verdict"] == "refuse"
    assert f"{ENGINE}: up to date" in site.build().stdout
    edit(site, lambda data: data["check"].update(status="passed", agreement=0.99))
    assert site.served() == [ENGINE]


class TestPrune:
    def test_it_removes_what_a_failed_build_left_and_nothing_else(self, built: Site) -> None:
        built.fault(build="fail")
        built.build(precision="int8")
        work = built.engines_dir / ".work" / MODEL / "int8-sm89"
        assert work.is_dir()
        done = built.run("prune", "--yes")
        assert done.returncode == 0
        assert "work of a build: checkpoint, engine" in done.stdout
        assert not work.exists()
        assert built.served() == [ENGINE]

    def test_without_a_terminal_it_needs_to_be_told(self, built: Site) -> None:
        (built.engines_dir / ENGINE / "council-engine.json").unlink()
        done = built.run("prune")
        assert done.returncode == 2
        assert "half-built" in done.stdout
        assert "add --yes" in done.stderr
        assert (built.engines_dir / ENGINE).is_dir()

    def test_old_logs_go_and_the_newest_of_each_step_stays(self, built: Site) -> None:
        logs = built.engines_dir / ".logs" / ENGINE
        old = [logs / f"20200101T000000Z-{step}.log" for step in ("convert", "build")]
        for log in old:
            log.write_text("old")
        kept = set(logs.iterdir()) - set(old)
        built.run("prune", "--yes")
        assert set(logs.iterdir()) == kept

    def test_stale_engines_go_only_when_asked_for(self, built: Site) -> None:
        built.fault(gpu="NVIDIA GeForce RTX 3090, 8.6, 24576, 580.65.06")
        assert "nothing to remove" in built.run("prune", "--yes").stdout
        done = built.run("prune", "--stale", "--yes")
        assert "stale: rebuild, platform.sm: expected 86, found 89" in done.stdout
        assert not (built.engines_dir / ENGINE).exists()

    def test_an_engine_that_failed_its_check_is_stale(self, site: Site) -> None:
        assert site.build().returncode == 0
        edit(site, lambda data: data["check"].update(status="failed"))
        done = site.run("prune", "--stale", "--yes")
        assert "stale: refuse, check.status: expected passed, found failed" in done.stdout
        assert not (site.engines_dir / ENGINE).exists()

    def test_an_engine_that_only_waits_for_its_check_is_not_stale(self, site: Site) -> None:
        write_record(site.records_dir, record_data(precisions={"fp16": {"needs_quality_gate": True}}))
        site.build()
        assert "nothing to remove" in site.run("prune", "--stale", "--yes").stdout

    def test_it_leaves_a_running_builder_alone(self, site: Site) -> None:
        site.fault(build="hang")
        builder = site.start_build()
        site.wait_for("reached")
        done = site.run("prune", "--yes")
        assert done.returncode == 1
        assert "another process is changing" in done.stderr
        builder.terminate()
        builder.communicate(timeout=30)


def test_a_wrong_manifest_is_named_by_its_fault(built: Site) -> None:
    path: Path = built.engines_dir / ENGINE / "council-engine.json"
    for content, kind in (
        ("{", "ManifestBroken"),
        ('{"name": "other"}', "ManifestForeign"),
        ('{"kind": "council-engine", "schema_version": 2}', "ManifestNewer"),
    ):
        path.write_text(content)
        assert built.findings("--quick")["manifest"]["found"] == kind
