"""`verify` and `list`, as both command lines share them: which engines are there, and may they be served."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engines.build_command import DONE, FAILED, CardChoice, Write, chosen_gpu, gpu_records
from engines.convert_commands import BuildPaths, build_command, convert_command
from engines.disk import disk_errors
from engines.engine_store import EngineStore, FoundEngine
from engines.errors import GpuNotFound, GpuUnreadable, UnknownEngine
from engines.finding import SEVERITY, Finding, servable, worst
from engines.gpu import MIB, TIMEOUT_S, Gpu, Run, run_program
from engines.preflight import Wanted, memory_before_load, verify
from engines.progress import Progress, Silent
from engines.record import RECORDS_DIR, ModelRecord
from engines.toolchain import choose_toolchain

# Enough of a sha256 to tell two apart; JSON has all of it.
_HASH = re.compile(r"(?<=\b[0-9a-f]{12})[0-9a-f]{52}\b")


@dataclass(frozen=True)
class VerifyRequest:
    """`quick` compares sizes and not contents; `for_load` also asks whether the engine fits into the free memory."""

    engines_dir: Path
    models_dir: Path
    engine_ids: tuple[str, ...] = ()
    card: CardChoice = CardChoice()
    quick: bool = False
    for_load: bool = False
    as_json: bool = False
    records_dir: Path = RECORDS_DIR


@dataclass(frozen=True)
class Judged:
    """An engine with everything that was compared."""

    engine: FoundEngine
    findings: tuple[Finding, ...]

    @property
    def servable(self) -> bool:
        return servable(self.findings)

    @property
    def unfit(self) -> Finding | None:
        """What keeps the engine from being loaded at all, the worst first; its own quality check is not asked."""
        others = [finding for finding in self.findings if not finding.field.startswith("check.")]
        found = max(others, key=lambda each: SEVERITY[each.verdict], default=None)
        return found if found and SEVERITY[found.verdict] >= SEVERITY["rebuild"] else None


def run_verify(request: VerifyRequest, write: Write, progress: Progress | None = None) -> int:
    """Judge the named engines, or all. 0: every one may be served, 1: one may not. Raises EngineError."""
    judged = judge(request, progress)
    if request.as_json:
        write(json.dumps([_as_json(each) for each in judged], indent=2))
    else:
        for line in _lines(judged, quick=request.quick):
            write(line)
    return DONE if all(each.servable for each in judged) else FAILED


def run_list(request: VerifyRequest, write: Write) -> int:
    """Show what is there. Contents are not read."""
    judged = judge(replace(request, quick=True))
    if request.as_json:
        write(json.dumps([_summary(each) for each in judged], indent=2))
    elif not judged:
        write(f"no engine in {request.engines_dir}")
    for each in () if request.as_json else judged:
        write(_list_line(each))
    return DONE


def judge(request: VerifyRequest, progress: Progress | None = None) -> list[Judged]:
    """Every engine asked for, compared with records, card, container and files. Raises EngineError."""
    records, gpu = gpu_records(request.records_dir), _card(request.card)
    found = EngineStore(request.engines_dir).found()
    known = {each.engine_id: each for each in found}
    for engine_id in request.engine_ids:
        if engine_id not in known:
            fix = f"choose one of: {', '.join(known) or 'none is there'}"
            raise UnknownEngine(f"no engine {engine_id!r} in {request.engines_dir}", fix=fix)
    wanted = [known[engine_id] for engine_id in request.engine_ids] if request.engine_ids else found
    with disk_errors("reading the engines", request.engines_dir):
        return [Judged(each, _findings(each, records, gpu, request, progress)) for each in wanted]


def free_vram_bytes(device: int, run: Run = run_program) -> int:
    """What is free on the card now. Raises GpuNotFound, GpuUnreadable."""
    argv = ("nvidia-smi", f"--id={device}", "--query-gpu=memory.free", "--format=csv,noheader,nounits")
    try:
        done = run(argv, TIMEOUT_S)
        return int(done.stdout.strip()) * MIB
    except FileNotFoundError as error:
        raise GpuNotFound("nvidia-smi is not on this machine", fix="leave --for-load out") from error
    except (ValueError, subprocess.TimeoutExpired) as error:
        raise GpuUnreadable(
            "nvidia-smi does not say how much memory is free", fix="run nvidia-smi"
        ) from error


def _card(card: CardChoice) -> Gpu | None:
    """None where there is no card: then nothing is compared with it, and the findings say so."""
    try:
        return chosen_gpu(card)
    except GpuNotFound:
        if card.name is not None:
            raise
        return None


def _findings(
    engine: FoundEngine,
    records: Mapping[str, ModelRecord],
    gpu: Gpu | None,
    request: VerifyRequest,
    progress: Progress | None,
) -> tuple[Finding, ...]:
    model_id = engine.path.parent.name
    record = records.get(model_id)
    if record is None:
        return (Finding("identity.model_id", "a record", model_id, "refuse", "no record has this model"),)
    wanted = _wanted(engine, record, gpu, request.models_dir)
    found = verify(engine.path, wanted, quick=request.quick, progress=progress or Silent())
    if request.for_load and engine.manifest:
        free = free_vram_bytes(request.card.device)
        found = (*found, memory_before_load(engine.manifest, record, free))
    return found


def _wanted(engine: FoundEngine, record: ModelRecord, gpu: Gpu | None, models_dir: Path) -> Wanted:
    precision = engine.manifest.precision.precision if engine.manifest else None
    offered = precision is not None and record.gpu is not None and precision in record.gpu.precisions
    nowhere = BuildPaths("", "", "")
    return Wanted(
        record=record,
        gpu=gpu,
        toolchain=choose_toolchain(gpu) if gpu else None,
        source_dir=models_dir / record.id,
        convert=convert_command(record, precision, nowhere) if offered and precision else None,
        build=build_command(record, precision, nowhere) if offered and precision else None,
    )


def _lines(judged: list[Judged], *, quick: bool) -> Iterator[str]:
    if not judged:
        yield "no engine is there"
    for each in judged:
        verdict = worst(each.findings)
        yield f"{each.engine.engine_id}: {verdict}" + ("" if each.servable else ", not served")
        for finding in each.findings:
            if finding.verdict != "ok":
                yield f"  {finding.verdict:<7} {_HASH.sub('...', str(finding))}"
    if quick and judged:
        yield "quick: sizes were compared; a flipped bit, or another file of the same size, shows only without it"


def _list_line(each: Judged) -> str:
    engine, manifest = each.engine, each.engine.manifest
    size = f"{engine.size_bytes / 1e9:.2f} GB"
    if engine.state == "incomplete" or manifest is None:
        return f"{engine.engine_id}  incomplete  {size}  {engine.reason}"
    state = worst(each.findings) + ("" if each.servable else ", not served")
    made = f"{manifest.identity.created_at:%Y-%m-%d}, TensorRT-LLM {manifest.toolchain.tensorrt_llm}"
    return f"{engine.engine_id}  {state}  {size}  {made}, check {manifest.check.status}"


def _summary(each: Judged) -> dict[str, Any]:
    engine = each.engine
    return {
        "engine_id": engine.engine_id,
        "path": str(engine.path),
        "state": engine.state,
        "verdict": worst(each.findings),
        "servable": each.servable,
        "size_bytes": engine.size_bytes,
        "check": engine.manifest.check.status if engine.manifest else None,
    }


def _as_json(each: Judged) -> dict[str, Any]:
    return _summary(each) | {"findings": [asdict(finding) for finding in each.findings]}
