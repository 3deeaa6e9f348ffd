"""`build`, as `council engines build` and `python3 -m engines build` share it: options in, lines and an exit code out.

Runs with the packages of the TensorRT-LLM container alone (pydantic, psutil); the weights are got on the host.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engines.build import Outcome, build_all, download_all
from engines.build_job import STEP_TIMEOUT_S, Job, Workplace, paths_below, see_tools
from engines.convert_commands import EXAMPLES
from engines.engine_store import EngineStore, size_of
from engines.errors import (
    BuildStopped,
    EngineError,
    GpuNotFound,
    UnknownEngine,
    UnknownGpu,
    UnknownModel,
    WrongUse,
)
from engines.gpu import GIB, Gpu, assumed_gpu, detect_gpus
from engines.gpu_serving import Precision
from engines.host import Host, detect_host
from engines.plan import PRECISIONS, BuildPlan, make_plan
from engines.progress_lines import Lines
from engines.record import RECORDS_DIR, ModelRecord, load_records

DONE, FAILED, WRONG_USE, REFUSED, STOPPED = 0, 1, 2, 3, 130
EXIT_CODES = (
    "Exit codes: 0 done, 1 a step failed or no card could be read, 2 the command line is wrong, "
    "3 everything was refused, 130 stopped."
)

Write = Callable[[str], None]


@dataclass(frozen=True)
class CardChoice:
    """A card by name, or (None) the one with this number in nvidia-smi."""

    name: str | None = None
    vram_gib: float | None = None
    driver: str | None = None
    device: int = 0


@dataclass(frozen=True)
class BuildRequest:
    engines_dir: Path
    models_dir: Path
    models: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()
    card: CardChoice = CardChoice()
    dry_run: bool = False
    download_only: bool = False
    keep_checkpoints: bool = False
    step_timeout_min: float = STEP_TIMEOUT_S / 60
    examples_dir: str = EXAMPLES
    records_dir: Path = RECORDS_DIR


def run_build(request: BuildRequest, write: Write, environ: Mapping[str, str] = os.environ) -> int:
    """Plan, then build (or only show, or only download). Returns the exit code. Raises EngineError."""
    records = gpu_records(request.records_dir)
    plan = _plan(request, records)
    place = _workplace(request, write, environ)
    for line in describe(plan, records, place):
        write(line)
    if not plan.engines:
        return REFUSED
    if request.dry_run:
        return DONE
    if request.download_only:
        download_all(plan, records, place)
        return DONE
    return _summary(build_all(plan, records, replace(place, tools=see_tools(environ))), write)


def gpu_records(directory: Path = RECORDS_DIR) -> dict[str, ModelRecord]:
    """The records that engines can be built from. Raises RecordError."""
    return {model_id: record for model_id, record in load_records(directory).items() if record.gpu}


def chosen_gpu(card: CardChoice) -> Gpu:
    """Raises GpuError, WrongUse."""
    if card.name is not None:
        return assumed_gpu(card.name, card.vram_gib, card.driver)
    if card.vram_gib is not None or card.driver is not None:
        raise WrongUse("--vram-gib and --driver describe a card named with --assume-gpu")
    found = detect_gpus()
    if not 0 <= card.device < len(found):
        raise GpuNotFound(f"there is no GPU {card.device}", fix=f"choose one of 0-{len(found) - 1}")
    return found[card.device]


def checked_precisions(names: tuple[str, ...]) -> tuple[Precision, ...] | None:
    """None: all. Raises WrongUse."""
    for name in names:
        if name not in PRECISIONS:
            raise WrongUse(f"no precision {name!r}", fix=f"choose from: {', '.join(PRECISIONS)}")
    return tuple(each for each in PRECISIONS if each in names) or None


def describe(plan: BuildPlan, records: Mapping[str, ModelRecord], place: Workplace) -> Iterator[str]:
    """Every command with sizes and expected time, and everything that is refused."""
    gpu, toolchain = plan.gpu, plan.toolchain
    driver = f"driver {gpu.driver}" if gpu.driver else "driver not known"
    yield f"GPU {gpu.name}, SM {gpu.sm}, {gpu.vram_bytes / GIB:.1f} GiB, {driver}"
    yield f"container {toolchain.reference} (TensorRT-LLM {toolchain.tensorrt_llm})"
    for number, engine in enumerate(plan.engines, 1):
        job = Job(engine, records[engine.model_id], gpu, toolchain, place)
        sizes = (
            f"download {engine.download_bytes / 1e9:.1f} GB, checkpoint {engine.checkpoint_bytes / 1e9:.1f} GB, "
            f"engine {engine.engine_bytes / 1e9:.1f} GB, RAM {engine.needed_ram_bytes / 1e9:.1f} GB, "
            f"VRAM {engine.peak_vram_bytes / GIB:.1f} GiB"
        )
        minutes = f"{engine.minutes.low:g}-{engine.minutes.high:g} min"
        yield f"\n[{number}/{len(plan.engines)}] {engine.engine_id}: {sizes}"
        yield f"  trtllm-build {minutes}, measured for: {engine.minutes.source}"
        yield from (f"  note: {warning}" for warning in engine.warnings)
        yield f"  {shlex.join(job.convert_argv)}"
        yield f"  {shlex.join(job.build_argv)}"
        yield f"  {shlex.join(job.guide_argv)}"
    if plan.refused:
        yield "\nrefused"
    for refused in plan.refused:
        yield f"- {refused.model_id} {refused.precision}: {refused.reason} [{refused.code}]"
    if plan.engines:
        yield f"\nall together {plan.needed_disk_bytes / 1e9:.1f} GB of disk\n"


def error_lines(error: EngineError) -> Iterator[str]:
    yield f"error: {error.message}"
    if error.fix:
        yield f"fix: {error.fix}"


def exit_code(error: EngineError) -> int:
    """The exit code of a command that ends with this error."""
    if isinstance(error, BuildStopped):
        return STOPPED
    wrong = isinstance(error, UnknownModel | UnknownGpu | UnknownEngine | WrongUse)
    return WRONG_USE if wrong else FAILED


def _plan(request: BuildRequest, records: Mapping[str, ModelRecord]) -> BuildPlan:
    if request.card.name is not None and not request.dry_run:
        fix = "add --dry-run, or leave --assume-gpu out"
        raise WrongUse(
            "an engine is built for the card it is built on: an assumed one can only be planned", fix=fix
        )
    paths_of = paths_below(request.engines_dir, request.models_dir)
    try:
        gpu = chosen_gpu(request.card)
    except GpuNotFound as error:
        fix = f'{error.fix}; to see a plan without a card: --dry-run --assume-gpu "RTX 4070"'
        raise GpuNotFound(f"nothing can be built here: {error.message}", fix=fix) from error
    host = _host_with_what_is_there(request, records)
    return make_plan(
        records, gpu, host, request.models or None, checked_precisions(request.precisions), paths_of=paths_of
    )


def _host_with_what_is_there(request: BuildRequest, records: Mapping[str, ModelRecord]) -> Host:
    """The plan counts every download and checkpoint; those an earlier run has left need no room again."""
    host = detect_host(request.engines_dir)
    models = [request.models_dir / model_id for model_id in records]
    there = [path for path in (*models, request.engines_dir / ".work") if path.is_dir()]
    return replace(host, free_disk_bytes=host.free_disk_bytes + sum(size_of(path) for path in there))


def _workplace(request: BuildRequest, write: Write, environ: Mapping[str, str]) -> Workplace:
    return Workplace(
        store=EngineStore(request.engines_dir),
        models_dir=request.models_dir,
        environ=environ,
        report=Lines(write),
        examples_dir=request.examples_dir,
        device=request.card.device,
        step_timeout_s=request.step_timeout_min * 60,
        keep_checkpoints=request.keep_checkpoints,
    )


def _summary(outcomes: list[Outcome], write: Write) -> int:
    write("")
    for outcome in outcomes:
        write(f"{outcome.engine_id}: {outcome.status} ({outcome.elapsed_s:.0f} s)")
    if any(outcome.status == "built" for outcome in outcomes):
        write("answers are not checked yet: run scripts/check_engines.sh, which loads each engine for it")
    failed = [outcome.error for outcome in outcomes if outcome.error]
    for error in failed:
        for line in error_lines(error):
            write(line)
    return FAILED if failed else DONE
