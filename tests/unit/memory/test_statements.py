"""What is remembered of a turn, against the graded turns."""

from __future__ import annotations

import time

import pytest

from orchestrator.cloud.redaction import Redactor
from orchestrator.memory.statements import LONGEST_TURN_CHARS, MOST_STATEMENTS, statements
from orchestrator.memory_setup import secrecy
from tests.unit.memory import deed_cases
from tests.unit.memory.statement_cases import (
    BESIDE,
    COMPANIONS,
    DROPPED,
    EVERYDAY,
    FIRST_LOOK_DROPPED,
    FIRST_LOOK_KEPT,
    KEPT,
    KEPT_ALL_THE_SAME,
    LOST,
    MISLEADING,
    NOT_TO_BE_KEPT,
    NOT_TOLD,
    OF_NOBODY,
    SECRETS,
)

is_secret = secrecy()


def test_the_score_on_the_graded_turns() -> None:
    right = [tuple(statements(turn, is_secret)) == wanted for turn, wanted in KEPT]
    left = [not statements(turn, is_secret) for turn in DROPPED]
    print(f"kept {sum(right)} of {len(right)}, left out {sum(left)} of {len(left)}")
    assert sum(right) >= 0.95 * len(right)
    assert all(left), "what is no statement is worse to keep than a statement is to lose"


def test_the_score_on_those_looked_at_once() -> None:
    """At the first look 14 of 15 and 15 of 15; the one missed ("I'm left-handed.") was then mended."""
    right = [statements(turn, is_secret) == [turn] for turn in FIRST_LOOK_KEPT]
    left = [not statements(turn, is_secret) for turn in FIRST_LOOK_DROPPED]
    print(f"kept {sum(right)} of {len(right)}, left out {sum(left)} of {len(left)}")
    assert sum(right) >= 14
    assert sum(left) >= 14


@pytest.mark.parametrize("turn", [*BESIDE, *SECRETS, *NOT_TO_BE_KEPT, *OF_NOBODY, *NOT_TOLD])
def test_what_stands_beside_other_things_and_secrets_are_not_kept(turn: str) -> None:
    assert statements(turn, is_secret) == []


@pytest.mark.parametrize("turn", [*KEPT_ALL_THE_SAME, *LOST])
def test_what_only_looks_like_a_secret_or_an_exercise_is_kept(turn: str) -> None:
    assert statements(turn) == [turn]


@pytest.mark.parametrize(("turn", "kept"), EVERYDAY)
def test_everyday_statements_and_what_is_beside_them(turn: str, kept: tuple[str, ...]) -> None:
    assert tuple(statements(turn, is_secret)) == kept


@pytest.mark.parametrize(("turn", "kept"), COMPANIONS)
def test_a_statement_is_kept_with_what_goes_on_about_it(turn: str, kept: tuple[str, ...]) -> None:
    assert tuple(statements(turn, is_secret)) == kept


@pytest.mark.parametrize("told", [*(told for told, _, _ in deed_cases.KEPT_AND_ASKED), *deed_cases.KEPT_TOO])
def test_what_one_did_does_or_has_is_kept_by_its_form(told: str) -> None:
    assert statements(told, is_secret) == [told]


@pytest.mark.parametrize("told", [later for (_, later), _, _ in deed_cases.CHANGED])
def test_news_of_what_was_told_is_kept(told: str) -> None:
    assert statements(told, is_secret) == [told]


@pytest.mark.parametrize("turn", [*deed_cases.OF_THE_TALK, *deed_cases.SECRETS])
def test_what_one_did_in_the_talk_and_secrets_of_a_deed_are_not_kept(turn: str) -> None:
    assert statements(turn, is_secret) == []


@pytest.mark.parametrize(
    "turn",
    [
        "I drove 60 km in 45 minutes. What was my average speed?",
        "I planted 3 rows of 12 tulips. How many are that?",
        "I lent Tom 50 euros at 5 percent. What is the interest after a year?",
        "I threw a ball at 20 m/s. How high does it fly?",
    ],
)
def test_an_exercise_asks(turn: str) -> None:
    assert statements(turn, is_secret) == []


def test_songs_and_history_told_in_the_first_person_are_kept_like_deeds() -> None:
    kept = [turn for turn in deed_cases.KEPT_WRONGLY if statements(turn, is_secret)]
    assert len(kept) <= 19, kept


@pytest.mark.parametrize(
    "turn",
    [
        "I was born on 4 May 1983 and my ssn is 078-05-1120.",
        "My daughter was born on 12 July 2018, her IBAN is DE89 3704 0044 0532 0130 00.",
    ],
)
def test_a_birth_date_is_kept_and_what_stands_beside_it_is_looked_at_still(turn: str) -> None:
    assert statements("I was born on 4 May 1983.", is_secret) == ["I was born on 4 May 1983."]
    assert Redactor().redact("I was born on 4 May 1983.").text == "I was born on [BIRTH_DATE_REDACTED]."
    assert statements(turn, is_secret) == []


def test_turns_meant_to_mislead() -> None:
    kept = [turn for turn in MISLEADING if statements(turn, is_secret)]
    assert len(kept) <= 4, kept


@pytest.mark.parametrize(
    "turn",
    [
        "",
        " \n ",
        "?",
        "My dog is called Rex. " * 200,
        "My " + "very " * 100 + "dog is called Rex.",
        "I live " * 30 + "here.",
        "My dog is ca\ufffclled Rex.",
        "```\nMy dog is called Rex.",
        "Please proofread the following text.\n\nMy dog is called Rex.",
    ],
)
def test_nothing_of_odd_turns(turn: str) -> None:
    assert statements(turn) == []


def test_bounds() -> None:
    many = " ".join(f"My pet number {number} is called Rex {number}." for number in range(12))
    assert len(statements(many)) == MOST_STATEMENTS
    assert statements("My dog is called Rex.\n\n" + "word " * (LONGEST_TURN_CHARS // 5)) == []
    pasted = "My dog is called Rex.\n\n" + "This is a pasted paragraph, I live in Rome. " * 40
    assert statements(pasted) == ["My dog is called Rex."]
    assert statements("My dog is called Rex. My dog is called Rex.") == ["My dog is called Rex."]


def test_a_sentence_that_ends_in_an_abbreviation_goes_on() -> None:
    assert statements("My manager is Ms. Okafor.") == ["My manager is Ms. Okafor."]


@pytest.mark.parametrize(
    "turn",
    [
        "my " * 1300,
        "I am " + "a" * 3900,
        '"' * 4000,
        "> " * 2000,
        "please " * 570,
        "My " + "a'" * 1900,
        "remember " * 440,
        ("I lent a " + "1-" * 140 + ".") * 13,
        ("The " + "a " * 140 + "was moved.") * 13,
        ("A and I " + "a' " * 90 + ".") * 13,
        ("Remember wifi " + "lock " * 50 + ".") * 13,
    ],
)
def test_no_turn_takes_long(turn: str) -> None:
    began = time.perf_counter()
    statements(turn)
    assert time.perf_counter() - began < 0.1
