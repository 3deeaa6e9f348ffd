"""What one vote weighs: every weight is in 0..1, so that what the voices still to come can add is bounded.

- `majority`: 1. Self-consistency takes the most frequent answer (Wang et al. 2022, arXiv:2203.11171, section 2).
- `log_prob`: exp of the mean log-probability of the answer's tokens, the "normalized weighted sum" of the same paper
  (its equation 1 and table 1, which found it no better than the plain majority).
- `majority_log_prob`: the majority, and among equals the sum of `log_prob`: 1 + exp(mean) / 17, scaled to at most 1. With up
  to 16 voices the second term never outweighs one vote, so it stops as early as the majority does.
- `calibrated`: the probability that an answer with this mean log-probability is right, by a logistic curve fitted to
  graded answers (Platt 1999). Unlike `log_prob` it may be steep or flat, as the data say.

Which one is used was decided by measurement: docs/deliberation.md.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp

from orchestrator.routing.deliberation.calibration import Logistic

MAX_VOICES = 16
UNKNOWN_WEIGHT = 0.5
"""Of an answer whose engine gave no log-probabilities, where weights depend on them."""

Weight = Callable[[float | None], float]


def majority(mean_log_prob: float | None) -> float:
    return 1.0


def log_prob(mean_log_prob: float | None) -> float:
    return UNKNOWN_WEIGHT if mean_log_prob is None else min(1.0, exp(mean_log_prob))


def majority_log_prob(mean_log_prob: float | None) -> float:
    return (1 + log_prob(mean_log_prob) / (MAX_VOICES + 1)) / (1 + 1 / (MAX_VOICES + 1))


def calibrated(curve: Logistic) -> Weight:
    def weight(mean_log_prob: float | None) -> float:
        return UNKNOWN_WEIGHT if mean_log_prob is None else curve.at(mean_log_prob)

    return weight
