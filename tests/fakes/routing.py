"""A decider that does what a test says and keeps what it was told, and an embedder without a model."""

from __future__ import annotations

import asyncio
from hashlib import sha256

import numpy as np

from orchestrator.seams import Decision, Features


class ScriptedDecider:
    """Decides the skill that the request names, `skill` for `council/auto` and `council/vote`, and plain generation for anything else, on the first installed model."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.skill = "general"
        self.seen: list[Features] = []

    def __call__(self, features: Features) -> Decision:
        self.seen.append(features)
        chosen = self.skill if features.requested in ("council/auto", "council/vote") else "general"
        skill = features.skill or chosen
        return Decision(
            skill=skill,
            model=features.models[0].id,
            policy="scripted",
            reason=f"The test says “{skill}”.",
            scores={skill: 1.0},
        )


class WordEmbedder:
    """The sum of one fixed random direction a word: texts that share words are close, as with a real embedder."""

    def __init__(self) -> None:
        self.calls = 0
        self.delay_s = 0.0
        self.error: Exception | None = None

    async def embed(self, text: str) -> np.ndarray:
        self.calls += 1
        await asyncio.sleep(self.delay_s)
        if self.error is not None:
            raise self.error
        vector = sum((_direction(word) for word in text.casefold().split()), np.zeros(384, np.float32))
        length = float(np.linalg.norm(vector))
        return (vector / length if length else vector).astype(np.float32)


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(sha256(word.strip("?.!,").encode()).digest()[:8])
    return np.random.default_rng(seed).standard_normal(384).astype(np.float32)
