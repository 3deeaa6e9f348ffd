"""A `!` at the end of a text: a factorial, an exclamation mark, or an answer that names both."""

from __future__ import annotations

import pytest

from orchestrator.routing.skills.math import MathSkill
from orchestrator.routing.skills.math.reading import read
from tests.unit.routing.skills.math.asking import task

READ = "(the ! is read as an exclamation mark, not as a factorial)"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("20% off $80!", "20% off $80 = $64"),
        ("$5 + $3!!", "$5 + $3 = $8"),
        ("What is 15% of 200!", f"15% of 200 = 30 {READ}"),
        ("solve x + 2 = 5!", f"x + 2 = 5: x = 3 {READ}"),
        ("15 * 2000!", f"15 * 2000 = 30000 {READ}"),
        ("5 + 5!", "5 + 5! = 125 with the factorial; 5 + 5 = 10 where the ! only ends the sentence"),
        ("was ist 5 plus 3!", "5 + 3! = 11 with the factorial; 5 + 3 = 8 where the ! only ends the sentence"),
        ("square root of 16!", "sqrt(16!) = 120960*sqrt(1430) ≈ 4574144 with the factorial; sqrt(16) = 4 where the ! only ends the sentence"),
        ("2 + 2 = 4!", "False: 2 + 2 = 4, but 4! = 24 with the factorial; True: 2 + 2 = 4 where the ! only ends the sentence"),
        ("3 + 2!", "3 + 2! = 5"),
        ("5!", "5! = 120"),
        ("what is (3+2)!", "(3 + 2)! = 120"),
        ("hi -5!", "-5! = -120"),
        ("3! + 4!", "3! + 4! = 30"),
        ("10!/8!", "10! / 8! = 90"),
        ("what is 2+2, thanks!", "2 + 2 = 4"),
    ],
)  # fmt: skip
async def test_a_mark_at_the_end(text: str, says: str, math_skill: MathSkill) -> None:
    found = await math_skill.answer(task(text))
    assert found is not None
    assert found.text == f"{says} (computed exactly)"


@pytest.mark.parametrize(
    "text", ["5!!", "5 + 5!!", "2 + 2 = 4!, right?", "is 5! = 120!", "24/7!", "we won 3-2!"]
)
def test_what_names_no_reading_is_left_to_the_model(text: str) -> None:
    assert read(text) is None
