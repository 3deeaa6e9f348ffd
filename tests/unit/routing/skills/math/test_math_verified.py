"""What cannot be verified is not answered: wrong results are planted, and the checks have to find them."""

from __future__ import annotations

import subprocess
import sys

import mpmath as mp
import pytest
import sympy as sp

from orchestrator.routing.skills.math.outcomes import NotMath, Unverified
from orchestrator.routing.skills.math.parser import parse
from orchestrator.routing.skills.math.symbolic import (
    algebra,
    calculus,
    evaluate,
    inequality,
    proofs,
    series,
    solve,
)
from orchestrator.routing.skills.math.symbolic.reals import NotReal, real_at


def test_a_wrong_derivative_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculus.sp, "diff", lambda expression, *_: expression)
    with pytest.raises(Unverified):
        calculus.derivative(parse("x^3"), "x", 1)


def test_a_wrong_antiderivative_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculus.sp, "integrate", lambda expression, *_: expression)
    with pytest.raises(Unverified):
        calculus.antiderivative(parse("x^2"), "x")


def test_a_wrong_definite_integral_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculus.sp, "integrate", lambda *_: sp.Rational(1, 2))
    with pytest.raises(Unverified):
        calculus.definite_integral(parse("x^2"), "x", parse("0"), parse("1"))


def test_a_wrong_limit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculus.sp, "limit", lambda *_: sp.Integer(2))
    with pytest.raises(Unverified):
        calculus.limit(parse("sin(x)/x"), "x", parse("0"), "")


def test_a_wrong_infinite_sum_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series.sp, "summation", lambda *_: sp.pi)
    with pytest.raises(Unverified):
        series.series("sum", parse("1/n^2"), "n", parse("1"), parse("infinity"))


def test_a_wrong_value_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate.sp, "simplify", lambda *_: sp.Integer(1))
    with pytest.raises(Unverified):
        evaluate.evaluate(parse("sqrt(2) + sqrt(3)"))


def test_wrong_factors_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algebra.sp, "factor", lambda *_: (sp.Symbol("x") - 1) ** 2)
    with pytest.raises(Unverified):
        algebra.factor(parse("x^2 - 9"))


def test_a_wrong_solution_of_an_inequality_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inequality.sp, "solve_univariate_inequality", lambda *_, **__: sp.Interval(0, 3))
    with pytest.raises(Unverified):
        inequality.solve_inequality(parse("x^2"), "<", parse("4"), "x")


@pytest.mark.parametrize("planted", [sp.EmptySet, sp.FiniteSet(4), sp.FiniteSet(5)])
def test_a_solution_that_sympy_misses_is_found(monkeypatch: pytest.MonkeyPatch, planted: sp.Set) -> None:
    monkeypatch.setattr(solve.sp, "solveset", lambda *_, **__: planted)
    with pytest.raises(Unverified):
        solve.solve(parse("|x - 3|"), parse("sqrt(x + 3)"), "x")


def test_a_wrong_slope_at_a_point_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculus, "_check_derivative", lambda *_: None)
    monkeypatch.setattr(calculus.sp, "diff", lambda expression, *_: expression)
    with pytest.raises(Unverified):
        calculus.derivative_at(parse("x^3"), "x", 1, parse("2"))


@pytest.mark.parametrize(
    ("text", "at"),
    [("sqrt(x)^2", -1), ("ln(x^2 - 4)", 1), ("x^(1/2)", -4), ("0^x", 0), ("tan(x)/x", 0), ("asin(x)", 2), ("root_4 of x", -1)],
)  # fmt: skip
def test_what_has_no_real_value_is_told(text: str, at: int) -> None:
    with pytest.raises(NotReal):
        real_at(parse(text), {"x": mp.mpf(at)})


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        ("cbrt(x)", -8, -2),
        ("root_3 of x", -8, -2),
        ("x^-3", -2, -0.125),
        ("(x - 1)^x", 0, 1),
        ("|x|^(1/2)", -4, 2),
    ],
)
def test_real_values(text: str, at: int, value: float) -> None:
    assert abs(real_at(parse(text), {"x": mp.mpf(at)}) - value) < 1e-12


def test_a_root_of_a_negative_number_by_its_power_has_two_readings() -> None:
    with pytest.raises(Unverified):
        real_at(parse("x^(1/3)"), {"x": mp.mpf(-8)})


def test_a_wrong_solution_of_a_system_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve.sp, "linsolve", lambda *_: sp.FiniteSet((sp.Integer(1), sp.Integer(2))))
    with pytest.raises(Unverified):
        solve.solve_system((parse("x + y"), parse("x - y")), (parse("10"), parse("2")), ("x", "y"))


def test_wrong_prime_factors_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs.sp, "factorint", lambda *_: {2: 1, 3: 1})
    with pytest.raises(Unverified):
        proofs.factored(12)


def test_a_large_probable_prime_has_to_be_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proofs.is_proven_prime(2**127 - 1)
    monkeypatch.setattr(proofs, "_has_full_order", lambda *_: False)
    with pytest.raises(Unverified):
        proofs.is_proven_prime(2**127 - 1)


@pytest.mark.parametrize(
    "text", ["tan(x) = tan(x)", "sin(x) = 0", "cos(x) = x", "1/(1 - 1/x) = x/(x - 1)", "(x + 1)^0 = 1"]
)
def test_equations_without_a_complete_set_of_solutions_are_left_alone(text: str) -> None:
    left, right = text.split("=")
    with pytest.raises(NotMath):
        solve.solve(parse(left), parse(right), "x")


def test_the_orchestrator_does_not_load_the_libraries() -> None:
    """sympy and pint belong to the worker processes: together they take 0.8 s and 80 MB."""
    code = (
        "import sys; from orchestrator.routing.skills.math import MathSkill, recognise; recognise('2+2');"
        "sys.exit(any(name in sys.modules for name in ('sympy', 'pint', 'mpmath')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_user_text_is_never_evaluated() -> None:
    """No module of the skill uses eval, exec, sympify, parse_expr or lambdify."""
    from pathlib import Path

    import orchestrator.routing.skills.math as package

    banned = ("eval(", "exec(", "sympify", "parse_expr", "lambdify", "parse_latex", "S(", "nsimplify")
    for path in Path(package.__file__).parent.rglob("*.py"):
        words = path.read_text().replace("evaluate(", "").replace("integer_of(", "")
        assert not [
            word for word in banned if f" {word}" in words or f"={word}" in words or f".{word}" in words
        ], path
