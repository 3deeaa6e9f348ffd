"""Budget, prices, journal and totals of one installation, over one database."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from orchestrator.accounts.controls import Controls
from orchestrator.accounts.entry import TurnEntry
from orchestrator.accounts.journal import Journal
from orchestrator.accounts.ledger import Ledger
from orchestrator.accounts.prices import Prices, usd
from orchestrator.accounts.totals import Totals
from orchestrator.accounts.v2_metrics import TurnMeasures, V2Metrics
from orchestrator.errors import StorageUnavailable
from orchestrator.settings import Settings
from orchestrator.storage.database import Database
from orchestrator.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Accounts:
    """`open()` inside the event loop, `aclose()` at the end."""

    database: Database
    controls: Controls
    ledger: Ledger
    journal: Journal
    prices: Prices
    totals: Totals
    measures: TurnMeasures
    metrics: Metrics

    @classmethod
    def build(cls, settings: Settings, prices: Prices, metrics: Metrics) -> Accounts:
        """Touches no file and no network; raises StorageUnavailable for a database URL that nothing here can serve."""
        database = Database(settings.database)
        controls = Controls(database, cap_usd=settings.budget_usd, cloud_enabled=settings.cloud_enabled)
        ledger = Ledger(database, controls)
        kept_s = settings.journal_days * 24 * 3600.0
        journal = Journal(database, most_entries=settings.journal_max_turns, kept_s=kept_s)
        totals, measures = Totals(), TurnMeasures()
        metrics.registry.register(V2Metrics(totals, measures, ledger))
        return cls(database, controls, ledger, journal, prices, totals, measures, metrics)

    async def open(self) -> None:
        """Raise StorageUnavailable when the database cannot be used."""
        await self.database.open()
        await self.ledger.forget_old()
        await self.ledger.spending()
        self.journal.tidy_also = self.ledger.forget_old
        self.journal.start()

    def record(self, entry: TurnEntry) -> None:
        """Count and journal a turn. Never waits, never raises."""
        self.totals.count(entry)
        self.measures.observe(entry)
        self.metrics.turns.labels(entry.outcome, entry.served_by).inc()
        if not self.journal.record(entry):
            self.metrics.journal_dropped.inc()
        if not self.prices.local_is_free:
            self.ledger.refresh_soon()

    def budget_left_usd(self) -> float | None:
        """As last known; None where no local model costs anything, so that there is nothing to save on."""
        return None if self.prices.local_is_free else usd(self.ledger.known.left_nano_usd)

    async def refresh(self) -> None:
        """Bring the gauges up to date, as far as the database answers."""
        with suppress(StorageUnavailable):
            await self.ledger.spending()

    async def aclose(self) -> None:
        await self.journal.aclose()
        await self.ledger.aclose()
        await self.database.aclose()
