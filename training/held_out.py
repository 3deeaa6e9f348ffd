"""Scores of questions that the scoring model has not seen: whole subjects of MMLU, and folds of GSM8K, are left out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.difficulty import Options
from training.routellm import GSM8K

FOLDS = 6
Score = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Given the rows to train on and the rows to score, the scores of the latter."""


def fold_of_rows(subjects: np.ndarray, seed: int, folds: int = FOLDS) -> np.ndarray:
    """A fold for each row: all of a subject's rows the same, GSM8K's rows one by one."""
    random = np.random.default_rng(seed)
    names = random.permutation(np.unique(subjects[subjects != GSM8K]))
    fold = {name: place % folds for place, name in enumerate(names)}
    single = random.permutation(len(subjects)) % folds
    return np.array([fold.get(name, single[row]) for row, name in enumerate(subjects)])


def held_out_scores(subjects: np.ndarray, score: Score, seed: int, folds: int = FOLDS) -> np.ndarray:
    assigned = fold_of_rows(subjects, seed, folds)
    scores = np.zeros(len(subjects))
    for fold in range(folds):
        test = np.flatnonzero(assigned == fold)
        scores[test] = score(np.flatnonzero(assigned != fold), test)
    return scores


def best_options(
    subjects: np.ndarray,
    candidates: list[Options],
    score_with: Callable[[Options], Score],
    judge: Callable[[np.ndarray], float],
    seed: int,
) -> Options:
    """The candidate whose held-out scores the judge likes best, by inner folds of these rows alone."""
    if len(candidates) == 1:
        return candidates[0]
    judged = [judge(held_out_scores(subjects, score_with(options), seed, folds=3)) for options in candidates]
    return candidates[int(np.argmax(judged))]
