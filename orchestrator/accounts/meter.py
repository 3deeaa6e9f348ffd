"""Generations paid from the ledger at the model's price."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.accounts.ledger import Ledger, Purpose, Reservation, ServedBy
from orchestrator.accounts.prices import Prices
from orchestrator.telemetry.request_context import current_request


@dataclass(frozen=True, slots=True)
class Held:
    purpose: Purpose
    reservation: Reservation


class LedgerMeter:
    """An `orchestrator.metering.Meter` for one source of generations."""

    def __init__(self, ledger: Ledger, prices: Prices, served_by: ServedBy) -> None:
        self._ledger = ledger
        self._prices = prices
        self._served_by: ServedBy = served_by

    def is_free(self, model: str) -> bool:
        return self._prices[model].is_free

    async def reserve(self, model: str, prompt_tokens: int, most_new_tokens: int) -> Held:
        """Raise BudgetExceeded or StorageUnavailable."""
        purpose = Purpose(current_request.get().request_id, model, self._served_by)
        most = self._prices[model].nano(prompt_tokens, most_new_tokens)
        return Held(purpose, await self._ledger.reserve(purpose, most))

    def settle(self, held: Held, prompt_tokens: int, new_tokens: int) -> None:
        nano_usd = self._prices[held.purpose.model].nano(prompt_tokens, new_tokens)
        self._ledger.settle(held.reservation, held.purpose, nano_usd, (prompt_tokens, new_tokens))
