"""How large things may get, and the estimates that say so before anything is computed.

Every integer that appears while an expression is evaluated is held to MAX_DIGITS; an operation that would pass it
is refused from the size of its operands, in microseconds.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.outcomes import TooLarge

MAX_CHARS: Final = 600
MAX_TOKENS: Final = 250
MAX_DEPTH: Final = 40
MAX_DIGITS: Final = 4000
"""Below the 4,300 digits that Python converts to text without a setting of the whole process."""
MAX_TERMS: Final = 10_000
"""Terms of a sum that are added one by one; items of a list in an answer are bounded by MAX_LISTED."""
MAX_LISTED: Final = 200
MAX_ALGEBRA_POWER: Final = 60
"""Highest power of an unknown, and of a sum, in algebra."""

_MAX_MODULAR_WORK: Final = 10**9
_MAX_BITS: Final = int(MAX_DIGITS * math.log2(10))


def checked(value: Fraction) -> Fraction:
    """The value itself. Raises TooLarge if its numerator or denominator has more than MAX_DIGITS digits."""
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits > _MAX_BITS:
        raise too_many_digits(bits * math.log10(2))
    return value


def check_power(base: Fraction, exponent: int) -> None:
    """Raise TooLarge if base ** exponent would have more than MAX_DIGITS digits."""
    largest = max(abs(base.numerator), base.denominator)
    if largest <= 1 or exponent == 0:
        return
    per_factor = _log10(largest)
    refuse_product(abs(exponent), per_factor)


def refuse_product(count: int, digits_each: float) -> None:
    """Raise TooLarge if `count` factors of so many digits each make more than MAX_DIGITS digits."""
    if count > MAX_DIGITS * 1000 or count * digits_each > MAX_DIGITS:
        log_digits = _log10(count) + math.log10(max(digits_each, 1e-9))
        if log_digits > math.log10(MAX_DIGITS):
            raise too_many_digits(count * digits_each if log_digits < 300 else None, log_digits)


def check_modular_power(exponent: int, modulus: int) -> None:
    """Raise TooLarge if base ** exponent mod modulus would take more than a few milliseconds."""
    if exponent.bit_length() * modulus.bit_length() ** 2 > _MAX_MODULAR_WORK:
        raise TooLarge("not computed: the exponent and the modulus are too large together")


def check_factorial(n: int) -> None:
    """Raise TooLarge if n! would have more than MAX_DIGITS digits."""
    if n > 10**15:
        raise too_many_digits(None, _log10(n) + math.log10(_log10(n)))
    digits = math.lgamma(n + 1) / math.log(10)
    if digits > MAX_DIGITS:
        raise too_many_digits(digits)


def check_choose(n: int, k: int) -> None:
    """Raise TooLarge if the number of ways to choose k of n would have more than MAX_DIGITS digits."""
    k = min(k, n - k)
    if k <= 0:
        return
    at_least = _log10(n) - _log10(k)
    refuse_product(k, max(at_least, math.log10(2)))


def too_many_digits(digits: float | None, log_digits: float | None = None) -> TooLarge:
    """The refusal of a number with so many digits; give the logarithm where the count itself overflows."""
    if digits is None or digits >= 1e6:
        power = log_digits if log_digits is not None else math.log10(digits or 1)
        count = (
            f"10^{math.floor(power)}"
            if power > 300
            else f"{10.0**power:.1e}".replace("e+0", "e").replace("e+", "e")
        )
    else:
        count = f"{math.ceil(digits):,}"
    return TooLarge(
        f"not computed: a number in it has about {count} digits, and numbers here are held to {MAX_DIGITS:,}"
    )


def _log10(value: int) -> float:
    """Of any positive integer, however large."""
    return math.log10(value) if value > 0 else 0.0
