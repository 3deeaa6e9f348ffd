"""Which answers may count as one opinion: near in meaning, and not shown to differ by their own words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from orchestrator.routing.deliberation.ballot import Vote
from orchestrator.routing.deliberation.meaning import alike_above, may_say_the_same
from orchestrator.settings import PROJECT_ROOT

VECTOR = np.array([1.0, 0.0], dtype=np.float32)
NEAR = np.array([0.96, 0.28], dtype=np.float32)
LIGHT = "Rain breaks the light of the sun into its colours."
LIGHT_TOO = "The sun's light is split in the drops and shows every colour it has."


def said(text: str, vector: np.ndarray | None) -> Vote:
    return Vote(0, text, text, 1.0, None, vector)


def test_the_cosine_decides_among_those_that_may() -> None:
    assert alike_above(0.9)(said(LIGHT, VECTOR), said(LIGHT_TOO, NEAR))
    assert not alike_above(0.97)(said(LIGHT, VECTOR), said(LIGHT_TOO, NEAR))
    assert not alike_above(0.0)(said(LIGHT, VECTOR), said(LIGHT_TOO, None))
    assert not alike_above(0.9)(said("It is safe", VECTOR), said("It is dangerous", VECTOR))


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("Turn left at the church", "Turn right at the church", False),
        ("It was founded in 1850", "In 1850 it was founded", True),
        ("It was founded in 1850", "It was founded in 1851", False),
        ("It is safe to go there by night", "It isn't safe to go there by night", False),
        ("Rome", "Paris", False),
        ("New York", "New York City", True),
        (LIGHT, LIGHT_TOO, True),
        ("", "", True),
    ],
)
def test_words_may_show_a_difference(one: str, other: str, may: bool) -> None:
    assert may_say_the_same(one, other) is may
    assert may_say_the_same(other, one) is may


def test_the_pairs_that_it_was_measured_on_are_there() -> None:
    rows = [
        json.loads(line)
        for line in (PROJECT_ROOT / "tests/graded/same_answer.jsonl").read_text().splitlines()
    ]
    assert [sum(row["same"] is same for row in rows) for same in (True, False)] == [40, 50]
    kept = [row for row in rows if may_say_the_same(row["one"], row["other"])]
    assert sum(not row["same"] for row in kept) / 50 < 0.5 < sum(row["same"] for row in kept) / 40


@pytest.mark.parametrize(
    ("one", "other", "same"), [("🌟", "🙂", False), ("🙂", "🙂 ", True), ("+", "yes", False)]
)
def test_signs_are_compared_as_they_are_written(one: str, other: str, same: bool) -> None:
    """To the embedder all of them are one unknown word."""
    assert may_say_the_same(one, other) is same
