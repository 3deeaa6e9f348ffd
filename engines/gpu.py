"""Which GPU this is: read from nvidia-smi, or assumed by name where there is none.

Guarantees: a `Gpu` has the architecture (SM) and the memory that plans are made from. Does not guarantee that the
memory is free; other processes and the driver take their part (`engines.vram`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engines.errors import GpuNotFound, GpuUnreadable, UnknownGpu, WrongUse
from engines.known_gpus import known_card

GIB = 1 << 30
MIB = 1 << 20
QUERY = (
    "nvidia-smi",
    "--query-gpu=name,compute_cap,memory.total,driver_version",
    "--format=csv,noheader,nounits",
)
# More than any card or host has, in GiB; what is above is a slip of the pen.
MOST_GIB = 1_000_000
# nvidia-smi answers in well under a second; one that hangs waits for a driver that will not answer.
TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Gpu:
    """`sm` is major × 10 + minor of the compute capability (8.9 is 89); `driver` is unknown for an assumed card."""

    name: str
    sm: int
    vram_bytes: int
    driver: str | None = None

    @property
    def vram_gib(self) -> float:
        return self.vram_bytes / GIB


@dataclass(frozen=True)
class Finished:
    """What a program left behind."""

    exit_code: int
    stdout: str
    stderr: str


Run = Callable[[Sequence[str], float], Finished]


def run_program(argv: Sequence[str], timeout_s: float) -> Finished:
    """Run to the end. Raises FileNotFoundError and subprocess.TimeoutExpired (the program is then killed)."""
    done = subprocess.run(  # noqa: S603 - a fixed argument list, no shell
        list(argv), capture_output=True, text=True, errors="replace", timeout=timeout_s, check=False
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def bytes_of(gib: float) -> int:
    """Raises WrongUse for what is no amount of memory, such as inf, nan and less than nothing."""
    if not 0 <= gib <= MOST_GIB:
        raise WrongUse(f"{gib:g} GiB is no amount of memory", fix="give it in GiB, for example 12")
    return int(gib * GIB)


def detect_gpus(run: Run = run_program) -> tuple[Gpu, ...]:
    """The GPUs of this machine, in nvidia-smi's order.

    Raises GpuNotFound (no nvidia-smi, no driver, no card) or GpuUnreadable (it hangs, or says what no one can read).
    """
    try:
        done = run(QUERY, TIMEOUT_S)
    except (FileNotFoundError, PermissionError) as error:
        raise GpuNotFound(
            "nvidia-smi is not on this machine, so there is no NVIDIA driver",
            fix="install the driver and the NVIDIA Container Toolkit, or plan for a card with --gpu NAME",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise GpuUnreadable(
            f"nvidia-smi gave no answer within {TIMEOUT_S:.0f} s",
            fix="look for Xid errors in dmesg; a card that hangs needs a reset or a reboot",
        ) from error
    if done.exit_code != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[0]
        raise GpuNotFound(
            f"nvidia-smi ended with code {done.exit_code}: {said}",
            fix="load the driver (modprobe nvidia), or reboot after a driver update",
        )
    return _parse(done.stdout)


def _parse(text: str) -> tuple[Gpu, ...]:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or lines[0].strip() == "No devices were found":
        raise GpuNotFound(
            "nvidia-smi found no device", fix="check that the card is seated, powered and passed through"
        )
    return tuple(_parse_line(line) for line in lines)


def _parse_line(line: str) -> Gpu:
    # The name is the only field that could hold a comma.
    fields = [part.strip() for part in line.rsplit(",", 3)]
    try:
        name, capability, memory_mib, driver = fields
        major, minor = capability.split(".")
        gpu = Gpu(name, int(major) * 10 + int(minor), int(memory_mib) * MIB, driver)
        if not name or not driver or gpu.vram_bytes <= 0:
            raise ValueError("a field is empty")
    except ValueError as error:
        raise GpuUnreadable(
            f"nvidia-smi printed {line!r}: name, compute capability, MiB and driver were expected",
            fix="update the driver (compute_cap needs R470 or later), or plan with --gpu NAME",
        ) from error
    return gpu


def assumed_gpu(name: str, vram_gib: float | None = None, driver: str | None = None) -> Gpu:
    """A card that is not in this machine, by name; `vram_gib` wins over what such cards are sold with.

    Raises UnknownGpu, with the nearest names.
    """
    card = known_card(name)
    memory_gib = card.vram_gib if vram_gib is None else vram_gib
    if memory_gib <= 0:
        raise UnknownGpu(f"no card has {memory_gib:g} GiB", fix="give the memory in GiB, for example 12")
    return Gpu(card.name, card.sm, bytes_of(memory_gib), driver)
