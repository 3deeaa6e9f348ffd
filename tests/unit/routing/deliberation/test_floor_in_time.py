"""Who is heard when votes crowd a slow engine: many get an answer, and who cannot be served is told at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from virtual_time import in_virtual_time

from orchestrator.errors import CouncilError, QueueFull
from orchestrator.routing.deliberation.budget import Limits
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.floor import (
    LOOK_EVERY_S,
    MAX_RETRY_AFTER_S,
    MAX_WAITING_VOTES,
    RETRY_AFTER_S,
    Floor,
)
from orchestrator.routing.deliberation.opinion import Verdict
from orchestrator.routing.deliberation.places import OLDEST_EVERY
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.voices import Voice
from orchestrator.seams import Ask, ChatMessage, Generated
from tests.fakes.generator import Line, ScriptedGenerator

CAPITAL = Question([ChatMessage("user", "What is the capital of France?")])
Clock = Callable[[], float]


@dataclass
class SlowEngine(ScriptedGenerator):
    """Every answer takes so long, or with `token_s` so long a token that it was granted; each is another, so that no
    majority ends a vote early."""

    takes_s: float = 10.0
    token_s: float | None = None
    begun: list[str] = field(default_factory=list)

    async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
        self.begun.append(ask.messages[-1].content)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self.takes_s if self.token_s is None else self.token_s * ask.max_tokens)
        finally:
            self.running -= 1
        said = " ".join([f"City{len(self.asks)}"] * (1 if self.token_s is None else ask.max_tokens))
        self.answer = lambda ask: Line(said)
        async with aclosing(super().stream(ask)) as pieces:
            async for piece in pieces:
                yield piece


@dataclass(frozen=True)
class Ended:
    """How a vote ended, and after how long."""

    by: Verdict | CouncilError
    after_s: float

    @property
    def answered(self) -> int:
        return (
            sum(each.outcome == "answered" for each in self.by.opinions)
            if isinstance(self.by, Verdict)
            else 0
        )


class Crowd:
    def __init__(self, clock: Clock, places: int, takes_s: float = 10.0) -> None:
        self.clock = clock
        self.engine = SlowEngine(takes_s=takes_s)
        self.floor = Floor(lambda model: places, clock=clock)
        self.council = Deliberation(self.engine, floor=self.floor)

    async def vote(
        self, voices: int = 5, seconds: float = 30.0, at_s: float = 0.0, name: str = "", tokens: int = 20
    ) -> Ended:
        await asyncio.sleep(at_s)
        began_s = self.clock()
        question = Question([ChatMessage("user", name or "What is the capital of France?")])
        limits = Limits(max(1000, voices * tokens), seconds, tokens)
        try:
            by: Verdict | CouncilError = await self.council.decide(question, [Voice("m")] * voices, limits)
        except CouncilError as error:
            by = error
        return Ended(by, self.clock() - began_s)


def test_twenty_votes_at_once_on_a_slow_engine() -> None:
    """Six places, nine seconds an answer, thirty a vote: 18 voices can be heard in time, six of them of the first two."""

    async def crowd(clock: Clock) -> list[Ended]:
        crowd = Crowd(clock, places=6, takes_s=9)
        return await asyncio.gather(*(crowd.vote() for _ in range(20)))

    ended = in_virtual_time(crowd)
    heard = [each for each in ended if each.answered]
    refused = [each for each in ended if isinstance(each.by, QueueFull)]
    assert len(heard) + len(refused) == 20, "nobody ends without an answer after its whole time"
    assert len(heard) >= 11
    assert all(each.after_s <= 9 + LOOK_EVERY_S for each in refused), (
        "as soon as it shows, not when time is over"
    )


def test_with_durations_measured_the_refused_are_told_at_once_and_when_to_come_again() -> None:
    async def crowd(clock: Clock) -> list[Ended]:
        crowd = Crowd(clock, places=6, takes_s=9)
        await crowd.vote()
        return await asyncio.gather(*(crowd.vote() for _ in range(40)))

    ended = in_virtual_time(crowd)
    refused = [each.by for each in ended if isinstance(each.by, QueueFull) and each.after_s == 0]
    assert len(refused) >= 20
    assert {error.retry_after_s for error in refused} <= set(range(9, 31))
    assert len([each for each in ended if each.answered]) >= 11


@pytest.mark.parametrize("places", [1, 3])
def test_a_first_voice_goes_before_the_further_ones_of_others(places: int) -> None:
    async def crowd(clock: Clock) -> list[str]:
        crowd = Crowd(clock, places, takes_s=1.0)
        votes = [crowd.vote(name=name, at_s=at_s) for name, at_s in (("a", 0), ("b", 0.5), ("c", 0.6))]
        await asyncio.gather(*votes)
        return crowd.engine.begun

    begun = in_virtual_time(crowd)
    assert begun[: places + 2] == ["a"] * places + ["b", "c"]
    assert sorted(begun) == ["a"] * 5 + ["b"] * 5 + ["c"] * 5


def test_a_stream_of_new_votes_does_not_starve_further_voices() -> None:
    async def crowd(clock: Clock) -> Ended:
        crowd = Crowd(clock, places=1, takes_s=1.0)
        first = asyncio.create_task(crowd.vote(seconds=1000))
        others = [asyncio.create_task(crowd.vote(1, 1000, at_s=0.9 * number)) for number in range(100)]
        ended = await first
        await asyncio.gather(*others)
        return ended

    ended = in_virtual_time(crowd)
    assert ended.answered == 5
    assert ended.after_s <= 1 + 4 * OLDEST_EVERY


def test_one_answer_before_time_ended_is_enough() -> None:
    async def crowd(clock: Clock) -> Ended:
        return await Crowd(clock, places=1, takes_s=20).vote(seconds=30)

    ended = in_virtual_time(crowd)
    assert (ended.answered, ended.after_s) == (1, 30)
    assert isinstance(ended.by, Verdict)
    assert ended.by.stop is not None
    assert ended.by.stop.cause == "time"


def test_a_place_that_is_free_is_given_however_slow_the_engine_was() -> None:
    async def crowd(clock: Clock) -> Sequence[Ended]:
        crowd = Crowd(clock, places=2, takes_s=1000)
        late = await crowd.vote(2)
        crowd.engine.takes_s = 1
        return late, await crowd.vote(2)

    late, quick = in_virtual_time(crowd)
    assert (late.answered, late.after_s, quick.answered) == (0, 30, 2)


def test_an_engine_that_stands_still_is_noticed_before_time_is_over() -> None:
    async def crowd(clock: Clock) -> list[Ended]:
        crowd = Crowd(clock, places=6, takes_s=0.1)
        await crowd.vote()
        crowd.engine.takes_s = 1000
        return await asyncio.gather(*(crowd.vote() for _ in range(40)))

    ended = in_virtual_time(crowd)
    refused = [each for each in ended if isinstance(each.by, QueueFull)]
    assert len(refused) >= 34
    assert max(each.after_s for each in refused) <= 16
    assert sorted(each.after_s for each in refused)[len(refused) // 2] <= 8


def test_before_anything_was_measured_only_so_many_wait() -> None:
    async def crowd(clock: Clock) -> list[Ended]:
        crowd = Crowd(clock, places=6, takes_s=1)
        return await asyncio.gather(*(crowd.vote(1, at_s=0.001 * number) for number in range(30)))

    ended = in_virtual_time(crowd)
    refused = [each.by for each in ended if isinstance(each.by, QueueFull)]
    assert [error.retry_after_s for error in refused] == [RETRY_AFTER_S] * (30 - 6 - MAX_WAITING_VOTES)


@pytest.mark.parametrize(("idle_s", "heard"), [(1.0, 7), (3600.0, 2 + MAX_WAITING_VOTES)])
def test_how_slow_the_engine_was_long_ago_refuses_nobody(idle_s: float, heard: int) -> None:
    async def crowd(clock: Clock) -> list[Ended]:
        crowd = Crowd(clock, places=6, takes_s=10)
        await crowd.vote()
        await asyncio.sleep(idle_s)
        crowd.engine.takes_s = 1
        return await asyncio.gather(*(crowd.vote(3, at_s=0.001 * number) for number in range(30)))

    ended = in_virtual_time(crowd)
    assert len([each for each in ended if each.answered]) == heard
    assert all(each.answered or isinstance(each.by, QueueFull) for each in ended)


def test_after_long_answers_short_ones_are_not_refused_for_their_time() -> None:
    """An hour of long votes says how fast the engine is, not how long an answer of 20 tokens takes."""

    async def crowd(clock: Clock) -> list[Ended]:
        crowd = Crowd(clock, places=6)
        crowd.engine.token_s = 0.05
        for _ in range(6):
            await crowd.vote(tokens=500)
        return await asyncio.gather(*(crowd.vote(3, tokens=20) for _ in range(24)))

    assert [each.answered for each in in_virtual_time(crowd)] == [3] * 24


def test_short_votes_behind_long_ones_are_reckoned_by_what_is_before_them() -> None:
    async def crowd(clock: Clock) -> list[Ended]:
        crowd = Crowd(clock, places=1)
        crowd.engine.token_s = 0.05
        await crowd.vote(1, tokens=500)
        long = [crowd.vote(1, tokens=500) for _ in range(1)]
        return await asyncio.gather(*long, crowd.vote(1, tokens=20), crowd.vote(1, seconds=20, tokens=20))

    long, short, hasty = in_virtual_time(crowd)
    assert (long.answered, short.answered) == (1, 1)
    assert isinstance(hasty.by, QueueFull)
    assert hasty.after_s == 0, "the long one takes 25 s, and it has 20"


@settings(max_examples=60, deadline=None)
@given(
    places=st.integers(1, 8),
    takes_s=st.sampled_from([0.5, 3.0, 10.0, 25.0, 100.0]),
    votes=st.lists(
        st.tuples(
            st.floats(0, 60), st.integers(1, 5), st.sampled_from([5.0, 30.0]), st.none() | st.floats(0, 30)
        ),
        min_size=1,
        max_size=30,
    ),
)
def test_whoever_comes_and_leaves_when_they_like(
    places: int, takes_s: float, votes: list[tuple[float, int, float, float | None]]
) -> None:
    async def crowd(clock: Clock) -> tuple[Crowd, list[Ended | None], Ended]:
        crowd = Crowd(clock, places, takes_s)

        async def come(at_s: float, voices: int, seconds: float, leaves_s: float | None) -> Ended | None:
            try:
                async with asyncio.timeout(None if leaves_s is None else at_s + leaves_s):
                    return await crowd.vote(voices, seconds, at_s)
            except TimeoutError:
                return None

        ended = await asyncio.gather(*(come(*vote) for vote in votes))
        crowd.engine.takes_s = 0.1
        return crowd, list(ended), await crowd.vote(1)

    crowded, ended, last = in_virtual_time(crowd)
    assert crowded.engine.most_running <= places
    assert crowded.engine.running == 0
    assert last.answered == 1, "every place came back"
    for vote, end in zip(votes, ended, strict=True):
        assert end is None or end.after_s <= vote[2] + 1e-6, "never later than its time"
        if end is not None and isinstance(end.by, QueueFull):
            assert end.by.retry_after_s is not None
            assert 1 <= end.by.retry_after_s <= MAX_RETRY_AFTER_S


@settings(max_examples=60, deadline=None)
@given(
    places=st.integers(1, 6),
    takes_s=st.sampled_from([1.0, 4.0, 10.0]),
    arrivals=st.lists(st.floats(0, 40), min_size=1, max_size=40),
)
def test_on_a_steady_engine_whoever_is_admitted_is_answered(
    places: int, takes_s: float, arrivals: list[float]
) -> None:
    """One voice a vote, so that the estimate can be exact: refused at the door or answered, nothing between."""

    async def crowd(clock: Clock) -> list[Ended]:
        crowd = Crowd(clock, places, takes_s)
        await crowd.vote(1)
        return await asyncio.gather(*(crowd.vote(1, at_s=at_s) for at_s in arrivals))

    for ended in in_virtual_time(crowd):
        assert ended.answered or (isinstance(ended.by, QueueFull) and ended.after_s == 0)
