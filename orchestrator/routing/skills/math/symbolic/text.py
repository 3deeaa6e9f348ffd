"""Sympy's expressions and numbers as the text of an answer."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from orchestrator.routing.skills.math.outcomes import Result, engine
from orchestrator.routing.skills.math.show import approx_text, decimal_text, fraction_text


class _Printer(StrPrinter):  # type: ignore[misc]
    """Plain notation as people write it: `^`, `ln`, `e`, `infinity`."""

    def _print_Exp1(self, expr: Any) -> str:
        return "e"

    def _print_ImaginaryUnit(self, expr: Any) -> str:
        return "i"

    def _print_exp(self, expr: Any) -> str:
        inner = self._print(expr.args[0])
        return f"e^{inner}" if re.fullmatch(r"\w", inner) else f"e^({inner})"

    def _print_log(self, expr: Any) -> str:
        return f"ln({self._print(expr.args[0])})"

    def _print_Abs(self, expr: Any) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_Infinity(self, expr: Any) -> str:
        return "infinity"

    def _print_NegativeInfinity(self, expr: Any) -> str:
        return "-infinity"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        if expr.exp.is_Rational and expr.exp < 0 and expr.is_commutative and not rational:
            # As in a product: `1/cos(x)^2`, like `2/cos(x)^2`.
            return f"1/{self.parenthesize(1 / expr, PRECEDENCE['Mul'], strict=True)}"
        return str(super()._print_Pow(expr, rational=rational)).replace("**", "^")


def shown(expression: Any) -> str:
    return str(_Printer({"order": None}).doprint(expression))


def as_fraction(expression: Any) -> Fraction | None:
    """The value of a rational constant."""
    return Fraction(int(expression.p), int(expression.q)) if expression.is_Rational else None


def approx_of(expression: Any) -> float | None:
    """A real constant to seven digits and more."""
    if expression.free_symbols or expression.is_infinite:
        return None
    value = sp.N(expression, 30)
    if not value.is_number or not value.is_real:
        return None
    number = float(value)
    return number if abs(number) < 1e300 else None


def with_decimal(expression: Any) -> str:
    """`sqrt(2) ≈ 1.414214`, `1/3 ≈ 0.3333333`, `5/2 = 2.5`, `7`."""
    value = as_fraction(expression)
    if value is not None:
        ends = decimal_text(value)
        if value.denominator == 1:
            return fraction_text(value)
        if ends:
            return f"{fraction_text(value)} = {ends}"
    approx = approx_of(expression)
    return shown(expression) if approx is None else f"{shown(expression)} ≈ {approx_text(approx)}"


def result(
    statement: str, expression: str, exact: str, approx: float | None, checked: str, short: str = ""
) -> Result:
    return Result(statement, expression, exact, approx, engine("sympy"), checked, short)
