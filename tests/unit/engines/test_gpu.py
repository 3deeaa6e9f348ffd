"""Cards read from nvidia-smi's own output, and cards assumed by name."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from engines.errors import EngineError, GpuNotFound, GpuUnreadable, UnknownGpu
from engines.gpu import GIB, QUERY, TIMEOUT_S, Finished, Gpu, Run, assumed_gpu, detect_gpus, run_program
from engines.known_gpus import KNOWN

RTX_4070 = "NVIDIA GeForce RTX 4070, 8.9, 12282, 580.65.06\n"


def answering(stdout: str, exit_code: int = 0, stderr: str = "") -> Run:
    def run(argv: Sequence[str], timeout_s: float) -> Finished:
        assert tuple(argv) == QUERY
        assert timeout_s == TIMEOUT_S
        return Finished(exit_code, stdout, stderr)

    return run


def failing(error: Exception) -> Run:
    def run(argv: Sequence[str], timeout_s: float) -> Finished:
        raise error

    return run


@pytest.mark.parametrize(
    ("output", "gpus"),
    [
        (RTX_4070, [Gpu("NVIDIA GeForce RTX 4070", 89, 12282 << 20, "580.65.06")]),
        (
            "NVIDIA GeForce RTX 5090, 12.0, 32607, 575.57.08\n",
            [Gpu("NVIDIA GeForce RTX 5090", 120, 32607 << 20, "575.57.08")],
        ),
        ("A, one, 9.0, 81559, 590.44.01\n", [Gpu("A, one", 90, 81559 << 20, "590.44.01")]),
        (
            RTX_4070 + "NVIDIA L4, 8.9, 23034, 580.65.06\n\n",
            [
                Gpu("NVIDIA GeForce RTX 4070", 89, 12282 << 20, "580.65.06"),
                Gpu("NVIDIA L4", 89, 23034 << 20, "580.65.06"),
            ],
        ),
    ],
    ids=["one", "two-digit major", "comma in the name", "two"],
)
def test_reads_every_card(output: str, gpus: list[Gpu]) -> None:
    assert list(detect_gpus(answering(output))) == gpus


@pytest.mark.parametrize(
    ("run", "error", "says"),
    [
        (failing(FileNotFoundError("nvidia-smi")), GpuNotFound, "not on this machine"),
        (failing(subprocess.TimeoutExpired("nvidia-smi", 20)), GpuUnreadable, "no answer within 20 s"),
        (
            answering("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", 9),
            GpuNotFound,
            "code 9: NVIDIA-SMI has failed",
        ),
        (answering("", 12, "\n"), GpuNotFound, "code 12: nothing"),
        (answering("No devices were found\n"), GpuNotFound, "no device"),
        (answering(""), GpuNotFound, "no device"),
        (answering("NVIDIA GB10, 12.1, [N/A], 580.95.05\n"), GpuUnreadable, r"\[N/A\]"),
        (answering("Tesla K80, 12282, 470.1\n"), GpuUnreadable, "Tesla K80"),
        (answering("NVIDIA L4, 8, 23034, 580.65.06\n"), GpuUnreadable, "compute capability"),
        (answering("NVIDIA L4, 8.9, 0, 580.65.06\n"), GpuUnreadable, "expected"),
        (answering(", 8.9, 12282, 580.65.06\n"), GpuUnreadable, "expected"),
    ],
)
def test_what_goes_wrong_is_a_typed_error_with_a_fix(run: Run, error: type[EngineError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        detect_gpus(run)
    assert caught.value.fix


def test_a_program_is_run_and_its_failure_kept(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho out\necho err >&2\nexit 3\n")
    program.chmod(0o755)
    assert run_program([str(program)], 10) == Finished(3, "out\n", "err\n")


def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    with pytest.raises(GpuUnreadable, match="no answer"):
        detect_gpus(lambda argv, timeout_s: run_program([str(program)], 0.2))


@pytest.mark.parametrize(
    ("name", "card", "sm", "gib"),
    [
        ("RTX 4070", "RTX 4070", 89, 12),
        ("NVIDIA GeForce RTX 4070", "RTX 4070", 89, 12),
        ("rtx4070", "RTX 4070", 89, 12),
        ("4070", "RTX 4070", 89, 12),
        ("rtx 4070-ti  super", "RTX 4070 Ti SUPER", 89, 16),
        ("NVIDIA A100-SXM4-80GB", "A100", 80, 80),
        ("a100 80 gb", "A100", 80, 80),
        ("A100", "A100", 80, 40),
        ("NVIDIA H100 80GB HBM3", "H100", 90, 80),
        ("NVIDIA H100 PCIe", "H100", 90, 80),
        ("Tesla T4", "T4", 75, 16),
        ("Tesla V100-SXM2-32GB", "V100", 70, 32),
        ("L40S", "L40S", 89, 48),
        ("gtx 1080", "GTX 1080", 61, 8),
        ("B200", "B200", 100, 180),
        ("RTX 5090", "RTX 5090", 120, 32),
    ],
)
def test_a_card_is_found_by_what_people_call_it(name: str, card: str, sm: int, gib: int) -> None:
    assert assumed_gpu(name) == Gpu(card, sm, gib * GIB)


def test_memory_and_driver_can_be_given() -> None:
    assert assumed_gpu("RTX 3080 10GB", 12, "550.54") == Gpu("RTX 3080", 86, 12 * GIB, "550.54")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("RTX 4075", "RTX 4070"),
        ("RTX 4070 Laptop GPU", "RTX 4070"),
        ("L41", "L40"),
        ("Voodoo", "GTX 1080"),
        ("", "A100"),
    ],
)
def test_an_unknown_name_lists_near_ones(name: str, near: str) -> None:
    with pytest.raises(UnknownGpu) as caught:
        assumed_gpu(name)
    assert near in caught.value.fix


@pytest.mark.parametrize("gib", [0, -1])
def test_no_card_has_no_memory(gib: float) -> None:
    with pytest.raises(UnknownGpu, match="no card has"):
        assumed_gpu("L4", gib)


def test_every_known_card_is_found_under_its_own_name() -> None:
    for sm, cards in KNOWN.items():
        for card, sizes in cards.items():
            assert sizes == tuple(sorted(sizes))
            assert assumed_gpu(card) == Gpu(card, sm, sizes[0] * GIB)
