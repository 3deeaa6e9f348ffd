"""The case of unit symbols, and what an answer says of its currency and its exactness."""

from __future__ import annotations

import pint
import pytest

from orchestrator.routing.skills.math import MathSkill
from orchestrator.routing.skills.math.forms.units import ALL_UNITS, canonical
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.reading import read
from orchestrator.routing.skills.math.symbolic.measures import registry
from tests.unit.routing.skills.math.asking import task


def _cases(name: str) -> set[str]:
    return {name, name.upper(), name.lower(), name.title(), name.swapcase(), name[:1].upper() + name[1:]}


@pytest.mark.parametrize("name", sorted(set(ALL_UNITS) - {"kmph"}))
def test_no_case_of_a_name_is_read_as_another_unit_of_its_kind(name: str) -> None:
    """What pint reads in just that case, where it measures the same, is the same size; `kmph` is to pint a thousand mph."""
    units = registry()
    for spelled in _cases(name):
        try:
            ours = units.Unit(canonical(spelled))
        except NotMath:
            continue
        try:
            theirs = units.Unit(spelled.replace(" ", "_"))
        except (pint.UndefinedUnitError, ValueError, TypeError, AttributeError):
            continue
        if ours.dimensionality == theirs.dimensionality and not ours.dimensionality.get("[temperature]"):
            ratio = float((1 * ours).to(theirs).magnitude)
            assert ratio == pytest.approx(1, rel=1e-5), (spelled, ours, theirs)


@pytest.mark.parametrize(
    "symbol",
    ["Mm", "MM", "Ml", "ML", "Ms", "MS", "MG", "Mg", "mw", "mhz", "mHz", "mpa", "mPa", "pa", "PA", "Nm", "NM", "Cal", "KN", "kn",
     "M", "G", "S", "H", "Mib", "mib", "Kib", "Gib", "MA", "n", "w", "Mm2", "M2"],
)  # fmt: skip
def test_a_symbol_in_another_case_is_left_alone(symbol: str) -> None:
    with pytest.raises(NotMath):
        canonical(symbol)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$5 + $3.50", "$5 + $3.50 = $8.50 (computed exactly)"),
        ("$19.99 times 3", "$19.99 * 3 = $59.97 (computed exactly)"),
        ("$100 + 5% of $50", "$100 + 5% of $50 = $102.50 (computed exactly)"),
        ("5 kg in pounds", "5 kilograms ≈ 11.02311 pounds (computed, to the digits shown)"),
        ("100 km/h in mph", "100 km/h ≈ 62.13712 mph (computed, to the digits shown)"),
        ("ln(10)", "ln(10) ≈ 2.302585 (computed, to the digits shown)"),
        ("what is 2/6", "2 / 6 = 1/3 ≈ 0.3333333 (computed exactly)"),
    ],
)
async def test_an_answer_says_its_currency_and_how_exact_it_is(
    text: str, said: str, math_skill: MathSkill
) -> None:
    found = await math_skill.answer(task(text))
    assert found is not None
    assert found.text == said


@pytest.mark.parametrize("text", ["$5 + €3", "$5 + 3", "$5 * $5", "$5 - $10", "$10-$20", "$10 / 3", "$5 $3"])
def test_what_is_no_sum_of_one_currency_is_left_alone(text: str) -> None:
    assert read(text) is None
