"""What a policy says of a prompt, before a model is chosen: skill, role, and the evidence in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from orchestrator.routing.features import TextFeatures
from orchestrator.seams import DegradationLevel, Features, Role, SkillName

LONG_CONVERSATION_TURNS = 5
CERTAIN = 0.9
"""From here on a recogniser settles the skill; below it has only seen a likeness."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`evidence` follows "because", `role_evidence` follows the role."""

    skill: SkillName
    scores: Mapping[SkillName, float]
    evidence: str
    role: Role
    role_evidence: str
    difficulty: float | None = None
    degradation: DegradationLevel = "none"
    warnings: tuple[str, ...] = ()


class Policy(Protocol):
    @property
    def name(self) -> str: ...

    def judge(
        self, features: Features, text: TextFeatures, recognised: Mapping[SkillName, float]
    ) -> Judgement:
        """Pure. `recognised` has what each skill's own recogniser said of the text, 0..1."""
        ...


def certain_skill(recognised: Mapping[SkillName, float]) -> SkillName | None:
    best = max(recognised, key=lambda skill: recognised[skill], default=None)
    return best if best is not None and recognised[best] >= CERTAIN else None
