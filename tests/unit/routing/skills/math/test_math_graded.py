"""The graded set: every positive answered right, nothing else answered at all."""

from __future__ import annotations

from collections import Counter

import pytest

from orchestrator.routing.skills.math import MathSkill, recognise
from tests.graded.math_grading import Problem, is_right, problems, same
from tests.unit.routing.skills.math.asking import task

PROBLEMS = problems()


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.id)
async def test_every_graded_problem(problem: Problem, math_skill: MathSkill) -> None:
    answer = await math_skill.answer(task(problem.prompt))
    assert is_right(problem, answer), f"{problem.prompt!r}: wanted {problem.answer!r}, got {answer}"


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.id)
def test_recognise_says_what_will_be_answered(problem: Problem) -> None:
    score = recognise(problem.prompt)
    if problem.kind != "none":
        assert score == 1.0
    assert 0.0 <= score <= 1.0


def test_few_negatives_are_taken_for_questions() -> None:
    """Read to the last word, and then found to have no value, no real one, or more than one convention or solution."""
    taken = {p.prompt for p in PROBLEMS if p.kind == "none" and recognise(p.prompt) == 1.0}
    assert taken == {
        "sin(x) = 0",
        "asin(2)",
        "derivative of |x|",
        "solve sin(x) = 1/2",
        "solve tan(x) = 1",
        "prime factors of -12",
        "1/3 = 0.33, right?",
        "2/3 = 0.67, right?",
        "integral of sin(x) from 0 to infinity",
        "sum of integers between 5 and 6",
        "-2 is the square root of 4, right?",
        "log(8) = 3, right?",
        "sin(30) = 0.5, right?",
        "10 km / 2 kg",
        "integral of 1/(x-1) from 0 to infinity",
        "tan(x) = tan(x)",
        "0^x = 0",
        "0^(x-1) = 0",
        "0^(2x) = 0",
        "solve (-2)^x = 4",
        "solve cube root of (x^2) = 4",
        "solve x^(2/3) = 4",
        "solve 1/x = 10^90",
        "derivative of x^(1/3) at x = -8",
        "derivative of sqrt(x)^2 at x = 0",
        "integral of sqrt(x)^2 from -1 to 1",
        "limit of sqrt(x)^2 as x -> -1",
        "sqrt(x)*sqrt(x) at x = -4",
        "solve sqrt(x)^2 > -1",
        "x + y = 10, sqrt(x)*sqrt(x) = -3",
    }


def test_the_set_is_large_and_its_ids_are_its_own() -> None:
    kinds = Counter(problem.kind for problem in PROBLEMS)
    assert len(PROBLEMS) - kinds["none"] >= 220
    assert kinds["none"] >= 60
    assert len({problem.id for problem in PROBLEMS}) == len(PROBLEMS)


@pytest.mark.parametrize(
    ("found", "expected"),
    [("2*x + 1", "2*x"), ("6", "7"), ("no", "yes"), ("x > 2", "x >= 2"), ("1/3", "0.3333333")],
)
def test_the_grading_sees_a_wrong_answer(found: str, expected: str) -> None:
    assert not same(found, expected)
