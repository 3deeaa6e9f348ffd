"""The thread that asks Triton which clients left: no answer, however odd, ends its watch over the others."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from llama_cpu.sampling import SamplingSpec
from llama_cpu.slots import GenerationRequest

WAIT_S = 5.0


@pytest.fixture
def delivery(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module without a Triton around it: what it needs of Triton is touched at its edges only."""
    yield from _imported("llama_cpu.delivery", monkeypatch)


@pytest.fixture
def running_module(delivery: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    yield from _imported("llama_cpu.running", monkeypatch)


def _imported(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    utils = "triton_python_backend_utils"
    monkeypatch.setitem(sys.modules, utils, ModuleType(utils))
    yield importlib.import_module(name)
    sys.modules.pop(name)


class Canceller:
    """The engine's side: what was cancelled."""

    def __init__(self) -> None:
        self.cancelled: list[GenerationRequest] = []
        self.heard = threading.Event()

    def cancel(self, request: GenerationRequest) -> None:
        self.cancelled.append(request)
        self.heard.set()


class Sender:
    """Triton's response sender as far as the watch knows it."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.answers = list(answers)
        self.asked = threading.Semaphore(0)

    def is_cancelled(self) -> bool:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.asked.release()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def engine() -> Canceller:
    return Canceller()


@pytest.fixture
def running(running_module: Any, engine: Canceller) -> Iterator[Any]:
    running = running_module.Running(engine, check_period_ms=5)
    yield running
    running.close()


def enter(running: Any, generation: GenerationRequest, client: Any) -> None:
    with running.entry(generation, client):
        pass  # here the engine takes it


def request(request_id: str) -> GenerationRequest:
    return GenerationRequest(request_id, [1], 1, SamplingSpec(end_id=None), sink=None)


def test_a_question_that_fails_hides_no_client_that_left(
    delivery: Any, running: Any, engine: Canceller
) -> None:
    broken = Sender(RuntimeError("no such response factory"))
    enter(running, request("a"), delivery.Client(broken))
    left = request("b")
    assert broken.asked.acquire(timeout=WAIT_S)
    enter(running, left, delivery.Client(Sender(True)))
    assert engine.heard.wait(WAIT_S)
    assert set(engine.cancelled) == {left}


def test_a_client_whose_question_failed_is_asked_again(
    delivery: Any, running: Any, engine: Canceller
) -> None:
    left = request("a")
    enter(running, left, delivery.Client(Sender(RuntimeError("busy"), RuntimeError("busy"), False, True)))
    assert engine.heard.wait(WAIT_S)
    assert set(engine.cancelled) == {left}


def test_a_client_that_got_its_final_response_is_not_asked(delivery: Any, running: Any) -> None:
    """In Triton that question would read freed memory."""

    class Final(Sender):
        def send(self, *_: object, **__: object) -> None:
            self.answers = [AssertionError("asked after the final response")]

    sender, other = Final(False), Sender(False)
    client = delivery.Client(sender)
    enter(running, request("a"), client)
    assert sender.asked.acquire(timeout=WAIT_S)
    client.send(None, final=True)
    while sender.asked.acquire(blocking=False):
        pass
    enter(running, request("b"), delivery.Client(other))
    assert all(other.asked.acquire(timeout=WAIT_S) for _ in range(3))
    assert not sender.asked.acquire(blocking=False)


def test_a_client_that_promised_to_tell_is_asked_seldom_but_asked(
    delivery: Any, running_module: Any, engine: Canceller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_module, "PROMISED_PERIOD_S", 0.1)
    running = running_module.Running(engine, check_period_ms=5)
    asked, promised, left = Sender(False), Sender(False, True), request("b")
    enter(running, request("a"), delivery.Client(asked))
    with running.entry(left, delivery.Client(promised), sends_stop=True):
        pass
    assert engine.heard.wait(WAIT_S)
    running.close()
    assert engine.cancelled == [left]
    assert promised.asked._value == 2
    # Up to forty in the same 0.2 s, fewer on a busy machine.
    assert asked.asked._value >= 8


def test_who_made_no_promise_is_asked_in_time_by_a_watch_that_sleeps(
    delivery: Any, running_module: Any, engine: Canceller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_module, "PROMISED_PERIOD_S", 3600.0)
    running = running_module.Running(engine, check_period_ms=5)
    left = request("a")
    with running.entry(request("b"), delivery.Client(Sender(True)), sends_stop=True):
        pass
    enter(running, left, delivery.Client(Sender(True)))
    assert engine.heard.wait(WAIT_S)
    running.close()
    assert engine.cancelled == [left]


def test_only_the_newest_request_of_an_id_is_stopped_by_it(
    delivery: Any, running: Any, engine: Canceller
) -> None:
    first, second = request("same"), request("same")
    for each in (first, second):
        enter(running, each, delivery.Client(Sender(False)))
    running.remove(first)
    running.cancel("same")
    running.cancel("unknown")
    assert engine.cancelled == [second]


def test_a_request_that_could_not_be_submitted_is_forgotten(
    delivery: Any, running: Any, engine: Canceller
) -> None:
    def refused() -> None:
        with running.entry(request("a"), delivery.Client(Sender(False))):
            raise OverflowError("the queue is full")

    pytest.raises(OverflowError, refused)
    running.cancel("a")
    assert engine.cancelled == []
