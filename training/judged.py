"""Training of the judged difficulty: the level that a person gave our own prompts, and how like a test question one is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import StratifiedKFold

from orchestrator.routing.difficulty import LEVELS, Inputs, Judged, Linear
from orchestrator.routing.words import HASHED_WORDS
from training.difficulty import SEED
from training.skills import WORD_SCALE

RIDGE, LIKENESS_C = 1000.0, 1e-3
FOLDS = 5
LEVEL_COUNTS = np.array([1, 1, 2, 2])
"""Medium and hard prompts count twice on the judged scale. So the middle, the default threshold, lies within the medium ones:
of held-out training prompts 0.07 of the easy, 0.49 of the medium and 0.99 of the hard are above it."""


@dataclass(frozen=True)
class JudgedPrompts:
    """Our own prompts, none of which is a test question. `levels` is -1 where nobody judged."""

    inputs: Inputs
    levels: np.ndarray


def fit_judged(own: JudgedPrompts, tests: Inputs) -> tuple[Judged, Judged]:
    """With meaning and without, from our prompts and the test questions to train on."""
    bare = JudgedPrompts(own.inputs.without_meaning(), own.levels)
    return _fit(own, tests), _fit(bare, tests.without_meaning())


def held_out_levels(own: JudgedPrompts) -> tuple[np.ndarray, np.ndarray]:
    """Judged levels and, by five folds, the levels told."""
    known = np.flatnonzero(own.levels >= 0)
    table, levels = own.inputs.rows(known).judged, own.levels[known]
    told = np.zeros(len(known))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(table, levels):
        mean, scale = _standard(table[train])
        weights, bias = _level((table[train] - mean) / scale, levels[train])
        told[test] = (table[test] - mean) / scale @ weights + bias
    return levels, told


def _fit(own: JudgedPrompts, tests: Inputs) -> Judged:
    mine, theirs = own.inputs.judged, tests.judged
    table = np.vstack([mine, theirs])
    mean, scale = _standard(mine)
    standard, known = (table - mean) / scale, own.levels >= 0
    is_test = np.arange(len(table)) >= len(mine)
    level, level_bias = _level(standard[: len(mine)][known], own.levels[known])
    likeness = LogisticRegression(C=LIKENESS_C, max_iter=300, class_weight="balanced").fit(standard, is_test)
    weights = np.stack([level, likeness.coef_[0]])
    linear = Linear(mean, scale, weights, np.array([level_bias, likeness.intercept_[0]]))
    return Judged(linear, _quantiles(*held_out_levels(own)))


def _level(standard: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, float]:
    """Ridge regression to which each level counts alike."""
    model = Ridge(alpha=RIDGE).fit(standard, levels, sample_weight=_alike(levels) * len(levels))
    return model.coef_, float(model.intercept_)


def _standard(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean, scale = table.mean(axis=0), table.std(axis=0)
    mean[:HASHED_WORDS], scale[:HASHED_WORDS] = 0.0, WORD_SCALE
    scale[scale < 1e-6] = 1.0
    return mean, scale


def _alike(levels: np.ndarray) -> np.ndarray:
    """Weights that sum to 1, the same sum for each level."""
    counts = np.bincount(levels, minlength=len(LEVELS))
    weights: np.ndarray = 1 / (counts[levels] * np.count_nonzero(counts))
    return weights


def _quantiles(levels: np.ndarray, told: np.ndarray) -> np.ndarray:
    order = np.argsort(told, kind="stable")
    below = np.cumsum((_alike(levels) * LEVEL_COUNTS[levels])[order])
    below /= below[-1]
    return np.interp(np.linspace(0, 1, 101), below, told[order])
