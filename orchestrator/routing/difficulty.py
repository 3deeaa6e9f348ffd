"""How much a prompt gains by the better model: linear and tree models on shape, words and meaning, in plain numpy.

Two estimates, each for prompts of the kind it learned from:

- **Measured.** Two models, a small and a large one, answered test questions. The chance of each to be right is estimated,
  and their difference is the large one's gain. As a calibrated probability it says that, where only one of the two is
  right, it is the large one.
- **Judged.** Prompts of a chat have no right answer to count. A person sorted some into LEVELS; a regression tells the
  level of others. The judged level takes the measured difficulty of the same rank: the upper half of the one is as
  difficult as the upper half of the other, by the shares that training gives the levels.

A third regression tells how much a prompt is like the test questions, and the difficulty is the mean of the two estimates
with that weight. Without an embedding all of it is told from shape and words, less well.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

LEVELS = ("trivial", "easy", "medium", "hard")
JUDGED = ("level", "likeness")
"""Outputs of the judged estimate: a level, 0 and up, and the logit of being like a test question."""

SIDES = ("strong", "weak")
"""First the model whose chance is added, then the one whose chance is taken away."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Rows of what is known of prompts. `wording` holds hashed words and cues; `embedded` is None where there is none."""

    shapes: np.ndarray
    wording: np.ndarray
    embedded: np.ndarray | None

    @property
    def measured(self) -> np.ndarray:
        return self.shapes if self.embedded is None else np.hstack([self.embedded, self.shapes])

    @property
    def judged(self) -> np.ndarray:
        return np.hstack([self.wording, self.measured])

    def rows(self, chosen: np.ndarray) -> Inputs:
        embedded = None if self.embedded is None else self.embedded[chosen]
        return Inputs(self.shapes[chosen], self.wording[chosen], embedded)

    def without_meaning(self) -> Inputs:
        return Inputs(self.shapes, self.wording, None)


@dataclass(frozen=True, slots=True)
class Linear:
    """Logistic regressions on one standardised input: `weights` has a row an output."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    _as_it_comes: tuple[np.ndarray, np.ndarray] = field(init=False, repr=False, compare=False)
    """Weights (inputs, outputs) and bias for an input that is not standardised: a thousand numbers less to walk over."""

    def __post_init__(self) -> None:
        weights = (self.weights / self.scale).T
        object.__setattr__(self, "_as_it_comes", (weights, self.bias - self.mean @ weights))

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        """(rows, outputs) for (rows, inputs)."""
        weights, bias = self._as_it_comes
        logits: np.ndarray = inputs @ weights + bias
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
    _roots: np.ndarray = field(init=False, repr=False, compare=False)
    _next: np.ndarray = field(init=False, repr=False, compare=False)
    """Of all trees laid out flat: the place of each root, and behind each node its right and its left child's."""

    def __post_init__(self) -> None:
        trees, nodes = self.feature.shape
        roots = np.arange(trees) * nodes
        children = np.stack([self.right, self.left], axis=-1) + roots[:, None, None]
        object.__setattr__(self, "_roots", roots)
        object.__setattr__(self, "_next", children.astype(np.intp).ravel())

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        """(rows,) for (rows, inputs)."""
        flat = inputs.astype(np.float32).ravel()
        row = np.arange(len(inputs))[:, None] * inputs.shape[1]
        node = self._roots[None, :]
        for _ in range(self.depth):
            goes_left = flat.take(row + self.feature.take(node)) <= self.threshold.take(node)
            node = self._next.take(2 * node + goes_left)
        total: np.ndarray = self.prior + self.value.take(node).sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling: the logit of the probability is `slope * gain + offset`."""

    slope: float
    offset: float

    def __call__(self, gain: np.ndarray) -> np.ndarray:
        return sigmoid(self.slope * gain + self.offset)


@dataclass(frozen=True, slots=True)
class Judged:
    """Level and likeness of a prompt. `levels` are 101 quantiles of the level over judged prompts."""

    linear: Linear
    levels: np.ndarray


@dataclass(frozen=True, slots=True)
class DifficultyModel:
    """`quantiles` are 101 difficulties of the calibration questions in rising order, for operators' thresholds."""

    with_meaning: Linear
    without_meaning: Linear
    trees: tuple[Trees, Trees]
    judged_with: Judged
    judged_without: Judged
    calibration_with: Calibration
    calibration_without: Calibration
    quantiles: np.ndarray

    def gain(self, inputs: Inputs) -> np.ndarray:
        """What the better model adds to a test question, -2..2, (rows,): the sum of both kinds of model."""
        linear = self.without_meaning if inputs.embedded is None else self.with_meaning
        chances = sigmoid(linear.logits(inputs.measured))
        strong, weak = (sigmoid(trees.logits(inputs.shapes)) for trees in self.trees)
        total: np.ndarray = chances[:, 0] - chances[:, 1] + strong - weak
        return total

    def difficulty(self, inputs: Inputs) -> np.ndarray:
        """0..1, (rows,)."""
        calibration = self.calibration_without if inputs.embedded is None else self.calibration_with
        judged = self.judged_without if inputs.embedded is None else self.judged_with
        level, likeness = judged.linear.logits(inputs.judged).T
        share = sigmoid(likeness)
        of_level = np.interp(level, judged.levels, self.quantiles)
        mixed: np.ndarray = share * calibration(self.gain(inputs)) + (1 - share) * of_level
        return mixed

    def threshold(self, quality: float) -> float:
        """The difficulty above which lies the share `quality` (0..1) of the calibration questions."""
        if quality <= 0 or quality >= 1:
            return float("inf") if quality <= 0 else 0.0
        return float(np.interp((1 - quality) * 100, np.arange(101), self.quantiles))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    result: np.ndarray = 0.5 + 0.5 * np.tanh(0.5 * logits)
    return result
