"""Timings of streams and what is computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

_RESAMPLES = 4000


@dataclass
class StreamTiming:
    """Arrival times of one stream's messages, in ms after it was sent, and its token count."""

    arrivals_ms: list[float] = field(default_factory=list)
    tokens: int = 0

    @property
    def first_ms(self) -> float:
        return self.arrivals_ms[0]

    @property
    def gaps_ms(self) -> list[float]:
        return [
            later - earlier for earlier, later in zip(self.arrivals_ms, self.arrivals_ms[1:], strict=False)
        ]


@dataclass(frozen=True)
class Load:
    """One run of n streams started together."""

    streams: Sequence[StreamTiming]
    wall_ms: float

    @property
    def tokens_per_s(self) -> float:
        return sum(stream.tokens for stream in self.streams) / self.wall_ms * 1e3


def percentile(values: Iterable[float], share: float) -> float:
    """Nearest-rank percentile; `share` in 0..1."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def median_interval(values: Iterable[float]) -> tuple[float, float]:
    """95 % of the medians of bootstrap resamples (Efron 1979)."""
    measured = np.asarray(list(values))
    picks = np.random.default_rng(7).integers(0, len(measured), (_RESAMPLES, len(measured)))
    low, high = np.percentile(np.median(measured[picks], axis=1), [2.5, 97.5])
    return float(low), float(high)


def summary(loads: Sequence[Load]) -> dict[str, float]:
    """Medians over the runs of throughput, percentiles over all streams of the rest."""
    firsts = [stream.first_ms for load in loads for stream in load.streams]
    gaps = [gap for load in loads for stream in load.streams for gap in stream.gaps_ms]
    return {
        "tokens_per_s": median(load.tokens_per_s for load in loads),
        "first_token_p50_ms": percentile(firsts, 0.50),
        "first_token_p95_ms": percentile(firsts, 0.95),
        "inter_token_p50_ms": percentile(gaps, 0.50),
        "inter_token_p95_ms": percentile(gaps, 0.95),
    }
