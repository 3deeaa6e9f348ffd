"""Builds the engines of a plan, one after the other, and publishes each when it is complete.

Guarantees: whatever stops a build (an error, a full disk, a hang, Ctrl-C, a kill), what is published is complete,
what was published before is still there, and the next run goes on after the last finished step. One builder at a time.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import FrameType
from typing import Literal

from engines.build_job import Job, Workplace
from engines.build_steps import bring_source, build, clear_work, convert, guide, hash_files, read_back
from engines.disk import disk_errors
from engines.engine_config import EngineConfig
from engines.errors import BuildError, BuildStopped, DiskError, EngineError
from engines.expected import chat_template_sha256, tokenizer_files
from engines.finding import SEVERITY, Finding
from engines.manifest import (
    BuildFacts,
    EngineManifest,
    FileFacts,
    Identity,
    PlatformFacts,
    PrecisionResult,
    SourceFacts,
    TokenizerFacts,
    ToolchainFacts,
    portable_arguments,
    write_manifest,
)
from engines.plan import BuildPlan
from engines.preflight import Wanted, verify
from engines.record import ModelRecord, SnapshotSource
from engines.step_record import StepRecord

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Status = Literal["built", "up to date", "failed"]


@dataclass(frozen=True)
class Outcome:
    engine_id: str
    status: Status
    elapsed_s: float
    error: EngineError | None = None


def build_all(plan: BuildPlan, records: Mapping[str, ModelRecord], place: Workplace) -> list[Outcome]:
    """Build every engine of `plan` that is not there yet, or not as it is wanted now.

    An engine that cannot be built does not keep the others from it, except when the disk is the reason.
    Raises StoreBusy, BuildStopped, BuildError when this container is not the plan's, DiskError.
    """
    seen = place.tools.tensorrt_llm
    if seen and seen != plan.toolchain.tensorrt_llm:
        raise BuildError(
            f"TensorRT-LLM {seen} is installed here, the plan is for {plan.toolchain.tensorrt_llm}",
            fix=f"use the image {plan.toolchain.reference}",
        )
    outcomes: list[Outcome] = []
    with place.store.locked() as lock, stopped_by_signals():
        place.store.recover()
        for number, engine in enumerate(plan.engines, 1):
            place.report.note(f"[{number}/{len(plan.engines)}] {engine.engine_id}")
            held = replace(place, lock=lock)
            job = Job(engine, records[engine.model_id], plan.gpu, plan.toolchain, held)
            outcomes.append(_build_one(job, plan))
            if isinstance(outcomes[-1].error, DiskError):
                break
    return outcomes


def download_all(plan: BuildPlan, records: Mapping[str, ModelRecord], place: Workplace) -> None:
    """Have the weights of every engine of `plan` on disk, checked. Raises StoreBusy, BuildStopped, EngineError."""
    with place.store.locked(), stopped_by_signals():
        for engine in plan.engines:
            bring_source(Job(engine, records[engine.model_id], plan.gpu, plan.toolchain, place))


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Turn the first of Ctrl-C, SIGTERM and SIGHUP into BuildStopped; later ones do not disturb the clean-up."""

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        name = signal.Signals(number).name
        raise BuildStopped(f"stopped by {name}", fix="run it again: it goes on after the last finished step")

    # What is ignored already stays so: `nohup` means that a closed terminal is no reason to stop.
    heard = [number for number in STOP_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _build_one(job: Job, plan: BuildPlan) -> Outcome:
    started = time.monotonic()
    try:
        fresh = _ensure(job, plan)
    except BuildStopped:
        raise
    except EngineError as error:
        job.place.report.note(f"{job.engine_id}: {error.message}")
        return Outcome(job.engine_id, "failed", time.monotonic() - started, error)
    return Outcome(job.engine_id, "built" if fresh else "up to date", time.monotonic() - started)


def _ensure(job: Job, plan: BuildPlan) -> bool:
    """Build and publish unless the engine is there as wanted. Raises EngineError."""
    published = job.place.store.path(job.engine_id)
    if published.is_dir():
        with disk_errors("checking the engine that is there", published):
            findings = verify(published, _wanted(job, plan), progress=job.place.report)
        reasons = [finding for finding in findings if _asks_for_a_build(finding)]
        if not reasons:
            clear_work(job)
            return False
        for found in reasons:
            what = f"{found.field}: {found.expected} wanted, {found.found} found"
            job.place.report.note(f"{job.engine_id}: built again, {what}")
    source = bring_source(job)
    built = build(job, convert(job, source))
    config = read_back(job)
    hashed = hash_files(job, built, guide(job, source))
    write_manifest(job.engine, _manifest(job, plan, source, hashed, config))
    job.place.store.publish(job.engine_id, job.engine)
    clear_work(job)
    return True


def _asks_for_a_build(finding: Finding) -> bool:
    # A quality check that is still to be run is no fault of the engine.
    return SEVERITY[finding.verdict] >= SEVERITY["rebuild"] and not finding.field.startswith("check.")


def _wanted(job: Job, plan: BuildPlan) -> Wanted:
    return Wanted(
        record=job.record,
        gpu=job.gpu,
        toolchain=job.toolchain,
        source_dir=job.source,
        convert=job.plan.convert,
        build=job.plan.build,
        os=plan.host.os,
        arch=plan.host.arch,
    )


def _manifest(
    job: Job, plan: BuildPlan, source: StepRecord, hashed: StepRecord, config: EngineConfig
) -> EngineManifest:
    record, snapshot = job.record, job.record.source
    assert isinstance(snapshot, SnapshotSource)
    weights = {name: sha for name, sha in source.result.items() if name.endswith(".safetensors")}
    _, converter, *flags = job.plan.convert.argv
    quantization = config.pretrained_config.quantization
    return EngineManifest(
        identity=Identity(
            model_id=record.id,
            engine_id=job.engine_id,
            created_at=datetime.now(UTC),
            builder_host=job.place.builder_host,
        ),
        source=SourceFacts(
            repo=snapshot.repo,
            revision=snapshot.revision,
            weights=weights,
            converter=converter,
            arguments=portable_arguments(tuple(flags)),
        ),
        tokenizer=TokenizerFacts(
            files={name: source.result[name] for name in tokenizer_files(record)},
            chat_template=chat_template_sha256(record),
            vocab_size=record.tokenizer.vocab_size,
            end_ids=record.tokenizer.end_ids,
            pad_id=record.tokenizer.pad_id,
        ),
        toolchain=_toolchain(job, config),
        platform=PlatformFacts(
            os=plan.host.os,
            cpu_arch=plan.host.arch,
            sm=job.gpu.sm,
            gpu_name=job.gpu.name,
            vram_bytes=job.gpu.vram_bytes,
            driver=job.gpu.driver or "unknown",
        ),
        precision=PrecisionResult(
            precision=job.plan.precision,
            dtype=config.pretrained_config.dtype,
            quant_algo=quantization.quant_algo,
            kv_cache_quant_algo=quantization.kv_cache_quant_algo,
        ),
        build=BuildFacts(arguments=portable_arguments(job.plan.build.argv[1:]), result=config.result),
        files={
            name: FileFacts(size_bytes=output.size_bytes, sha256=hashed.result[name])
            for name, output in hashed.outputs.items()
        },
    )


def _toolchain(job: Job, config: EngineConfig) -> ToolchainFacts:
    seen = job.place.tools
    return ToolchainFacts(
        image=seen.image or "unknown",
        digest=seen.digest,
        tensorrt_llm=config.version,
        tensorrt=seen.tensorrt,
        cuda=seen.cuda,
        python=seen.python,
        modelopt=seen.modelopt,
    )
