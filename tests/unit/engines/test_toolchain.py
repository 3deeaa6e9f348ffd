"""Which container a driver gets: CUDA 13 needs R580, CUDA 12 R525 (CUDA Compatibility)."""

from __future__ import annotations

import pytest

from engines.errors import DriverTooOld, GpuUnreadable
from engines.gpu import Gpu
from engines.toolchain import FALLBACK, PRIMARY, Toolchain, choose_toolchain, driver_branch

BEFORE_BLACKWELL_ULTRA = {80, 86, 89, 90, 100, 120}


@pytest.mark.parametrize(
    ("driver", "toolchain"),
    [
        (None, PRIMARY),
        ("590.44.01", PRIMARY),
        ("580.65.06", PRIMARY),
        ("580", PRIMARY),
        ("579.99", FALLBACK),
        ("575.57.08", FALLBACK),
        ("525.60.13", FALLBACK),
    ],
)
def test_the_driver_decides(driver: str | None, toolchain: Toolchain) -> None:
    assert choose_toolchain(Gpu("RTX 4070", 89, 12 << 30, driver)) == toolchain


def test_a_driver_before_cuda_12_runs_neither() -> None:
    with pytest.raises(DriverTooOld, match="524.9 is older than R525") as caught:
        choose_toolchain(Gpu("RTX 4070", 89, 12 << 30, "524.9"))
    assert "R580" in caught.value.fix


@pytest.mark.parametrize("driver", ["", "N/A", "v580", "-580.1"])
def test_what_is_no_version_is_said_so(driver: str) -> None:
    with pytest.raises(GpuUnreadable):
        driver_branch(driver)


def test_the_pins_are_those_of_the_compatibility_table() -> None:
    assert (PRIMARY.tag, PRIMARY.tensorrt_llm, PRIMARY.tensorrt, PRIMARY.cuda) == (
        "26.07-trtllm-python-py3",
        "1.2.1",
        "10.14.1.48",
        "13.1",
    )
    assert (FALLBACK.tag, FALLBACK.tensorrt_llm, FALLBACK.tensorrt, FALLBACK.cuda) == (
        "25.10-trtllm-python-py3",
        "1.0.0",
        "10.11.0.33",
        "12.9.1",
    )


def test_what_each_version_supports() -> None:
    assert FALLBACK.supported_sm == BEFORE_BLACKWELL_ULTRA
    assert PRIMARY.supported_sm == BEFORE_BLACKWELL_ULTRA | {103}


def test_a_known_digest_is_what_is_pulled() -> None:
    pinned = Toolchain("t", "nvcr.io/x:t", "1", "1", "1", 1, frozenset(), 1, digest="sha256:" + "0" * 64)
    assert pinned.reference == "nvcr.io/x:t@sha256:" + "0" * 64
    assert PRIMARY.reference == "nvcr.io/nvidia/tritonserver:26.07-trtllm-python-py3"
