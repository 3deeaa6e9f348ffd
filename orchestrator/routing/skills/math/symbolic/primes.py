"""Which numbers are prime: the n-th, the next, all of a range, how many."""

from __future__ import annotations

import math

import sympy as sp

from orchestrator.routing.skills.math.exact.evaluate import integer_of
from orchestrator.routing.skills.math.limits import MAX_LISTED
from orchestrator.routing.skills.math.outcomes import NotMath, Result, TooLarge, Unverified
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.symbolic.proofs import is_proven_prime, positive
from orchestrator.routing.skills.math.symbolic.text import result
from orchestrator.routing.skills.math.tree import Tree

_MAX_NTH_PRIME = 5_000_000
_MAX_COUNTED = 10**10


def nth_prime(tree: Tree) -> Result:
    n = positive(tree)
    if n > _MAX_NTH_PRIME:
        raise TooLarge(f"not computed: primes are counted up to the {_MAX_NTH_PRIME:,}th here")
    value = int(sp.prime(n))
    if not sp.isprime(value) or (n <= 50_000 and int(sp.primepi(value)) != n):
        raise Unverified("counted again, it is another one")
    expression = f"prime number {n}"
    return result(
        f"The {_ordinal(n)} prime is {value}", expression, str(value), float(value), "counted again"
    )


def next_prime(tree: Tree) -> Result:
    return _neighbour(tree, "next", int(sp.nextprime(integer_of(tree))))


def previous_prime(tree: Tree) -> Result:
    n = integer_of(tree)
    if n <= 2:
        raise NotMath("no prime below that")
    return _neighbour(tree, "previous", int(sp.prevprime(n)))


def _neighbour(tree: Tree, which: str, found: int) -> Result:
    n = integer_of(tree)
    between = range(min(n, found) + 1, max(n, found))
    if not is_proven_prime(found) or any(sp.isprime(value) for value in between):
        raise Unverified("there is a prime between")
    word = "after" if which == "next" else "before"
    statement = f"The {which} prime {word} {tree_text(tree)} is {found}"
    return result(
        statement,
        f"{which} prime {word} {tree_text(tree)}",
        str(found),
        float(found),
        "all between are composite",
    )


def _range(low: Tree, high: Tree, low_from: int, high_from: int) -> tuple[int, int]:
    first, last = integer_of(low) + low_from, integer_of(high) - high_from
    if last < first:
        raise NotMath("an empty range")
    return first, last


def list_primes(low: Tree, high: Tree, low_from: int, high_from: int) -> Result:
    first, last = _range(low, high, low_from, high_from)
    if last - first > 100_000 or last > 10**12:
        raise TooLarge(f"not listed: lists here are held to {MAX_LISTED} numbers")
    found = [int(p) for p in sp.primerange(max(first, 2), last + 1)]
    if len(found) > MAX_LISTED:
        raise TooLarge(
            f"not listed: there are {len(found):,} of them, and lists here are held to {MAX_LISTED}"
        )
    exact = ", ".join(map(str, found)) or "none"
    expression = f"primes from {first} to {last}"
    return result(f"The {expression}: {exact}", expression, exact, None, "by sieve")


def count_primes(low: Tree, high: Tree, low_from: int, high_from: int) -> Result:
    first, last = _range(low, high, low_from, high_from)
    if last > _MAX_COUNTED:
        raise TooLarge(f"not computed: primes are counted up to {_MAX_COUNTED:,} here")
    count = int(sp.primepi(last)) - int(sp.primepi(max(first - 1, 1)))
    expression = f"number of primes from {first} to {last}"
    return result(
        f"The {expression} is {count}", expression, str(count), float(count), "by Meissel and Lehmer's count"
    )


def first_primes(tree: Tree) -> Result:
    n = positive(tree)
    if n > MAX_LISTED:
        raise TooLarge(f"not listed: lists here are held to {MAX_LISTED} numbers")
    exact = ", ".join(str(sp.prime(k)) for k in range(1, n + 1))
    return result(f"The first {n} primes: {exact}", f"first {n} primes", exact, None, "by sieve")


def total_of_primes(tree: Tree, kind: str) -> Result:
    """`The sum of the first 5 primes = 28`, or their product."""
    n = positive(tree)
    if n > MAX_LISTED:
        raise TooLarge(f"not computed: the first primes are added and multiplied up to {MAX_LISTED} of them")
    found = [int(sp.prime(k)) for k in range(1, n + 1)]
    if found != [int(p) for p in sp.primerange(2, found[-1] + 1)]:
        raise Unverified("sieved, they are others")
    total = sum(found) if kind == "sum" else math.prod(found)
    expression = f"{kind} of the first {n} primes"
    return result(f"The {expression} = {total}", expression, str(total), float(total), "by sieve")


def _ordinal(n: int) -> str:
    suffix = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"
