"""Who is known by name from what an owner told, and what is told of them later without "my".

"Eva moved to Milan" tells nothing of the user, save where "My sister Eva lives in Turin" stands in memory: left out, it would
leave the earlier statement looking as if it still held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from orchestrator.memory.deeds import PAST

_NAME = r"(?!(?:The|My|Our|He|She|It|They|We|You|This|That|These|Those|There|Here|What|Who|When|Where|Which|Why|How|If|So|And|But|Yes|No|Not|Please|Remember|Note|I|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:day)?s?\b|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)[A-Z][\w’'-]*\w"
_CALLED = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur) (?:(?!(?:in|at|to|from|with|of|by|on|for|near|than|and)\b)[a-z][\w-]* ){{1,3}}?(?:(?:is|are|was)(?: now)?(?: called| named)? |, )?(?P<mine>{_NAME})"
    rf"|\b(?:called|named|married to|engaged to|dating|meet|meeting|met|seeing|visiting|with|know) (?P<called>{_NAME})"
    rf"|^(?P<first>{_NAME}) (?:is|was) (?:now )?(?:my|our) "
)
# "We have three children: Leo, Ruby and Finn."
_OF_SEVERAL = re.compile(
    r"\b(?:children|kids|sons|daughters|twins|brothers|sisters|siblings|friends|dogs|cats|pets|parents|grandparents|colleagues|flatmates|cousins|nephews|nieces)\b"
    rf"[^.!?A-Z]{{0,30}}(?P<names>{_NAME}(?:(?:, (?:and )?| and | & ){_NAME}){{1,6}})"
)
_THING = re.compile(
    r"\b(?:[Mm]y|[Oo]ur|(?:have|got) an?) (?P<words>(?:[a-z][\w-]* ){1,3}?)(?=(?:is|are|was|were|has|will|costs?|leaves?|starts?|runs?|with|on|in|at)\b)"
)
_OF_SOMEBODY = re.compile(
    rf"^(?:(?:(?:Mr|Mrs|Ms|Dr)\.? )?(?P<who>{_NAME})(?:['’]s [a-z]+)?(?: [A-Z]\w+)?|[Tt]he (?P<thing>[a-z][\w-]+)) (?:(?:also|just|now|recently|still|finally|only) )?"
    r"(?!(?:please|said|says|asked|asks|thinks|thought|would|should|could|can|might|may|and|or|wants|wanted|who|which|that|in|on|at|of|to|for)\b)[a-z]{2,}\b.{0,150}$"
)


_DID = re.compile(rf"^{_NAME}(?: [A-Z]\w+)? {PAST}\b")


def names_told(texts: Iterable[str]) -> frozenset[str]:
    """The names by which the texts call somebody, or something, of the user's, and the nouns of what is the user's."""
    found: set[str] = set()
    for text in texts:
        found.update(
            _without_possessive(next(filter(None, each.groups()))) for each in _CALLED.finditer(text)
        )
        for several in _OF_SEVERAL.finditer(text):
            found.update(re.findall(_NAME, several["names"]))
        for thing in _THING.finditer(text):
            found.update(thing["words"].split())
    return frozenset(found)


def may_tell_of_somebody(text: str) -> bool:
    """Whether a sentence of the text may begin with a name, or with "the": then it is worth to look up who is known."""
    return re.search(rf"(?:^|[.!,:]\s+|\n)(?:\w+[ ,]+){{0,4}}(?:{_NAME}|[Tt]he )", text) is not None


def tells_of(said: str, known: frozenset[str]) -> bool:
    """Of one sentence without its greeting: whether it tells of one who is known by name."""
    told = _OF_SOMEBODY.match(said)
    if told is None or "?" in said:
        return False
    if told["thing"]:
        return told["thing"] in known
    if _without_possessive(told["who"]) in known:
        return True
    # "Farid took over from Lena", and no order: "Tell me about Lena".
    return _DID.match(said) is not None and bool(set(re.findall(_NAME, said)) & known)


def _without_possessive(name: str) -> str:
    return re.sub(r"['’]s$", "", name)
