"""Whether a sentence tells of the doing that a question asks about, and gives in the same clause what is asked of it.

"Who painted the painting?" is not answered by who bought it, "built in 1760 and restored in 1911" says neither where it
was built nor by whom, and "Greg offered to pay" not who paid. Seen by the form of English questions; one of another form passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from orchestrator.routing.skills.clauses import (
    AUXILIARY,
    LATER,
    PAST,
    Clause,
    clause_around,
    is_noun,
    is_past,
)
from orchestrator.routing.skills.counts import counts_what_is_asked
from orchestrator.routing.skills.fitting import (
    NO_PLACE,
    OF_ELSE,
    gives_what_is_asked,
    has_a_place,
    has_a_time,
    is_counted,
)
from orchestrator.routing.skills.kinds import is_kind
from orchestrator.routing.skills.lines import field_of, without_field
from orchestrator.routing.skills.overlap import carries_content, content, negates
from orchestrator.routing.skills.statements import is_synonym

_BOUGHT_SOLD = content("buy purchase"), content("sell")
_STOPS = rf"(?:the|an?|my|our|your|his|her|its|their|this|that|these|those|in|on|at|to|from|for|by|with|of|about|into|out|up|off|over|before|after|until|since|during|when|if|as|it|them|him|me|us|you|\d\S*|{AUXILIARY})"
_LEAD_IN = r"^\W*(?:(?:and|so|but)\s+)?"
_THING = r"(?:what|which\s+[^\W\d_]+(?:\s+[a-z]+)??|how\s+many\s+[^\W\d_]+(?:\s+[a-z]+)??)"
_WHO_DID = re.compile(
    rf"{_LEAD_IN}(?:who\s+(?P<aux>(?:has|have|had|will|can|could|may|might|must|shall|should|would)\s+)?{LATER}(?!(?:{AUXILIARY})\b)(?P<verb>[a-z]+)\b"
    rf"|{_THING}\s+{LATER}(?P<other>{PAST}\b|[a-z]+s\b(?=\s+(?:the|an?|my|our|your|his|her|its|their)\b)))",
    re.I,
)
_DID = re.compile(
    r"\b(?P<aux>do|does|did|will|would|can|could|must|should|may)\s+(?P<subject>(?:(?:the|an?|my|our|your|his|her|its|their|this|that)\s+)?[^\W_]+(?:\s+(?-i:[A-Z])[^\W_]*|\s+\d+(?:\.\d+)?){0,5}"
    r"(?:\s+(?:of|at|in|from|to|on|for|with)\s+(?:(?:the|an?|my|our|your|his|her|its|their)\s+)?[^\W_]+(?:\s+(?-i:[A-Z])[^\W_]*){0,3}){0,2})(?P<rest>(?:\s+[^\W_]+){1,6})",
    re.I,
)
_WAS_DONE = re.compile(
    rf"\b(?P<aux>is|are|was|were|been|has|have|had|(?:can|could|may|might|must|should|will|would)(?=[^?]{{1,80}}\sbe\s))\s+(?P<subject>[^\W_]+(?:[.-][^\W_]+)?(?:\s+[^\W_]+(?:[.-][^\W_]+)?){{0,7}}?)\s+{LATER}(?P<verb>{PAST})\b(?!\s+(?:[a-z]+\s+){{0,2}}{PAST}\b)",
    re.I,
)
_WHO = re.compile(rf"{_LEAD_IN}(?:who|by whom)\b", re.I)
_WHEN = re.compile(rf"{_LEAD_IN}when\b", re.I)
_WHERE = re.compile(rf"{_LEAD_IN}where\b", re.I)
_WHERE_IS = re.compile(rf"{_LEAD_IN}where\s+(?:is|are|was|were)\s+(?P<what>.+)", re.I)
_WHAT_DID = re.compile(rf"{_LEAD_IN}what\s+(?:do|does|did)\s+[^?]{{1,80}}?\s(?P<verb>say|tell|do)\b", re.I)
_SAYS = re.compile(
    r"\b(?:sa(?:y|ys|id)|tells?|told|added|announce[sd]?|report(?:s|ed)|explain(?:s|ed)?|asked|warn(?:s|ed)|promise[sd]?|wrote|writes|state[sd]|claim(?:s|ed)"
    r"|noted|replie[sd]|answered|suggest(?:s|ed)|propose[sd]|thank(?:s|ed)|argue[sd]?|called|praised|welcomed|apologi[sz]ed|recommend(?:s|ed)|advise[sd]"
    r"|denie[sd]|confirm(?:s|ed)|admitted|agree[sd]|complained|pointed out|stressed|according to)\b|[“\"]|:\s",
    re.I,
)
_WHICH_HAS = re.compile(
    rf"{_LEAD_IN}(?:what|which)\s+(?P<what>[^\W\d_]+(?:\s+[^\W\d_]+)?)\s+(?:do|does|did)\s+[^?]{{1,80}}?\s(?:have|own|suffer from)\b",
    re.I,
)
_HAS_SUCH = re.compile(
    r"\b(?:ha(?:s|ve|d)|owns?|owned|includes?|offers?|features?|comes? (?:in|with)|contains?|suffers?|equipped|such as|there (?:is|are|was|were))\b|:",
    re.I,
)
_IS_SUCH = re.compile(r"\s*(?::|(?:is|are|was|were)\s+(?![a-z]{2,20}ed\b))", re.I)
# "Closed to cars", and neither "moved to Leeds" nor "next to the church".
_TO_NO_PLACE = re.compile(
    r"\b(?!(?:move|moves|moved|relocated|transferred|taken|brought|sent|went|goes|gone|leads?|next|close|adjacent|nearest|nearer)\b)[^\W\d_]{2,30}\s+to\s+(?-i:[a-z])"
)
_PLACE_BEHIND = re.compile(r"[,:(–—]\s*(?-i:[A-Z])|(?<!-)\b(?:at|in|on|near)\s")
_HOW = re.compile(rf"{_LEAD_IN}how\b", re.I)
_ASKS_FOR_A_VALUE = re.compile(
    rf"{_LEAD_IN}(?:(?:in|on|at|to|from|for|by|since|until)\s+)?(?:who|whom|whose|when|where|what|which|how)\b",
    re.I,
)
_HOW_MANY = re.compile(r"\bhow many\s+(?P<counted>[^\W\d_]+)", re.I)
_HOW_MANY_HAS = re.compile(
    r"\bhow many\s+(?P<counted>[^\W\d_]+(?:\s+[^\W\d_]+)?)\s+(?:(?:do|does|did)\s+(?:[^\s?]+\s+){1,5}have\b|(?:are|were|is|was)\s+there\b|(?:has|have)\s)",
    re.I,
)
_HAS = re.compile(
    r"\b(?:ha(?:s|ve|d)|owns?|owned|possess\w*|with|there (?:is|are|was|were)|offers?|contains?|contained|includes?|included|compris\w+|consists?|holds?|held"
    r"|seats?|boasts?|provides?|features?|employs?|employed|numbers?|numbered|counts?|counted|totals?|totalled|equipped|divided|made up|composed|spread)\b",
    re.I,
)
# "Three plots are vacant" counts some of them.
_ARE_SO = re.compile(r"\s+(?:is|are|was|were)\s+(?!(?:in|on|at|there|here|about|over)\b)[a-z]", re.I)
_PRONOUN = re.compile(r"\b(?:it|them|him|her|this|these|both|one)\b", re.I)
_OWNER_BEFORE = re.compile(r"\b(?:its|his|her|their)\b", re.I)
_IS_PRONOUN = re.compile(
    r"^\W*(?:(?:the|this|that|these|those)\s+)?(?:i|we|you|he|she|it|they|one|people|someone|this|that)\W*$",
    re.I,
)
_OPENS_WITH_PRONOUN = re.compile(
    r"^\W*(?:[^\s,]+\s+(?:[^\s,]+\s+){0,3}[^\s,]+,\s+)?(?:i|we|you|he|she|it|they|this|these|both)\b", re.I
)
_OWNED = re.compile(r"^\W*(?:and\s+)?(?:his|her|its|their)\s+(?P<owned>[^\W\d_]+)", re.I)
_FULL_NAME = re.compile(r"\b[A-Z][^\W\d_]*(?:\s[A-Z][^\W\d_]*){1,4}")
_OTHER_WAY = {"to": "from", "from": "to", "into": "from", "for": "against", "against": "for"}
_WAY = re.compile(r"\b(?P<way>to|from|into|for|against)\s+(?:(?:the|an?)\s+)?(?P<what>[^\W_]+)", re.I)
_WAY_AT_ONCE = re.compile(r"\s+(for|against)\b", re.I)
_TITLES = content("dr doctor mr mrs ms miss prof professor sir lady lord captain")
_COUNTS = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|no|none|half|both|few|several|hardly|dozens?|hundreds?|thousands?|millions?)\b",
    re.I,
)
_TO = re.compile(r"\bto\s+[^,;.]+", re.I)
_BY = re.compile(r"\bby\s+(?P<who>[^,;.]+)", re.I)
_WORD = re.compile(r"[^\W\d_]+")
_LIFE = re.compile(r"\b\d{4}\s?[–-]\s?\d{4}\b|[*†]\s?\d")
_HAS_VERB = re.compile(
    rf"\b(?:{AUXILIARY}|{PAST})\b|\s[a-z]{{2,20}}s\s+(?:the|an?|its|his|her|their|out|up|to|in|on|at|\d+)\b",
    re.I,
)
_LEXICAL_VERB = re.compile(
    rf"(?<=\w)\s(?-i:{PAST})\b|(?<=\w)\s(?-i:[a-z]{{2,20}}s)\s+(?:(?:the|an?|its|his|her|their|\d+)\b)", re.I
)
_ONLY_PLANNED = re.compile(
    r"\b(?:offer|plan|propos|hop|want|refus|tri|try|intend|expect|promis)[a-z]{0,3}\s+to\b|\b(?:will|would|may|might)\b",
    re.I,
)
_LONGEST_FIELD_WORDS = 6
_LONGEST_LINE_WORDS = 8
# Another verb says the same, or none at all: "the train goes at nine", "Ann, 30, of Hull".
_LIGHT = frozenset(
    "happen work take come go get make use need want like think mean know say do have be live stay look find call name mention contain include".split()  # noqa: SIM905 - a list of literals is no list to read
)
_DONE_TO_SOMETHING = content("make take give")  # "where was it made" turns on the making
_LIGHT_STEMS = content(" ".join(_LIGHT))
_OWNS = ("own", "owns", "owned")  # of no content elsewhere: "its own door"

Time = Literal["past", "perfect", "present", "other"]
# When it is asked about by each auxiliary; by those of another sort what may, must or will be.
_TIMES: dict[str, Time] = {
    "did": "past", "was": "past", "were": "past", "had": "past", "been": "past", "has": "perfect", "have": "perfect",
    "do": "present", "does": "present", "is": "present", "are": "present", "will": "other", "would": "other", "can": "other",
    "could": "other", "may": "other", "might": "other", "must": "other", "should": "other",
}  # fmt: skip
# Who or what the subject and the object of a question are to its verb: "who painted it", "what did Ann paint", "when was it painted".
Role = Literal["doer asked", "doer told", "done to"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A verb of a question, what stands before it and behind it, and when it is asked about."""

    question: str
    verb: str
    role: Role
    time: Time
    subject: str = ""
    object: str = ""

    @property
    def has_a_wide_meaning(self) -> bool:
        """Whether another verb may say the same, or none at all. Who did it turns on the verb, and so does where it was made."""
        if self.role == "doer asked" and _WHO.match(self.question):
            return False
        stems = content(self.verb)
        return stems <= _LIGHT_STEMS and not (self.role == "done to" and stems <= _DONE_TO_SOMETHING)

    @property
    def asks_for_a_value(self) -> bool:
        return _ASKS_FOR_A_VALUE.match(self.question) is not None


def tells_of_it(question: str, sentence: str, *, under: str, points_back: bool) -> bool:
    """Whether a clause of the sentence has the verb of a question as a verb, with the place, time, doer or count asked for.

    `under`: the headings above, of which one may have the verb in its place. `points_back`: whether whom it is about
    stands before it.
    """
    if "|" in sentence:
        return True
    if not (
        _has_as_many(question, sentence) and _says_it(question, sentence) and _has_such(question, sentence)
    ):
        return False
    asked = _asked_of(question)
    if not asked and (place_of := _WHERE_IS.match(question)):
        return _is_placed(question, content(place_of["what"]), sentence, is_under=bool(under))
    if not asked and _WHEN.match(question):
        return has_a_time(question, f"{under}\n{sentence}")
    if any(each.has_a_wide_meaning and content(each.verb) for each in asked):
        return not any(_is_denied(each, sentence) for each in asked)
    return not asked or any(_tells(each, sentence, under, points_back=points_back) for each in asked)


def _is_denied(asked: _Asked, sentence: str) -> bool:
    """Whether the verb stands in the sentence, and only to be denied, where a value is asked for."""
    clauses = _clauses(asked, sentence)
    is_for_a_value = (
        asked.asks_for_a_value and not negates(asked.question) and not _HOW_MANY.search(asked.question)
    )
    return is_for_a_value and bool(clauses) and all(each.is_denied for each in clauses)


def _clauses(asked: _Asked, sentence: str) -> list[Clause]:
    return [
        clause_around(sentence, match)
        for match in _WORD.finditer(sentence)
        if _is_form(match[0], asked.verb) and not is_noun(sentence, match)
    ]


def _tells(asked: _Asked, sentence: str, under: str, *, points_back: bool) -> bool:
    clauses = _clauses(asked, sentence)
    if not clauses:
        return _is_told_otherwise(asked, sentence, under)
    if any(_gives(asked, clause, points_back=points_back) for clause in clauses):
        return True
    # "Release 2.4 (May 2024)" over "Added dark mode"
    is_entry = any(not _WORD.search(clause.earlier) for clause in clauses)
    if is_entry and _WHEN.match(asked.question) and under and has_a_time(asked.question, under):
        return True
    return is_entry and _is_dated(asked, sentence)


def _is_dated(asked: _Asked, sentence: str) -> bool:
    """Whether a line without a verb has the time: "Release notes for Kestrel 4.2, 9 September 2025"."""
    is_line = asked.time == "past" and _WHEN.match(asked.question) and not _HAS_VERB.search(sentence)
    return bool(is_line) and has_a_time(asked.question, sentence)


@lru_cache(maxsize=512)
def _asked_of(question: str) -> tuple[_Asked, ...]:
    """Each word that may be what somebody does or what is done; none where that is not seen."""
    found = _done(question) or _did(question) or _who_did(question)
    return tuple(each for each in found if content(each.verb) or each.verb.casefold() in _OWNS)


def present_verbs(question: str) -> frozenset[str]:
    """The words for the doing that a question asks about as of now, or to come."""
    return frozenset().union(
        *(content(each.verb) for each in _asked_of(question) if each.time in ("present", "other"))
    )


def _done(question: str) -> list[_Asked]:
    match = _WAS_DONE.search(question)
    if match is None or match["subject"].casefold().startswith("there"):
        return []
    auxiliary = match["aux"].casefold()
    time = _TIMES.get(auxiliary, "past")
    is_perfect = auxiliary in ("has", "have", "had") and " been" not in f" {match['subject']}"
    subject = re.sub(r"\s+be(?:en)?$", "", match["subject"], flags=re.I)
    role: Role = "doer told" if is_perfect else "done to"
    return [_Asked(question, match["verb"], role, time, subject, question[match.end() :])]


def _did(question: str) -> list[_Asked]:
    """The words up to what stops a run behind the subject: "museum" and "buy" of "did the old museum buy the boat".

    The plain form of a verb ends in no "s".
    """
    match = _DID.search(question)
    if match is None:
        return []
    if re.fullmatch(r"the|an?|my|our|your|his|her|its|their|this|that", match["subject"], re.I):
        return []  # "who does the design"
    time = _TIMES[match["aux"].casefold()]
    run: list[_Asked] = []
    subject = match["subject"]
    for word in re.finditer(r"[^\W_]+", match["rest"]):
        if re.fullmatch(_STOPS, word[0], re.I) or (run and word[0][0].isupper()):
            break
        behind = question[match.start("rest") + word.end() :]
        run.append(_Asked(question, word[0], "doer told", time, subject, behind))
        subject = f"{subject} {word[0]}"
    return [each for each in run if not each.verb[0].isupper() and not re.search(r"(?<![su])s$", each.verb)]


def _who_did(question: str) -> list[_Asked]:
    match = _WHO_DID.match(question)
    verb = (match["verb"] or match["other"]) if match else ""
    if not match or not verb or verb.endswith("ing"):
        return []
    auxiliary = (match["aux"] or "").strip().casefold()
    time: Time = "past" if is_past(verb) else "present"
    if auxiliary:
        time = "perfect" if auxiliary in ("has", "have", "had") else "other"
    return [_Asked(question, verb, "doer asked", time, object=question[match.end() :])]


def _is_form(word: str, verb: str) -> bool:
    if not carries_content(verb.casefold()):
        return re.fullmatch(rf"{re.escape(verb.casefold())}(?:s|ed|ing)?", word.casefold()) is not None
    of_word, of_verb = content(word), content(verb)
    if any(of_verb & one and of_word & other for one, other in (_BOUGHT_SOLD, _BOUGHT_SOLD[::-1])):
        return bool(of_verb & _BOUGHT_SOLD[0])
    return bool(of_word) and (of_word == of_verb or any(is_synonym(each, of_word) for each in of_verb))


def _gives(asked: _Asked, clause: Clause, *, points_back: bool) -> bool:
    if clause.is_denied and not negates(asked.question):
        return not asked.asks_for_a_value
    if clause.verb[0].isupper() and _WORD.search(clause.earlier):
        return True  # who "commanded" a ship is told by "under Captain Ole Dahl"
    if not _is_of_the_time(asked, clause):
        return False
    if content(asked.question) & _BOUGHT_SOLD[0] and content(clause.verb) & _BOUGHT_SOLD[1]:
        return _gives_buyer(asked, clause)
    if not _has_its_object(asked, clause) or _goes_the_other_way(asked, clause):
        return False
    if asked.role == "doer asked":
        return _gives_doer(asked, clause, points_back=points_back)
    return _has_its_subject(asked, clause) and _gives_value(asked.question, clause)


def _gives_value(question: str, clause: Clause) -> bool:
    """Whether the clause has the place, the time or the count that a question asks for."""
    if _WHERE.match(question):
        return has_a_place(question, clause.text, clause.verb)
    if _WHEN.match(question):
        return has_a_time(question, clause.text)
    if _HOW_MANY.search(question):
        return counts_what_is_asked(question, clause.text, "")
    if _HOW.match(question) and _COUNTS.search(clause.sentence):
        return _COUNTS.search(clause.text) is not None
    return True


def _is_of_the_time(asked: _Asked, clause: Clause) -> bool:
    """Whether what was done is told as done, and what is so as being so; of "will" and "can" nothing that is past."""
    match asked.time:
        case "past":
            return clause.has_happened
        case "perfect":
            return clause.has_happened or (clause.is_so and not clause.is_only_possible)
        case "present":
            return clause.is_so
    return clause.is_so or not clause.has_happened


def _has_its_subject(asked: _Asked, clause: Clause) -> bool:
    """Whether it is done by whom, or done to what, the question says. A pronoun stands for it."""
    who = content(asked.subject)
    if not who or _IS_PRONOUN.match(asked.subject):
        return True
    by = _BY.search(clause.after)
    if asked.role == "doer told":
        if clause.is_passive and not (by is None and clause.may_be_active):
            return by is not None and (
                _is_named(asked.subject, by["who"], clause) or not who & content(clause.sentence)
            )
        return _is_told_of(asked, clause.subject, clause)
    if not clause.is_passive and who & content(clause.after):
        return by is None or not _is_named(asked.subject, by["who"], clause)
    return _is_told_of(asked, clause.subject, clause)


def _is_told_of(asked: _Asked, subject: str, clause: Clause) -> bool:
    """Whether the subject of a clause is the one asked about, or is left to what stands before the sentence."""
    if _is_named(asked.subject, subject, clause):
        return True
    if _OPENS_WITH_PRONOUN.match(subject) and not clause.goes_on_about:
        return True
    owned = _OWNED.match(subject)
    if (
        owned
        and not is_kind(content(owned["owned"]))
        and not content(owned["owned"]) & content(asked.question)
    ):
        return False
    if clause.has_owner_as_subject or content(clause.goes_on_about):
        return False
    is_told_to_do_it = not _WORD.search(clause.earlier) and not is_past(clause.verb)
    return is_told_to_do_it or not content(asked.subject) & content(clause.sentence)


def _is_named(who: str, text: str, clause: Clause) -> bool:
    """Whether a text names them, and none of the same family or number: no "Anton Varga" for "Ilse Varga", no "line 4" for
    "line 3", nor the east gate for the west gate that another clause tells of."""
    wanted = content(who)
    missing = wanted - content(text)
    if clause.has_owner_as_subject or missing == wanted:
        return False
    if not missing:
        return True
    here = content(clause.text) | (content(clause.earlier) if _OWNER_BEFORE.search(text) else frozenset())
    if missing & content(clause.sentence) - here:
        return False
    names = [content(each) - _TITLES for each in _FULL_NAME.findall(text)]
    is_of_another = any(name & wanted and name - wanted for name in names)
    return not is_of_another and not any(word[0].isdigit() for word in missing)


def _has_its_object(asked: _Asked, clause: Clause) -> bool:
    """Whether what stands behind the verb of a question is in the clause, where the sentence has it: not in the one of
    another verb. A pronoun stands for it."""
    if asked.role == "done to" or not asked.object:
        return True
    there = content(clause.text) | content(clause.subject)
    if _PRONOUN.search(clause.after):
        there |= content(clause.earlier)
    return not any(word in content(clause.sentence) - there for word in content(asked.object))


def _goes_the_other_way(asked: _Asked, clause: Clause) -> bool:
    """Whether it was "against" where it is asked who was "for", or "from Hull" where it is asked of "to Hull"."""
    asked_ways = {match["what"].casefold(): match["way"].casefold() for match in _WAY.finditer(asked.object)}
    told_ways = {match["what"].casefold(): match["way"].casefold() for match in _WAY.finditer(clause.after)}
    if any(told_ways.get(what) == _OTHER_WAY[way] for what, way in asked_ways.items()):
        return True
    of_verb, told = _WAY_AT_ONCE.match(asked.object), _WAY_AT_ONCE.match(clause.after)
    return bool(of_verb and told and {of_verb[1].casefold(), told[1].casefold()} == {"for", "against"})


def _gives_doer(asked: _Asked, clause: Clause, *, points_back: bool) -> bool:
    """Whether somebody else than is asked about does it: before an active verb, or behind "by"."""
    if _HOW_MANY.search(asked.question):
        return _COUNTS.search(f"{clause.subject} {clause.text}") is not None
    if not _WHO.match(asked.question):
        return True
    if by := _BY.search(clause.after):
        return gives_what_is_asked(asked.question, f"by {by['who']}")
    if clause.is_passive:
        return False
    subject, things = clause.subject, content(asked.object)
    if things and things <= content(subject) and not things & content(clause.after):
        return False
    if points_back and not _WORD.search(subject):
        return True
    if points_back and _OPENS_WITH_PRONOUN.match(subject):
        # The "he" of "he succeeded Ingrid Bech" may be the very one who was succeeded.
        return not things or bool(things & content(clause.text)) or _PRONOUN.search(clause.after) is not None
    return gives_what_is_asked(asked.question, subject)


def _gives_buyer(asked: _Asked, clause: Clause) -> bool:
    """Whether it was sold to whom is asked for or about, where it is asked who bought it."""
    to = _TO.search(clause.after)
    if to is None:
        return False
    if asked.role == "doer asked":
        return gives_what_is_asked(asked.question, to[0])
    return bool(content(to[0]) & content(asked.question))


def _is_placed(question: str, what: frozenset[str], sentence: str, *, is_under: bool) -> bool:
    """Whether a clause that has a word for what is looked for has a place too; where none has such a word, the sentence.

    A line without a verb names it under a heading or behind a comma or colon: a title ("Camp Birkensee") is no place.
    """
    clauses = [
        clause_around(sentence, word).text for word in _WORD.finditer(sentence) if content(word[0]) & what
    ]
    read = [_TO_NO_PLACE.sub(" ", each) for each in clauses or [sentence]]
    if any(has_a_place(question, each, "") for each in read):
        return True
    is_short = ": " in sentence or len(sentence.split()) <= _LONGEST_LINE_WORDS
    is_line = is_under or (is_short and _PLACE_BEHIND.search(NO_PLACE.sub(" ", sentence)) is not None)
    return is_line and any(gives_what_is_asked(question, each) for each in read if not _HAS_VERB.search(each))


def _has_as_many(question: str, sentence: str) -> bool:
    """Whether to "how many rooms does it have" no sentence is given that only says what was done with some ("sold 12 canoes"), nor a field of some ("Present: 12 members")."""
    asked = _HOW_MANY_HAS.search(question)
    if asked is None:
        return True
    if field_of(sentence) - content(question) or not is_counted(question, sentence):
        return False
    for word in _WORD.finditer(sentence):
        if content(word[0]) & content(asked["counted"]):
            clause = clause_around(sentence, word)
            of_it = OF_ELSE.split(clause.before)[-1]
            has_number = _COUNTS.search(of_it) or _COUNTS.search(clause.after)
            is_of_some = _LEXICAL_VERB.search(clause.text) or _ARE_SO.match(clause.after)
            if _HAS.search(clause.text) or (has_number and not is_of_some):
                return True
    return not content(asked["counted"]) & content(sentence)


def _says_it(question: str, sentence: str) -> bool:
    """Whether to "what did Ann say" a sentence tells of a saying, and to "what did Ann do" of a doing: to be present is neither."""
    asked = _WHAT_DID.match(question)
    if asked is None:
        return True
    pattern = _SAYS if asked["verb"].casefold() in ("say", "tell") else _HAS_VERB
    return pattern.search(without_field(sentence)) is not None


def _has_such(question: str, sentence: str) -> bool:
    """Whether to "which allergies do they have" a sentence tells which: "children with allergies were asked" does not."""
    asked = _WHICH_HAS.match(question)
    if asked is None:
        return True
    what = content(asked["what"])
    return _HAS_SUCH.search(sentence) is not None or any(
        content(word[0]) & what and _IS_SUCH.match(sentence, word.end()) for word in _WORD.finditer(sentence)
    )


def _is_told_otherwise(asked: _Asked, sentence: str, under: str) -> bool:
    """Whether a sentence without the verb says it by a form that has none: a field, a value, the years of a life, or under a
    heading that has it."""
    verb = asked.verb
    if any(_is_form(word[0], verb) for word in _WORD.finditer(under)):
        return True
    is_value = is_kind(content(verb)) and not _WHO.match(asked.question)
    is_open = asked.time == "past" and _ONLY_PLANNED.search(sentence) is not None
    if is_value and not _WHEN.match(asked.question):
        return not is_open
    is_there = any(_is_form(word[0], verb) for word in _WORD.finditer(sentence))
    if is_there:
        return _is_dated(asked, sentence)
    if is_value:
        return not is_open
    if _WHERE.match(asked.question) and ":" not in sentence and not has_a_place(asked.question, sentence, ""):
        return False
    is_field = ":" in sentence or len(sentence.split()) <= _LONGEST_FIELD_WORDS
    return _LIFE.search(sentence) is not None or (is_field and not _HAS_VERB.search(sentence))
