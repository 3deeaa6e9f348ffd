"""How a third party's skill gets turns: by examples of prompts it is for, compared in meaning with the user's words.

No code of theirs takes part in a decision. Not overruled are `exec`, which is asked for in so many words, and what a recogniser
reads: whoever knows of that does not come here with it. What the user tells is taken by no example that asks for something,
and what is to be remembered by none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from orchestrator.routing.skills.registry import SkillEntry
from orchestrator.routing.skills.telling import IsTold, is_to_be_remembered, tells
from orchestrator.seams import Alternative, Decision, Embedder, SkillName

# With two examples for each of six skills, 11 of 23 prompts of ours went to the right one and 1 of 30 others to a wrong one.
CLAIMS = 0.5
_ASKED_FOR = "exec"


def _nothing_is_told(text: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Claims:
    """Unit vectors of all examples, row by row, whose they are, and which of them tell something.

    `is_told` says of a text whether it is a statement to remember.
    """

    names: tuple[SkillName, ...] = ()
    vectors: np.ndarray | None = None
    telling: tuple[bool, ...] = ()
    is_told: IsTold = _nothing_is_told

    @classmethod
    async def learn(
        cls, entries: Iterable[SkillEntry], embedder: Embedder, is_told: IsTold = _nothing_is_told
    ) -> Claims:
        """Raises what the embedder raises."""
        pairs = [(entry.name, example) for entry in entries if not entry.fault for example in entry.examples]
        if not pairs:
            return cls()
        vectors = np.stack([await embedder.embed(example) for _, example in pairs])
        telling = tuple(tells(example, is_told) for _, example in pairs)
        return cls(tuple(name for name, _ in pairs), vectors, telling, is_told)

    def applied(self, decision: Decision, text: str, embedding: np.ndarray | None) -> Decision:
        """The decision, or the same with the skill whose example is closest, where that is close enough."""
        if self.vectors is None or embedding is None or decision.skill == _ASKED_FOR:
            return decision
        similarities = self.vectors @ embedding
        if np.max(similarities) >= CLAIMS:
            similarities = np.where(self._may_claim(text), similarities, -1.0)
        best = int(np.argmax(similarities))
        name, score = self.names[best], round(float(similarities[best]), 3)
        if score < CLAIMS:
            return decision
        passed_over = Alternative(
            decision.skill, decision.model, decision.scores.get(decision.skill, 0.0), decision.reason
        )
        return replace(
            decision,
            skill=name,
            reason=f"An example of the skill {name!r} means nearly the same ({score:.2f}).",
            scores={**decision.scores, name: score},
            alternatives=(passed_over, *decision.alternatives),
        )

    def _may_claim(self, text: str) -> np.ndarray:
        """For each example whether the text may mean it."""
        if is_to_be_remembered(text):
            return np.zeros(len(self.names), dtype=bool)
        if tells(text, self.is_told):
            return np.array(self.telling, dtype=bool)
        return np.ones(len(self.names), dtype=bool)
