"""Who may speak: all votes together use a part of a model's slots, so that a plain chat still finds one.

Voices that find no place wait in the order in which they came, within their vote's own time. Only so many votes may wait
without a single voice at work; the next is refused at once, which is better than to let it wait in vain.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from orchestrator.errors import QueueFull

MAX_WAITING_VOTES = 16
RETRY_AFTER_S = 2
_NO_BOUND = 2**31


class Floor:
    """Built once. `places` says how many voices of a model may speak at once; asked once a model."""

    def __init__(self, places: Callable[[str], int], max_waiting_votes: int = MAX_WAITING_VOTES) -> None:
        self._places = places
        self._max_waiting_votes = max_waiting_votes
        self._free: dict[str, asyncio.Semaphore] = {}
        self._waiting: set[Admission] = set()

    @contextmanager
    def admitted(self) -> Iterator[Admission]:
        """One vote, from its first voice to its last. Raises QueueFull when too many wait already."""
        if len(self._waiting) >= self._max_waiting_votes:
            raise QueueFull("too many votes are waiting", retry_after_s=RETRY_AFTER_S)
        admission = Admission(self)
        self._waiting.add(admission)
        try:
            yield admission
        finally:
            self._waiting.discard(admission)

    def free(self, model: str) -> asyncio.Semaphore:
        if model not in self._free:
            self._free[model] = asyncio.Semaphore(self._places(model))
        return self._free[model]

    @classmethod
    def without_bounds(cls) -> Floor:
        return cls(lambda model: _NO_BOUND, _NO_BOUND)

    def begins(self, admission: Admission) -> None:
        self._waiting.discard(admission)


class Admission:
    """One vote on the floor."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    @asynccontextmanager
    async def place(self, model: str) -> AsyncIterator[None]:
        """A place for one voice, as soon as there is one."""
        async with self._floor.free(model):
            self._floor.begins(self)
            yield
