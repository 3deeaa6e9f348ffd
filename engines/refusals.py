"""What cannot work, and why: every rule that refuses an engine before anything is downloaded.

Rules of TensorRT-LLM: `builder.py` (SM 100-119, INT8 KV), its support matrix (SM), `quantize.py`. Sizes: the record's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engines.gpu import GIB, Gpu
from engines.gpu_serving import PRECISION_MIN_SM, GpuServing, Precision
from engines.host import Host
from engines.kv_range import kv_range
from engines.record import ModelRecord
from engines.toolchain import PRIMARY, Toolchain
from engines.vram import HEADLESS_RESERVE_BYTES, UNALLOCATED_BYTES

NO_WEIGHT_ONLY_SM = range(100, 120)
SYSTEMS = frozenset({("linux", "x86_64"), ("linux", "amd64"), ("linux", "aarch64"), ("linux", "arm64")})


@dataclass(frozen=True)
class Refusal:
    """`code` is stable; `reason` names both sides of what does not fit, and what would."""

    model_id: str
    precision: Precision
    code: str
    reason: str


@dataclass(frozen=True)
class Sizes:
    """What one engine needs of card and host, in bytes. `disk_bytes` is with the checkpoint, which goes afterwards."""

    download_bytes: int
    checkpoint_bytes: int
    engine_bytes: int
    ram_bytes: int
    build_vram_bytes: int

    @property
    def disk_bytes(self) -> int:
        return self.download_bytes + self.checkpoint_bytes + self.engine_bytes


def gib(size_bytes: int) -> str:
    return f"{size_bytes / GIB:.2f} GiB"


def gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB"


def usable_bytes(gpu: Gpu) -> int:
    """What a card without a screen leaves to engines."""
    return max(0, gpu.vram_bytes - HEADLESS_RESERVE_BYTES)


def precision_rule(precision: Precision, sm: int) -> tuple[str, str] | None:
    """Code and reason when no engine of this precision runs on this architecture."""
    if precision == "fp8" and sm < PRECISION_MIN_SM["fp8"]:
        return (
            "fp8_below_sm89",
            f"FP8 needs Ada or later (SM {PRECISION_MIN_SM['fp8']}), this card is SM {sm}",
        )
    if precision == "int8" and sm in NO_WEIGHT_ONLY_SM:
        reason = (
            f"TensorRT-LLM refuses INT8 weight-only on SM 100-119, this card is SM {sm}; build fp8 or fp16"
        )
        return "int8_on_sm100_119", reason
    return None


def machine_rule(gpu: Gpu, toolchain: Toolchain, driver_fits: bool, host: Host) -> tuple[str, str] | None:
    """Code and reason when nothing at all can be built here."""
    if (host.os, host.arch) not in SYSTEMS:
        return (
            "system_unsupported",
            f"TensorRT-LLM needs Linux on x86_64 or aarch64, this is {host.os} on {host.arch}",
        )
    if gpu.sm not in toolchain.supported_sm:
        return "sm_unsupported", _sm_reason(gpu, toolchain)
    if not driver_fits:
        reason = (
            f"driver {gpu.driver} is older than R{toolchain.min_driver}, which CUDA {toolchain.cuda} needs"
        )
        return "driver_too_old", f"{reason}; install R{PRIMARY.min_driver} or later"
    return None


def _sm_reason(gpu: Gpu, toolchain: Toolchain) -> str:
    known = ", ".join(str(sm) for sm in sorted(toolchain.supported_sm))
    reason = f"{gpu.name} is SM {gpu.sm}; TensorRT-LLM {toolchain.tensorrt_llm} supports SM {known}"
    if gpu.sm in PRIMARY.supported_sm:
        return f"{reason}; driver R{PRIMARY.min_driver} or later brings TensorRT-LLM {PRIMARY.tensorrt_llm}"
    return reason


def engine_rules(
    record: ModelRecord, serving: GpuServing, precision: Precision, gpu: Gpu, *, kv_reuse: bool
) -> Iterator[tuple[str, str]]:
    """Code and reason of everything about card and precision that rules this engine out, the plainest first."""
    if rule := precision_rule(precision, gpu.sm):
        yield rule
    if kv_reuse and serving.precisions[precision].kv_cache == "int8":
        reason = "an INT8 KV cache switches paged context FMHA off, which KV reuse and chunked context need"
        yield "int8_kv_with_reuse", f"{reason}; set kv_cache to float16"
    yield from memory_rules(record, serving, precision, gpu)


def memory_rules(
    record: ModelRecord, serving: GpuServing, precision: Precision, gpu: Gpu
) -> Iterator[tuple[str, str]]:
    """Weights, the build's peak, and the least KV cache against what the card leaves to engines."""
    usable, weights = usable_bytes(gpu), serving.weight_bytes(precision)
    peak = weights + serving.runtime_bytes
    least = peak + kv_range(record, precision).bytes_at(0) + UNALLOCATED_BYTES
    have = f"{gib(usable)} of this card's {gib(gpu.vram_bytes)} are usable"
    if weights > usable:
        yield "weights_over_vram", f"the {precision.upper()} weights alone take {gib(weights)}, {have}"
    elif peak > usable:
        yield "build_over_vram", f"the build peaks at {gib(peak)} (weights and working memory), {have}"
    elif least > usable:
        parts = f"weights, working memory, {kv_range(record, precision).least} KV tokens and a reserve"
        yield "no_room_for_kv", f"serving takes {gib(least)} at least ({parts}), {have}"


def host_rules(needed: Sizes, host: Host, free_disk_bytes: int) -> Iterator[tuple[str, str]]:
    """`free_disk_bytes` is what the engines planned before this one leave."""
    if needed.ram_bytes > host.memory_bytes:
        have = f"{gigabytes(host.ram_bytes)} RAM and {gigabytes(host.swap_bytes)} swap"
        yield (
            "ram_short",
            f"converting holds up to {gigabytes(needed.ram_bytes)} (source and converted weights), there are {have}",
        )
    if needed.disk_bytes > free_disk_bytes:
        parts = (
            f"download {gigabytes(needed.download_bytes)}, checkpoint {gigabytes(needed.checkpoint_bytes)}"
        )
        parts += f", engine {gigabytes(needed.engine_bytes)}"
        have = f"{gigabytes(max(0, free_disk_bytes))} are left for it"
        yield "disk_short", f"{gigabytes(needed.disk_bytes)} of disk are needed ({parts}), {have}"
