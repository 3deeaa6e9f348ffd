"""Equality of two greedy answers to one prompt, rounding aside."""

from __future__ import annotations

from typing import Any

from .client import Generation
from .tensors import LOG_PROBS

TIE_NATS = 0.6
"""Quantised kernels round differently in batches of other shapes: 0.09 nats were seen between two cold runs of the
engine with other chunk sizes, more at rare tokens. A wrong context is off by several nats."""

SCORED: dict[str, Any] = {"runtime_top_k": 1, "return_log_probs": True, "outputs": LOG_PROBS}
"""Fields of a greedy request whose answer can be compared here."""


def same_but_for_ties(one: Generation, other: Generation) -> bool:
    """True when the tokens agree up to a place where both choices are about equally likely.

    Up to there each token's log-probability must agree too, so a wrong context shows before a token differs.
    """
    scores = zip(one.log_probs(), other.log_probs(), strict=True)
    pairs = zip(one.tokens, other.tokens, scores, strict=True)
    for token, other_token, (score, other_score) in pairs:
        if abs(score - other_score) > TIE_NATS:
            return False
        if token != other_token:
            return True
    return True
