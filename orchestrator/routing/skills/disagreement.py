"""Whether documents answer one question with different values ("founded in 1990", "in 1985") or one denies what another says.

Two sentences disagree when both answer all that was asked and differ in values of one sort alone: numbers, points in
time, names or colours; of what happens once ("founded", "born") in values of several sorts. One denies the other when it has
the same words and a "not", or the opposite of one of them. Any other word that one of them has may be a condition ("for
adults", "in 2021", "the Berlin branch"), and then both may hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from orchestrator.routing.skills.attribution import Attribution
from orchestrator.routing.skills.denials import only_denies
from orchestrator.routing.skills.kinds import COLOURS, MONTH, WEEKDAY
from orchestrator.routing.skills.overlap import NUMBER_STEMS, content, negates
from orchestrator.routing.skills.passages import BEARS, Passage
from orchestrator.routing.skills.quotation import is_told
from orchestrator.routing.skills.statements import (
    Question,
    Statement,
    answers,
    is_no_statement,
    is_synonym,
    speaks_of,
    statements,
)
from orchestrator.routing.skills.subject_words import NUMBER_WORDS

_MOST = 3
_NO_DIFFERENCE = content(
    "company firm inc corp corporation ltd llc gmbh plc originally first officially now currently today already back total "
    "cost price fee charge weigh weight height length last duration period term rate amount number name colour color run"
)
# Two people may have written a book together; a question for "the director", or where a house is, has one answer.
_ONE_NAME = re.compile(
    r"^\W*(?:(?:and|so)\s+)?(?:(?:who|what|which)(?:\s+(?:is|was)|['’]s)\s+(?:the|my|our|your|his|her|its|[^\W\d_]+['’]s)\b"
    r"|(?:which|what)\s+[^\W\d_]+[^\W\d_s]\s+(?:is|was|does|did|has|had)\b"
    r"|where\s+(?:is|was|does|did)\b"
    r"|who\s+(?:wrote|founded|designed|built|invented|painted|directed|composed|discovered|won|owns|leads|led|heads|runs"
    r"|chairs|manages)\b)",
    re.I,
)
_WHEN = re.compile(
    r"^\W*(?:(?:and|so)\s+)?(?:(?:in|on|since|until|by)\s+)?(?:when|(?:what|which) (?:year|date|day|month))\b",
    re.I,
)
_APPROXIMATE = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|approximately|circa|some|over|under|up to|(?:more|less|fewer) than"
    r"|at (?:least|most))\s+\d|~\s*\d",
    re.I,
)
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{MONTH})\b|\b(?:{MONTH})\s+\d{{1,4}}\b|\b(?:{MONTH}|{WEEKDAY})\b"
    r"|\b(?:in|since|by|until|before|after|during|year)\s+\d{4}\b",
    re.I,
)
_CLOCK = re.compile(
    r"\b\d{1,2}:\d\d\b|\b\d{1,2}\.\d\d\s?[ap]\.?m\b|\b\d{1,2}\s?(?:[ap]\.?m\b|o['’]clock)", re.I
)
_VALUE = re.compile(rf"\d|\b(?:{MONTH}|{WEEKDAY}|{'|'.join(NUMBER_WORDS)})\b", re.I)
# "Which days is it open?" has several answers; of numbers and times of day two are still one too many.
_SEVERAL = re.compile(
    r"^\W*(?:(?:what|which|who|where)\s+(?:are|were)|(?:what|which)\s+[^\W\d_]+[^\W\d_s]s)\b", re.I
)
_ADDED = re.compile(r"[,;]|\b(?:by|with|and|which|who)\b", re.I)
_ADDED_TO_A_NAME = re.compile(r"[,;]|\b(?:with|which|who)\b", re.I)
_CONDITION = re.compile(
    rf"\b(?:(?:on|in|during|for|if|when|with|without)\s+(?!\d)[^,;.]*|(?:after|before|until|from|since)\s+(?:{MONTH}|{WEEKDAY})\b)|^(?:on|in|during|for|if|when)\s[^,;.]*,",
    re.I,
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_UNITS: dict[str, tuple[str, float]] = {
    unit: (dimension, amount)
    for dimension, units in (
        ("time", {"second": 1, "minute": 60, "min": 60, "hour": 3600, "h": 3600, "day": 86_400, "week": 604_800, "month": 2_629_800, "year": 31_557_600}),
        ("length", {"mm": 0.001, "cm": 0.01, "m": 1, "metre": 1, "meter": 1, "km": 1000, "kilometre": 1000, "kilometer": 1000, "mile": 1609, "inch": 0.0254}),
        ("mass", {"mg": 0.001, "g": 1, "gram": 1, "kg": 1000, "kilogram": 1000, "tonne": 1_000_000, "ton": 1_000_000, "pound": 454}),
        ("volume", {"ml": 0.001, "l": 1, "litre": 1, "liter": 1}),
        ("money", {"euro": 1, "eur": 1}),
    )
    for unit, amount in units.items()
}  # fmt: skip
# As near as 13 weeks and three months are the same, rounded.
_SAME_AMOUNT = 0.05
_MEASURE = re.compile(
    rf"\b(\d+(?:[.,]\d+)*|{'|'.join(NUMBER_WORDS)})[ -]?({'|'.join(sorted(_UNITS, key=len, reverse=True))})(?:s|es)?\b",
    re.I,
)
_COLOURS = content(" ".join(COLOURS))
_SAME_PROPERTY = [
    content(words)
    for words in (
        "tall high height",
        "wide width broad",
        "deep depth",
        "old age",
        "fast speed quick",
        "big large size",
    )
]
# What happens once: of two years and two places one each is wrong.
_ONCE = re.compile(
    r"\b(?:found(?:ed)?|establish(?:ed)?|built|build|construct(?:ed)?|erect(?:ed)?|complete[d]?|born|die[sd]?|invent(?:ed)?"
    r"|discover(?:ed)?|destroy(?:ed)?|abolish(?:ed)?|incorporated|opened|written|wrote|compose[d]?|painted|created?|designed)\b",
    re.I,
)
_WHERE_OR_WHO = re.compile(
    r"^\W*(?:(?:and|so)\s+)?(?:where|who|(?:in\s+)?(?:which|what)\s+(?:city|town|place|country|village))\b",
    re.I,
)
_OPPOSITES = [
    (frozenset(one.split()), frozenset(other.split()))
    for one, other in (
        ("open", "closed shut"),
        ("allowed permitted legal", "forbidden prohibited banned illegal"),
        ("included", "excluded"),
        ("possible", "impossible"),
        ("available", "unavailable"),
        ("true", "false"),
        ("safe", "unsafe dangerous"),
        ("alive", "dead"),
        ("full", "empty"),
        ("required mandatory compulsory obligatory", "optional voluntary"),
        ("accepted", "refused rejected"),
    )
]
_NEGATING = content("no not never none nothing neither nor without cannot")
_PLAIN_WORD = re.compile(r"[^\W\d_]+")


def disagreeing(asked: Question, shown: Sequence[Passage], about: Attribution) -> tuple[Statement, ...]:
    """Sentences that answer the question, each with another value; empty where there are not two such."""
    found = _telling(asked, shown, about)
    for index, first in enumerate(found):
        sides = [first]
        for other in found[index + 1 :]:
            if len(sides) < _MOST and all(_differ(asked, _said(side), _said(other)) for side in sides):
                sides.append(other)
        if len(sides) > 1:
            return tuple(sides)
    return _contradicting(asked, shown, about)


# "Press release: Solvia employs 120 people."
_SOURCE = re.compile(
    r"^[^.:;]{3,60}:\s+(?=(?:\S+\s+){1,6}?(?:is|are|was|were|has|have|had|will|[a-z]+(?:s|ed))\s)"
)


def _said(statement: Statement) -> Statement:
    """The sentence without the name of its source before it, which makes no difference."""
    source = _SOURCE.match(statement.text)
    if source is None:
        return statement
    text = statement.text[source.end() :]
    return replace(statement, text=text, words=content(text))


def conditional(asked: Question, shown: Sequence[Passage], about: Attribution) -> tuple[Statement, ...]:
    """Two sentences that answer with different values, one of them under a condition: "at 8:00", "at 9:00 on Sundays".

    Also one each of two documents that tell of different things which the question does not tell apart.
    """
    found = _telling(asked, shown, about)
    for index, first in enumerate(found):
        for other in found[index + 1 :]:
            if _has_a_condition(asked, first, other) or _has_a_condition(asked, other, first):
                return first, other
            if first.passage.number != other.passage.number and _are_of_different_things(asked, first, other):
                return first, other
    return ()


def _are_of_different_things(asked: Question, one: Statement, other: Statement) -> bool:
    """Whether each has numbers of one dimension that the other has not, and says words of its own beside: "for tenants"."""
    if _of_different(asked, one, other):
        return False
    left = _left(asked, one, other), _left(asked, other, one)
    mine, theirs = (
        {(dimension, amount) for _, dimension, amount in _measures(each.text)} for each in (one, other)
    )
    is_apart = all(
        "word" in set(_sorts(words, each.text, asked)) for words, each in zip(left, (one, other), strict=True)
    )
    return is_apart and not mine & theirs and {d for d, _ in mine} == {d for d, _ in theirs} and bool(mine)


def _has_a_condition(asked: Question, plain: Statement, other: Statement) -> bool:
    if _of_different(asked, plain, other):
        return False
    left, more = _left(asked, plain, other), _left(asked, other, plain)
    sorts = set(_sorts(left, plain.text, asked))
    if len(sorts) != 1 or not sorts < {"clock", "number", "date", "colour"}:
        return False
    condition = _CONDITION.search(other.text)
    if condition is None:
        return False
    said = content(condition[0])
    value = more - said
    return bool(said & more) and set(_sorts(value, other.text, asked)) == sorts


def values(sides: Sequence[Statement]) -> frozenset[str]:
    """The words that some of these sentences have and others have not."""
    return frozenset().union(*(side.words for side in sides)) - frozenset.intersection(
        *(side.words for side in sides)
    )


def _contradicting(asked: Question, shown: Sequence[Passage], about: Attribution) -> tuple[Statement, ...]:
    """A sentence that has all that was asked, and one that says its opposite, in the order of the documents."""
    every = allowed(asked, shown, about)
    for index, one in enumerate(every):
        for other in every[index + 1 :]:
            if _opposed(one, other) and (speaks_of(asked, one) or speaks_of(asked, other)):
                return one, other
    return ()


def _opposed(one: Statement, other: Statement) -> bool:
    """Whether one says the other but for a "not", or for a word that is the opposite."""
    left, right = _beyond(one, other), _beyond(other, one)
    if _asked_above(one) != _asked_above(other):
        return False
    if _in_order(one.text) != _in_order(other.text):
        return False
    is_denied = only_denies(one.text), only_denies(other.text)
    if negates(one.text) + negates(other.text) != sum(is_denied):
        return False
    if not left and not right:
        return is_denied[0] != is_denied[1]
    return is_denied[0] == is_denied[1] and _are_opposites(one.text, other.text, left, right)


def _beyond(one: Statement, other: Statement) -> frozenset[str]:
    """The words that `one` has and `other` has not, in no form."""
    known = other.words | other.carried | _NO_DIFFERENCE | _NEGATING
    return frozenset(
        word
        for word in one.words - known
        if not word.endswith(("n't", "n’t")) and not is_synonym(word, other.words)
    )


def _are_opposites(one: str, other: str, left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether these words, which only one of two sentences has each, are opposites as they stand there."""
    mine, theirs = (frozenset(_PLAIN_WORD.findall(text.casefold())) for text in (one, other))
    return any(
        left <= content(" ".join(a & mine))
        and right <= content(" ".join(b & theirs))
        and a & mine
        and b & theirs
        for first, second in _OPPOSITES
        for a, b in ((first, second), (second, first))
    )


def _in_order(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token[0].isdigit()]


def answering(asked: Question, shown: Sequence[Passage], about: Attribution) -> list[Statement]:
    """The sentences that answer the question, of the passages that bear on it."""
    return [each for each in allowed(asked, shown, about) if answers(asked, each)]


def _telling(asked: Question, shown: Sequence[Passage], about: Attribution) -> list[Statement]:
    return [each for each in answering(asked, shown, about) if is_told(asked, each)]


def allowed(asked: Question, shown: Sequence[Passage], about: Attribution) -> list[Statement]:
    """The sentences that an answer may rest on."""
    question = content(asked.text)
    bearing = [passage for passage in shown if passage.relevance >= BEARS and not about.unsaid([passage])]
    every = about.reading.passages if about.reading else shown
    return [
        each
        for each in statements(bearing, every)
        if asked.parts
        and not is_no_statement(each.text, asked.text)
        and about.allows(each.text, each.passage, question)
    ]


def sorts_of_others(asked: Question, first: Statement, other: Statement) -> frozenset[str]:
    """The sorts of values that the first has and of which the other has one that it has not; "word" for any other words."""
    told = set(first.words - asked.words)
    return frozenset(_sorts(told, first.text, asked)) & frozenset(
        _sorts(_left(asked, other, first), other.text, asked)
    )


def _differ(asked: Question, one: Statement, other: Statement) -> bool:
    """Whether the two differ in values alone: of one sort, or of several where it happens once."""
    if _of_different(asked, one, other) or not _are_other_amounts(one.text, other.text):
        return False
    if _differ_in_all(asked, one, other):
        return not _APPROXIMATE.search(one.text) and not _APPROXIMATE.search(other.text)
    sorts = _sort_of_difference(asked, one, other), _sort_of_difference(asked, other, one)
    if sorts[0] != sorts[1] or sorts[0] == "word":
        return False
    if sorts[0] == "name":
        return _ONE_NAME.match(asked.text) is not None
    if _SEVERAL.match(asked.text) and sorts[0] not in ("number", "clock"):
        return False
    return not _APPROXIMATE.search(one.text) and not _APPROXIMATE.search(other.text)


def _are_other_amounts(one: str, other: str) -> bool:
    """Whether measures in different units are of one dimension and not the same: two years are no 18 months, but 24."""
    mine, theirs = _measures(one), _measures(other)
    if {unit for unit, _, _ in mine} == {unit for unit, _, _ in theirs} or not mine or not theirs:
        return True
    pairs = [(a, b) for _, dimension, a in mine for _, same, b in theirs if dimension == same]
    return bool(pairs) and not any(abs(a - b) <= _SAME_AMOUNT * max(a, b) for a, b in pairs)


def _measures(text: str) -> list[tuple[str, str, float]]:
    """The units in a text, each with its dimension and how much there is of it."""
    found = []
    for number, unit in _MEASURE.findall(text):
        dimension, amount = _UNITS[unit.casefold()]
        count = NUMBER_WORDS.get(number.casefold(), number)
        if "," not in count and count.count(".") < 2:
            found.append((unit.casefold(), dimension, float(count) * amount))
    return found


def _of_different(asked: Question, one: Statement, other: Statement) -> bool:
    """Whether each names something of the question that the other does not: prices of two phones are no quarrel.

    So are the two of whom each says "he".
    """
    if one.antecedent - other.antecedent and other.antecedent - one.antecedent:
        return True
    if _asked_above(one) and _asked_above(other) and _asked_above(one) != _asked_above(other):
        return True
    mine, theirs = (
        {
            word
            for word in (a.words & asked.words) - b.words - b.carried - _NO_DIFFERENCE
            if not is_synonym(word, b.words)
            and not any(word in group and group & b.words for group in _SAME_PROPERTY)
        }
        for a, b in ((one, other), (other, one))
    )
    return bool(mine and theirs)


def _asked_above(statement: Statement) -> frozenset[str]:
    """The words of the document's own question that the sentence stands under and answers; none where there is none."""
    above = statement.under.rstrip("*_ ").rpartition("\n")[2]
    return content(above) if above.endswith("?") else frozenset()


def _differ_in_all(asked: Question, one: Statement, other: Statement) -> bool:
    wanted = "date" if _WHEN.match(asked.text) else "name" if _WHERE_OR_WHO.match(asked.text) else ""
    if not wanted or not _ONCE.search(asked.text):
        return False
    sorts = [
        set(_sorts(_left(asked, mine, theirs), mine.text, asked))
        for mine, theirs in ((one, other), (other, one))
    ]
    return all(wanted in each and "word" not in each and len(each) > 1 for each in sorts)


def _left(asked: Question, one: Statement, other: Statement) -> set[str]:
    """The words that make a difference: the other sentence and the question have none that says the same."""
    theirs = other.words | other.carried | asked.words | _NO_DIFFERENCE
    theirs |= {form for form, digits in NUMBER_STEMS.items() if digits in theirs}
    theirs |= {NUMBER_STEMS[word] for word in theirs & NUMBER_STEMS.keys()}
    same = frozenset(word for group in _SAME_PROPERTY if group & other.words for word in group)
    return {word for word in one.words - theirs - same if not is_synonym(word, other.words)}


def _sort_of_difference(asked: Question, one: Statement, other: Statement) -> str:
    """The sort of the words that `one` has and `other` has not; `word` for several sorts or no value.

    What is only added behind the value does not count: "founded in 1990 by two brothers".
    """
    left = _left(asked, one, other)
    for text in (one.text, _without_additions(one.text), _ADDED_TO_A_NAME.split(one.text)[0]):
        sorts = set(_sorts(_words_in(text, left), text, asked))
        if len(sorts) == 1 and "word" not in sorts:
            return sorts.pop()
    return "word"


def _words_in(text: str, words: set[str]) -> set[str]:
    """Those of the words that stand in a part of their sentence; a number also as its word."""
    held = content(text)
    return {word for word in words if word in held or NUMBER_STEMS.get(word) in held}


def _without_additions(text: str) -> str:
    """The sentence up to what is added behind its value: "founded in 1990" of "founded in 1990 by two brothers"."""
    value = _VALUE.search(text)
    end = _ADDED.search(text, value.end()) if value else None
    return text[: end.start()] if end else text


def _sorts(words: set[str], text: str, asked: Question) -> Iterator[str]:
    clock, date = _content_of(_CLOCK, text), _content_of(_DATE, text)
    is_when = _WHEN.match(asked.text) is not None
    units = frozenset(word for _, unit in _MEASURE.findall(text) for word in content(unit))
    names = {word for token in _TOKEN.findall(text) if token[0].isupper() for word in content(token)}
    for word in {NUMBER_STEMS.get(word, word) for word in words}:
        if word in clock:
            yield "clock"
        elif word in date:
            yield "date"
        elif word[0].isdigit() or word in units:
            yield "date" if is_when else "number"
        elif word in _COLOURS:
            yield "colour"
        else:
            yield "name" if word in names else "word"


def _content_of(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return content(" ".join(match[0] for match in pattern.finditer(text)))
