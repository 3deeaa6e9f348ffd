"""Guides that take too much are refused, and what comes after them is tried as if nothing had been."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator

import psutil
import pytest
from llama_cpu.guide_trial import GuideTrial
from llama_cpu.guides import GuideError

from tests.conftest import MODEL, MODELS_DIR

TAKES_HOURS = json.dumps({"allOf": [{"type": "number", "multipleOf": prime} for prime in (9973, 9967)]})
TAKES_LONG_TOO = json.dumps({"type": "string", "allOf": [{"pattern": f"a.{{{n}}}b"} for n in range(1, 60)]})


@pytest.fixture
def trial() -> Iterator[GuideTrial]:
    vocabulary = MODELS_DIR / MODEL / "tokenizer.json"
    if not vocabulary.exists():
        pytest.skip(f"{MODEL} is not installed: run `council models pull {MODEL}`")
    trial = GuideTrial(vocabulary, 49152, 2)
    yield trial
    trial.close()


def processes() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "llama_cpu.guide_trial" in child.cmdline()]


@pytest.mark.parametrize("schema", [TAKES_HOURS, TAKES_LONG_TOO])
def test_a_guide_that_takes_too_much_is_refused_and_the_next_is_tried(trial: GuideTrial, schema: str) -> None:
    for _ in range(2):
        with pytest.raises(GuideError, match="takes more than 2 s of processor time or 1 GB of memory"):
            trial.check("json_schema", schema)
    trial.check("json_schema", json.dumps({"type": "object"}))


def test_a_guide_is_tried_once(trial: GuideTrial) -> None:
    trial.check("regex", "[a-z]+")
    with pytest.raises(GuideError, match="^Guided decoding: "):
        trial.check("regex", "([a-z")
    assert trial.knows("regex", "[a-z]+")
    assert trial.knows("regex", "([a-z")
    assert not trial.knows("regex", "[a-z]")
    os.kill(processes()[0].pid, signal.SIGKILL)
    trial.check("regex", "[a-z]+")
    with pytest.raises(GuideError, match="^Guided decoding: "):
        trial.check("regex", "([a-z")


def test_a_killed_process_is_started_anew_and_none_is_left(trial: GuideTrial) -> None:
    trial.check("json", "")
    (process,) = processes()
    process.kill()
    psutil.wait_procs([process], timeout=5)
    trial.check("regex", "[a-z]+")
    assert len(processes()) == 1
    trial.close()
    assert processes() == []


def test_the_process_ends_with_the_one_that_started_it(trial: GuideTrial) -> None:
    trial.check("json", "")
    (process,) = processes()
    assert trial._process is not None
    assert trial._process.stdin is not None
    trial._process.stdin.close()
    assert psutil.wait_procs([process], timeout=5)[1] == []
