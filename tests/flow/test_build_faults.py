"""Our build flow when one of NVIDIA's programs (here: a recorded stand-in) fails, hangs, or does not do as asked.

After each: nothing half-built is offered to a server, and a second run finishes without doing finished steps again.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from engines.build_command import BuildRequest, run_build
from engines.disk import require_space
from engines.errors import DiskFull
from tests.flow.site import ENGINE, Site
from tests.flow.tiny_model import MODEL, install, record_data, tiny_record, write_record

PLUGINS = "build_config.plugin_config"
QUANTIZATION = "pretrained_config.quantization"


def assert_second_run_finishes(site: Site, *, converted: int, built: int) -> None:
    site.fault()
    code, said = site.build_here()
    assert code == 0, said
    assert len(site.calls("convert_llama")) == converted
    assert len(site.calls("trtllm-build")) == built
    assert [(each.engine.engine_id, each.servable) for each in site.verify_here()] == [(ENGINE, True)]


@pytest.mark.parametrize("step", ["convert_config", "convert", "build_config", "build", "guide"])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("fail", "told to fail"),
        ("disk_full", "the disk was full"),
        ("killed", "was killed by the system (signal 9)"),
        ("out_of_memory", "close what else uses the GPU"),
    ],
)
def test_a_program_that_fails_is_reported_and_its_half_output_is_not_used(
    site: Site, step: str, fault: str, said: str
) -> None:
    site.fault(**{step: fault})
    done = site.build()
    assert done.returncode == 1
    assert said in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert site.found() == []
    converted, built = {"conv": (2, 1), "buil": (1, 2), "guid": (1, 1)}[step[:4]]
    assert_second_run_finishes(site, converted=converted, built=built)


@pytest.mark.parametrize(
    ("step", "converted", "built"), [("convert", 2, 1), ("build", 1, 2), ("guide", 1, 1)]
)
def test_a_program_that_ends_well_but_writes_nothing_is_not_believed(
    site: Site, step: str, converted: int, built: int
) -> None:
    site.fault(**{step: "nothing_written"})
    done = site.build()
    assert done.returncode == 1
    assert "ended well but wrote no" in done.stdout
    assert site.found() == []
    assert_second_run_finishes(site, converted=converted, built=built)


@pytest.mark.parametrize(
    ("step", "converted", "built"), [("convert", 2, 1), ("build", 1, 2), ("guide", 1, 1)]
)
def test_a_program_that_hangs_is_stopped_after_the_limit(
    site: Site, step: str, converted: int, built: int
) -> None:
    site.fault(**{step: "hang"})
    done = site.build("--step-timeout-min=0.01")
    assert done.returncode == 1
    assert "stopped after 0.01 min" in done.stdout
    assert not running(int(site.wait_for("reached")))
    assert site.found() == []
    assert_second_run_finishes(site, converted=converted, built=built)


@pytest.mark.parametrize(
    ("path", "value", "name"),
    [
        (f"{PLUGINS}.use_paged_context_fmha", False, "use_paged_context_fmha"),
        (f"{PLUGINS}.tokens_per_block", 64, "tokens_per_block"),
        (f"{PLUGINS}.multiple_profiles", False, "multiple_profiles"),
        ("build_config.kv_cache_type", "CONTINUOUS", "kv_cache_type"),
        ("build_config.max_batch_size", 2, "max_batch_size"),
        ("build_config.max_num_tokens", 512, "max_num_tokens"),
        ("build_config.max_seq_len", 512, "max_seq_len"),
        ("build_config.max_beam_width", 2, "max_beam_width"),
        (f"{QUANTIZATION}.quant_algo", "W8A16", "quant_algo"),
        (f"{QUANTIZATION}.kv_cache_quant_algo", "INT8", "kv_cache_quant_algo"),
        ("pretrained_config.dtype", "bfloat16", "dtype"),
        ("version", "1.1.0", "version"),
    ],
)
def test_an_engine_that_is_not_what_was_asked_for_is_not_published(
    site: Site, path: str, value: object, name: str
) -> None:
    site.fault(change={path: value})
    done = site.build()
    assert done.returncode == 1
    assert f"made another engine: {name}:" in done.stdout
    assert site.found() == []
    assert_second_run_finishes(site, converted=1, built=2)


def test_an_engine_whose_config_cannot_be_read_is_not_published(site: Site) -> None:
    site.fault(change={"build_config.max_batch_size": "many"})
    done = site.build()
    assert done.returncode == 1
    assert "config.json: build_config.max_batch_size" in done.stdout
    assert_second_run_finishes(site, converted=1, built=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stop_token_ids": [3]}, "it stops at [3], the model at [2]"),
        ({"stop_token_ids": [None]}, "stop_token_ids.0"),
        ({"encoded_vocab": ["t"] * 65}, "65 tokens, the model has 64"),
        ({"tokenizer_str": "{"}, "tokenizer_str is not JSON"),
        ({"tokenizer_str": None}, "tokenizer_str: Input should be a valid string"),
    ],
)
def test_a_tokenizer_for_guides_that_the_server_could_not_read_is_not_published(
    site: Site, change: dict[str, object], said: str
) -> None:
    site.fault(guide_file=change)
    done = site.build()
    assert done.returncode == 1
    assert said in done.stdout
    assert site.found() == []
    assert_second_run_finishes(site, converted=1, built=1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_build_stops_its_program_and_goes_on_later(site: Site, number: signal.Signals) -> None:
    site.fault(build="hang")
    builder = site.start_build()
    program = int(site.wait_for("reached"))
    builder.send_signal(number)
    output, _ = builder.communicate(timeout=30)
    assert builder.returncode == 130
    assert f"stopped by {number.name}" in output
    assert not running(program)
    assert site.found() == []
    assert_second_run_finishes(site, converted=1, built=2)


@pytest.mark.parametrize(
    ("step", "converted", "built"), [("convert", 2, 1), ("build", 1, 2), ("guide", 1, 1)]
)
def test_a_killed_builder_takes_its_program_with_it(
    site: Site, step: str, converted: int, built: int
) -> None:
    site.fault(**{step: "hang"})
    builder = site.start_build()
    program = int(site.wait_for("reached"))
    builder.kill()
    builder.communicate(timeout=30)
    wait_until_gone(program)
    assert site.found() == []
    assert_second_run_finishes(site, converted=converted, built=built)


def test_what_a_killed_builder_left_running_keeps_a_second_builder_out(site: Site) -> None:
    site.fault(build="hang_with_orphan")
    builder = site.start_build()
    orphan = int(site.wait_for("orphan"))
    builder.kill()
    builder.communicate(timeout=30)
    second = site.build()
    assert second.returncode == 1
    assert "a program it had started still runs" in second.stderr
    os.kill(orphan, signal.SIGKILL)
    wait_until_gone(orphan)
    assert_second_run_finishes(site, converted=1, built=2)


def test_a_second_builder_waits_for_nobody(site: Site) -> None:
    site.fault(build="hang")
    builder = site.start_build()
    site.wait_for("reached")
    second = site.build()
    assert second.returncode == 1
    assert "another process is changing" in second.stderr
    builder.send_signal(signal.SIGTERM)
    builder.communicate(timeout=30)
    assert_second_run_finishes(site, converted=1, built=2)


def test_an_engine_that_fails_does_not_keep_the_others_from_being_built(site: Site) -> None:
    (site.examples_dir / "quantization" / "quantize.py").write_text("raise SystemExit('no quantizer')")
    done = site.run("build")
    assert done.returncode == 1
    assert f"{MODEL}/fp8-sm89: failed" in done.stdout
    assert site.served() == [ENGINE, f"{MODEL}/int8-sm89"]


def test_another_container_than_the_plans_is_refused_before_anything_is_done(site: Site) -> None:
    versions = '{"tensorrt_llm": "1.1.0", "python": "3.12.3"}'
    (site.root / "bin" / "python3").write_text(f"#!/bin/sh\necho '{versions}'\n")
    done = site.build()
    assert done.returncode == 1
    assert "TensorRT-LLM 1.1.0 is installed here, the plan is for 1.2.1" in done.stderr
    assert site.calls("convert_llama") == []


def test_a_program_that_is_not_there_is_named(site: Site) -> None:
    (site.root / "bin" / "trtllm-build").unlink()
    done = site.build()
    assert done.returncode == 1
    assert "trtllm-build is not on this machine" in done.stdout
    assert "scripts/build_engines.sh" in done.stdout


def test_weights_that_have_changed_on_disk_are_not_converted(site: Site) -> None:
    weights = site.models_dir / MODEL / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[100] ^= 1
    weights.write_bytes(data)
    done = site.build()
    assert done.returncode == 1
    assert "has changed since it was installed" in done.stdout
    assert site.calls("convert_llama") == []


def test_a_download_that_fails_is_a_problem_with_a_fix(site: Site) -> None:
    for path in (site.models_dir / MODEL).iterdir():
        path.unlink()
    (site.models_dir / MODEL).rmdir()
    site.environ_more["HF_ENDPOINT"] = "ftp://127.0.0.1"
    done = site.build()
    assert done.returncode == 1
    assert "error: HF_ENDPOINT is not a web address" in done.stdout
    assert "fix:" in done.stdout
    install(site.models_dir, tiny_record())
    assert_second_run_finishes(site, converted=1, built=1)


def running(process: int) -> bool:
    """Not gone and no zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(process: int) -> None:
    deadline = time.monotonic() + 20
    while running(process):
        assert time.monotonic() < deadline, f"process {process} is still there"
        time.sleep(0.02)


@pytest.mark.parametrize(("step", "converted"), [("convert", 0), ("build", 1)])
def test_a_disk_without_room_is_noticed_before_the_step(
    site: Site, monkeypatch: pytest.MonkeyPatch, step: str, converted: int
) -> None:
    request = BuildRequest(
        site.engines_dir,
        site.models_dir,
        precisions=("fp16",),
        examples_dir=str(site.examples_dir),
        records_dir=site.records_dir,
    )
    for name, value in site.environ.items():
        monkeypatch.setenv(name, value)
    asked: list[int] = []

    def shrinking(directory: Path, needed_bytes: int) -> None:
        asked.append(needed_bytes)
        if len(asked) > converted:
            require_space(directory, 1 << 62)

    monkeypatch.setattr("engines.build_steps.require_space", shrinking)
    said: list[str] = []
    assert run_build(request, said.append, site.environ) == 1
    assert any("are needed in" in line for line in said)
    assert len(site.calls("convert_llama")) == converted
    assert site.calls("trtllm-build") == []
    # Checkpoint and engine are 2 MB each at FP16: the first step asks for both, the second for the engine.
    assert asked == [4_000_000, 2_000_000][: converted + 1]
    monkeypatch.undo()
    assert_second_run_finishes(site, converted=1, built=1)


def test_a_finished_step_is_done_again_when_its_wishes_have_changed(site: Site) -> None:
    site.fault(change={"build_config.plugin_config.multiple_profiles": False})
    site.build_here()
    site.fault(build="fail")
    site.build_here()
    assert (len(site.calls("convert_llama")), len(site.calls("trtllm-build"))) == (1, 2)
    write_record(site.records_dir, record_data(limits={"max_batch_size": 2, "max_num_tokens": 1024}))
    assert_second_run_finishes(site, converted=1, built=3)
    (engine,) = site.found()
    assert engine.engine.manifest
    assert engine.engine.manifest.build.result.max_batch_size == 2


def test_a_built_engine_is_not_taken_when_the_record_changes_before_it_is_published(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFull("no room for the manifest", fix="free some")

    monkeypatch.setattr("engines.build.write_manifest", full)
    assert site.build_here()[0] == 1
    monkeypatch.undo()
    write_record(site.records_dir, record_data(limits={"max_batch_size": 2, "max_num_tokens": 1024}))
    assert_second_run_finishes(site, converted=1, built=2)


def test_a_built_engine_is_published_without_being_built_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFull("no room for the manifest", fix="free some")

    monkeypatch.setattr("engines.build.write_manifest", full)
    assert site.build_here()[0] == 1
    monkeypatch.undo()
    assert site.found() == []
    assert_second_run_finishes(site, converted=1, built=1)


@pytest.mark.parametrize("damage", ["removed", "cut short", "written again"])
def test_a_checkpoint_that_is_no_longer_what_was_recorded_is_made_again(site: Site, damage: str) -> None:
    site.fault(build="fail")
    site.build_here()
    checkpoint = site.engines_dir / ".work" / ENGINE / "checkpoint" / "rank0.safetensors"
    data = checkpoint.read_bytes()
    checkpoint.unlink()
    if damage != "removed":
        checkpoint.write_bytes(data[: len(data) // 2] if damage == "cut short" else data[::-1])
    assert_second_run_finishes(site, converted=2, built=2)


def test_weights_that_were_pulled_again_are_not_converted_again(site: Site) -> None:
    site.fault(build="fail")
    site.build_here()
    weights = site.models_dir / MODEL / "model.safetensors"
    weights.write_bytes(
        weights.read_bytes()
    )  # the same bytes, pulled again: read again, but not converted again
    assert_second_run_finishes(site, converted=1, built=2)
