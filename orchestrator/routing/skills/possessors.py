"""Whether a sentence has whom a question is about only as a possessor: of "Lena's dog is 12" Lena is not 12."""

from __future__ import annotations

import re
from functools import lru_cache

from orchestrator.routing.skills.kinds import is_kind
from orchestrator.routing.skills.overlap import content
from orchestrator.routing.skills.subjects import Subject, subjects

_SAME_BEGINNING = 5
_HAS = re.compile(r"\b(?:have|has|had|owns?|owned|with)\b", re.I)
_TITLES = r"(?:(?:Mr|Mrs|Ms|Dr|Prof|St)\b\.?\s+)?"
_BEFORE_OF = re.compile(
    rf"\b(?P<head>[^\W\d_]+)\s+of\s+(?:(?:the|this|that|a|an|my|our|your|his|her|their)\s+)?{_TITLES}(?:[A-Z][^\W\d_]*\.?\s+)*$",
)
# "The town of Dorrick" is Dorrick; what lies south of it has it in no way.
_NO_POSSESSION = content(
    "town city village island state county province kingdom republic month name year port bay lake district because instead "
    "day week hour minute second metre kilometre mile litre gram kilogram ton number kind sort type piece pair list lot bit "
    "out north south east west outside inside ahead front all many most some part one each any none"
)


# What happens to somebody or something it owns in no way: "the purchase of the warehouse", "the opening of the office".
_HAPPENS = re.compile(
    r"(?:[tsx]ion|ment|ing|al|ance|ence|ure|purchase|sale|death|birth|use|start|end|launch|visit|collapse|capture|siege|battle|loss"
    r"|theft|transfer|lease|repair|release|discovery|delivery|recovery|export|import|rise|fall|return|cost|price|rest|half|majority)$",
    re.I,
)


def only_possesses(question: str, sentence: str) -> bool:
    """Whether someone or something that the question asks about stands in the sentence as the owner of something else alone.

    A property ("Lena's age") or what the question names itself ("the mayor of Dorrick") is told of the owner.
    """
    return any(_is_only_owner(each, question, sentence) for each in _asked_of(question))


@lru_cache(maxsize=512)
def _asked_of(question: str) -> tuple[Subject, ...]:
    """The names and nouns that the question asks about: none that is an owner there, none that is asked for what it has."""
    if _HAS.search(question):
        return ()
    found = (each for each in subjects(question) if each.kind in ("name", "acronym", "noun", "bare noun"))
    return tuple(each for each in found if each.words and None in _owned(each, question))


def _is_only_owner(subject: Subject, question: str, sentence: str) -> bool:
    owned = _owned(subject, sentence)
    return bool(owned) and not any(head is None or _is_asked(head, question) for head in owned)


def _owned(subject: Subject, text: str) -> list[str | None]:
    """For each time that the text has the subject what it is the owner of there; None where it is no owner."""
    last = subject.text.split()[-1]
    first = subject.text.split()[0]
    found: list[str | None] = []
    for match in re.finditer(rf"\b{re.escape(last)}(?P<owner>['’]s\b|(?<=s)['’](?=\s))?(?!\w)", text, re.I):
        behind = re.match(r"\s+([^\W\d_]+)", text[match.end() :])
        name_begins = match.start() - (len(subject.text) - len(last) if first != last else 0)
        before = _BEFORE_OF.search(text[: max(0, name_begins)])
        if match["owner"] and behind:
            found.append(behind[1])
        elif before and not content(before["head"]) & _NO_POSSESSION and not _HAPPENS.search(before["head"]):
            found.append(before["head"])
        else:
            found.append(None)
    return found


def _is_asked(head: str, question: str) -> bool:
    """Whether what is owned is a kind of value or stands in the question itself, in some form."""
    held, asked = content(head), content(question)
    return is_kind(held) or any(
        word == other or (len(word) >= _SAME_BEGINNING and word[:_SAME_BEGINNING] == other[:_SAME_BEGINNING])
        for word in held
        for other in asked
    )
