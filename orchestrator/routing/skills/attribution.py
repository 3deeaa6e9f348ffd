"""Whether passages speak of what was asked about: an answer that fits, said of somebody else, is none.

Every subject of the question (`subjects.py`) must be held by a cited passage, by its title or by what stands before it
in its document, where a "she" may point. Where sentences side by side begin with one name each, what is said of one is
not taken for what is said of another. It sees words, not grammar: who did what to whom within a sentence it does not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestrator.routing.skills.overlap import carries_content, content
from orchestrator.routing.skills.passages import Passage, Reading, sentences
from orchestrator.routing.skills.subject_words import (
    Held,
    held,
    holds_acronym,
    holds_caseless,
    holds_compound,
    holds_name,
    holds_number,
    name_forms,
)
from orchestrator.routing.skills.subjects import Kind, Subject

_OPENER = re.compile(r"[\"“«(]*(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s+)?([^\W\d_]+)(?:['’]s)?")

_NAMED: tuple[Kind, ...] = ("name", "acronym", "bare noun")


def holds(text: str, subject: Subject) -> bool:
    """Whether the text names the subject, in any of its forms."""
    page = held(text)
    found = sum(_has_word(page, word, subject) for word in subject.words)
    if subject.kind == "name":
        # One of three names may be missing: a middle name, or a title that is not known as one.
        return found >= len(subject.words) - (len(subject.words) > 2)
    return 2 * found >= len(subject.words) if subject.kind == "unspaced" else found > 0


def _has_word(page: Held, word: str, subject: Subject) -> bool:
    match subject.kind:
        case "number":
            return holds_number(page, word)
        case "acronym":
            return holds_acronym(page, word) or (
                carries_content(word.casefold()) and word.casefold() in page.forms
            )
        case "unspaced":
            return word in page.folded
        case "caseless":
            return holds_caseless(page, word)
        case "german noun":
            return holds_name(page, word) or holds_compound(page, word)
        case "noun" | "bare noun":
            return bool(({word} | subject.also) & content(page.text)) or word in page.forms
    return holds_name(page, word) or (
        len(subject.words) > 1 and "".join(w[0] for w in subject.words) in page.forms
    )


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a question is about, and where the documents speak of it. `absent` are the subjects that none of them holds."""

    held: tuple[Subject, ...] = ()
    absent: tuple[Subject, ...] = ()
    reading: Reading | None = None

    @classmethod
    def of(cls, wanted: Sequence[Subject], reading: Reading) -> Attribution:
        absent = [subject for subject in wanted if not _is_anywhere(subject, reading.passages)]
        return cls(tuple(each for each in wanted if each not in absent), tuple(absent), reading)

    @property
    def is_partly_absent(self) -> bool:
        """Whether it was asked of several in one breath, and the documents hold one of them."""
        beside = any(subject.is_beside for subject in self.held)
        return bool(self.absent) and beside and all(subject.is_beside for subject in self.absent)

    def allows(self, sentence: str, passage: Passage, question: frozenset[str]) -> bool:
        """Whether a sentence of an answer may rest on this passage."""
        if any(holds(sentence, subject) for subject in self.absent):
            return False
        named = [subject for subject in self.held if holds(sentence, subject)]
        if not all(self._is_spoken_of(subject, passage) for subject in named):
            return False
        return not self._is_said_of_another(sentence, passage, question, named or self.held)

    def unsaid(self, cited: Iterable[Passage]) -> tuple[Subject, ...]:
        """The subjects that none of these passages speaks of."""
        cited = list(cited)
        return tuple(s for s in self.held if not any(self._is_spoken_of(s, passage) for passage in cited))

    def _is_spoken_of(self, subject: Subject, passage: Passage) -> bool:
        if _holds(passage, subject):
            return True
        before = self.reading.passages if self.reading else ()
        return any(
            each.number == passage.number and each.position < passage.position and _holds(each, subject)
            for each in before
        )

    def _is_said_of_another(
        self, sentence: str, passage: Passage, question: frozenset[str], about: Sequence[Subject]
    ) -> bool:
        """Whether the sentences that say it begin with a name that is neither asked about nor answered with."""
        about = [subject for subject in about if subject.kind in _NAMED]
        claims = content(sentence) - question
        if not about or not claims or any(holds(passage.title, subject) for subject in about):
            return False
        parts = sentences(passage.text)
        most = max((len(claims & content(part)) for part in parts), default=0)
        saying = [part for part in parts if most and len(claims & content(part)) == most]
        known = question | content(sentence)
        here = any(_holds(passage, subject) for subject in about)
        if here and not any(_opens_with(part, subject) for part in parts for subject in about):
            return False
        return bool(saying) and all(
            _is_of_another(part, known) and not any(holds(part, subject) for subject in about)
            for part in saying
        )


def _holds(passage: Passage, subject: Subject) -> bool:
    return holds(passage.text, subject) or (bool(passage.title) and holds(passage.title, subject))


def _is_anywhere(subject: Subject, passages: Sequence[Passage]) -> bool:
    return any(_holds(passage, subject) for passage in passages)


def opener(sentence: str) -> str | None:
    """The word that a sentence begins with, where it may be what the sentence is about."""
    match = _OPENER.match(sentence)
    if match is None or not match[1][0].isupper() or not carries_content(match[1].casefold()):
        return None
    return match[1]


def _opens_with(sentence: str, subject: Subject) -> bool:
    first = opener(sentence)
    return first is not None and holds(first, Subject(first, subject.kind, subject.words[:1]))


def _is_of_another(sentence: str, known: frozenset[str]) -> bool:
    first = opener(sentence)
    return first is not None and not content(first) & known and not name_forms(first) & known
