"""What has the words of a sum and is none."""

from __future__ import annotations

import pytest

from orchestrator.routing.policies.beside_sums import beside_sums
from orchestrator.routing.words import Words


@pytest.mark.parametrize(
    "text",
    [
        "Write a factorial function",
        "write me a short recursive gcd function please",
        "Could you write a function to compute 5 factorial?",
        "Write a function for the area of a circle with radius 5",
        "Write a class that represents fractions",
        "Write a method for solving 2x+3=7",
        "I need a program which adds two numbers",
        "write a query for the sum of all orders",
        "Write a function in C that squares a number",
        "Schreibe eine Funktion, die die Fakultät berechnet",
    ],
)
def test_an_order_for_a_program_is_for_code(text: str) -> None:
    assert (beside_sums(Words.of(text)) or ("",))[0] == "code"


@pytest.mark.parametrize("text", ["What is a prime number?", "What's a factorial?", "Define a median"])
def test_a_question_for_a_meaning_is_for_knowledge(text: str) -> None:
    assert (beside_sums(Words.of(text)) or ("",))[0] == "knowledge"


@pytest.mark.parametrize(
    "text", ["5g vs 4g", "iphone 15 vs 16", "hdmi 2.0 vs 2.1", "GTX 1080 versus RTX 2060"]
)
def test_names_with_numbers_that_are_set_against_each_other_are_for_knowledge(text: str) -> None:
    assert (beside_sums(Words.of(text)) or ("",))[0] == "knowledge"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2^10 vs 10^2",
        "sin 30 vs cos 60",
        "5km vs 3 miles",
        "0.5kg vs 400g",
        "3x vs 5x",
        "vs 5g",
        "what is larger 2^10 vs e10",
        "write",
        "what is a",
        "write the function f(x) = x^2 in vertex form",
        "write 0.5 as a fraction",
        "Write the domain of the function sqrt(x-2)",
        "Write the inverse of the function f(x)=2x",
        "Write a quadratic function with roots 2 and 3",
        "Write a function rule for the table",
        "find the derivative of the function x^3",
        "Evaluate the function at 3",
        "What is a third of 12?",
        "What is a dozen plus two?",
        "What is the factorial of 6?",
        "What is a 7",
    ],
)
def test_what_may_be_a_sum_is_left_alone(text: str) -> None:
    assert beside_sums(Words.of(text)) is None
