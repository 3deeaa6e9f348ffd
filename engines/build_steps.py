"""The steps of one engine: download, convert, build, read back, guide, hash, manifest.

Guarantees: a step that is done is not done again as long as what it was made from is the same (`engines.step_record`);
a step that fails, hangs or is stopped leaves nothing that a later run, or a server, would take for its result.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from engines import child_process
from engines.build_job import Job
from engines.child_process import Ended, Leash
from engines.disk import disk_errors, require_space, sha256_of, sync
from engines.engine_config import EngineConfig, read_engine_config
from engines.errors import DiskFull, EngineConfigBroken, EngineDiffers, IntegrityError, StepFailed
from engines.expected import tokenizer_files
from engines.guide_file import check_guide_file
from engines.installed import differences
from engines.installed import read_manifest as read_installed
from engines.manifest import CONFIG, ENGINE, GUIDES, MANIFEST, portable_arguments
from engines.read_back import silent_changes
from engines.record import SnapshotSource
from engines.step_record import StepRecord, finish, finished

_DISK_FULL = ("No space left on device", "Disk quota exceeded", "[Errno 28]", "[Errno 122]")
_NEARLY_FULL_BYTES = 1 << 20


def bring_source(job: Job) -> StepRecord:
    """Have the pinned snapshot on disk, every file read once. `result` is the sha256 of each.

    Raises StepFailed, IntegrityError, SourceError, DiskError.
    """
    source = job.record.source
    assert isinstance(source, SnapshotSource)
    path = job.place.store.work(job.record.id) / "source.json"
    inputs = {"repo": source.repo, "revision": source.revision}
    if done := finished(path, inputs, job.source):
        job.place.report.note(f"{job.engine_id}: download done before")
        return done
    started = time.monotonic()
    installed = read_installed(job.source)
    if installed is None or not installed.weights or any(differences(job.source, job.record, hashes=False)):
        _pull(job)
        installed = read_installed(job.source)
    if installed is None:
        raise StepFailed(f"{job.source} has no readable installed.json", fix=_pull_fix(job))
    hashes: dict[str, str] = {}
    for name, facts in installed.files.items():
        job.place.report.step(f"check {job.record.id}/{name}", facts.size_bytes)
        hashes[name] = sha256_of(job.source / name, job.place.report.advance)
        if hashes[name] != facts.sha256:
            raise IntegrityError(
                f"{job.source / name} has changed since it was installed", fix=_pull_fix(job)
            )
    _make(path.parent)
    return finish(path, inputs, job.source, hashes, time.monotonic() - started, hashes)


def convert(job: Job, source: StepRecord) -> StepRecord:
    """Turn the snapshot into a checkpoint of the wanted precision. Raises BuildError, DiskError."""
    inputs = {
        "arguments": portable_arguments(job.plan.convert.argv),
        "files": source.result,
        "tensorrt_llm": job.place.tools.tensorrt_llm or job.toolchain.tensorrt_llm,
    }
    path = job.work / "convert.json"
    if done := finished(path, inputs, job.checkpoint):
        job.place.report.note(f"{job.engine_id}: convert done before")
        return done
    _start_over(job, path, job.checkpoint, job.plan.checkpoint_bytes + job.plan.engine_bytes)
    ended = _run(job, "convert", job.convert_argv)
    names = _written(job.checkpoint, (CONFIG, "rank0.safetensors"), "the converter")
    return finish(path, inputs, job.checkpoint, names, ended.elapsed_s)


def build(job: Job, checkpoint: StepRecord) -> StepRecord:
    """Turn the checkpoint into an engine for this GPU. Raises BuildError, DiskError."""
    inputs = {
        "arguments": portable_arguments(job.plan.build.argv),
        "checkpoint": checkpoint.digest,
        "gpu": [job.gpu.name, job.gpu.sm, job.gpu.driver],
        "tensorrt_llm": job.place.tools.tensorrt_llm or job.toolchain.tensorrt_llm,
    }
    path = job.work / "build.json"
    if done := finished(path, inputs, job.engine):
        job.place.report.note(f"{job.engine_id}: build done before")
        return done
    _start_over(job, path, job.engine, job.plan.engine_bytes)
    ended = _run(job, "build", job.build_argv)
    names = _written(job.engine, (CONFIG, ENGINE), "trtllm-build")
    _keep_timings(job)
    return finish(path, inputs, job.engine, names, ended.elapsed_s)


def guide(job: Job, source: StepRecord) -> StepRecord:
    """Write the tokenizer for guided decoding beside the engine. Raises BuildError, DiskError."""
    inputs = {
        "arguments": portable_arguments(job.plan.guide.argv),
        "files": {name: source.result[name] for name in tokenizer_files(job.record)},
        "tensorrt_llm": job.place.tools.tensorrt_llm or job.toolchain.tensorrt_llm,
    }
    path = job.work / "guide.json"
    if done := finished(path, inputs, job.engine):
        job.place.report.note(f"{job.engine_id}: guide done before")
        return done
    ended = _run(job, "guide", job.guide_argv, {"HF_HUB_OFFLINE": "1"})
    _written(job.engine, (GUIDES,), "the tokenizer's converter")
    check_guide_file(job.engine, job.record)
    return finish(path, inputs, job.engine, (GUIDES,), ended.elapsed_s)


def read_back(job: Job) -> EngineConfig:
    """What was really built. Raises EngineDiffers when that is not what was asked for; it is then built again."""
    try:
        config = read_engine_config(job.engine / CONFIG)
    except EngineConfigBroken:
        (job.work / "build.json").unlink(missing_ok=True)
        raise
    if changes := silent_changes(job, config):
        (job.work / "build.json").unlink(missing_ok=True)
        said = "; ".join(f"{c.name}: {c.asked} was asked for, the engine has {c.built}" for c in changes)
        logs = job.place.store.logs(job.engine_id)
        raise EngineDiffers(f"trtllm-build made another engine: {said}", fix=f"its log in {logs} may say why")
    return config


def hash_files(job: Job, *made: StepRecord) -> StepRecord:
    """Read every file that these steps made once. `result` is the sha256 of each."""
    inputs = {"made by": [step.digest for step in made]}
    outputs = {name: output for step in made for name, output in step.outputs.items()}
    path = job.work / "hash.json"
    if done := finished(path, inputs, job.engine):
        job.place.report.note(f"{job.engine_id}: hash done before")
        return done
    started = time.monotonic()
    hashes: dict[str, str] = {}
    with disk_errors("reading the engine", job.engine):
        for name, output in outputs.items():
            job.place.report.step(f"hash {job.engine_id}/{name}", output.size_bytes)
            hashes[name] = sha256_of(job.engine / name, job.place.report.advance)
    return finish(path, inputs, job.engine, hashes, time.monotonic() - started, hashes)


def clear_work(job: Job) -> None:
    """Remove what only the build needed; the checkpoint stays where that was asked for."""
    kept = {"checkpoint", "convert.json"} if job.place.keep_checkpoints else set()
    if job.work.is_dir():
        for path in job.work.iterdir():
            if path.name not in kept:
                _delete(path)
        if not kept:
            _delete(job.work)


def _pull(job: Job) -> None:
    # Here and not above: the container has TensorRT-LLM's packages, not those of the model store (gguf).
    try:
        from engines.store import ModelStore
    except ImportError as error:
        raise StepFailed(
            f"the weights of {job.record.id} are not in {job.source}, and {error.name} to get them is not here",
            fix=f"on the host run: council models pull {job.record.id}",
        ) from error
    store = ModelStore(job.place.models_dir, {job.record.id: job.record}, job.place.environ)
    store.pull(job.record.id, job.place.report)


def _pull_fix(job: Job) -> str:
    return f"run: council models pull {job.record.id}"


def _start_over(job: Job, record: Path, output: Path, needed_bytes: int) -> None:
    with disk_errors("preparing a step", output):
        _make(output.parent)
        record.unlink(missing_ok=True)
        _delete(output)
        require_space(output.parent, needed_bytes)


def _make(directory: Path) -> None:
    with disk_errors("preparing the build", directory):
        directory.mkdir(parents=True, exist_ok=True)


def _run(job: Job, step: str, argv: Sequence[str], environ: Mapping[str, str] | None = None) -> Ended:
    log = job.place.store.logs(job.engine_id) / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{step}.log"
    report = job.place.report
    report.note(f"{job.engine_id}: {step} started, log {log}")

    def waited(elapsed_s: float, last_line: str) -> None:
        report.note(f"{job.engine_id}: {step} running for {elapsed_s:.0f} s: {last_line[:120]}")

    leash = Leash(job.place.step_timeout_s, job.place.lock, job.place.grace_s, waited)
    ended = child_process.run(argv, job.place.child_environ() | dict(environ or {}), log, leash)
    if ended.status != 0:
        raise _failure(job, step, ended, log)
    report.note(f"{job.engine_id}: {step} done in {ended.elapsed_s:.1f} s")
    return ended


def _failure(job: Job, step: str, ended: Ended, log: Path) -> StepFailed | DiskFull:
    """The reason a program failed, as far as its status and its last lines tell."""
    lines = [line for line in ended.tail.splitlines() if line.strip() and not line.startswith("# ")]
    said = lines[-1][:300] if lines else "it said nothing"
    full = shutil.disk_usage(job.work).free < _NEARLY_FULL_BYTES
    if full or any(mark in ended.tail for mark in _DISK_FULL):
        needed = (job.plan.checkpoint_bytes + job.plan.engine_bytes) / 1e9
        fix = f"free space below {job.place.store.engines_dir} ({needed:.1f} GB are needed) and run it again"
        return DiskFull(f"the disk was full during {step} of {job.engine_id}: {said}", fix=fix)
    what = f"{step} of {job.engine_id}"
    if ended.status == -signal.SIGKILL:
        needed = job.plan.needed_ram_bytes / 1e9
        fix = f"if dmesg names the out-of-memory killer: {needed:.1f} GB are needed, add swap; then run it again"
        return StepFailed(f"{what} was killed by the system (signal 9): {said}", fix=fix)
    if "out of memory" in ended.tail.lower():
        peak = job.plan.peak_vram_bytes / 2**30
        fix = f"close what else uses the GPU: {peak:.1f} GiB must be free"
        return StepFailed(f"{what} found too little memory: {said}", fix=fix)
    ending = f"signal {-ended.status}" if ended.status < 0 else f"status {ended.status}"
    return StepFailed(f"{what} ended with {ending}: {said}", fix=f"read {log}")


def _written(directory: Path, needed: Sequence[str], program: str) -> list[str]:
    """The files a program left, which must include `needed`, none of them empty."""
    for name in needed:
        path = directory / name
        if not path.is_file() or path.stat().st_size == 0:
            raise StepFailed(
                f"{program} ended well but wrote no {name}", fix="read its log, then run it again"
            )
    return [path.name for path in directory.iterdir() if path.is_file() and path.name != MANIFEST]


def _keep_timings(job: Job) -> None:
    """Keep the kernel timings for the next engine; one that was cut short never gets there."""
    made = job.work / "timing.cache"
    if made.is_file():
        with disk_errors("keeping the timing cache", job.timing_cache):
            job.timing_cache.parent.mkdir(exist_ok=True)
            sync(made)
            made.replace(job.timing_cache)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
