"""The learned difficulty against length, naive Bayes and chance, on subjects that none of them has seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from orchestrator.routing.difficulty import DifficultyModel
from training.apgr import apgr, cpt
from training.difficulty import Options, fit
from training.held_out import Score, best_options, held_out_scores
from training.prompts import load_prompts
from training.routellm import Questions
from training.vectors import embeddings, shapes

CANDIDATES = [Options(1e-3, 40, 6), Options(3e-4, 40, 6)]
LEARNED, WITHOUT, BAYES, LENGTH, RANDOM = (
    "learned",
    "learned, no embedding",
    "naive Bayes (words)",
    "prompt length",
    "random",
)


@dataclass(frozen=True)
class Table:
    """All rows with their features, and those of our own easy prompts, which any model answers, to train on beside."""

    questions: Questions
    shapes: np.ndarray
    embedded: np.ndarray
    easy_shapes: np.ndarray
    easy_embedded: np.ndarray

    def fit(self, rows: np.ndarray, options: Options) -> DifficultyModel:
        """A model of these rows and the easy prompts, which count as right by both models."""
        right = np.ones(len(self.easy_shapes))
        return fit(
            np.vstack([self.shapes[rows], self.easy_shapes]),
            np.vstack([self.embedded[rows], self.easy_embedded]),
            np.concatenate([self.questions.weak[rows], right]),
            np.concatenate([self.questions.strong[rows], right]),
            options,
        )

    @property
    def gain(self) -> np.ndarray:
        return self.questions.strong - self.questions.weak

    @property
    def strong_won(self) -> np.ndarray:
        """1 where the strong model was right and the weak one was not."""
        return (self.gain > 0).astype(int)


def load_table(questions: Questions) -> Table:
    easy = [prompt.text for prompt in load_prompts() if prompt.easy]
    return Table(
        questions, shapes(questions.texts), embeddings(questions.texts), shapes(easy), embeddings(easy)
    )


def learned_scores(table: Table, rows: np.ndarray, options: Options, *, meaning: bool) -> Score:
    """Scores over the subset `rows` of the table, whose members are named by their place in it."""

    def score(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        seen, asked = rows[train], rows[test]
        model = table.fit(seen, options)
        return model.gain(table.shapes[asked], table.embedded[asked] if meaning else None)

    return score


def nested_scores(table: Table, *, meaning: bool, seed: int) -> np.ndarray:
    """As `learned_scores`, each fold with options that its own training rows chose among themselves."""
    questions = table.questions

    def score(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        weak, strong = questions.weak[train], questions.strong[train]
        options = best_options(
            questions.subjects[train],
            CANDIDATES,
            lambda candidate: learned_scores(table, train, candidate, meaning=meaning),
            lambda scores: apgr(scores, weak, strong),
            seed,
        )
        everything = np.arange(len(questions.texts))
        return learned_scores(table, everything, options, meaning=meaning)(train, test)

    return held_out_scores(questions.subjects, score, seed)


def bayes_scores(table: Table, seed: int) -> np.ndarray:
    """Words present, smoothing 0.1: the best of the variants tried on these very questions."""
    counts = CountVectorizer(binary=True, min_df=2).fit_transform(table.questions.texts)

    def score(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        model = MultinomialNB(alpha=0.1).fit(counts[train], table.strong_won[train])
        logs = model.predict_log_proba(counts[test])
        difference: np.ndarray = logs[:, 1] - logs[:, 0]
        return difference

    return held_out_scores(table.questions.subjects, score, seed)


def compare(table: Table, seed: int) -> dict[str, dict[str, dict[str, float]]]:
    """For each data set and each way of ranking: APGR, CPT50, CPT80."""
    length = np.array([len(text) for text in table.questions.texts], dtype=float)
    scores = {
        LEARNED: nested_scores(table, meaning=True, seed=seed),
        WITHOUT: nested_scores(table, meaning=False, seed=seed),
        BAYES: bayes_scores(table, seed),
        LENGTH: length,
        RANDOM: np.zeros(len(length)),
    }
    gsm8k = table.questions.is_gsm8k
    return {
        name: {ranking: _numbers(table, each, rows) for ranking, each in scores.items()}
        for name, rows in (("mmlu a-h", ~gsm8k), ("gsm8k", gsm8k))
    }


def _numbers(table: Table, scores: np.ndarray, rows: np.ndarray) -> dict[str, float]:
    chosen = scores[rows], table.questions.weak[rows], table.questions.strong[rows]
    return {"apgr": apgr(*chosen), "cpt50": cpt(*chosen, 0.5), "cpt80": cpt(*chosen, 0.8)}
