"""The batching loop over a context without weights: whatever one request does, the others and the loop go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llama_cpu.engine
import numpy as np
import pytest
from llama_cpu.context import BatchToken, ContextShape, DecodeError
from llama_cpu.engine import Engine, EngineConfig, QueueFullError
from llama_cpu.sampling import SamplingSpec
from llama_cpu.slots import GenerationRequest

VOCAB = 50
WAIT_S = 5.0


class CountingContext:
    """The likeliest token is always the one after the last; `before_decode` may wait or raise."""

    def __init__(self, model_path: Path, shape: ContextShape) -> None:
        self.shape = shape
        self.vocab_size = VOCAB
        self.before_decode: Callable[[], None] = lambda: None
        self._rows: list[BatchToken] = []

    def decode(self, rows: Sequence[BatchToken]) -> bool:
        self.before_decode()
        self._rows = list(rows)
        return True

    def logits(self, row: int) -> np.ndarray:
        logits = np.zeros(VOCAB, dtype=np.float32)
        logits[(self._rows[row].token + 1) % VOCAB] = 9.0
        return logits

    def forget(self, sequence: int, from_position: int) -> None: ...

    def abort(self) -> None: ...

    def clear_abort(self) -> None: ...

    def close(self) -> None: ...


class SteppedClock:
    """Time that passes only when the engine computes."""

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self._now_s = 1000.0

    def step(self) -> None:
        self._now_s += self._step_s

    def monotonic(self) -> float:
        return self._now_s

    def monotonic_ns(self) -> int:
        return int(self._now_s * 1e9)


class Heard:
    """A sink that keeps what it was told."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.messages: list[tuple[int, ...]] = []
        self.errors: list[str] = []
        self.finals = 0
        self.over = threading.Event()

    def tokens(self, token_ids: Sequence[int], log_probs: Sequence[float], final: bool) -> None:
        self.heard.extend(token_ids)
        self.messages.append(tuple(token_ids))
        self.finals += final
        if final:
            self.over.set()

    def error(self, message: str) -> None:
        self.errors.append(message)
        self.over.set()


class BrokenGuide:
    """Fails as soon as a token is to be drawn."""

    is_complete = False

    def mask(self, logits: np.ndarray) -> None:
        raise ValueError("broken on demand")


@contextmanager
def running_engine(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Iterator[Engine]:
    monkeypatch.setattr(llama_cpu.engine, "LlamaContext", CountingContext)
    sizes = {"slots": 2, "max_seq_len": 64, "max_queue_size": 2, "threads": 1}
    on_change = changes.pop("on_change", None)
    engine = Engine(Path("none"), EngineConfig(**{**sizes, **changes}), on_change)
    yield engine
    engine.close()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    with running_engine(monkeypatch) as engine:
        yield engine


def generation(prompt: list[int], tokens: int = 4, **fields: Any) -> tuple[GenerationRequest, Heard]:
    sink = Heard()
    return GenerationRequest("", prompt, tokens, SamplingSpec(end_id=None), sink, **fields), sink


def counts_on(engine: Engine, start: int = 20) -> None:
    """Prove that the engine still answers, and answers right."""
    request, sink = generation([1, start])
    engine.submit(request)
    assert sink.over.wait(WAIT_S)
    assert (sink.heard, sink.errors, sink.finals) == ([start + step for step in range(1, 5)], [], 1)


def at_rest(engine: Engine) -> bool:
    stats = engine.stats()
    return (stats.active, stats.waiting, stats.prefilling) == (0, 0, 0)


def test_without_a_period_each_token_is_handed_over_by_itself(engine: Engine) -> None:
    request, sink = generation([1, 20], tokens=6)
    engine.submit(request)
    assert sink.over.wait(WAIT_S)
    assert sink.messages == [(21,), (22,), (23,), (24,), (25,), (26,)]


def test_within_a_period_only_the_first_token_and_the_end_are_handed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_engine(monkeypatch, stream_period_ms=1e9) as engine:
        # A clock that has run for less than the period: nothing is due but what never waits.
        monkeypatch.setattr(engine, "_handed_over_s", time.monotonic())
        request, sink = generation([1, 20], tokens=6)
        engine.submit(request)
        assert sink.over.wait(WAIT_S)
        assert sink.messages == [(21,), (22, 23, 24, 25, 26)]


def test_after_a_first_token_the_processors_are_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One rest for each first token, none for the tokens after it."""
    clock = SteppedClock(step_s=0.0)
    rests: list[float] = []
    monkeypatch.setattr(clock, "sleep", rests.append, raising=False)
    monkeypatch.setattr(llama_cpu.engine, "time", clock)
    with running_engine(monkeypatch, first_token_pause_ms=2) as engine:
        for prompt in ([1, 20], [1, 30]):
            request, sink = generation(prompt, tokens=6)
            engine.submit(request)
            assert sink.over.wait(WAIT_S)
    assert rests == [0.002, 0.002]


def test_when_a_period_is_over_all_streams_are_handed_over_together(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SteppedClock(step_s=0.02)
    monkeypatch.setattr(llama_cpu.engine, "time", clock)
    both_are_in = threading.Event()

    def step() -> None:
        both_are_in.wait(WAIT_S)
        clock.step()

    with running_engine(monkeypatch, stream_period_ms=60) as engine:
        engine._context.before_decode = step
        streams = [generation([1, 20], 9), generation([1, 30], 9)]
        for request, _ in streams:
            engine.submit(request)
        both_are_in.set()
        for start, (_, sink) in zip((20, 30), streams, strict=True):
            assert sink.over.wait(WAIT_S)
            assert sink.heard == list(range(start + 1, start + 10))
            # A first token at once, whole periods of three steps in between, and the end whatever the time.
            assert len(sink.messages[0]) == 1
            assert {len(message) for message in sink.messages[2:-1]} == {3}


@pytest.mark.parametrize(
    ("shortest_ms", "streams", "period_ms"),
    [(0, 8, 0), (100, 1, 100), (100, 4, 100), (100, 5, 125), (100, 8, 200), (100, 64, 200), (300, 8, 300)],
)
def test_many_streams_share_a_bound_on_messages(shortest_ms: float, streams: int, period_ms: float) -> None:
    assert llama_cpu.engine.stream_period_ms(shortest_ms, streams) == period_ms


@pytest.mark.parametrize(("prompt_tokens", "told_while_it_ran"), [(4, 0), (60, 1)])
def test_who_came_is_told_before_a_long_step_and_after_a_short_one(
    monkeypatch: pytest.MonkeyPatch, prompt_tokens: int, told_while_it_ran: int
) -> None:
    told: list[int] = []
    seen: list[list[int]] = []
    with running_engine(monkeypatch, on_change=lambda: told.append(engine.stats().active)) as engine:
        engine._context.before_decode = lambda: seen.append(list(told))
        request, sink = generation([1] * prompt_tokens, tokens=2)
        engine.submit(request)
        assert sink.over.wait(WAIT_S)
    assert seen[0] == [1] * told_while_it_ran
    assert (told[0], told[-1]) == (1, 0)


def test_a_request_cancelled_before_it_was_submitted_ends_at_once(engine: Engine) -> None:
    request, sink = generation([1, 2])
    engine.cancel(request)
    assert not sink.over.is_set()
    engine.submit(request)
    assert (sink.heard, sink.errors, sink.finals) == ([], [], 1)
    assert at_rest(engine)
    counts_on(engine)


def test_a_draw_that_raises_ends_its_own_request_only(engine: Engine) -> None:
    broken, broken_sink = generation([1, 2], guide=BrokenGuide())
    good, good_sink = generation([1, 10], tokens=20)
    engine.submit(good)
    engine.submit(broken)
    assert broken_sink.over.wait(WAIT_S)
    assert good_sink.over.wait(WAIT_S)
    assert (broken_sink.errors, broken_sink.finals) == (["Executor failed to draw the next token"], 0)
    assert good_sink.heard == list(range(11, 31))
    assert at_rest(engine)
    # More often than there are slots: a slot that kept anything of the failure would show.
    for start in (20, 25, 30):
        counts_on(engine, start)


def test_a_sampler_that_cannot_be_made_ends_its_own_request_only(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_sampler(*_: object) -> None:
        raise MemoryError("broken on demand")

    with monkeypatch.context() as patch:
        patch.setattr(llama_cpu.engine, "Sampler", no_sampler)
        request, sink = generation([1, 2])
        engine.submit(request)
        assert sink.over.wait(WAIT_S)
    assert (sink.heard, len(sink.errors), sink.finals) == ([], 1, 0)
    assert engine.fault() is None
    assert at_rest(engine)
    for start in (20, 25, 30):
        counts_on(engine, start)


def test_a_failed_decode_ends_what_runs_and_nothing_later(engine: Engine) -> None:
    def fail() -> None:
        raise DecodeError("no memory")

    engine._context.before_decode = fail
    request, sink = generation([1, 2])
    engine.submit(request)
    assert sink.over.wait(WAIT_S)
    assert sink.errors == ["Executor failed: no memory"]
    engine._context.before_decode = lambda: None
    assert engine.fault() is None
    counts_on(engine)


def test_an_engine_that_ends_tells_everybody_and_says_so(engine: Engine) -> None:
    gate = threading.Event()

    def fail() -> None:
        gate.wait(WAIT_S)
        raise OSError("broken on demand")

    engine._context.before_decode = fail
    sinks = []
    for _ in range(4):
        request, sink = generation([1, 2])
        engine.submit(request)
        sinks.append(sink)
    gate.set()
    assert all(sink.over.wait(WAIT_S) for sink in sinks)
    assert [len(sink.errors) for sink in sinks] == [1] * 4
    engine._thread.join(WAIT_S)
    assert engine.fault() == "the engine stopped"
    with pytest.raises(QueueFullError):
        engine.submit(generation([1, 2])[0])


def test_a_step_without_end_is_a_fault_until_it_ends(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama_cpu.engine, "STALLED_AFTER_S", 0.05)
    entered, gate = threading.Event(), threading.Event()

    def hang() -> None:
        entered.set()
        gate.wait(WAIT_S)

    engine._context.before_decode = hang
    request, sink = generation([1, 2], tokens=1)
    assert engine.fault() is None
    engine.submit(request)
    assert entered.wait(WAIT_S)
    assert not sink.over.wait(0.1)
    assert "has not ended for" in (engine.fault() or "")
    gate.set()
    assert sink.over.wait(WAIT_S)
    counts_on(engine)
    assert engine.fault() is None
