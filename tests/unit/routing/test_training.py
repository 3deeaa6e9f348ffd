"""The yardstick of the difficulty, and what training may read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from orchestrator.routing.difficulty import DifficultyModel, Inputs, Judged, Linear
from orchestrator.routing.weights import load_weights
from orchestrator.routing.words import HASHED_WORDS
from training.apgr import apgr, cpt, pgr_curve
from training.difficulty import flatten
from training.held_out import fold_of_rows, held_out_scores
from training.judged import JudgedPrompts, fit_judged
from training.prompts import (
    BLIND_FILES,
    GRADED_FILE,
    LEVELS_FILES,
    load_graded,
    load_levels,
    load_prompts,
)
from training.reliability import expected_calibration_error
from training.routellm import GSM8K, load_questions, permitted

WEAK, STRONG = np.array([1.0, 0, 0, 1, 0]), np.array([1.0, 1, 1, 0, 1])


def test_apgr_of_no_order_is_one_half() -> None:
    assert apgr(np.zeros(5), WEAK, STRONG) == pytest.approx(0.5)


def test_the_best_order_sends_gains_first_and_losses_last() -> None:
    best, worst = apgr(STRONG - WEAK, WEAK, STRONG), apgr(WEAK - STRONG, WEAK, STRONG)
    assert best > 0.5 > worst
    assert best + worst == pytest.approx(1)
    assert pgr_curve(STRONG - WEAK, WEAK, STRONG).tolist() == pytest.approx([0, 0.5, 1, 1.5, 1.5, 1])
    assert cpt(STRONG - WEAK, WEAK, STRONG, 0.5) == pytest.approx(1 / 5)


def test_a_file_s_order_cannot_help_where_scores_are_equal() -> None:
    forth, back = apgr(np.zeros(5), WEAK, STRONG), apgr(np.zeros(5), WEAK[::-1], STRONG[::-1])
    assert forth == pytest.approx(back)


def test_a_subject_lies_in_one_fold() -> None:
    subjects = np.array([*(f"s{number % 9}" for number in range(90)), *[GSM8K] * 30])
    folds = fold_of_rows(subjects, seed=3)
    assert all(len(set(folds[subjects == name])) == 1 for name in set(subjects) - {GSM8K})
    assert len(set(folds[subjects == GSM8K])) > 3
    seen: list[int] = []

    def score(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        assert not set(subjects[train]) & (set(subjects[test]) - {GSM8K})
        seen.extend(test)
        return test.astype(float)

    assert (held_out_scores(subjects, score, seed=3) == np.arange(120)).all()
    assert sorted(seen) == list(range(120))


def test_subjects_kept_for_outside_checks_are_not_opened(tmp_path: Path) -> None:
    mmlu, gsm8k = tmp_path / "routellm/evals/mmlu/responses", tmp_path / "routellm/evals/gsm8k"
    mmlu.mkdir(parents=True)
    gsm8k.mkdir(parents=True)
    header = "prompt,mistralai/Mixtral-8x7B-Instruct-v0.1,gpt-4-1106-preview\n"
    (mmlu / "mmlu_anatomy.csv").write_text(header + '"What?\nA. a\nAnswer:",True,False\n')
    (mmlu / "mmlu_virology.csv").mkdir()  # opening it would raise
    (gsm8k / "gsm8k_responses.csv").write_text(header + "How many?,False,True\nLeaked,True,True\n")
    (gsm8k / "contaminated_prompts.jsonl").write_text('{"eval_prompt": "Leaked"}\n')
    questions = load_questions(tmp_path)
    assert [path.name for path in permitted(tmp_path)] == ["mmlu_anatomy.csv"]
    assert questions.texts == ["What?\nA. a", "How many?"]
    assert (questions.weak.tolist(), questions.strong.tolist()) == ([1, 0], [0, 1])
    assert questions.is_gsm8k.tolist() == [False, True]


def test_flattened_trees_are_scikit_learn_s() -> None:
    random = np.random.default_rng(1)
    inputs = random.normal(size=(400, 5)).astype(np.float32)
    right = (inputs[:, 0] * inputs[:, 1] + random.normal(size=400) > 0).astype(float)
    model = GradientBoostingClassifier(n_estimators=15, max_leaf_nodes=6, learning_rate=0.1, random_state=1)
    model.fit(inputs, right)
    prior = float(np.log(right.mean() / (1 - right.mean())))
    trees = flatten([tree.tree_ for tree in model.estimators_[:, 0]], 0.1, prior)
    assert trees.logits(inputs.astype(float)) == pytest.approx(model.decision_function(inputs), abs=1e-5)


def test_calibration_error_is_the_gap_between_said_and_seen() -> None:
    outcomes = np.array([0.0, 1] * 500)
    assert expected_calibration_error(np.full(1000, 0.5), outcomes) == pytest.approx(0)
    assert expected_calibration_error(np.full(1000, 0.8), outcomes) == pytest.approx(0.3)


def test_no_graded_prompt_was_trained_on() -> None:
    def normal(text: str) -> str:
        return " ".join("".join(char if char.isalnum() else " " for char in text.lower()).split())

    trained = {normal(prompt.text) for prompt in load_prompts()}
    lists = [load_graded(path) for path in (GRADED_FILE, *BLIND_FILES)]
    graded = [prompt.prompt for prompts in lists for prompt in prompts]
    graded += [prompt.prompt for path in LEVELS_FILES for prompt in load_levels(path)]
    assert len(graded) > 500
    assert not [text for text in graded if normal(text) and normal(text) in trained]


def judged_prompts(levels: np.ndarray, seed: int) -> JudgedPrompts:
    """Prompts whose first cue tells the level, and test questions are told by the second."""
    random = np.random.default_rng(seed)
    wording = np.zeros((len(levels), HASHED_WORDS + 3))
    wording[:, HASHED_WORDS] = levels + random.normal(0, 0.2, len(levels))
    shapes, embedded = random.normal(size=(len(levels), 4)), random.normal(size=(len(levels), 5))
    return JudgedPrompts(Inputs(shapes, wording, embedded), levels)


def test_judged_levels_are_told_and_the_default_threshold_leaves_easy_ones_below() -> None:
    levels = np.array([0] * 20 + [1] * 200 + [2] * 40 + [3] * 40 + [-1] * 30)
    own = judged_prompts(levels, seed=1)
    tests = judged_prompts(np.zeros(300, dtype=int), seed=2).inputs
    tests.wording[:, HASHED_WORDS + 1] = 5.0
    with_meaning, without = fit_judged(own, tests)
    told, likeness = with_meaning.linear.logits(own.inputs.judged).T
    assert [told[levels == level].mean() for level in range(4)] == sorted(
        told[levels == level].mean() for level in range(4)
    )
    assert likeness.max() < with_meaning.linear.logits(tests.judged)[:, 1].min()
    below = (told[levels == 1] < with_meaning.levels[50]).mean()
    assert below > 0.9, "the middle lies between easy and medium, however many are easy"
    assert without.linear.weights.shape == (2, HASHED_WORDS + 3 + 4)


def test_a_judged_prompt_is_as_difficult_as_test_questions_of_its_rank() -> None:
    judged = Judged(
        Linear(np.zeros(2), np.ones(2), np.array([[1.0, 0], [0, 1]]), np.zeros(2)), np.linspace(0, 3, 101)
    )
    model = load_weights().difficulty
    model = replace(model, judged_without=judged, quantiles=np.linspace(0.2, 0.8, 101))
    for level, expected in ((-1, 0.2), (0, 0.2), (1.5, 0.5), (3, 0.8), (9, 0.8)):
        inputs = Inputs(np.empty((1, 0)), np.array([[level, -60.0]]), None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(DifficultyModel, "gain", lambda self, inputs: np.zeros(1))
            assert model.difficulty(inputs)[0] == pytest.approx(expected, abs=1e-6)
