"""The places of one model: who holds one, who waits for one, and how long they were held so far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from orchestrator.seams import TokenTally

OLDEST_EVERY = 4
"""Who has waited longest is passed over three times at most."""

_MEAN_OF = 16
MEMORY_S = 60.0
"""How long an idle model's measurements are believed: who else had the machine then need not have it now."""


class Speaker(Protocol):
    """The vote of a voice."""

    was_heard: bool

    def hear(self) -> None: ...


@dataclass(slots=True, eq=False)
class Turn:
    """One voice. `granted` is done once it has its place, which it holds since `began_s`.

    `tokens` is the most it may say, `tally` what it has said.
    """

    vote: Speaker
    tokens: int
    tally: TokenTally
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
        self._mean_tokens = 0.0
        self._measured = 0
        self._learned_s = clock()

    def ask(self, vote: Speaker, tokens: int, tally: TokenTally) -> Turn:
        """A turn, granted at once where a place is free. `leave` it on every path."""
        turn = Turn(vote, tokens, tally)
        self._waiting.append(turn)
        self.fill()
        return turn

    def leave(self, turn: Turn) -> bool:
        """Give up the place, or the wait for it. Whether a place came free: it is given away by `fill`."""
        if turn.began_s is None:
            self._waiting.remove(turn)
            return False
        self._speaking.remove(turn)
        self._learn(self._clock() - turn.began_s, turn.tally.completion_tokens)
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
    def speaking(self) -> int:
        """How many hold a place now."""
        return len(self._speaking)

    @property
    def is_measured(self) -> bool:
        """Whether a voice has given its place back lately, so that `hold_s` is more than a lower bound."""
        self._forget_what_is_old()
        return self._measured > 0

    def hold_s(self, tokens: int) -> float:
        """How long a voice that may say so much holds its place: the mean, or what all that speak now took already
        where that is more. Of both its part, where it may say less than those did or may.
        """
        self._forget_what_is_old()
        mean_s = self._mean_s * _part(tokens, self._mean_tokens)
        if self.is_free(0):
            return mean_s
        taken_s = min(
            held_s * _part(tokens, turn.tokens)
            for turn, held_s in zip(self._speaking, self._held_s(), strict=True)
        )
        return max(mean_s, taken_s)

    def is_free(self, ahead: int) -> bool:
        """Whether there is a place for a voice with so many before it."""
        return ahead < self._count - len(self._speaking)

    def wait_s(self, ahead: int, holds_s: float) -> float:
        """How long until a place comes to a voice with so many before it, if each of those holds its place so long."""
        if self.is_free(ahead):
            return 0.0
        left_s = sorted(
            max(0.0, self.hold_s(turn.tokens) - held_s)
            for turn, held_s in zip(self._speaking, self._held_s(), strict=True)
        )
        free_in_s = [0.0] * (self._count - len(self._speaking)) + left_s
        rounds, place = divmod(ahead, self._count)
        return free_in_s[place] + rounds * holds_s

    def _held_s(self) -> list[float]:
        """Of each that speaks, in their order."""
        now = self._clock()
        return [now - (now if turn.began_s is None else turn.began_s) for turn in self._speaking]

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

    def _forget_what_is_old(self) -> None:
        if not self._speaking and self._clock() - self._learned_s > MEMORY_S:
            self._measured, self._mean_s, self._mean_tokens = 0, 0.0, 0.0

    def _learn(self, held_s: float, said_tokens: int) -> None:
        self._measured += 1
        self._learned_s = self._clock()
        weight = 1 / min(self._measured, _MEAN_OF)
        self._mean_s += (held_s - self._mean_s) * weight
        self._mean_tokens += (said_tokens - self._mean_tokens) * weight


def _part(tokens: int, of_tokens: float) -> float:
    """What the time of so many tokens is of that of others, at most all of it: who may say more seldom does."""
    return min(1.0, tokens / of_tokens) if of_tokens > 0 else 1.0
