"""As many threads as processors are left: the rule, and the engine beside processes that want every core."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from llama_cpu.thread_count import FIRST_PAUSE_S, LONGEST_PAUSE_S, WINDOW_S, ThreadCount

from tests.conftest import MODEL, MODELS_DIR
from tests.unit.llama_cpu.test_llama_library import in_engine


class Steps:
    """Steps of 10 ms on `free` processors: spinning threads get at most one each."""

    def __init__(self, most: int) -> None:
        self.count = ThreadCount(most)
        self.now_s = 0.0

    def run(self, seconds: float, free: float) -> list[int]:
        seen = [self.count.now]
        for _ in range(round(seconds / 0.01)):
            self.now_s += 0.01
            self.count.learn(0.01, 0.01 * min(free, self.count.now), self.now_s)
            if self.count.now != seen[-1]:
                seen.append(self.count.now)
        return seen


def test_idle_processors_keep_every_thread() -> None:
    assert Steps(2).run(60, free=2.0) == [2]
    assert Steps(8).run(60, free=7.95) == [8]


def test_the_messages_of_the_own_services_cost_no_thread() -> None:
    assert Steps(2).run(60, free=1.75) == [2]


@pytest.mark.parametrize(
    ("most", "free", "left"), [(2, 1.3, 1), (2, 0.5, 1), (4, 1.9, 2), (8, 7.0, 7), (1, 0.3, 1)]
)
def test_what_others_take_is_left_to_them(most: int, free: float, left: int) -> None:
    steps = Steps(most)
    steps.run(2 * WINDOW_S, free)
    assert steps.count.now == left


def test_every_thread_is_back_soon_after_the_others_have_gone() -> None:
    steps = Steps(2)
    steps.run(60, free=1.0)
    assert (
        steps.run(LONGEST_PAUSE_S + 3 * WINDOW_S, free=2.0) == [steps.count.now - 1, 2]
        or steps.count.now == 2
    )


def test_tries_in_vain_become_rare() -> None:
    steps = Steps(2)
    early, late = steps.run(5, free=1.0), steps.run(60, free=1.0)
    assert early[:2] == [2, 1]
    assert 2 <= early.count(2) <= 4
    assert late.count(2) <= 60 / LONGEST_PAUSE_S + 1


def test_after_a_try_that_held_the_next_loss_is_met_with_short_pauses_again() -> None:
    steps = Steps(2)
    steps.run(60, free=1.0)
    steps.run(LONGEST_PAUSE_S + 1, free=2.0)
    steps.run(2 * WINDOW_S, free=1.0)
    assert steps.run(FIRST_PAUSE_S + 2 * WINDOW_S, free=2.0) == [1, 2]


ENGINE = """
import os
from pathlib import Path
from llama_cpu.context import BatchToken, ContextShape, LlamaContext
most = len(os.sched_getaffinity(0))
context = LlamaContext(Path({model!r}), ContextShape(2, 256, 64, 8, most))
for place in range(200):
    context.decode([BatchToken(100 + place, place, 0, True)])
    if context.threads < most:
        break
print(most, context.threads)
"""


@pytest.fixture
def busy_processors() -> Iterator[None]:
    processes = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(2 * len(os.sched_getaffinity(0)))
    ]
    yield
    for process in processes:
        process.kill()
        process.wait()


@pytest.mark.usefixtures("busy_processors")
def test_the_engine_gives_threads_up_beside_busy_processes() -> None:
    done = in_engine(ENGINE.format(model=str(MODELS_DIR / MODEL / "model.gguf")))
    assert done.returncode == 0, done.stderr
    most, threads = map(int, done.stdout.split())
    assert threads < most or most == 1
