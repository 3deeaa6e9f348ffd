"""What a policy sees of a prompt: shape, cues and words of the user's own text of this turn.

Bounded work: of a long text its beginning and its end are read. History and recalled text never come here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestrator.routing.code_signs import CodeSigns, code_signs
from orchestrator.routing.cues import cues
from orchestrator.routing.shape import shape

HEAD_CHARS, TAIL_CHARS = 2000, 1000


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """`shape` tells how difficult, `cues` and `hashed_words` what is wanted."""

    shape: np.ndarray
    cues: np.ndarray
    signs: CodeSigns

    @property
    def hashed_words(self) -> np.ndarray:
        return self.signs.words.hashed()


def text_features(text: str, documents: int = 0) -> TextFeatures:
    part = readable_part(text)
    signs = code_signs(part)
    return TextFeatures(shape(part, len(text)), cues(part, signs, documents), signs)


def readable_part(text: str) -> str:
    """The text, or of a long one its beginning and its end."""
    if len(text) <= HEAD_CHARS + TAIL_CHARS:
        return text
    return f"{text[:HEAD_CHARS]}\n{text[-TAIL_CHARS:]}"
