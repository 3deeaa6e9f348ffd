"""The two containers that engines are built in and served from, and which of them a GPU gets.

Versions, image sizes and drivers: Triton's `docs/introduction/compatibility.md`. Driver rules: CUDA Compatibility
(minor versions of CUDA 13 need R580, those of CUDA 12 R525). Engines of the two are not interchangeable.
"""

from __future__ import annotations

from dataclasses import dataclass

from engines.errors import DriverTooOld, GpuUnreadable
from engines.gpu import Gpu

REGISTRY = "nvcr.io/nvidia/tritonserver"
# TensorRT-LLM's support matrix. SM 103 came with 1.1; SM 121 (DGX Spark) is in beta, for other models than ours
# (release notes of 1.1 and 1.2).
SM_OF_1_0 = frozenset({80, 86, 89, 90, 100, 120})
SM_OF_1_2 = SM_OF_1_0 | {103}


@dataclass(frozen=True)
class Toolchain:
    """One pinned image. `min_driver` is the oldest driver branch its CUDA runs with; `digest` None: not known here,
    so that what the registry hands out is recorded in the manifest."""

    tag: str
    image: str
    tensorrt_llm: str
    tensorrt: str
    cuda: str
    min_driver: int
    supported_sm: frozenset[int]
    image_bytes: int
    digest: str | None = None

    @property
    def reference(self) -> str:
        """What `docker run` is given."""
        return f"{self.image}@{self.digest}" if self.digest else self.image


PRIMARY = Toolchain(
    tag="26.07-trtllm-python-py3",
    image=f"{REGISTRY}:26.07-trtllm-python-py3",
    tensorrt_llm="1.2.1",
    tensorrt="10.14.1.48",
    cuda="13.1",
    min_driver=580,
    supported_sm=SM_OF_1_2,
    image_bytes=14_200_000_000,
)
FALLBACK = Toolchain(
    tag="25.10-trtllm-python-py3",
    image=f"{REGISTRY}:25.10-trtllm-python-py3",
    tensorrt_llm="1.0.0",
    tensorrt="10.11.0.33",
    cuda="12.9.1",
    min_driver=525,
    supported_sm=SM_OF_1_0,
    image_bytes=16_210_000_000,
)


def driver_branch(driver: str) -> int:
    """The branch of a driver's version ("580.65.06" is 580). Raises GpuUnreadable."""
    head = driver.strip().split(".")[0]
    if not head.isdecimal():
        raise GpuUnreadable(
            f"{driver!r} is no driver version", fix="give it as nvidia-smi does, for example 580.65.06"
        )
    return int(head)


def choose_toolchain(gpu: Gpu) -> Toolchain:
    """The newest image the driver can run; without a known driver the primary one.

    Raises DriverTooOld when neither runs.
    """
    if gpu.driver is None:
        return PRIMARY
    branch = driver_branch(gpu.driver)
    for toolchain in (PRIMARY, FALLBACK):
        if branch >= toolchain.min_driver:
            return toolchain
    raise DriverTooOld(
        f"driver {gpu.driver} is older than R{FALLBACK.min_driver}, which CUDA {FALLBACK.cuda} needs",
        fix=f"install driver R{PRIMARY.min_driver} or later",
    )
