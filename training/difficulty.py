"""Training of the measured difficulty: who will be right, small model or large, told from shape and meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from orchestrator.routing.difficulty import Calibration, DifficultyModel, Inputs, Judged, Linear, Trees

UNCALIBRATED = Calibration(1.0, 0.0)
SEED = 20261124


@dataclass(frozen=True)
class Options:
    """What inner folds choose among: the strength of the linear models."""

    linear_c: float = 1e-3


TREES, LEAVES = 40, 6


def fit(
    inputs: Inputs,
    weak: np.ndarray,
    strong: np.ndarray,
    judged: tuple[Judged, Judged],
    candidates: Sequence[Options],
) -> list[DifficultyModel]:
    """A model for each candidate, without calibration; `calibrated` adds it from questions that it has not seen.

    The trees are the same for all. `judged` is the judged estimate with meaning and without.
    """
    trees = (_trees(inputs.shapes, strong), _trees(inputs.shapes, weak))
    return [
        DifficultyModel(
            with_meaning=_linear(inputs.measured, strong, weak, options.linear_c),
            without_meaning=_linear(inputs.shapes, strong, weak, options.linear_c),
            trees=trees,
            judged_with=judged[0],
            judged_without=judged[1],
            calibration_with=UNCALIBRATED,
            calibration_without=UNCALIBRATED,
            quantiles=np.linspace(0, 1, 101),
        )
        for options in candidates
    ]


def calibrated(
    model: DifficultyModel, gains: np.ndarray, differ: np.ndarray, strong_won: np.ndarray
) -> DifficultyModel:
    """Platt scaling on gains of questions that one model alone got right; `strong_won` says whether the strong.

    `gains` has a column with meaning and one without. The quantiles are of all questions' difficulties with meaning.
    """
    with_meaning, without = (platt(gains[differ, column], strong_won[differ]) for column in (0, 1))
    return replace(
        model,
        calibration_with=with_meaning,
        calibration_without=without,
        quantiles=np.quantile(with_meaning(gains[:, 0]), np.linspace(0, 1, 101)),
    )


def platt(gain: np.ndarray, outcomes: np.ndarray) -> Calibration:
    model = LogisticRegression(C=1e6).fit(gain[:, None], outcomes)
    return Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]))


def _linear(inputs: np.ndarray, strong: np.ndarray, weak: np.ndarray, c: float) -> Linear:
    mean, scale = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    scale[scale < 1e-6] = 1.0
    standard = (inputs - mean) / scale
    models = [LogisticRegression(C=c, max_iter=300).fit(standard, side) for side in (strong, weak)]
    weights = np.stack([model.coef_[0] for model in models])
    return Linear(mean, scale, weights, np.array([model.intercept_[0] for model in models]))


def _trees(inputs: np.ndarray, right: np.ndarray) -> Trees:
    model = GradientBoostingClassifier(
        n_estimators=TREES,
        learning_rate=0.05,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=60,
        random_state=SEED,
    ).fit(inputs, right)
    rate = float(right.mean())
    prior = float(np.log(rate / (1 - rate)))
    return flatten([tree.tree_ for tree in model.estimators_[:, 0]], 0.05, prior)


def flatten(trees: list[object], rate: float, prior: float) -> Trees:
    """scikit-learn's trees as rectangular arrays; a leaf points to itself, so that one walk fits all."""
    nodes = max(tree.node_count for tree in trees)  # type: ignore[attr-defined]
    shape = (len(trees), nodes)
    feature, left, right = (np.zeros(shape, dtype=np.intp) for _ in range(3))
    threshold, value = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for row, tree in enumerate(trees):
        for node in range(tree.node_count):  # type: ignore[attr-defined]
            leaf = tree.children_left[node] < 0  # type: ignore[attr-defined]
            left[row, node] = node if leaf else tree.children_left[node]  # type: ignore[attr-defined]
            right[row, node] = node if leaf else tree.children_right[node]  # type: ignore[attr-defined]
            feature[row, node] = 0 if leaf else tree.feature[node]  # type: ignore[attr-defined]
            threshold[row, node] = tree.threshold[node]  # type: ignore[attr-defined]
            value[row, node] = rate * tree.value[node, 0, 0]  # type: ignore[attr-defined]
    depth = max(tree.max_depth for tree in trees)  # type: ignore[attr-defined]
    return Trees(feature, threshold, left, right, value, prior, max(depth, 1))
