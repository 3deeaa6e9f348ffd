"""What the `model` of a request may name: a model, a role, the router's choice, or a deliberation."""

from __future__ import annotations

from functools import lru_cache

from orchestrator.seams import Decision, Role

AUTO = "council/auto"
VOTE = "council/vote"
ROLES: dict[str, Role] = {
    "council/fast": "fast",
    "council/balanced": "balanced",
    "council/code": "code",
    "council/long-context": "long_context",
}
CHOICES: tuple[str, ...] = (AUTO, *ROLES, VOTE)
"""All names that are no model's, in the order in which they are listed."""


def is_routed(requested: str) -> bool:
    """The router chooses skill and model, or the base of a deliberation."""
    return requested in (AUTO, VOTE)


@lru_cache(maxsize=64)
def obeyed(model_id: str) -> Decision:
    """The decision about a request that names an installed model: nothing is looked at, and it costs nothing."""
    reason = f"The request names {model_id}, so it answers itself."
    return Decision("general", model_id, "requested", reason, scores={})
