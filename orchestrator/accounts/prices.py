"""What tokens cost: the prices of the model records, and of the cloud upstream where there is one.

Amounts are whole nano-dollars (1e-9 USD), rounded up a charge, so that sums are exact. A local model's price is 0 unless its record
says otherwise: its answers then cost 0, which is measured and not assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from engines.record import ModelRecord
from orchestrator.telemetry.request_context import ModelTally

NANO = 10**9


def nano_usd(usd: float) -> int:
    """Whole nano-dollars, rounded up."""
    return int((Decimal(str(usd)) * NANO).to_integral_value(ROUND_CEILING))


def usd(nano: int) -> float:
    return nano / NANO


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """US dollars a thousand tokens."""

    prompt_usd_per_1k: float = 0.0
    completion_usd_per_1k: float = 0.0

    @property
    def is_free(self) -> bool:
        return not (self.prompt_usd_per_1k or self.completion_usd_per_1k)

    def nano(self, prompt_tokens: int, completion_tokens: int) -> int:
        if self.is_free:
            return 0
        exact = Decimal(str(self.prompt_usd_per_1k)) * prompt_tokens
        exact += Decimal(str(self.completion_usd_per_1k)) * completion_tokens
        return int((exact * NANO / 1000).to_integral_value(ROUND_CEILING))


class Prices:
    """Prices by model id. A model without a price is a defect: asking for it raises KeyError."""

    def __init__(
        self, local: Mapping[str, TokenPrice], others: Mapping[str, TokenPrice] | None = None
    ) -> None:
        self._prices = {**local, **(others or {})}
        self.local_is_free = all(price.is_free for price in local.values())

    @classmethod
    def of_records(cls, records: Iterable[ModelRecord], others: Mapping[str, TokenPrice]) -> Prices:
        local = {
            record.id: TokenPrice(
                record.price.prompt_usd_per_1k_tokens, record.price.completion_usd_per_1k_tokens
            )
            for record in records
        }
        return cls(local, others)

    def __getitem__(self, model: str) -> TokenPrice:
        return self._prices[model]

    def cost(self, used: Mapping[str, ModelTally]) -> int:
        """Nano-dollars of all that was used."""
        return sum(self._prices[model].nano(it.prompt_tokens, it.new_tokens) for model, it in used.items())
