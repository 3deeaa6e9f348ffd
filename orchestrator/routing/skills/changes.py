"""Which sentence says what an answer has become since: "The budget was raised to 1.6 million." beside "The budget is 1.4 million".

Seen by the form: a word of change, the subject of the question and another value of the kind asked for. Which of the two
holds is left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestrator.routing.skills.attribution import Attribution
from orchestrator.routing.skills.disagreement import allowed, sorts_of_others
from orchestrator.routing.skills.fitting import gives_what_is_asked, has_a_place, has_a_time
from orchestrator.routing.skills.kinds import MONTH, WEEKDAY, is_kind
from orchestrator.routing.skills.overlap import content
from orchestrator.routing.skills.passages import Passage
from orchestrator.routing.skills.predicates import present_verbs, tells_of_it
from orchestrator.routing.skills.quotation import is_outright
from orchestrator.routing.skills.statements import (
    Question,
    Statement,
    answers,
    bearing_words,
    has_words,
    in_clauses,
)

_MOST = 3
_CHANGES = re.compile(
    r"\b(?:now|nowadays|currently|change[sd]?|moved?|shifted|relocated|raised|lowered|increase[sd]?|reduced|rose|extended|shortened"
    r"|postponed|rescheduled|delayed|brought forward|put off|instead|replace[sd]?|replacing|correct(?:ion|ed)|update[sd]?|updating|new|became|again"
    rf"|since|from then on|as of|took over|taken over|switched|swapped|(?:from|since|starting) (?:\d{{1,2}} )?(?:{MONTH}|{WEEKDAY}))\b",
    re.I,
)
# Says that it is so no more, and needs no other value.
_ENDS = re.compile(
    r"\b(?:no longer|any ?more|cancel\w*|called off|abolished|discontinued|withdrawn|scrapped)\b", re.I
)
_WHEN = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)?(?:when|(?:at\s+)?what time|(?:what|which) (?:day|date))\b", re.I
)
_IS_SO = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)?(?:is|are)\s+(?:the|our|your|my)\s+(?:[^\W\d_]+\s+){1,4}?(?P<so>[^\W\d_]+)\W*$",
    re.I,
)
_LONG = frozenset({"long"})  # of no content but behind "how"
_WHY = re.compile(r"^\W*(?:(?:and|so|but)\s+)?(?:why|how\s+(?:do|does|can|is|are))\b", re.I)
_WAS = re.compile(r"\b(?:was|were|did|had)\b", re.I)
_WHERE = re.compile(r"^\W*(?:(?:and|so|but)\s+)?where\b", re.I)
_WHO = re.compile(r"^\W*(?:(?:and|so|but)\s+)?who\b", re.I)


def changed(asked: Question, shown: Sequence[Passage], about: Attribution) -> tuple[Statement, ...]:
    """A sentence that answers and those that say it has changed, what stands later first; empty where none says so."""
    every = allowed(asked, shown, about)
    for first in every:
        if not (answers(asked, first) and is_outright(asked, first)):
            continue
        if since := [each for each in every if each is not first and _changes(asked, first, each)]:
            return tuple(sorted((first, *since[-_MOST + 1 :]), key=_place, reverse=True))
    return ()


def _place(statement: Statement) -> tuple[int, int]:
    return statement.passage.position, statement.passage.text.find(statement.text)


def _changes(asked: Question, first: Statement, other: Statement) -> bool:
    return any(
        _is_of_the_same(part, text, asked, each)
        and (
            _ENDS.search(each.text) is not None
            or (_IS_SO.match(text) is not None and _CHANGES.search(each.text) is not None)
            or (
                (_CHANGES.search(each.text) is not None or _is_said_anew(asked, first, other))
                and _has_another_value(text, asked, first, each)
            )
        )
        for part, text in asked.asked
        if not _WHY.match(text)
        for each in in_clauses(other)
    )


def _is_said_anew(asked: Question, first: Statement, other: Statement) -> bool:
    """Whether a later document answers it itself, be it with more words. What was once does not change."""
    return (
        not _WAS.search(asked.text)
        and other.passage.number > first.passage.number
        and is_outright(asked, other)
    )


def _is_of_the_same(part: frozenset[str], text: str, asked: Question, other: Statement) -> bool:
    """Whether it speaks of the subject of the question; of what is so now by whatever verb, of who does or did it by the same."""
    verbs = frozenset() if _WHO.match(text) else present_verbs(text)
    if is_so := _IS_SO.match(text):
        verbs |= content(is_so["so"])
    wanted = (part & (bearing_words(text) | _LONG)) - verbs
    # A value alone ("14 euros") is not of the subject.
    is_named = not is_kind(wanted) or bool(wanted & (other.words | other.carried))
    if not wanted or not is_named or not has_words(wanted, asked, other):
        return False
    return bool(verbs) or tells_of_it(text, other.text, under=other.under, points_back=other.points_back)


def _has_another_value(text: str, asked: Question, first: Statement, other: Statement) -> bool:
    others = sorts_of_others(asked, first, other)
    if _WHEN.match(text):
        return bool(others & {"clock", "date", "number"}) and has_a_time(text, other.text)
    if _WHERE.match(text):
        return bool(others) and has_a_place(text, other.text, "")
    if _WHO.match(text):
        return gives_what_is_asked(text, other.text) and bool(other.words - first.words - asked.words)
    return bool(others - {"word"}) and gives_what_is_asked(text, other.text)
