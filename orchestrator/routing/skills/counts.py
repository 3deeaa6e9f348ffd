"""Whether a number of a sentence counts what "how many" asks for: "48 euros a dose" counts no doses, "there are four
dormitories" no beds.

Seen by the form of English words around the number.
"""

from __future__ import annotations

import re

from orchestrator.routing.skills.fitting import COUNTED, DATED, TIME_NOUN
from orchestrator.routing.skills.kinds import AMOUNT
from orchestrator.routing.skills.overlap import content
from orchestrator.routing.skills.statements import is_synonym
from orchestrator.routing.skills.subject_words import NUMBER_WORDS

_NUMBER = (
    rf"(?:\d[\d.,]*|{'|'.join(NUMBER_WORDS)}|no|none|both|half(?= (?:of|the|our|all)\b)|dozens?|hundreds?|thousands?|millions?|several|few|many|hardly any|single"
    r"|without|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
# What may stand between a number and what it counts: no other thing that it counts.
_BETWEEN = (
    r"(?!(?:the|an?|per|each|every|and|or|but|in|on|at|for|of|with|to|from|by|is|are|was|were|has|have"
    rf"|{AMOUNT}|{TIME_NOUN}|euros?|pounds?|dollars?|cents?)\b)[^\W\d_][\w'’-]{{0,30}}"
)
_NUMBER_BEFORE = re.compile(
    rf"\b{_NUMBER}[\s-](?:of (?:the |its |his |her |their |these |those )?)?(?:{_BETWEEN}[\s-]){{0,3}}$"
    r"|(?:\b(?:not|never|cannot)|n['’]t)\s[^,;.]{0,40}$",
    re.I,
)
# "Beds: 12", "the towers are two", and not "the tower is 61 metres high".
_IS_SO_MANY = re.compile(
    rf"\s*(?::|=|is|are|was|were|totals?|totall?ed|numbers?|numbered)\s*(?:about |around |over |only )?{_NUMBER}(?=\s*$|\s*[,;.)(]|\s(?:and|in|on|at|of|people)\b)",
    re.I,
)
_COUNTS_THEM = re.compile(
    rf"\b(?:there (?:is|are|was|were)|ha(?:s|ve|d)|got)\s+(?:only |just |about )?{_NUMBER}"
    r"(?=\s*$|[,;.)]|\s+of (?:them|these|those)\b)",
    re.I,
)
_PEOPLE = content("people person")
_ANYBODY = (
    r"guests|visitors|employees|members|staff|participants|passengers|students|pupils|children|parents|men|women|inhabitants|residents"
    r"|workers|players|customers|patients|volunteers|soldiers|voters|teachers|adults|friends|colleagues"
)
_PERSONS = content(_ANYBODY.replace("|", " "))
_NUMBER_OF_PEOPLE = re.compile(
    rf"\b(?:nobody|no ?one|{_NUMBER} (?:of (?:us|them|whom)|(?:{_BETWEEN} ){{0,2}}(?:people|persons?)))\b",
    re.I,
)
_NUMBER_OF_ANYBODY = re.compile(rf"\b{_NUMBER} (?:{_BETWEEN} ){{0,2}}(?:{_ANYBODY})\b", re.I)
_HOLDS = re.compile(
    r"\b(?:seats?|serves?|feeds?|sleeps?|employs?|employed|accommodates?)\s+(?:about |around |over |up to )?\d",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")


def counts_what_is_asked(question: str, text: str, under: str) -> bool:
    """Whether the text counts what is asked for, or fills a field or row whose heading names it; true of another question."""
    asked = COUNTED.search(question)
    if asked is None or not (counted := content(asked[1])):
        return True
    if asked[1].casefold() in ("times", "more") or "|" in text or counted & content(under):
        return True
    bare = DATED.sub(" ", text)
    if counted <= _PEOPLE and _NUMBER_OF_ANYBODY.search(bare):
        return True
    if counted <= _PEOPLE | _PERSONS and (_HOLDS.search(bare) or _NUMBER_OF_PEOPLE.search(bare)):
        return True
    same = [word for word in _WORD.finditer(bare) if _is_same(content(word[0]), counted)]
    if not same:
        return _COUNTS_THEM.search(bare) is not None
    return any(
        _NUMBER_BEFORE.search(bare[: word.start()]) or _IS_SO_MANY.match(bare, word.end()) for word in same
    )


def _is_same(word: frozenset[str], counted: frozenset[str]) -> bool:
    return bool(word & counted) or any(is_synonym(each, word) for each in counted)
