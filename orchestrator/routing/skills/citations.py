"""Which document says what a model wrote in a summary, sentence by sentence.

The model points, the documents speak: a sentence of it that some document's sentence has most words of is given in the
model's words only where they are that sentence said again (`verbatim.py`), else the document's is quoted. What no
document says is left out. What a model cites is not believed: the document that says it is cited in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.routing.skills.overlap import Weights, content
from orchestrator.routing.skills.passages import Passage, sentences
from orchestrator.routing.skills.statements import Statement, statements
from orchestrator.routing.skills.summary import is_said_to_the_reader, is_whole
from orchestrator.routing.skills.verbatim import is_said_again, tokens
from orchestrator.seams import Generated

SUPPORTED = 0.6
_CITATION = re.compile(r"\s*\[\s*(\d{1,4}(?:\s*,\s*\d{1,4})*)\s*\]")
# How small models like to begin. It claims nothing, and it is not in the documents.
_LEAD_IN = re.compile(
    r"^\s*(?:(?:the|this) (?:documents?|text|passage|answer)(?: \[\d+\])? (?:is|are|says?|states?|reads?)(?: that)?\s*[:,]\s*"
    r"|(?:according to|based on|from) the (?:documents?|text|passage)s?(?: \[\d+\])?\s*[:,]\s*|answer\s*:\s*)+",
    re.I,
)
_IS_ENDED = re.compile(r"[.!?。！？…][\"'”’)\]]*\s*$")
_END_MARK = re.compile(r"[.!?。！？:]*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`support` is the share of its words that the passage's sentence has; no passage has anything to do with a sentence
    without content. `quote` is that sentence, where the model's is not it said again."""

    text: str
    support: float
    passage: Passage | None = None
    quote: str = ""

    @property
    def number(self) -> int | None:
        return self.passage.number if self.passage else None


@dataclass(frozen=True, slots=True)
class CheckedSummary:
    """The sentences that stand, those that do not, and the citations that were taken out."""

    kept: tuple[Sentence, ...] = ()
    dropped: tuple[Sentence, ...] = ()
    removed_citations: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(dict.fromkeys(_cited(sentence) for sentence in self.kept))

    @property
    def cited(self) -> list[Passage]:
        return [sentence.passage for sentence in self.kept if sentence.passage]

    @property
    def support(self) -> float:
        """Mean support of all sentences that claim something, the dropped ones included."""
        claims = [s.support for s in (*self.kept, *self.dropped) if s.passage is not None]
        return sum(claims) / len(claims) if claims else 0.0


def without_broken_off(generated: Generated, shown: Sequence[Passage]) -> str:
    """What a model wrote, without a last sentence in which it had to stop, unless one of the documents ends there too."""
    text = _CITATION.sub(_before_the_stop, generated.text)
    written = sentences(text)
    if generated.finish_reason != "length" or not written:
        return generated.text
    last = _CITATION.sub("", written[-1]).strip()
    if _IS_ENDED.search(last) or any(
        _END_MARK.sub("", each).casefold().endswith(last.casefold())
        for passage in shown
        for each in sentences(passage.text)
    ):
        return generated.text
    return text[: text.rindex(written[-1])].strip()


def check_summary(summary: str, shown: Sequence[Passage], weights: Weights) -> CheckedSummary:
    """`shown` is what the model had before it."""
    said = statements(shown, shown)
    kept: list[Sentence] = []
    dropped: list[Sentence] = []
    removed: list[int] = []
    # A small model goes round in circles: what it says again counts once.
    for written in dict.fromkeys(sentences(_CITATION.sub(_before_the_stop, _LEAD_IN.sub("", summary)))):
        cited = _numbers_cited(written)
        sentence = _checked(_CITATION.sub("", written), said, weights, cited)
        removed += [number for number in cited if number != sentence.number]
        stands = sentence.passage is None or sentence.support >= SUPPORTED
        (kept if stands else dropped).append(sentence)
    return CheckedSummary(tuple(kept), tuple(dropped), tuple(removed))


def _checked(text: str, said: Sequence[Statement], weights: Weights, cited: Sequence[int]) -> Sentence:
    """The sentence with the statement that has the most of its words; a cited document wins a tie, then the first."""
    claims = content(text)
    if not claims or not said:
        return Sentence(text, 0.0 if claims else 1.0)
    if is_said_to_the_reader(text):
        return Sentence(text, 0.0, said[0].passage)

    def fit(each: Statement) -> tuple[float, bool, int, int]:
        share = weights.share(claims, each.words | each.carried | each.topic)
        return share, each.passage.number in cited, -each.passage.number, -each.passage.position

    best = max(said, key=fit)
    passage = best.passage
    known = frozenset(tokens(f"{passage.title} {passage.text}"))
    quote = "" if is_said_again(text, best.read, known) and is_whole(text, best.read) else best.read
    return Sentence(text, fit(best)[0], passage, quote)


def _before_the_stop(match: re.Match[str]) -> str:
    return match[0].strip()


def _numbers_cited(written: str) -> list[int]:
    return [int(number) for match in _CITATION.finditer(written) for number in match[1].split(",")]


def _cited(sentence: Sentence) -> str:
    if not sentence.number:
        return sentence.text
    if sentence.quote:
        return f"“{sentence.quote}” [{sentence.number}]"
    end = _END_MARK.search(sentence.text)
    cut = end.start() if end else len(sentence.text)
    return f"{sentence.text[:cut]} [{sentence.number}]{sentence.text[cut:]}"
