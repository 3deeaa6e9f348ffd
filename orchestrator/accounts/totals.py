"""Counts since this process started, as v2's `/stats` told them. A restart sets them to 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from orchestrator.accounts.entry import OK, TurnEntry


@dataclass(slots=True)
class Totals:
    """Turns of all surfaces. `latency_ms_sum` is over the successful ones, as in v2."""

    clock: Callable[[], float] = monotonic
    turns: int = 0
    succeeded: int = 0
    cloud: int = 0
    executed: int = 0
    latency_ms_sum: float = 0.0
    started_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.started_s = self.clock()

    @property
    def uptime_s(self) -> float:
        return self.clock() - self.started_s

    def count(self, entry: TurnEntry) -> None:
        self.turns += 1
        if entry.outcome != OK:
            return
        self.succeeded += 1
        self.latency_ms_sum += entry.latency_ms
        self.cloud += entry.served_by == "cloud"
        self.executed += entry.method == "executed"

    def share(self, part: int) -> float:
        """0.0 while there are no turns."""
        return part / self.turns if self.turns else 0.0

    @property
    def mean_latency_ms(self) -> float:
        return self.latency_ms_sum / self.succeeded if self.succeeded else 0.0
