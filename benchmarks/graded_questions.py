"""Questions with answers that can be checked, and what shares of right answers are worth.

One JSON object a line: `id`, `half` (`dev` to choose by, `test` to report), `kind` (`choice`, `short`, `yes_no`,
`number`), `question`, `options` for a choice, `answers` (letters of the options as listed, else accepted words).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orchestrator.routing.deliberation.question import Question
from orchestrator.seams import ChatMessage
from orchestrator.settings import PROJECT_ROOT

GRADED_FILE = PROJECT_ROOT / "tests" / "graded" / "deliberation.jsonl"
_FORMS = {"choice": "choice", "short": "open", "yes_no": "yes_no", "number": "number"}
_RESAMPLES = 10_000


@dataclass(frozen=True)
class Graded:
    id: str
    half: str
    kind: str
    question: Question
    answers: tuple[str, ...]

    @property
    def form(self) -> str:
        return _FORMS[self.kind]

    def is_right(self, normal_form: str | None) -> bool:
        """Whether a normal form is the answer; an answer that is not of the form asked for is wrong."""
        if normal_form is None:
            return False
        if self.kind == "short":
            said = f" {normal_form.replace('.', ' ')} "
            return any(f" {answer} " in said for answer in self.answers)
        return normal_form in self.answers


def load_graded(half: str, path: Path = GRADED_FILE) -> list[Graded]:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return [_graded(row) for row in rows if row["half"] == half]


def _graded(row: dict) -> Graded:
    text, answers = row["question"], tuple(row["answers"])
    if row["kind"] == "choice":
        text = "\n".join([text, *(f"- {option}" for option in row["options"])])
        answers = tuple(row["options"]["ABCD".index(letter)] for letter in answers)
    number = row["kind"] == "number"
    question = Question([ChatMessage("user", text)], stop=("\n\n",) if number else ("\n",))
    return Graded(row["id"], row["half"], row["kind"], question, answers)


def interval(right: Sequence[float]) -> tuple[float, float]:
    """95 % of the means of bootstrap resamples (Efron 1979) of the questions. Of differences too, which are paired."""
    values = np.asarray(right, dtype=float)
    picks = np.random.default_rng(7).integers(0, len(values), (_RESAMPLES, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def fit_logistic(x: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Slope and intercept of Platt's curve (1999), with his smoothed targets, by Newton's method."""
    values, outcome = np.asarray(x, dtype=float), np.asarray(right, dtype=bool)
    hits, misses = outcome.sum(), (~outcome).sum()
    target = np.where(outcome, (hits + 1) / (hits + 2), 1 / (misses + 2))
    design = np.stack([values, np.ones_like(values)], axis=1)
    weights = np.zeros(2)
    ridge = np.diag([0.05, 0.0]) + 1e-6 * np.eye(2)
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (predicted - target) + ridge @ weights
        hessian = (design * (predicted * (1 - predicted))[:, None]).T @ design + ridge
        weights = weights - np.linalg.solve(hessian, gradient)
    return float(weights[0]), float(weights[1])


def calibration_error(
    confidence: Sequence[float] | np.ndarray, right: Sequence[bool] | np.ndarray, bins: int = 5
) -> tuple[float, float]:
    """Expected calibration error over bins of equal size, and the Brier score."""
    order = np.argsort(confidence, kind="stable")
    said, was = np.asarray(confidence)[order], np.asarray(right, dtype=float)[order]
    parts = [part for part in np.array_split(np.arange(len(said)), bins) if len(part)]
    error = sum(len(part) * abs(said[part].mean() - was[part].mean()) for part in parts) / len(said)
    return float(error), float(((said - was) ** 2).mean())


def error_if_calibrated(confidence: Sequence[float]) -> dict[str, float]:
    """What the error comes to by chance where each of these is right as often as it says: the mean and the 95th percentile."""
    said, random = np.asarray(confidence), np.random.default_rng(7)
    errors = [calibration_error(said, random.random(len(said)) < said)[0] for _ in range(_RESAMPLES)]
    return {"mean": float(np.mean(errors)), "p95": float(np.percentile(errors, 95))}
