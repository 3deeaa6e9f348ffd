"""Whether a claim gives a value to its own group, where one sentence has values for several: "9 euros for adults, 5 for students".

The sentence is cut into one piece for each value. A value may be claimed of what its piece is about; where the pieces do not
tell which it is, nothing may be. Only values that could be mistaken for each other are compared: of one unit, or "free".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from orchestrator.routing.skills.overlap import IRREGULAR_FORMS, content
from orchestrator.routing.skills.subject_words import NUMBER_WORDS

# Which numbers count as values: all, those that are no year behind "in", or those alone.
_Sort = Literal["any", "amounts", "years"]
_FREE = ("free", "zero", "nothing", "none", "gratis")
_WORDS = "|".join([*(word for word in NUMBER_WORDS if word != "one"), *_FREE])
_ONE = r"one(?=\s+(?:euro|dollar|pound|cent|second|minute|hour|day|night|week|month|year|litre|metre|mile|gram|kilo|tablet|piece))"
_BORDER = re.compile(
    r"[,;:](?=\s|$)|\s[–-]\s|—|[()]|\b(?:but|while|whereas|although|and|or|plus)\s|\s/\s", re.I
)
_RANGE = re.compile(r"\b(between\s+\S+)\s+and\s", re.I)
# A number behind these tells a group or a condition.
_OF_A_GROUP = re.compile(
    r"\b(?:under|over|above|below|aged?|ages|older than|younger than|before|after|since|until|by|up to|level|class|team|group"
    r"|zone|room|version|type|model)\s*$",
    re.I,
)
_IN = re.compile(r"\b(?:in|during)\s*$", re.I)
_VALUE = re.compile(
    rf"(?P<sign>[€$£¥])?\s?(?<![\w.,:-])(?P<number>\d+(?:[.,:]\d+)*|\b(?:{_WORDS}|{_ONE})\b)(?:[\s-]?(?P<unit>[€$£¥%°]|[^\W\d_]+))?",
    re.I,
)
_NO_UNIT = frozenset(
    "for and or in on at to of per but while is are the if from with by a an respectively".split()  # noqa: SIM905 - a list of literals is no list to read
)
_NOUNS = frozenset(("men", "women", "children", "feet", "teeth", "mice"))
_CLAUSE = re.compile(
    r"(?:[,;]\s*|\s)(?:and|but|while|whereas)\s+(?=(?:the|a|an|my|our|your|its|his|her|their)\s|[A-Z])|;\s*"
)
_PREDICATE = (
    r"(?:is|are|was|were|has|have|had|will|can|may|must|should|costs?|takes?|lasts?|weighs?|pays?|holds?|needs?|gets?|opens?|closes?"
    r"|leaves?|starts?|ends?|delivers?|runs?|carries|carry|enters?|works?|receives?|[a-z]+ed"
    rf"|{'|'.join(sorted(IRREGULAR_FORMS - _NOUNS))})\b"
)
_HAS_PREDICATE = re.compile(rf"\b{_PREDICATE}", re.I)
_WITHOUT_SUBJECT = re.compile(
    rf"^\W*(?:(?:only|just|about|then|also|not)\s+)*(?:{_PREDICATE}|(?:for|in|on|to|from|at|{_WORDS})\b|\d|$)",
    re.I,
)
_LEADING_GROUP = re.compile(r"^\W*(?:for|in|on|during|from|to|at)\s+(?:the\s+)?\S+", re.I)
_GROUP_BEHIND = re.compile(r"\s(?:for|in|on|at)\s.*$", re.I)
_RESPECTIVELY = re.compile(r"\brespectively\b|\bin (?:that|this) order\b", re.I)
_WHEN = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Value:
    value: str
    unit: str
    begin: int
    end: int

    def may_be(self, other: _Value) -> bool:
        return not self.unit or not other.unit or self.unit == other.unit


@dataclass(frozen=True, slots=True)
class _Piece:
    """`words` tell what its values are of."""

    values: tuple[_Value, ...]
    words: frozenset[str]

    def holds(self, value: _Value) -> bool:
        return any(each.value == value.value for each in self.values)

    def may_hold(self, value: _Value) -> bool:
        return any(each.may_be(value) for each in self.values)


def mismatches(claim: str, question: str, asked: frozenset[str], sentence: str) -> bool:
    """Whether the claim gives a value of the sentence to another than the sentence does, or this cannot be told.

    `asked` are the words of the question.
    """
    if _is_year_of_another(claim, sentence):
        return True
    of: _Sort = "any" if _WHEN.search(question) else "amounts"
    pieces = _pieces(sentence, of=of)
    claimed = [(value, part.words) for part in _pieces(claim, of=of) for value in part.values]
    claimed = [each for each in claimed if _has_rival(each[0], pieces)]
    if not claimed:
        return False
    if _RESPECTIVELY.search(sentence):
        return not content(claim) >= content(sentence)
    by_claim = [_is_of_another(value, words, pieces) for value, words in claimed]
    if True in by_claim or not asked:
        return True in by_claim
    by_question = [_is_of_another_than_asked(value, words, asked, pieces) for value, words in claimed]
    if None in by_question and False not in by_question:
        by_question = [_is_conditional(value, pieces) for value, _ in claimed]
    return False not in by_question and (True in by_question or False not in by_claim)


def _is_year_of_another(claim: str, sentence: str) -> bool:
    """Whether the claim has the year of another piece: of "in Physics in 1903 and in Chemistry in 1911" Physics in 1911."""
    pieces = _pieces(sentence, of="years")
    claimed = [(value, part.words) for part in _pieces(claim, of="years") for value in part.values]
    return any(
        _is_of_another(value, words, pieces) is True for value, words in claimed if _has_rival(value, pieces)
    )


def verbs_differ(claim: str, question: str, sentence: str) -> bool:
    """Whether a value is claimed with the verb of another clause: of "it weighs 2 kg and holds 30 litres" 2 kg as what it holds."""
    clauses = [part for part in _BORDER.split(sentence) if part.strip()]
    verbs = [_verb(part, is_first=not index) for index, part in enumerate(clauses)]
    if sum(bool(verb) for verb in verbs) < 2:
        return False
    said = content(claim) | content(question)
    for value in _values(claim, of="any"):
        own = [
            index
            for index, part in enumerate(clauses)
            if any(each.value == value.value for each in _values(part, of="any"))
        ]
        if len(own) != 1 or not verbs[own[0]] or verbs[own[0]] & said:
            continue
        if any(verb & said for index, verb in enumerate(verbs) if index != own[0]):
            return True
    return False


def is_of_another_clause(claim: str, question: str, sentence: str) -> bool:
    """Whether what a claim adds stands in a clause about another: of "walls are white and the roof is grey" a white roof."""
    clauses = [part for part in _CLAUSE.split(sentence) if part.strip()]
    said = content(claim) | content(question)
    new = content(claim) - content(question)
    subjects = []
    for clause in clauses:
        verb = _HAS_PREDICATE.search(clause)
        if verb is None:
            return False
        subjects.append(content(clause[: verb.start()]))
    if len(clauses) < 2 or not new:
        return False
    for index, clause in enumerate(clauses):
        if new <= content(clause) and subjects[index]:
            elsewhere = any(other & said for at, other in enumerate(subjects) if at != index)
            return elsewhere and not subjects[index] & said
    return False


def _verb(clause: str, *, is_first: bool) -> frozenset[str]:
    """The verb of a clause, where its form shows it and it carries content."""
    if is_first:
        found = _HAS_PREDICATE.search(clause)
        return content(found[0]) if found else frozenset()
    begin = re.match(rf"\W*(?:(?:it|he|she|they)\s+)?({_PREDICATE})", clause, re.I)
    return content(begin[1]) if begin else frozenset()


def _has_rival(value: _Value, pieces: Sequence[_Piece]) -> bool:
    """Whether the sentence has the value, and in another piece one that may be taken for it."""
    return any(piece.holds(value) for piece in pieces) and any(
        piece.may_hold(value) and not piece.holds(value) for piece in pieces
    )


def _is_of_another(value: _Value, words: frozenset[str], pieces: Sequence[_Piece]) -> bool | None:
    """Whether these words tell of another piece than the value's; None where they tell of neither or of both."""
    near, common = _near(value, pieces)
    # Of "the large box ... and the small one" a small box is the second: nothing else is said of it.
    told = [(len(words & each - common), -len(each - common - words)) for each in near.values()]
    own = max(told[index] for index, piece in enumerate(near) if piece.holds(value))
    others = max(told[index] for index, piece in enumerate(near) if not piece.holds(value))
    return None if own[0] == others[0] == 0 or own == others else own < others


def _is_of_another_than_asked(
    value: _Value, words: frozenset[str], asked: frozenset[str], pieces: Sequence[_Piece]
) -> bool | None:
    """As above for the question; a claim that repeats a part of it is of that part."""
    if _is_of_another(value, words & asked, pieces) is False:
        return False
    return _is_of_another(value, asked, pieces)


def _is_conditional(value: _Value, pieces: Sequence[_Piece]) -> bool | None:
    """Whether the value is for some group and another of the sentence for none: "200 euros (120 for students)"."""
    near, common = _near(value, pieces)
    plain = [piece for piece, words in near.items() if not words - common]
    return not any(piece.holds(value) for piece in plain) if plain else None


def _near(value: _Value, pieces: Sequence[_Piece]) -> tuple[dict[_Piece, frozenset[str]], frozenset[str]]:
    """The pieces with values like this one with the words that tell of them, and the words that all of them have.

    A unit tells where there are several: "3 bedrooms and 2 bathrooms".
    """
    near = [piece for piece in pieces if piece.holds(value) or piece.may_hold(value)]
    units = [frozenset(each.unit for each in piece.values if each.unit) for piece in near]
    is_telling = all(units) and len(set(units)) > 1
    words = [
        piece.words | unit if is_telling else piece.words for piece, unit in zip(near, units, strict=True)
    ]
    return dict(zip(near, words, strict=True)), frozenset.intersection(*words)


# -- a sentence in pieces


def _pieces(sentence: str, *, of: _Sort) -> list[_Piece]:
    texts = list(_with_values(_BORDER.split(_RANGE.sub(r"\1 to ", sentence)), of=of))
    if not texts:
        return []
    first = texts[0]
    subject, predicate = _shared(first, of=of)
    found: list[_Piece] = []
    for index, text in enumerate(texts):
        words = _words(text, of=of)
        if index and _WITHOUT_SUBJECT.match(text):
            words |= subject
        if index and not _HAS_PREDICATE.search(text):
            words |= predicate
        found.append(_Piece(tuple(_values(text, of=of)), words))
    return found


def _with_values(texts: Sequence[str], *, of: _Sort) -> Iterator[str]:
    """The texts each with a value: one without goes to the next, or back where the one before goes on behind its value."""
    waiting = ""
    ready = ""
    for text in texts:
        if any(_values(text, of=of)):
            if ready:
                yield ready
            ready, waiting = f"{waiting} {text}".strip(), ""
        elif ready and not waiting and not _ends_with_value(ready, of=of):
            ready = f"{ready} {text}"
        else:
            waiting = f"{waiting} {text}"
    if ready:
        yield f"{ready} {waiting}".strip()


def _ends_with_value(text: str, *, of: _Sort) -> bool:
    *_, last = _values(text, of=of)
    return not content(text[last.end :])


def _shared(first: str, *, of: _Sort) -> tuple[frozenset[str], frozenset[str]]:
    """The words of the subject and of the verb, which pieces behind it may leave out."""
    text = _LEADING_GROUP.sub("", first, count=1)
    text = text[: next((value.begin for value in _values(text, of=of)), len(text))]
    if found := _HAS_PREDICATE.search(text):
        subject, predicate = text[: found.start()], text[found.start() :]
        return content(_GROUP_BEHIND.sub("", subject)), content(_GROUP_BEHIND.sub("", predicate))
    # "Adults drink 2 litres, children 1 litre": what stands right before the value, unless it is all there is.
    last = content(text.split()[-1]) if text.split() else frozenset()
    return content(text) - last, last if len(content(text)) > len(last) else frozenset()


def _words(text: str, *, of: _Sort) -> frozenset[str]:
    """Its words but the values and their units."""
    left = text
    for value in reversed(list(_values(text, of=of))):
        left = f"{left[: value.begin]} {left[value.end :]}"
    return content(left) - {"one"}  # "the small one"


def _values(text: str, *, of: _Sort) -> Iterator[_Value]:
    for match in _VALUE.finditer(text):
        number = match["number"].casefold()
        before = text[: match.start("number")]
        is_year = len(number) == 4 and _IN.search(before) is not None
        if _OF_A_GROUP.search(before) or (of == "amounts" and is_year) or (of == "years" and not is_year):
            continue
        unit = (match["unit"] or "").casefold()
        has_unit = bool(unit) and unit not in _NO_UNIT and number not in _FREE
        if number in _FREE:
            number = "0"
        kind = "" if of != "amounts" else _unit(unit if has_unit else match["sign"] or "")
        end = match.end() if has_unit else match.end("number")
        yield _Value(NUMBER_WORDS.get(number, number.replace(",", "")), kind, match.start(), end)


def _unit(word: str) -> str:
    return {"€": "euro", "$": "dollar", "£": "pound"}.get(word) or next(iter(content(word)), word)
