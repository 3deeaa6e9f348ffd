"""The default policy: a trained classifier tells the skill, a second one how likely the better model is needed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from orchestrator.routing.difficulty import Inputs
from orchestrator.routing.features import TextFeatures
from orchestrator.routing.policies.beside_code import beside_code
from orchestrator.routing.policies.beside_documents import beside_documents
from orchestrator.routing.policies.beside_sums import beside_sums
from orchestrator.routing.policies.judgement import LONG_CONVERSATION_TURNS, Judgement, certain_skill
from orchestrator.routing.requested import is_routed
from orchestrator.routing.skill_model import SKILLS
from orchestrator.routing.weights import Weights
from orchestrator.seams import DegradationLevel, Features, Role, SkillName

NO_EMBEDDING = "no embedding of the text was at hand: skill and difficulty are told from its words alone"


class LearnedPolicy:
    """`quality` is the share of prompts, of the kind it was calibrated on, that get the better model."""

    name = "learned"

    def __init__(self, weights: Weights, quality: float) -> None:
        self._weights = weights
        self._threshold = weights.difficulty.threshold(quality)

    def judge(
        self, features: Features, text: TextFeatures, recognised: Mapping[SkillName, float]
    ) -> Judgement:
        chances = self._chances(features, text)
        chances, instead = _corrected(chances, text, features.documents)
        scores = _scores(chances, recognised)
        skill = certain_skill(recognised) or max(scores, key=lambda name: scores[name])
        difficulty = self._difficulty(features, text)
        role, role_evidence = self._role(features, features.skill or skill, difficulty)
        degradation, warnings = _without_embedding(features, is_certain=certain_skill(recognised) is not None)
        return Judgement(
            skill=skill,
            scores=scores,
            evidence=self._evidence(features, text, skill, recognised, instead),
            role=role,
            role_evidence=role_evidence,
            difficulty=difficulty,
            degradation=degradation,
            warnings=warnings,
        )

    def _chances(self, features: Features, text: TextFeatures) -> dict[SkillName, float]:
        chances = self._weights.skill.probabilities(text, features.embedding)
        if not (text.signs.runnable or text.signs.is_command):
            # Whatever the words resemble: nothing is run that was not given along and asked to be run.
            chances = np.where(np.array(SKILLS) == "exec", 0.0, chances)
            chances = chances / chances.sum()
        return dict(zip(SKILLS, map(float, chances), strict=True))

    def _difficulty(self, features: Features, text: TextFeatures) -> float:
        embedding = None if features.embedding is None else features.embedding[None, :].astype(np.float64)
        inputs = Inputs(text.shape[None, :], text.wording[None, :], embedding)
        return float(self._weights.difficulty.difficulty(inputs)[0])

    def _role(self, features: Features, skill: SkillName, difficulty: float) -> tuple[Role, str]:
        if skill in ("code", "exec"):
            return "code", "code goes to the code model"
        if features.user_turns > LONG_CONVERSATION_TURNS:
            return "long_context", f"turn {features.user_turns} of a long conversation"
        if difficulty >= self._threshold:
            return "balanced", f"difficulty {difficulty:.2f} reaches the threshold {self._threshold:.2f}"
        threshold = "no threshold" if np.isinf(self._threshold) else f"the threshold {self._threshold:.2f}"
        return "fast", f"difficulty {difficulty:.2f} stays below {threshold}"

    def _evidence(
        self,
        features: Features,
        text: TextFeatures,
        skill: SkillName,
        recognised: Mapping[SkillName, float],
        instead: tuple[SkillName, str] | None,
    ) -> str:
        if skill == certain_skill(recognised):
            return f"its own recogniser reads the whole text as {skill}"
        if not features.text.strip():
            return "there are no words to judge by"
        if instead and instead[0] == skill:
            return instead[1]
        cue = self._weights.skill.strongest_cue(text, features.embedding, skill)
        meaning = "its words" if features.embedding is None else "its meaning"
        speaks = "speaks" if features.embedding is not None and not cue else "speak"
        return f"{meaning}{f' and {cue}' if cue else ''} {speaks} for it"


def _scores(
    chances: Mapping[SkillName, float],
    recognised: Mapping[SkillName, float],
) -> dict[SkillName, float]:
    scores = dict(chances)
    sure = {name: value for name, value in recognised.items() if value >= scores.get(name, 0.0)}
    certain = certain_skill(recognised)
    return scores | {name: value for name, value in sure.items() if name == certain}


def _corrected(
    chances: dict[SkillName, float], text: TextFeatures, documents: int
) -> tuple[dict[SkillName, float], tuple[SkillName, str] | None]:
    """The chances, and with its evidence the skill that takes over the best one's where a rule knows better than words."""
    best, corrected, instead = _best(chances), chances, None
    if best == "math" and (instead := beside_sums(text.signs.words)):
        corrected = _handed_over(chances, best, instead[0])
    best = _best(corrected)
    if beside := beside_code(best, corrected, text):
        corrected, instead = _handed_over(corrected, best, beside[0]), beside
    best = _best(corrected)
    if documents and (beside := beside_documents(best, text.signs)):
        corrected, instead = _handed_over(corrected, best, beside[0]), beside
    return corrected, instead


def _best(chances: Mapping[SkillName, float]) -> SkillName:
    return max(chances, key=lambda name: chances[name])


def _handed_over(
    chances: Mapping[SkillName, float], giver: SkillName, taker: SkillName
) -> dict[SkillName, float]:
    return {**chances, giver: 0.0, taker: chances[taker] + chances[giver]}


def _without_embedding(features: Features, *, is_certain: bool) -> tuple[DegradationLevel, tuple[str, ...]]:
    """A named model and a text that a recogniser settles need none, and an empty text has none; nothing is worse for it."""
    expected = is_routed(features.requested) and bool(features.text.strip()) and not is_certain
    if features.embedding is not None or not expected:
        return "none", ()
    return "no_embedding", (NO_EMBEDDING,)
