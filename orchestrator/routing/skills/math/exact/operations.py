"""The operations of the orchestrator's own process, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from orchestrator.routing.skills.math.exact import counting, evaluate, integers, lists, percent, writing
from orchestrator.routing.skills.math.outcomes import Result

OPERATIONS: Final[dict[str, Callable[..., Result]]] = {
    "are_coprime": integers.are_coprime,
    "arrangements": counting.arrangements,
    "as_decimal": writing.as_decimal,
    "as_fraction": writing.as_fraction,
    "as_mixed": writing.as_mixed,
    "as_percent": percent.as_percent,
    "claimed": evaluate.claimed,
    "compare": evaluate.compare,
    "deviations": lists.deviations,
    "difference": integers.difference,
    "digit_count": integers.digit_count,
    "digit_sum": integers.digit_sum,
    "digital_root": integers.digital_root,
    "divide_with_remainder": integers.divide_with_remainder,
    "evaluate": evaluate.evaluate,
    "from_base": writing.from_base,
    "from_roman": writing.from_roman,
    "in_order": integers.in_order,
    "inverse_modulo": integers.inverse_modulo,
    "is_cube": integers.is_cube,
    "is_divisible": integers.is_divisible,
    "is_fibonacci": integers.is_fibonacci,
    "is_square": integers.is_square,
    "larger": integers.larger,
    "mean": lists.mean,
    "median": lists.median,
    "money": percent.money,
    "mode": lists.mode,
    "parity": integers.parity,
    "percent_change": percent.percent_change,
    "percent_less": percent.percent_less,
    "percent_more": percent.percent_more,
    "percent_of": percent.percent_of,
    "population_deviation": lists.population_deviation,
    "population_variance": lists.population_variance,
    "range": lists.value_range,
    "reversed_digits": integers.reversed_digits,
    "sample_deviation": lists.sample_deviation,
    "sample_variance": lists.sample_variance,
    "share": percent.share,
    "simplify_ratio": lists.simplify_ratio,
    "split_in_ratio": lists.split_in_ratio,
    "sum_between": integers.sum_between,
    "to_base": writing.to_base,
    "to_figures": writing.to_figures,
    "to_nearest": writing.to_nearest,
    "to_places": writing.to_places,
    "to_roman": writing.to_roman,
    "variances": lists.variances,
    "whole": percent.whole,
}
