"""Scores of questions that the scoring model has not seen: whole subjects of MMLU, and folds of GSM8K, are left out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

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
    """Scores of all rows; a row of them may have several columns."""
    assigned = fold_of_rows(subjects, seed, folds)
    tests = [np.flatnonzero(assigned == fold) for fold in range(folds)]
    found = [score(np.flatnonzero(assigned != fold), test) for fold, test in enumerate(tests)]
    scores = np.zeros((len(subjects), *found[0].shape[1:]))
    for test, part in zip(tests, found, strict=True):
        scores[test] = part
    return scores


def best_column(subjects: np.ndarray, score: Score, judge: Callable[[np.ndarray], float], seed: int) -> int:
    """Which column of the held-out scores the judge likes best, by inner folds of these rows alone."""
    columns = held_out_scores(subjects, score, seed, folds=3).T
    return int(np.argmax([judge(column) for column in columns]))
