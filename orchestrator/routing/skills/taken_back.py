"""Whether a statement told later denies or changes what another says, so that the other is not given alone.

Read from the form: a word of change ("no longer", "moved", "sold", "now") in a part of it that is of the one asked about and
shares a word with the question or with the statement that answers. In doubt it does: both are then quoted.
"""

from __future__ import annotations

import re

from orchestrator.routing.skills.whose import is_of_another, own_thing, parts, stems

_CHANGES = re.compile(
    r"\b(?:any ?more|no longer|not|never|no|cannot|moved?|moving|changed?|cancel\w*|called off|sold|lost|quit|left|now|nowadays|these days|instead|actually|postponed|rescheduled|delayed"
    r"|brought forward|pushed|shifted|dropped|stopped|ended|ends|over|divorced|separated|died|dead|gone|stolen|stole|broke|broken|split|put off|replaced|relocated|traded|raised|lowered|increased|reduced|went (?:up|down|bankrupt|away|abroad)|emigrated|closed|fell out|had (?:a|her|his|the|their) baby|gave birth|crashed|wrecked|totalled|engaged|swapped|switched|renamed|doubled|halved|tripled|paid|found|put (?:\w+ ){1,2}down|wrote off|written off|dumped|redundant|handed in|took over|taken over|bought (?:an?|the|our|my) (?:\w+ )?(?:house|flat|home|apartment|car|van|bike)|(?:start|started|starting) (?:at|as|with)|goes (?:up|down)|went (?:up|down)|third|fourth|fifth|another|resigned|fired|laid off|retired"
    r"|got|gave (?:\w+ ){0,2}(?:up|away|back)|given up|got rid|get rid|broke up|split up|used to|former(?:ly)?|ex|rather|correction|sorry|new|became|become|turned|since|from now on|meanwhile|expired"
    r"|paid (?:\w+ ){0,3}?back|repaid|settled|returned|put down|passed away|ran away|finished|again|wrong|mistaken)\b|n['’]t\b|\b(?:dont|doesnt|didnt|isnt|cant|wont)\b",
    re.I,
)
# What is told of by other words when it changes.
_GROUPS = tuple(
    stems(row)
    for row in (
        "live reside home address town city move moved relocate relocated settle settled house flat apartment",
        "work job employer employed company career resigned retired fired laid unemployed redundant notice",
        "wife husband spouse married marriage single divorced separated widowed girlfriend boyfriend partner fiancé fiance fiancee engaged dating together broke split",
        "car drive",
        "vegetarian vegan meat diet",
        "kid child son daughter baby pregnant birth",
        "dose dosage mg mcg pill tablet medication medicine",
    )
)
# What may be of several things at once, or is in every second statement: sharing it alone says nothing.
_LOOSE = stems(
    "like love enjoy eat drink speak play own prefer hate know use wear go name called favorite new old now any more anymore no longer actually today year month week day"
    " remember note usually still really currently best most good want lot"
)


def may_take_back(question: str, answer: str, later: str, *, is_sure: bool = True) -> bool:
    """All `spelled`; the question without its greeting and request. `later` was told after `answer`, or nobody knows when.
    `is_sure`: the answer answers, so that what changes anything it says counts; else what changes what is asked."""
    if not (_CHANGES.search(later) or _is_of_the_named(answer, later) or _has_other_numbers(answer, later)):
        return False
    asked = stems(question) - _LOOSE
    answering = [part for part in parts(answer) if not is_of_another(question, part)] or [answer]
    said = frozenset().union(*(stems(part) for part in answering)) - _LOOSE
    about = _with_groups(asked | said) if is_sure else _with_groups(asked) | said
    thing = own_thing(question)
    things = _with_groups(thing) | _names_of_it(answer)
    return any(_bears(question, part, about, said, things if thing else thing) for part in parts(later))


def _is_of_the_named(answer: str, later: str) -> bool:
    """ "Eva lives in Milan" of "My sister Eva lives in Turin": said anew, and nothing else of her."""
    names = _names_of_it(answer)
    opened = re.match(r"[A-Z][\w-]+", later)
    if opened is None or not stems(opened[0]) <= names:
        return False
    return bool((stems(later) & stems(answer)) - names - _LOOSE) or bool(
        _PLACED.search(later) and _PLACED.search(answer)
    )


def _has_other_numbers(answer: str, later: str) -> bool:
    """ "100 mg of sertraline" of "50 mg of sertraline": of the same, measured in the same."""
    said, anew = set(_MEASURED.findall(answer)), set(_MEASURED.findall(later))
    units = {unit for _, unit in said} & {unit for _, unit in anew}
    return any({n for n, u in said if u == unit} != {n for n, u in anew if u == unit} for unit in units)


_PLACED = re.compile(r"\b(?:lives?|is|are) (?:now )?in (?-i:[A-Z])", re.I)
_MEASURED = re.compile(r"(\d[\d.,]*)\s?([a-z%€$£]*)", re.I)
# "My landlord raised the rent" is of the rent, too.
_NAMED_THINGS = re.compile(r"(?<=\w )(?:the|our) ([\w-]+)", re.I)


def _bears(
    question: str, part: str, about: frozenset[str], said: frozenset[str], thing: frozenset[str]
) -> bool:
    have = stems(part)
    of_another = is_of_another(question, part, about) and not thing & stems(
        " ".join(_NAMED_THINGS.findall(part))
    )
    if of_another or (thing and not thing & have):
        return False
    named = re.match(
        r"(?!(?:I|We|My|Our|The|It|That|This|He|She|They|There|No|Not|Someone|Somebody|One|Two|Both|All|Some|Yesterday|Today|Last)\b)[A-Z][\w-]+",
        part,
    )
    if named and not (
        stems(named[0]) <= stems(question) | said or thing & have or (thing and _IS_NOW_MINE.match(part))
    ):
        return False
    if about & _WORK and _I_AM_A.match(part):
        return True
    return bool(about & have - _LOOSE)


_WORK = stems("work job employer")
_I_AM_A = re.compile(r"I(?: am|['’]m) (?:now )?an? |I (?:start|started) (?:at|as|with) ", re.I)
_IS_NOW_MINE = re.compile(r"[A-Z][\w-]+(?: [A-Z][\w-]+)? (?:is|are) (?:now )?(?:my|our) ")
# What the answer calls the one asked about: "My dog is called Rex", "My car is a Volvo", "I have a dog named Rex".
_NO_NOUN = r"(?!(?:in|at|to|from|with|of|by|on|for|near|than|and|is|are|was|lives?|works?|likes?|loves?|hates?|prefers?|plays?|speaks?|studies|drives?|uses?|visits?|visited|moved|went|has|have|had|runs?)\b)"
_CALLS_IT = re.compile(
    rf"\b(?i:my|our) (?:{_NO_NOUN}[a-z][\w'’-]* ){{1,3}}?(?:(?:is|are|was)(?: called| named| an?| the)? )?(?P<mine>[A-Z][\w-]+)(?!['’]s)"
    r"|\b(?:called|named|married to|engaged to|dating) (?P<called>[A-Z][\w-]+)|^(?P<name>[A-Z][\w-]+) is (?:my|our) "
)


def _names_of_it(answer: str) -> frozenset[str]:
    return frozenset().union(
        *(stems(next(filter(None, each.groups()), "")) for each in _CALLS_IT.finditer(answer))
    )


def _with_groups(words: frozenset[str]) -> frozenset[str]:
    return words.union(*(group for group in _GROUPS if group & words))
