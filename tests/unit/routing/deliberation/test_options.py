"""Options of a question: found, turned, and found again in an answer."""

from __future__ import annotations

import pytest

from orchestrator.routing.deliberation.options import find_options

LETTERED = "Which animal barks?\nA) dog\nB) cat\nC) fish\nD) bird\nAnswer with the letter."
DASHED = "Which animal barks?\n- dog\n- cat\n- fish"
FIRST = "Pick one:\n(a) red\n(b) dark red\n(c) blue"


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        (LETTERED, ("dog", "cat", "fish", "bird")),
        (DASHED, ("dog", "cat", "fish")),
        (FIRST, ("red", "dark red", "blue")),
        ("Which one is right?\n\n* 1\n* 2", ("1", "2")),
        ("Consider:\nA. one\nB. two", ("one", "two")),
    ],
)
def test_options_are_found(question: str, texts: tuple[str, ...]) -> None:
    options = find_options(question)
    assert options is not None
    assert options.texts == texts


@pytest.mark.parametrize(
    "question",
    [
        "Which animal barks?",
        "Summarise this:\n- dogs bark\n- cats do not",
        "Which animal barks?\n- dog",
        "Which animal barks?\nA) dog\nC) cat",
        "Which animal barks?\nB) dog\nC) cat",
        "Which animal barks?\n- dog\n- Dog",
        "Which?\n- a\n- b\nTell me why.\nAnd how.\nThen stop.",
        "Which?\n" + "\n".join(f"- option {n}" for n in range(11)),
        "Which?\n- " + "x" * 300 + "\n- y",
        "x" * 30_000 + "\nWhich?\n- a\n- b",
        "",
    ],
)
def test_other_lists_are_no_options(question: str) -> None:
    assert find_options(question) is None


def test_options_are_turned_and_letters_stay() -> None:
    options = find_options(LETTERED)
    assert options is not None
    assert options.turned(1).splitlines()[1:] == [
        "A) cat",
        "B) fish",
        "C) bird",
        "D) dog",
        "Answer with the letter.",
    ]
    assert options.turned(0) == options.turned(4) == LETTERED


@pytest.mark.parametrize(
    ("answer", "places", "chosen"),
    [
        ("B", 0, 1),
        ("B", 1, 2),
        ("D)", 3, 2),
        ("(c) fish", 0, 2),
        ("The answer is B.", 0, 1),
        ("The correct answer is: **D**", 0, 3),
        ("It is the dog, of course.", 2, 0),
        ("A) cat", 0, 1),
        ("A) cat\n\nThe answer is D) bird.", 0, 3),
        ("DOG", 0, 0),
        ("A dog or a cat", 0, None),
        ("E", 0, None),
        ("A good question indeed", 0, None),
        ("hotdogs", 0, None),
        ("", 0, None),
    ],
)
def test_what_an_answer_chose(answer: str, places: int, chosen: int | None) -> None:
    options = find_options(LETTERED)
    assert options is not None
    assert options.chosen(answer, places) == chosen


def test_a_longer_option_hides_the_one_within_it() -> None:
    options = find_options(FIRST)
    assert options is not None
    assert options.chosen("It is dark red.") == 1
    assert options.chosen("It is red.") == 0
    assert options.line(1) == "(b) dark red"


@pytest.mark.parametrize(
    ("question", "may_turn"),
    [
        (LETTERED, True),
        ("Who was the first president?\n- Lincoln\n- Washington", True),
        ("Which is the right order?\n- a\n- b", False),
        ("Which is true?\nA) x\nB) y\nC) all of the above", False),
        ("Which is true?\nA) x\nB) y\nC) both A and B", False),
    ],
)
def test_where_order_means_something_nothing_is_turned(question: str, may_turn: bool) -> None:
    options = find_options(question)
    assert options is not None
    assert options.may_turn is may_turn
