"""The learned difficulty against length, naive Bayes and chance, on subjects that none of them has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from orchestrator.routing.difficulty import LEVELS, DifficultyModel, Inputs, Judged
from training.apgr import apgr, cpt
from training.difficulty import Options, calibrated, fit
from training.held_out import best_column, held_out_scores
from training.judged import JudgedPrompts, fit_judged
from training.prompts import load_prompts
from training.routellm import Questions
from training.vectors import inputs

CANDIDATES = [Options(1e-3), Options(3e-4)]
LEARNED, WITHOUT, BAYES, LENGTH, RANDOM = (
    "learned",
    "learned, no embedding",
    "naive Bayes (words)",
    "prompt length",
    "random",
)


@dataclass(frozen=True)
class Table:
    """All test questions with what is known of them, and our own prompts to train the judged estimate on beside."""

    questions: Questions
    inputs: Inputs
    own: JudgedPrompts

    @property
    def gain(self) -> np.ndarray:
        return self.questions.strong - self.questions.weak

    @property
    def strong_won(self) -> np.ndarray:
        """1 where the strong model was right and the weak one was not."""
        return (self.gain > 0).astype(int)

    def fit(
        self, rows: np.ndarray, candidates: Sequence[Options], judged: tuple[Judged, Judged] | None = None
    ) -> list[DifficultyModel]:
        """Models of these rows and our prompts, one for each candidate."""
        inputs, questions = self.inputs.rows(rows), self.questions
        judged = judged or fit_judged(self.own, inputs)
        return fit(inputs, questions.weak[rows], questions.strong[rows], judged, candidates)


def load_table(questions: Questions) -> Table:
    prompts = load_prompts()
    own = JudgedPrompts(
        inputs([prompt.text for prompt in prompts], [prompt.documents for prompt in prompts]),
        np.array([LEVELS.index(prompt.level) if prompt.level else -1 for prompt in prompts]),
    )
    return Table(questions, inputs(questions.texts), own)


def choose_options(table: Table, rows: np.ndarray, seed: int) -> Options:
    """The candidate whose gains order held-out questions best, by inner folds of these rows alone."""
    questions = table.questions
    # The gains of test questions do not depend on our own prompts: any judged estimate will do.
    judged = fit_judged(table.own, table.inputs.rows(rows[:100]))

    def score(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        models = table.fit(rows[train], CANDIDATES, judged)
        asked = table.inputs.rows(rows[test])
        return np.stack([model.gain(asked) for model in models], axis=1)

    def judge(scores: np.ndarray) -> float:
        return apgr(scores, questions.weak[rows], questions.strong[rows])

    return CANDIDATES[best_column(questions.subjects[rows], score, judge, seed)]


def held_out_gains(table: Table, options: Options, seed: int) -> np.ndarray:
    """(rows, 2): each question's gain with meaning and without, by a model that has not seen its subject."""
    judged = fit_judged(table.own, table.inputs)

    def score(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        (model,) = table.fit(train, [options], judged)
        asked = table.inputs.rows(test)
        return np.stack([model.gain(asked), model.gain(asked.without_meaning())], axis=1)

    return held_out_scores(table.questions.subjects, score, seed)


def nested_difficulties(table: Table, seed: int) -> np.ndarray:
    """(rows, 2): as `held_out_gains`, the whole difficulty, each fold with options that its own training rows chose."""

    def score(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        (model,) = table.fit(train, [choose_options(table, train, seed)])
        model = _on_own_scale(table, model, train)
        asked = table.inputs.rows(test)
        return np.stack([model.difficulty(asked), model.difficulty(asked.without_meaning())], axis=1)

    return held_out_scores(table.questions.subjects, score, seed)


def _on_own_scale(table: Table, model: DifficultyModel, rows: np.ndarray) -> DifficultyModel:
    """Calibrated with the rows it was trained on: enough where only the order counts."""
    inputs = table.inputs.rows(rows)
    gains = np.stack([model.gain(inputs), model.gain(inputs.without_meaning())], axis=1)
    return calibrated(model, gains, table.gain[rows] != 0, table.strong_won[rows])


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
    learned = nested_difficulties(table, seed)
    scores = {
        LEARNED: learned[:, 0],
        WITHOUT: learned[:, 1],
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
