"""Fractions beside a scale, `1/2 million`, behind one, `a million and a half`, and as a share, `a third less than 60`.

Each text is computed as Python's fractions have it, or left to the model; never anything else.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.routing.skills.math import MathSkill
from orchestrator.routing.skills.math.computing import computed
from orchestrator.routing.skills.math.exact.operations import OPERATIONS
from orchestrator.routing.skills.math.reading import read
from tests.unit.routing.skills.math.asking import task

SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
DIGITS = {f"{top}/{bottom}": Fraction(top, bottom) for bottom in range(2, 11) for top in range(1, bottom)} | {
    "½": Fraction(1, 2),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "⅔": Fraction(2, 3),
    "⅛": Fraction(1, 8),
}
NAMED = {
    "half": Fraction(1, 2), "a half": Fraction(1, 2), "one half": Fraction(1, 2), "a third": Fraction(1, 3), "one third": Fraction(1, 3),
    "two thirds": Fraction(2, 3), "a quarter": Fraction(1, 4), "three quarters": Fraction(3, 4), "three-quarters": Fraction(3, 4),
    "a fifth": Fraction(1, 5), "two fifths": Fraction(2, 5), "a tenth": Fraction(1, 10), "one-tenth": Fraction(1, 10),
}  # fmt: skip
AFTER = {
    "* {}": lambda a, b: a * b, "times {}": lambda a, b: a * b, "+ {}": lambda a, b: a + b, "plus {}": lambda a, b: a + b,
    "- {}": lambda a, b: a - b, "minus {}": lambda a, b: a - b, "/ {}": lambda a, b: a / b, "divided by {}": lambda a, b: a / b,
}  # fmt: skip
ASKING = st.sampled_from(["", "what is ", "calculate ", "how much is ", "hi, what's "])


def value(text: str) -> Fraction | None:
    """What is answered, or None where the text is left to the model."""
    question = read(text)
    return None if question is None else Fraction(computed(question, OPERATIONS).exact.lstrip("$"))


@given(
    asking=ASKING,
    whole=st.sampled_from(["", "2 ", "15 "]),
    fraction=st.sampled_from(sorted(DIGITS)),
    scale=st.sampled_from(sorted(SCALES)),
    after=st.sampled_from(sorted(AFTER)),
    n=st.integers(1, 5000),
)
@settings(max_examples=500, deadline=None)
def test_a_fraction_in_digits_counts_its_scale(
    asking: str, whole: str, fraction: str, scale: str, after: str, n: int
) -> None:
    amount = (int(whole or 0) + DIGITS[fraction]) * SCALES[scale]
    found = value(f"{asking}{whole}{fraction} {scale} {after.format(n)}")
    assert found == AFTER[after](amount, Fraction(n))


@given(
    asking=ASKING,
    above=st.integers(1, 500),
    bar=st.sampled_from(["/", " / "]),
    below=st.integers(1, 500),
    scale=st.sampled_from(sorted(SCALES)),
    after=st.sampled_from(sorted(AFTER)),
)
@settings(max_examples=300, deadline=None)
def test_another_quotient_before_a_scale_is_left_to_the_model(
    asking: str, above: int, bar: str, below: int, scale: str, after: str
) -> None:
    if bar == " / " or above >= below:
        assert value(f"{asking}{above}{bar}{below} {scale} {after.format(7)}") is None


@given(
    asking=ASKING,
    before=st.sampled_from(["", "half of ", "3 plus ", "add 5 and ", "average of 4 and "]),
    whole=st.sampled_from(["a", "one", "two", "three hundred and", "five", "3"]),
    scale=st.sampled_from(sorted(SCALES)),
    joint=st.sampled_from([" and ", " "]),
    fraction=st.sampled_from(sorted(NAMED)),
    after=st.sampled_from(["", *sorted(AFTER)]),
)
@settings(max_examples=500, deadline=None)
def test_a_fraction_behind_a_scale_is_left_to_the_model(
    asking: str, before: str, whole: str, scale: str, joint: str, fraction: str, after: str
) -> None:
    assert value(f"{asking}{before}{whole} {scale}{joint}{fraction} {after.format(3)}".strip()) is None


@given(
    asking=ASKING,
    fraction=st.sampled_from(sorted(NAMED | DIGITS)),
    word=st.sampled_from(["less", "more"]),
    whole=st.integers(2, 2000),
)
@settings(max_examples=500, deadline=None)
def test_what_is_so_much_less_or_more_is_a_share_or_left(
    asking: str, fraction: str, word: str, whole: int
) -> None:
    part = (NAMED | DIGITS)[fraction]
    share = -part * whole if word == "less" else part * whole
    is_share = fraction in NAMED and "half" not in fraction and share.denominator == 1
    assert value(f"{asking}{fraction} {word} than {whole}") == (whole + share if is_share else None)


@given(
    asking=ASKING,
    text=st.sampled_from(
        ["take {f} from {n}", "take away {f} from {n}", "subtract {f} from {n}", "deduct {f} from {n}", "add {f} to {n}",
         "{n} minus {f}", "{n} - {f}", "{n} plus {f}", "{n} take away {f}", "the difference between {n} and {f}", "{n} + 1 minus {f}"]
    ),
    fraction=st.sampled_from(sorted(NAMED)),
    whole=st.integers(2, 2000).map(str) | st.sampled_from(["ten", "ninety", "two hundred"]),
)  # fmt: skip
@settings(max_examples=500, deadline=None)
def test_a_fraction_taken_from_a_whole_number_is_left_to_the_model(
    asking: str, text: str, fraction: str, whole: str
) -> None:
    assert value(f"{asking}{text.format(f=fraction, n=whole)}") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("what is 1/2 million times 2", "500000 * 2 = 1000000"),
        ("1/2 million / 1/4", "500000 / (1 / 4) = 2000000"),
        ("2½ million + 1", "2500000 + 1 = 2500001"),
        ("10% of 1/2 million", "10% of 500000 = 50000"),
        ("2.5 million / 5 million", "2500000 / 5000000 = 1/2 = 0.5"),
        ("three and a half thousand plus 1", "3500 + 1 = 3501"),
        ("one million over two thousand", "1000000 / 2000 = 500"),
        ("1 divided by 2 million", "1/2000000 = 0.0000005"),
        ("half of a million", "(1/2) of 1000000 = 500000"),
        ("two hundred thirds plus 1", "200/3 + 1 = 203/3 ≈ 67.66667"),
        ("one hundred twenty and three quarters plus 1", "483/4 + 1 = 487/4 = 121.75"),
        ("two hundred and five and a half plus 1", "411/2 + 1 = 413/2 = 206.5"),
        ("what is a third less than 60", "60 - (1/3) of 60 = 40"),
        ("a quarter more than 80", "80 + (1/4) of 80 = 100"),
        ("0.5 less than 3", "3 - 0.5 = 2.5"),
        ("5 less than 12", "12 - 5 = 7"),
        ("10 minus half of 4", "10 - (1/2) of 4 = 8"),
        ("1 minus a third", "1 - 1/3 = 2/3 ≈ 0.6666667"),
        ("5 and a half minus a quarter", "11/2 - 1/4 = 21/4 = 5.25"),
        ("two-thirds plus one-sixth", "2/3 + 1/6 = 5/6 ≈ 0.8333333"),
        ("5 minus point five", "5 - 1/2 = 9/2 = 4.5"),
        ("3 squared over 4 squared", "3^2 / 4^2 = 9/16 = 0.5625"),
        ("2 times 3 squared", "2 * 3^2 = 18"),
        ("half an hour less than 3 hours", "3 hours - 0.5 hours = 2.5 hours"),
        ("30 minutes more than 3 hours", "3 hours + 30 minutes = 3 hours 30 minutes"),
    ],
)  # fmt: skip
async def test_fractions_with_one_reading(text: str, says: str, math_skill: MathSkill) -> None:
    found = await math_skill.answer(task(text))
    assert found is not None
    assert found.text == f"{says} (computed exactly)"


@pytest.mark.parametrize(
    "text",
    ["3 over 4 squared", "3 divided by 4 squared", "nine over three squared", "9 / 3 cubed", "two over three squared plus 1",
     "3 over 4 to the power of 2", "one and three quarters squared", "two and three quarters of 80", "a dozen and a half times 2",
     "average of 5, two and three quarters", "two hundred and three quarters pounds in kg", "three million and a half",
     "2 and 1/2 million plus 1", "one hundred twenty thirds plus 1", "(1/2) less than 9", "100 minus a half times 2", "a third less than -60", "three over four million plus 1", "3 over 4 million plus 1", "add 5 and 3 billion and three quarters"],
)  # fmt: skip
def test_fractions_with_two_readings_are_left_to_the_model(text: str) -> None:
    assert read(text) is None
