"""The places of one model: who holds one, who waits for one, and how long they were held so far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

OLDEST_EVERY = 4
"""Who has waited longest is passed over three times at most."""

_MEAN_OF = 16


class Speaker(Protocol):
    """The vote of a voice."""

    was_heard: bool

    def hear(self) -> None: ...


@dataclass(slots=True, eq=False)
class Turn:
    """One voice. `granted` is done once it has its place, which it holds since `began_s`."""

    vote: Speaker
    granted: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    began_s: float | None = None


class Places:
    """Nobody waits while a place is free."""

    def __init__(self, count: int, clock: Callable[[], float]) -> None:
        self._count = count
        self._clock = clock
        self._speaking: list[Turn] = []
        self._waiting: list[Turn] = []
        self._passed_over = 0
        self._mean_s = 0.0
        self._measured = 0

    def ask(self, vote: Speaker) -> Turn:
        """A turn, granted at once where a place is free. `leave` it on every path."""
        turn = Turn(vote)
        self._waiting.append(turn)
        self.fill()
        return turn

    def leave(self, turn: Turn) -> bool:
        """Give up the place, or the wait for it. Whether a place came free: it is given away by `fill`."""
        if turn.began_s is None:
            self._waiting.remove(turn)
            return False
        self._speaking.remove(turn)
        self._learn(self._clock() - turn.began_s)
        return True

    def fill(self) -> None:
        """Give the free places away."""
        while len(self._speaking) < self._count and (turn := self._next()):
            self._waiting.remove(turn)
            turn.began_s = self._clock()
            self._speaking.append(turn)
            turn.granted.set_result(None)
            turn.vote.hear()

    @property
    def is_measured(self) -> bool:
        """Whether a voice has given its place back, so that `hold_s` is more than a lower bound."""
        return self._measured > 0

    @property
    def hold_s(self) -> float:
        """How long a voice holds its place: the mean, or what all that speak now took already where that is more."""
        taken_s = min(self._held_s()) if self._speaking and not self.is_free(0) else 0.0
        return max(self._mean_s, taken_s)

    def is_free(self, ahead: int) -> bool:
        """Whether there is a place for a voice with so many before it."""
        return ahead < self._count - len(self._speaking)

    def wait_s(self, ahead: int) -> float:
        """How long until a place comes to a voice with so many before it, if each holds its place for `hold_s`."""
        if self.is_free(ahead):
            return 0.0
        hold_s, free = self.hold_s, self._count - len(self._speaking)
        free_in_s = [0.0] * free + sorted(max(0.0, hold_s - held_s) for held_s in self._held_s())
        rounds, place = divmod(ahead, self._count)
        return free_in_s[place] + rounds * hold_s

    def _held_s(self) -> list[float]:
        now = self._clock()
        return [now - turn.began_s for turn in self._speaking if turn.began_s is not None]

    def _next(self) -> Turn | None:
        """Who is cancelled or refused is done, and only has not left yet."""
        waiting = [turn for turn in self._waiting if not turn.granted.done()]
        if not waiting:
            return None
        unheard = next((turn for turn in waiting if not turn.vote.was_heard), waiting[0])
        self._passed_over += 1
        if unheard is not waiting[0] and self._passed_over < OLDEST_EVERY:
            return unheard
        self._passed_over = 0
        return waiting[0]

    def _learn(self, held_s: float) -> None:
        self._measured += 1
        self._mean_s += (held_s - self._mean_s) / min(self._measured, _MEAN_OF)
