"""Whether a claim keeps the small words of the sentence it rests on: "nearly", "except", "before", "some", "rumoured".

They carry no content of their own and turn what has. A claim may bring none of another sort than the sentence has, and must
keep one where it repeats what the sentence ties it to. Seen by the words of English; where a question has the word, a short answer need not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from orchestrator.routing.skills.overlap import IRREGULAR_FORMS, content, negates
from orchestrator.routing.skills.subject_words import NUMBER_WORDS, fold

_NUMBER = rf"[€$£~]?\s?(?:\d|(?:{'|'.join(NUMBER_WORDS)}|half|hundred|a hundred|a thousand)\b)"
_TIME = r"(?:\d|other|second|third|seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|mornings?|evenings?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)"
# In this order: what a longer one has is not read again as a shorter one.
_SORTS = tuple(
    (sort, re.compile(rf"\b(?:{pattern})", re.I))
    for sort, pattern in (
        ("at most", rf"at most\b|up to(?=\s+{_NUMBER})|(?:no|not) (?:more|later|longer|older) than\b|a maximum of\b"),
        ("at least", r"at least\b|(?:no|not) (?:less|fewer|earlier|shorter|younger) than\b|a minimum of\b"),
        ("nearly", r"nearly\b|almost\b|just under\b|close to(?=\s+\d)"),
        ("less", rf"(?:less|fewer|lower|smaller|younger|shorter|cheaper) than\b|(?:under|below)(?=\s+(?:the age of\s+)?{_NUMBER})"),
        ("more", rf"(?:more|greater|higher|larger|bigger|older|longer) than\b|(?:over|above)(?=\s+(?:the age of\s+)?{_NUMBER})|exceed(?:s|ed|ing)?\b"),
        ("about", rf"(?:about|around|some)(?=\s+{_NUMBER})|roughly\b|approximately\b|circa\b"),
        ("not all", r"not (?:all|every|everyone|always)\b"),
        ("except", r"except(?:ing|ed)?\b|(?:everything|everyone|everybody|anything|anyone|all|nothing|nobody|none) but\b|apart from\b|other than\b|excluding\b|but not\b|unless\b|save for\b|with the exception of\b"),
        ("all", rf"all\b|every(?!\s+{_TIME})\b|everyone\b|everybody\b|always\b"),
        ("some", r"some\b(?!\s+\d)|a few\b|several\b|sometimes\b|certain\b"),
        ("few", r"few\b|rarely\b|seldom\b|hardly\b|scarcely\b"),
        ("many", r"(?<!how )(?<!as )many\b|(?<!how )often\b"),
        ("most", r"most of\b|most(?=\s+[a-z]+s\b)|mostly\b|usually\b"),
        ("only with", r"only (?=(?:with|if|when|on|in|for|by|after|before|until)\b)"),
        ("if", r"if\b|provided that\b|as long as\b"),
        ("only", r"only\b|solely\b|exclusively\b"),
        ("hedge", r"rumou?r(?:ed|s)?\b|supposed(?:ly)?\b|alleged(?:ly)?\b|reported(?:ly)?\b|apparently\b|perhaps\b|maybe\b|possibly\b|probably\b"
                  r"|presumably\b|likely\b|said to\b|believed to\b|thought to\b|claim(?:s|ed)? to\b|is estimated\b|feared\b|hoped\b|assumed\b|suspected\b|seem(?:s|ed)?\b|appears? to\b"),
        ("plan", r"planned\b|plans? to\b|expected\b|proposed\b|intend(?:s|ed)?\b|scheduled\b|(?:is|are|was|were) to\b"),
        ("may", r"(?-i:may)\b|might\b|(?-i:May)(?=\s+(?:i|we|you|he|she|it|they|the|an?)\b)"),
        ("can", r"can\b|could\b"),
        ("than", r"more\b|less\b|fewer\b"),
        ("before", r"before\b|prior to\b|earlier than\b"),
        ("after", r"after\b|following the\b|later than\b"),
        ("until", r"until\b|till\b"),
        ("above", r"above\b|over(?= the| a| an)\b"),
        ("under", r"under\b(?!\s+(?-i:[A-Z]))|below\b|beneath\b|underneath\b"),
        ("behind", r"behind\b"),
        ("beside", r"beside\b|next to\b"),
        ("in front of", r"in front of\b"),
        ("outside", r"outside\b"),
        ("inside", r"inside\b"),
        ("opposite", r"opposite\b"),
        ("left", r"(?:to|on) the left\b"),
        ("right", r"(?:to|on) the right\b"),
        ("without", r"without\b"),
    )
)  # fmt: skip
_WORDS = content(
    "more less fewer greater higher larger bigger older longer lower smaller younger shorter cheaper earlier later least most maximum minimum "
    "nearly almost close exceed exceeds exceeded around roughly approximately circa except excepting apart excluding unless exception "
    "every everyone everybody always several sometimes certain rarely seldom hardly scarcely many often mostly usually solely exclusively "
    "rumoured rumored rumours supposed supposedly alleged allegedly reported reportedly apparently perhaps maybe possibly probably presumably "
    "likely said believed thought prior till beneath underneath beside next outside inside"
)
# What may stand for another: a question for a permission is answered with "can".
_ALSO = {"can": ("may",), "may": ("can", "hedge"), "hedge": ("may",), "until": ("to",)}
# Those which a claim may leave out: what is said of all is said of each, and what can be is.
_NOT_MISSED = frozenset(("all", "only", "can", "than", "not all"))
_OF_A_VALUE = frozenset(("at most", "at least", "nearly", "less", "more", "about"))
_OF_AN_OBJECT = frozenset(
    "before after until above under behind beside outside inside opposite without".split()  # noqa: SIM905 - a list of literals is no list to read
) | {"in front of"}
_SEGMENT = re.compile(r"[,;:()–—]|\b(?:and|but|while|whereas|although|or)\s", re.I)
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_POINT = r"(?:the\s+)?(\d+(?:[.,:]\d+)*|[^\W\d_]+)"
_FROM_TO = re.compile(
    rf"\b(?:from|between)\s+{_POINT}(?:\s?[ap]\.?m\.?)?\s*(?:to|until|till|and|–|-)\s*{_POINT}", re.I
)
_STARTS = re.compile(
    r"\b(?:from|between|since|start(?:s|ed)?|beg[iau]ns?|open(?:s|ed)?|earliest|left|leaves?)\b", re.I
)
_ENDS = re.compile(
    r"\b(?:to|till|until|and|end(?:s|ed)?|clos(?:e|es|ed)|finish(?:es|ed)?|latest|last(?:s|ed)?|now|today)\b",
    re.I,
)
_COMPARES = re.compile(
    r"^\W*(?:(?:and|so)\s+)?(?:which|who|what)\b.*\b(?:more|less|fewer|earlier|later|better|worse|first|(?!number|other|water|paper|after|under|over|dinner|summer|winter|river|tower|cover|order|offer|power)[a-z]{2,}[^e\W]er)\b.*\bor\b",
    re.I,
)
_COMPARED = re.compile(r"\b(?:than|as [a-z]+ as|the same|equal(?:ly)?|twice|half|both)\b", re.I)
_IS_NOW = re.compile(r"\b(?:is|are|has|have|does|do)\b|['’]s\b", re.I)
_WAS = re.compile(r"\b(?:was|were|had)\b", re.I)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|gets?|got)\s+(?:\w+ly\s+)?\w+(?:ed|en)\b|\bby\b", re.I
)
_THAN = re.compile(r"\bthan\s+(?:(?:the|a|an|in|on|at|its|his|her)\s+)?([^\W\d_]+)", re.I)
_ACTIVE = re.compile(
    rf"\b(?:[a-z]+ed|{'|'.join(sorted(IRREGULAR_FORMS))}|pays?|owns?|leads?|teach(?:es)?|hires?|runs?|employs?|beats?|helps?|sells?|buys?)\b",
    re.I,
)
_BY_WHEN = re.compile(r"\b(?:by|until|till) (?:when|what)\b|\b(?:latest|deadline)\b", re.I)
_SAYS_NO = re.compile(r"^\W*no,\s+", re.I)
_BARE = re.compile(r"^\W*(yes|no)\W*$", re.I)
_SAYS_YES = re.compile(r"^\W*yes\b", re.I)
_OF_A_DOCUMENT = re.compile(r"\b(?:the|this|that|these|those) (?:documents?|passages?|texts?)\b", re.I)
_ASKS_FOR_NEW = re.compile(
    r"^\W*(?:(?:and|so|but|then)\s+)*(?:(?:in|on|at|to|from|for|by|since|until)\s+)?"
    r"(?:who|whom|whose|where|when|what|which|how\s+(?!do\b|does\b|did\b|can\b|should\b|to\b)\w+)\b",
    re.I,
)
_QUANTITY = re.compile(
    r"\b(?:all|both|each|every|few|most|none|no|once|twice|half|more|some|same|own|about)\b", re.I
)
_NO_OTHER = content(
    "document documents text passage passages answer answers question name named thing things someone somebody"
)


def marker_words(text: str) -> frozenset[str]:
    """The words of a text that only tell how another is meant."""
    return content(text) & _WORDS


def brings_nothing(claim: str, said: frozenset[str], question: str, asked: frozenset[str]) -> bool:
    """Whether a claim, whose words are `said`, only says a question for something again, whose words are `asked`."""
    if not _ASKS_FOR_NEW.match(question) or re.search(r"\bor\b", question, re.I):
        return False
    if _QUANTITY.search(claim) or negates(claim):
        return False
    return said <= asked | content(question) | _NO_OTHER


LONGEST_SENTENCE_CHARS = 2000
"""What is longer is no sentence whose small words say what they belong to; reading 48,000 characters took 11 s."""


def distorts(claim: str, question: str, sentence: str) -> bool:
    """Whether the claim turns what the sentence says by a small word that it brings or leaves out, or that cannot be told."""
    if len(sentence) > LONGEST_SENTENCE_CHARS:
        return True
    # Which of two is more is not said by one sentence, unless it compares.
    if _COMPARES.search(question) and not _COMPARED.search(sentence):
        return True
    if _OF_A_DOCUMENT.search(claim) and not _OF_A_DOCUMENT.search(sentence):
        return True
    mine, theirs = {sort for sort, _ in _marked(claim)}, {sort for sort, _ in _marked(sentence)}
    known = theirs | {also for sort in theirs for also in _ALSO.get(sort, ())}
    if "until" in mine - known and re.search(r"\bto\b|[–-]", sentence):
        known |= {"until"}
    if mine - known:
        return True
    return (
        _loses(claim, question, sentence, mine)
        or _exceeds_an_exception(claim, sentence)
        or _takes_the_other_end(claim, question, sentence)
        or (_IS_NOW.search(claim) is not None and _is_past(sentence))
        or _turns_round(claim, sentence)
    )


@lru_cache(maxsize=4096)
def _marked(text: str) -> tuple[tuple[str, int], ...]:
    """The sorts of small words in a text, each with where it ends."""
    found: list[tuple[str, int]] = []
    left = text
    for sort, pattern in _SORTS:
        for match in list(pattern.finditer(left)):
            found.append((sort, match.end()))
            left = f"{left[: match.start()]}{'_' * len(match[0])}{left[match.end() :]}"
    return tuple(found)


def _loses(claim: str, question: str, sentence: str, mine: set[str]) -> bool:
    """Whether the claim has what a small word of the sentence is said of, and not the word."""
    asked = {sort for sort, _ in _marked(question)}
    if _BY_WHEN.search(question):
        asked |= {"at most", "before", "until"}
    kept = mine | asked | {also for sort in mine | asked for also in _ALSO.get(sort, ())}
    said, new = _tokens(claim), content(claim) - content(question)
    for sort, end in _marked(sentence):
        if sort in kept or sort in _NOT_MISSED:
            continue
        # "Not until 9:00" is at 9:00.
        if sort in ("before", "after", "until") and negates(sentence):
            continue
        if sort in _OF_A_VALUE:
            value = next((token for token in _TOKEN.findall(sentence[end:]) if token[0].isdigit()), None)
            if value and fold(value) in said:
                return True
        elif sort in _OF_AN_OBJECT:
            behind = _first_words(sentence[end:])
            if behind & new or (behind and behind <= content(claim) and not behind <= content(question)):
                return True
        elif sort in ("if", "only with"):
            if not _first_words(sentence[end:]) <= content(claim) | content(question):
                return True
        elif (content(claim) if sort in ("few", "some", "many", "most") else new) & _segment(sentence, end):
            return True
    return False


def _tokens(text: str) -> set[str]:
    return {fold(token) for token in _TOKEN.findall(text)}


def _first_words(text: str) -> frozenset[str]:
    """The first word that carries content."""
    for token in _TOKEN.findall(text)[:4]:
        if found := content(token):
            return found
    return frozenset()


def _segment(sentence: str, at: int) -> frozenset[str]:
    """The words of the part of a sentence that a small word stands in; of the whole where it stands alone."""
    borders = [0, *(match.start() for match in _SEGMENT.finditer(sentence)), len(sentence)]
    for begin, end in pairwise(borders):
        if begin < at <= end:
            found = content(sentence[begin:end]) - _WORDS
            return found or content(sentence)
    return content(sentence)


def _exceeds_an_exception(claim: str, sentence: str) -> bool:
    """Whether the claim leaves out an exception, or says of what is excepted what is said of the others."""
    return any(sort == "except" for sort, _ in _marked(sentence)) and not any(
        sort == "except" for sort, _ in _marked(claim)
    )


def _takes_the_other_end(claim: str, question: str, sentence: str) -> bool:
    """Whether of "from 7:00 to 10:00" one end is given as the other, or for the whole."""
    said = _tokens(claim)
    for first, last in _ends(sentence):
        if (first in said) == (last in said):
            continue
        is_first = first in said
        right, wrong = (_STARTS, _ENDS) if is_first else (_ENDS, _STARTS)
        point = first if is_first else last
        before = re.split(rf"(?<![\w:.]){re.escape(point)}(?![\w])", fold(claim), maxsplit=1)[0]
        if right.search(before):
            continue
        if wrong.search(before):
            return True
        # Where to one moved is where one is.
        if (is_first or point[0].isdigit()) and not right.search(question):
            return True
        if wrong.search(question) and not right.search(question):
            return True
    return False


def _is_past(sentence: str) -> bool:
    return _WAS.search(sentence) is not None and _IS_NOW.search(sentence) is None


def _turns_round(claim: str, sentence: str) -> bool:
    """Whether who stands before an active verb, or behind "than", stands on the other side in the sentence."""
    mine, theirs = ([content(token) for token in _TOKEN.findall(text)] for text in (claim, sentence))
    if _PASSIVE.search(claim) or _PASSIVE.search(sentence):
        return False
    if (than := _THAN.search(claim)) and (other := _THAN.search(sentence)):
        behind = content(than[1])
        return behind != content(other[1]) and behind <= content(sentence[: other.start()])
    # Its subject is what a claim begins with, right before the verb.
    before, verb = [*(each for each in mine if each), frozenset(), frozenset()][:2]
    verbs = content(" ".join(match[0] for match in _ACTIVE.finditer(claim)))
    if not before or not verb or not verb <= verbs or before not in theirs or verb not in theirs:
        return False
    return theirs.index(before) > max(at for at, each in enumerate(theirs) if each == verb)


def _ends(sentence: str) -> Iterator[tuple[str, str]]:
    for first, last in _FROM_TO.findall(sentence):
        yield fold(first), fold(last)


def affirms(claim: str) -> bool:
    """Whether a claim begins with a "yes"."""
    return _SAYS_YES.match(claim) is not None


def without_no(claim: str) -> str:
    """A claim without the "no" before it, which an opposite in the sentence bears out: "No, it is closed"."""
    return _SAYS_NO.sub("", claim)


def yes_or_no(claim: str) -> str:
    """The "yes" or "no" that is all a claim says, else nothing."""
    bare = _BARE.match(claim)
    return bare[1] if bare else ""
