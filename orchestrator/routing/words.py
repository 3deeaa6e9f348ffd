"""A text as words: lower-cased, each with its neighbour. What whole-word cues and hashed words are made of.

Chinese, Japanese and Korean set no spaces around words: there every character is a word, and a run of katakana is one, so
that pairs and triples of neighbours stand for words.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import numpy as np

HASHED_WORDS = 1024
_LONGEST = 400
_SINGLE = r"\u3041-\u309f\u3400-\u9fff\uac00-\ud7af"
_KATAKANA = r"\u30a1-\u30ff"
_LETTER = rf"[^\W_{_SINGLE}{_KATAKANA}]"
_WORD = re.compile(rf"[{_KATAKANA}]+|[{_SINGLE}]|{_LETTER}+(?:['’]{_LETTER}+)?|[+#]+")


@dataclass(frozen=True, slots=True)
class Words:
    """`order` has every word, `known` every word, pair and triple of neighbours, joined by one space."""

    order: tuple[str, ...]
    known: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Words:
        order = split(text)
        pairs = [f"{a} {b}" for a, b in zip(order, order[1:], strict=False)]
        triples = [f"{a} {b}" for a, b in zip(pairs, order[2:], strict=False)]
        return cls(tuple(order), frozenset([*order, *pairs, *triples]))

    def has(self, vocabulary: frozenset[str]) -> bool:
        return not self.known.isdisjoint(vocabulary)

    def hashed(self) -> np.ndarray:
        """float64[HASHED_WORDS] of unit length, over words and pairs; the same in every process."""
        counts = np.zeros(HASHED_WORDS)
        counts[[_slot(token) for token in self.known if token.count(" ") < 2]] = 1.0
        hashed: np.ndarray = counts / max(np.sqrt(counts.sum()), 1.0)
        return hashed


def split(text: str) -> list[str]:
    """The first words of a text, as they are compared."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)][:_LONGEST]


def vocabulary(*lines: str) -> frozenset[str]:
    """Words and phrases of up to three words, separated by commas, in the form that `Words.known` has them."""
    return frozenset(" ".join(split(term)) for line in lines for term in line.split(",") if term.strip())


def _slot(token: str) -> int:
    # Python's own hash() differs from process to process.
    return zlib.crc32(token.encode("utf-8", "replace")) % HASHED_WORDS
