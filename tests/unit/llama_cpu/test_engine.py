"""The batching loop over a context without weights: whatever one request does, the others and the loop go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
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


class Heard:
    """A sink that keeps what it was told."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.errors: list[str] = []
        self.finals = 0
        self.over = threading.Event()

    def tokens(self, token_ids: Sequence[int], log_probs: Sequence[float], final: bool) -> None:
        self.heard.extend(token_ids)
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


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(llama_cpu.engine, "LlamaContext", CountingContext)
    engine = Engine(Path("none"), EngineConfig(slots=2, max_seq_len=64, max_queue_size=2, threads=1))
    yield engine
    engine.close()


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
