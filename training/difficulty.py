"""Training of the difficulty model: who will be right, small model or large, told from shape and meaning."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from orchestrator.routing.difficulty import Calibration, DifficultyModel, Linear, Trees

UNCALIBRATED = Calibration(1.0, 0.0)
SEED = 20261124


@dataclass(frozen=True)
class Options:
    """What inner folds choose among: strength of the linear models, number of trees and leaves a tree."""

    linear_c: float = 1e-3
    trees: int = 40
    leaves: int = 6


def fit(
    shapes: np.ndarray, embedded: np.ndarray, weak: np.ndarray, strong: np.ndarray, options: Options
) -> DifficultyModel:
    """A model without calibration; `calibrated` adds it from questions it has not seen."""
    both = np.hstack([embedded, shapes])
    return DifficultyModel(
        with_meaning=_linear(both, strong, weak, options.linear_c),
        without_meaning=_linear(shapes, strong, weak, options.linear_c),
        trees=(_trees(shapes, strong, options), _trees(shapes, weak, options)),
        calibration_with=UNCALIBRATED,
        calibration_without=UNCALIBRATED,
        quantiles=np.linspace(0, 1, 101),
    )


def calibrated(
    model: DifficultyModel,
    gain_with: np.ndarray,
    gain_without: np.ndarray,
    differ: np.ndarray,
    strong_won: np.ndarray,
) -> DifficultyModel:
    """Platt scaling on gains of held-out questions that one model alone got right; `strong_won` says whether the strong.

    The quantiles are of all the gains.
    """
    calibration = platt(gain_with[differ], strong_won[differ])
    return replace(
        model,
        calibration_with=calibration,
        calibration_without=platt(gain_without[differ], strong_won[differ]),
        quantiles=np.quantile(calibration(gain_with), np.linspace(0, 1, 101)),
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


def _trees(inputs: np.ndarray, right: np.ndarray, options: Options) -> Trees:
    model = GradientBoostingClassifier(
        n_estimators=options.trees,
        learning_rate=0.05,
        max_leaf_nodes=options.leaves,
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
