"""Whether a text gives the sort of thing that was asked for: a place for "where", a time for "when", a count for "how many".

Seen by the form of an English question and of the words around; what it does not know it lets pass.
"""

from __future__ import annotations

import re

from orchestrator.routing.skills.kinds import AMOUNT, MONTH, WEEKDAY, is_given
from orchestrator.routing.skills.lines import without_field
from orchestrator.routing.skills.overlap import carries_content, content, negates
from orchestrator.routing.skills.subject_words import NUMBER_WORDS

_LEAD_IN = r"^\W*(?:(?:and|so|but|then|also)\s+)*"
_ASKED = re.compile(
    rf"{_LEAD_IN}(?P<word>where|wo(?!\w)|wohin|où|dónde|dove(?= )|when|whom?|how many|how much(?!\s+(?:more|less|longer|better|of)\b))\b",
    re.I,
)
_BY_HOW_MUCH = re.compile(rf"{_LEAD_IN}by\s+how\s+(?:much|many)\b", re.I)
_SUBSTANCE = re.compile(
    r"\bhow much\s+(?P<what>[^\W\d_]+(?:\s+[^\W\d_]+)?)\s+(?:do|does|did|should|must|is|are|will)\b", re.I
)
_IS_HOW_MUCH = re.compile(rf"{_LEAD_IN}how much\s+(?:is|are|was|were)\b(?!\s+there\b)", re.I)
# "The budget stays at 15k.", "The fee is 30 for guests."
_COUNTS_NOTHING = re.compile(
    r"\d[\d.,]*(?<![.,])(?:k|m|bn)?\b ?(?:%|percent\b|per cent\b|(?=\W*$|[,;.)]|(?:per|an?|each|for|plus|and|or)\b))|\b(?:free|nothing)\b",
    re.I,
)
COUNTED = re.compile(r"\bhow many\s+(?:different\s+|other\s+)?([^\W\d_]+)", re.I)
_FARTHEST = 5
# "10 euros for a boat" counts no boats.
OF_ELSE = re.compile(r"\b(?:for|in|on|at|with|to|from|by|per)\b", re.I)
_MEASURE_BEFORE = re.compile(rf"\d\s?(?:{AMOUNT})\s(?:of\s)?(?:[a-z]+\s)?$", re.I)
_IS_COUNT = re.compile(r"\s*(?::|=|is|are|was|were|totals?|numbers?)\s*(?:about |around |over )?\d", re.I)
_OF_A_LIFE = re.compile(r"\b(?:was|were|is|did)\b.*\b(born|die)\W*$", re.I)
_LIFE = re.compile(r"\b\d{4}\s?[–-]\s?\d{4}\b|[*†]\s?\d")
# Up to the next thing that is told: not "born in Hull, married in 1950".
_SAME_CLAUSE = r"(?:(?!\b(?:and|but|then|who|which)\b|\b[a-z]+ed\b)[^.;])*?"
_WORD = re.compile(r"[^\W\d_]+")
_WHERE_ELSEWHERE = ("wo", "wohin", "où", "dónde", "dove")
_WHY = re.compile(rf"{_LEAD_IN}why\b", re.I)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|so that|in order to|reasons?|caus\w+|why|therefore|hence|led to|leads to|result\w*|, so"
    r"|after (?!\d|which\b)|as (?:[^\s,;.]+ ){1,5}?(?:is|are|was|were|has|have|had|did|does|do|will|would|can|could|n[o']t)"
    r"|for (?!the\b|an?\b|\d|this\b|that\b|about\b|over\b|up\b|her\b|him\b|them\b|it\b|us\b|me\b|you\b|all\b|each\b|every)(?-i:[a-z]{2,30})"
    r"|to (?!the\b|an?\b|his\b|her\b|its\b|their\b|our\b|my\b|your\b|\d|school\b|work\b|bed\b)(?-i:[a-z]{2,30}))",
    re.I,
)
_AMOUNT = re.compile(
    rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|free|half|double|nothing|no (?:charge|fee|cost)|dozens?|hundreds?|thousands?|millions?"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b",
    re.I,
)
# "A teaspoon of cumin"
_SPOONFUL = r"\ban? (?:[a-z]{2,20} )?(?:(?:tea|table)?spoon(?:ful)?|pinch|cup|glass|handful|litre|liter|kilo|pound|bit|drop|slice|dash) of\b"
_SPOONFUL_BEFORE = re.compile(rf"{_SPOONFUL}\s*(?:[a-z]{{2,20}}\s)?$", re.I)
# "Who signed, Ann or Bob?" names them itself.
_NOT_ASKED = re.compile(
    r"\b(?:or|about)\s*\?*$|\bhow many\s+(?:more|times|of)\b"
    r"|,\s*(?:the\s+)?(?-i:[A-Z])\S*\s+or\s+(?:the\s+)?(?-i:[A-Z])\S*\s*\?*$",
    re.I,
)
_ASKS_WHAT_NOT = re.compile(rf"{_LEAD_IN}(?:what|which|who|whom|when|where)\b", re.I)
_TAKES_OUT = re.compile(
    r"\b(?:except\w*|exclu\w+|other than|apart from|unless|only|forbid\w*|banned|prohibited)\b", re.I
)
_NUMBER_WORD = "|".join(NUMBER_WORDS)
TIME_NOUN = (
    r"mornings?|evenings?|afternoons?|noon|midnight|nights?|seconds?|minutes?|hours?|days?|weeks?|weekends?|months?|years?"
    r"|centur(?:y|ies)|decades?|spring|summer|autumn|fall|winter|christmas|easter|beginning|end|start|dawn|sunrise|sunset|holidays?"
)
DATED = re.compile(
    rf"\b(?:in|since|until|by|before|after|during|of|from|to)\s+\d{{4}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{MONTH})(?:\s+\d{{4}})?"
    rf"|\b(?:{MONTH})\s+\d{{1,4}}(?:,?\s+\d{{4}})?",
    re.I,
)
# "Rent is due on the 1st at 10:00"
_NO_AMOUNT = re.compile(r"\b\d+(?:st|nd|rd|th)\b|\b\d{1,2}:\d\d\b|\b\d{1,2} ?[ap]\.?m\b", re.I)
_COUNT = re.compile(
    rf"\d|\b(?:{_NUMBER_WORD}|no|none|nobody|nothing|both|half|dozens?|hundreds?|thousands?|millions?|once|twice|several|few|single"
    r"|a|an|any|many|all|every|only|not|never|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b|n['’]t\b",
    re.I,
)
_TIME = re.compile(
    rf"\d|\b(?:{MONTH}|{WEEKDAY}|{_NUMBER_WORD}|{TIME_NOUN}|daily|weekly|monthly|yearly|every|always|never|now|soon|later|today|tomorrow"
    r"|yesterday|ago|before|after|during|until|till|since|when|whenever|while|once|if|as soon as|age|immediately|upon|on [a-z]+|at [a-z]+|within)\b",
    re.I,
)
# "1 hour's labour"
_LASTING = re.compile(
    r"\b\d+ (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)['’]s?\b|\b\d+ (?:hour|day|week|month|year)s['’]",
    re.I,
)
_AMOUNT_OF_ELSE = re.compile(
    rf"[€$£¥]\s?\d[\d.,]*(?:\s(?:thousand|million|billion))?|\b(?![12]\d{{3}}\b)\d[\d.,]*\s?(?:%|(?!(?:{MONTH}|{TIME_NOUN}|[ap]\.?m|o['’]clock|in|on|at|to|and|or|by|until|till|after|before|every|sharp|for|from|it|h)\b)[a-z]+\b)",
)
_TIME_OF_DOING = re.compile(
    rf"\b[12]\d{{3}}s?\b|\b\d{{1,2}}:\d\d\b|\b\d{{1,2}}\s?(?:[ap]\.?m\b|o['’]clock)|\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)\b|\b(?:in|since|by|until|till|before|after|from|at|around|about|to|within|between)\s+\d{{1,4}}\b"
    rf"|\b(?:{MONTH}|{WEEKDAY}|{TIME_NOUN}|daily|weekly|monthly|yearly|every|always|never|now|soon|later|earlier|today|tonight|tomorrow"
    r"|yesterday|ago|before|after|during|until|till|since|when|whenever|while|once|if|as soon as|age|immediately|upon|within|lunch|breakfast|dinner|(?:closing|opening) time"
    r"|on (?:arrival|delivery|request|receipt|signing|completion|departure|demand|death|notice|leaving|payment)|at (?:birth|present|first|last|latest)"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?(?=\s\d))\b",
    re.I,
)
_PLACE = re.compile(
    r"(?<!-)\b(?:in|at|on|near|to|into|from|under|behind|beside|opposite|(?<!ed )by(?=\s+the\b)|between|along|next to|outside|inside|off|above|below|beneath|around"
    r"|through|over|across|towards?|past|beyond|against|within|via|of|im|am|an|auf|bei|zu|nach|aus|à|en|au|aux|dans|chez|sur|en)\s+(?P<place>[^,;.]+)",
    re.I,
)
THERE = re.compile(
    r"\b(?:there|here|upstairs|downstairs|abroad|home|nearby|north|south|east|west|(?:on|to) the (?:left|right)|left of|right of|www|http\w*|online|everywhere|anywhere|nowhere)\b",
    re.I,
)
# "by the river" and no "by the notary" behind what was done; up to what begins another phrase.
_OF_PLACE = r"(?!(?:by|in|at|on|to|from|and|but|for|with|[a-z]{2,20}ed)\b)[^\s,;.]+"
_PLACE_OF_DOING = re.compile(
    r"\b(?:in|at|on|near|to|from|under|behind|beside|opposite|between|along|next to|outside|inside|off|above|below|beneath|underneath|against|around"
    r"|through|over|across|towards?|past|beyond|within|via)\s+"
    rf"(?P<place>{_OF_PLACE}(?: {_OF_PLACE}){{0,7}})",
    re.I,
)
_NO_PLACE_BUT_A_MANNER = re.compile(
    r"^(?:an?\s+|the\s+)?(?:honou?r|memory|secret|cash|full|part|parts|total|advance|public|private|writing|person|turn|detail|response|return"
    r"|request|loan|foot|time|behalf|average|least|most|once|first|last|length|english|french|german|latin|oil|ink|oak|wood|stone|bronze"
    r"|(?:[a-z]{1,20} )?time|lunch|breakfast|dinner|age|price|cost|speed|risk|case|charge|favou?r|order|condition|addition|exchange|error|mistake|accident|purpose|hand|which|whom)\b",
    re.I,
)
_POINTS_TO_A_PLACE = re.compile(r"\b(?:there|here)\b", re.I)
_ASKS_FROM_WHERE = re.compile(
    r"\b(?:from|com(?:e|es|ing)|came|start\w*|leav\w+|left|depart\w*|buy|bought|get|got|order\w*|brought|bring|import\w*)\b",
    re.I,
)
_MEASURED = re.compile(rf"\b(?:up to\s+)?(?:\d[\d.,]*|{'|'.join(NUMBER_WORDS)})\s?[a-z%°]+\b", re.I)
_NUMBERED_PLACE = re.compile(r"\b(?!(?:in|on|at)\b)[A-Z]\w+ \d")
NO_PLACE = re.compile(rf"\d+(?:[.,:]\d+)*|\b(?:{MONTH}|{WEEKDAY}|{TIME_NOUN})\b", re.I)
_HAS_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does|do|did|[a-z]+ed)\b"
)
_DETERMINED = re.compile(
    rf"\b(?:the|an?|my|our|your|his|her|their|its|all|every|each|only|by|for|to|from|with|and|is|are|was|were|no|{_NUMBER_WORD}|\d+)\s+(?:(?:the|an?|my|our|your|his|her|its|their)\s+)?([^\W\d_]+)",
    re.I,
)
_WHO_IS = re.compile(
    rf"{_LEAD_IN}who\s+(?:is|are|was|were)\s+(?:the|an?|my|our|your|his|her|their|its)\b", re.I
)
_ROLE = re.compile(
    rf"{_LEAD_IN}who\s+(?:is|are|was|were)\s+(?:the|our|my|your)\s+(?P<role>[^\W\d_]+(?:\s+[^\W\d_]+){{0,2}})\W*$",
    re.I,
)
# "is late", and neither "is Erik Sand", "is a bank" nor "is now Erik Sand"
_IS_SO = re.compile(
    r"\s+(?:is|are|was|were)\s+(?!(?:an?|the|my|our|your|his|her|their|called|named)\b)[a-z]+\b(?!(?:\s+[a-z]+){0,2}\s+[A-Z])"
)
_COPULA = re.compile(r"\b(?:is|are|was|were|be|been|as|by|namely)\b|:", re.I)
_NAME = re.compile(r"[A-Z][^\W\d_]*")
_VERSION = re.compile(r"\bv?\d+\.\d+\.\d+\b(?!\.?\d)|\bv\d+(?:\.\d+)+\b", re.I)
_OPENS_NO_NAME = frozenset(("either", "neither", "any", "every", "each", "another", "notice", "such"))


def gives_what_is_asked(question: str, text: str, *, points_back: bool = False) -> bool:
    """Whether a text has, beyond one question's words, what may be a place, a time, somebody or a count, as is asked for.

    `points_back`: whether whom it is about stands before it.
    """
    if _misses_the_not(question, text):
        return False
    asked = _ASKED.match(question)
    if _BY_HOW_MUCH.match(question):
        return re.search(r"\d|\b(?:half|twice|double|doubled|tripled)\b", text, re.I) is not None
    if asked is None or _NOT_ASKED.search(question):
        return True
    word = asked["word"].casefold()
    match "where" if word in _WHERE_ELSEWHERE else word:
        case "how much":
            return _has_an_amount(question, text)
        case "how many":
            return _COUNT.search(DATED.sub(" ", text)) is not None and is_counted(question, text)
        case "when" if of_a_life := _OF_A_LIFE.search(question):
            event = "born" if of_a_life[1].casefold() == "born" else "die[sd]|death"
            return _LIFE.search(text) is not None or bool(
                re.search(rf"\b(?:{event})\b{_SAME_CLAUSE}\d", text, re.I)
            )
        case "when":
            known = content(question)
            text = _VERSION.sub(" ", text)
            return any(not content(each[0]) or not content(each[0]) <= known for each in _TIME.finditer(text))
        case "where":
            return _has_a_place(question, text)
    return points_back or _has_somebody(question, text)


def _has_an_amount(question: str, text: str) -> bool:
    """Whether it has an amount. "How much is the cake?" asks for its price, or for a number that counts nothing else; what is
    measured in the question's own words is one too ("how much is the dose?", "500 mg")."""
    bare = _NO_AMOUNT.sub(" ", DATED.sub(" ", text))
    if not (_AMOUNT.search(bare) or re.search(_SPOONFUL, bare, re.I)) or not _is_measured(question, bare):
        return False
    if not _IS_HOW_MUCH.match(question):
        return True
    return any(is_given(word, bare) for word in (*content(question), *content("cost"))) or bool(
        _COUNTS_NOTHING.search(bare)
    )


def _is_measured(question: str, text: str) -> bool:
    """Whether an amount stands with the substance that is asked for, where the text names it: none of the turmeric in "add the
    turmeric and cook for one minute"."""
    asked = _SUBSTANCE.search(question)
    if asked is None or not (what := content(asked["what"])) or not what <= content(text):
        return True
    return any(
        _SPOONFUL_BEFORE.search(text[: match.start()])
        or _AMOUNT.search(" ".join(re.split(r"[,;]|\band\b", text[: match.start()])[-1].split()[-_FARTHEST:]))
        or re.match(
            r"\s*(?::|=|is|are|was|were|costs?|lasts?)\s*(?:about |around |over )?\d",
            text[match.end() :],
            re.I,
        )
        for match in _WORD.finditer(text)
        if content(match[0]) & what
    )


def is_counted(question: str, text: str) -> bool:
    """Whether a number stands with what is counted, where the text has a word for that: "lockers need a one euro coin" counts none."""
    asked = COUNTED.search(question)
    if asked is None or "|" in text or not (counted := content(asked[1])) or not counted & content(text):
        return True
    words = [
        match
        for match in _WORD.finditer(text)
        if counted & content(match[0]) and not _MEASURE_BEFORE.search(text[: match.start()])
    ]
    return any(
        _COUNT.search(" ".join(OF_ELSE.split(text[: match.start()])[-1].split()[-_FARTHEST:]))
        or _IS_COUNT.match(text, match.end())
        for match in words
    )


def _misses_the_not(question: str, text: str) -> bool:
    """Whether it is asked what something is not, and the text denies and takes out nothing."""
    if not _ASKS_WHAT_NOT.match(question) or not negates(question):
        return False
    return not negates(text) and _TAKES_OUT.search(text) is None


def has_a_place(question: str, clause: str, verb: str) -> bool:
    """Whether the clause of a verb has a place beside what is asked about: no time, no doer, no measure and no manner."""
    known = content(question) | content(verb)
    if THERE.search(_POINTS_TO_A_PLACE.sub(" ", clause.replace(verb, " ") if verb else clause)):
        return True
    return any(
        content(NO_PLACE.sub(" ", _MEASURED.sub(" ", match["place"]))) - known
        and not _NO_PLACE_BUT_A_MANNER.match(match["place"])
        and (not match[0].casefold().startswith("from") or _ASKS_FROM_WHERE.search(question))
        for match in _PLACE_OF_DOING.finditer(clause)
    )


def has_a_time(question: str, clause: str) -> bool:
    """Whether the clause of a verb has a time: of a number alone only one that may be a year, a date or a time of day."""
    known = content(question)
    bare = _AMOUNT_OF_ELSE.sub(" ", _LASTING.sub(" ", _VERSION.sub(" ", clause)))
    return any(
        not content(each[0]) or not content(each[0]) <= known for each in _TIME_OF_DOING.finditer(bare)
    )


def has_a_reason(question: str, text: str) -> bool:
    """Whether a text may give a reason, where one is asked for."""
    known = question.casefold()
    return _WHY.match(question) is None or any(
        each[0].casefold() not in known for each in _REASON.finditer(text)
    )


def _has_a_place(question: str, text: str) -> bool:
    known = content(question)
    if THERE.search(text) or _NUMBERED_PLACE.search(DATED.sub(" ", text)):
        return True
    if any(content(NO_PLACE.sub(" ", match["place"])) - known for match in _PLACE.finditer(text)):
        return True
    # "Ghent" alone: what has no verb names it.
    return (
        not _HAS_VERB.search(text)
        and bool(content(NO_PLACE.sub(" ", text)) - known)
        and len(text.split()) < 7
    )


def _is_role_of_another(question: str, text: str) -> bool:
    """Whether of "who is the landlord?" the text only has the landlord by whom, or of whom, something else is."""
    asked = _ROLE.match(question)
    if asked is None:
        return False
    role = re.escape(asked["role"])
    if _is_only_described(role, text):
        return True
    return bool(re.search(rf"\b{role}\b", text, re.I)) and not re.search(
        rf"(?<!\bof )(?<!\bby )(?<!\bto )(?<!\bfrom )(?<!\bwith )(?<!\bfor )\b(?:the|an?|our|my|your|as|is|was) (?:\w+ )?{role}\b|^\W*{role}\b|\(\s*{role}\b|\bname\b",
        text,
        re.I,
    )


def _is_only_described(role: str, text: str) -> bool:
    """Whether of the payment provider it only tells that "the payment provider is late"."""
    found = list(re.finditer(rf"\b{role}\b", text, re.I))
    return bool(found) and all(_IS_SO.match(text, each.end()) for each in found)


def _has_somebody(question: str, text: str) -> bool:
    known = content(question)
    text = "\n".join(without_field(line) for line in text.split("\n"))
    if _is_role_of_another(question, text):
        return False
    for match in _NAME.finditer(text):
        word = match[0].casefold()
        if not carries_content(word) or word in _OPENS_NO_NAME or re.fullmatch(rf"{MONTH}|{WEEKDAY}", word):
            continue
        if content(word) - known:
            return True
    is_told = not _WHO_IS.match(question) or _COPULA.search(text) is not None
    if is_told and any(content(NO_PLACE.sub(" ", match[1])) - known for match in _DETERMINED.finditer(text)):
        return True
    return not _HAS_VERB.search(text) and bool(content(NO_PLACE.sub(" ", text)) - known)
