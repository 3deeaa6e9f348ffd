"""What memory measures of itself: Council's metrics, and v2's two names with the same measurements behind them."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from orchestrator.telemetry.metrics import Metrics

_QUERY_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class MemoryMeasures:
    """For one event loop's thread."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._v2_added = Counter("swarm_memory_add", "Statements remembered.", registry=metrics.registry)
        self._v2_queried = Histogram(
            "swarm_memory_query_latency_seconds",
            "Seconds a recall took.",
            registry=metrics.registry,
            buckets=_QUERY_S,
        )
        self.queries = 0

    def remembered(self, statements: int) -> None:
        self._metrics.memory_remembered.inc(statements)
        self._v2_added.inc(statements)

    def lost(self, reason: str, turns: int = 1) -> None:
        self._metrics.memory_lost.labels(reason).inc(turns)

    def recalled(self, outcome: str, seconds: float) -> None:
        self.queries += 1
        self._metrics.memory_recalls.labels(outcome).inc()
        self._metrics.memory_recall_seconds.observe(seconds)
        self._v2_queried.observe(seconds)
