"""How long work reports itself: in named steps, each with its bytes."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    def step(self, name: str, total_bytes: int | None) -> None:
        """A step begins, which ends the one before; None where the size is not known."""

    def advance(self, done_bytes: int) -> None:
        """So many more bytes of the current step are done. Negative when a download starts over."""


class Silent:
    """Progress nobody watches."""

    def step(self, name: str, total_bytes: int | None) -> None:
        pass

    def advance(self, done_bytes: int) -> None:
        pass
