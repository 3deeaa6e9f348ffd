"""Training of the skill model: multinomial logistic regression, with meaning and without."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from orchestrator.routing.difficulty import Linear
from orchestrator.routing.features import text_features
from orchestrator.routing.skill_model import SKILLS, SkillModel
from orchestrator.routing.words import HASHED_WORDS
from training.difficulty import SEED
from training.prompts import LabelledPrompt

STRENGTHS = (0.03, 0.1, 0.3)
WORD_SCALE = 0.1


def inputs(prompts: Sequence[LabelledPrompt]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cues, hashed words and labels."""
    features = [text_features(prompt.text, prompt.documents) for prompt in prompts]
    labels = np.array([SKILLS.index(prompt.skill) for prompt in prompts])
    cues = np.stack([each.cues for each in features])
    return cues, np.stack([each.hashed_words for each in features]), labels


def fit_skills(
    cues: np.ndarray, words: np.ndarray, embedded: np.ndarray, labels: np.ndarray, sample_weight: np.ndarray
) -> tuple[SkillModel, dict[str, float]]:
    """The model and, by five folds of our own prompts (weight 1), its accuracy and log-loss with and without meaning."""
    report: dict[str, float] = {}
    linears = {}
    for name, table in (("with", np.hstack([words, embedded, cues])), ("without", np.hstack([words, cues]))):
        judged = {c: _judge(table, labels, sample_weight, c) for c in STRENGTHS}
        best = min(STRENGTHS, key=lambda c: judged[c][1])
        report |= {
            f"{name}_c": best,
            f"{name}_accuracy": judged[best][0],
            f"{name}_log_loss": judged[best][1],
        }
        linears[name] = _fit(table, labels, sample_weight, best)
    return SkillModel(linears["with"], linears["without"]), report


def _judge(table: np.ndarray, labels: np.ndarray, weight: np.ndarray, c: float) -> tuple[float, float]:
    own = np.flatnonzero(weight == 1)
    other = np.flatnonzero(weight != 1)
    chances = np.zeros((len(own), len(SKILLS)))
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED).split(own, labels[own])
    for train, test in folds:
        rows = np.concatenate([own[train], other])
        linear = _fit(table[rows], labels[rows], weight[rows], c)
        logits = linear.logits(table[own[test]])
        exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances[test] = exponents / exponents.sum(axis=1, keepdims=True)
    right = chances[np.arange(len(own)), labels[own]]
    return float((chances.argmax(axis=1) == labels[own]).mean()), float(-np.log(right).mean())


def _fit(table: np.ndarray, labels: np.ndarray, weight: np.ndarray, c: float) -> Linear:
    mean, scale = table.mean(axis=0), table.std(axis=0)
    # Each hashed word is rare: measured by its own spread it would outweigh everything.
    mean[:HASHED_WORDS], scale[:HASHED_WORDS] = 0.0, WORD_SCALE
    scale[scale < 1e-6] = 1.0
    model = LogisticRegression(C=c, max_iter=500, class_weight="balanced")
    model.fit((table - mean) / scale, labels, sample_weight=weight)
    return Linear(mean, scale, model.coef_, model.intercept_)
