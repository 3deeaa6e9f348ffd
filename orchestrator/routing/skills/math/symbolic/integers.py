"""Factors, divisors, Fibonacci numbers and the length of large numbers."""

from __future__ import annotations

import math

import sympy as sp

from orchestrator.routing.skills.math.exact.evaluate import integer_of
from orchestrator.routing.skills.math.exact.integers import yes_or_no
from orchestrator.routing.skills.math.limits import MAX_LISTED, too_many_digits
from orchestrator.routing.skills.math.outcomes import NotMath, Result, TooLarge, Unverified
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.symbolic.proofs import factored, is_proven_prime, positive
from orchestrator.routing.skills.math.symbolic.text import result
from orchestrator.routing.skills.math.tree import Apply, Tree

_MAX_DIGITS_COUNTED = 300_000
_MAX_FIBONACCI = 19_000


def is_prime(tree: Tree) -> Result:
    n = integer_of(tree)
    name = tree_text(tree)
    if n < 2:
        return _prime_result(name, False, f"{name} is not prime: primes are 2 or more")
    if is_proven_prime(n):
        return _prime_result(name, True, f"{name} is prime")
    smallest = next((p for p in sp.primerange(min(10**5, math.isqrt(n) + 1)) if n % p == 0), None)
    why = f": {n} = {smallest} * {n // smallest}" if smallest and len(str(n)) < 40 else ""
    return _prime_result(name, False, f"{name} is not prime{why}")


def is_composite(tree: Tree) -> Result:
    """`15 is composite: 15 = 3 * 5`; 1 and 0 are neither prime nor composite."""
    n, name = integer_of(tree), tree_text(tree)
    if n < 2:
        sentence = f"{name} is not composite: composite numbers are 4 or more"
        return _prime_result(name, False, sentence, "composite")
    prime = is_prime(tree)
    if prime.exact == "yes":
        return _prime_result(name, False, f"{name} is prime, not composite", "composite")
    why = prime.statement.partition(": ")[2]
    return _prime_result(
        name, True, f"{name} is composite: {why}" if why else f"{name} is composite", "composite"
    )


def prime_or_composite(tree: Tree) -> Result:
    """`7 is prime`, where both were offered: that is no question of yes or no."""
    n, name = integer_of(tree), tree_text(tree)
    if n < 2:
        exact, statement = "neither", f"{name} is neither prime nor composite"
    else:
        found = is_composite(tree)
        exact = "composite" if found.exact == "yes" else "prime"
        statement = found.statement.partition(", ")[2].removesuffix(", not composite")
    return result(statement, f"{name} prime or composite", exact, None, "proved")


def _prime_result(name: str, holds: bool, sentence: str, what: str = "prime") -> Result:
    said = yes_or_no(f"{name} {what}", holds, sentence, sentence)
    return result(said.statement, said.expression, said.exact, None, "proved")


def prime_factors(tree: Tree) -> Result:
    n = positive(tree)
    if n == 1:
        raise NotMath("1 has no prime factors")
    factors = factored(n)
    text = " * ".join(f"{p}^{k}" if k > 1 else str(p) for p, k in factors.items())
    name = tree_text(tree)
    statement = f"{name} is prime" if factors == {n: 1} else f"{name} = {text}"
    return result(
        statement, f"prime factors of {name}", text, None, "multiplied together; each factor proved prime"
    )


def largest_prime_factor(tree: Tree) -> Result:
    n = positive(tree)
    if n == 1:
        raise NotMath("1 has no prime factors")
    largest = max(factored(n))
    expression = f"largest prime factor of {tree_text(tree)}"
    return result(
        f"The {expression} is {largest}", expression, str(largest), float(largest), "factors proved prime"
    )


def _divisors(n: int) -> list[int]:
    factors = factored(n)
    count = math.prod(k + 1 for k in factors.values())
    if count > MAX_LISTED:
        raise TooLarge(f"not listed: it has {count:,} divisors, and lists here are held to {MAX_LISTED}")
    found = [1]
    for p, k in factors.items():
        found = [d * p**power for d in found for power in range(k + 1)]
    return sorted(found)


def divisors(tree: Tree) -> Result:
    n = positive(tree)
    exact = ", ".join(map(str, _divisors(n)))
    name = tree_text(tree)
    return result(
        f"The divisors of {name} are {exact}", f"divisors of {name}", exact, None, "from proved prime factors"
    )


def divisor_count(tree: Tree) -> Result:
    factors = factored(positive(tree))
    count = math.prod(k + 1 for k in factors.values())
    name = tree_text(tree)
    return result(
        f"{name} has {count} divisors",
        f"number of divisors of {name}",
        str(count),
        float(count),
        "from proved prime factors",
    )


def divisor_sum(tree: Tree) -> Result:
    factors = factored(positive(tree))
    total = math.prod((p ** (k + 1) - 1) // (p - 1) for p, k in factors.items())
    expression = f"sum of the divisors of {tree_text(tree)}"
    return result(
        f"The {expression} is {total}", expression, str(total), float(total), "from proved prime factors"
    )


def is_perfect(tree: Tree) -> Result:
    n = positive(tree)
    total = math.prod((p ** (k + 1) - 1) // (p - 1) for p, k in factored(n).items()) - n
    sentence = f"the proper divisors of {n} sum to {total}"
    said = yes_or_no(f"{n} perfect", total == n, sentence, sentence)
    return result(said.statement, said.expression, said.exact, None, "from proved prime factors")


def totient(tree: Tree) -> Result:
    factors = factored(positive(tree))
    value = math.prod(p ** (k - 1) * (p - 1) for p, k in factors.items())
    expression = f"totient({tree_text(tree)})"
    return result(
        f"{expression} = {value}", expression, str(value), float(value), "from proved prime factors"
    )


def fibonacci(tree: Tree) -> Result:
    """F(1) = F(2) = 1; checked by Cassini's identity."""
    n = integer_of(tree)
    if n < 0:
        raise NotMath("a natural number is expected")
    if n > _MAX_FIBONACCI:
        raise too_many_digits(n * 0.20898764)
    before, value, after = (int(sp.fibonacci(k)) for k in (n - 1, n, n + 1))
    if before * after - value * value != (-1) ** n:
        raise Unverified("Cassini's identity fails")
    approx = float(value) if value < 10**300 else None
    return result(
        f"Fibonacci number {n} is {value} (with F(1) = F(2) = 1)",
        f"fibonacci({n})",
        str(value),
        approx,
        "Cassini's identity",
    )


def digit_count(tree: Tree) -> Result:
    """Digits of a power or factorial that is too long to be shown."""
    if not isinstance(tree, Apply) or tree.function not in ("^", "!"):
        raise NotMath("digits of what?")
    parts = [integer_of(argument) for argument in tree.arguments]
    if any(part < 1 for part in parts):
        raise NotMath("positive integers are expected")
    if max(parts) > 10**15:
        raise TooLarge(f"not computed: digits are counted up to {_MAX_DIGITS_COUNTED:,} of them")
    size = (
        parts[1] * math.log10(parts[0]) if tree.function == "^" else math.lgamma(parts[0] + 1) / math.log(10)
    )
    if size > _MAX_DIGITS_COUNTED:
        raise TooLarge(
            f"not computed: it has about {size:.3g} digits, and digits are counted up to {_MAX_DIGITS_COUNTED:,}"
        )
    value = parts[0] ** parts[1] if tree.function == "^" else math.factorial(parts[0])
    count = max(1, int(size) - 1)
    while 10**count <= value:
        count += 1
    return result(
        f"{tree_text(tree)} has {count} digits",
        f"digits of {tree_text(tree)}",
        str(count),
        float(count),
        "compared with powers of ten",
    )
