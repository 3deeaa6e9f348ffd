"""Whether one sentence of a document says what an answer claims: the parts of two sentences make no third one.

Every word of the claim that carries content, and every word of the question that does, must be in that one sentence. Only
what it is about may stand before it: where a pronoun or "the company" points back, in the title, and in how the document
begins. Words for what is wanted ("how heavy", "the price of") are given by a measure of their kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from orchestrator.routing.skills.denials import denies
from orchestrator.routing.skills.kinds import AMOUNT, NUMBER, is_given
from orchestrator.routing.skills.overlap import IRREGULAR_FORMS, carries_content, content, is_english, numbers
from orchestrator.routing.skills.passages import Passage, sentences
from orchestrator.routing.skills.subject_words import NUMBER_WORDS, fold, held, holds_name, holds_number

_DESIGNATION = re.compile(r"\b([^\W\d_]{2,})[ -]([A-HJ-Z])\b(?!['’.]\w)")
_NUMBERED = re.compile(r"\b([A-Z]\w*)[ -](\d[\d.]*\d|\d)\b(?![:.]\d)")
_ASKS = re.compile(
    r"(?:,\s*|\s+)(?:and|but|or)\s+(?=(?:also\s+)?(?:(?:from|in|on|at|to|by|since|until|for)\s+(?=what|when|who|which|how))?(?:what|where|when|who|how|why|which|is|are|was|were|does|do|did|has|have|can)\b)"
    r"|(?<=[?.!])\s+",
    re.I,
)
_IS_ASKED = re.compile(
    r"^\W*(?:(?:and|but|or|also)\s+)*(?:(?:from|in|on|at|to|by|since|until|for)\s+)?(?:what|where|when|who|whose|how|why|which)\b",
    re.I,
)
_BESIDE = re.compile(r"\b([^\W\d_]+),? (?:and|or|und|oder|et|ou|y|e) (?:the |a |an )?([^\W\d_]+)\b")
_POINTS_BACK = re.compile(
    r"^\W*(?:(?:and|but|in|on|at|by|since|until|after|before|for|from|during)\s(?:[^\s,]+[\s,]+){0,4}?)?"
    r"(?:it|its|she|he|they|their|her|his|both|this|these)\b",
    re.I,
)
_PLURAL_PRONOUN = re.compile(r"\b(?:they|their|these|both)\b", re.I)
_COMMON = (
    "company firm business organisation organization institute agency city town village country building house house "
    "site team group club author writer painter composer scientist man woman boy girl person ship vessel brig boat "
    "device machine appliance unit model product vehicle car museum school book film work award treaty agreement"
)
_OF_COMMON = re.compile(rf"\b(?:the|this|that)\s+(?:{'|'.join(_COMMON.split())})\b", re.I)
_OWN_SUBJECT = re.compile(
    r"^\W*(?:(?:the|this|that|our|my|your)\s+(?P<noun>[^\W\d_]+(?:\s+[^\W\d_]+)?)|(?P<name>[A-Z][^\W\d_]+(?:\s+[A-Z]\w*)*)\s)"
)
_IMPERATIVE = re.compile(
    r"^\W*(?:do not|don't|never|always|please|let|bake|mix|replace|use|keep|add|run|press|open|close|turn|put|take|set|store|"
    r"clean|check|remove|insert|connect|install|wash|apply|stir|heat|cook|serve|choose|select|wait|to)\b",
    re.I,
)
_PREDICATE = re.compile(
    r"\s(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does|do|did"
    rf"|{'|'.join(sorted(IRREGULAR_FORMS))})\b|(?<=\w)\s[a-z]+(?:ed|[^s\W]s)\b|,"
)
_STRANDED = re.compile(r"\b(?:against|for|in favour|in favor)(?: it)?\W*$", re.I)
_SUBJECT_ASKED = re.compile(
    r"^\W*(?:and\s+)?(?:who|what|which\s+\w+)\s+(?!(?:do|does|did|can|will)\b|(?:is|are|was|were)\s+(?:the|a|an|my|our|his|her)\b)",
    re.I,
)

# Words that a question may have and the sentence that answers it not.
_LIGHT = content(
    "happen work take come go went came get make use kind type sort name call find found described stated mentioned "
    "exactly currently now today usually possible reason cause like want need people person someone who year "
    "colour color cup glass bottle answer question tell explain describe know mean known there about thing have "
    "information detail number list amount count please wonder think dr doctor mr mrs ms prof professor"
)
_BOUND = content("more less least most over under longer shorter bigger smaller older than")
_PER = re.compile(r"\b(?:per|an?|each|every|in \w+ per)\s+\w+\s*\??$", re.I)
# The other words by which the same is said.
_SAME: Sequence[frozenset[str]] = [
    content(words)
    for words in (
        "buy purchase sell sale", "found establish", "receive get accrue obtain", "command captain lead head",
        "need require necessary must", "locate situate lie", "employ employee staff", "start begin",
        "end finish", "allow permit may", "effect force", "marry husband wife", "forbid prohibit ban",
        "bicycle bike", "error fault", "supply connection draw", "chief head lead",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a passage. `carried` are the words of what it points back to or goes on about."""

    text: str
    words: frozenset[str]
    carried: frozenset[str]
    topic: frozenset[str]
    own: frozenset[str] | None
    passage: Passage
    points_back: bool

    def goes_on(self, question: Question, word: str) -> bool:
        """Whether it may be about what the document is about: it has no subject of its own that is not known or asked for."""
        if self.own is None or self.own <= self.topic | question.words:
            return True
        return question.asks_for_the_subject and word in words(self.passage.title)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, in its parts: an answer to one of them is an answer. `also` are synonyms the embedder found."""

    text: str = ""
    parts: tuple[frozenset[str], ...] = ()
    words: frozenset[str] = frozenset()
    also: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def asks_for_the_subject(self) -> bool:
        return _SUBJECT_ASKED.match(self.text) is not None

    @classmethod
    def of(
        cls, text: str, without: Sequence[str] = (), also: Mapping[str, frozenset[str]] | None = None
    ) -> Question:
        """`without`: words that are not wanted, of subjects named beside another and of bounds."""
        parts = [part for part in _ASKS.split(text) if part and words(part)]
        left = frozenset(word for each in without for word in content(each))
        return cls(text, tuple(_wanted(part) - left for part in parts), words(text), also or {})


def _wanted(part: str) -> frozenset[str]:
    """The words of a part of a question, without its bounds and without those that are named beside each other."""
    how_long = {"long"} & set(re.findall(r"\bhow (long)\b", part.casefold()))
    beside = {word for pair in _BESIDE.findall(part) for each in pair for word in content(each)}
    bounds = {
        word
        for word in numbers(part)
        if re.search(
            rf"\b(?:than|after|before|since|until|least|most|give me|list|name)\s+(?:the\s+)?{re.escape(word)}",
            part.replace(",", ""),
            re.I,
        )
    }
    return words(part) - beside - bounds - _BOUND | how_long


@lru_cache(maxsize=4096)
def words(text: str) -> frozenset[str]:
    """Its content words, those that a hyphen joins also as one, and which one of several it is: "Team A"."""
    named = {f"{fold(noun)} {letter.casefold()}" for noun, letter in _DESIGNATION.findall(text)}
    return frozenset(word for word in content(text) if carries_content(word)) | named


@lru_cache(maxsize=4096)
def _held_words(text: str) -> frozenset[str]:
    joined = content(re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", "", text))
    spelled = {NUMBER_WORDS[word] for word in content(text) & NUMBER_WORDS.keys()}
    spoken = {word for word, digits in NUMBER_WORDS.items() if digits in content(text)}
    return words(text) | joined | spelled | spoken


def statements(passages: Sequence[Passage], before: Sequence[Passage]) -> list[Statement]:
    """The sentences of some passages, each with what it points back to. `before` has all passages of the documents."""
    first: dict[int, Passage] = {}
    at: dict[tuple[int, int], Passage] = {}
    for each in before:
        at[each.number, each.position] = each
        if each.number not in first or each.position < first[each.number].position:
            first[each.number] = each
    found: list[Statement] = []
    for passage in passages:
        earlier = at.get((passage.number, passage.position - 1))
        parts = [*(sentences(earlier.text) if earlier else []), *sentences(passage.text)]
        opening = sentences(first.get(passage.number, passage).text)
        begin = len(parts) - len(sentences(passage.text))
        found += [_statement(parts, index, passage, opening) for index in range(begin, len(parts))]
    return found


def _statement(parts: Sequence[str], index: int, passage: Passage, opening: Sequence[str]) -> Statement:
    text = parts[index]
    topic = _about(passage.title) | (_about(_subject(opening[0])) if opening else frozenset())
    points_back = bool(_POINTS_BACK.search(text) or _OF_COMMON.search(text))
    carried: frozenset[str] = frozenset()
    if points_back:
        carried = _pointed_at(parts, index)
        if not carried:
            carried = topic
    elif index and _STRANDED.search(text):
        carried = _about(parts[index - 1])
    return Statement(text, _held_words(text), carried, topic, _own_subject(text), passage, points_back)


def _pointed_at(parts: Sequence[str], index: int) -> frozenset[str]:
    """What the sentence before that points nowhere itself is about; all of it where a "they" finds no plural there."""
    back = index - 1
    while back >= 0 and _POINTS_BACK.search(parts[back]):
        back -= 1
    if back < 0:
        return frozenset()
    subject = _subject(parts[back])
    if _PLURAL_PRONOUN.search(parts[index]) and not re.search(r"[a-z]s\b|\band\b", subject):
        subject = parts[back]
    return _about(subject)


def _about(text: str) -> frozenset[str]:
    """Its words but the numbers that are no part of a name: those are never carried to another sentence."""
    named = {number for _, number in _NUMBERED.findall(text)}
    return frozenset(word for word in _held_words(text) if not word[0].isdigit() or word in named)


def _own_subject(text: str) -> frozenset[str] | None:
    if _IMPERATIVE.match(text) or _POINTS_BACK.search(text):
        return None
    return words(_subject(text)) or None if _OWN_SUBJECT.match(text) else None


def _subject(sentence: str) -> str:
    """Its beginning up to the verb, as far as that can be seen."""
    end = _PREDICATE.search(sentence)
    return sentence[: end.start()] if end and end.start() > 2 else sentence


def is_synonym(word: str, of: frozenset[str]) -> bool:
    """Whether one of these words says the same as the word, by a short list."""
    return any(word in same and same & of for same in _SAME)


def answers(question: Question, statement: Statement) -> bool:
    """Whether this one sentence speaks of all that a part of the question asks, and does not only deny it."""
    return not denies(statement.text, question.text) and speaks_of(question, statement)


def speaks_of(question: Question, statement: Statement) -> bool:
    """Whether this one sentence has all words of a part of the question, be it to deny them."""
    return any(_answers(part, question, statement) for part in question.parts)


def says(claim: str, question: Question, statement: Statement) -> bool:
    """Whether this one sentence says all of the claim, and that is what was asked."""
    wanted = words(claim)
    if not all(_has(word, claim, question, statement) for word in wanted):
        return False
    return not question.parts or answers(question, statement)


def questions_in(text: str) -> list[str]:
    """The questions of a text that asks several in English, else the text."""
    asked = [part for part in _ASKS.split(text) if part and words(part) and _IS_ASKED.match(part)]
    return asked if len(asked) > 1 and is_english(text) else [text]


def unanswered(question: Question, said: Sequence[Statement]) -> tuple[str, ...]:
    """The parts of an English question in several that none of these sentences answers, as they were asked."""
    texts = [part for part in _ASKS.split(question.text) if part and words(part)]
    if len(texts) != len(question.parts) or len(texts) < 2:
        return ()
    return tuple(
        text.strip().rstrip("?.! ")
        for text, part in zip(texts, question.parts, strict=True)
        if _IS_ASKED.match(text) and is_english(text)
        if not any(_answers(part, question, each) for each in said)
    )


def _answers(part: frozenset[str], question: Question, statement: Statement) -> bool:
    return all(_has(word, question.text, question, statement, asked=True) for word in part)


def _has(word: str, text: str, question: Question, statement: Statement, *, asked: bool = False) -> bool:
    if word in statement.words or word in statement.carried:
        return True
    page = held(statement.text)
    if word in statement.topic and statement.goes_on(question, word):
        return True
    if word[0].isdigit():
        return asked and holds_number(page, word)
    if holds_name(page, word) or _is_acronym(word, statement.text):
        return True
    if not word.isascii() or not is_english(question.text or text):
        # What asks in another language is not known by its words.
        return asked and not _is_elsewhere(word, statement)
    if word in _LIGHT or question.also.get(word, frozenset()) & statement.words:
        return True
    if is_synonym(word, statement.words):
        return True
    if is_given(word, statement.text):
        return not _PER.search(text) or not re.search(rf"\b(?:per|an?)\s+{re.escape(word)}", text)
    if word in content(_COMMON) and statement.points_back:
        return True
    return _is_substance(word, question.text, statement.text)


def _is_elsewhere(word: str, statement: Statement) -> bool:
    return word in statement.passage.words


def _is_acronym(word: str, text: str) -> bool:
    initials = r"\s+".join(rf"{re.escape(letter.upper())}\w+" for letter in word)
    return 1 < len(word) < 7 and re.search(initials, text) is not None


def _is_substance(word: str, question: str, text: str) -> bool:
    """ "How much water" is answered by litres, unless they are said to be of something else."""
    how_much = re.search(r"\bhow much ([^\W\d_]+)", question, re.I)
    if how_much is None or word not in content(how_much[1]):
        return False
    return bool(re.search(rf"{NUMBER} ?(?:{AMOUNT})\b(?! of\b)", text))
