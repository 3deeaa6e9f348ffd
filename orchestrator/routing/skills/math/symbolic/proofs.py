"""Primes that are proved, and factorings whose factors are."""

from __future__ import annotations

import math

import sympy as sp

from orchestrator.routing.skills.math.exact.evaluate import integer_of
from orchestrator.routing.skills.math.outcomes import NotMath, Unverified
from orchestrator.routing.skills.math.tree import Tree

_PROVEN_BELOW = 2**64
"""Below this sympy's primality test is deterministic."""


def positive(tree: Tree) -> int:
    """The value of a tree, which has to be a positive integer. Raises NotMath."""
    value = integer_of(tree)
    if value < 1:
        raise NotMath("a positive integer is expected")
    return value


def is_proven_prime(n: int) -> bool:
    """Whether n is prime. Raises Unverified for a large probable prime that is not proved."""
    if not sp.isprime(n):
        return False
    if n < _PROVEN_BELOW:
        return True
    factors = sp.factorint(n - 1, limit=10**5)
    if all(is_proven_prime(q) for q in factors) and _has_full_order(n, list(factors)):
        return True
    raise Unverified("a probable prime")


def _has_full_order(n: int, factors: list[int]) -> bool:
    """Whether some a has order n - 1 modulo n, which only a prime n allows (Lucas)."""
    return any(
        pow(a, n - 1, n) == 1 and all(pow(a, (n - 1) // q, n) != 1 for q in factors)
        for a in sp.primerange(200)
    )


def factored(n: int) -> dict[int, int]:
    """The prime factors with their exponents, multiplied together again and each proved prime."""
    factors: dict[int, int] = {int(p): int(k) for p, k in sp.factorint(n).items()}
    if math.prod(p**k for p, k in factors.items()) != n or not all(is_proven_prime(p) for p in factors):
        raise Unverified("the factors are not proved")
    return factors
