"""How a third party's skill gets turns: by examples of prompts it is for, compared in meaning with the user's words.

No code of theirs takes part in a decision. The built-in skills that know for certain (`math`, `exec`) are not overruled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from orchestrator.routing.skills.registry import SkillEntry
from orchestrator.seams import Alternative, Decision, Embedder, SkillName

# With two examples for each of six skills, 11 of 23 prompts of ours went to the right one and 1 of 30 others to a wrong one.
CLAIMS = 0.5
_CERTAIN = frozenset({"math", "exec"})


@dataclass(frozen=True, slots=True)
class Claims:
    """Unit vectors of all examples, row by row, and whose they are."""

    names: tuple[SkillName, ...] = ()
    vectors: np.ndarray | None = None

    @classmethod
    async def learn(cls, entries: Iterable[SkillEntry], embedder: Embedder) -> Claims:
        """Raises what the embedder raises."""
        pairs = [(entry.name, example) for entry in entries if not entry.fault for example in entry.examples]
        if not pairs:
            return cls()
        vectors = np.stack([await embedder.embed(example) for _, example in pairs])
        return cls(tuple(name for name, _ in pairs), vectors)

    def applied(self, decision: Decision, embedding: np.ndarray | None) -> Decision:
        """The decision, or the same with the skill whose example is closest, where that is close enough."""
        if self.vectors is None or embedding is None or decision.skill in _CERTAIN:
            return decision
        similarities = self.vectors @ embedding
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
