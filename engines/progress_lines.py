"""Progress as plain lines, for logs, pipes and the container, where nothing draws bars."""

from __future__ import annotations

from collections.abc import Callable

_SHOWN_EVERY = 0.25
_WORTH_SHOWING_BYTES = 500_000_000


class Lines:
    """One line a step; the large ones also say how far they are."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._name, self._total, self._done, self._shown = "", 0, 0, 0.0

    def step(self, name: str, total_bytes: int | None) -> None:
        self._name, self._total, self._done, self._shown = name, total_bytes or 0, 0, 0.0
        self._write(f"  {name}" + (f" {total_bytes / 1e6:,.1f} MB" if total_bytes else ""))

    def advance(self, done_bytes: int) -> None:
        self._done += done_bytes
        if self._total < _WORTH_SHOWING_BYTES:
            return
        share = self._done / self._total
        if share >= self._shown + _SHOWN_EVERY:
            self._shown = share
            self._write(f"  {self._name} {share:.0%}")

    def note(self, text: str) -> None:
        self._write(text)
