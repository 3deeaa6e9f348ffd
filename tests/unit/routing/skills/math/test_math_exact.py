"""Exact arithmetic against Python's own fractions, and the size limits."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.routing.skills.math.exact.evaluate import evaluate, value_of
from orchestrator.routing.skills.math.exact.functions import Undefined
from orchestrator.routing.skills.math.limits import MAX_DIGITS
from orchestrator.routing.skills.math.outcomes import TooLarge
from orchestrator.routing.skills.math.parser import parse
from orchestrator.routing.skills.math.show import decimal_text, tree_text

OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}


@dataclass(frozen=True)
class Sum:
    """An expression as text with just the brackets it needs, and its value by Python's fractions."""

    text: str
    value: Fraction | None
    strength: int = 9


def leaf(value: int | Fraction) -> Sum:
    text = str(value) if isinstance(value, int) else decimal_text(value)
    assert text is not None
    return Sum(text, Fraction(value))


def joined(left: Sum, sign: str, right: Sum) -> Sum:
    a = left.text if left.strength >= STRENGTH[sign] else f"({left.text})"
    b = right.text if right.strength > STRENGTH[sign] else f"({right.text})"
    value = None
    if left.value is not None and right.value is not None and not (sign == "/" and right.value == 0):
        value = OPERATIONS[sign](left.value, right.value)
    return Sum(f"{a} {sign} {b}", value, STRENGTH[sign])


def negated(inner: Sum) -> Sum:
    return Sum(f"(-({inner.text}))", None if inner.value is None else -inner.value)


LEAVES = st.integers(0, 10**6).map(leaf) | st.integers(0, 10**6).map(lambda n: leaf(Fraction(n, 1000)))
SUMS = st.recursive(
    LEAVES,
    lambda inner: st.builds(joined, inner, st.sampled_from("+-*/"), inner) | inner.map(negated),
    max_leaves=25,
)


@given(SUMS)
@settings(max_examples=500, deadline=None)
def test_random_expressions_have_the_value_of_pythons_fractions(expression: Sum) -> None:
    tree = parse(expression.text)
    if expression.value is None:
        with pytest.raises(Undefined):
            value_of(tree)
    else:
        assert value_of(tree) == expression.value


@given(SUMS)
@settings(max_examples=300, deadline=None)
def test_what_is_shown_is_the_expression_that_was_read(expression: Sum) -> None:
    tree = parse(expression.text)
    again = parse(tree_text(tree))
    if expression.value is not None:
        assert value_of(again) == expression.value


@given(st.integers(-50, 50), st.integers(-30, 30))
@settings(max_examples=300, deadline=None)
def test_integer_powers(base: int, exponent: int) -> None:
    if base == 0 and exponent <= 0:
        return
    assert value_of(parse(f"({base})^({exponent})")) == Fraction(base) ** exponent


@given(st.integers(0, 10**12), st.integers(0, 10**9), st.integers(1, 10**9))
@settings(max_examples=200, deadline=None)
def test_modular_powers(base: int, exponent: int, modulus: int) -> None:
    if base == exponent == 0:
        return
    assert value_of(parse(f"{base}^{exponent} mod {modulus}")) == pow(base, exponent, modulus)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("9**9**9**9", "3.7e8"),
        ("10**10**10", "1.0e10"),
        ("(2^1000000)!", "301,030"),
        ("factorial(10**9)", "8.6e9"),
        ("2 * 1e999999999", "1.0e9"),
        ("100000 choose 50000", "15,0"),
        ("(10^3000) choose 3", "8,9"),
        ("((9^99)^99)^99", "e"),
        ("9^9^9 mod 10^9^9", "e"),
        ("1000000 nPr 999999", "e6"),
        ("10^3999 * 10^3999 * 10^3999", "digits"),
        ("(10^3999)^(10^3999)", "10^"),
        ("((((2^99)^99)^99)^99)!", "digits"),
    ],
)
def test_what_is_too_large_is_refused_at_once(text: str, digits: str) -> None:
    started = time.process_time()
    with pytest.raises(TooLarge) as refusal:
        value_of(parse(text))
    assert time.process_time() - started < 0.05
    assert "not computed" in refusal.value.reason
    if digits != "digits":
        assert digits[:2] in refusal.value.reason


@pytest.mark.parametrize("text", ["1000!", "2^13000", "1e3999 + 1", "13000 choose 6000", "3^8000 / 7^4000"])
def test_what_is_large_and_allowed_is_quick(text: str) -> None:
    started = time.process_time()
    result = evaluate(parse(text))
    assert time.process_time() - started < 0.25
    assert len(result.exact) <= 2 * MAX_DIGITS + 1


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("2+2", "2 + 2 = 4"),
        ("1/3", "1/3 ≈ 0.3333333"),
        ("10/4", "10 / 4 = 5/2 = 2.5"),
        ("0.1+0.2", "0.1 + 0.2 = 0.3"),
        ("1/0", "1 / 0 is undefined: division by zero"),
        ("0.1^400 * 10^400", "0.1^400 * 10^400 = 1"),
    ],
)
def test_answers_are_exact_first(text: str, statement: str) -> None:
    assert evaluate(parse(text)).statement == statement


def test_an_approximation_out_of_range_is_left_out() -> None:
    assert evaluate(parse("10^400")).approx is None
    assert evaluate(parse("10^-400")).approx is None
