"""Whether an answer says what the documents say, sentence by sentence, and which document each sentence is from.

A sentence stands when one sentence of a document says all of it and what was asked (`statements.py`), in a passage that
speaks of what was asked about (`attribution.py`). It is given in the model's words only where they are that sentence said
again (`verbatim.py`), else in the document's: the model points, the document speaks.
What a model cites is checked, not believed: a citation of a document that does not exist, or that does not say the
sentence, goes; the document that does say it is cited in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from orchestrator.routing.skills.attribution import Attribution
from orchestrator.routing.skills.clauses import YES_OR_NO, brings_its_own, is_of_one_clause, repeats_a_clause
from orchestrator.routing.skills.denials import contradicts
from orchestrator.routing.skills.groups import is_of_another_clause, mismatches, verbs_differ
from orchestrator.routing.skills.kinds import gives_another_dimension
from orchestrator.routing.skills.nuances import (
    affirms,
    brings_nothing,
    distorts,
    marker_words,
    without_no,
    yes_or_no,
)
from orchestrator.routing.skills.overlap import Weights, content, negates
from orchestrator.routing.skills.passages import BEARS, Passage, sentences
from orchestrator.routing.skills.statements import Question, Statement, affirms_all, says, statements, words
from orchestrator.routing.skills.summary import is_said_to_the_reader
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
    """`support` is the share of it that the passage says; the passage is None when it says nothing to check. `quote` is the
    passage's own sentence, where the model's is not that sentence said again."""

    text: str
    support: float
    passage: Passage | None = None
    quote: str = ""

    @property
    def number(self) -> int | None:
        return self.passage.number if self.passage else None


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """The sentences that stand, those that do not, and the citations that were taken out."""

    kept: tuple[Sentence, ...]
    dropped: tuple[Sentence, ...]
    removed_citations: tuple[int, ...]

    @property
    def text(self) -> str:
        return " ".join(dict.fromkeys(_cited(sentence) for sentence in self.kept))

    @property
    def has_quotes(self) -> bool:
        return any(sentence.quote for sentence in self.kept)

    @property
    def is_supported(self) -> bool:
        return bool(self.cited)

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


def check_answer(
    answer: str,
    question: frozenset[str],
    shown: Sequence[Passage],
    weights: Weights,
    about: Attribution | None = None,
    asked: Question | None = None,
) -> CheckedAnswer:
    """`shown` is what the model had before it; `question` the content words of what was asked, `about` its subjects.

    Only passages that bear on the question can bear out an answer: the words of another may match by chance.
    """
    enough = min(BEARS, max((passage.relevance for passage in shown), default=0.0))
    shown = [passage for passage in shown if passage.relevance >= enough]
    about = about or Attribution()
    every = about.reading.passages if about.reading else shown
    spoken: dict[int, list[Statement]] = {}
    for statement in statements(shown, every):
        spoken.setdefault(statement.passage.position, []).append(statement)
    check = _Check(question, shown, weights, about, asked or Question(), spoken)
    answer = _LEAD_IN.sub("", answer)
    kept: list[Sentence] = []
    dropped: list[Sentence] = []
    removed: list[int] = []
    said = ""  # the "yes" or "no" that the next sentences are to bear out
    # A small model goes round in circles: what it says again counts once.
    for written in dict.fromkeys(sentences(_CITATION.sub(_before_the_stop, answer))):
        cited = _numbers_cited(written)
        text = _CITATION.sub("", written)
        sentence = check.sentence(text, cited)
        if bare := yes_or_no(text):
            said = bare
        elif said and check.sentence(f"{said}, {text}", cited).support < SUPPORTED:
            sentence = replace(sentence, support=0.0)
        removed += [number for number in cited if number != sentence.number]
        stands = sentence.passage is None or sentence.support >= SUPPORTED
        (kept if stands else dropped).append(sentence)
    return CheckedAnswer(tuple(kept), tuple(dropped), tuple(removed))


def _before_the_stop(match: re.Match[str]) -> str:
    return match[0].strip()


def _numbers_cited(written: str) -> list[int]:
    return [int(number) for match in _CITATION.finditer(written) for number in match[1].split(",")]


@dataclass(frozen=True, slots=True)
class _Check:
    question: frozenset[str]
    shown: Sequence[Passage]
    weights: Weights
    about: Attribution
    asked: Question
    spoken: Mapping[int, Sequence[Statement]]

    def sentence(self, text: str, cited: Sequence[int]) -> Sentence:
        if not content(text) or not self.shown:
            return Sentence(text, 1.0 if not content(text) else 0.0)
        if not self.asked.parts and is_said_to_the_reader(text):
            return Sentence(text, 0.0, self.shown[0])
        # A cited document wins a tie, then the first.
        supports = [
            (*self._support(text, p), p.number in cited, -p.number, -p.position, p) for p in self.shown
        ]
        support, quote, *_, passage = max(supports, key=lambda each: (each[0], *each[2:-1]))
        return Sentence(text, support, passage, quote)

    def _support(self, text: str, passage: Passage) -> tuple[float, str]:
        """The share of what a sentence adds to the question that one sentence of the passage has, and that sentence where it
        is to be quoted in its place.

        0 where none says it, for a number or a "not" that it does not have or a denial left out, and where it speaks of
        somebody else or has the value for another group.
        """
        spoken = self.spoken.get(passage.position, ())
        if not spoken or not self.about.allows(text, passage, self.question):
            return 0.0, ""
        share, best = max(((self._share(text, each), each) for each in spoken), key=lambda found: found[0])
        is_kept = share < SUPPORTED or self._is_said_again(text, best)
        return share, "" if is_kept else best.read

    def _is_said_again(self, text: str, statement: Statement) -> bool:
        passage = statement.passage
        known = frozenset(tokens(f"{passage.title} {passage.text} {self.asked.text}"))
        return is_said_again(text, statement.read, known)

    def _share(self, text: str, statement: Statement) -> float:
        if not affirms_all(self.asked, statement):
            text = without_no(text)
        if negates(text) and not negates(statement.text):
            return 0.0
        if contradicts(text, self.asked.text, statement.text) or not says(text, self.asked, statement):
            return 0.0
        if mismatches(text, self.asked.text, self.asked.words, statement.text):
            return 0.0
        if distorts(text, self.asked.text, statement.text) or verbs_differ(
            text, self.asked.text, statement.text
        ):
            return 0.0
        if is_of_another_clause(text, self.asked.text, statement.text):
            return 0.0
        if not self._is_borne_out_by_a_clause(text, statement):
            return 0.0
        if gives_another_dimension(text, self.asked.text, statement.text):
            return 0.0
        if affirms(text) and (
            not affirms_all(self.asked, statement) or (negates(text) and not negates(self.asked.text))
        ):
            return 0.0
        if self.asked.parts and brings_nothing(
            text, words(text) | content(text), self.asked.text, self.question
        ):
            return 0.0
        claims = content(text) - marker_words(text) or content(text)
        return self.weights.share(
            claims - self.question or claims, statement.words | statement.carried | statement.topic
        )

    def _is_borne_out_by_a_clause(self, text: str, statement: Statement) -> bool:
        question = self.asked.text
        if not YES_OR_NO.match(question):
            return brings_its_own(text, statement.words, statement.carried) and is_of_one_clause(
                text, question, statement.text
            )
        around = (each.text for spoken in self.spoken.values() for each in spoken)
        meant = statement.carried | words(statement.passage.title)
        return repeats_a_clause(text, question, meant, statement.text, around)


def _cited(sentence: Sentence) -> str:
    if not sentence.number:
        return sentence.text
    if sentence.quote:
        return f"“{sentence.quote}” [{sentence.number}]"
    end = _END_MARK.search(sentence.text)
    cut = end.start() if end else len(sentence.text)
    return f"{sentence.text[:cut]} [{sentence.number}]{sentence.text[cut:]}"
