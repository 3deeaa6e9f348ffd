"""Whether one sentence of a document says what an answer claims: the parts of two sentences make no third one.

Every word of the claim that carries content, and every word of the question that does, must be in that one sentence. Only
what it is about may stand before it: where a pronoun or "the company" points back, in the title, and in how the document
begins. Words for what is wanted ("how heavy", "the price of") are given by a measure of their kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from orchestrator.routing.skills.comparisons import comparison
from orchestrator.routing.skills.denials import denies
from orchestrator.routing.skills.fitting import gives_what_is_asked
from orchestrator.routing.skills.kinds import AMOUNT, NUMBER, is_given, is_kind
from orchestrator.routing.skills.lines import headings, means, rank
from orchestrator.routing.skills.overlap import (
    IRREGULAR_FORMS,
    NUMBER_STEMS,
    carries_content,
    content,
    is_english,
    numbers,
)
from orchestrator.routing.skills.passages import Passage, sentences
from orchestrator.routing.skills.possessors import only_possesses
from orchestrator.routing.skills.subject_words import fold, held, holds_name, holds_number
from orchestrator.routing.skills.subjects import subjects
from orchestrator.routing.skills.summary import is_said_to_the_reader
from orchestrator.text import ends_in_abbreviation

_DESIGNATION = re.compile(r"\b([^\W\d_]{2,})[ -]([A-HJ-Z])\b(?!['’.]\w)")
_NUMBERED = re.compile(r"\b([A-Z]\w*)[ -](\d[\d.]*\d|\d)\b(?![:.]\d)")
_ASKS = re.compile(
    r"(?:,\s*|\s+)(?:and|but|or)\s+(?=(?:also\s+)?(?:(?:from|in|on|at|to|by|since|until|for)\s+(?=what|when|who|which|how))?(?:what|where|when|who|how|why|which|is|are|was|were|does|do|did|has|have|can)\b)"
    r"|(?<=[?.!])\s+",
    re.I,
)
_IS_ASKED = re.compile(
    r"^\W*(?:(?:and|but|or|also)\s+)*(?:(?:from|in|on|at|to|by|since|until|for)\s+)?(?:what|where|when|who|whose|how|why|which)\b",
    re.I,
)
_BESIDE = re.compile(r"\b([^\W\d_]+),? (?:and|or|und|oder|et|ou|y|e) (?:the |a |an )?([^\W\d_]+)\b")
_POINTS_BACK = re.compile(
    r"^\W*(?:(?:and|but|with|without|in|on|at|by|since|until|after|before|for|from|during)\s(?:[^\s,]+[\s,]+){0,4}?)?"
    r"(?:it|its|she|he|they|their|her|his|both|this|these)\b"
    # "Born in Whitby, the daughter of a chandler, she moved"
    r"|^\W*(?:born|[a-z]{2,20}ed)\s[^.;]{0,80}?,\s(?:it|she|he|they)\b",
    re.I,
)
_POSSESSED = re.compile(r"\b(?:his|her|their)\s+([^\W\d_]+)", re.I)
_OPENS_POSSESSED = re.compile(r"^\W*(?:(?:and|but|then|so)\s+)?(?:his|her|their)\s+([^\W\d_]+)", re.I)
_COPULA = re.compile(r"\b(?:is|are|was|were)\b", re.I)
# "Tom's", "Tom and Ann's", "of Tom"
_POSSESSOR = re.compile(
    r"((?:(?-i:[A-Z])[^\W\d_]*\s+(?:and\s+)?)*[^\W\d_]+)(?:['’]s\b|(?<=s)['’](?=\s))"
    r"|\b(?:of|to|with)\s+((?:the\s+|my\s+)?[^\W\d_]+(?:\s+(?:and\s+)?(?-i:[A-Z])[^\W\d_]*)*)",
    re.I,
)
_PLURAL_PRONOUN = re.compile(r"\b(?:they|their|these|both)\b", re.I)
_COMMON = (
    "company firm business organisation organization institute agency city town village country building house house "
    "site team group club author writer painter composer scientist man woman boy girl person ship vessel brig boat "
    "device machine appliance unit model product vehicle car museum school book film work award treaty agreement"
)
_OF_COMMON = re.compile(rf"\b(?:the|this|that)\s+(?:{'|'.join(_COMMON.split())})\b", re.I)
_OWN_SUBJECT = re.compile(
    r"^\W*(?:(?:the|this|that|our|my|your)\s+(?P<noun>[^\W\d_]+(?:\s+[^\W\d_]+)?)|(?P<name>[A-Z][^\W\d_]+(?:\s+[A-Z]\w*)*)\s)"
)
_OPENS_WITH_NAME = re.compile(
    r"^(?:The\s+)?(?!The\b)[A-Z][^\W\d_]*(?:\s+(?:[A-Z][\w]*|\d[\d.]*\d|\d)\b)*(?=\s+[a-z])"
)
_OF_A_COMPOUND = re.compile(
    r" (?![a-z]{2,20}(?:ed|s)\b)(?!(?:is|are|was|were|has|had|have|will|would|can|could|may|must|should|does|do|did|and|or|but|that|which|who|when|where|if|as|because"
    r"|in|on|at|to|from|for|by|with|of|about|into|out|up|off|over|before|after|until|since|during|near|under|between|through|again|today|now|also|not|only)\b)[a-z]"
)
# What "it" is behind "Section 63 concerns the warehouse L63".
_TELLS_OF = re.compile(
    r"^\W*(?:[^\W\d_]+\s+){1,3}(?:[\d.]+\s+)?(?:concerns?|describes?|covers?|deals with|is about|relates to|refers to)\s+(?P<what>[^,;]+)",
    re.I,
)
_OPENS_WITH_POSSESSIVE = re.compile(r"^\W*(?:its|his|her|their)\b", re.I)
_HOW_MUCH = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)*how much\s+(?:is|are|was|were|do|does|did|will|would)\b", re.I
)
_IS_PRONOUN = re.compile(r"^\W*(?:it|he|she|they|this|these)\b", re.I)
_SETTING = re.compile(
    r"\b(?:in|at|on|during)\s+(?:the|our|this|your)\s+([^\W\d_]+(?:\s(?-i:[A-Z])[^\W\d_]*){0,3})", re.I
)
_SAYS_BACK = re.compile(
    r"\b(?:it|its|he|his|him|she|her|hers|they|them|their|theirs|this|that|these|those|both|there|here|one|ones|each|then)\b",
    re.I,
)
_HAS_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|cannot|could|may|might|must|should|does|do|did)\b|\w\s(?-i:[a-z]+(?:ed|[^s\W]s))\b",
    re.I,
)
_SAYS_IT = re.compile(r"\b(?:it|its|he|his|him|she|her)\b", re.I)
_IMPERATIVE = re.compile(
    r"^\W*(?:do not|don't|never|always|please|let|bake|mix|replace|use|keep|add|run|press|open|close|turn|put|take|set|store|"
    r"clean|check|remove|insert|connect|install|wash|apply|stir|heat|cook|serve|choose|select|wait|to)\b",
    re.I,
)
# "Issued by Northwind": of a record its entries go on about it.
_WITHOUT_SUBJECT = re.compile(r"^\W*[A-Z][a-z]+ed\s+(?:by|on|at|in|to|for|from)\b")
_PREDICATE = re.compile(
    r"\s(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does|do|did"
    rf"|{'|'.join(sorted(IRREGULAR_FORMS))})\b|(?<=\w)\s[a-z]+(?:ed|[^s\W]s)\b|,"
)
_AND = re.compile(r",?\s(?:and|but|while)\s(?=(?:the|my|our|your|its|his|her|their|(?-i:[A-Z]))\b)", re.I)
_FULL_NAME = re.compile(
    r"\b(?!(?:The|A|An|In|On|At|By|For|From|With|And|But|When|After|Before|Since|Her|His|Their|Our|My|Your)\s)(?:[A-Z][^\W\d_]{1,30}\s){1,3}[A-Z][^\W\d_]{1,30}\b"
)
_CAPITALS = re.compile(r"\b([A-Z][^\W\d_]{1,30}(?:\s[A-Z][^\W\d_]{1,30}){0,5})")
_ARTICLE = re.compile(r"\W*(?:the|an?|my|our|your|his|her|its|their|this|that)", re.I)
_ASKS_FOR_INSTRUCTIONS = re.compile(
    r"\b(?:instruct\w*|prompts?|system|assistants?|AI|models?|chatbots?|told|injection)\b", re.I
)
_STRANDED = re.compile(r"\b(?:against|for|in favour|in favor)(?: it)?\W*$", re.I)
_SUBJECT_ASKED = re.compile(
    r"^\W*(?:and\s+)?(?:who|what|which\s+\w+)\s+(?!(?:do|does|did|can|will)\b|(?:is|are|was|were)\s+(?:the|a|an|my|our|his|her)\b)",
    re.I,
)

_ROLE_ASKED = re.compile(r"^\W*(?:and\s+)?who\s+(?:is|was)\s+(?:the|our|my)\b", re.I)
_OF_A_NAME = re.compile(r"\b(?:of|at|for|from)\s+(?:the\s+)?(?-i:[A-Z])")
_WHO_DID = re.compile(
    r"^\W*(?:and\s+)?who\s+(?!is\b|are\b|was\b|were\b|did\b|does\b|do\b|has\b|have\b|had\b|will\b|can\b)(?P<verb>[a-z]+)\s+(?P<whom>(?:the\s+)?[^\W\d_]+(?:\s[A-Z]\w*)*)",
    re.I,
)
_DID = re.compile(
    r"\b(?:did|does|do|will|would)\s+(?P<who>(?-i:[A-Z])[^\W\d_]+(?:\s(?-i:[A-Z])[^\W\d_]+)*)\s+(?P<verb>[a-z]+)\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")
_CAPITALISED = r"(?-i:[A-Z])[^\W\d_]+(?:\s(?-i:[A-Z])[^\W\d_]+)*"
_WAS_DONE = re.compile(
    rf"\b(?:was|were|is|are)\s+(?P<whom>{_CAPITALISED})\s+(?P<verb>[a-z]+ed|bought|sold|taught|chosen|told|shot|hit|won|beaten)\b",
    re.I,
)
_DONE_BY = re.compile(
    rf"^\W*(?:who|what|which\s+\w+)\s+(?:was|were|is|are)\s+(?P<verb>[a-z]+)\s+by\s+(?P<who>{_CAPITALISED})",
    re.I,
)
_WHERE_VERB = re.compile(
    r"\b(?:where|who|whom)\s+(?:do|does|did|has|have|had|is|was|are|were)\s.*?\b(work|working|worked|go|went|gone|come|came)\b",
    re.I,
)
_FOUNDED = re.compile(
    r"\b(found(?:ed|ing|ers?))\b|\b(?:did|does|do|to|will|who|and)\s+(?:[^\W\d_]+\s+){0,3}?(found)\s+(?:the|an?|it)\b",
    re.I,
)
_WHO_BESIDE = re.compile(r"^\W*(?:and\s+)?who\b.*\b(?:before|after)\s+(?-i:[A-Z])", re.I)
_IN_TURN = re.compile(
    r"\b(?:before|after|follow\w*|succe\w+|predecessors?|replac\w+|t(?:ake|akes|ook|aking|aken) over|former\w*|until|since|previous\w*|next)\b",
    re.I,
)
_OPPOSED = [
    (content(one), content(other))
    for one, other in (
        ("open", "closed shut"),
        ("allowed permitted legal", "forbidden prohibited banned illegal"),
        ("included", "excluded"),
        ("possible", "impossible"),
        ("available", "unavailable"),
        ("safe", "unsafe dangerous"),
        ("alive", "dead"),
        ("full", "empty"),
        ("required mandatory compulsory", "optional voluntary"),
        ("accepted", "refused rejected"),
    )
]
_WHEN = re.compile(r"^\W*(?:and\s+)?(?:when|(?:what|which)\s+(?:date|day|month|year|version))\b", re.I)
_YES_OR_NO = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)*(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|will|would|should)\b",
    re.I,
)

# Words that a question may have and the sentence that answers it not.
_LIGHT = content(
    "happen work take come go went came get make use kind type sort name call find found described stated mentioned "
    "exactly currently now today usually possible reason cause like want need people person someone who year "
    "cup glass bottle answer question tell explain describe know mean known there about thing have "
    "information detail number list count please wonder think dr doctor mr mrs ms prof professor"
)
# What is said of the sort may bear on one of it, and is never said of it; nor has a cat to do with a dog.
_SORTS = [
    (content(general), content(special))
    for general, special in (
        ("pet animal", "dog cat puppy"), ("child kid minor", "son daughter baby teenager old"), ("car vehicle", "van truck"),
        ("abroad foreign overseas country", ""), ("cost price fee charge expensive cheap pay free", ""), ("contact reach", ""), ("feed serve portion", ""), ("doctor physician", ""),
        ("phone telephone mobile call", ""), ("holiday vacation leave", ""), ("new add change", ""),
        ("directory folder path dir", ""), ("picture photo image", ""),
    )
]  # fmt: skip
_BOUND = content("more less least most over under longer shorter bigger smaller older than")
_NO_SUBSTANCE = content("power electricity energy memory storage space data noise time money ram weight")
_OF_WHAT = r" (?!(?:per|an?|each|every|in|for|and|or|at|when|is|are|was|were|to|on|with|from|if|by|than|more|less|daily|only)\b)[^\W\d_]"
_PER = re.compile(r"\b(?:per|an?|each|every|in \w+ per)\s+\w+\s*\??$", re.I)
# The other words by which the same is said.
_SAME: Sequence[frozenset[str]] = [
    content(words)
    for words in (
        "buy purchase sell sale", "found establish", "receive get accrue obtain", "command captain lead head",
        "need require necessary must", "locate situate lie", "employ employee staff", "start begin",
        "end finish", "allow permit may", "effect force", "marry husband wife", "forbid prohibit ban",
        "bicycle bike", "work employ", "error fault", "supply connection draw", "chief head lead",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a passage. `carried` are the words of what it points back to or goes on about, and of its headings.

    `antecedent` are the words of the name that the sentence which it points back to begins with.
    """

    text: str
    words: frozenset[str]
    carried: frozenset[str]
    topic: frozenset[str]
    own: frozenset[str] | None
    passage: Passage
    points_back: bool
    under: str = ""
    antecedent: frozenset[str] = frozenset()

    @property
    def read(self) -> str:
        """The sentence with the headings that it stands under."""
        return f"{self.under}\n{self.text}".strip()

    def goes_on(self, question: Question, word: str) -> bool:
        """Whether it may be about what the document is about: it has no subject of its own that is not known or asked for."""
        if self.antecedent and not self.antecedent <= self.topic | question.words:
            return False
        if self.own is None or self.own <= self.topic | question.words:
            return True
        if word not in words(self.passage.title):
            return False
        asks_for_a_role = _ROLE_ASKED.match(question.text) and not _OF_A_NAME.search(self.text)
        return question.asks_for_the_subject or bool(asks_for_a_role)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, in its parts: an answer to one of them is an answer."""

    text: str = ""
    parts: tuple[frozenset[str], ...] = ()
    words: frozenset[str] = frozenset()

    @property
    def asked(self) -> list[tuple[frozenset[str], str]]:
        """Its parts, each with its text; with all of the text where it is not told which is whose."""
        texts = [part for part in _split_at_questions(self.text) if part and words(part)]
        if len(texts) != len(self.parts):
            texts = [self.text] * len(self.parts)
        return list(zip(self.parts, texts, strict=True))

    @property
    def asks_for_the_subject(self) -> bool:
        return _SUBJECT_ASKED.match(self.text) is not None

    @classmethod
    def of(cls, text: str, without: Sequence[str] = ()) -> Question:
        """`without`: words that are not wanted, of subjects named beside another and of bounds."""
        parts = [part for part in _split_at_questions(text) if part and words(part)]
        left = frozenset(word for each in without for word in content(each))
        wanted = tuple(
            _wanted(part) - left | (_named_before(parts[:index]) if _SAYS_IT.search(part) else frozenset())
            for index, part in enumerate(parts)
        )
        return cls(text, wanted, words(text))


def _named_before(parts: Sequence[str]) -> frozenset[str]:
    """The words of the one name that the questions before ask about: the "it" of "what does the Falcon cost and how heavy is it?"."""
    named = [each for part in parts for each in subjects(part) if each.kind in ("name", "acronym")]
    return content(" ".join(named[0].words)) if len({each.text for each in named}) == 1 else frozenset()


def _split_at_questions(text: str) -> list[str]:
    """A text before each of its questions. The stop of "Mr." ends none."""
    parts: list[str] = []
    begin = 0
    for border in _ASKS.finditer(text):
        if border[0].isspace() and ends_in_abbreviation(text[: border.start()], text[border.end() :]):
            continue
        parts.append(text[begin : border.start()])
        begin = border.end()
    return [*parts, text[begin:]]


def _wanted(part: str) -> frozenset[str]:
    """The words of a part of a question, without its bounds and without those that are named beside each other."""
    how_long = {"long"} & set(re.findall(r"\bhow (long)\b", part.casefold()))
    beside = {word for pair in _BESIDE.findall(part) for each in pair for word in content(each)}
    bounds = {
        word
        for word in numbers(part)
        if re.search(
            rf"\b(?:than|after|before|since|until|least|most|give me|list|name)\s+(?:the\s+)?{re.escape(word)}",
            part.replace(",", ""),
            re.I,
        )
    }
    return words(part) - beside - bounds - _BOUND | how_long


@lru_cache(maxsize=4096)
def words(text: str) -> frozenset[str]:
    """Its content words, those that a hyphen joins also as one, and which one of several it is: "Team A"."""
    named = {f"{fold(noun)} {letter.casefold()}" for noun, letter in _DESIGNATION.findall(text)}
    return frozenset(word for word in content(text) if carries_content(word) or word == "own") | named


@lru_cache(maxsize=4096)
def _held_words(text: str) -> frozenset[str]:
    joined = content(re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", "", text))
    spelled = {NUMBER_STEMS[word] for word in content(text) & NUMBER_STEMS.keys()}
    spoken = {word for word, digits in NUMBER_STEMS.items() if digits in content(text)}
    return words(text) | joined | spelled | spoken


def statements(passages: Sequence[Passage], before: Sequence[Passage]) -> list[Statement]:
    """The sentences of some passages, each with what it points back to. `before` has all passages of the documents."""
    first: dict[int, Passage] = {}
    at: dict[tuple[int, int], Passage] = {}
    for each in before:
        at[each.number, each.position] = each
        if each.number not in first or each.position < first[each.number].position:
            first[each.number] = each
    found: list[Statement] = []
    full_names: dict[int, list[str]] = {}
    for passage in passages:
        earlier = at.get((passage.number, passage.position - 1))
        parts = [*(sentences(earlier.text) if earlier else []), *sentences(passage.text)]
        opening = sentences(first.get(passage.number, passage).text)
        begin = len(parts) - len(sentences(passage.text))
        over = headings(parts)
        full = full_names.setdefault(
            passage.number,
            [name for each in before if each.number == passage.number for name in _names(each.text)],
        )
        for index in range(begin, len(parts)):
            said = _statement(parts, index, passage, opening, over[index])
            found.append(replace(said, carried=said.carried | _first_names(said.text, full)))
    return found


@lru_cache(maxsize=1024)
def _names(text: str) -> tuple[str, ...]:
    return tuple(_FULL_NAME.findall(text))


def _first_names(text: str, full: Sequence[str]) -> frozenset[str]:
    """Those of whom a sentence calls by the last name alone, where the document has one full name that ends so."""
    carried: frozenset[str] = frozenset()
    for last in {match[1] for match in _CAPITALS.finditer(text) if " " not in match[1]}:
        names = {content(name) for name in full if name.split()[-1] == last}
        if names and len(frozenset.intersection(*names)) > 1:
            carried |= min(names, key=len)
    return carried


def _statement(
    parts: Sequence[str], index: int, passage: Passage, opening: Sequence[str], over: Sequence[str]
) -> Statement:
    text = parts[index]
    topic = _about(passage.title) | (_about(_subject(opening[0])) if opening else frozenset())
    points_back = bool(_POINTS_BACK.search(text)) or _is_of_a_common_noun(text)
    carried: frozenset[str] = frozenset()
    if points_back:
        carried = _pointed_at(parts, index)
        if not carried:
            carried = topic
    elif index and _STRANDED.search(text):
        carried = _about(parts[index - 1])
    under = "\n".join(over)
    carried |= _held_words(under) if under else frozenset()
    held_here = _held_words(text) | means(text)
    is_of_one = points_back and not _PLURAL_PRONOUN.search(text)
    meant = _name_pointed_at(parts, index) if is_of_one else frozenset()
    return Statement(text, held_here, carried, topic, _own_subject(text), passage, points_back, under, meant)


def in_clauses(statement: Statement) -> list[Statement]:
    """A sentence at its semicolons: what is told there of one is not told of another. What has no verb goes on in the one
    before it, a pronoun means what stands before, and where the first is ("in the hotel") are those behind it."""
    pieces = statement.text.split(";")
    if len(pieces) == 1 or not all(piece.strip() for piece in pieces):
        return [statement]
    found: list[Statement] = []
    for index, piece in enumerate(pieces):
        text, before = piece.strip(), ";".join(pieces[:index])
        points_back = bool(_SAYS_BACK.search(text) or _OF_COMMON.search(text))
        carried = statement.carried if points_back else _held_words(statement.under)
        carried |= _held_words(" ".join(_SETTING.findall(before)))
        if found and not _HAS_VERB.search(text):
            text = f"{found[-1].text}; {text}"
        if _SAYS_BACK.search(text):
            carried |= _held_words(before)
        points_back = statement.points_back if not before else bool(_POINTS_BACK.search(text))
        words_here = _held_words(text) | means(text)
        # The "it" of "a film was made of it; it won two prizes" is the film.
        topic = (
            frozenset()
            if before and _IS_PRONOUN.match(text) and not _IS_PRONOUN.match(before)
            else statement.topic
        )
        found.append(
            replace(
                statement, text=text, words=words_here, carried=carried, topic=topic, points_back=points_back
            )
        )
    return found


def _begins_with_what_points_back(text: str) -> bool:
    return bool(_POINTS_BACK.search(text) or _OF_COMMON.match(text))


def _is_of_a_common_noun(text: str) -> bool:
    """Whether "the company" or the like points back: "the team edition" and "the school gate" are something else."""
    subject = _subject(text)
    return any(
        not content((subject[match.end() :].split() or [""])[0])
        if match.end() <= len(subject)
        else _OF_A_COMPOUND.match(text, match.end()) is None
        for match in _OF_COMMON.finditer(text)
    )


def _pointed_at(parts: Sequence[str], index: int) -> frozenset[str]:
    """What the sentence before that points nowhere itself is about; all of it where a "they" finds no plural there."""
    back = index - 1
    while back >= 0 and _POINTS_BACK.search(parts[back]):
        back -= 1
    if back < 0:
        return frozenset()
    told_of = _TELLS_OF.match(parts[back])
    subject = told_of["what"] if told_of else _subject(parts[back])
    if _PLURAL_PRONOUN.search(parts[index]) and not re.search(r"[a-z]s\b|\band\b", subject):
        subject = parts[back]
    return _about(subject)


def _name_pointed_at(parts: Sequence[str], index: int) -> frozenset[str]:
    """The words, with its number, of the name with which the sentence that is pointed at begins; none where it has none."""
    back = index - 1
    while back >= 0 and _begins_with_what_points_back(parts[back]):
        back -= 1
    if back < 0 or _TELLS_OF.match(parts[back]):
        return frozenset()
    begins = _OPENS_WITH_NAME.match(parts[back])
    return content(begins[0]) if begins and carries_content(begins[0].split()[-1].casefold()) else frozenset()


def is_owned_by_what_is_told_of(before: str, text: str) -> bool:
    """Whether a sentence begins with "its" of what the one before only introduces: it is read with that one."""
    return bool(_OPENS_WITH_POSSESSIVE.match(text) and _TELLS_OF.match(before))


def _about(text: str) -> frozenset[str]:
    """Its words but the numbers that are no part of a name: those are never carried to another sentence."""
    named = {number for _, number in _NUMBERED.findall(text)}
    return frozenset(word for word in _held_words(text) if not word[0].isdigit() or word in named)


def _own_subject(text: str) -> frozenset[str] | None:
    if _IMPERATIVE.match(text) or _POINTS_BACK.search(text) or _WITHOUT_SUBJECT.match(text):
        return None
    return words(_subject(text)) or None if _OWN_SUBJECT.match(text) else None


def _subject(sentence: str) -> str:
    """Its beginning up to the verb, as far as that can be seen. None stands behind an article: "the bus"."""
    end = _PREDICATE.search(sentence)
    if end and _ARTICLE.fullmatch(sentence[: end.start()]):
        end = _PREDICATE.search(sentence, end.end())
    return sentence[: end.start()] if end and end.start() > 2 else sentence


def is_synonym(word: str, of: frozenset[str]) -> bool:
    """Whether one of these words says the same as the word, by a short list."""
    return any(word in same and same & of for same in _SAME)


def answers(question: Question, statement: Statement) -> bool:
    """Whether this one sentence speaks of all that a part of the question asks, and does not only deny it."""
    if denies(statement.text, question.text) or _is_turned_round(question.text, statement.text):
        return False
    if rank(statement.text) and not (_WHEN.match(question.text) and re.search(r"\d", statement.text)):
        return False
    if _WHO_BESIDE.match(question.text) and not _IN_TURN.search(statement.text):
        return False
    if is_no_statement(statement.text, question.text):
        return False
    compared = comparison(question.text)
    if compared and not compared.is_settled_by(statement.text):
        return False
    return any(
        _answers(part, question, statement)
        and not _is_only_possessor(question.text, part, statement)
        and not only_possesses(text, statement.text)
        and gives_what_is_asked(
            text, statement.read, points_back=_begins_with_what_points_back(statement.text)
        )
        for part, text in question.asked
    )


def is_no_statement(text: str, question: str) -> bool:
    """Whether a sentence asks something itself, or tells a model what to do where that was not asked for."""
    if text.rstrip('*_"”’) ').endswith(("?", "？")):
        return True
    return is_said_to_the_reader(text) and not _ASKS_FOR_INSTRUCTIONS.search(question)


def has_opposite(word: str, among: frozenset[str]) -> bool:
    return any(
        word in a and b & among for first, second in _OPPOSED for a, b in ((first, second), (second, first))
    )


def _is_turned_round(question: str, sentence: str) -> bool:
    """Whether of "who hired Ann?" the sentence says whom Ann hired: what was asked about stands right before the verb.

    Of "did Ann hire" it says who hired Ann: she is named behind the verb alone, or before "was hired by".
    """
    if _is_done_by_another(question, sentence):
        return True
    if _is_done_to_another(question, sentence):
        return True
    asked = _WHO_DID.match(question)
    if asked is None:
        return False
    verb = content(asked["verb"])
    if _is_agent(asked["whom"].strip(), verb, sentence):
        return True
    for match in re.finditer(
        rf"\b{re.escape(asked['whom'].strip())}\s+(?:[a-z]+ly\s+)?([a-z]+)\b(?!\s+by\b)", sentence, re.I
    ):
        if content(match[1]) == verb and verb:
            return True
    return False


def _is_agent(who: str, verb: frozenset[str], sentence: str) -> bool:
    """Whether it was done by them: "Ben was hired by Anna"."""
    by = re.finditer(rf"\b([a-z]+)\s+by\s+(?:the\s+)?(?:[^\W\d_]+\s+)?{re.escape(who)}\b", sentence, re.I)
    return bool(verb) and any(content(match[1]) == verb for match in by)


def _is_done_to_another(question: str, sentence: str) -> bool:
    """Whether of "when was Anna hired?" it says whom Anna hired, and of "who was hired by Ben?" who hired Ben."""
    if asked := _WAS_DONE.search(question):
        verb, who = content(asked["verb"]), asked["whom"].strip()
        active = re.finditer(rf"\b{re.escape(who)}\s+(?:[a-z]+ly\s+)?([a-z]+)\b(?!\s+by\b)", sentence)
        return _is_agent(who, verb, sentence) or any(verb and content(match[1]) == verb for match in active)
    if asked := _DONE_BY.search(question):
        verb, who = content(asked["verb"]), re.escape(asked["who"].strip())
        passive = re.finditer(rf"\b{who}\s+(?:was|were|is|are|has been|had been)\s+([a-z]+)\b", sentence)
        return any(verb and content(match[1]) == verb for match in passive)
    return False


def _is_done_by_another(question: str, sentence: str) -> bool:
    asked = _DID.search(question)
    if asked is None or not (verb := content(asked["verb"])):
        return False
    name = asked["who"].split()[-1]
    at = [match.start() for match in re.finditer(rf"\b{re.escape(name)}\b", sentence)]
    found = [match for match in _WORD.finditer(sentence) if content(match[0]) == verb]
    if not at or not found:
        return False
    return not any(_is_done_by(name, match, sentence, at) for match in found)


def _is_done_by(name: str, verb: re.Match[str], sentence: str, at: Sequence[int]) -> bool:
    is_passive = re.match(r"\s+by\b", sentence[verb.end() :])
    if is_passive:
        return any(each > verb.end() for each in at)
    return any(each < verb.start() for each in at)


def _is_only_possessor(text: str, among: frozenset[str], statement: Statement) -> bool:
    """Whether a text takes whom the sentence has only as the "their" of "their father Paul" for whom it tells of.

    What it tells of a measure ("her age", "its height") it tells of the one that has it.
    """
    opens = _OPENS_POSSESSED.match(statement.text)
    possessed = content(" ".join(_POSSESSED.findall(statement.text)))
    # "X was her husband" of "with her husband Pierre she ..."
    is_equated = bool(possessed & content(text)) and _COPULA.search(text) is not None
    if not is_equated and (not opens or is_kind(content(opens[1]))):
        return False
    pointed_at = {word for word in among - statement.words if word in statement.carried | statement.topic}
    capitals = {word for token in re.findall(r"\b[A-Z][^\W\d_]*", text) for word in content(token)}
    owners = {word for pair in _POSSESSOR.findall(text) for each in pair for word in content(each)}
    if opens and possessed & content(text) and not content(opens[1]) & content(text):
        # The wife in "their uncle Bill lives with his wife Sue" is Bill's.
        owners = set()
    return bool((pointed_at & capitals) - owners)


def speaks_of(question: Question, statement: Statement) -> bool:
    """Whether this one sentence has all words of a part of the question, be it to deny them."""
    return any(_answers(part, question, statement) for part in question.parts)


def questions_in(text: str) -> list[str]:
    """The questions of a text that asks several in English, else the text."""
    asked = [part for part in _split_at_questions(text) if part and words(part) and _IS_ASKED.match(part)]
    return asked if len(asked) > 1 and is_english(text) else [text]


def unanswered(question: Question, said: Sequence[Statement]) -> tuple[str, ...]:
    """The parts of an English question in several that none of these sentences answers, as they were asked."""
    texts = [part for part in _split_at_questions(question.text) if part and words(part)]
    if len(texts) != len(question.parts) or len(texts) < 2:
        return ()
    return tuple(
        text.strip().rstrip("?.! ")
        for text, part in zip(texts, question.parts, strict=True)
        if _IS_ASKED.match(text) and is_english(text)
        if not any(
            _answers(part, question, each)
            and gives_what_is_asked(text, each.read, points_back=each.points_back)
            for each in said
        )
    )


def answered_parts(question: Question, statement: Statement) -> frozenset[int]:
    """Which of the question's parts the sentence answers, counted from 0."""
    return frozenset(
        index for index, part in enumerate(question.parts) if _answers(part, question, statement)
    )


def _answers(part: frozenset[str], question: Question, statement: Statement) -> bool:
    return has_words(part, question, statement)


def has_words(wanted: frozenset[str], question: Question, statement: Statement) -> bool:
    """Whether a sentence speaks of all these words of a question."""
    return all(_has(word, question.text, question, statement, asked=True) for word in wanted)


def _has(word: str, text: str, question: Question, statement: Statement, *, asked: bool = False) -> bool:
    if word in statement.words or word in statement.carried:
        return True
    page = held(statement.text)
    if word in statement.topic and statement.goes_on(question, word):
        return True
    if word[0].isdigit():
        return asked and holds_number(page, word)
    if holds_name(page, word) or _is_acronym(word, statement.text):
        return True
    if asked and _YES_OR_NO.match(question.text) and has_opposite(word, statement.words):
        return True
    if word in _LIGHT and not _is_heavy_here(word, question.text):
        return True
    if is_synonym(word, statement.words):
        return True
    if is_given(word, statement.text):
        return not _PER.search(text) or not re.search(rf"\b(?:per|an?)\s+{re.escape(word)}", text)
    if word in content(_COMMON) and statement.points_back:
        return True
    return _is_substance(word, question.text, statement.text)


def holds_all(part: frozenset[str], question: Question, statement: Statement) -> bool:
    """Whether the sentence with its headings and what it points back to has these words, each itself or said otherwise.

    A value stands for a word ("how much") only where it is that of what was asked about: parking a car has a price, and
    that is none of the car.
    """
    there = statement.words | statement.carried | statement.topic
    if not all(
        _has(word, question.text, question, statement, asked=True)
        and not (word in content(_COMMON) and statement.points_back and word not in there)
        for word in part
    ):
        return False
    is_by_value = any(word not in there and is_given(word, statement.text) for word in part)
    return not (is_by_value or _HOW_MUCH.match(question.text)) or _is_about_no_more(question, statement)


def _is_about_no_more(question: Question, statement: Statement) -> bool:
    """Whether what a sentence, or a clause of it behind an "and", begins with is known or asked about, but for the kind of its
    value."""
    if _IS_PRONOUN.match(statement.text):
        return True
    first, *others = (_subject(clause).partition(":")[0] for clause in _AND.split(statement.text))
    known = question.words | statement.carried | content(statement.passage.title)
    subjects_read = [first, *(each for each in others if content(each) & question.words)]
    return any(
        all(word[0].isdigit() or is_kind(frozenset({word})) for word in content(subject) - known)
        for subject in subjects_read
    )


def bearing_words(text: str) -> frozenset[str]:
    """The words by which a text may bear on another: none of the light ones."""
    return (words(text) | means(text)) - _LIGHT


def bears_by(statement: Statement) -> frozenset[str]:
    """The words on which a sentence may bear: its own, those of its headings, their opposites, and of the sort that one is."""
    held = statement.words | statement.carried
    sorts = [
        general | (special if general & held else frozenset())
        for general, special in _SORTS
        if (general | special) & held
    ]
    opposed = [one | other for one, other in _OPPOSED if (one | other) & held]
    return held.union(*sorts, *opposed)


def is_subject_asked_about(question: Question, statement: Statement) -> bool:
    """Whether a sentence has no subject of its own but what is asked about or the sort of it: "pets" for "dogs"."""
    if statement.points_back:
        return False
    own = statement.own or frozenset()
    sorts = [general | special for general, special in _SORTS if (general | special) & question.words]
    return own <= statement.topic | question.words.union(*sorts)


def _is_heavy_here(word: str, question: str) -> bool:
    """Whether a light verb is what the question turns on: where one was born is not where one works, and who founded
    a town did not find it."""
    role = _ROLE_ASKED.match(question)
    if role and word in content("doctor professor") and word in content(question[role.end() :]):
        return True
    verb = _WHERE_VERB.search(question) or _FOUNDED.search(question)
    return verb is not None and word in content(verb[verb.lastindex or 1])


def _is_acronym(word: str, text: str) -> bool:
    initials = r"\s+".join(rf"{re.escape(letter.upper())}\w+" for letter in word)
    return 1 < len(word) < 7 and re.search(initials, text) is not None


def _is_substance(word: str, question: str, text: str) -> bool:
    """ "How much water" is answered by litres, unless they are said to be of something else: "1 litre stock"."""
    how_much = re.search(r"\bhow much ([^\W\d_]+)", question, re.I)
    if how_much is None or word not in content(how_much[1]):
        return False
    field = re.match(r"\W*([^\d:]{2,40}):", text)
    if word in _NO_SUBSTANCE or is_kind(frozenset({word})) or (field and word not in content(field[1])):
        return False
    return bool(re.search(rf"(?<!weighs )(?<!weigh ){NUMBER} ?(?:{AMOUNT})\b(?! of\b|{_OF_WHAT})", text))
