"""What a plan warns of: it can be built, but something is slow, untested or less than the record asks for."""

from __future__ import annotations

from collections.abc import Iterator

from engines.gpu import GIB, Gpu
from engines.gpu_serving import GpuServing, Precision
from engines.host import Host
from engines.refusals import gib, gigabytes, usable_bytes
from engines.toolchain import FALLBACK, PRIMARY, Toolchain

# 32 GB was short for 7B in older versions (TensorRT-LLM issues 577 and 236), and swap helps.
LARGE_PARAMETERS = 6_000_000_000
LARGE_RAM_BYTES = 32_000_000_000
# Builds of 6-8B FP16 models ran out of memory on 12 GB (issues 910, 1609, 2451); 24 GB is what is known to do. With
# ECC, which takes a sixteenth, such a card reports just under 22.5 GiB.
LARGE_FP16_VRAM_BYTES = 22 * GIB


def engine_notes(
    serving: GpuServing, precision: Precision, gpu: Gpu, host: Host, kv_tokens: int
) -> Iterator[str]:
    """What to know of one engine that is built with `kv_tokens`."""
    parameters, budget = serving.architecture.parameters, serving.kv_budget_tokens(precision)
    source = 2 * parameters + serving.runtime_bytes
    if serving.precisions[precision].needs_quality_gate:
        yield "not tested upstream: it must pass its own comparison with FP16 before it is served"
    if kv_tokens < budget:
        yield f"the KV cache is cut from {budget} to {kv_tokens} tokens to fit this card"
    if precision == "fp8":
        yield "calibration downloads the data set cnn_dailymail"
        if source > usable_bytes(gpu):
            yield f"calibration needs {gib(source)}: part of the FP16 weights stays in host memory, which is slow"
    if parameters < LARGE_PARAMETERS:
        return
    if precision == "fp16" and gpu.vram_bytes < LARGE_FP16_VRAM_BYTES:
        yield "a 7B FP16 build below 24 GB is not known to work: INT8 is the safe choice"
    if host.ram_bytes < LARGE_RAM_BYTES:
        yield f"a 7B model asks for 32 GB of RAM, this host has {gigabytes(host.ram_bytes)}: add swap"


def plan_notes(gpu: Gpu, toolchain: Toolchain) -> Iterator[str]:
    """What to know of the container."""
    if gpu.driver is None:
        older = f"an older driver gets {FALLBACK.tag}, whose engines are others"
        yield f"the driver is not known: {PRIMARY.tag} needs R{PRIMARY.min_driver}, {older}"
    if toolchain == FALLBACK:
        yield f"engines of {FALLBACK.tag} are not served by {PRIMARY.tag}: a new driver means new engines"
    if toolchain.digest is None:
        yield f"the digest of {toolchain.tag} is not pinned here; the one pulled goes into the manifest"


def image_note(needed_disk_bytes: int, host: Host, toolchain: Toolchain) -> Iterator[str]:
    """Of the container's image, which Docker may keep on another disk than the engines."""
    left = host.free_disk_bytes - needed_disk_bytes
    if left < toolchain.image_bytes:
        yield (
            f"the container image takes another {gigabytes(toolchain.image_bytes)}, of which this disk has "
            f"{gigabytes(max(0, left))} left: it must be there already, or Docker's data be on another disk"
        )
