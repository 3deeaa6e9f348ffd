"""Which installed model answers: one with the role that can hold the conversation, is ready, and is idle.

Nothing is loaded or measured here; the states are those of the moment. A role nobody has falls to the next best one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from orchestrator.errors import ModelNotReady
from orchestrator.seams import Alternative, DegradationLevel, Features, ModelState, Role, SkillName

FALLBACKS: dict[Role, tuple[Role, ...]] = {
    "fast": ("fast", "balanced", "long_context", "code"),
    "balanced": ("balanced", "long_context", "code", "fast"),
    "code": ("code", "balanced", "long_context", "fast"),
    "long_context": ("long_context", "balanced", "code", "fast"),
}
ANSWER_TOKENS = 256
_CHARS_PER_ASCII_TOKEN = 3.5
_SAMPLE_CHARS = 2000


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """`note` says in words how the model came to be taken, for the end of a sentence."""

    model: ModelState
    note: str
    degradation: DegradationLevel
    warnings: tuple[str, ...]


def choose_model(features: Features, role: Role) -> ModelChoice:
    """Raises ModelNotReady where no model is installed at all."""
    if not features.models:
        raise ModelNotReady("no model is installed: run `council models pull` and restart", param="model")
    holding, warnings = _holding(features)
    wanted = _for_role(holding, role)
    if features.budget_left_usd is not None and features.budget_left_usd <= 0:
        cheapest = min(_ready(holding), key=_cost)
        level: DegradationLevel = "none" if _cost(cheapest) >= _cost(wanted) else "smaller_model"
        return ModelChoice(cheapest, "the cheapest, because the budget is used up", level, warnings)
    if not wanted.ready:
        warnings = (*warnings, "no model is ready yet")
    return ModelChoice(wanted, _note(features, wanted, role), _level(features, wanted, role), warnings)


def needed_tokens(features: Features) -> int:
    """An estimate on the high side: characters outside ASCII count as a token each."""
    sample = features.text[:_SAMPLE_CHARS]
    foreign = 0.0 if sample.isascii() else sum(not char.isascii() for char in sample) / len(sample)
    per_char = foreign + (1 - foreign) / _CHARS_PER_ASCII_TOKEN
    return ceil((features.history_chars + len(features.text)) * per_char) + ANSWER_TOKENS


def other_models(
    features: Features, skill: SkillName, chosen: ModelState, role: Role
) -> tuple[Alternative, ...]:
    """Every other installed model with why it was not taken. Its score is the share of its roles' rank, 0..1."""
    needed = needed_tokens(features)
    others = [model for model in features.models if model.id != chosen.id]
    ranked = sorted(others, key=lambda model: _rank(model, role))
    return tuple(
        Alternative(
            skill, model.id, 1 - _rank(model, role) / len(FALLBACKS[role]), _why_not(model, role, needed)
        )
        for model in ranked
    )


def _holding(features: Features) -> tuple[Sequence[ModelState], tuple[str, ...]]:
    needed = needed_tokens(features)
    holding = [model for model in features.models if model.context_tokens >= needed]
    if holding:
        return holding, ()
    longest = max(model.context_tokens for model in features.models)
    warning = (
        f"the conversation, about {needed} tokens with its answer, may not fit any model (longest: {longest})"
    )
    return [model for model in features.models if model.context_tokens == longest], (warning,)


def _for_role(models: Sequence[ModelState], role: Role) -> ModelState:
    """The best ready one along the fallbacks; among equals the idle one, then the larger (for `fast` the smaller)."""
    sign = 1 if role == "fast" else -1
    return min(
        _ready(models),
        key=lambda model: (_rank(model, role), model.queued, model.active, sign * (model.parameters or 0)),
    )


def _ready(models: Sequence[ModelState]) -> Sequence[ModelState]:
    return [model for model in models if model.ready] or models


def _rank(model: ModelState, role: Role) -> int:
    order = FALLBACKS[role]
    return min((order.index(each) for each in model.roles), default=len(order))


def _cost(model: ModelState) -> tuple[float, int]:
    return model.usd_per_1k_tokens, model.parameters or 0


def _note(features: Features, model: ModelState, role: Role) -> str:
    name = role.replace("_", "-")
    if role in model.roles:
        return f"the {name} model" if _is_only(features, model, role) else f"the idlest {name} model"
    if any(role in each.roles for each in features.models):
        return f"because the {name} model is not ready or too short for this"
    return f"because no {name} model is installed"


def _is_only(features: Features, model: ModelState, role: Role) -> bool:
    return sum(role in each.roles for each in features.models) == 1


def _level(features: Features, model: ModelState, role: Role) -> DegradationLevel:
    if role not in model.roles and any(role in each.roles for each in features.models):
        return "smaller_model"
    return "busy" if model.queued > 0 else "none"


def _why_not(model: ModelState, role: Role, needed: int) -> str:
    if model.context_tokens < needed:
        return f"holds {model.context_tokens} tokens, about {needed} are needed"
    if not model.ready:
        return "is not ready"
    if role not in model.roles:
        return f"is no {role.replace('_', '-')} model"
    return "is busier" if model.queued or model.active else "would do as well"
