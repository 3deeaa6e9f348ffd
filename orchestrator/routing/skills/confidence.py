"""What token log-probabilities say of an answer."""

from __future__ import annotations

from math import exp

from orchestrator.seams import Generated


def token_confidence(generated: Generated) -> float | None:
    """The geometric mean of the probabilities its tokens had, or None where they were not asked for.

    It says how sure the model was of its words, not whether they are true.
    """
    if generated.mean_log_prob is None:
        return None
    return min(1.0, exp(generated.mean_log_prob))
