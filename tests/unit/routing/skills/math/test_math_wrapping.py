"""What stands around an expression never changes its value: no sign, point, currency or operator goes with the wrapping."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestrator.routing.skills.math import MathSkill
from orchestrator.routing.skills.math.outcomes import TooLarge
from orchestrator.routing.skills.math.question import Question
from orchestrator.routing.skills.math.reading import read
from orchestrator.routing.skills.math.show import decimal_text
from tests.graded.math_grading import problems
from tests.unit.routing.skills.math.asking import task
from tests.unit.routing.skills.math.test_math_exact import Sum as Bare
from tests.unit.routing.skills.math.test_math_exact import joined

BEFORE = [
    "", "hi ", "Hello, ", "hey! ", "good morning ", "hi there. ", "Hi: ", "hi - ",  "hey – ", "hi... ", "hi,", "hey:",
    "thanks! ", "thank you, ", "great. ", "Cool, thanks. ", "nice... ", "thanks, ", "My homework says ",
    "question ", "question: ", "Question:", "quick question - ", "one more problem, ", "math ", "Math:", "calc. ", "Q: ",  "calculator ", "ok ", "so, ", "um ", "please ", "Please compute ", "calculate:", "compute:\n", "what is ",
    "What's ", "how much is ", "hi, what is ", "hi - what is ", "could you tell me what is ", "the value of ", "=", "= ",
]  # fmt: skip
AFTER = [
    "",
    "?",
    " ?",
    ".",
    " please",
    ", thanks",
    " = ?",
    "=",
    " equals?",
    "...",
    " for me?",
    "!",
    " thanks!",
    "?!",
]
SIGNED = st.sampled_from(["", "-", "- ", "+", "-."])
DIGITS = st.integers(1, 999).map(str)


@st.composite
def leading(draw: st.DrawFn) -> Bare:
    """`5`, `-5`, `.5`, `-.25`, `- 5`."""
    sign, digits = draw(SIGNED), draw(DIGITS)
    point = draw(st.sampled_from(["", ".", "0."])) if sign != "-." else ""
    text = f"{sign}{point}{digits}"
    return Bare(text, Fraction(text.replace(" ", "")))


@st.composite
def sums(draw: st.DrawFn) -> Bare:
    first = draw(leading())
    rest = Bare(digits := draw(DIGITS | DIGITS.map(lambda text: f".{text}")), Fraction(digits))
    whole = joined(first, draw(st.sampled_from("+-*/")), rest)
    return Bare(whole.text.replace(" ", "") if draw(st.booleans()) else whole.text, whole.value)


@pytest.mark.parametrize("before", BEFORE)
@given(bare=sums(), after=st.sampled_from(AFTER))
@example(bare=Bare(".5 + .5", Fraction(1)), after="")
@example(bare=Bare("-5 + 3", Fraction(-2)), after="?")
@settings(max_examples=60, deadline=None)
async def test_the_value_is_that_of_the_bare_expression_or_there_is_none(
    before: str, bare: Bare, after: str
) -> None:
    found = await _SKILL.answer(task(f"{before}{bare.text}{after}"))
    if found is not None and found.confidence is not None:
        values = _written(bare.value)
        named = "factorial" in found.text and any(value in found.text for value in values if value)
        assert found.evidence["exact"] in values or named, found.text


@given(bare=sums(), before=st.sampled_from(["", "hi ", "Hello, ", "question: ", "ok "]), right=st.booleans())
@settings(max_examples=200, deadline=None)
async def test_a_claim_is_confirmed_or_denied_for_the_bare_expression(
    bare: Bare, before: str, right: bool
) -> None:
    assert bare.value is not None
    said = bare.value if right else bare.value + 1
    found = await _SKILL.answer(task(f"{before}{bare.text} = {said}, right?"))
    if found is not None and found.confidence is not None:
        assert found.evidence["exact"] == ("yes" if right else "no"), found.text


_SKILL = MathSkill()
"""It starts no process: these questions are answered with fractions."""


def _written(value: Fraction | None) -> set[str]:
    """The ways in which an answer writes the value: a fraction, and a decimal where that ends."""
    if value is None:
        return {"undefined"}
    return {str(value), decimal_text(value) or ""}


@pytest.mark.parametrize(
    "text",
    [
        "hi - 5 + 3", "question - 5 + 3", "ok - 5 + 3", "hi - 40 celsius in fahrenheit", "hi - $5 + $8", "compute:\n- 5 + 3",
        "hi - sqrt(16) + 1", "hi - five plus three", "hi ,5 + 3", ",5 + 3", "hi...5+3", "hi.5 + .5", "hi !5 + 3", "hi-5+3",
        "1 - 0.999...", "1 + 0.3\u0305", "$ 5 * $ 3", "5\\!+3", "-5 ft 11 in in cm", "$5 is what percent of €10",
        "if x = 3 - x + 2", "let x = 2 + 3x",
    ],
)  # fmt: skip
def test_what_may_be_a_sign_or_punctuation_is_left_to_the_model(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("before", BEFORE[1::3])
def test_a_wrapped_question_is_the_bare_one_or_none(before: str) -> None:
    """Every graded question, also with a sign or a point before its first digit."""
    for problem in problems():
        text = problem.prompt
        for bare in (text, *(f"{sign}{text}" for sign in ("-", ".", "-.", "- ") if text[:1].isdigit())):
            wrapped, alone = _read(f"{before}{bare}"), _read(bare)
            assert wrapped is None or alone is None or wrapped == alone, f"{before}{bare}"


def _read(text: str) -> Question | None:
    try:
        return read(text)
    except TooLarge:
        return None
