"""Ages: `Tom is 12 and his sister is 3 years younger, how old is she?`, `Tom is 12, how old will he be in 7 years?`"""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.counts import COUNT, count_of, product, quotient
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, Tree, number

_BARE: Final = r"(?!(?:it|this|that|there|how|is|am|are|be|will)\b)[a-z]{1,15}"
_WHO: Final = rf"(?:(?:my|his|her|the|our|their|your) {_BARE}(?: {_BARE})?|{_BARE}(?:'s [a-z]{{2,12}})?)"
_IS: Final = r"(?: (?:is|am|are)|'s|'m)"
_OLD: Final = rf"(?P<first>{_WHO}){_IS} (?P<n>{COUNT})(?: years? old)?"
_PRONOUN: Final = r"(?:he|she|they|it)"
_THAN: Final = r"(?: than (?P<than>(?:(?:my|his|her|the|our|their) )?[a-z]{1,15}))?"
_AND: Final = r"(?:,? and| while|,|;|\.)"
_HOW_OLD: Final = r"[,;.:]? (?:so |then |and )?how old (?:is|am|are) (?P<asked>(?:(?:my|his|her|the|our|their|your) )?[a-z]{1,15})(?: now)?"
_OLDEST: Final = 150
_PRONOUNS: Final = frozenset({"he", "she", "they", "him", "her", "them", "it"})
_FACTORS: Final = {"twice": 2, "two times": 2, "three times": 3, "four times": 4, "five times": 5}


def _name(text: str) -> str:
    """The person without whose: `his sister` is `the sister`."""
    return re.sub(r"^(?:my|his|her|the|our|their|your) ", "", text.lower())


def _compared(match: re.Match[str]) -> Question:
    """Raises NotMath where another is asked for than the one whose age is to be found."""
    first, other, asked = (_name(match[name]) for name in ("first", "other", "asked"))
    than = match["than"]
    names = {other, *(other.split() if " " in other else ())}
    if (
        first == other
        or asked == first
        or asked in first.split()
        or not (asked in names or asked in _PRONOUNS)
    ):
        raise NotMath("whose age?")
    if asked in _PRONOUNS and first in ("i", "you") and other in ("i", "you"):
        raise NotMath("whose age?")
    if than and not (_name(than) in (first, "me", "him", "her", "them") and _name(than) != other):
        raise NotMath("than whom?")
    if than and (_name(than) == "me") != (first == "i") and _name(than) != first:
        raise NotMath("than whom?")
    compared_with = match["as"]
    if compared_with and _name(compared_with) not in (
        first,
        "he",
        "she",
        "him",
        "her",
        "me" if first == "i" else first,
    ):
        raise NotMath("than whom?")
    age = count_of(match["n"])
    word = (match["by"] or "").lower()
    if word:
        years = count_of(match["years"])
        tree: Tree = Apply("-" if word == "younger" else "+", (age, years))
    elif match["times"].lower() == "half":
        tree = quotient(age, number(2))
    else:
        tree = product(number(_FACTORS[match["times"].lower()]), age)
    return _years_old(tree)


def _than_other(match: re.Match[str]) -> Question:
    """`Tom is 12 and is 3 years older than Ann, how old is Ann?`"""
    first, other, asked = (_name(match[name]) for name in ("first", "other", "asked"))
    also = (match["also"] or "").lower()
    if (
        other in (first, *_PRONOUNS, "me", "you")
        or asked != other
        or (also and (also == "i") != (first == "i"))
    ):
        raise NotMath("whose age?")
    sign = "-" if match["by"].lower() == "older" else "+"
    return _years_old(Apply(sign, (count_of(match["n"]), count_of(match["years"]))))


def _years_old(tree: Tree) -> Question:
    """Raises NotMath for no age of a person."""
    if not 0 <= value_of(tree) <= _OLDEST:
        raise NotMath("no age")
    return ask("counted", tree, "years old")


def _moved(match: re.Match[str]) -> Question:
    first, asked = _name(match["first"]), _name(match["asked"])
    if asked != first and (asked not in _PRONOUNS or first in ("i", "you", "we")):
        raise NotMath("whose age?")
    sign = "-" if match["ago"] else "+"
    return _years_old(Apply(sign, (count_of(match["n"]), count_of(match["years"]))))


_OTHER: Final = rf"(?P<other>{_WHO}){_IS}"

AGES = family(
    "old",
    form(rf"(?:if )?{_OLD}{_AND} {_OTHER} (?:(?P<years>{COUNT}) (?:years? )?(?P<by>older|younger){_THAN}|(?P<times>twice|two times|three times|four times|five times|half) (?:as old(?: as (?P<as>[a-z]{{1,15}}))?|(?:his|her|my|their|that) age)){_HOW_OLD}", _compared),
    form(rf"(?:if )?{_OLD}(?:,? and|,|;|\.)(?: (?P<also>he|she|i))? (?:is|am) (?P<years>{COUNT}) years? (?P<by>older|younger) than (?P<other>(?:(?:my|his|her|the|our|their) )?[a-z]{{1,15}}){_HOW_OLD}", _than_other),
    form(rf"(?:if )?{_OLD}(?: now| today| this year)?[,;.:]? (?:so |then |and )?how old will (?P<asked>{_WHO}) be (?:in (?P<years>{COUNT}) years?(?: time)?)(?P<ago>)", _moved),
    form(rf"(?:if )?{_OLD}(?: now| today| this year)?[,;.:]? (?:so |then |and )?how old (?:was|were) (?P<asked>{_WHO}) (?P<years>{COUNT}) years? (?P<ago>ago)", _moved),
)  # fmt: skip
