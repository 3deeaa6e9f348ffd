"""Train the learned policy of routing and write its weights, their record and the reliability diagram.

    python scripts/train_router.py --routellm CHECKOUT

CHECKOUT is a work tree of github.com/lm-sys/RouteLLM (Apache-2.0; the questions are MMLU's and GSM8K's, both MIT). It is not
committed here; of its MMLU files only the subjects whose names begin with a to h are opened. Everything is seeded: the same
data, library versions and processor give the same weights.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from orchestrator.routing.difficulty import LEVELS, DifficultyModel  # noqa: E402
from orchestrator.routing.skill_model import SkillModel  # noqa: E402
from orchestrator.routing.weights import WEIGHTS_FILE, Weights, load_weights, pack  # noqa: E402
from training.difficulty import SEED, calibrated  # noqa: E402
from training.evaluation import Table, choose_options, held_out_gains, load_table  # noqa: E402
from training.judged import held_out_levels  # noqa: E402
from training.prompts import PROMPTS_FILE, load_prompts, prompts_of_tests, sha256  # noqa: E402
from training.reliability import cross_calibrated, draw, expected_calibration_error  # noqa: E402
from training.routellm import load_questions  # noqa: E402
from training.skills import fit_skills, inputs  # noqa: E402
from training.vectors import embeddings  # noqa: E402

TEST_PROMPT_WEIGHT = 0.3
DIAGRAM = ROOT / "docs" / "img" / "routing-reliability.png"
LIBRARIES = ("numpy", "onnxruntime", "scikit-learn", "tokenizers")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--routellm", type=Path, required=True, help="work tree of lm-sys/RouteLLM")
    checkout: Path = parser.parse_args().routellm
    questions = load_questions(checkout)
    table = load_table(questions)
    difficulty, difficulty_report = train_difficulty(table)
    skill, skill_report = train_skills(table)
    np.savez_compressed(WEIGHTS_FILE, **pack(Weights(skill, difficulty)))
    record = {
        "command": "python scripts/train_router.py --routellm CHECKOUT",
        "seed": SEED,
        "libraries": {name: version(name) for name in LIBRARIES},
        "data": {
            "lm-sys/RouteLLM (Apache-2.0; MMLU and GSM8K: MIT), sha256": questions.sha256,
            "own prompts (Apache-2.0), sha256": {PROMPTS_FILE.name: sha256(PROMPTS_FILE)},
        },
        "difficulty": difficulty_report,
        "skill": skill_report,
        "weights_sha256": sha256(WEIGHTS_FILE),
        "weights_bytes": WEIGHTS_FILE.stat().st_size,
    }
    WEIGHTS_FILE.with_suffix(".json").write_text(json.dumps(record, indent=2) + "\n")
    load_weights()
    print(json.dumps({name: record[name] for name in ("difficulty", "skill", "weights_bytes")}, indent=2))


def train_difficulty(table: Table) -> tuple[DifficultyModel, dict[str, Any]]:
    """Choose the options, get held-out gains for the calibration, then train on everything."""
    questions, rows = table.questions, np.arange(len(table.questions.texts))
    options = choose_options(table, rows, SEED)
    gains = held_out_gains(table, options, SEED)
    (model,) = table.fit(rows, [options])
    differ, won = table.gain != 0, table.strong_won
    said = {
        name: cross_calibrated(gains[differ, column], won[differ], questions.subjects[differ], SEED)
        for column, name in enumerate(("with embedding", "without"))
    }
    draw(DIAGRAM, {name: (chances, won[differ]) for name, chances in said.items()})
    report = {
        "questions": len(rows),
        "subjects": len(np.unique(questions.subjects)),
        "options": asdict(options),
        "only_one_right": int(differ.sum()),
        "strong_won_share": float(won[differ].mean()),
        "calibration_error_held_out": {
            name: expected_calibration_error(chances, won[differ]) for name, chances in said.items()
        },
        "judged": judged_report(table),
    }
    return calibrated(model, gains, differ, won), report


def judged_report(table: Table) -> dict[str, Any]:
    """How our own prompts were judged, and how well held-out ones are put in that order."""
    levels, told = held_out_levels(table.own)
    counts = {name: int((levels == place).sum()) for place, name in enumerate(LEVELS)}
    return {"prompts": counts, "spearman_five_folds": float(spearmanr(levels, told)[0])}


def train_skills(table: Table) -> tuple[SkillModel, dict[str, Any]]:
    own, tests = load_prompts(), prompts_of_tests(table.questions, SEED)
    cues, words, labels = inputs([*own, *tests])
    embedded = embeddings([prompt.text for prompt in (*own, *tests)])
    weight = np.array([1.0] * len(own) + [TEST_PROMPT_WEIGHT] * len(tests))
    model, report = fit_skills(cues, words, embedded, labels, weight)
    return model, {"own_prompts": len(own), "test_prompts": len(tests), "five_folds_of_own": report}


if __name__ == "__main__":
    main()
