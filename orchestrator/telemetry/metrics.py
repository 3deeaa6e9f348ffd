"""Council's own metrics, in a registry of their own: nothing global, so two apps in one process do not mix.

Every gauge is back at 0 when nothing runs; the tests hold that after each fault.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_FIRST_TOKEN_BUCKETS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0)
_INTER_TOKEN_BUCKETS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 20.0)

_RECALL_BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0)


class Level:
    """A gauge whose value can be read: routing looks at how busy a model is. For one event loop's thread."""

    def __init__(self, gauge: Gauge) -> None:
        self.value = 0
        gauge.set_function(lambda: self.value)

    def inc(self, by: int = 1) -> None:
        self.value += by

    def dec(self) -> None:
        self.value -= 1


class ModelMetrics:
    """The series of one model, looked up once so that a token costs no label lookup."""

    def __init__(self, metrics: Metrics, model: str) -> None:
        self.first_token = metrics.first_token.labels(model)
        self.inter_token = metrics.inter_token.labels(model)
        self.prompt_tokens = metrics.prompt_tokens.labels(model)
        self.completion_tokens = metrics.completion_tokens.labels(model)
        self.active = Level(metrics.active.labels(model))
        self.queued = Level(metrics.queued.labels(model))
        self.cancelled = metrics.cancelled.labels(model)


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._models: dict[str, ModelMetrics] = {}
        self.requests = self._counter("requests", "HTTP requests answered.", "route", "status")
        self.errors = self._counter("errors", "Errors reported to clients, in mid-stream too.", "code")
        self.prompt_tokens = self._counter("prompt_tokens", "Prompt tokens of generations.", "model")
        self.completion_tokens = self._counter("completion_tokens", "Tokens generated.", "model")
        self.cancelled = self._counter(
            "cancelled", "Generations cancelled because nobody reads them.", "model"
        )
        self.turns = self._counter(
            "turns", "Turns recorded; served_by is local, cloud or none.", "outcome", "served_by"
        )
        self.journal_dropped = self._counter(
            "journal_dropped", "Turns that the journal had no room for: its database takes none."
        )
        self.cloud_requests = self._counter(
            "cloud_requests", "Cloud fallbacks tried; outcome is ok or an error code.", "outcome"
        )
        self.cloud_redactions = self._counter(
            "cloud_redactions", "Findings taken out of text before it left.", "kind"
        )
        self.memory_remembered = self._counter("memory_remembered", "Statements of users remembered.")
        self.memory_lost = self._counter(
            "memory_lost",
            "Turns of which nothing could be remembered; reason is queue_full, shutdown or an error code.",
            "reason",
        )
        self.memory_recalls = self._counter(
            "memory_recalls", "Searches of memory; outcome is found, nothing or failed.", "outcome"
        )
        self.memory_recall_seconds = Histogram(
            "council_memory_recall_seconds",
            "Seconds a search of memory took.",
            registry=self.registry,
            buckets=_RECALL_BUCKETS_S,
        )
        self.skill_outcomes = self._counter(
            "skill_outcomes",
            "What became of asking a skill, and of loading third parties'.",
            "skill",
            "outcome",
        )
        self.active = self._gauge("active_generations", "Generations running, the queued ones included.")
        self.queued = self._gauge("queued_generations", "Generations waiting for their first token.")
        self.first_token = self._histogram(
            "time_to_first_token_seconds",
            "From hand-over to the engine to the first token.",
            _FIRST_TOKEN_BUCKETS_S,
        )
        self.inter_token = self._histogram(
            "inter_token_seconds", "Between two tokens of a generation.", _INTER_TOKEN_BUCKETS_S
        )

    def model(self, model_id: str) -> ModelMetrics:
        """The series of an installed model; ids from requests never get here unchecked."""
        if model_id not in self._models:
            self._models[model_id] = ModelMetrics(self, model_id)
        return self._models[model_id]

    def text(self) -> bytes:
        """Everything in Prometheus' text format 0.0.4."""
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"council_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"council_{name}", text, ("model",), registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"council_{name}", text, ("model",), registry=self.registry, buckets=buckets)
