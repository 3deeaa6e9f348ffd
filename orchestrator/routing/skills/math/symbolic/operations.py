"""The operations of a worker process, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from orchestrator.routing.skills.math.outcomes import Result
from orchestrator.routing.skills.math.symbolic import (
    algebra,
    calculus,
    evaluate,
    inequality,
    integers,
    measures,
    primes,
    progression,
    series,
    solve,
)

OPERATIONS: Final[dict[str, Callable[..., Result]]] = {
    "add_quantities": measures.add_quantities,
    "antiderivative": calculus.antiderivative,
    "average_speed": measures.average_speed,
    "convert": measures.convert,
    "convert_mixed": measures.convert_mixed,
    "count_primes": primes.count_primes,
    "definite_integral": calculus.definite_integral,
    "derivative": calculus.derivative,
    "derivative_at": calculus.derivative_at,
    "digit_count": integers.digit_count,
    "digits_of_pi": evaluate.digits_of_pi,
    "distance": measures.distance,
    "divisor_count": integers.divisor_count,
    "divisor_sum": integers.divisor_sum,
    "divisors": integers.divisors,
    "duration": measures.duration,
    "evaluate": evaluate.evaluate,
    "expand": algebra.expand,
    "factor": algebra.factor,
    "fibonacci": integers.fibonacci,
    "first_primes": primes.first_primes,
    "is_composite": integers.is_composite,
    "is_perfect": integers.is_perfect,
    "is_prime": integers.is_prime,
    "largest_prime_factor": integers.largest_prime_factor,
    "limit": calculus.limit,
    "list_primes": primes.list_primes,
    "next_prime": primes.next_prime,
    "nth_prime": primes.nth_prime,
    "previous_prime": primes.previous_prime,
    "prime_factors": integers.prime_factors,
    "prime_or_composite": integers.prime_or_composite,
    "progression": progression.progression,
    "radians_of_pi": measures.radians_of_pi,
    "rectangle": measures.rectangle,
    "series": series.series,
    "simplify": algebra.simplify,
    "solve": solve.solve,
    "solve_between": inequality.solve_between,
    "solve_inequality": inequality.solve_inequality,
    "solve_system": solve.solve_system,
    "substituted": algebra.substituted,
    "to_places": evaluate.to_places,
    "total_of_primes": primes.total_of_primes,
    "totient": integers.totient,
}
