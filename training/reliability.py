"""Does a probability keep its word? Expected calibration error on rows held out twice, and the picture of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.difficulty import platt

BINS = 10


def cross_calibrated(gain: np.ndarray, outcomes: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """Probabilities from a calibration that saw only the other half of the groups (subjects)."""
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    first = np.isin(groups, names[::2])
    chances = np.zeros(len(gain))
    for half in (first, ~first):
        chances[half] = platt(gain[~half], outcomes[~half])(gain[half])
    return chances


def bins(chances: np.ndarray, outcomes: np.ndarray) -> list[tuple[float, float, int]]:
    """Mean probability, share of outcomes and size of ten bins with equally many rows."""
    parts = np.array_split(np.argsort(chances, kind="stable"), BINS)
    return [(float(chances[part].mean()), float(outcomes[part].mean()), len(part)) for part in parts]


def expected_calibration_error(chances: np.ndarray, outcomes: np.ndarray) -> float:
    total = len(chances)
    return sum(size / total * abs(said - seen) for said, seen, size in bins(chances, outcomes))


def draw(path: Path, curves: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5, 4.6))
    axes.plot([0.2, 1], [0.2, 1], color="0.7", linewidth=1, label="perfect")
    for name, (chances, outcomes) in curves.items():
        points = bins(chances, outcomes)
        error = expected_calibration_error(chances, outcomes)
        label = f"{name} (ECE {error:.3f})"
        axes.plot([p[0] for p in points], [p[1] for p in points], marker="o", label=label)
    axes.set(xlabel="difficulty said", ylabel="share won by the large model")
    axes.set(xlim=(0.2, 1), ylim=(0.2, 1), title="Difficulty on held-out subjects")
    axes.legend()
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
