"""Residency: the table of the reference on 12 GB, and what holds for every card and every record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.gpu import GIB
from engines.gpu_serving import Architecture, EngineLimits, GpuServing, Precision, PrecisionFacts
from engines.kv_range import MIN_KV_TOKENS, kv_range
from engines.record import Limits, ModelRecord, load_records
from engines.vram import (
    DESKTOP_RESERVE_BYTES,
    HEADLESS_RESERVE_BYTES,
    UNALLOCATED_BYTES,
    ResidentSet,
    plan_residency,
    preferred,
    resident_set,
)

RECORDS = {model_id: record for model_id, record in load_records().items() if record.gpu}
TINY, PHI, CODE, MISTRAL = "tinyllama-1.1b", "phi-2", "codellama-7b", "mistral-7b"
EVERY = {model_id: tuple(record.gpu.precisions) for model_id, record in RECORDS.items() if record.gpu}
USABLE_12 = int(11.5 * GIB)


def on_12_gb(**chosen: Precision) -> ResidentSet:
    names = {"tiny": TINY, "phi": PHI, "code": CODE, "mistral": MISTRAL}
    return resident_set(RECORDS, {names[short]: precision for short, precision in chosen.items()}, USABLE_12)


class TestTheTableOf12GB:
    """inference-contract 2.4, row by row."""

    @pytest.mark.parametrize("tiny", ["fp16", "int8", "fp8"])
    @pytest.mark.parametrize("phi", ["fp16", "int8"])
    def test_tinyllama_and_phi_in_any_precision(self, tiny: Precision, phi: Precision) -> None:
        found = on_12_gb(tiny=tiny, phi=phi)
        assert found.verdict == "yes"
        assert 3.9 <= found.weight_bytes / GIB <= 7.25
        assert found.room_bytes >= 2 * GIB

    def test_tinyllama_and_mistral(self) -> None:
        found = on_12_gb(tiny="int8", mistral="int8")
        assert found.verdict == "yes"
        assert found.weight_bytes / GIB == pytest.approx(8.1, abs=0.05)
        assert GIB <= found.kv_bytes <= 1.5 * GIB
        (mistral,) = [one for one in found.residents if one.model_id == MISTRAL]
        assert 8_000 <= mistral.kv_tokens <= 12_288

    def test_tinyllama_and_codellama(self) -> None:
        found = on_12_gb(tiny="int8", code="int8")
        assert found.verdict == "yes"
        assert found.weight_bytes / GIB == pytest.approx(7.7, abs=0.05)
        assert 1.5 * GIB <= found.kv_bytes <= 2 * GIB
        (code,) = [one for one in found.residents if one.model_id == CODE]
        assert 3_000 <= code.kv_tokens <= 4_096

    @pytest.mark.parametrize("large", ["code", "mistral"])
    def test_tinyllama_phi_and_a_7b(self, large: str) -> None:
        found = on_12_gb(tiny="int8", phi="int8", **{large: "int8"})  # type: ignore[arg-type]
        assert found.verdict == "no"
        assert 10.45 <= found.weight_bytes / GIB <= 11.0

    def test_phi_and_mistral(self) -> None:
        found = on_12_gb(phi="int8", mistral="int8")
        assert found.verdict == "borderline"
        assert found.weight_bytes / GIB == pytest.approx(9.8, abs=0.05)

    def test_two_7b(self) -> None:
        found = on_12_gb(code="int8", mistral="int8")
        assert found.verdict == "no"
        assert found.weight_bytes / GIB == pytest.approx(13.5, abs=0.05)

    def test_all_four(self) -> None:
        found = on_12_gb(tiny="int8", phi="int8", code="int8", mistral="int8")
        assert found.verdict == "no"
        assert found.weight_bytes / GIB == pytest.approx(17.5, abs=0.05)

    @pytest.mark.parametrize("large", ["code", "mistral"])
    def test_a_7b_in_fp16(self, large: str) -> None:
        found = on_12_gb(**{large: "fp16"})  # type: ignore[arg-type]
        assert found.verdict == "no"
        assert found.weight_bytes / GIB >= 12.5

    def test_budgets_are_the_ones_of_section_4(self) -> None:
        budgets = {model_id: kv_range(RECORDS[model_id], "int8").budget for model_id in RECORDS}
        assert budgets == {MISTRAL: 10240, CODE: 3072, PHI: 2048, TINY: 11904}


class TestRecommendation:
    def test_12_gb_serves_most_roles_and_swaps_the_7b(self) -> None:
        plan = plan_residency(RECORDS, 12 * GIB)
        assert plan.usable_bytes == USABLE_12
        assert plan.recommended
        assert set(plan.recommended.model_ids) == {TINY, MISTRAL}
        assert plan.load_order == (MISTRAL, TINY)
        assert {swap.incoming.model_id: swap.unload for swap in plan.swaps} == {
            CODE: (MISTRAL,),
            PHI: (MISTRAL,),
        }
        assert not plan.never
        assert len(plan.sets) == 15

    def test_24_gb_holds_all_four(self) -> None:
        plan = plan_residency(RECORDS, 24 * GIB)
        assert plan.recommended
        assert set(plan.recommended.model_ids) == set(RECORDS)
        assert (plan.swaps, plan.never) == ((), ())

    def test_a_desktop_takes_from_the_kv_cache(self) -> None:
        desktop = plan_residency(RECORDS, 12 * GIB, DESKTOP_RESERVE_BYTES)
        headless = plan_residency(RECORDS, 12 * GIB, HEADLESS_RESERVE_BYTES)
        assert desktop.recommended
        assert headless.recommended
        assert desktop.recommended.model_ids == headless.recommended.model_ids
        assert desktop.recommended.kv_bytes < headless.recommended.kv_bytes

    def test_6_gb_never_holds_a_7b(self) -> None:
        plan = plan_residency(RECORDS, 6 * GIB)
        assert plan.recommended
        assert len(plan.recommended.model_ids) == 1
        assert [swap.unload for swap in plan.swaps] == [plan.recommended.model_ids]
        assert set(plan.never) == {CODE, MISTRAL}

    def test_1_gb_holds_nothing(self) -> None:
        plan = plan_residency(RECORDS, GIB)
        assert plan.recommended is None
        assert set(plan.never) == set(RECORDS)
        assert plan.load_order == plan.swaps == ()

    def test_a_model_takes_the_first_precision_that_is_offered(self) -> None:
        assert preferred(RECORDS, ("fp8", "fp16")) == {
            TINY: ("fp8",),
            PHI: ("fp16",),
            CODE: ("fp8",),
            MISTRAL: ("fp8",),
        }
        assert PHI not in preferred(RECORDS, ("fp8",))

    def test_every_mixture_of_precisions_is_judged(self) -> None:
        assert len(plan_residency(RECORDS, 12 * GIB, precisions=EVERY).sets) == 4 * 3 * 4 * 4 - 1


def record_of(name: str, serving: GpuServing, max_seq_len: int) -> ModelRecord:
    limits = Limits(context_tokens=max_seq_len, max_seq_len=max_seq_len)
    return RECORDS[MISTRAL].model_copy(update={"id": name, "gpu": serving, "limits": limits})


@st.composite
def serving(draw: st.DrawFn) -> GpuServing:
    parameters = draw(st.integers(10**6, 4 * 10**9))
    return GpuServing(
        converter="llama",
        architecture=Architecture(
            name="LlamaForCausalLM",
            parameters=parameters,
            unquantized_parameters=draw(st.integers(1, parameters)),
            layers=draw(st.integers(4, 32)),
            kv_heads=draw(st.integers(1, 32)),
            head_size=draw(st.sampled_from([64, 80, 128])),
            vocab_size=32000,
        ),
        limits=EngineLimits(
            max_batch_size=draw(st.integers(1, 64)),
            max_num_tokens=2048,
            tokens_per_block=draw(st.sampled_from([16, 32, 64, 128])),
        ),
        precisions={"fp16": PrecisionFacts(), "int8": PrecisionFacts()},
        kv_budget_bytes=draw(st.integers(GIB // 8, 8 * GIB)),
        runtime_bytes=draw(st.integers(1, GIB)),
    )


@dataclass(frozen=True)
class Case:
    records: dict[str, ModelRecord]
    vram: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Records, and a card between half of what one takes at least and twice what all take with their budgets."""
    names = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True))
    records = {name: record_of(name, draw(serving()), draw(st.integers(16, 8192))) for name in sorted(names)}
    fixed = [r.gpu.weight_bytes("int8") + r.gpu.runtime_bytes for r in records.values() if r.gpu]
    budgets = [r.gpu.kv_budget_bytes for r in records.values() if r.gpu]
    low, high = GIB + min(fixed), GIB + sum(fixed) + sum(budgets)
    return Case(
        records,
        draw(st.one_of(st.integers(low // 2, high), st.integers(low, high), st.integers(high, 2 * high))),
    )


PRECISE = settings(max_examples=100, deadline=None)


def least_bytes(records: Mapping[str, ModelRecord], each: ResidentSet) -> int:
    """What the set takes with the fewest KV tokens, counted anew."""
    total = 0
    for one in each.residents:
        gpu = records[one.model_id].gpu
        assert gpu
        least = kv_range(records[one.model_id], one.precision).least
        total += gpu.weight_bytes(one.precision) + gpu.runtime_bytes
        total += least * gpu.kv_bytes_per_token(one.precision)
    return total


@PRECISE
@given(cases(), st.integers(0, 2 * GIB))
def test_nothing_is_ever_planned_over_the_card(case: Case, reserve: int) -> None:
    records, vram = case.records, case.vram
    plan = plan_residency(records, vram, reserve)
    for each in plan.sets:
        least = least_bytes(records, each)
        assert each.left_bytes == plan.usable_bytes - each.total_bytes
        if each.verdict == "yes":
            assert each.total_bytes + UNALLOCATED_BYTES <= plan.usable_bytes <= max(vram - reserve, 0)
        elif each.verdict == "borderline":
            assert least <= plan.usable_bytes < least + UNALLOCATED_BYTES
        else:
            assert least > plan.usable_bytes


@PRECISE
@given(cases())
def test_kv_tokens_are_whole_blocks_within_their_range(case: Case) -> None:
    records, vram = case.records, case.vram
    for each in plan_residency(records, vram).sets:
        for one in each.residents:
            record = records[one.model_id]
            assert record.gpu
            assert one.kv_tokens % record.gpu.limits.tokens_per_block == 0
            assert one.kv_bytes == one.kv_tokens * record.gpu.kv_bytes_per_token(one.precision)
            budget = max(record.gpu.kv_budget_tokens(one.precision), record.gpu.limits.tokens_per_block)
            assert one.kv_tokens >= min(MIN_KV_TOKENS, record.limits.max_seq_len, budget)
            longest = record.gpu.limits.max_batch_size * record.limits.max_seq_len
            assert one.kv_tokens <= budget
            assert one.kv_tokens <= one.room_tokens <= max(longest, budget)
            assert one.room_tokens % record.gpu.limits.tokens_per_block == 0


@PRECISE
@given(cases(), st.integers(0, 32 * GIB))
def test_more_memory_never_makes_a_plan_worse(case: Case, more: int) -> None:
    records, vram = case.records, case.vram
    order = ("no", "borderline", "yes")
    small, large = plan_residency(records, vram), plan_residency(records, vram + more)
    for before, after in zip(small.sets, large.sets, strict=True):
        assert before.model_ids == after.model_ids
        assert order.index(after.verdict) >= order.index(before.verdict)
        for one, other in zip(before.residents, after.residents, strict=True):
            assert other.kv_tokens >= one.kv_tokens
            assert other.room_tokens >= one.room_tokens
    assert set(large.never) <= set(small.never)


@PRECISE
@given(cases())
def test_budgets_that_fit_are_given_in_full(case: Case) -> None:
    records, vram = case.records, case.vram
    plan = plan_residency(records, vram)
    for each in plan.sets:
        ranges = [kv_range(records[one.model_id], one.precision) for one in each.residents]
        in_full = sum(kv.budget * kv.bytes_per_token for kv in ranges)
        fixed = each.total_bytes - each.kv_bytes
        if fixed + in_full + UNALLOCATED_BYTES <= plan.usable_bytes:
            assert all(one.kv_tokens == kv.budget for one, kv in zip(each.residents, ranges, strict=True))
        else:
            assert all(one.kv_tokens <= kv.budget for one, kv in zip(each.residents, ranges, strict=True))


@PRECISE
@given(cases())
def test_the_room_leaves_the_runtime_estimate_once_more(case: Case) -> None:
    records, vram = case.records, case.vram
    for each in plan_residency(records, vram).sets:
        ranges = [kv_range(records[one.model_id], one.precision) for one in each.residents]
        if any(one.room_tokens > kv.budget for one, kv in zip(each.residents, ranges, strict=True)):
            left = each.left_bytes + each.kv_bytes - each.room_bytes
            assert left >= UNALLOCATED_BYTES + sum(one.runtime_bytes for one in each.residents)


@PRECISE
@given(cases())
def test_the_recommended_set_and_its_swaps_fit(case: Case) -> None:
    records, vram = case.records, case.vram
    plan = plan_residency(records, vram)
    best = plan.recommended
    if best is None:
        assert all(each.verdict != "yes" for each in plan.sets)
        return
    assert best.verdict == "yes"
    assert sorted(plan.load_order) == sorted(best.model_ids)
    sizes = {one.model_id: one.total_bytes for one in best.residents}
    assert list(plan.load_order) == sorted(sizes, key=lambda model_id: (-sizes[model_id], model_id))
    for swap in plan.swaps:
        kept = sum(size for model_id, size in sizes.items() if model_id not in swap.unload)
        assert kept + swap.incoming.total_bytes + UNALLOCATED_BYTES <= plan.usable_bytes
    swapped = {swap.incoming.model_id for swap in plan.swaps}
    assert set(best.model_ids) | swapped | set(plan.never) == set(records)
    alone = {each.model_ids[0] for each in plan.sets if len(each.residents) == 1 and each.verdict == "yes"}
    assert set(plan.never) == set(records) - alone


def test_an_engine_without_a_gpu_table_is_no_candidate() -> None:
    cpu = replace_gpu(RECORDS[MISTRAL])
    with pytest.raises(ValueError, match="mistral-7b"):
        resident_set({MISTRAL: cpu}, {MISTRAL: "int8"}, GIB)
    assert preferred({MISTRAL: cpu}) == {}


def replace_gpu(record: ModelRecord) -> ModelRecord:
    return record.model_copy(update={"gpu": None})


def test_a_set_is_judged_by_what_is_left() -> None:
    found = on_12_gb(tiny="int8")
    assert found.left_bytes == USABLE_12 - found.total_bytes
    assert replace(found, left_bytes=0).total_bytes == found.total_bytes
