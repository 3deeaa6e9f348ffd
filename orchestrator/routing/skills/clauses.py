"""Whether one clause of a sentence bears a claim out: the words of a clause that denies and of one that affirms make no third.

"The free plan does not include backups; they are included in the Pro plan" says nothing of a Pro plan without backups,
though it has every word of that and a "not". Clauses are seen by the words of English, and rather too many than too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from orchestrator.routing.skills.overlap import IRREGULAR_FORMS, NUMBER_STEMS, content, negates
from orchestrator.routing.skills.statements import has_opposite

YES_OR_NO = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)*(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|will|would|should)\b",
    re.I,
)
_BORDER = re.compile(
    r"(\s*(?:[;()–—]|:(?!\d))\s*|\s*,(?!\d)\s*(?:(?:and|or|but|while|whereas|though|although|yet)\s+)?"
    r"|\s+(?:and|or|but|while|whereas|though|although|unless|except|because|since|nor)\s+)",
    re.I,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|shall|does|do|did|cannot"
    rf"|{'|'.join(sorted(IRREGULAR_FORMS))})\b|n['’]t\b|\w\s[a-z]+(?:ed|[^s\W]s)\b|^(?:it|they|he|she|we|you|i)\s",
    re.I,
)
# Without "no" and "without", which deny one thing in a clause that may well affirm another.
_DENIES = re.compile(
    r"\b(?:not|never|neither|nor|cannot|no longer|lack(?:s|ed|ing)?|(?:fail|refuse|decline)[sd]? to|failed to"
    r"|(?:stop|cease)(?:s|d|ped)? (?:to\b|[a-z]+ing\b))\b|n['’]t\b",
    re.I,
)
_CONTRAST = re.compile(r"\b(?:but|while|whereas|although|though|yet)\b|;", re.I)
_DENIES_NOTHING = re.compile(r"\bnot (?:only|just|merely|simply)\b", re.I)
_BOUND = re.compile(
    r"\b(?:not|never|cannot)\b[^.;]*?\b(?:until|before|exceed|later than|earlier than|more than|less than|fewer than)\b",
    re.I,
)
_WITHOUT = re.compile(r"\bwithout\b", re.I)
_EXCEPTS = re.compile(r"\b(?:except|unless|without|nor)\b", re.I)
_POINTS_BACK = re.compile(r"\b(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those)\b", re.I)
_WITHOUT_SUBJECT = re.compile(
    r"^\W*(?:(?:is|are|was|were|has|have|had|will|would|can|could|may|must|should|does|do|did|cannot|not|never|no longer)\b"
    r"|[a-z]+(?:ed|s)\b|[a-z]+n['’]t\b)"
)
_PREPOSITION = re.compile(
    r"^\W*(?:in|on|at|for|with|without|during|by|from|to|under|over|after|before|until|of|as|than|if|when|where|which|who|that)\b",
    re.I,
)
_OBJECT = re.compile(r"\b(?:in|on|at|for|with|during|by|from|to|under|over|of|as|the|an?)\s", re.I)
_COMMAND = re.compile(r"^\W*(?:please\s+)?(?:do not|don['’]t|never)\b", re.I)
_LEADING = re.compile(r"^\W*(?:(?:not|but|except|unless|nor|only|also)\s+)+", re.I)
_NEITHER_WORD = content("no not never none nothing neither nor without cannot yes longer except unless")


@dataclass(frozen=True, slots=True)
class Clause:
    """`carried` are the words of the clause before it, where a pronoun or what is left out stands for some of them."""

    text: str
    words: frozenset[str]
    carried: frozenset[str] = frozenset()

    @property
    def denies(self) -> bool:
        """Whether it denies as a whole."""
        return _DENIES.search(_DENIES_NOTHING.sub("", self.text)) is not None

    @property
    def is_bound(self) -> bool:
        return _BOUND.search(self.text) is not None

    @property
    def is_command(self) -> bool:
        return _COMMAND.match(self.text) is not None

    def says(self, words: frozenset[str]) -> bool:
        """Whether it has all of these words; carried ones only beside one of its own that is not carried."""
        if words <= self.words:
            return True
        if any(has_opposite(word, self.words) for word in words - self.words):
            return False
        return words <= self.words | self.carried and bool(words & (self.words - self.carried))


def is_of_one_clause(claim: str, question: str, sentence: str) -> bool:
    """Whether each clause of a claim has what the sentence has of it from one clause that denies like it."""
    theirs = clauses(sentence)
    # What is side by side without a contrast is told apart by its values and groups (`groups.py`).
    is_divided = _DENIES.search(sentence) or (len(theirs) > 1 and _CONTRAST.search(sentence))
    if not is_divided or (_is_denied(question) and not _is_denied(claim)):
        return True
    if _only_denies_what_another_affirms(claim, question, theirs):
        return False
    # "When the pump runs dry" of "Do not run the pump dry: the seal is destroyed" was only asked.
    asked = content(question) & frozenset().union(*(each.words for each in theirs if each.is_command))
    held = frozenset().union(*(each.words for each in theirs)) - asked
    return all(
        _stands_in_one(replaced, theirs)
        for each in clauses(claim)
        if (replaced := Clause(each.text, each.words & held)).words
    )


def _only_denies_what_another_affirms(claim: str, question: str, theirs: Sequence[Clause]) -> bool:
    """Whether of "the old one lacks a scanner; the new one has one" the first is given for which one has a scanner."""
    asked = _words(question)
    if not asked or _is_denied(question) or not all(each.denies for each in clauses(claim)):
        return False
    said = len(asked & _words(claim))
    return any(not each.denies and len(asked & (each.words | each.carried)) >= said for each in theirs)


def _is_denied(text: str) -> bool:
    return negates(text) or _DENIES.search(text) is not None


def _stands_in_one(claim: Clause, theirs: Sequence[Clause]) -> bool:
    alike = [each for each in theirs if each.is_bound or each.denies == claim.denies]
    if not any(each.says(claim.words) for each in alike):
        return False
    others = [each for each in theirs if not each.is_bound and each.denies != claim.denies]
    return _is_uncontested(claim, alike, others)


def brings_its_own(claim: str, words: frozenset[str], carried: frozenset[str]) -> bool:
    """Whether a claim has more of a sentence, whose words are `words`, than what a pronoun there means.

    "The free plan has backups" is not borne out by "They are in the Pro plan", whatever "they" are.
    """
    said = content(claim)
    return not said & (carried - words) or bool(said & (words - carried))


def repeats_a_clause(
    claim: str, question: str, carried: frozenset[str], sentence: str, beside: Iterable[str]
) -> bool:
    """Whether a claim, in answer to a yes-or-no question, is clauses of the sentence said again, whole and as affirmed or
    denied, one of them the nearest to the question. `carried` are words of what a pronoun of the sentence means, `beside`
    what is said around it."""
    theirs = clauses(sentence)
    mine = [each for each in clauses(claim) if each.words]
    around = [clause for text in beside if text != sentence for clause in clauses(text)]
    asked = _words(question)
    nearest = max((len(asked & (each.words | each.carried)) for each in theirs), default=0)
    return any(len(asked & (each.words | each.carried)) >= nearest for each in mine) and all(
        _is_repeated(each, carried, theirs, around) for each in mine
    )


def _is_repeated(
    claim: Clause, carried: frozenset[str], theirs: Sequence[Clause], around: Sequence[Clause]
) -> bool:
    same = [
        each
        for each in theirs
        if _denials(each.text) == _denials(claim.text)
        and claim.words <= each.words | carried
        and each.words <= claim.words
    ]
    others = [each for each in (*theirs, *around) if _denials(each.text) != _denials(claim.text)]
    return bool(same) and _is_uncontested(claim, same, others)


def _denials(text: str) -> tuple[bool, bool]:
    """Whether it denies in any way, and whether it excepts something."""
    denied = _is_denied(_WITHOUT.sub("", _DENIES_NOTHING.sub("", text)))
    return denied, _EXCEPTS.search(text) is not None


def _is_uncontested(claim: Clause, alike: Sequence[Clause], others: Sequence[Clause]) -> bool:
    """Whether the claim is a whole clause, or no clause to the contrary has all its words: "not heated" has "in summer" left out."""
    if any(each.words and each.words <= claim.words for each in alike):
        return True
    return not any(claim.words <= each.words | each.carried and claim.words & each.words for each in others)


@lru_cache(maxsize=2048)
def clauses(sentence: str) -> tuple[Clause, ...]:
    """Its clauses in order; a piece without a verb before one with a verb belongs to it ("Dogs, cats and birds are ...")."""
    found: list[Clause] = []
    for text in _texts(sentence):
        words = _words(text)
        points = _POINTS_BACK.search(text) or _WITHOUT_SUBJECT.match(text) or not _VERB.search(text)
        carried = _carried(found[-1], text) if found and points else frozenset()
        found.append(Clause(text, words, carried))
    return tuple(found)


def _carried(before: Clause, text: str) -> frozenset[str]:
    """The words of the clause before; of one without a verb those that it may leave out, as far as that can be seen.

    "But by Bea" stands against "by Ann", and "but cold in winter" against "warm in summer".
    """
    if _VERB.search(text):
        return before.words | before.carried
    verb = _VERB.search(before.text)
    cuts = [
        match.start() for match in _OBJECT.finditer(before.text) if not verb or match.start() > verb.end()
    ]
    if _PREPOSITION.match(_LEADING.sub("", text)) and cuts:
        return _words(before.text[: cuts[-1]]) | before.carried
    return _words(before.text[: verb.start()] if verb else "") | before.carried


def _texts(sentence: str) -> list[str]:
    pieces = _BORDER.split(sentence)
    found: list[str] = []
    waiting = ""
    for index in range(0, len(pieces), 2):
        border = pieces[index - 1] if index else ""
        piece = _with_border(border, pieces[index])
        if _VERB.search(piece):
            found.append(f"{waiting}{border}{pieces[index]}" if waiting else piece)
            waiting = ""
        elif _DENIES.search(piece) or _EXCEPTS.search(piece):
            found.append(piece)
        elif found and not waiting and _goes_on(border, piece):
            found[-1] += f"{border}{piece}"
        else:
            waiting += f"{border if waiting else ''}{piece}"
    return [*found, waiting] if waiting.strip() else found


def _with_border(border: str, piece: str) -> str:
    """A piece with the word before it that denies or excepts."""
    return f"{border.strip(' ,')} {piece}" if _EXCEPTS.search(border) else piece


def _goes_on(border: str, piece: str) -> bool:
    """Whether a piece without a verb belongs to the clause before it: "and birds", ", in summer"."""
    word = border.strip(" ,").casefold()
    return word in ("and", "or") if word else _PREPOSITION.match(piece) is not None


def _words(text: str) -> frozenset[str]:
    """Its content words, numbers in digits, without those that only deny."""
    return frozenset(
        NUMBER_STEMS.get(word, word)
        for word in content(text) - _NEITHER_WORD
        if not word.endswith(("n't", "n’t"))
    )
