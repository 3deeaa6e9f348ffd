"""Which models fit on a card together, with how many KV tokens each, and what has to be swapped.

A loaded engine takes its weights, what it needs to run (`runtime_bytes`, an estimate until it is measured on the
card) and its KV cache, which is reserved whole when it loads. Pure; the figures are those of the records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from engines.gpu import GIB
from engines.gpu_serving import Precision
from engines.kv_range import FULL_SCALE, KvRange, gpu_table, kv_range
from engines.record import ModelRecord

Verdict = Literal["yes", "borderline", "no"]

# What driver and firmware keep of a 12 GB card: about 11.5 GiB are usable without a screen, 10.5 with a desktop.
HEADLESS_RESERVE_BYTES = GIB // 2
DESKTOP_RESERVE_BYTES = 3 * GIB // 2
# Left alone for cuBLAS handles and the like: with 7 MB left the first request killed the server process (measured by
# others, TensorRT-LLM 1.2.1).
UNALLOCATED_BYTES = GIB // 2


@dataclass(frozen=True)
class Resident:
    """One loaded engine. `kv_tokens` is what it is served with: the record's budget, or less where that does not fit.

    `room_tokens` is what its KV cache could hold beside the others, should the budget be raised. Whole blocks, both.
    """

    model_id: str
    precision: Precision
    weight_bytes: int
    runtime_bytes: int
    kv_tokens: int
    kv_bytes: int
    room_tokens: int
    room_bytes: int

    @property
    def total_bytes(self) -> int:
        return self.weight_bytes + self.runtime_bytes + self.kv_bytes


@dataclass(frozen=True)
class ResidentSet:
    """Engines loaded together. `left_bytes` is what stays unallocated (negative: what is missing).

    yes: all fit and `UNALLOCATED_BYTES` stay free. borderline: only without those, with the least KV. no: not at all.
    """

    residents: tuple[Resident, ...]
    verdict: Verdict
    left_bytes: int

    @property
    def model_ids(self) -> tuple[str, ...]:
        return tuple(resident.model_id for resident in self.residents)

    @property
    def weight_bytes(self) -> int:
        return sum(resident.weight_bytes for resident in self.residents)

    @property
    def kv_bytes(self) -> int:
        return sum(resident.kv_bytes for resident in self.residents)

    @property
    def room_bytes(self) -> int:
        return sum(resident.room_bytes for resident in self.residents)

    @property
    def total_bytes(self) -> int:
        return sum(resident.total_bytes for resident in self.residents)


@dataclass(frozen=True)
class Swap:
    """What must be unloaded for `incoming`; the others stay as they are."""

    incoming: Resident
    unload: tuple[str, ...]


@dataclass(frozen=True)
class ResidencyPlan:
    """`sets` has every combination asked for. `load_order` is that of the recommended set: the largest first."""

    gpu_vram_bytes: int
    usable_bytes: int
    sets: tuple[ResidentSet, ...]
    recommended: ResidentSet | None
    load_order: tuple[str, ...]
    swaps: tuple[Swap, ...]
    never: tuple[str, ...]


# The precisions each model may be loaded in, in order of preference.
Choices = Mapping[str, Sequence[Precision]]
# INT8 weights with an FP16 KV cache are the default, FP8 where INT8 does not run.
DEFAULT_ORDER: tuple[Precision, ...] = ("int8", "fp8", "fp16")


def plan_residency(
    records: Mapping[str, ModelRecord],
    gpu_vram_bytes: int,
    reserve_bytes: int = HEADLESS_RESERVE_BYTES,
    precisions: Choices | None = None,
) -> ResidencyPlan:
    """Judge every set of models, each in one of its `precisions` (in order of preference; see `preferred`).

    `reserve_bytes` is what the card's memory loses to driver and screen before anything is loaded.
    """
    usable = max(0, gpu_vram_bytes - reserve_bytes)
    choices = preferred(records) if precisions is None else precisions
    sets = tuple(resident_set(records, chosen, usable) for chosen in _combinations(choices))
    best = max((each for each in sets if each.verdict == "yes"), key=_worth(records, choices), default=None)
    swaps = tuple(_swaps(records, choices, best, usable)) if best else ()
    placed = {*(best.model_ids if best else ()), *(swap.incoming.model_id for swap in swaps)}
    return ResidencyPlan(
        gpu_vram_bytes=gpu_vram_bytes,
        usable_bytes=usable,
        sets=sets,
        recommended=best,
        load_order=_load_order(best),
        swaps=swaps,
        never=tuple(model_id for model_id in choices if model_id not in placed),
    )


def preferred(
    records: Mapping[str, ModelRecord], order: Sequence[Precision] = DEFAULT_ORDER
) -> dict[str, tuple[Precision, ...]]:
    """One precision a model: the first of `order` it is offered in; a model offered in none is left out."""
    return {
        model_id: next((precision,) for precision in order if precision in record.gpu.precisions)
        for model_id, record in records.items()
        if record.gpu and any(precision in record.gpu.precisions for precision in order)
    }


def resident_set(
    records: Mapping[str, ModelRecord], chosen: Mapping[str, Precision], usable_bytes: int
) -> ResidentSet:
    """The verdict on one set. Where the KV budgets do not fit, each is shrunk by the same factor, not below MIN_KV_TOKENS.

    The room is the budget grown by the same factor, not above what the engine's largest batch of full sequences can
    use, out of memory that is left when every engine takes twice its estimated `runtime_bytes`.
    """
    parts = [(gpu_table(records[model_id]), precision) for model_id, precision in chosen.items()]
    runtime = sum(serving.runtime_bytes for serving, _ in parts)
    weights = sum(serving.weight_bytes(precision) for serving, precision in parts)
    available = usable_bytes - UNALLOCATED_BYTES - weights - runtime
    ranges = [kv_range(records[model_id], precision) for model_id, precision in chosen.items()]
    smallest = sum(each.bytes_at(0) for each in ranges)
    scale = room = _largest_scale(ranges, 0, FULL_SCALE, available)
    if scale == FULL_SCALE:
        top = max(each.top_scale for each in ranges)
        room = _largest_scale(ranges, FULL_SCALE, top, available - runtime)
    residents = tuple(
        _resident(records[model_id], precision, scale, room) for model_id, precision in chosen.items()
    )
    left = usable_bytes - sum(resident.total_bytes for resident in residents)
    if smallest <= available:
        return ResidentSet(residents, "yes", left)
    return ResidentSet(residents, "borderline" if left >= 0 else "no", left)


def _resident(record: ModelRecord, precision: Precision, scale: int, room: int) -> Resident:
    serving, kv = gpu_table(record), kv_range(record, precision)
    return Resident(
        record.id,
        precision,
        serving.weight_bytes(precision),
        serving.runtime_bytes,
        kv.tokens_at(scale),
        kv.bytes_at(scale),
        kv.tokens_at(room),
        kv.bytes_at(room),
    )


def _combinations(choices: Choices) -> Iterator[dict[str, Precision]]:
    ids = sorted(choices)
    for size in range(1, len(ids) + 1):
        for chosen in combinations(ids, size):
            for precisions in product(*(choices[model_id] for model_id in chosen)):
                yield dict(zip(chosen, precisions, strict=True))


def _largest_scale(ranges: Sequence[KvRange], low: int, high: int, available_bytes: int) -> int:
    """The largest scale in [low, high] whose KV fits; `low` when none does."""
    while low < high:
        middle = (low + high + 1) // 2
        if sum(each.bytes_at(middle) for each in ranges) <= available_bytes:
            low = middle
        else:
            high = middle - 1
    return low


def _worth(
    records: Mapping[str, ModelRecord], choices: Choices
) -> Callable[[ResidentSet], tuple[int, int, int, int]]:
    """More roles served, then more models, then the precisions asked for first, then more KV."""

    def worth(each: ResidentSet) -> tuple[int, int, int, int]:
        roles = {role for model_id in each.model_ids for role in records[model_id].roles}
        late = sum(choices[one.model_id].index(one.precision) for one in each.residents)
        return len(roles), len(each.residents), -late, each.kv_bytes

    return worth


def _load_order(best: ResidentSet | None) -> tuple[str, ...]:
    if best is None:
        return ()
    largest_first = sorted(best.residents, key=lambda one: (-one.total_bytes, one.model_id))
    return tuple(one.model_id for one in largest_first)


def _swaps(
    records: Mapping[str, ModelRecord], choices: Choices, best: ResidentSet, usable_bytes: int
) -> Iterator[Swap]:
    for model_id in choices:
        if model_id in best.model_ids:
            continue
        options = (
            swap
            for precision in choices[model_id]
            if (swap := _cheapest_swap(records[model_id], precision, best, usable_bytes))
        )
        if first := next(options, None):
            yield first


def _cheapest_swap(
    record: ModelRecord, precision: Precision, best: ResidentSet, usable_bytes: int
) -> Swap | None:
    """Unload as few engines as can be, and of those the smallest; the rest keep the KV they were loaded with."""
    serving, kv = gpu_table(record), kv_range(record, precision)
    fixed = serving.weight_bytes(precision) + serving.runtime_bytes
    for size in range(1, len(best.residents) + 1):
        by_bytes = sorted(combinations(best.residents, size), key=_total)
        for unloaded in by_bytes:
            kept = best.total_bytes - _total(unloaded)
            available = usable_bytes - UNALLOCATED_BYTES - kept - fixed
            if kv.bytes_at(0) <= available:
                scale = _largest_scale([kv], 0, FULL_SCALE, available)
                return Swap(
                    _resident(record, precision, scale, scale), tuple(one.model_id for one in unloaded)
                )
    return None


def _total(residents: Iterable[Resident]) -> int:
    return sum(one.total_bytes for one in residents)
