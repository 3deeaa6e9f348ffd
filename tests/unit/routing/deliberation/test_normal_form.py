"""Which form an answer has, and what it says in it."""

from __future__ import annotations

import time

import pytest

from orchestrator.routing.deliberation.normal_form import final_number, is_short, normal_form
from orchestrator.routing.deliberation.question import Question
from orchestrator.seams import ChatMessage

CHOICE = "Which animal barks?\nA) dog\nB) cat"
CAPITAL = "What is the capital of France?"


def asked(text: str, **fields: object) -> Question:
    return Question([ChatMessage("system", "Be kind."), ChatMessage("user", text)], **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (CHOICE, "choice"),
        ("What is 2 + 3?", "number"),
        ("Tom has 3 apples and buys 2. How many has he?", "number"),
        ("Calculate the mass.", "number"),
        ("Is the sun a star?", "yes_no"),
        ("The sun is hot. Is it a star?", "yes_no"),
        ("Gold is a metal, yes or no?", "yes_no"),
        ("Is it hot or cold?", "open"),
        (CAPITAL, "open"),
        ("Is", "open"),
        ("🎉🎉", "open"),
        ("", "open"),
    ],
)
def test_the_form_is_read_from_the_question(text: str, form: str) -> None:
    assert asked(text).form == form


def test_a_schema_is_a_form_and_other_speakers_are_not_asked() -> None:
    assert asked(CHOICE, json_schema={"type": "object"}).form == "json"
    later = Question([ChatMessage("user", CAPITAL), ChatMessage("assistant", "What is 2 + 3?")])
    assert later.form == "open"
    assert Question([ChatMessage("system", "Is it?")]).text == ""


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("5", "5"),
        ("The answer is 12. That is 3 times 4.", "12"),
        ("3 + 2 = 5 apples", "5"),
        ("He has 1,250.50 dollars", "1250.5"),
        ("$7", "7"),
        ("5.0", "5"),
        ("-4", "-4"),
        ("so −4", "-4"),
        ("0", "0"),
        ("#### 18", "18"),
        ("100", "100"),
        ("none", None),
        ("v2beta", None),
        ("", None),
    ],
)
def test_the_number_an_answer_comes_to(answer: str, number: str | None) -> None:
    assert final_number(answer) == number


@pytest.mark.parametrize(
    ("question", "answer", "form"),
    [
        (CAPITAL, "The capital of France is Paris.", "paris"),
        (CAPITAL, "Paris", "paris"),
        (CAPITAL, "**PARIS!** It is known for its tower.", "paris"),
        ("What is the opposite of left?", "The opposite of left is right.", "right"),
        ("Is it hot or cold?", "It is cold.", "cold"),
        ("What is the capital of the United States?", "It is Washington, D.C.", "washington d.c"),
        (CAPITAL, "🎉", "🎉"),
        ("Is the sun a star?", "Yes, it is.", "yes"),
        ("Is the sun a star?", 'The answer is "No".', "no"),
        ("Is the sun a star?", "True", "yes"),
        ("Is the sun a star?", "The sun is indeed hot.", None),
        ("Is the sun a star?", "Nobody knows", None),
        (CHOICE, "B", "B) cat"),
        (CHOICE, "a wolf", None),
        ("What is 2 + 3?", "I cannot say", None),
        (CAPITAL, "  \n ", None),
    ],
)
def test_what_an_answer_says(question: str, answer: str, form: str | None) -> None:
    assert normal_form(asked(question), answer) == form


def test_a_turned_letter_is_turned_back() -> None:
    assert normal_form(asked(CHOICE), "A", rotation=1) == "B) cat"


def test_json_is_compared_by_its_values() -> None:
    question = asked("Say it", json_schema={"type": "object"})
    assert normal_form(question, '{"b": 1, "a": [true]}') == normal_form(question, ' {"a":[true],\n"b":1}')
    assert normal_form(question, '{"a": 1') is None


def test_a_long_answer_is_itself() -> None:
    text = "Plants take in light and make sugar of it, which they later burn at night."
    form = normal_form(asked("How do plants live?"), text)
    assert form == text.lower().replace(",", "").rstrip(".")
    assert not is_short(form)
    assert is_short("paris")


@pytest.mark.parametrize("piece", ["12 ", "the answer is ", "= ", "a.", "A) ", "yes no ", "\n", "'"])
def test_long_answers_are_read_quickly(piece: str) -> None:
    answer = piece * (100_000 // len(piece))
    began_s = time.perf_counter()
    for question in (CAPITAL, CHOICE, "What is 2 + 3?", "Is the sun a star?"):
        normal_form(asked(question), answer)
        normal_form(asked(question), answer, cut=True)
    assert time.perf_counter() - began_s < 1.0


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("17*3 = 51\n\nThis is a multiplication of 17 by 3.", "51"),
        ("17*3 = 51\n\nThis is a multiplication of 17 by ...", "51"),
        ("17 times 3 is 51. You add 17 to itself 3 times.", "51"),
        ("51 is the product of 17 and 3.", "51"),
        ("51 = 17*3", "51"),
        ("51 is 17 multiplied by 3.", "51"),
        ("17 * 3 = 17 + 17 + 17 = 51", "51"),
        ("**51**\n17 + 17 + 17", "51"),
        ("17", "17"),
        ("Let me see.\nIt is 41. The answer is 51.", "51"),
    ],
)
def test_a_sum_is_answered_by_the_first_statement(answer: str, number: str) -> None:
    assert normal_form(asked("17*3"), answer) == number


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("3 + 2 = 5. Tom had 3 apples.", "5"),
        ("Tom has 3 apples. He buys 2. So he has 5.", "5"),
        ("3 + 1 = 4. 4 - 2 = 2", "2"),
        ("3 + 2 = 5. In 2 days he has 10.", "10"),
        ("He has 3 apples", "3"),
    ],
)
def test_a_word_problem_is_worked_out(answer: str, number: str) -> None:
    assert normal_form(asked("Tom has 3 apples and buys 2. How many has he?"), answer) == number


DECIMAL = "How much is 50% as a decimal? number only"
TOM = "Tom has 3 apples and buys 2. How many has he?"
FARMER = "A farmer has 12 cows and sells none of his 5 goats. How many cows are left?"
OPEN_DECIMAL = "What is 75% as a decimal?"
SPAIN = "What is the capital of Spain?"


@pytest.mark.parametrize(
    ("question", "answer", "form"),
    [
        (DECIMAL, "To convert 50% to a decimal, you multiply by 50.", None),
        (DECIMAL, "50% as a decimal.", None),
        (DECIMAL, "50", "50"),
        (DECIMAL, "50%", "50"),
        (DECIMAL, "The answer is 50.", "50"),
        (DECIMAL, "**50**", "50"),
        (DECIMAL, "0.5", "0.5"),
        (DECIMAL, "To convert 50% to a decimal, divide 50 by 100, which gives 0.5.", "0.5"),
        (TOM, "Tom has 3 apples and buys 2.", None),
        (TOM, "He has 3 apples", "3"),
        (TOM, "3 apples", "3"),
        ("What is 12 + 0?", "12 + 0 = 12", "12"),
        ("What is 12 + 0?", "12", "12"),
        ("What is 12 + 0?", "It is 12.", "12"),
        ("How old is she at 30?", "She is 30 years old.", "30"),
        ("How old is she at 30?", "30 years old", "30"),
        ("How many days has a year of 365 days?", "365 days", "365"),
        ("How many days has a year of 365 days?", "A year has 365 days.", "365"),
        ("How much is 5 dollars in dollars?", "$5.", "5"),
        ("How much is 5 dollars in dollars?", "5 dollars is equal to 5 dollars.", "5"),
        (OPEN_DECIMAL, "0.75", "0.75"),
        (FARMER, "There are still 12 cows.", "12"),
        (FARMER, "12 cows remain.", "12"),
        (FARMER, "He sells none. So 12.", "12"),
        (FARMER, "So, 12 cows.", "12"),
        (FARMER, "The number stays 12.", "12"),
        (FARMER, "Cows: 12", "12"),
        (FARMER, "He sells none of them. 12 cows!", "12"),
        (FARMER, "There would be 12 cows left.", "12"),
        (FARMER, "The farmer sells none of his 5 goats.", None),
        (FARMER, "From 12 cows and 5 goats.", None),
        (FARMER, "Subtract 5 from 12", None),
        (FARMER, "Let us think about 12 cows and 5 goats.", None),
    ],
)
def test_a_number_of_the_question_counts_where_it_is_called_the_answer(
    question: str, answer: str, form: str | None
) -> None:
    assert normal_form(asked(question), answer) == form


@pytest.mark.parametrize(
    ("question", "answer", "form"),
    [
        (DECIMAL, "To convert 50% to a decimal, you multiply", None),
        (DECIMAL, "50% as a decimal", None),
        (DECIMAL, "50% as a decimal is", None),
        (DECIMAL, "The answer is 50.", "50"),
        (DECIMAL, "The answer is 50", "50"),
        (DECIMAL, "0.5", "0.5"),
        (DECIMAL, "0.50", "0.5"),
        (DECIMAL, "0.", None),
        (DECIMAL, "50% as a decimal is 0.5", "0.5"),
        (DECIMAL, "50% is 0.5. To get that, divide 50 by", "0.5"),
        (DECIMAL, "To convert 50% to a decimal, divide by 100", None),
        (DECIMAL, "To convert 50% to a decimal, divide by 100 to get 0.5", "0.5"),
        (DECIMAL, "50% is 50 out", None),
        (DECIMAL, "Divide 50 by 100. The result: 0.5", "0.5"),
        (TOM, "Tom has 3 apples and buys 2", None),
        (TOM, "Tom has 3 apples and buys 2. He", None),
        (TOM, "He has 5 apples", "5"),
        (TOM, "5", "5"),
        (TOM, "3 + 2 = 5", "5"),
        (TOM, "Tom starts with 3 apples. Then he buys 2 more, so", None),
        (TOM, "Tom has 3 apples and buys 2, so he has 5 apples.", "5"),
        ("How many legs have 4 cats?", "4 cats have 16 legs", "16"),
        ("How many legs have 4 cats?", "Each of the 4 cats", None),
        ("How many legs have 4 cats?", "4 cats", None),
        ("What is 12 + 0?", "12 + 0 = 12.", "12"),
        ("What is 12 + 0?", "12 + 0 is", None),
        ("What is 12 + 0?", "The sum of 12 and 0", None),
        ("17*3", "17 * 3 = 51\nIt is", "51"),
        ("17*3", "To multiply 17 by 3, you can", None),
        ("17*3", "17 * 3 = 17 + 17", None),
        ("17*3", "51", "51"),
        ("17*3", "51 is 17 multiplied", None),
        (OPEN_DECIMAL, "To convert 75% to a decimal number, you need", None),
        (OPEN_DECIMAL, "Convert 75% decimal number", None),
        (OPEN_DECIMAL, "75% as a decimal", None),
        (OPEN_DECIMAL, "75% as a decimal is", None),
        (OPEN_DECIMAL, "75% as a decimal is 0.75", "0.75"),
        (OPEN_DECIMAL, "0.75", "0.75"),
        (SPAIN, "Madrid", "madrid"),
        (SPAIN, "The capital of Spain is Madrid", "madrid"),
        (SPAIN, "The capital of Spain is", None),
        (SPAIN, "Let me think about", None),
        (SPAIN, "It is Madrid. It lies", "madrid"),
        (SPAIN, "I would be happy to", None),
        (SPAIN, "The capital of", None),
        (SPAIN, "**Madrid**", "madrid"),
        ("Is the sun a star?", "Yes, the sun", "yes"),
        ("Write a very long story", "The", None),
        ("Tell me a joke", "Sure", None),
        ("Tell me a joke", "***", "***"),
    ],
)
def test_what_was_cut_off_before_a_result_says_nothing(question: str, answer: str, form: str | None) -> None:
    assert normal_form(asked(question), answer, cut=True) == form


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (SPAIN, "Sure! Madrid"),
        ("Why is the sky blue?", "Because of how light scatters in"),
        ("Write a poem about the sea.", "The sea is wide and"),
        ("Tell me a joke", "To be or not"),
    ],
)
def test_what_was_cut_off_behind_a_word_of_its_own_says_something(question: str, answer: str) -> None:
    assert normal_form(asked(question), answer, cut=True) is not None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        (CAPITAL, True),
        ("Capital of Spain?", True),
        ("Tell me a joke about Spain.", False),
        ("What is 2 + 3?", True),
        (CHOICE, True),
        ("Is the sun a star?", True),
        ("Can you write a poem about the sea?", False),
        ("Write a poem about the sea.", False),
        ("Hi", False),
        ("Why?", False),
        ("🙂", False),
        ("???", False),
        ("", False),
    ],
)
def test_which_words_are_a_question(text: str, asks: bool) -> None:
    assert asked(text).asks is asks
