"""Our own prompts, written for this: those to train the skills on, and those to grade routing with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from orchestrator.routing.shape import OPTION
from orchestrator.settings import PROJECT_ROOT
from training.routellm import GSM8K, Questions

PROMPTS_FILE = PROJECT_ROOT / "training" / "router" / "prompts.jsonl"
_GRADED = PROJECT_ROOT / "tests" / "graded"
GRADED_FILE = _GRADED / "routing.jsonl"
BLIND_FILES = (_GRADED / "routing_blind.jsonl", _GRADED / "routing_blind2.jsonl")
"""Written before the training that they first graded; docs/routing.md has what the first look said."""
LEVELS_FILES = (_GRADED / "levels.jsonl", _GRADED / "levels2.jsonl")
_MATH = {"abstract_algebra", "college_mathematics", "elementary_mathematics", "high_school_mathematics",
         "high_school_statistics", GSM8K}  # fmt: skip
_LOGIC = {"formal_logic"}
A_SUBJECT = 4
"""Questions of each subject that also teach the skills."""


@dataclass(frozen=True)
class LabelledPrompt:
    """`level`: how difficult one author judged it, one of LEVELS, or none where nobody judged."""

    text: str
    skill: str
    documents: int = 0
    level: str = ""


@dataclass(frozen=True)
class GradedPrompt:
    """`history` holds the messages before this turn's; `pain` names the recorded mistake it comes from."""

    id: str
    prompt: str
    skill: str
    role: str
    history: list[dict[str, str]] = field(default_factory=list)
    documents: int = 0
    pain: str = ""

    @property
    def user_turns(self) -> int:
        return 1 + sum(message["role"] == "user" for message in self.history)

    @property
    def history_chars(self) -> int:
        return sum(len(message["content"]) for message in self.history)


@dataclass(frozen=True)
class GradedLevel:
    """A prompt to grade the difficulty with: `level` is one author's judgement."""

    id: str
    prompt: str
    level: str


def load_prompts(path: Path = PROMPTS_FILE) -> list[LabelledPrompt]:
    return [
        LabelledPrompt(row["text"], row["skill"], row.get("documents", 0), row.get("level", ""))
        for row in read_json_lines(path)
    ]


def load_graded(path: Path = GRADED_FILE) -> list[GradedPrompt]:
    return [GradedPrompt(**row) for row in read_json_lines(path)]


def load_levels(path: Path) -> list[GradedLevel]:
    return [GradedLevel(**row) for row in read_json_lines(path)]


def prompts_of_tests(questions: Questions, seed: int) -> list[LabelledPrompt]:
    """A few questions of every subject, without their answer options: facts, sums and logic as tests ask for them."""
    random = np.random.default_rng(seed)
    chosen: list[LabelledPrompt] = []
    for subject in np.unique(questions.subjects):
        rows = random.permutation(np.flatnonzero(questions.subjects == subject))
        skill = "math" if subject in _MATH else "logic" if subject in _LOGIC else "knowledge"
        count = A_SUBJECT * (5 if subject == GSM8K else 1)
        chosen += [LabelledPrompt(OPTION.split(questions.texts[row])[0], skill) for row in rows[:count]]
    return chosen


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
