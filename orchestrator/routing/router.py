"""From features to a decision: pure, in under a millisecond, the same answer for the same features.

Only `Features.text`, the user's own words of this turn, says what is wanted. What was said earlier counts by its length
alone, so nothing in a history can name a model or a skill.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Literal

from orchestrator.errors import ModelNotFound, RoutingWeightsUnusable
from orchestrator.routing.features import HEAD_CHARS, text_features, without_greeting
from orchestrator.routing.model_choice import ModelChoice, choose_model, other_models
from orchestrator.routing.policies.judgement import Judgement, Policy
from orchestrator.routing.policies.learned import LearnedPolicy
from orchestrator.routing.policies.rules import RulesPolicy
from orchestrator.routing.requested import CHOICES, ROLES, is_routed
from orchestrator.routing.weights import WEIGHTS_FILE, load_weights
from orchestrator.seams import Alternative, Decision, DegradationLevel, Features, ModelState, SkillName

log = logging.getLogger(__name__)

PolicyName = Literal["learned", "rules"]
Recogniser = Callable[[str], float]
REQUESTED = "requested"
DEFAULT_QUALITY = 0.5
_LIKELY = 0.05


class Router:
    """`recognisers` say of a text how surely it is their skill's, 0..1; from 0.9 on they settle it.

    `quality`, 0..1, is the share of prompts that get the better model, of the kind the learned policy was calibrated
    on. Where its weights cannot be used, the rules decide, and every decision says so.
    """

    def __init__(
        self,
        *,
        policy: PolicyName = "learned",
        quality: float = DEFAULT_QUALITY,
        recognisers: Mapping[SkillName, Recogniser] | None = None,
        weights_path: Path = WEIGHTS_FILE,
    ) -> None:
        self._recognisers = dict(recognisers or {})
        self._failed: set[SkillName] = set()
        self._policy, self._warnings = _policy(policy, quality, weights_path)

    @property
    def policy(self) -> str:
        """The policy that decides: `rules` also where the learned one could not be loaded."""
        return self._policy.name

    def decide(self, features: Features) -> Decision:
        """Raises ModelNotFound for an unknown name, ModelNotReady where no model is installed."""
        began = perf_counter()
        text = text_features(without_greeting(features.text), features.documents)
        judgement = self._policy.judge(features, text, self._recognised(features.text))
        if is_routed(features.requested):
            decision = self._routed(features, judgement)
        elif role := ROLES.get(features.requested):
            named = replace(judgement, role=role, role_evidence=f"{features.requested} asks for it")
            decision = replace(self._routed(features, named), policy=REQUESTED)
        else:
            decision = self._obeyed(features, judgement)
        return replace(decision, decided_ms=(perf_counter() - began) * 1e3)

    def _routed(self, features: Features, judgement: Judgement) -> Decision:
        choice = choose_model(features, judgement.role)
        return Decision(
            skill=features.skill or judgement.skill,
            model=choice.model.id,
            policy=REQUESTED if features.skill else self._policy.name,
            reason=_reason(features, judgement, choice),
            scores=judgement.scores,
            difficulty=judgement.difficulty,
            alternatives=_alternatives(features, judgement, choice),
            degradation=_worse(choice.degradation, judgement.degradation),
            warnings=(*self._warnings, *judgement.warnings, *choice.warnings),
        )

    def _obeyed(self, features: Features, judgement: Judgement) -> Decision:
        """A named model answers itself, as plain generation, whatever the words look like."""
        model = _named(features)
        looks = f", though it looks like {judgement.skill}" if judgement.skill != "general" else ""
        return Decision(
            skill="general",
            model=model.id,
            policy=REQUESTED,
            reason=f"The request names {model.id}, so it answers itself{looks}.",
            scores=judgement.scores,
            difficulty=judgement.difficulty,
            degradation="busy" if model.queued else "none",
            warnings=() if model.ready else (f"{model.id} is not ready",),
        )

    def _recognised(self, text: str) -> dict[SkillName, float]:
        """What the recognisers say; a text longer than any question is nobody's."""
        if len(text.strip()) > HEAD_CHARS:
            return dict.fromkeys(self._recognisers, 0.0)
        return {skill: self._ask(skill, recogniser, text) for skill, recogniser in self._recognisers.items()}

    def _ask(self, skill: SkillName, recogniser: Recogniser, text: str) -> float:
        try:
            return min(max(recogniser(text), 0.0), 1.0)
        except Exception:  # the edge of a skill's code, a third party's perhaps: routing goes on without it
            if skill not in self._failed:
                self._failed.add(skill)
                log.exception("the recogniser of skill %s failed", skill)
            return 0.0


def _policy(name: PolicyName, quality: float, weights_path: Path) -> tuple[Policy, tuple[str, ...]]:
    if name == "rules":
        return RulesPolicy(), ()
    try:
        return LearnedPolicy(load_weights(weights_path), quality), ()
    except RoutingWeightsUnusable as error:
        log.warning("routing falls back to rules: %s", error.message)
        return RulesPolicy(), (f"routing by rules, the learned policy is not usable: {error.message}",)


def _named(features: Features) -> ModelState:
    for model in features.models:
        if model.id == features.requested:
            return model
    served = ", ".join([*(model.id for model in features.models), *CHOICES])
    raise ModelNotFound(f"no such model; served here: {served}", param="model")


def _reason(features: Features, judgement: Judgement, choice: ModelChoice) -> str:
    skill = features.skill or judgement.skill
    score = judgement.scores.get(skill, 0.0)
    sure = "" if score in (0.0, 1.0) else f" ({score:.2f})"
    why = f"{skill.capitalize()}{sure}, because {judgement.evidence}"
    if features.skill:
        why = f"The request names the skill {skill}"
    return f"{why}; {_who(skill, choice.model.id)}, {choice.note} ({judgement.role_evidence})."


def _who(skill: SkillName, model: str) -> str:
    """Some skills answer by themselves: they are not the model's words then."""
    return f"{model} answers what it cannot compute" if skill == "math" else f"{model} answers"


def _alternatives(features: Features, judgement: Judgement, choice: ModelChoice) -> tuple[Alternative, ...]:
    taken = features.skill or judgement.skill
    why = "the request names another" if features.skill else "scored lower"
    skills = sorted(judgement.scores.items(), key=lambda item: -item[1])
    likely = [
        Alternative(skill, choice.model.id, score, why)
        for skill, score in skills
        if skill != taken and score >= _LIKELY
    ]
    return (*likely, *other_models(features, taken, choice.model, judgement.role))


def _worse(first: DegradationLevel, second: DegradationLevel) -> DegradationLevel:
    order: tuple[DegradationLevel, ...] = ("smaller_model", "busy", "no_embedding", "none")
    return min(first, second, key=order.index)
