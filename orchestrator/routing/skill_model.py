"""Which skill a prompt calls for: multinomial logistic regressions on words and cues, with meaning or without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestrator.routing.cues import CUE_NAMES
from orchestrator.routing.difficulty import Linear
from orchestrator.routing.features import TextFeatures

SKILLS = ("math", "code", "knowledge", "logic", "general", "exec")


@dataclass(frozen=True, slots=True)
class SkillModel:
    with_meaning: Linear
    without_meaning: Linear

    def probabilities(self, features: TextFeatures, embedding: np.ndarray | None) -> np.ndarray:
        """(6,) in the order of SKILLS, summing to 1."""
        linear, inputs = self._inputs(features, embedding)
        logits = linear.logits(inputs[None, :])[0]
        exponents = np.exp(logits - logits.max())
        result: np.ndarray = exponents / exponents.sum()
        return result

    def strongest_cue(self, features: TextFeatures, embedding: np.ndarray | None, skill: str) -> str | None:
        """The cue that speaks most for the skill against the mean of the others, or None where none does."""
        linear = self.without_meaning if embedding is None else self.with_meaning
        last, row = slice(-len(CUE_NAMES), None), SKILLS.index(skill)
        weights = linear.weights[:, last]
        against = (weights.sum(axis=0) - weights[row]) / (len(SKILLS) - 1)
        standard = (features.cues - linear.mean[last]) / linear.scale[last]
        shares = standard * (weights[row] - against)
        shares = np.where(features.cues > 0, shares, -np.inf)
        best = int(np.argmax(shares))
        return _in_words(CUE_NAMES[best]) if shares[best] > 0 else None

    def _inputs(self, features: TextFeatures, embedding: np.ndarray | None) -> tuple[Linear, np.ndarray]:
        """Cues stand last in both."""
        words = features.hashed_words
        if embedding is None:
            return self.without_meaning, np.concatenate([words, features.cues])
        return self.with_meaning, np.concatenate([words, embedding, features.cues])


def _in_words(cue: str) -> str:
    """A cue as a reason tells it. The weights know it by a name that is not true of a long text of few words."""
    return "how few words it has" if cue == "its brevity" else cue
