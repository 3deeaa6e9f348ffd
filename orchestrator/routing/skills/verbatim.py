"""Whether a sentence of a model is a sentence of a document said again.

Sharing all its words is not enough: "Sara is a judge" has no word that "Sara's mother is a judge and her father is a pilot" has
not, and a small model puts such words together in any order. So a model's words stand where they are the document's in
their order and without a gap; for all else the document's own sentence is quoted.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\w+(?:[.,:'’/-]\w+)*|[$€£%°]")
_ARTICLES = frozenset({"a", "an", "the"})
_ANSWERS = re.compile(r"^\s*(?:yes|no|correct|indeed)\b\s*[,.:;!]?\s*", re.I)
_POINTS = frozenset({"it", "he", "she", "they", "this", "these", "that", "those", "we", "i", "you"})
_JOINS = frozenset({"and", "but"})
_LONGEST_SUBJECT = 6
_LONGEST_JOINED = 80  # longer ones are quoted: 400 times "and" took 0.28 s


def is_said_again(claim: str, statement: str, known: frozenset[str]) -> bool:
    """Whether the claim's words are a run of the statement's; a pronoun that the statement begins with may be what it
    stands for there, in words of `known`."""
    mine, theirs = tokens(_ANSWERS.sub("", claim)), tokens(statement)
    if _is_run(mine, theirs) or (len(mine) <= _LONGEST_JOINED and _is_joined(mine, theirs)):
        return True
    if not theirs or theirs[0] not in _POINTS:
        return False
    return any(
        mine[cut:] == theirs[1 : 1 + len(mine) - cut] and all(word in known for word in mine[:cut])
        for cut in range(1, min(_LONGEST_SUBJECT, len(mine) - 1) + 1)
    )


def _is_joined(mine: list[str], theirs: list[str]) -> bool:
    """Whether the claim is how the statement begins, and then what it says behind a conjunction: "Alice is 30 and lives in Rome"
    says "Alice lives in Rome"."""
    begun = next(
        (at for at, pair in enumerate(zip(mine, theirs, strict=False)) if pair[0] != pair[1]), len(mine)
    )
    return any(
        mine[cut:] == theirs[place + 1 : place + 1 + len(mine) - cut]
        for place, word in enumerate(theirs)
        if word in _JOINS
        for cut in range(1, min(place, begun, len(mine) - 1) + 1)
    )


def _is_run(mine: list[str], theirs: list[str]) -> bool:
    return any(theirs[start : start + len(mine)] == mine for start in range(len(theirs) - len(mine) + 1))


def tokens(text: str) -> list[str]:
    """Its words as they are written, without case and articles."""
    return [token for match in _TOKEN.finditer(text) if (token := match[0].casefold()) not in _ARTICLES]
