"""What would be built for a GPU: commands, sizes and times of each engine, and what cannot work, with the reason.

Pure: nothing is read, run or written. A plan is made of the records, the card and the host alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engines.build_time import Minutes, build_minutes
from engines.convert_commands import BuildPaths, Command, build_command, convert_command, guide_command
from engines.errors import DriverTooOld, UnknownModel
from engines.gpu import Gpu
from engines.gpu_serving import EngineLimits, GpuServing, Precision
from engines.host import Host
from engines.kv_range import gpu_table
from engines.plan_notes import engine_notes, image_note, plan_notes
from engines.record import ModelRecord, SnapshotSource
from engines.refusals import (
    Refusal,
    Sizes,
    engine_rules,
    host_rules,
    machine_rule,
    usable_bytes,
)
from engines.toolchain import FALLBACK, Toolchain, choose_toolchain
from engines.vram import resident_set

# In the order they are built: what is served by default first, what needs a calibration last.
PRECISIONS: tuple[Precision, ...] = ("int8", "fp16", "fp8")

PathsOf = Callable[[str, str], BuildPaths]


@dataclass(frozen=True)
class EnginePlan:
    """One engine to build. `engine_id` is its directory below the engines directory.

    `kv_tokens` is what it is served with when it is loaded alone; `needed_*` is for this engine by itself.
    """

    model_id: str
    precision: Precision
    sm: int
    engine_id: str
    convert: Command
    build: Command
    guide: Command
    download_bytes: int
    checkpoint_bytes: int
    engine_bytes: int
    needed_disk_bytes: int
    needed_ram_bytes: int
    peak_vram_bytes: int
    minutes: Minutes
    kv_tokens: int
    limits: EngineLimits
    max_seq_len: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class BuildPlan:
    """`engines` in the order they are built; `refused` is everything else that was asked for."""

    gpu: Gpu
    toolchain: Toolchain
    host: Host
    engines: tuple[EnginePlan, ...]
    refused: tuple[Refusal, ...]
    warnings: tuple[str, ...] = ()

    @property
    def needed_disk_bytes(self) -> int:
        """The most that is on disk at any time: downloads and engines stay, a checkpoint goes with its build."""
        kept, peak, downloaded = 0, 0, set[str]()
        for plan in self.engines:
            kept += plan.engine_bytes + (0 if plan.model_id in downloaded else plan.download_bytes)
            downloaded.add(plan.model_id)
            peak = max(peak, kept + plan.checkpoint_bytes)
        return peak


def engine_id(model_id: str, precision: Precision, sm: int) -> str:
    return f"{model_id}/{precision}-sm{sm}"


def container_paths(model_id: str, engine: str) -> BuildPaths:
    """Where a plan's commands put things when nobody says otherwise."""
    return BuildPaths(f"/models/{model_id}", f"/work/{engine}/checkpoint", f"/engines/{engine}")


def make_plan(
    records: Mapping[str, ModelRecord],
    gpu: Gpu,
    host: Host,
    models: Sequence[str] | None = None,
    precisions: Sequence[Precision] | None = None,
    *,
    kv_reuse: bool = True,
    paths_of: PathsOf = container_paths,
) -> BuildPlan:
    """Plan `models` × `precisions` (all that the records offer by default). `paths_of` gets model id and engine id.

    `host.free_disk_bytes` should count what an earlier run left behind and this one reuses.
    Raises UnknownModel for a model that no GPU record has, GpuUnreadable for a driver version that is none.
    """
    toolchain, driver_fits = _toolchain(gpu)
    request = _Request(
        gpu, host, toolchain, machine_rule(gpu, toolchain, driver_fits, host), kv_reuse, paths_of
    )
    engines: list[EnginePlan] = []
    refused: list[Refusal] = []
    downloaded: dict[str, int] = {}
    for record, precision in _wanted(records, models, precisions):
        used = sum(downloaded.values()) + sum(plan.engine_bytes for plan in engines)
        outcome = _plan_one(request, record, precision, host.free_disk_bytes - used, record.id in downloaded)
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        else:
            engines.append(outcome)
            downloaded[record.id] = outcome.download_bytes
    plan = BuildPlan(gpu, toolchain, host, tuple(engines), tuple(refused), tuple(plan_notes(gpu, toolchain)))
    if not engines:
        return plan
    return replace(plan, warnings=(*plan.warnings, *image_note(plan.needed_disk_bytes, host, toolchain)))


@dataclass(frozen=True)
class _Request:
    gpu: Gpu
    host: Host
    toolchain: Toolchain
    refusal: tuple[str, str] | None
    kv_reuse: bool
    paths_of: PathsOf


def _toolchain(gpu: Gpu) -> tuple[Toolchain, bool]:
    try:
        return choose_toolchain(gpu), True
    except DriverTooOld:
        return FALLBACK, False


def _wanted(
    records: Mapping[str, ModelRecord], models: Sequence[str] | None, precisions: Sequence[Precision] | None
) -> list[tuple[ModelRecord, Precision]]:
    """Model × precision; of each precision the smallest engine first, so that what can fail fails early."""
    with_gpu = {model_id: record for model_id, record in records.items() if record.gpu}
    for model_id in models or ():
        if model_id not in with_gpu:
            raise UnknownModel(f"no GPU model {model_id!r}", fix=f"choose one of: {', '.join(with_gpu)}")
    chosen = [with_gpu[model_id] for model_id in (dict.fromkeys(models) if models else with_gpu)]
    pairs = [
        (record, precision)
        for record in chosen
        for precision in PRECISIONS
        if (precision in precisions if precisions else precision in gpu_table(record).precisions)
    ]
    return sorted(pairs, key=lambda pair: (PRECISIONS.index(pair[1]), _parameters(pair[0]), pair[0].id))


def _parameters(record: ModelRecord) -> int:
    return gpu_table(record).architecture.parameters


def _plan_one(
    request: _Request, record: ModelRecord, precision: Precision, free_disk_bytes: int, downloaded: bool
) -> EnginePlan | Refusal:
    serving = gpu_table(record)
    if precision not in serving.precisions:
        offered = ", ".join(serving.precisions)
        return Refusal(record.id, precision, "not_offered", f"{record.id} is offered in {offered}")
    needed = sizes(record, serving, precision, request.gpu)
    here = Sizes(0, *_without_download(needed)) if downloaded else needed
    for code, reason in _rules(request, record, serving, precision, here, free_disk_bytes):
        return Refusal(record.id, precision, code, reason)
    return _engine_plan(request, record, serving, precision, needed)


def _without_download(needed: Sizes) -> tuple[int, int, int, int]:
    return needed.checkpoint_bytes, needed.engine_bytes, needed.ram_bytes, needed.build_vram_bytes


def _rules(
    request: _Request,
    record: ModelRecord,
    serving: GpuServing,
    precision: Precision,
    needed: Sizes,
    free_disk_bytes: int,
) -> Iterator[tuple[str, str]]:
    if request.refusal:
        yield request.refusal
    yield from engine_rules(record, serving, precision, request.gpu, kv_reuse=request.kv_reuse)
    yield from host_rules(needed, request.host, free_disk_bytes)


def sizes(record: ModelRecord, serving: GpuServing, precision: Precision, gpu: Gpu) -> Sizes:
    """Bytes of one engine. Checkpoint and engine are as large as the weights; memory holds source and converted
    weights at once. The build's peak on the card was the weights (5306 MB, measured by others, 1.2.1); the record's
    working memory is added. FP8 calibration has the FP16 weights on the card, as far as they fit."""
    weights, source = serving.weight_bytes(precision), 2 * serving.architecture.parameters
    peak = weights + serving.runtime_bytes
    if precision == "fp8":
        peak = max(peak, min(source + serving.runtime_bytes, usable_bytes(gpu)))
    return Sizes(_download_bytes(record, source), weights, weights, source + weights, peak)


def _download_bytes(record: ModelRecord, source_bytes: int) -> int:
    """The pinned sizes; where a weights file has none, two bytes a parameter."""
    assert isinstance(record.source, SnapshotSource)
    weights = [file for file in record.source.files if file.path.endswith(".safetensors")]
    if not weights or any(file.size_bytes is None for file in weights):
        return source_bytes
    return sum(file.size_bytes or 0 for file in record.source.files)


def _engine_plan(
    request: _Request, record: ModelRecord, serving: GpuServing, precision: Precision, needed: Sizes
) -> EnginePlan:
    name = engine_id(record.id, precision, request.gpu.sm)
    paths = request.paths_of(record.id, name)
    alone = resident_set({record.id: record}, {record.id: precision}, usable_bytes(request.gpu)).residents[0]
    return EnginePlan(
        model_id=record.id,
        precision=precision,
        sm=request.gpu.sm,
        engine_id=name,
        convert=convert_command(record, precision, paths),
        build=build_command(record, precision, paths, kv_reuse=request.kv_reuse),
        guide=guide_command(paths),
        download_bytes=needed.download_bytes,
        checkpoint_bytes=needed.checkpoint_bytes,
        engine_bytes=needed.engine_bytes,
        needed_disk_bytes=needed.disk_bytes,
        needed_ram_bytes=needed.ram_bytes,
        peak_vram_bytes=needed.build_vram_bytes,
        minutes=build_minutes(serving.architecture.parameters),
        kv_tokens=alone.kv_tokens,
        limits=serving.limits,
        max_seq_len=record.limits.max_seq_len,
        warnings=tuple(engine_notes(serving, precision, request.gpu, request.host, alone.kv_tokens)),
    )
