"""Whether documents answer one question with different values: "founded in 1990" and "founded in 1985".

Two sentences disagree when both answer all that was asked and differ in values of one sort alone: numbers, points in
time, names or colours. Any other word that one of them has may be a condition ("for adults", "in 2021", "the Berlin
branch"), and then both may hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orchestrator.routing.skills.attribution import Attribution
from orchestrator.routing.skills.kinds import COLOURS, MONTH, WEEKDAY
from orchestrator.routing.skills.overlap import content
from orchestrator.routing.skills.passages import BEARS, Passage
from orchestrator.routing.skills.statements import Question, Statement, answers, is_synonym, statements
from orchestrator.routing.skills.subject_words import NUMBER_WORDS

_MOST = 3
_NO_DIFFERENCE = content(
    "company firm inc corp corporation ltd llc gmbh plc originally first officially now currently today already back total "
    "cost price fee charge weigh weight height length last duration period term rate amount number name colour color run"
)
# Two people may have written a book together; a question for "the director", or where a house is, has one answer.
_ONE_NAME = re.compile(
    r"^\W*(?:(?:and|so)\s+)?(?:(?:who|what|which)(?:\s+(?:is|was)|['’]s)\s+(?:the|my|our|your|his|her|its|[^\W\d_]+['’]s)\b"
    r"|(?:which|what)\s+[^\W\d_]+[^\W\d_s]\s+(?:is|was|does|did|has|had)\b"
    r"|where\s+(?:is|was|does|did)\b"
    r"|who\s+(?:wrote|founded|designed|built|invented|painted|directed|composed|discovered|won|owns|leads|led|heads|runs"
    r"|chairs|manages)\b)",
    re.I,
)
_WHEN = re.compile(
    r"^\W*(?:(?:and|so)\s+)?(?:(?:in|on|since|until|by)\s+)?(?:when|(?:what|which) (?:year|date|day|month))\b",
    re.I,
)
_APPROXIMATE = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|approximately|circa|some|over|under|up to|(?:more|less|fewer) than"
    r"|at (?:least|most))\s+\d|~\s*\d",
    re.I,
)
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{MONTH})\b|\b(?:{MONTH})\s+\d{{1,4}}\b|\b(?:{MONTH}|{WEEKDAY})\b"
    r"|\b(?:in|since|by|until|before|after|during|year)\s+\d{4}\b",
    re.I,
)
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2}\s?(?:[ap]\.?m\b|o['’]clock)", re.I)
_VALUE = re.compile(rf"\d|\b(?:{MONTH}|{WEEKDAY}|{'|'.join(NUMBER_WORDS)})\b", re.I)
# "Which days is it open?" has several answers; of numbers and times of day two are still one too many.
_SEVERAL = re.compile(
    r"^\W*(?:(?:what|which|who|where)\s+(?:are|were)|(?:what|which)\s+[^\W\d_]+[^\W\d_s]s)\b", re.I
)
_ADDED = re.compile(r"[,;]|\b(?:by|with|and|which|who)\b", re.I)
_ADDED_TO_A_NAME = re.compile(r"[,;]|\b(?:with|which|who)\b", re.I)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_COLOURS = content(" ".join(COLOURS))


def disagreeing(asked: Question, shown: Sequence[Passage], about: Attribution) -> tuple[Statement, ...]:
    """Sentences that answer the question, each with another value; empty where there are not two such."""
    found = _answering(asked, shown, about)
    for index, first in enumerate(found):
        sides = [first]
        for other in found[index + 1 :]:
            if len(sides) < _MOST and all(_differ(asked, side, other) for side in sides):
                sides.append(other)
        if len(sides) > 1:
            return tuple(sides)
    return ()


def values(sides: Sequence[Statement]) -> frozenset[str]:
    """The words that some of these sentences have and others have not."""
    return frozenset().union(*(side.words for side in sides)) - frozenset.intersection(
        *(side.words for side in sides)
    )


def _answering(asked: Question, shown: Sequence[Passage], about: Attribution) -> list[Statement]:
    question = content(asked.text)
    bearing = [passage for passage in shown if passage.relevance >= BEARS and not about.unsaid([passage])]
    every = about.reading.passages if about.reading else shown
    return [
        each
        for each in statements(bearing, every)
        if asked.parts and answers(asked, each) and about.allows(each.text, each.passage, question)
    ]


def _differ(asked: Question, one: Statement, other: Statement) -> bool:
    """Whether the two differ in values of one sort, and in nothing else."""
    sorts = _sort_of_difference(asked, one, other), _sort_of_difference(asked, other, one)
    if sorts[0] != sorts[1] or sorts[0] == "word":
        return False
    if sorts[0] == "name":
        return _ONE_NAME.match(asked.text) is not None
    if _SEVERAL.match(asked.text) and sorts[0] not in ("number", "clock"):
        return False
    return not _APPROXIMATE.search(one.text) and not _APPROXIMATE.search(other.text)


def _sort_of_difference(asked: Question, one: Statement, other: Statement) -> str:
    """The sort of the words that `one` has and `other` has not; `word` for several sorts or no value.

    What is only added behind the value does not count: "founded in 1990 by two brothers".
    """
    theirs = other.words | other.carried | asked.words | _NO_DIFFERENCE
    left = {word for word in one.words - theirs if not is_synonym(word, other.words)}
    for text in (one.text, _without_additions(one.text), _ADDED_TO_A_NAME.split(one.text)[0]):
        sorts = set(_sorts(_words_in(text, left), text, asked))
        if len(sorts) == 1 and "word" not in sorts:
            return sorts.pop()
    return "word"


def _words_in(text: str, words: set[str]) -> set[str]:
    """Those of the words that stand in a part of their sentence; a number also as its word."""
    held = content(text)
    return {word for word in words if word in held or NUMBER_WORDS.get(word) in held}


def _without_additions(text: str) -> str:
    """The sentence up to what is added behind its value: "founded in 1990" of "founded in 1990 by two brothers"."""
    value = _VALUE.search(text)
    end = _ADDED.search(text, value.end()) if value else None
    return text[: end.start()] if end else text


def _sorts(words: set[str], text: str, asked: Question) -> Iterator[str]:
    clock, date = _content_of(_CLOCK, text), _content_of(_DATE, text)
    is_when = _WHEN.match(asked.text) is not None
    names = {word for token in _TOKEN.findall(text) if token[0].isupper() for word in content(token)}
    for word in {NUMBER_WORDS.get(word, word) for word in words}:
        if word in clock:
            yield "clock"
        elif word in date:
            yield "date"
        elif word[0].isdigit():
            yield "date" if is_when else "number"
        elif word in _COLOURS:
            yield "colour"
        else:
            yield "name" if word in names else "word"


def _content_of(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return content(" ".join(match[0] for match in pattern.finditer(text)))
