"""One deliberation while it runs: who speaks, what it costs, and when it is over.

Every task it starts has ended when `aclose` returns, and each is cancelled the moment its answer is not needed any
more, which stops the engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from time import perf_counter

from orchestrator.errors import CouncilError, InvalidRequest, NotFound, NoVoiceAnswered, QueueFull
from orchestrator.routing.deliberation.ballot import Alike, Count, Standing, count
from orchestrator.routing.deliberation.budget import Limits, TokenPool
from orchestrator.routing.deliberation.calibration import Calibration
from orchestrator.routing.deliberation.events import (
    DeliberationEvent,
    EarlyStop,
    VoiceFailed,
    VoiceFinished,
    VoiceStarted,
)
from orchestrator.routing.deliberation.opinion import Outcome, Stop, StopCause, Verdict
from orchestrator.routing.deliberation.seat import Seat
from orchestrator.routing.deliberation.speaking import Speaking
from orchestrator.routing.deliberation.verdict import make_verdict
from orchestrator.routing.deliberation.voices import Voice

MOST_WEIGHT = 1.0
_OUTCOME_OF: dict[StopCause, Outcome] = {
    "decided": "stopped_early",
    "proved": "stopped_early",
    "tokens": "out_of_tokens",
    "time": "out_of_time",
}


class Session:
    """Use it once; `aclose()` it on every path."""

    def __init__(
        self,
        speaking: Speaking,
        voices: Sequence[Voice],
        limits: Limits,
        alike: Alike | None,
        *,
        early_stop: bool,
    ) -> None:
        self._speaking = speaking
        self._alike = alike
        self._early_stop = early_stop
        self._may_be_proved = any(verifier.proves for verifier in speaking.verifiers)
        self._pool = TokenPool(limits)
        self._began_s = perf_counter()
        self._deadline_s = asyncio.get_running_loop().time() + limits.seconds
        self._changed: asyncio.Queue[Seat] = asyncio.Queue()
        self._stop: Stop | None = None
        self.seats = [Seat(index, voice) for index, voice in enumerate(voices)]

    def start_voices(self) -> Iterator[DeliberationEvent]:
        """Start whoever the tokens allow, in the order of the voices."""
        for seat in self._waiting:
            granted = self._pool.reserve()
            if not granted:
                return
            seat.begin(granted)
            seat.task = asyncio.create_task(self._speaking.speak(seat))
            seat.task.add_done_callback(lambda _, seat=seat: self._changed.put_nowait(seat))  # type: ignore[misc]
            yield VoiceStarted(seat.index, seat.voice)

    async def next(self) -> list[DeliberationEvent]:
        """What happened; empty when it is over. Never later than the time budget."""
        if not self._running:
            return list(self._ended_by("tokens")) if self._waiting else []
        try:
            async with asyncio.timeout_at(self._deadline_s):
                changed = await self._changed.get()
        except TimeoutError:
            return list(self._ended_by("time"))
        return [*self._closed(changed), *self._after_a_voice()]

    async def aclose(self) -> None:
        tasks = [seat.task for seat in self.seats if seat.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def verdict(self, calibration: Calibration | None) -> Verdict:
        """After `aclose`, so that every token is counted. Raises NoVoiceAnswered or what all voices failed of."""
        counted = self._count()
        if not counted.clusters:
            raise _nobody(self.seats, self._speaking.admission.retry_after_s)
        return make_verdict(
            self._speaking.question,
            self.seats,
            counted,
            calibration=calibration,
            stop=self._stop,
            ms=(perf_counter() - self._began_s) * 1e3,
        )

    @property
    def _waiting(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.task is None and seat.outcome is None]

    @property
    def _running(self) -> list[Seat]:
        """A voice is running until it was taken from the queue, so that none is overlooked."""
        return [seat for seat in self.seats if seat.task is not None and not seat.closed]

    def _closed(self, seat: Seat) -> Iterator[DeliberationEvent]:
        if seat.outcome is None:  # its task was cancelled, and not by us
            seat.error, seat.vote = CouncilError("the voice was cancelled"), None
            seat.end("failed")
        seat.closed = True
        self._pool.give_back(seat.granted, seat.used_tokens)
        kind = VoiceFinished if seat.outcome == "answered" else VoiceFailed
        yield kind(seat.index, seat.opinion())

    def _after_a_voice(self) -> Iterator[DeliberationEvent]:
        open_seats = [*self._running, *self._waiting]
        counted = self._count()
        may_merge = self._alike is not None
        decided = counted.is_decided(
            len(open_seats) * MOST_WEIGHT, may_merge=may_merge, may_be_proved=self._may_be_proved
        )
        if self._early_stop and decided and open_seats:
            is_proved = counted.leader.standing is Standing.PROVED
            yield from self._ended_by("proved" if is_proved else "decided")
        else:
            yield from self.start_voices()

    def _ended_by(self, cause: StopCause) -> Iterator[DeliberationEvent]:
        """Stop whoever is not done. At a budget's end an answer that only waits for its check still counts, and when
        time ends so does what was said by then."""
        stopped = []
        for seat in self.seats:
            if not seat.closed:
                self._close(seat, cause)
                if seat.outcome == _OUTCOME_OF[cause]:
                    stopped.append(seat.index)
        self._stop = Stop(cause, tuple(stopped))
        yield EarlyStop(self._stop)

    def _close(self, seat: Seat, cause: StopCause) -> None:
        if seat.task is not None:
            seat.task.cancel()
        if seat.outcome is None or cause in ("decided", "proved"):
            unchecked = cause == "time" and seat.vote is not None
            seat.end("answered" if unchecked else _OUTCOME_OF[cause])
            if seat.outcome == "out_of_time":
                self._speaking.cut_off(seat)
        seat.closed = True

    def _count(self) -> Count:
        votes = [seat.counted for seat in self.seats if seat.counted is not None and seat.closed]
        return count(votes, self._alike)


def _nobody(seats: Sequence[Seat], retry_after_s: int) -> CouncilError:
    """What the caller did wrong where all voices say the same, else that nobody answered, with the causes.

    `retry_after_s` is told where time or places were short. A voice that never had a place to speak failed of a full queue, as one that the engine refused.
    """
    errors = [seat.error for seat in seats]
    first = errors[0]
    if isinstance(first, (InvalidRequest, NotFound)) and all(type(error) is type(first) for error in errors):
        return first
    causes = [_cause(seat) for seat in seats]
    counted = ", ".join(f"{causes.count(cause)} x {cause}" for cause in dict.fromkeys(causes))
    retries = [
        error.retry_after_s for error in errors if error is not None and error.retry_after_s is not None
    ]
    is_busy = QueueFull.code in causes or "out_of_time" in causes
    told_s = min(retries, default=retry_after_s if is_busy else None)
    message = f"none of {len(seats)} voices answered: {counted}"
    if set(causes) == {QueueFull.code}:
        return QueueFull(message, retry_after_s=told_s)
    return NoVoiceAnswered(message, causes=causes, retry_after_s=told_s)


def _cause(seat: Seat) -> str:
    if seat.error is not None:
        return seat.error.code
    never_placed = seat.outcome == "out_of_time" and not seat.placed and seat.task is not None
    return QueueFull.code if never_placed else str(seat.outcome)
