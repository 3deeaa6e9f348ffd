"""How what generates is paid for: the seam between features that spend and the one that keeps the budget."""

from __future__ import annotations

from typing import Protocol, TypeVar

Held = TypeVar("Held")


class Meter(Protocol[Held]):
    """Who is asked for money before tokens flow, and told afterwards how many did."""

    def is_free(self, model: str) -> bool:
        """Whether tokens of this model cost nothing: then nobody need be asked."""
        ...

    async def reserve(self, model: str, prompt_tokens: int, most_new_tokens: int) -> Held:
        """Raise BudgetExceeded or StorageUnavailable: then nothing may be generated."""
        ...

    def settle(self, held: Held, prompt_tokens: int, new_tokens: int) -> None:
        """Exactly once a reservation. Never waits, never raises."""
        ...
