"""The questions of the RouteLLM repository (lm-sys/RouteLLM, Apache-2.0) with who answered them right.

Used are its GSM8K responses and, of its MMLU responses, the subjects whose names begin with a to h. The others are kept
for checks from outside: their files are never opened here.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orchestrator.routing.shape import without_answer_cue

WEAK, STRONG = "mistralai/Mixtral-8x7B-Instruct-v0.1", "gpt-4-1106-preview"
GSM8K = "gsm8k"
ALLOWED_INITIALS = "abcdefgh"
_MMLU, _GSM8K = "routellm/evals/mmlu/responses", "routellm/evals/gsm8k/gsm8k_responses.csv"
_CONTAMINATED = "routellm/evals/gsm8k/contaminated_prompts.jsonl"


@dataclass(frozen=True)
class Questions:
    """Row by row: the text that features see, its subject, and whether the models were right."""

    texts: list[str]
    subjects: np.ndarray
    weak: np.ndarray
    strong: np.ndarray
    sha256: dict[str, str]

    @property
    def is_gsm8k(self) -> np.ndarray:
        mask: np.ndarray = self.subjects == GSM8K
        return mask


def load_questions(checkout: Path) -> Questions:
    """Read the permitted files of a RouteLLM work tree. Test questions that leaked into its training are left out."""
    leaked = {
        json.loads(line)["eval_prompt"]
        for line in (checkout / _CONTAMINATED).read_text(encoding="utf-8").splitlines()
    }
    files = [*permitted(checkout), checkout / _GSM8K]
    rows = [(subject_of(path), row) for path in files for row in _rows(path) if row["prompt"] not in leaked]
    return Questions(
        texts=[without_answer_cue(row["prompt"]) for _, row in rows],
        subjects=np.array([subject for subject, _ in rows]),
        weak=np.array([row[WEAK] == "True" for _, row in rows], dtype=float),
        strong=np.array([row[STRONG] == "True" for _, row in rows], dtype=float),
        sha256={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    )


def permitted(checkout: Path) -> Sequence[Path]:
    paths = sorted((checkout / _MMLU).glob("mmlu_*.csv"))
    return [path for path in paths if subject_of(path)[0] in ALLOWED_INITIALS]


def subject_of(path: Path) -> str:
    return path.stem.removeprefix("mmlu_").removesuffix("_responses")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
