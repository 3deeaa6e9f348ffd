"""v2's metric names, for dashboards that know them: each has a measurement of ours behind it, or is absent.

Absent on purpose: `autogen_requests_mock_detected_total` (there are no mock answers to detect), the names of sandbox and
GPU, those of what Council tells under names of its own, and everything that v2 made up. Those of memory are told by memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import psutil
from prometheus_client import Counter, Histogram
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from orchestrator.accounts.entry import OK, TurnEntry
from orchestrator.accounts.ledger import Ledger
from orchestrator.accounts.prices import usd
from orchestrator.accounts.totals import Totals

_FIRST_TOKEN_S = (0.025, 0.05, 0.08, 0.1, 0.2, 0.5, 1.0)
_LATENCY_S = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
VOTED = "voted"


class TurnMeasures:
    """What v2's names need of every turn beyond `Totals`. v2's own buckets."""

    def __init__(self) -> None:
        self.first_token = Histogram(
            "swarm_stream_first_token_latency_seconds",
            "From the request to the first text of an answer that is streamed.",
            registry=None,
            buckets=_FIRST_TOKEN_S,
        )
        self.latency = Histogram(
            "swarm_router_request_latency",
            "Seconds a successful turn took.",
            registry=None,
            buckets=_LATENCY_S,
        )
        self.council_latency = Histogram(
            "swarm_council_latency_seconds",
            "Seconds a deliberation took.",
            registry=None,
            buckets=_LATENCY_S,
        )
        self.escalations = Counter(
            "swarm_cloud_escalations",
            "Answers from the cloud, by the local error that led there.",
            ("reason",),
            registry=None,
        )
        self.deliberations = 0
        self.agreed = 0
        self.council_nano_usd = 0
        self.cost_nano_usd = 0

    def observe(self, entry: TurnEntry) -> None:
        self.cost_nano_usd += entry.nano_usd
        if entry.streamed and entry.first_text_ms is not None:
            self.first_token.observe(entry.first_text_ms / 1e3)
        if entry.outcome != OK:
            return
        self.latency.observe(entry.latency_ms / 1e3)
        if entry.served_by == "cloud":
            self.escalations.labels((entry.cloud or {}).get("because", "unknown")).inc()
        if entry.method == VOTED:
            self.deliberations += 1
            self.agreed += entry.consensus
            self.council_nano_usd += entry.nano_usd
            self.council_latency.observe(entry.latency_ms / 1e3)


class V2Metrics(Collector):
    def __init__(self, totals: Totals, measures: TurnMeasures, ledger: Ledger) -> None:
        self._totals = totals
        self._measures = measures
        self._ledger = ledger

    def collect(self) -> Iterator[Metric]:
        yield from self._autogen()
        yield from self._swarm()
        for metric in (
            self._measures.first_token,
            self._measures.latency,
            self._measures.council_latency,
            self._measures.escalations,
        ):
            yield from metric.collect()

    def _autogen(self) -> Iterable[Metric]:
        totals = self._totals
        yield CounterMetricFamily("autogen_requests", "Turns, of every route.", totals.turns)
        yield CounterMetricFamily("autogen_requests_success", "Turns with an answer.", totals.succeeded)
        yield CounterMetricFamily(
            "autogen_requests_cloud_fallback", "Turns that the cloud answered.", totals.cloud
        )
        yield GaugeMetricFamily(
            "autogen_latency_ms_avg", "Mean of the successful turns.", totals.mean_latency_ms
        )
        yield GaugeMetricFamily("autogen_uptime_seconds", "Since the start.", totals.uptime_s)

    def _swarm(self) -> Iterable[Metric]:
        measures, ledger = self._measures, self._ledger
        yield CounterMetricFamily("swarm_router_requests", "Turns, of every route.", self._totals.turns)
        yield GaugeMetricFamily(
            "swarm_router_budget_dollars_total",
            "Spent and reserved within 24 hours, as last known.",
            usd(ledger.known.nano_usd),
        )
        yield CounterMetricFamily(
            "swarm_budget_exceeded", "Generations refused for the budget.", ledger.refused
        )
        cents = usd(measures.cost_nano_usd) * 100
        yield SummaryMetricFamily(
            "swarm_generation_cost_cents", "Cost a turn.", count_value=self._totals.turns, sum_value=cents
        )
        yield CounterMetricFamily(
            "swarm_council_requests", "Deliberations with an answer.", measures.deliberations
        )
        yield CounterMetricFamily(
            "swarm_council_cost_dollars", "Spent on deliberations.", usd(measures.council_nano_usd)
        )
        yield CounterMetricFamily(
            "swarm_council_consensus_achieved", "Deliberations whose voices agreed.", measures.agreed
        )


class V2Standing(Collector):
    """What is so at this moment, for one scrape. `loaded` is by model and backend, `speaking` by model."""

    def __init__(self, loaded: Mapping[tuple[str, str], bool], speaking: Mapping[str, int]) -> None:
        self._loaded = loaded
        self._speaking = speaking

    def collect(self) -> Iterator[Metric]:
        loaded = GaugeMetricFamily(
            "swarm_model_loaded",
            "1 where Triton says that the installed `model` is ready, else 0; `profile` is its backend.",
            labels=("model", "profile"),
        )
        for labels, is_loaded in self._loaded.items():
            loaded.add_metric(labels, float(is_loaded))
        yield loaded
        voices = GaugeMetricFamily(
            "swarm_council_voices_active",
            "Voices of votes that are at work; `voice` is their model.",
            labels=("voice",),
        )
        for model, count in self._speaking.items():
            voices.add_metric((model,), count)
        yield voices
        memory = psutil.virtual_memory()
        yield GaugeMetricFamily(
            "swarm_host_ram_used_bytes",
            "The machine's memory that no new program could have.",
            memory.total - memory.available,
        )
