"""Whether an answer says what the documents say, sentence by sentence, and which document each sentence is from.

A sentence stands when most of its content beyond the question's words, and every number in it, is in one passage.
What a model cites is checked, not believed: a citation of a document that does not exist, or that does not say the
sentence, goes; the document that does say it is cited in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.routing.skills.overlap import Weights, content, negates, numbers
from orchestrator.routing.skills.passages import BEARS, Passage, sentences

SUPPORTED = 0.6
_CITATION = re.compile(r"\s*\[\s*(\d{1,4}(?:\s*,\s*\d{1,4})*)\s*\]")
_END_MARK = re.compile(r"[.!?。！？:]*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`support` is the share of it that document `number` says; `number` is None when it says nothing to check."""

    text: str
    support: float
    number: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """The sentences that stand, those that do not, and the citations that were taken out."""

    kept: tuple[Sentence, ...]
    dropped: tuple[Sentence, ...]
    removed_citations: tuple[int, ...]

    @property
    def text(self) -> str:
        return " ".join(_cited(sentence) for sentence in self.kept)

    @property
    def is_supported(self) -> bool:
        return any(sentence.number is not None for sentence in self.kept)

    @property
    def support(self) -> float:
        """Mean support of all sentences that claim something, the dropped ones included."""
        claims = [s.support for s in (*self.kept, *self.dropped) if s.number is not None]
        return sum(claims) / len(claims) if claims else 0.0


def check_answer(
    answer: str, question: frozenset[str], shown: Sequence[Passage], weights: Weights
) -> CheckedAnswer:
    """`shown` is what the model had before it; `question` the content words of what was asked.

    Only passages that bear on the question can bear out an answer: the words of another may match by chance.
    """
    enough = min(BEARS, max((passage.relevance for passage in shown), default=0.0))
    shown = [passage for passage in shown if passage.relevance >= enough]
    kept: list[Sentence] = []
    dropped: list[Sentence] = []
    removed: list[int] = []
    for written in sentences(_CITATION.sub(_before_the_stop, answer)):
        cited = _numbers_cited(written)
        sentence = _checked(_CITATION.sub("", written), cited, question, shown, weights)
        removed += [number for number in cited if number != sentence.number]
        stands = sentence.number is None or sentence.support >= SUPPORTED
        (kept if stands else dropped).append(sentence)
    return CheckedAnswer(tuple(kept), tuple(dropped), tuple(removed))


def _before_the_stop(match: re.Match[str]) -> str:
    return match[0].strip()


def _numbers_cited(written: str) -> list[int]:
    return [int(number) for match in _CITATION.finditer(written) for number in match[1].split(",")]


def _checked(
    text: str, cited: Sequence[int], question: frozenset[str], shown: Sequence[Passage], weights: Weights
) -> Sentence:
    claims = content(text)
    if not claims:
        return Sentence(text, 1.0)
    # A cited document wins a tie, then the first.
    supports = [(_support(text, question, p, weights), p.number in cited, -p.number) for p in shown]
    support, _, number = max(supports, default=(0.0, False, 0))
    return Sentence(text, support, -number)


def _support(text: str, question: frozenset[str], passage: Passage, weights: Weights) -> float:
    """The share of what a sentence adds to the question that the passage has; 0 for other numbers or a "not"."""
    claims = content(text)
    if not numbers(text) - question <= passage.words or (negates(text) and not negates(passage.text)):
        return 0.0
    return weights.share(claims - question or claims, passage.words)


def _cited(sentence: Sentence) -> str:
    if not sentence.number:
        return sentence.text
    end = _END_MARK.search(sentence.text)
    cut = end.start() if end else len(sentence.text)
    return f"{sentence.text[:cut]} [{sentence.number}]{sentence.text[cut:]}"
