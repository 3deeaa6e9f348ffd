"""Guides that take too much are refused; what happens to the processes that try them says nothing of a guide."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from llama_cpu import guide_trial
from llama_cpu.guide_trial import USUAL_GUIDES, GuideTrial, TrialFailedError
from llama_cpu.guides import GuideError

from orchestrator.inference.guides import json_schema_guide
from tests.conftest import MODEL, MODELS_DIR

TAKES_HOURS = json.dumps({"allOf": [{"type": "number", "multipleOf": prime} for prime in (9973, 9967)]})
TAKES_LONG_TOO = json.dumps({"type": "string", "allOf": [{"pattern": f"a.{{{n}}}b"} for n in range(1, 60)]})
# 0.4 s of processor time.
IS_LARGE = json.dumps(
    {
        "type": "object",
        "properties": {
            f"p{n}": {"type": "string", "pattern": f"^(a|b)*a(a|b){{{n % 20}}}$"} for n in range(2000)
        },
        "additionalProperties": False,
    }
)


@pytest.fixture
def trial() -> Iterator[GuideTrial]:
    vocabulary = MODELS_DIR / MODEL / "tokenizer.json"
    if not vocabulary.exists():
        pytest.skip(f"{MODEL} is not installed: run `council models pull {MODEL}`")
    trial = GuideTrial(vocabulary, 49152, 2)
    yield trial
    trial.close()


def processes() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "llama_cpu.guide_trial" in _line(child)
    ]


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


@pytest.mark.parametrize("schema", [TAKES_HOURS, TAKES_LONG_TOO])
def test_a_guide_that_takes_too_much_is_refused_and_the_next_is_tried(trial: GuideTrial, schema: str) -> None:
    assert not trial.is_decided_quickly("json_schema", schema)
    assert not trial.knows("json_schema", schema)
    for _ in range(2):
        with pytest.raises(GuideError, match="takes more than 2 s of processor time or 1 GB of memory"):
            trial.check("json_schema", schema)
    assert trial.is_decided_quickly("json_schema", schema)
    assert trial.is_decided_quickly("json_schema", json.dumps({"type": "array"}))


def test_a_large_guide_takes_longer_and_is_accepted(trial: GuideTrial) -> None:
    trial.check("json_schema", IS_LARGE)
    assert trial.knows("json_schema", IS_LARGE)


def test_a_guide_that_takes_too_much_memory_is_refused() -> None:
    vocabulary = MODELS_DIR / MODEL / "tokenizer.json"
    if not vocabulary.exists():
        pytest.skip(f"{MODEL} is not installed: run `council models pull {MODEL}`")
    trial = GuideTrial(vocabulary, 49152, 2, memory_bytes=1 << 20)
    try:
        with pytest.raises(GuideError, match="1 GB of memory"):
            trial.check("json_schema", IS_LARGE)
    finally:
        trial.close()


def test_a_guide_is_tried_once(trial: GuideTrial) -> None:
    trial.check("regex", "[a-z]+")
    with pytest.raises(GuideError, match="^Guided decoding: "):
        trial.check("regex", "([a-z")
    assert trial.knows("regex", "[a-z]+")
    assert trial.knows("regex", "([a-z")
    assert not trial.knows("regex", "[a-z]")
    for process in processes():
        process.kill()
    trial.check("regex", "[a-z]+")
    with pytest.raises(GuideError, match="^Guided decoding: "):
        trial.check("regex", "([a-z")


def test_what_is_used_stays_known(trial: GuideTrial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guide_trial, "_KNOWN", 3)
    trial.check("regex", "used")
    for n in range(5):
        trial.check("regex", f"other{n}")
        assert trial.knows("regex", "used")
    assert not trial.knows("regex", "other0")


def harming(whom: str, harm: Callable[[psutil.Process], None]) -> threading.Thread:
    """Does it to the compiler, or to its fork, once there is one."""
    (compiler,) = processes()

    def harm_it() -> None:
        while not (forks := compiler.children()):
            time.sleep(0.001)
        harm(compiler if whom == "the compiler" else forks[0])

    thread = threading.Thread(target=harm_it)
    thread.start()
    return thread


@pytest.mark.parametrize("whom", ["the compiler", "its fork"])
def test_a_process_that_hangs_says_nothing_of_the_guide(
    trial: GuideTrial, monkeypatch: pytest.MonkeyPatch, whom: str
) -> None:
    monkeypatch.setattr(guide_trial, "_ANSWER_TIMEOUT_S", 3.0)
    trial.check("json", "")
    thread = harming(whom, psutil.Process.suspend)
    with pytest.raises(TrialFailedError):
        trial.check("json_schema", TAKES_HOURS)
    thread.join()
    assert not trial.knows("json_schema", TAKES_HOURS)
    trial.check("json_schema", IS_LARGE)
    assert len(processes()) == 1


@pytest.mark.parametrize("whom", ["the compiler", "its fork"])
def test_after_a_process_was_killed_the_guide_is_tried_again(trial: GuideTrial, whom: str) -> None:
    trial.check("json", "")
    thread = harming(whom, psutil.Process.kill)
    trial.check("json_schema", IS_LARGE)
    thread.join()
    assert len(processes()) == 1


def test_one_that_does_not_read_is_not_waited_for(trial: GuideTrial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guide_trial, "_ANSWER_TIMEOUT_S", 1.0)
    trial.check("json", "")
    processes()[0].suspend()
    described = json.dumps({"type": "object", "description": "x" * 250_000})
    with pytest.raises(TrialFailedError, match="silent"):
        trial.check("json_schema", described)
    trial.check("json_schema", described)


def test_no_process_is_left(trial: GuideTrial) -> None:
    trial.check("json", "")
    trial.is_decided_quickly("regex", "a")
    left = processes()
    assert len(left) == 2
    trial.close()
    assert psutil.wait_procs(left, timeout=5)[1] == []


def test_the_processes_end_with_the_one_that_started_them(trial: GuideTrial) -> None:
    trial.check("json", "")
    left = processes()
    assert trial._patient._process is not None
    assert trial._patient._process.stdin is not None
    trial._patient._process.stdin.close()
    assert psutil.wait_procs(left, timeout=5)[1] == []


def test_the_usual_guides_are_those_of_the_api() -> None:
    assert ("json_schema", json_schema_guide({"type": "object"}).source) in USUAL_GUIDES
