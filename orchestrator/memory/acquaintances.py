"""Who is known by name from what an owner told, and what is told of them later without "my".

"Eva moved to Milan" tells nothing of the user, save where "My sister Eva lives in Turin" stands in memory: left out, it would
leave the earlier statement looking as if it still held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = r"(?!(?:I|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:day)?s?\b|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)[A-Z][\w’'-]*\w"
_CALLED = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur) (?:(?!(?:in|at|to|from|with|of|by|on|for|near|than|and)\b)[a-z][\w-]* ){{1,3}}?(?:(?:is|are|was)(?: now)?(?: called| named)? |, )?(?P<mine>{_NAME})"
    rf"|\b(?:called|named|married to|engaged to|dating) (?P<called>{_NAME})"
    rf"|^(?P<first>{_NAME}) (?:is|was) (?:now )?(?:my|our) "
)
_OF_SOMEBODY = re.compile(
    rf"^(?:(?:Mr|Mrs|Ms|Dr)\.? )?(?P<who>{_NAME})(?:['’]s [a-z]+)? (?:[A-Z]\w+ )?(?:(?:also|just|now|recently|still|finally) )?"
    r"(?!(?:please|said|says|asked|asks|thinks|thought|would|should|could|can|might|may|and|or|wants|wanted|who|which|in|on|at|of|to)\b)[a-z]{2,}(?: .{2,150})?$"
)


def names_told(texts: Iterable[str]) -> frozenset[str]:
    """The names by which the texts call somebody, or something, of the user's."""
    return frozenset(
        without_possessive(next(filter(None, found.groups())))
        for text in texts
        for found in _CALLED.finditer(text)
    )


def may_tell_of_somebody(text: str) -> bool:
    """Whether a name may stand where a sentence of the text begins: then it is worth to look up who is known."""
    return re.search(rf"(?:^|[.!,:]\s+|\n)(?:\w+[ ,]+){{0,4}}{_NAME}", text) is not None


def tells_of(said: str, known: frozenset[str]) -> bool:
    """Of one sentence without its greeting: whether it tells of one who is known by name."""
    told = _OF_SOMEBODY.match(said)
    return told is not None and "?" not in said and without_possessive(told["who"]) in known


def without_possessive(name: str) -> str:
    return re.sub(r"['’]s$", "", name)
