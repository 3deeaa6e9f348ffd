"""How much a question gains by the better model: linear and tree models on shape and meaning, in plain numpy.

Two models, a small and a large one, answered the training questions. The chance of each to be right is estimated, and
their difference is the large one's gain. The difficulty is the gain as a calibrated probability: that, where only one of
the two is right, it is the large one. Without an embedding the same is told from shape alone, less well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIDES = ("strong", "weak")
"""First the model whose chance is added, then the one whose chance is taken away."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Logistic regressions on one standardised input: `weights` has a row an output."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        """(rows, outputs) for (rows, inputs)."""
        logits: np.ndarray = ((inputs - self.mean) / self.scale) @ self.weights.T + self.bias
        return logits


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees of one output. Row a tree, column a node; node 0 is the root, a leaf points to itself."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    prior: float
    depth: int

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        """(rows,) for (rows, inputs)."""
        rows, trees = np.arange(len(inputs))[:, None], np.arange(len(self.feature))[None, :]
        inputs = inputs.astype(np.float32)
        node = np.zeros((len(inputs), len(self.feature)), dtype=np.intp)
        for _ in range(self.depth):
            goes_left = inputs[rows, self.feature[trees, node]] <= self.threshold[trees, node]
            node = np.where(goes_left, self.left[trees, node], self.right[trees, node])
        total: np.ndarray = self.prior + self.value[trees, node].sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling: the logit of the probability is `slope * gain + offset`."""

    slope: float
    offset: float

    def __call__(self, gain: np.ndarray) -> np.ndarray:
        return sigmoid(self.slope * gain + self.offset)


@dataclass(frozen=True, slots=True)
class DifficultyModel:
    """`quantiles` are 101 difficulties of the calibration questions in rising order, for operators' thresholds."""

    with_meaning: Linear
    without_meaning: Linear
    trees: tuple[Trees, Trees]
    calibration_with: Calibration
    calibration_without: Calibration
    quantiles: np.ndarray

    def gain(self, shapes: np.ndarray, embeddings: np.ndarray | None) -> np.ndarray:
        """What the better model adds, -2..2, (rows,): the sum of both kinds of model."""
        linear = self.without_meaning if embeddings is None else self.with_meaning
        inputs = shapes if embeddings is None else np.hstack([embeddings, shapes])
        chances = sigmoid(linear.logits(inputs))
        strong, weak = (sigmoid(trees.logits(shapes)) for trees in self.trees)
        total: np.ndarray = chances[:, 0] - chances[:, 1] + strong - weak
        return total

    def difficulty(self, shapes: np.ndarray, embeddings: np.ndarray | None) -> np.ndarray:
        calibration = self.calibration_without if embeddings is None else self.calibration_with
        return calibration(self.gain(shapes, embeddings))

    def threshold(self, quality: float) -> float:
        """The difficulty above which lies the share `quality` (0..1) of the calibration questions."""
        if quality <= 0 or quality >= 1:
            return float("inf") if quality <= 0 else 0.0
        return float(np.interp((1 - quality) * 100, np.arange(101), self.quantiles))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    result: np.ndarray = 1 / (1 + np.exp(-np.clip(logits, -60, 60)))
    return result
