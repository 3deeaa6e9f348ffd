"""Why a program of a build failed, as far as its status and its last lines tell, and what the person can do."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

from engines.build_job import Job
from engines.child_process import Ended
from engines.errors import DiskFull, StepFailed

_DISK_FULL = ("No space left on device", "Disk quota exceeded", "[Errno 28]", "[Errno 122]")
_NEARLY_FULL_BYTES = 1 << 20


def step_failure(job: Job, step: str, ended: Ended, log: Path) -> StepFailed | DiskFull:
    """The typed error of a step whose program ended with another status than 0."""
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
