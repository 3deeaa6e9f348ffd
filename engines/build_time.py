"""How long `trtllm-build` took where it was measured.

The only published figures for TensorRT-LLM 1.2.1 are those of "TensorRT-LLM: the fastest LLM engine" (2026-09-05,
container release:1.2.1, AWQ weights): a 1.5B model 2.5-4 min on an RTX 3050 6 GB beside a CPU of 2012; a 7B model
6.5-7.1 min there and 2.5 min on an L4. They are given as ranges and not scaled: most of the time was one CPU thread.
"""

from __future__ import annotations

from dataclasses import dataclass

SOURCE = '"TensorRT-LLM: the fastest LLM engine", 2026-09-05, TensorRT-LLM 1.2.1'
_SMALL_PARAMETERS = 2_000_000_000


@dataclass(frozen=True)
class Minutes:
    """A measured range of the build step alone; download and conversion come on top. `source` says of what."""

    low: float
    high: float
    source: str


SMALL = Minutes(2.5, 4.0, f"trtllm-build of a 1.5B AWQ model on an RTX 3050 ({SOURCE})")
LARGE = Minutes(2.5, 7.1, f"trtllm-build of a 7B AWQ model on an L4 (low) and an RTX 3050 (high) ({SOURCE})")


def build_minutes(parameters: int) -> Minutes:
    """The range measured for the next larger model size."""
    return SMALL if parameters <= _SMALL_PARAMETERS else LARGE
