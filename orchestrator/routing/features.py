"""What a policy sees of a prompt: shape, cues and words of the user's own text of this turn.

Bounded work: of a long text its beginning and its end are read. History and recalled text never come here.
"""

from __future__ import annotations

import re
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
    hashed_words: np.ndarray
    signs: CodeSigns

    @property
    def wording(self) -> np.ndarray:
        """Hashed words, then cues."""
        return np.concatenate([self.hashed_words, self.cues])


_GREETING = re.compile(
    r"\s{0,9}(?:hi|hello(?!,? world\b)|hey|hallo|bonjour|hola|ciao|good (?:morning|afternoon|evening)|greetings)(?: (?:there|all|everyone|again))?"
    r"\s{0,3}[,.!:\n]{1,3}\s{0,9}(?:(?:(?:can|could|would) you (?:please )?|please )tell me,? (?=(?:who|what|when|where|which|how|why)\b))?",
    re.IGNORECASE,
)
_SUBSTANTIAL_WORDS = 3


def without_greeting(text: str) -> str:
    """The text without a greeting before a real request, which would weigh as much as the request; a greeting alone stays."""
    greeting = _GREETING.match(text)
    rest = text[greeting.end() :] if greeting else text
    return rest if len(rest.split(None, _SUBSTANTIAL_WORDS)) >= _SUBSTANTIAL_WORDS else text


def text_features(text: str, documents: int = 0) -> TextFeatures:
    part = readable_part(text)
    signs = code_signs(part)
    return TextFeatures(shape(part, len(text)), cues(part, signs, documents), signs.words.hashed(), signs)


def readable_part(text: str) -> str:
    """The text, or of a long one its beginning and its end."""
    if len(text) <= HEAD_CHARS + TAIL_CHARS:
        return text
    return f"{text[:HEAD_CHARS]}\n{text[-TAIL_CHARS:]}"
