"""Our build flow, with recorded stand-ins for NVIDIA's programs (see tests/flow/__init__.py): the way it should go."""

from __future__ import annotations

import json

import pytest

from engines.manifest import read_manifest
from tests.flow.site import ENGINE, Site
from tests.flow.tiny_model import FILES, MODEL, sha256


def test_an_engine_is_built_described_and_served(site: Site) -> None:
    done = site.build()
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{ENGINE}: built" in done.stdout
    directory = site.engines_dir / ENGINE
    assert sorted(path.name for path in directory.iterdir()) == [
        "config.json",
        "council-engine.json",
        "rank0.engine",
        "xgrammar_tokenizer_info.json",
    ]
    manifest = read_manifest(directory)
    assert manifest.identity.engine_id == ENGINE
    assert manifest.source.weights == {"model.safetensors": sha256(FILES["model.safetensors"])}
    assert manifest.source.arguments == ("--dtype", "float16")
    assert manifest.platform.sm == 89
    assert manifest.platform.driver == "580.65.06"
    assert manifest.toolchain.tensorrt_llm == "1.2.1"
    assert manifest.build.result.use_paged_context_fmha
    assert manifest.files["rank0.engine"].sha256 == sha256((directory / "rank0.engine").read_bytes())
    guides = directory / "xgrammar_tokenizer_info.json"
    assert manifest.files[guides.name].sha256 == sha256(guides.read_bytes())
    assert manifest.check.status == "not_run"
    assert site.served() == [ENGINE]


def test_the_work_goes_when_the_engine_is_published_and_the_logs_stay(site: Site) -> None:
    site.build()
    assert not (site.engines_dir / ".work" / ENGINE).exists()
    logs = {log.stem.partition("-")[2]: log for log in (site.engines_dir / ".logs" / ENGINE).iterdir()}
    assert set(logs) == {"build", "convert", "guide"}
    assert "trtllm-build --checkpoint_dir" in logs["build"].read_text()


def test_what_is_there_is_not_built_again(site: Site) -> None:
    site.build()
    again = site.build()
    assert f"{ENGINE}: up to date" in again.stdout
    assert len(site.calls("trtllm-build")) == 1


@pytest.mark.parametrize(
    ("precision", "program", "flag"),
    [("int8", "convert_llama", "--use_weight_only"), ("fp8", "quantize", "--qformat")],
)
def test_each_precision_takes_its_documented_way(site: Site, precision: str, program: str, flag: str) -> None:
    done = site.build(precision=precision)
    assert done.returncode == 0, done.stdout + done.stderr
    (call,) = site.calls(program)
    assert flag in call
    assert site.served() == [f"{MODEL}/{precision}-sm89"]


def test_kernel_timings_are_handed_to_the_next_engine(site: Site) -> None:
    site.build()
    site.build(precision="int8")
    first, second = ((call[call.index("--input_timing_cache") + 1]) for call in site.calls("trtllm-build"))
    assert first == second == str(site.engines_dir / ".cache" / "1.2.1-sm89.timing")
    assert (site.engines_dir / ".cache" / "1.2.1-sm89.timing").read_text() == "0\n1\n"


def test_a_kept_checkpoint_is_not_converted_again(site: Site) -> None:
    site.build("--keep-checkpoints")
    (site.engines_dir / ENGINE / "rank0.engine").write_bytes(b"damaged")
    again = site.build()
    assert again.returncode == 0, again.stdout
    assert "convert done before" in again.stdout
    assert len(site.calls("convert_llama")) == 1
    assert len(site.calls("trtllm-build")) == 2


def test_a_dry_run_shows_all_and_touches_nothing(site: Site) -> None:
    before = sorted(site.root.rglob("*"))
    done = site.run("build", "--dry-run", "--assume-gpu", "RTX 4070")
    assert done.returncode == 0, done.stderr
    for part in (
        f"{MODEL}/int8-sm89",
        "--use_weight_only",
        "trtllm-build --checkpoint_dir",
        "min, measured for",
    ):
        assert part in done.stdout
    assert sorted(site.root.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (("--assume-gpu=RTX 4070",), 2, "add --dry-run"),
        (("--precision=int4",), 2, "no precision 'int4'"),
        (("--model=other",), 2, "choose one of: tiny-llama"),
        (("--vram-gib=8",), 2, "--assume-gpu"),
        (("--device=3",), 1, "no GPU 3"),
        (("--dry-run", "--assume-gpu=GTX 1080"), 3, "sm_unsupported"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_with_its_reason(
    site: Site, arguments: tuple[str, ...], exit_code: int, said: str
) -> None:
    done = site.run("build", *arguments)
    assert done.returncode == exit_code
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not site.engines_dir.exists()


def test_without_a_card_it_says_how_to_see_a_plan(site: Site) -> None:
    (site.root / "bin" / "nvidia-smi").unlink()
    done = site.build("--dry-run")
    assert done.returncode == 1
    assert "nothing can be built here" in done.stderr
    assert '--dry-run --assume-gpu "RTX 4070"' in done.stderr


def test_the_manifest_is_readable_by_other_programs(site: Site) -> None:
    site.build()
    data = json.loads((site.engines_dir / ENGINE / "council-engine.json").read_text())
    groups = [
        "identity",
        "source",
        "tokenizer",
        "toolchain",
        "platform",
        "precision",
        "build",
        "files",
        "check",
    ]
    assert [key for key in data if key not in ("kind", "schema_version")] == groups
