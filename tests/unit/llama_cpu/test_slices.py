"""What the engine asks of Linux for its threads, seen from Linux's side, in Triton's own Python."""

from __future__ import annotations

import json
import os

import pytest

from tests.conftest import MODEL, MODELS_DIR
from tests.unit.llama_cpu.test_llama_library import in_engine

THREADS = """
import json, os, threading, time
from pathlib import Path
from llama_cpu import slices
from llama_cpu.engine import Engine, EngineConfig
def threads():
    return set(map(int, os.listdir("/proc/self/task")))
usual = slices.slice_ns()
engine = Engine(Path({model!r}), EngineConfig(slots=1, max_seq_len=64, max_queue_size=1, threads={threads}))
engines_own = engine._thread.native_id
deadline = time.monotonic() + 10
while slices.slice_ns(engines_own) != slices.SLICE_NS and time.monotonic() < deadline:
    time.sleep(0.01)
print(json.dumps({{
    "usual": usual, "long": slices.SLICE_NS, "opener": slices.slice_ns(), "engine": slices.slice_ns(engines_own),
    "opener_on": sorted(os.sched_getaffinity(0)), "engine_on": sorted(os.sched_getaffinity(engines_own)),
    "workers": [[slices.slice_ns(t), sorted(os.sched_getaffinity(t))] for t in threads()
        if len(os.sched_getaffinity(t)) == 1],
}}))
engine.close()
"""


def threads_of_engine(threads: int) -> dict[str, object]:
    done = in_engine(THREADS.format(model=str(MODELS_DIR / MODEL / "model.gguf"), threads=threads))
    assert done.returncode == 0, done.stderr
    seen: dict[str, object] = json.loads(done.stdout)
    return seen


def processors() -> list[int]:
    return sorted(os.sched_getaffinity(0))


@pytest.mark.skipif(len(processors()) < 2, reason="one processor is nothing to share out")
def test_each_worker_has_a_processor_of_its_own() -> None:
    seen = threads_of_engine(len(processors()))
    workers = seen["workers"]
    assert isinstance(workers, list)
    on = [processor for _, (processor,) in workers]
    assert len(set(on)) == len(on) == len(processors()) - 1
    assert seen["opener_on"] == seen["engine_on"] == processors()


@pytest.mark.skipif(len(processors()) < 2, reason="one processor is nothing to share out")
def test_fewer_threads_than_processors_may_run_anywhere() -> None:
    assert threads_of_engine(len(processors()) - 1)["workers"] == []


def test_the_engine_has_long_slices_and_who_opened_it_the_usual_ones() -> None:
    seen = threads_of_engine(len(processors()))
    if seen["usual"] in (None, 0):
        # Linux before 6.12 takes a slice and tells of none.
        assert seen["engine"] == seen["usual"]
        return
    assert seen["opener"] == seen["usual"] != seen["long"]
    assert seen["engine"] == seen["long"]
    assert all(slice_ns == seen["long"] for slice_ns, _ in seen["workers"])  # type: ignore[attr-defined]
