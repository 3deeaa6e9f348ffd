"""How much of the better model's gain a ranking of questions recovers: PGR, APGR and CPT as RouteLLM defines them.

Questions go to the strong model in falling order of score. PGR(share) is the recovered part of the difference in accuracy
between the models; APGR its mean over all thresholds; CPT(p) the smallest share of strong calls with PGR >= p. Questions
of equal score count as their mean, so that the order of a file cannot help.
"""

from __future__ import annotations

import numpy as np


def pgr_curve(scores: np.ndarray, weak: np.ndarray, strong: np.ndarray) -> np.ndarray:
    """PGR after 0, 1, ..., n strong calls."""
    gain = strong - weak
    _, group = np.unique(-scores, return_inverse=True)
    means = np.bincount(group, gain) / np.bincount(group)
    ranked = np.repeat(means, np.bincount(group))
    curve: np.ndarray = np.concatenate([[0.0], np.cumsum(ranked)]) / gain.sum()
    return curve


def apgr(scores: np.ndarray, weak: np.ndarray, strong: np.ndarray) -> float:
    return float(pgr_curve(scores, weak, strong).mean())


def cpt(scores: np.ndarray, weak: np.ndarray, strong: np.ndarray, share: float) -> float:
    """The smallest share of strong calls that recovers `share` of the gain."""
    return float(np.argmax(pgr_curve(scores, weak, strong) >= share) / len(scores))
