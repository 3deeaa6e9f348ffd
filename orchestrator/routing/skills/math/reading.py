"""From a user's words to the question that can be computed, or to None. Pure, and below half a millisecond.

What is read here is what will be computed: nothing is left over, nothing has two readings.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from orchestrator.routing.skills.math.exclaimed import read_at_end
from orchestrator.routing.skills.math.forms import arithmetic
from orchestrator.routing.skills.math.forms.families import FAMILIES
from orchestrator.routing.skills.math.forms.money import MONEY, money
from orchestrator.routing.skills.math.languages import in_signs
from orchestrator.routing.skills.math.limits import MAX_CHARS
from orchestrator.routing.skills.math.notation import plain
from orchestrator.routing.skills.math.outcomes import NeedsSymbols, NotMath
from orchestrator.routing.skills.math.question import Question, words_of
from orchestrator.routing.skills.math.wrapping import Core, unwrapped

_HINT: Final = re.compile(
    r"\d|[=∫∑√π²³½]|\bd ?/ ?d[a-z]\b|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred"
    r"|thousand|million|dozen|half|quarters?|pi|sin|cos|tan|log|ln|exp|derivative|differentiate|integral|integrate|solve|factor"
    r"|factori[sz]e|expand|simplify|limit|roman|arrange|arranged|permutations|arrangements|anagrams|roots?|mean"
    r"|[cdilmvx]+ (?:in|as|to)|(?:number|numerals?) (?:is )?[cdilmvx]+|hex|binary|decimal|octal|first|second|third|fifth|\w+[nxr]?th|how many|convert|antiderivative|int|an? [a-z]{2,} (?:in|to) (?!an? )[a-z]+|permute|rearrange|probability|chances? of)\b",
    re.IGNORECASE,
)

_WHAT_IS: Final = re.compile(r"\bwhat(?:['’]?s| is)\b", re.IGNORECASE)

_HOW_MUCH: Final = re.compile(r"\bhow (much|many) (?:is|are)\b", re.IGNORECASE)
_QUESTION_FIRST: Final = re.compile(
    r"(?P<asked>(?:how (?:many|much|long|old)|what time|when) [^,;?]{3,80}?),? (?:if|when) (?P<story>[^?]{8,300})",
    re.IGNORECASE,
)
"""`how many eggs are in 7 boxes if each box holds 12 eggs`, which is read in the other order."""
_DOZENS: Final = re.compile(r"(?!an? )[\w.-]{1,20} dozen", re.IGNORECASE)

_TOLD: Final = re.compile(
    r"=|\b(?:calculate|compute|evaluate|calc|solve|work out|equals?|rechne|berechne|calcule[rz]?|calcula)\b",
    re.IGNORECASE,
)


_BETWEEN_QUESTIONS: Final = re.compile(
    r"(?<=[?;])\s+(?:and )?|(?<=[\w)%]\.)\s+(?=(?:what|how|calculate|compute|find|solve)\b)|,? and (?=(?:what['’]?s|what is|how much is|calculate|compute)\b)|\s*\n\s*",
    re.IGNORECASE,
)
_MOST_QUESTIONS: Final = 5
_IS_ASKED: Final = re.compile(rf"\?|\b(?:what|how)\b|{_TOLD.pattern}", re.IGNORECASE)


def read(text: str) -> Question | None:
    """The question that the whole text asks, or all of several, if it can be computed exactly. Raises TooLarge for a
    hopeless number."""
    text = text.strip()
    if len(text) > MAX_CHARS or "`" in text or not _HINT.search(text):
        return None
    return _read(text) or _several(text)


def _several(text: str) -> Question | None:
    """`What is 12*12? What is 15% of 80?`, where each part is read to its last word."""
    parts = [part for part in _BETWEEN_QUESTIONS.split(text) if part]
    if not 1 < len(parts) <= _MOST_QUESTIONS:
        return None
    if "\n" in text and not all(_IS_ASKED.search(part) for part in parts):
        return None  # a table's rows, or scores
    read: list[Question] = []
    for part in parts:
        question = _read(part) if _HINT.search(part) else None
        if question is None or question.bare is not None:
            return None
        read.append(question)
    first, *others = read
    return replace(first, symbolic=any(each.symbolic for each in read), also=tuple(others))


def _read(text: str) -> Question | None:
    try:
        core = unwrapped(in_signs(_one_spaced(plain(text))))
        return _exclaimed(text, core) if core.text.endswith("!") else _question(text, core)
    except NotMath:
        return None


def _exclaimed(text: str, core: Core) -> Question | None:
    """What is asked with a `!` at the end, with and without it. Raises NotMath as `unwrapped` does."""
    inner = unwrapped(core.text.rstrip("! "))
    bare = Core(inner.text, core.asked or inner.asked)
    if _is_no_sum(text, bare):
        return None
    return read_at_end(core.text, _question(text, core), _question(text, bare))


def _question(text: str, core: Core) -> Question | None:
    if not core.text or len(core.text) > MAX_CHARS or "!=" in core.text or _is_no_sum(text, core):
        return None
    return _by_form(core.text) or _asked_again(text, core) or _as_expression(core)


def _is_no_sum(text: str, core: Core) -> bool:
    """Whether what is left of the text is something else that has digits; who says to compute it means a sum."""
    return arithmetic.is_no_sum(core) or (arithmetic.is_name(core.text) and not _TOLD.search(text))


def _asked_again(text: str, core: Core) -> Question | None:
    """What is read with its question at the end, and what only its asking makes one: `how much are 3 shirts at 14.99`, `how many is 12 dozen`; and `what is 5 > 3?`,
    where "is 5 > 3?" is meant.
    """
    asked = _HOW_MUCH.search(text)
    whole = f"how {asked[1]} is {core.text}" if asked else core.text
    if question := _turned(whole) or (_by_form(whole) if asked else None):
        return question
    if core.asked and _DOZENS.fullmatch(core.text):
        return _by_form(f"how many is {core.text}")
    return _by_form(f"is {core.text}") if _WHAT_IS.search(text) and re.search("[<>]", core.text) else None


def _turned(text: str) -> Question | None:
    """What is asked first, and told then."""
    found = _QUESTION_FIRST.fullmatch(text)
    return _by_form(f"{found['story']}, {found['asked']}") if found else None


def _by_form(text: str) -> Question | None:
    words = words_of(text)
    for family in FAMILIES:
        if family.triggers.isdisjoint(words):
            continue
        for form in family.forms:
            match = form.pattern.fullmatch(text)
            if match is None:
                continue
            try:
                return form.build(match)
            except (NotMath, NeedsSymbols):
                continue
    return None


def _as_expression(core: Core) -> Question | None:
    try:
        if MONEY.search(core.text):
            return money(core.text)
        return arithmetic.question(core)
    except NotMath:
        return None


def _one_spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
