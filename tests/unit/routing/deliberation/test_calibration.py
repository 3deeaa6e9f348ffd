"""Confidence is measured or absent; weights are bounded; the graded questions are what they claim."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from benchmarks.graded_questions import calibration_error, fit_logistic, interval, load_graded
from orchestrator.routing.deliberation.calibration import Calibration, Logistic
from orchestrator.routing.deliberation.weighting import (
    UNKNOWN_WEIGHT,
    Weight,
    calibrated,
    log_prob,
    majority,
    majority_log_prob,
)

SMALL = "smollm2-135m"


def test_the_committed_calibration_loads_with_its_record() -> None:
    calibration = Calibration.load()
    assert calibration.models == {SMALL}
    assert set(calibration.by_share) == {"choice", "open", "yes_no", "number"}
    assert str(calibration.record["command"]).startswith("python -m benchmarks.deliberation")
    low, high = (calibration.confidence([SMALL], "choice", share) for share in (0.2, 1.0))
    assert low is not None
    assert high is not None
    assert 0 < low < high < 1


def test_what_was_not_measured_has_no_confidence() -> None:
    calibration = Calibration.load()
    assert calibration.confidence([SMALL, "another"], "choice", 1.0) is None
    assert calibration.confidence([SMALL], "json", 1.0) is None


@pytest.mark.parametrize("text", ["", "{}", '{"models": []}'])
def test_a_broken_file_is_refused_or_told(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(ValidationError):
        Calibration.load(tmp_path / "c.json")
    assert Calibration.load_or_none(tmp_path / "c.json") is None
    assert Calibration.load_or_none(tmp_path / "missing.json") is None
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2


def test_the_curve_does_not_overflow() -> None:
    curve = Logistic(1000.0, 0.0)
    assert (curve.at(-10), curve.at(0), curve.at(10)) == (0.0, 0.5, 1.0)


@pytest.mark.parametrize("weight", [majority, log_prob, majority_log_prob, calibrated(Logistic(2.0, 1.0))])
def test_every_weight_is_bounded(weight: Weight) -> None:
    values = [weight(log_prob) for log_prob in (-1e9, -20.0, -1.0, 0.0, 1e-9)]
    assert all(0 <= value <= 1 for value in values)
    assert values == sorted(values)


def test_weights_follow_their_formula() -> None:
    curve = Logistic(2.0, 1.0)
    assert majority(None) == 1
    assert log_prob(-0.5) == math.exp(-0.5)
    assert log_prob(None) == UNKNOWN_WEIGHT
    tie = majority_log_prob
    assert tie(0.0) == 1.0
    assert tie(-0.1) > tie(-0.2)
    assert 16 * tie(-1e9) > 15 * tie(0.0), "one vote more outweighs every log-probability"
    assert calibrated(curve)(-0.5) == 0.5
    assert calibrated(curve)(None) == UNKNOWN_WEIGHT


def test_the_halves_are_alike_and_letters_are_balanced() -> None:
    halves = {half: load_graded(half) for half in ("dev", "test")}
    kinds = {half: Counter(item.kind for item in items) for half, items in halves.items()}
    assert kinds["dev"] == kinds["test"] == {"choice": 64, "short": 24, "yes_no": 16, "number": 24}
    for items in halves.values():
        places = Counter(
            item.question.options.texts.index(item.answers[0]) for item in items if item.question.options
        )
        assert set(places.values()) == {16}
        assert Counter(item.answers[0] for item in items if item.kind == "yes_no") == {"yes": 8, "no": 8}
        assert all(item.question.form == item.form for item in items)
    texts = [item.question.text for items in halves.values() for item in items]
    assert len(set(texts)) == len(texts) == 256


def test_grading_wants_the_form_and_the_answer() -> None:
    items = {item.id: item for half in ("dev", "test") for item in load_graded(half)}
    short = next(item for item in items.values() if "capital of India" in item.question.text)
    assert short.is_right("new delhi")
    assert not short.is_right("mumbai")
    assert not short.is_right(None)


def test_the_statistics_know_simple_cases() -> None:
    assert interval([1.0] * 20) == (1.0, 1.0)
    low, high = interval([0.0, 1.0] * 50)
    assert 0.38 < low < 0.45 < 0.55 < high < 0.62
    slope, intercept = fit_logistic(
        [0.0] * 50 + [1.0] * 50, [False] * 40 + [True] * 10 + [True] * 40 + [False] * 10
    )
    assert 1 / (1 + math.exp(-intercept)) == pytest.approx(0.2, abs=0.03)
    assert 1 / (1 + math.exp(-slope - intercept)) == pytest.approx(0.8, abs=0.03)
    assert calibration_error([0.5] * 10, [True, False] * 5)[0] == pytest.approx(0.0)
    assert calibration_error([1.0] * 10, [False] * 10) == (1.0, 1.0)
