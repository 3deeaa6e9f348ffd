"""Whether a sentence tells of the doing that a question asks about, and gives in the same clause what is asked of it.

"Who painted the painting?" is not answered by who bought it, and "built in 1760 and restored in 1911" says neither where it
was built nor by whom. Seen by the form of English questions; one of another form passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestrator.routing.skills.fitting import NO_PLACE, THERE, gives_what_is_asked
from orchestrator.routing.skills.kinds import is_kind
from orchestrator.routing.skills.overlap import IRREGULAR_FORMS, carries_content, content
from orchestrator.routing.skills.statements import is_synonym

_AUXILIARY = (
    r"is|are|was|were|be|been|being|has|have|had|do|does|did|will|would|can|could|may|might|must|shall|should"
)
_BOUGHT_SOLD = content("buy purchase"), content("sell")
_LATER = r"(?:(?:first|last|ever|usually|originally|officially|finally|also|then|still|once|never|often|now|[a-z]{2,20}ly)\s+)*"
_PAST = rf"(?:[a-z]{{2,20}}ed|{'|'.join(sorted(IRREGULAR_FORMS))}|born|found|cut|set|put|hit|read|lit|hid|met|shot|struck|laid|fed)"
_STOPS = rf"(?:the|an?|my|our|your|his|her|its|their|this|that|these|those|in|on|at|to|from|for|by|with|of|about|into|out|up|off|over|before|after|until|since|during|when|if|as|it|them|him|me|us|you|\d\S*|{_AUXILIARY})"
_WHO_DID = re.compile(
    rf"^\W*(?:(?:and|so|but)\s+)?(?:who\s+{_LATER}(?!(?:{_AUXILIARY})\b)(?P<verb>[a-z]+)\b"
    rf"|(?:what|which\s+[^\W\d_]+(?:\s+[a-z]+)??)\s+{_LATER}(?P<other>{_PAST}\b|[a-z]+s\b(?=\s+(?:the|an?|my|our|your|his|her|its|their)\b)))",
    re.I,
)
_DID = re.compile(
    rf"^\W*(?:(?:and|so|but)\s+)?(?:who|what|which\s+[^\W\d_]+(?:\s+[a-z]+)??)\s+{_LATER}(?!(?:{_AUXILIARY})\b)(?P<verb>[a-z]+)\b",
    re.I,
)
_DID = re.compile(
    r"\b(?:do|does|did|will|would|can|could|must|should|may)\s+(?P<subject>(?:(?:the|an?|my|our|your|his|her|its|their|this|that)\s+)?[^\W_]+(?:\s+(?-i:[A-Z])[^\W_]*)*)(?P<rest>(?:\s+[^\W_]+){1,6})",
    re.I,
)
_WAS_DONE = re.compile(
    rf"\b(?:is|are|was|were|been|has|have|had)\s+(?P<subject>[^\W_]+(?:\s+[^\W_]+){{0,7}}?)\s+{_LATER}(?P<verb>{_PAST})\b(?!\s+(?:[a-z]+\s+){{0,2}}{_PAST}\b)",
    re.I,
)
_WHO = re.compile(r"^\W*(?:(?:and|so|but)\s+)?(?:who|by whom)\b", re.I)
_WHEN = re.compile(r"^\W*(?:(?:and|so|but)\s+)?when\b", re.I)
_WHERE = re.compile(r"^\W*(?:(?:and|so|but)\s+)?where\b", re.I)
_HOW = re.compile(r"^\W*(?:(?:and|so|but)\s+)?how\b", re.I)
_PRONOUN = re.compile(r"\b(?:it|them|him|her|this|these|both|one)\b", re.I)
_HOW_MANY = re.compile(r"\bhow many\s+(?P<counted>[^\W\d_]+)", re.I)
_COUNTS = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|no|none|an?|both|dozens?|hundreds?|thousands?|millions?)\b",
    re.I,
)
_DETERMINER_BEFORE = re.compile(
    r"(?:\b(?:the|(?-i:an?)|my|our|your|his|her|its|their|this|that|these|those|of|no|any|every|each|some)|['’]s)\s+$",
    re.I,
)
_IS_PASSIVE_BEHIND = re.compile(
    rf"\b(?:is|are|was|were|be|been|being|gets?|got)\s+(?:not\s+)?{_LATER}$", re.I
)
_TO = re.compile(r"\bto\s+[^,;.]+", re.I)
_IS_PASSIVE = re.compile(rf"\b(?:is|are|was|were|been)\s+{_LATER}{_PAST}\b", re.I)
_BY = re.compile(r"\bby\s+(?P<who>[^,;.]+)", re.I)
# What begins another clause behind "and": a verb, or somebody with a verb.
_NEXT_CLAUSE = (
    rf"(?:(?:then|later|also|now|[a-z]{{2,20}}ly)\s+)*(?:(?:{_AUXILIARY}|{_PAST}|he|she|they|it|we|who|which)\b"
    rf"|[a-z]{{2,20}}s\s+(?:the|an?|its|his|her|their|out|up|to|\d)\b|(?:[^\s,;.]+\s+){{1,3}}(?:{_AUXILIARY}|{_PAST})\b)"
)
_BORDER = re.compile(
    rf";|:(?!\d)|\.\s|\s[–—-]\s|,?\s+(?:and|but|or)\s+(?={_NEXT_CLAUSE})|,?\s+(?:then|while|whereas|who|which|whose|where|although|though)\s+|,\s+(?={_PAST}\b)",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")
# "by the river" and no "by Ada Rill"; up to what begins another phrase.
_PLACE = re.compile(
    rf"\b(?:in|at|on|near|to|from|under|behind|beside|opposite|by(?=\s+the\b)|between|along|next to|outside|inside|off|above|below|around"
    rf"|through|over|across|towards?|past|beyond|within|via)\s+(?P<place>(?:(?!(?:{_AUXILIARY}|{_PAST}|by|in|at|on|and|for|with)\b)[^\s,;.]+[ ]?)+)",
    re.I,
)
_POINTS_TO_A_PLACE = re.compile(r"\b(?:there|here)\b", re.I)
_LIFE = re.compile(r"\b\d{4}\s?[–-]\s?\d{4}\b|[*†]\s?\d")
_HAS_VERB = re.compile(
    rf"\b(?:{_AUXILIARY}|{_PAST})\b|\s[a-z]{{2,20}}s\s+(?:the|an?|its|his|her|their|out|up|to|in|on|at|\d+)\b",
    re.I,
)
_LONGEST_FIELD_WORDS = 6
# Another verb says the same, or none at all: "the train goes at nine", "Ann, 30, of Hull".
_LIGHT = frozenset(
    "happen work take come go get make use need want like think mean know say do have be live stay look find call name mention contain include".split()  # noqa: SIM905 - a list of literals is no list to read
)
_OWNS = ("own", "owns", "owned")  # of no content elsewhere: "its own door"
_LIGHT_STEMS = content(" ".join(_LIGHT))


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause around a verb, and all of the sentence before it, where its subject may stand."""

    before: str
    verb: str
    after: str
    earlier: str
    sentence: str

    @property
    def text(self) -> str:
        return f"{self.before}{self.verb}{self.after}"


def tells_of_it(question: str, sentence: str, *, under: str, points_back: bool) -> bool:
    """Whether a clause of the sentence has the verb of a question as a verb, with the place, time, doer or count asked for.

    `under`: the headings above, of which one may have the verb in its place.
    """
    verbs = _verbs(question)
    if not verbs or "|" in sentence:
        return True
    return any(_tells(question, verb, sentence, under, points_back=points_back) for verb in verbs)


def _tells(question: str, verb: str, sentence: str, under: str, *, points_back: bool) -> bool:
    clauses = [
        _clause(sentence, match)
        for match in _WORD.finditer(sentence)
        if _is_form(match[0], verb) and not _is_noun(sentence, match)
    ]
    if not clauses:
        return _is_told_otherwise(question, verb, sentence, under)
    if any(_gives(question, clause, points_back=points_back) for clause in clauses):
        return True
    # "Release 2.4 (May 2024)" over "Added dark mode"
    is_entry = any(not _WORD.search(clause.earlier) for clause in clauses)
    return is_entry and bool(_WHEN.match(question)) and bool(under) and gives_what_is_asked(question, under)


def _verbs(question: str) -> list[str]:
    """The words that may be what somebody does or what is done; none where that is not seen, or has a wide meaning."""
    found = _done(question) or _did(question) or _who_did(question)
    if any(content(each) and content(each) <= _LIGHT_STEMS for each in found):
        return []
    return [each for each in found if content(each) or each.casefold() in _OWNS]


def _done(question: str) -> list[str]:
    match = _WAS_DONE.search(question)
    return [match["verb"]] if match else []


def _did(question: str) -> list[str]:
    """The words up to what stops a run behind the subject: "museum" and "buy" of "did the old museum buy the boat".

    The plain form of a verb ends in no "s".
    """
    match = _DID.search(question)
    if match is None:
        return []
    run: list[str] = []
    for word in match["rest"].split():
        if re.fullmatch(_STOPS, word, re.I) or (run and word[0].isupper()):
            break
        run.append(word)
    return [each for each in run if not each[0].isupper() and not re.search(r"(?<![su])s$", each)]


def _who_did(question: str) -> list[str]:
    match = _WHO_DID.match(question)
    verb = (match["verb"] or match["other"]) if match else ""
    return [verb] if verb and not verb.endswith("ing") else []


def _is_form(word: str, verb: str) -> bool:
    if not carries_content(verb.casefold()):
        return re.fullmatch(rf"{re.escape(verb.casefold())}(?:s|ed|ing)?", word.casefold()) is not None
    of_word, of_verb = content(word), content(verb)
    if any(of_verb & one and of_word & other for one, other in (_BOUGHT_SOLD, _BOUGHT_SOLD[::-1])):
        return bool(of_verb & _BOUGHT_SOLD[0])
    return bool(of_word) and (of_word == of_verb or any(is_synonym(each, of_word) for each in of_verb))


def _is_noun(sentence: str, word: re.Match[str]) -> bool:
    """Whether it is the "painting" of "the painting" or of "a large painting"."""
    before = sentence[: word.start()]
    if _DETERMINER_BEFORE.search(before):
        return True
    return word[0].casefold().endswith(("ing", "ings")) and not _IS_PASSIVE_BEHIND.search(before)


def _clause(sentence: str, verb: re.Match[str]) -> _Clause:
    """Up to the next clause, or the one behind it where that begins with another verb right away: "designed and built in 1760"."""
    starts, ends = 0, len(sentence)
    for border in _BORDER.finditer(sentence):
        if border.end() <= verb.start():
            starts = border.end()
        elif border.start() >= verb.end() and _WORD.search(sentence, verb.end(), border.start()):
            ends = border.start()
            break
    return _Clause(
        sentence[starts : verb.start()],
        verb[0],
        sentence[verb.end() : ends],
        sentence[: verb.start()],
        sentence,
    )


def _gives(question: str, clause: _Clause, *, points_back: bool) -> bool:
    if content(question) & _BOUGHT_SOLD[0] and content(clause.verb) & _BOUGHT_SOLD[1]:
        return _gives_buyer(question, clause)
    if _WHO.match(question):
        return _gives_doer(question, clause, points_back=points_back)
    if not _has_its_object(question, clause):
        return False
    if _WHERE.match(question):
        return _has_a_place(question, clause)
    if _WHEN.match(question):
        return gives_what_is_asked(question, clause.text, points_back=points_back)
    if asked := _HOW_MANY.search(question):
        return _COUNTS.search(clause.text) is not None and content(asked["counted"]) <= content(clause.text)
    if _HOW.match(question) and _COUNTS.search(clause.sentence):
        return _COUNTS.search(clause.text) is not None
    return True


def _has_its_object(question: str, clause: _Clause) -> bool:
    """Whether what stands behind the verb of a question is in the clause, where the sentence has it: not in the one of
    another verb. A pronoun stands for it."""
    verbs = _did(question) or _who_did(question)
    if not verbs or _PRONOUN.search(clause.after):
        return True
    behind = content(question.rpartition(verbs[-1])[2])
    return not any(word in content(clause.sentence) - content(clause.text) for word in behind)


def _has_a_place(question: str, clause: _Clause) -> bool:
    text = clause.text
    if THERE.search(_POINTS_TO_A_PLACE.sub(" ", text)):
        return True
    known = content(question) | content(clause.verb)
    return any(content(NO_PLACE.sub(" ", match["place"])) - known for match in _PLACE.finditer(text))


def _gives_doer(question: str, clause: _Clause, *, points_back: bool) -> bool:
    """Whether somebody else than is asked about does it: before an active verb, or behind "by"."""
    if not _who_did(question):
        return True
    if by := _BY.search(clause.after):
        return gives_what_is_asked(question, f"by {by['who']}")
    if _IS_PASSIVE_BEHIND.search(clause.before):
        return False
    subject = clause.before
    if not _WORD.search(subject):
        if _IS_PASSIVE.search(clause.earlier):
            return False
        subject = clause.earlier
    return points_back or gives_what_is_asked(question, subject)


def _gives_buyer(question: str, clause: _Clause) -> bool:
    """Whether it was sold to whom is asked for or about, where it is asked who bought it."""
    to = _TO.search(clause.after)
    if to is None:
        return False
    return (
        gives_what_is_asked(question, to[0])
        if _who_did(question)
        else bool(content(to[0]) & content(question))
    )


def _is_told_otherwise(question: str, verb: str, sentence: str, under: str) -> bool:
    """Whether a sentence without the verb says it by a form that has none: a field, a value, the years of a life, or under a
    heading that has it."""
    if any(_is_form(word[0], verb) for word in _WORD.finditer(under)):
        return True
    if is_kind(content(verb)) and not _WHO.match(question) and not _WHEN.match(question):
        return True
    is_there = any(_is_form(word[0], verb) for word in _WORD.finditer(sentence))
    if is_there:
        return False
    if is_kind(content(verb)) and _WHEN.match(question):
        return True
    is_field = ":" in sentence or len(sentence.split()) <= _LONGEST_FIELD_WORDS
    return _LIFE.search(sentence) is not None or (is_field and not _HAS_VERB.search(sentence))
