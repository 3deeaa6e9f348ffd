"""Which of the recalled statements answers a question for what the user told, and which only comes near.

It weighs words and the likeness in meaning that memory measured, and understands nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from orchestrator.routing.skills.attribution import holds
from orchestrator.routing.skills.kinds import MONTH, WEEKDAY, given
from orchestrator.routing.skills.nearest import LIKE_OF_SELF, is_alike, is_near, thing_asked
from orchestrator.routing.skills.subject_words import NUMBER_WORDS
from orchestrator.routing.skills.subjects import subjects
from orchestrator.routing.skills.taken_back import may_take_back
from orchestrator.routing.skills.told import (
    WHAT_WAS_DECIDED,
    Wish,
    asked_in,
    asks_what_one_may,
    is_for_everything,
    may_be_near,
    only_the_user_knows,
)
from orchestrator.routing.skills.whose import (
    bearing,
    differs_in_value,
    is_of_the_one_asked,
    is_polar_of_mine,
    parts,
    says_it,
    says_own_name,
    spelled,
    stems,
)
from orchestrator.seams import Document, Recollection
from orchestrator.text import ends_in_abbreviation

# Of a question for what was told, words that the answer need not have; and those that it need not where there are others.
_ASKING = stems("remember remind recall tell told say said mention know ever already again what whats")
_ASKING_BESIDE = stems("name call many old")
_ANSWERS = 0.58
_NEAR = 0.34
_ASIDE = 0.15  # what is so much less certain than the best is not quoted beside it
_MOST = 3
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_CLEARLY_ALIKE = 0.5
# So alike are seven of 20 told things that the rules had passed over, and of 206 everyday questions of "I" and "my" those alone that ask
# how, when or which ("How do I plant apple trees?" of "I have planted 3 apple trees.").
_VERY_ALIKE = 0.55
_OF_THE_USER = re.compile(r"^(?:am i|(?:what|who|whose|have|did)\b.*\b(?:i|my|we|our)\b)", re.I)
_COVERED = 0.5  # what all of the question's words in the statement add to the likeness


@dataclass(frozen=True, slots=True)
class Told:
    """What of the recalled statements is given back. `outright`: whether they answer, or are only near. `is_last_first`: they
    are several, of known times, and the one told last is the first."""

    documents: tuple[Document, ...]
    outright: bool
    is_last_first: bool = False


def found(question: str, recalled: Sequence[Document], wish: Wish) -> Told:
    """The statements that answer; where none does and the user asked for what was told, the one that comes near. What may
    take them back stands beside them."""
    if wish == "asked" and is_for_everything(question):
        return Told(_to_be_remembered(question, recalled), outright=True)
    read = [
        _Read(each, text)
        for each in recalled
        if each.score is not None
        for text in _readings(spelled(each.text))
    ]
    if asks_what_one_may(asked := asked_in(question)):
        return Told(
            _once(each.document for each in read if _bears_on_eating(asked, each.text)), outright=False
        )
    told = _answering(question, read, wish)
    later = _taking_back(asked_in(question), told, read)
    if not later and not told.outright:
        return told
    return last_first(Told((*later, *told.documents), told.outright))


def very_alike(question: str, recalled: Sequence[Document]) -> Told:
    """What is so alike to a question of "I" or "my" that a model, which knows nothing of the user, would pass over it."""
    asked = asked_in(question)
    alike = [
        each
        for each in recalled
        if (each.score or 0.0) >= _VERY_ALIKE and is_of_the_one_asked(asked, spelled(each.text))
    ]
    if not alike or not _OF_THE_USER.match(asked):
        return Told((), outright=False)
    return Told((max(alike, key=lambda each: each.score or 0.0),), outright=False)


# What tells what somebody may not eat, drink or take.
_FORBIDS = re.compile(
    r"^(?:I|we)\b.*\b(?:can(?:['’]t|not| not)|must(?:n['’]t| not)|may not|do(?:n['’]t| not) (?:eat|drink)|never (?:eat|drink)|not allowed)\b"
    r"|^(?:I|we|my)\b.*\b(?:allerg\w+|intoleran\w+|vegan|vegetarian|c(?:o)?eliac|diabet\w+|pregnant|halal|kosher|gluten|diet)\b",
    re.I,
)


# What holds for more than it names.
_DIET = re.compile(
    r"\b(?:vegan|vegetarian|halal|kosher|c(?:o)?eliac|diabet\w+|pregnant|intoleran\w+|gluten)\b", re.I
)


def _bears_on_eating(asked: str, statement: str) -> bool:
    if not _FORBIDS.search(statement):
        return False
    shared = stems(asked) & stems(statement) - stems("I can eat drink have take not")
    return asked.startswith("what") or bool(shared) or _DIET.search(statement) is not None


def last_first(told: Told) -> Told:
    """In the order of their times, where these are known."""
    if len(told.documents) < 2 or any(told_at(each) is None for each in told.documents):
        return told
    return Told(tuple(_by_time(told.documents)), told.outright, is_last_first=True)


def _by_time(documents: Iterable[Document]) -> list[Document]:
    """The last first; those of no known time at the end."""
    return sorted(documents, key=lambda each: told_at(each) or _LONG_AGO, reverse=True)


def told_at(document: Document) -> datetime | None:
    return document.at if isinstance(document, Recollection) else None


def _taking_back(asked: str, told: Told, read: Sequence[_Read]) -> list[Document]:
    """What was told later and may deny or change one of them, the last first."""
    found = (
        each.document
        for each in read
        if each.document not in told.documents
        and any(
            _is_later(each.document, one)
            and may_take_back(asked, spelled(one.text), each.text, is_sure=told.outright)
            for one in told.documents
        )
    )
    return _by_time(found)[:_MOST]


def _is_later(one: Document, other: Document) -> bool:
    """Also where it is not known."""
    at, before = told_at(one), told_at(other)
    return at is None or before is None or at >= before


def _answering(question: str, read: Sequence[_Read], wish: Wish) -> Told:
    asked = asked_in(question)
    only_own, is_of_own = only_the_user_knows(question), may_be_near(question)
    question = asked
    wanted = stems(_FOR_A_LIVING.sub("for work", asked)) - _ASKING
    speaking = [each for each in read if _speaks_of_it(question, each.text)]
    if wish == "possible":
        certain = [
            each.document
            for each in speaking
            if _is_certain(question, wanted, each)
            and _has_the_kind(question, each.text)
            and says_it(asked, each.text)
        ]
        if certain:
            return Told(_once(certain), outright=True)
        return Told(tuple(_near_by_sharing(asked, wanted, read, for_memory=False)), outright=False)
    weighed = [(_weight(wanted, each), each) for each in speaking if is_of_the_one_asked(question, each.text)]
    saying = [
        (weight, each)
        for weight, each in weighed
        if not is_polar_of_mine(asked) and _has_the_kind(question, each.text) and says_it(asked, each.text)
    ]
    best = max((weight for weight, _ in saying), default=0.0)
    least = max(_ANSWERS, best - _ASIDE)
    answering = [each.document for weight, each in saying if weight >= least]
    answering += _told_later(answering, saying)
    alike = [(bearing(asked, each.text, with_related), each) for each in read]
    answering += [each.document for how, each in alike if how == "says" and each.document not in answering]
    if _OWN_NAME.match(asked):
        answering += [
            each.document for each in read if says_own_name(each.text) and each.document not in answering
        ]
    if answering:
        others = [each.document for how, each in alike if how and differs_in_value(asked, each.text)]
        return Told(_once((*_once(answering), *others)), outright=True)
    nearest = sorted(weighed, key=lambda each: -each[0]) if is_of_own else []
    near = [each.document for weight, each in nearest if weight >= _NEAR]
    near += [each.document for how, each in alike if how]
    near = _otherwise(asked, read) or near[:1] or _near_by_sharing(asked, wanted, read, for_memory=True)
    return Told(_once(near or _alike(asked, wanted, read, only_own=only_own)), outright=False)


def _once(documents: Iterable[Document]) -> tuple[Document, ...]:
    return tuple(dict.fromkeys(documents))[:_MOST]


def _told_later(answering: Sequence[Document], saying: Sequence[tuple[float, _Read]]) -> list[Document]:
    """What says it too and was told after all of those that say it most plainly."""
    times = [at for each in answering if (at := told_at(each)) is not None]
    if not times:
        return []
    later = [
        each.document
        for _, each in saying
        if (at := told_at(each.document)) is not None and at > max(times) and each.document not in answering
    ]
    return later[:_MOST]


_OWN_NAME = re.compile(
    r"^(?:what(?:['’]s| is|s) my (?:first )?name|who am i|what am i called|my name)(?: again)?\W*$", re.I
)


def _near_by_sharing(
    asked: str, wanted: frozenset[str], read: Sequence[_Read], *, for_memory: bool
) -> list[Document]:
    """The most alike of what shares enough with the question."""
    near = [each for each in read if is_near(asked, wanted, each.text, each.score, for_memory=for_memory)]
    return [each.document for each in sorted(near, key=lambda each: -each.score)[:1]]


def _alike(asked: str, wanted: frozenset[str], read: Sequence[_Read], *, only_own: bool) -> list[Document]:
    """What a denial would pass over: what shares a word of content with the question, else what is alike, the most alike first.
    A question that a model may answer too needs more likeness."""
    if not _VOICE.search(asked):
        return []
    if _WHO_DID.match(asked):  # whoever it was: "My aunt left me a house" of "Who left me a house?"
        words = wanted - _ASKING_BESIDE
        having = [each for each in read if words and words <= with_related(stems(each.text))]
        return [each.document for each in sorted(having, key=lambda each: -each.score)]
    words, thing = with_related(wanted - _ASKING_BESIDE), with_related(thing_asked(asked))
    near = [
        each
        for each in read
        if (only_own or (not thing and each.score >= LIKE_OF_SELF))
        and is_alike(asked, words, thing, each.text, each.score)
    ]
    sharing = [each for each in near if (thing or words) & stems(each.text)]
    return [each.document for each in sorted(sharing or near, key=lambda each: -each.score)]


_VOICE = re.compile(r"\b(?:i|we|my|our|me|us)\b", re.I)
_WHO_DID = re.compile(r"^who (?!(?:am|is|are|was|were|do|did|does)\b)[a-z]+\b", re.I)
_FOR_A_LIVING = re.compile(r"\bfor a living\b", re.I)


def _otherwise(asked: str, read: Sequence[_Read]) -> list[Document]:
    """What says it in other words, or something from which it is seen: "I was born in 1990" of an age."""
    for asks, says in _SAID_OTHERWISE:
        if asks.match(asked):
            return [each.document for each in read if any(says.search(part) for part in parts(each.text))]
    return []


_OPENING = re.compile(
    r"^(?:(?:hi|hey|hello|oh|oops|update|turns out(?: that)?|it turns out(?: that)?|just so you know|small change|i got (?:that|it) wrong)\b[\s,.:!-]*)+(?=\w)",
    re.I,
)


def _readings(statement: str) -> tuple[str, ...]:
    """The statement without what opens it ("turns out"), and its first sentence where others stand behind it: "I live in Leeds. It's great here."."""
    statement = _OPENING.sub("", statement)
    for stop in _STOP.finditer(statement):
        first = statement[: stop.start()]
        if not ends_in_abbreviation(first, statement[stop.end() :]):
            return (first, statement)
    return (statement,)


_STOP = re.compile(r"(?<=[.!]) +(?=\w)")


@dataclass(frozen=True, slots=True)
class _Read:
    """A recalled statement and its text in one spelling, or its first sentence."""

    document: Document
    text: str

    @property
    def score(self) -> float:
        return self.document.score or 0.0


_WANTED_KEPT = re.compile(
    r"\b(?:asked?|want(?:ed)?) you\b|\bto (?:remember|keep in mind|note|not forget)\b", re.I
)
_SAID_TO_BE_KEPT = re.compile(
    r"\W*(?:(?:hi|hello|hey|also|and|(?:can|could|will|would) you|please)\b[\s,]*)*(?:remember|note|take note|make a note|(?:don['’]?t|do not|never) forget|keep in mind|bear in mind)\b",
    re.I,
)


_SAYS_DECIDED = re.compile(r"\b(?:I|we) (?:have )?(?:\w+ )?(?:decided|agreed|chose|chosen)\b", re.I)


def _to_be_remembered(question: str, recalled: Sequence[Document]) -> tuple[Document, ...]:
    """All of them; where what was to be remembered is asked for, those that were said to be, if there are such."""
    if WHAT_WAS_DECIDED.match(asked_in(question)):
        return tuple(each for each in recalled if _SAYS_DECIDED.search(each.text))
    said = [each for each in recalled if _SAID_TO_BE_KEPT.match(each.text)]
    return tuple(said if said and _WANTED_KEPT.search(question) else recalled)


def _weight(wanted: frozenset[str], statement: _Read) -> float:
    core = wanted - _ASKING_BESIDE or wanted
    have = stems(statement.text)
    have |= given(wanted, have, statement.text) | _given_by_work(statement.text)
    covered = len(core & have) / len(core) if core else 0.0
    return statement.score + _COVERED * covered


def _is_certain(question: str, wanted: frozenset[str], statement: _Read) -> bool:
    if _OF_ANY.match(question):
        return False
    if _WHAT_IS.match(question) and not _SAYS_WHAT_IS.search(statement.text):
        return False
    have = stems(statement.text)
    covers = bool(wanted) and wanted <= have | given(wanted, have, statement.text)
    is_to_tell = _SHARED.match(statement.text) or _SAYS_WHO.match(statement.text)
    return covers and statement.score >= _CLEARLY_ALIKE and is_to_tell is not None


# Of what others ask too ("when is the demo?") only such statements are taken to tell.
_SHARED = re.compile(r"\W*(?:please\s+)?(?:remember|note|take note|make a note|don'?t forget|do not forget|keep in mind|bear in mind|our|we)\b", re.I)  # fmt: skip
_SAYS_WHO = re.compile(r"(?-i:[A-Z])[\w'’-]+(?: (?-i:[A-Z])[\w'’-]+)? (?:is|are) (?:my|our) ", re.I)
_NAME = r"\b(?:called|named|name)\b|(?<=\w )(?-i:[A-Z])\w+|^(?!(?:my|our|we|the|i)\b)(?-i:[A-Z])\w+ (?:is|are|was)\b"
_AMOUNT_SAID = rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|an?|no)\b"
_KINDS_WANTED = tuple(
    (re.compile(asks, re.I), re.compile(says, re.I))
    for asks, says in (
        (r"\b(?:when|what (?:time|day|date))\b", rf"\d|\b(?:{MONTH}|{WEEKDAY}|today|tomorrow|yesterday|tonight|(?:last|this) (?:week|weekend|month|year|night|spring|summer|autumn|fall|winter)|ago|noon|midnight|morning|evening|every|next)\b"),
        (r"\bhow old\b", rf"\bborn\b|\byears?\b|\bold\b|\bturn(?:s|ed)?\b|(?:\b(?:am|is|are)|['’](?:m|s|re)) (?:\d{{1,3}}|{'|'.join(NUMBER_WORDS)})\b(?! (?!and\b|but\b|now\b)\w)"),
        (r"\bhow tall\b", r"\btall\b|\bcm\b|\bmet(?:er|re)s?\b|\bfeet\b|\bft\b|\binch|\d ?m\b"),
        (r"\bcolou?r\b", r"\b(?:red|blue|green|yellow|black|white|gr[ae]y|brown|orange|purple|pink|silver|gold(?:en)?|turquoise|beige|violet|teal|navy|cream|colou?r(?:ed)?)\b"),
        (r"\bhow (?:many|much|long|far|big|often)\b", rf"\bevery\b|{_AMOUNT_SAID}"),
        (r"\b(?:names?|called|who|whose)\b", _NAME),
    )
)  # fmt: skip


_OF_ANY = re.compile(r"^\W*(?:what|who)(?:'s|’s| is| are) an? ", re.I)
_WHAT_IS = re.compile(r"^\W*what(?:'s|’s| is| are| was| were)\b", re.I)
_SAYS_WHAT_IS = re.compile(r"\b(?:is|are|was|were|called|named)\b", re.I)
_POSSESSOR = re.compile(r"\b(?:my|our)\s+([\w-]+)['’]s\b", re.I)


def _has_the_kind(question: str, statement: str) -> bool:
    """Whether it has a time where one is asked for, a place, a number, a name."""
    if _WHERE_IS.match(question) and not _SAYS_PLACE.search(_TIME.sub(" ", statement)):
        return False
    if _WHERE.search(question) and not _SAYS_PLACE_OR_WHOM.search(_TIME.sub(" ", statement)):
        return False
    if _HOW_MUCH.search(question) and not _is_amount_of_it(question, statement):
        return False
    if (named := _DOES_NAMED.search(question)) and not stems(named["verb"]) <= _having(question, statement):
        return False
    if _HOW_DONE.match(question) and not _SAYS_HOW.search(statement):
        return False
    if _ABOUT_WHAT.search(question) and not re.search(r"\babout\b", statement, re.I):
        return False
    if (does := _WHAT_DO_I.match(question)) and not _has_an_object(does["verb"], statement):
        return False
    kind = _KIND_OF_MINE.search(question) or _KIND_HAD.search(question)
    if kind and not stems(kind["kind"]) <= _having(question, statement):
        return False
    return all(says.search(statement) for asks, says in _KINDS_WANTED if asks.search(question))


def _having(question: str, statement: str) -> frozenset[str]:
    have = stems(statement)
    return have | given(stems(question), have, statement)


_WHERE = re.compile(r"\bwhere\b", re.I)
_SAYS_PLACE_OR_WHOM = re.compile(
    r"\b(?:in|at|on|near|to|from|behind|under|outside|inside|with|for|between|beside|opposite|next to)\s+\w|\b(?:abroad|home|here|there|upstairs|downstairs)\b",
    re.I,
)
_HOW_MUCH = re.compile(r"\bhow (?:much|many)\b", re.I)
_CLAUSES = re.compile(r",? (?:and|but) (?=(?-i:[A-Z])|(?:my|our|he|she|they|we|it|the)\b)", re.I)
# "What car does Kate drive?": not what is said of Kate alone. Where somebody is and what somebody does is said without the verb, too.
_DOES_NAMED = re.compile(
    r"\b(?:does|do|did) (?-i:[A-Z])[\w'’-]+ (?P<verb>(?!(?:do|live|work|have|look|like)\b)[a-z]+)\b", re.I
)
_HOW_DONE = re.compile(r"^how did (?:i|we)\b", re.I)
_SAYS_HOW = re.compile(r"\b(?:by|with|when|while|because|after|from|through|using|via)\b|ing\b", re.I)
_ABOUT_WHAT = re.compile(r"^what\b.*\babout\W*$", re.I)
_WHAT_DO_I = re.compile(r"^what (?:do|did) (?:i|we) (?P<verb>[a-z]+)\W*$", re.I)


def _is_amount_of_it(question: str, statement: str) -> bool:
    """Of a statement in two clauses, each with a subject: whether one that has what is asked for has an amount."""
    clauses = _CLAUSES.split(statement)
    wanted = stems(question) & stems(statement)
    last = max((stems(each) & wanted for each in clauses), key=len)
    return len(clauses) < 2 or any(
        re.search(_AMOUNT_SAID, each, re.I) for each in clauses if len(stems(each) & wanted) >= len(last)
    )


def _has_an_object(verb: str, statement: str) -> bool:
    """Whether something stands behind the verb: "I play on Saturdays" tells not what."""
    forms = stems(verb)
    words = statement.split()
    behind = [after for word, after in zip(words, words[1:], strict=False) if stems(word) & forms]
    return not behind or any(not _NO_OBJECT.match(each) for each in behind)


_NO_OBJECT = re.compile(
    r"(?:on|in|at|every|each|twice|once|since|until|from|daily|always|alone|with)\b", re.I
)
_WHERE_IS = re.compile(r"^.{0,30}\bwhere(?:['’]s| is| are| was| were)\b", re.I)
_SAYS_PLACE = re.compile(
    r"\b(?:in|at|on|near|to|from|behind|under|outside|inside|beside|above|below|opposite|next)\b", re.I
)
_TIME = re.compile(
    rf"\b(?:in|at|on|from|to|until|by)(?: the| next| this)? (?:{MONTH}|{WEEKDAY}|\d{{1,2}}(?:st|nd|rd|th)?(?:[:.]\d\d)?(?: ?[ap]m\b|(?: of)? (?:{MONTH})\b)|\d{{1,2}}(?:st|nd|rd|th)\b|\d{{1,2}}[:.]\d\d\b|(?:19|20)\d\d\b|noon|midnight|(?:mornings?|afternoons?|evenings?|weekends?|weekdays|spring|summer|autumn|winter|fall)\b)|\bat \d{{1,2}}(?=\W*$|[,;.]| (?:on|in|and|every|each)\b)|\bin(?= (?:on|at|by|last|since)\b)",
    re.I,
)
# "What breed is my dog?": a kind that has to be said. A colour, a time and a name are seen by their values.
_KIND_OF_MINE = re.compile(
    r"\b(?:what|which) (?P<kind>(?!colou?r|time|day|date|month|year|name|age\b)[\w-]+)(?:['’]s| is| are| was| were) (?:my|our)\b",
    re.I,
)


# "What illness does my husband have?", "What food do I hate?": one of many that he may have or I may hate.
_KIND_HAD = re.compile(
    r"\b(?:what|which) (?P<kind>(?!colou?r|time|day|date|month|year|name|age\b)[\w-]+) (?:does|do|did) (?:(?:my|our) [\w'’ -]+? (?:have|own|like|love|hate|take|use|wear|eat|drink|go to|attend)"
    r"|(?:i|we) (?:still |really |usually )?(?:like|love|hate|enjoy|take|use|wear|eat|drink))\b",
    re.I,
)


_OF_MINE = re.compile(r"\b(?:my|our)\s+((?:[\w-]+\s+){0,2}?[\w-]+?)(?:['’]s?\b|\s+(?:is|was|called|named|live|work|leave|start)\b|\W*$)", re.I)  # fmt: skip


_WORKS_AS = re.compile(r"\bwork(?:s|ed|ing)? as\b|\bI(?: am|['’]m| was) (?:an?|the) \w", re.I)
_JOB = stems("job work")


def _given_by_work(statement: str) -> frozenset[str]:
    return _JOB if _WORKS_AS.search(statement) else frozenset()


def _speaks_of_it(question: str, statement: str) -> bool:
    """Whether the statement names whom or what the question is about: a dog's name is no sister's."""
    if not all(holds(statement, subject) for subject in subjects(question)):
        return False
    mine = _OF_MINE.search(question)
    wanted = stems(mine[1]) - _ASKING - _ASKING_BESIDE if mine else frozenset()
    return any(_has_wanted(question, wanted, part) for part in (statement, *parts(statement)))


def _has_wanted(question: str, wanted: frozenset[str], statement: str) -> bool:
    if not stems(" ".join(_POSSESSOR.findall(statement))) <= stems(question):
        return False  # my sister's birthday is not mine
    have = stems(statement)
    return not wanted or wanted <= have | given(wanted, have, statement) | _given_by_work(statement)


# Words of which one may stand for the other: what has them bears on the question.
_KINDS_OF = tuple(
    (stems(kind), stems(those))
    for kind, those in (
        ("pet", "dog cat hamster parrot rabbit horse budgie guinea tortoise canary goldfish snake ferret"),
        ("child", "son daughter"),
        ("parent", "mother father"),
        ("sibling", "brother sister"),
    )
)


def with_related(words: frozenset[str]) -> frozenset[str]:
    """The words with those of what they are kinds of: a dog for a pet."""
    return words.union(*(those for kind, those in _KINDS_OF if kind & words))


_MY_OWN = r"^(?:what|when|where|who|how old)(?:['’]s| is| are| was| were| am) (?:the )?(?:my )?"
_I_AM = r"^(?:I|we)(?: am|['’]m| was| were| are| have|['’]ve)?\b"
# A question for something of the user's own, and what of the user's own statements bears on it, said in other words. Both `spelled`.
_SAID_OTHERWISE = tuple(
    (re.compile(asks, re.I), re.compile(says, re.I))
    for asks, says in (
        (rf"{_MY_OWN}(?:age|i)\W*$|^how old am i\W*$", rf"^(?:I|we)(?: am|['’]m) (?:an? |(?-i:[A-Z])\w+, )?\d{{1,3}}\b(?! (?:km|cm|kg|m)\b)|{_I_AM} born\b|^my (?:birthday|date of birth|birth ?date|dob|age)\b"),
        (rf"{_MY_OWN}(?:birthday|date of birth|birth ?date|dob)\W*$|^when was i born\W*$", rf"{_I_AM} born\b.*\b(?:{MONTH}|\d{{1,2}}[./-]\d)|^my (?:birthday|date of birth|birth ?date|dob)\b"),
        (rf"{_MY_OWN}(?:address|post(?:al )?code|zip(?: ?code)?|hometown|home town)\W*$|^where do i live\W*$", r"^(?:I|we) (?:now |currently )?(?:live|moved)\b|^my (?:home |new )?(?:address|house|apartment|home) (?:is|are)\b"),
        (rf"{_MY_OWN}(?:tele|mobile |cell )?phone(?: number)?\W*$|{_MY_OWN}(?:mobile|cell)(?: number)?\W*$", r"^(?:my|our) (?:new )?(?:(?:tele)?phone|mobile|cell|number)\b.*\d{3}|^I have a new number\b"),
        (rf"{_MY_OWN}surname\W*$", r"^my (?:full )?name\b|^(?:I am|I['’]m) (?-i:[A-Z])\w+ (?-i:[A-Z])"),
        (rf"{_MY_OWN}(?:first |full |middle )?name(?: again)?\W*$", rf"{_I_AM} (?-i:[A-Z][a-z])|^my (?:sur|first |full )?name\b|^call me\b"),
        (rf"{_MY_OWN}(?:job|employer|occupation)\W*$|^where do i work\W*$|^what do i do for (?:a living|work)\W*$", rf"^(?:I|we)\b.*\b(?:work|job|employed)\b|^my (?:new |current )?(?:job|employer|company|office)\b|{_I_AM} (?:(?-i:[A-Z])\w+, )?an? (?:\w+ )?\w*(?:er|or|ist|ian|nurse)\b"),
        (r"^what colo(?:u)?r(?:['’]s| is| are) my (?:car|van|truck)\W*$|^what(?:['’]s| is) my car\W*$|^(?:what|which) (?:kind of |sort of |make of )?car do i (?:own|have)\W*$", r"^(?:I|we)\b.*\bdrive\b|^(?:I|we) (?:have|own|got|bought|lease)\b.*\bcar\b"),
        (rf"{_MY_OWN}pets?(?:['’]s?)?(?: called| names?)?\W*$|^do i have (?:any )?pets?\W*$", rf"^(?:my|our|I have|I['’]ve got|we have) (?:\w+ )?(?:{'|'.join(('dogs?', 'cats?', 'hamsters?', 'parrots?', 'rabbits?', 'horses?', 'tortoises?', 'budgies?', 'goldfish'))})\b(?!['’]s (?!name))"),
        (rf"{_MY_OWN}child(?:ren)?(?:['’]s?)?(?: called| names?)?\W*$", r"^(?:my|our|I have|we have) (?:\w+ )?(?:sons?|daughters?)\b(?!['’]s (?!name))"),
        (r"^who(?:m)? do i (?:report to|work for)\W*$|^who(?:['’]s| is) my (?:boss|manager|supervisor)\W*$", r"\bmy (?:boss|manager|supervisor|team lead|director|employer)\b|\breport to\b"),
        (rf"{_MY_OWN}(?:hobby|hobbies|interests?)\W*$", r"^(?:I|we) (?:really |also )?(?:love|like|enjoy|play|collect|practi[sc]e|do)\b|^my hobb"),
        (r"^where (?:am i|do i come) from\W*$", rf"{_I_AM}.*\b(?:from (?-i:[A-Z])|born)|^(?:I|we) grew up\b"),
        (r"^(?:do i have (?:any )?|what )allerg", r"\ballerg"),
        (r"^how (?:tall|heavy) am i\W*$", r"^(?:I|we)\b.*\b(?:tall|weigh|cm|kg|kilos?)\b|^my (?:height|weight)\b"),
    )
)  # fmt: skip
