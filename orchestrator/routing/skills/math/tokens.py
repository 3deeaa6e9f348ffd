"""Tokens of expressions, and the exact values of number literals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from orchestrator.routing.skills.math.limits import MAX_DIGITS, too_many_digits
from orchestrator.routing.skills.math.outcomes import NotMath

Kind = Literal["number", "symbol", "function", "list_function", "operator", "postfix"]


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the name or sign, `value` a number's. `spaced` says that white space stands before it.

    `portion` marks fractions in words, of which something can be taken: `two thirds of 90`. `spoken` marks what was
    written in words. `grouped` marks digits with thousands separators. `only_sign` marks `negative`, which takes nothing
    away from what stands before it, as `minus` may. `said` is a number in its words: `two and a half`.
    """

    kind: Kind
    text: str
    spaced: bool
    value: Fraction = Fraction(0)
    decimal: bool = False
    portion: bool = False
    spoken: bool = False
    grouped: bool = False
    only_sign: bool = False
    said: str = ""

    @property
    def is_share(self) -> bool:
        """Whether it is a fraction with a name, `half` or `two thirds`, which may be one of something."""
        return self.portion and self.value < 1 and "point" not in self.said

    @property
    def is_mixed(self) -> bool:
        """Whether it is `one and three quarters`."""
        return self.portion and " and " in self.said


def is_operand(token: Token) -> bool:
    return token.kind in ("number", "symbol", "postfix") or token.text in (")", "|", "%")


def decimal_value(text: str) -> Fraction:
    """A literal's exact value. Raises NotMath for leading zeros, TooLarge for an exponent out of reach."""
    mantissa, _, exponent = text.lower().partition("e")
    if re.match(r"0\d", mantissa):
        raise NotMath("a number with leading zeros")
    power = abs(int(exponent)) if len(exponent) < 19 and exponent else 0
    if len(exponent) >= 19 or power + len(mantissa) > MAX_DIGITS:
        raise too_many_digits(float(power) if power else float(10**18))
    return Fraction(text)


def mixed_value(text: str) -> Fraction:
    whole, part = text.split()
    top, bottom = (int(number) for number in part.split("/"))
    if not 0 < top < bottom or whole != str(int(whole)):
        raise NotMath("two numbers side by side")
    return int(whole) + Fraction(top, bottom)
