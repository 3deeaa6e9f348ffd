"""Whether a sentence only denies what was asked: "Bob is not the CEO" says not who is.

Seen by the words of English, clause by clause: "Leave lasts 10 days and does not roll over" denies nothing about its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orchestrator.routing.skills.overlap import content, negates

_DENIAL = re.compile(
    r"\b(?:not|never|neither|nor|cannot|no longer|(?:wrong|false|untrue|incorrect|myth|rumou?r) that"
    r"|den(?:y|ies|ied) that|is (?:false|untrue|a lie))\b|n['’]t\b",
    re.I,
)
# "Not by Ann but by Bea" and "not only" hold the answer.
_CORRECTION = re.compile(r"\b(?:not|never|cannot)\b[^.;]*?\b(?:only|just|but)\b", re.I)
# "Not before 9:00" and "must not exceed 20 kg" are answers.
_BOUND = re.compile(
    r"\b(?:no|not|never|cannot)\b[^.;]*?\b(until|before|exceed|later than|earlier than|more than|less than|fewer than)\b",
    re.I,
)
_COMMAND = re.compile(r"^\W*(?:please\s+)?(?:do not|don['’]t|never)\b", re.I)
_BORDER = re.compile(
    r"[,;:()–—]|\b(?:but|because|although|though|while|whereas|since|unless|which|who)\b"
    r"|\b(?:and|or)\s+(?=(?:it|he|she|they|we|you|the|an?|not|never|does|do|did|is|are|was|were|has|have|had|can|cannot|will|must|may"
    r"|[a-z]+n['’]t|no longer)\b)",
    re.I,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|must|should|does|do|did)\b|n['’]t\b|\w\s[a-z]+(?:ed|[^s\W]s)\b",
    re.I,
)
_PRONOUN = re.compile(r"^\W*(it|they|he|she)\b", re.I)
_PLURAL = re.compile(r"[a-z]s\b|\band\b")
_ASKS_FOR_A_VALUE = re.compile(
    r"^\W*(?:(?:and|so|but|then)\s+)*(?:(?:in|on|at|to|from|for|by|since|until)\s+)?"
    r"(?:who|whom|whose|where|when|which|what(?!\s+(?:happens?|if|about)\b)|how\s+(?!do\b|does\b|did\b|can\b|should\b|to\b|is\b|are\b|come\b)\w+)\b",
    re.I,
)
_HOW_MUCH = re.compile(r"^\W*(?:(?:and|so|but|then)\s+)*how\b", re.I)


def denies(sentence: str, question: str) -> bool:
    """Whether the clause with the most of a question for a value only says what the value is not."""
    if not _asks_for_a_value(question) or not _is_denial(sentence):
        return False
    asked = content(question)
    # Of clauses that are as near the one that affirms: "not heated in winter; it is heated in summer".
    nearest, _ = max(
        _with_what_is_meant(_clauses(sentence)),
        key=lambda each: (len(asked & each[1]), not _is_denial(each[0])),
    )
    # "How many children has she?" is answered by "She does not have children".
    return _is_denial(nearest) and (not _HOW_MUCH.match(question) or any(map(str.isdigit, nearest)))


def only_denies(sentence: str) -> bool:
    """Whether its "not" turns it round: it is no bound ("not before 9:00") and corrects nothing ("not only")."""
    return negates(sentence) and not _CORRECTION.search(sentence) and not _BOUND.search(sentence)


def _with_what_is_meant(clauses: Sequence[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Clauses with their words, and where a pronoun begins one those of the subject before, or of all where "they" finds no
    plural there: "the plan does not include backups; they are included in ..."."""
    before = ""
    for clause in clauses:
        pronoun = _PRONOUN.match(clause)
        verb = _VERB.search(before)
        subject = before[: verb.start()] if verb else before
        is_of_several = pronoun is not None and pronoun[1].casefold() == "they"
        meant = before if is_of_several and not _PLURAL.search(subject) else subject
        yield clause, content(clause) | (content(meant) if pronoun else frozenset())
        before = clause


def _asks_for_a_value(question: str) -> bool:
    return _ASKS_FOR_A_VALUE.match(question) is not None and not negates(question)


def _is_denial(text: str) -> bool:
    if _DENIAL.search(text) is None or _CORRECTION.search(text):
        return False
    return not _BOUND.search(text) and not _COMMAND.match(text)


def _clauses(sentence: str) -> list[str]:
    """Its clauses; a piece without a verb ("Ann, the founder, is not ...") belongs to the one behind it."""
    found: list[str] = []
    waiting = ""
    for piece in _BORDER.split(sentence):
        waiting = f"{waiting} {piece}".strip()
        if _VERB.search(waiting) or _DENIAL.search(waiting):
            found.append(waiting)
            waiting = ""
    return [*found, waiting] if waiting or not found else found
