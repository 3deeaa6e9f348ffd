"""The rules of a plan: what is refused and why, what is warned of, in which order things are built."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engines.convert_commands import BuildPaths
from engines.errors import UnknownModel
from engines.gpu import GIB, Gpu, assumed_gpu
from engines.gpu_serving import GpuServing, Precision
from engines.host import Host
from engines.plan import PRECISIONS, BuildPlan, EnginePlan, make_plan
from engines.record import ModelRecord, load_records
from engines.toolchain import FALLBACK, PRIMARY

RECORDS = load_records()
HOST = Host(ram_bytes=64 * 10**9, free_disk_bytes=500 * 10**9, os="linux", arch="x86_64")


def planned(
    gpu: str | Gpu, host: Host = HOST, records: dict[str, ModelRecord] = RECORDS, **wanted: Any
) -> BuildPlan:
    return make_plan(records, assumed_gpu(gpu) if isinstance(gpu, str) else gpu, host, **wanted)


def engine(plan: BuildPlan, model_id: str, precision: Precision) -> EnginePlan:
    (found,) = [each for each in plan.engines if (each.model_id, each.precision) == (model_id, precision)]
    return found


def codes(plan: BuildPlan) -> dict[tuple[str, str], str]:
    return {(each.model_id, each.precision): each.code for each in plan.refused}


def with_gpu(model_id: str, **changes: Any) -> dict[str, ModelRecord]:
    """The records with one `[gpu]` table changed and validated again."""
    record = RECORDS[model_id]
    assert record.gpu
    serving = GpuServing.model_validate(record.gpu.model_dump() | changes)
    return {**RECORDS, model_id: record.model_copy(update={"gpu": serving})}


@pytest.mark.parametrize(
    ("gpu", "model_id", "precision", "code", "says"),
    [
        ("RTX 4070", "codellama-7b", "fp16", "weights_over_vram", "12.55 GiB, 11.50 GiB of this card's 12.00"),
        ("RTX 4070", "mistral-7b", "fp16", "weights_over_vram", "13.49 GiB"),
        ("B200", "mistral-7b", "int8", "int8_on_sm100_119", "SM 100-119, this card is SM 100"),
        ("B300", "tinyllama-1.1b", "int8", "int8_on_sm100_119", "SM 103"),
        ("RTX 3090", "mistral-7b", "fp8", "fp8_below_sm89", "this card is SM 86"),
        ("A100", "tinyllama-1.1b", "fp8", "fp8_below_sm89", "SM 80"),
        ("GTX 1080", "phi-2", "int8", "sm_unsupported", "GTX 1080 is SM 61; TensorRT-LLM 1.2.1 supports SM 80"),
        ("T4", "phi-2", "int8", "sm_unsupported", "SM 75"),
        ("V100", "phi-2", "fp16", "sm_unsupported", "SM 70"),
        ("GB10", "phi-2", "fp16", "sm_unsupported", "SM 121"),
        ("RTX 4060", "codellama-7b", "int8", "no_room_for_kv", "1024 KV tokens"),
        ("RTX 5090", "phi-2", "fp8", "not_offered", "offered in fp16, int8"),
    ],
)  # fmt: skip
def test_a_refusal_has_a_code_and_both_sides(
    gpu: str, model_id: str, precision: Precision, code: str, says: str
) -> None:
    (refusal,) = planned(gpu, models=[model_id], precisions=[precision]).refused
    assert (refusal.model_id, refusal.precision, refusal.code) == (model_id, precision, code)
    assert says in refusal.reason


def test_a_build_that_peaks_over_the_card_is_refused_though_the_weights_fit() -> None:
    # CodeLlama FP16: 12.55 GiB of weights, 0.49 GiB of working memory.
    card = assumed_gpu("RTX 4070", 13.3)
    (refusal,) = planned(card, models=["codellama-7b"], precisions=["fp16"]).refused
    assert refusal.code == "build_over_vram"
    assert "peaks at 13.04 GiB" in refusal.reason


def test_fp16_7b_fits_on_16_gb_with_a_warning() -> None:
    plan = planned("RTX 5080", models=["codellama-7b", "mistral-7b"], precisions=["fp16"])
    assert not plan.refused
    assert all(any("not known to work" in text for text in each.warnings) for each in plan.engines)
    assert engine(plan, "codellama-7b", "fp16").kv_tokens == 3072
    assert engine(plan, "mistral-7b", "fp16").kv_tokens < 10240


@pytest.mark.parametrize("vram_mib", [24576, 24564, 23034])
def test_a_24_gb_card_builds_all_as_the_driver_reports_it(vram_mib: int) -> None:
    plan = planned(Gpu("NVIDIA L4", 89, vram_mib << 20, "580.65.06"))
    assert not plan.refused
    assert not any("not known to work" in text for each in plan.engines for text in each.warnings)
    assert engine(plan, "mistral-7b", "fp16").kv_tokens == 10240


def test_the_int8_kv_cache_is_refused_with_kv_reuse_and_built_without_paged_fmha_without() -> None:
    records = with_gpu("mistral-7b", precisions={"int8": {"kv_cache": "int8"}})
    (refusal,) = planned("L4", records=records, models=["mistral-7b"]).refused
    assert refusal.code == "int8_kv_with_reuse"
    (built,) = planned("L4", records=records, models=["mistral-7b"], kv_reuse=False).engines
    assert "--int8_kv_cache" in built.convert.argv
    assert built.build.argv[built.build.argv.index("--use_paged_context_fmha") + 1] == "disable"


@pytest.mark.parametrize(
    ("gpu", "code"),
    [
        (Gpu("RTX 4070", 89, 12 * GIB, "520.61.05"), "driver_too_old"),
        (Gpu("B300", 103, 288 * GIB, "575.57.08"), "sm_unsupported"),
    ],
)
def test_what_the_driver_rules_out_is_ruled_out_for_all(gpu: Gpu, code: str) -> None:
    plan = planned(gpu)
    assert plan.toolchain == FALLBACK
    assert not plan.engines
    assert {each.code for each in plan.refused} == {code}
    assert all("R580" in each.reason for each in plan.refused)


def test_an_older_driver_gets_the_older_container_and_is_told_so() -> None:
    plan = planned(Gpu("RTX 4070", 89, 12 * GIB, "550.54.14"))
    assert plan.toolchain == FALLBACK
    assert any("new engines" in text for text in plan.warnings)
    assert planned(Gpu("RTX 4070", 89, 12 * GIB, "580.65.06")).toolchain == PRIMARY
    assert any("driver is not known" in text for text in planned("RTX 4070").warnings)


@pytest.mark.parametrize(("os", "arch"), [("darwin", "arm64"), ("windows", "amd64"), ("linux", "riscv64")])
def test_other_systems_are_refused(os: str, arch: str) -> None:
    plan = planned("L4", replace(HOST, os=os, arch=arch))
    assert {each.code for each in plan.refused} == {"system_unsupported"}
    assert not plan.engines


class TestHost:
    def test_too_little_memory(self) -> None:
        plan = planned("L4", replace(HOST, ram_bytes=16 * 10**9), precisions=["int8"])
        assert codes(plan) == {("codellama-7b", "int8"): "ram_short", ("mistral-7b", "int8"): "ram_short"}
        assert "22.0 GB" in plan.refused[1].reason
        assert "16.0 GB RAM and 0.0 GB swap" in plan.refused[1].reason

    def test_swap_counts_but_a_7b_model_is_warned_of(self) -> None:
        plan = planned("L4", replace(HOST, ram_bytes=16 * 10**9, swap_bytes=16 * 10**9), precisions=["int8"])
        assert not plan.refused
        assert any("32 GB of RAM" in text for text in engine(plan, "mistral-7b", "int8").warnings)
        assert engine(plan, "phi-2", "int8").warnings == engine(planned("L4"), "phi-2", "int8").warnings

    def test_what_is_planned_fits_the_disk_and_the_next_one_does_not(self) -> None:
        host = replace(HOST, free_disk_bytes=60 * 10**9)
        plan = planned("L4", host)
        assert plan.engines
        assert {each.code for each in plan.refused} == {"disk_short"}
        assert plan.needed_disk_bytes <= host.free_disk_bytes
        assert planned("L4", replace(host, free_disk_bytes=plan.needed_disk_bytes)).engines == plan.engines

    def test_the_disk_need_is_exact(self) -> None:
        needed = planned("L4").needed_disk_bytes
        assert not planned("L4", replace(HOST, free_disk_bytes=needed)).refused
        assert len(planned("L4", replace(HOST, free_disk_bytes=needed - 1)).refused) == 1

    def test_a_download_counts_once(self) -> None:
        plan = planned("L4", models=["tinyllama-1.1b"], precisions=["int8", "fp16"])
        int8, fp16 = plan.engines
        engines = int8.engine_bytes + fp16.engine_bytes
        assert plan.needed_disk_bytes == int8.download_bytes + engines + fp16.checkpoint_bytes


class TestFp8Calibration:
    @pytest.mark.parametrize(("gpu", "split"), [("RTX 4070", True), ("L4", False), ("RTX 5080", False)])
    def test_weights_that_do_not_fit_are_split_and_said_so(self, gpu: str, split: bool) -> None:
        built = engine(planned(gpu), "mistral-7b", "fp8")
        assert any("stays in host memory" in text for text in built.warnings) == split
        assert ("--device_map", "auto") in zip(built.convert.argv, built.convert.argv[1:], strict=False)
        assert built.peak_vram_bytes <= assumed_gpu(gpu).vram_bytes

    def test_it_takes_the_fp16_weights_where_they_fit(self) -> None:
        plan = planned("L4", models=["mistral-7b"])
        assert (
            engine(plan, "mistral-7b", "fp8").peak_vram_bytes
            == engine(plan, "mistral-7b", "fp16").peak_vram_bytes
        )


def test_an_untested_combination_is_warned_of() -> None:
    plan = planned("L4", models=["phi-2"])
    assert any("not tested upstream" in text for text in engine(plan, "phi-2", "int8").warnings)
    assert not engine(plan, "phi-2", "fp16").warnings


def test_a_small_card_gets_fewer_kv_tokens_in_whole_blocks() -> None:
    plan = planned(assumed_gpu("RTX 4060", 9.5), models=["codellama-7b"], precisions=["int8"])
    built = engine(plan, "codellama-7b", "int8")
    assert 1024 <= built.kv_tokens < 3072
    assert built.kv_tokens % built.limits.tokens_per_block == 0
    assert any("cut from 3072" in text for text in built.warnings)


def test_the_order_is_the_default_precision_first_and_the_smallest_first() -> None:
    order = [(each.precision, each.engine_bytes) for each in planned("L4").engines]
    assert order == sorted(order, key=lambda each: (PRECISIONS.index(each[0]), each[1]))
    assert planned("L4").engines[0].engine_id == "tinyllama-1.1b/int8-sm89"


def test_a_plan_covers_what_was_asked_for_once() -> None:
    plan = planned("L4", models=["phi-2", "phi-2"], precisions=["int8", "int8"])
    assert [each.engine_id for each in plan.engines] == ["phi-2/int8-sm89"]
    whole = planned("RTX 4070")
    offered = [(each.id, name) for each in RECORDS.values() if each.gpu for name in each.gpu.precisions]
    covered = [(each.model_id, each.precision) for each in (*whole.engines, *whole.refused)]
    assert sorted(covered) == sorted(offered)


@pytest.mark.parametrize("model_id", ["gpt-5", "smollm2-135m"])
def test_a_model_without_a_gpu_record_is_unknown(model_id: str) -> None:
    with pytest.raises(UnknownModel, match=model_id) as caught:
        planned("L4", models=[model_id])
    assert "mistral-7b" in caught.value.fix


def test_the_builder_may_choose_the_paths() -> None:
    asked: list[tuple[str, str]] = []

    def paths_of(model_id: str, engine_id: str) -> BuildPaths:
        asked.append((model_id, engine_id))
        return BuildPaths("/w", "/c", "/e", timing_cache="/t/model.cache")

    (built,) = planned("L4", models=["phi-2"], precisions=["int8"], paths_of=paths_of).engines
    assert asked == [("phi-2", "phi-2/int8-sm89")]
    assert built.convert.argv[2:6] == ("--model_dir", "/w", "--output_dir", "/c")
    assert built.build.argv[-4:] == (
        "--input_timing_cache",
        "/t/model.cache",
        "--output_timing_cache",
        "/t/model.cache",
    )


def test_minutes_are_the_measured_ranges() -> None:
    plan = planned("L4", precisions=["int8"])
    by_model = {each.model_id: (each.minutes.low, each.minutes.high) for each in plan.engines}
    assert by_model == {
        "tinyllama-1.1b": (2.5, 4.0),
        "phi-2": (2.5, 7.1),
        "codellama-7b": (2.5, 7.1),
        "mistral-7b": (2.5, 7.1),
    }
    assert all("1.2.1" in each.minutes.source for each in plan.engines)
