"""Who may speak: all votes together use a part of a model's slots, so that a plain chat still finds one.

Guarantees: a place that comes free goes to a vote that nobody has spoken for yet, in the order in which they came; in
OLDEST_EVERY places one goes to the voice that has waited longest, so that each voice's turn comes. A vote that cannot have an
answer within its own time, by how long voices were seen to hold their places, is refused: when it comes, or as soon as
that shows. While nothing was measured, or not lately, MAX_WAITING_VOTES may wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from math import ceil
from statistics import fmean
from time import monotonic

from orchestrator.errors import QueueFull
from orchestrator.routing.deliberation.places import OLDEST_EVERY, Places
from orchestrator.seams import TokenTally

MAX_WAITING_VOTES = 16
RETRY_AFTER_S = 2
"""Where nothing was measured yet."""
MAX_RETRY_AFTER_S = 60
LOOK_EVERY_S = 1.0
MARGIN = 1.25
"""A voice may take that much longer than the mean, or its place would often be held for nothing."""
_NO_BOUND = 2**31


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a vote would have its first place, and its answer. `is_free`: there is a place now."""

    is_free: bool
    place_s: float
    answer_s: float

    @property
    def retry_after_s(self) -> int:
        return min(max(1, ceil(self.place_s)), MAX_RETRY_AFTER_S)


class Floor:
    """Built once. `places` says how many voices of a model may speak at once; asked once a model."""

    def __init__(
        self,
        places: Callable[[str], int],
        max_waiting_votes: int = MAX_WAITING_VOTES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`clock` gives seconds and never goes back."""
        self._count = places
        self._max_waiting_votes = max_waiting_votes
        self._clock = clock
        self._places: dict[str, Places] = {}
        self._unheard: list[Admission] = []
        self._looking: asyncio.TimerHandle | None = None

    @contextmanager
    def admitted(self, models: Collection[str], seconds: float, tokens: int) -> Iterator[Admission]:
        """One vote of voices of these models, from its first voice to its last. Raises QueueFull when it came in vain.

        `tokens` is the most that one of its answers may take.
        """
        self._refuse_hopeless()
        self._check(models, seconds, tokens)
        admission = Admission(self, frozenset(models), self._clock() + seconds, tokens)
        self._unheard.append(admission)
        self._keep_looking()
        try:
            yield admission
        finally:
            self.heard(admission)

    @classmethod
    def without_bounds(cls) -> Floor:
        return cls(lambda model: _NO_BOUND, _NO_BOUND)

    def of(self, model: str) -> Places:
        if model not in self._places:
            self._places[model] = Places(self._count(model), self._clock)
        return self._places[model]

    def speaking(self, model: str) -> int:
        """How many of its voices are at work now, of all votes."""
        return self._places[model].speaking if model in self._places else 0

    def heard(self, admission: Admission) -> None:
        """It waits no more for a first voice."""
        if admission in self._unheard:
            self._unheard.remove(admission)

    def freed(self, model: str) -> None:
        """A place of this model came free: give it away, once who waits in vain is out of the way."""
        self._refuse_hopeless()
        self.of(model).fill()

    def retry_after_s(self, models: Collection[str], tokens: int) -> int:
        """When to come again with a vote of these models, and answers of at most so many tokens."""
        if not self._is_measured(models):
            return RETRY_AFTER_S
        return self._outlook(models, tokens, self._unheard).retry_after_s

    def _is_measured(self, models: Collection[str]) -> bool:
        return all(self.of(model).is_measured for model in models)

    def _outlook(self, models: Collection[str], tokens: int, before: Collection[Admission]) -> Outlook:
        """Of a vote that is behind these, with the model that answers it first."""
        outlooks = (self._outlook_of(model, tokens, before) for model in models)
        return min(outlooks, key=lambda each: each.answer_s)

    def _outlook_of(self, model: str, tokens: int, before: Collection[Admission]) -> Outlook:
        places = self.of(model)
        holds_s = [places.hold_s(each.tokens) for each in before if model in each.models]
        ahead = len(holds_s) + len(holds_s) // (OLDEST_EVERY - 1)
        place_s = places.wait_s(ahead, fmean(holds_s) if holds_s else 0.0)
        return Outlook(places.is_free(ahead), place_s, place_s + MARGIN * places.hold_s(tokens))

    def _check(self, models: Collection[str], seconds: float, tokens: int) -> None:
        if not self._is_measured(models) and len(self._unheard) >= self._max_waiting_votes:
            raise QueueFull("too many votes are waiting", retry_after_s=RETRY_AFTER_S)
        outlook = self._outlook(models, tokens, self._unheard)
        if not outlook.is_free and outlook.answer_s > seconds:
            raise _refusal(outlook, seconds)

    def _refuse_hopeless(self) -> None:
        """Tell those that wait in vain now, and not when their time is over."""
        now, before = self._clock(), list[Admission]()
        for admission in list(self._unheard):
            outlook, left_s = self._outlook(admission.models, admission.tokens, before), admission.until - now
            if admission.waits and outlook.answer_s > left_s:
                self._unheard.remove(admission)
                admission.refuse(_refusal(outlook, max(left_s, 0.0)))
            else:
                before.append(admission)

    def _keep_looking(self) -> None:
        """Look again while votes wait: where the engine stands still, no voice ends that would tell of it."""
        if self._looking is None and self._unheard:
            self._looking = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look)

    def _look(self) -> None:
        self._looking = None
        self._refuse_hopeless()
        self._keep_looking()


def _refusal(outlook: Outlook, seconds: float) -> QueueFull:
    return QueueFull(
        f"the votes before this one leave it no place in time: an answer would take about {outlook.answer_s:.0f} s, "
        f"and it has {seconds:.0f} s",
        retry_after_s=outlook.retry_after_s,
    )


class Admission:
    """One vote on the floor. `until` is the end of its time, by the floor's clock, `tokens` the most of one answer."""

    def __init__(self, floor: Floor, models: frozenset[str], until: float, tokens: int) -> None:
        self._floor = floor
        self.models = models
        self.until = until
        self.tokens = tokens
        self.was_heard = False
        self._waiting: set[asyncio.Future[None]] = set()
        self._refusal: QueueFull | None = None

    @property
    def waits(self) -> bool:
        """Whether a voice of it stands in a queue."""
        return bool(self._waiting)

    @property
    def retry_after_s(self) -> int:
        """When to come again with such a vote."""
        return self._floor.retry_after_s(self.models, self.tokens)

    def refuse(self, error: QueueFull) -> None:
        """Its voices get this error in place of a place."""
        self._refusal = error
        for granted in self._waiting:
            if not granted.done():
                granted.set_exception(error)

    @asynccontextmanager
    async def place(self, model: str, tally: TokenTally) -> AsyncIterator[None]:
        """A place for one voice, as soon as there is one. Raises QueueFull when the vote is refused meanwhile.

        `tally` counts what it says: how long a place is held is learned by that.
        """
        if self._refusal is not None:
            raise self._refusal
        places = self._floor.of(model)
        turn = places.ask(self, self.tokens, tally)
        self._waiting.add(turn.granted)
        try:
            await turn.granted
            self._waiting.discard(turn.granted)
            yield
        finally:
            self._waiting.discard(turn.granted)
            if places.leave(turn):
                self._floor.freed(model)

    def hear(self) -> None:
        """A voice of it has its place."""
        self.was_heard = True
        self._floor.heard(self)
