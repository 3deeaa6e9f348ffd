"""Counts since this process started, as v2's `/stats` told them, and the last hour. A restart sets them to 0."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from orchestrator.accounts.entry import OK, TurnEntry

HOUR_S = 3600.0
_MOST_RECENT = 10_000


@dataclass(frozen=True, slots=True)
class _Recent:
    at_s: float
    latency_ms: float
    succeeded: bool
    executed: bool


class Totals:
    """Turns of all surfaces. Means and percentiles are over the successful ones, as in v2."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._started_s = clock()
        self._recent: deque[_Recent] = deque(maxlen=_MOST_RECENT)
        self._latency_ms_sum = 0.0
        self.turns = 0
        self.succeeded = 0
        self.cloud = 0
        self.executed = 0

    def count(self, entry: TurnEntry) -> None:
        succeeded, executed = entry.outcome == OK, entry.method == "executed"
        self._recent.append(_Recent(self._clock(), entry.latency_ms, succeeded, executed))
        self.turns += 1
        if succeeded:
            self.succeeded += 1
            self.cloud += entry.served_by == "cloud"
            self.executed += executed
            self._latency_ms_sum += entry.latency_ms

    @property
    def uptime_s(self) -> float:
        return self._clock() - self._started_s

    @property
    def success_rate(self) -> float:
        return self._share(self.succeeded)

    @property
    def cloud_rate(self) -> float:
        return self._share(self.cloud)

    @property
    def mean_latency_ms(self) -> float:
        return self._latency_ms_sum / self.succeeded if self.succeeded else 0.0

    def latency_ms_p95(self) -> float | None:
        """Of the last hour, None without a success in it."""
        latencies = sorted(each.latency_ms for each in self._within(HOUR_S) if each.succeeded)
        return latencies[int(0.95 * (len(latencies) - 1))] if latencies else None

    def turns_within(self, span_s: float) -> int:
        return len(self._within(span_s))

    def executed_within(self, span_s: float) -> int:
        return sum(each.executed for each in self._within(span_s))

    def _within(self, span_s: float) -> list[_Recent]:
        return [each for each in self._recent if each.at_s > self._clock() - span_s]

    def _share(self, part: int) -> float:
        """0.0 while there are no turns."""
        return part / self.turns if self.turns else 0.0
