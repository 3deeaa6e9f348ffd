"""Questions for what the user told before: whether a text is one, and which of the recalled statements answers it.

The first is a rule on the form of short English questions, on the user's own words alone; the second weighs words and
the likeness in meaning that memory measured. Neither understands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from orchestrator.routing.skills.attribution import holds
from orchestrator.routing.skills.kinds import MONTH, WEEKDAY, given
from orchestrator.routing.skills.overlap import content
from orchestrator.routing.skills.subject_words import NUMBER_WORDS
from orchestrator.routing.skills.subjects import subjects
from orchestrator.seams import Document

Wish = Literal["asked", "possible"]
"""`asked`: it asks for what was told, nothing else answers it. `possible`: what was told may answer it."""

LONGEST_CHARS = 240

_OPENS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please|ok(?:ay)?|so|and|also|now|council|there|btw|by the way|sorry|thanks|thank you)\b[\s,.:!-]*)*"
    r"(?P<request>(?:(?:can|could|would|will) you |please )*(?:tell me|recall|do you (?:still |happen to )?(?:know|remember|recall)|i forgot|i forget"
    r"|remember|let me know)[\s,:]+)?(?:again,? )?",
    re.I,
)
_CODE = re.compile(r"```|~~~|[{};]|\b(?:SELECT|def|return|function\()", 0)
_NOT_TOLD = re.compile(
    r"\b(?:should|could|can|may|might|must|would|if|need|have to|supposed|wrong|best|better|fix|improve|error|mean|pronounced|rights?|options?|chances?"
    r"|obligations?|odds|code|function|script|program|query|essay|regex|ip address|deserve|way to|just|so far|purpose|zodiac|horoscope|symptoms?|trying|allowed|think"
    r"|(?:my|our) (?:first|last|previous|next|current|earlier) (?:question|message|prompt|request|sentence|step|move|answer)"
    r"|our (?:\w+ )?(?:galaxy|planet|solar system|sun|moon|universe|world|earth|species|atmosphere|oceans?|bod(?:y|ies)|brains?|blood|skin|star|stars|society|dna|ancestors"
    r"|genes|time|times|era|age|national|nation|calendar|number system|lives)|my (?:english|grammar|spelling|iq|bmi|fortune|destiny|future|fault)"
    r"|bones|teeth|muscles|ribs|fingers|toes|chromosomes|lungs|kidneys)\b",
    re.I,
)
_MINE = r"\b(?:my|our)\b"
_WH = r"(?:what|which|who|whom|whose|when|where|how (?:old|many|much|tall|big|long|far|often)|how)"
_IS = r"(?:'s|’s|s| is| are| was| were|'re|’re)"
_PRESENT = (
    r"(?:live|work|prefer|like|love|hate|dislike|drive|own|play|speak|study|wear|support|teach|eat|drink|weigh|sing|go to school|do for (?:a living|work)"
    r"|have|come from|call (?:my|our)|keep my|take my|commute)"
)
_PAST = (
    r"(?:say|said|tell|told|mention|decide|agree|choose|chose|pick|settle on|name|call (?:my|our)|plan|buy|park|put|leave|promise|book|order|start|meet|study"
    r"|move|graduate|grow up|ask you to remember|want you to remember)"
)
_ASKS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # what is my dog's name, who is our lead, what colour is my bike, what's the name of my cat
        rf"^{_WH}(?: \w+){{0,2}}?{_IS} (?:the (?:name|names|colou?r|age|date|number|address|birthday|title|password|size|breed|model|brand) of )?{_MINE}(?: [\w'’-]+){{1,5}}\W*$",
        # where does my mother live, when does my flight leave
        rf"^{_WH}(?: \w+){{0,2}}? (?:does|do|did) (?:my|our)(?: [\w'’-]+){{1,3}} (?:live|work|leave|start|begin|end|like|love|play|study|speak|arrive|depart|drive|eat|drink|prefer"
        r"|meet|close|open|expire|weigh|do for a living)\b[^,]*$",
        rf"^{_WH}(?: \w+){{0,3}}? (?:do|did) (?:i|we) (?:usually |still |really |normally )?{_PRESENT}\W*(?:most|best|in|for breakfast|with|for)?\W*$",
        rf"^{_WH}(?: \w+){{0,3}}? (?:did|had|have) i (?:\w+ )?{_PAST}\b",
        rf"^{_WH}(?: \w+){{0,3}}? (?:did|had|have) we (?:\w+ )?(?:say|decide|decided|agree|agreed|choose|chosen|pick|picked|settle on|name|plan|planned|book|booked|call our)\b",
        rf"^{_WH}(?: \w+){{0,3}}? (?:am|was) i (?:allergic|called|born|from|afraid of|good at|married|going to meet|working)\b.*$",
        r"^who am i\W*$",
        r"^how old am i\W*$",
        r"^am i (?:an? )?(?:vegan|vegetarian|allergic|married|single|left-handed|right-handed|diabetic|colou?r-?blind)\b.*$",
        r"^do (?:i|we) (?:have|own) (?:(?:a|an|any|some) )?(?:\w+ )?(?:pets?|dogs?|cats?|child(?:ren)?|kids?|sons?|daughters?|siblings?|brothers?|sisters?|cars?|bikes?"
        r"|allerg(?:y|ies)|meetings?|appointments?)\W*$",
        r"^(?:did|have) i (?:ever |already )?(?:tell|told|mention|mentioned|say|said)\b",
        r"^what (?:(?:do|did|have) you|you) (?:still )?(?:know|remember|remembered|recall|learned)\b.*\b(?:me|my|i|we|our|us)\b",
        r"^what (?:was it|is it|was|is)(?: that)? (?:that )?(?:i|we) (?:told|said|mentioned|decided|asked you to remember)\b",
        r"^remind me\b.*\b(?:my|i|we|our)\b",
    )
)  # fmt: skip
_ASKS_BEHIND_REQUEST = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # behind "tell me", "do you remember"
        rf"^(?:{_WH}|if|whether|that) (?:my|our) (?:[\w'’-]+ ){{1,4}}(?:is|are|was|were|lives?|works?|leaves?|starts?)\b[^,]*$",
        r"^(?:where|what|which|how many|who)(?: \w+){0,2}? (?:i|we) (?:am|are|was|were|live|work|prefer|like|drive|have|own|said|told|decided|agreed|chose|parked|put)\b[^,]*$",
        r"^(?:my|our) (?:[\w'’-]+ ){0,3}[\w'’-]+\W*$",
        r"^me\W*$",
    )
)  # fmt: skip
_NAMED_ALONE = re.compile(r"^(?:and )?(?:my|our) (?:[\w'’-]+ ){0,3}[\w'’-]+\?$", re.I)
_DEFINITE = re.compile(rf"^{_WH}\b.*\b(?:the|our|my|we|i)\b", re.I)

# Of a question for what was told, words that the answer need not have; and those that it need not where there are others.
_ASKING = content("remember remind recall tell told say said mention know ever already again what whats")
_ASKING_BESIDE = content("name call many old living")
_ANSWERS = 0.58
_NEAR = 0.34
_ASIDE = 0.15  # what is so much less certain than the best is not quoted beside it
_MOST = 3
_CLEARLY_ALIKE = 0.5
_COVERED = 0.5  # what all of the question's words in the statement add to the likeness


def wish_of(text: str) -> Wish | None:
    """Whether what was told is asked for. Pure; some ten microseconds for what is no question."""
    text = text.strip()
    if not text or len(text) > LONGEST_CHARS or _CODE.search(text):
        return None
    opens = _OPENS.match(text)
    assert opens is not None, "it matches the empty text"
    asked = text[opens.end() :].strip()
    if "\n" in asked or _NOT_TOLD.search(asked):
        return None
    asks = (*_ASKS, *_ASKS_BEHIND_REQUEST) if opens["request"] else _ASKS
    if any(pattern.match(asked) for pattern in asks) or _NAMED_ALONE.match(text):
        return "asked"
    return "possible" if _DEFINITE.match(asked) else None


@dataclass(frozen=True, slots=True)
class Told:
    """What of the recalled statements is given back. `outright`: whether they answer, or are only near."""

    documents: tuple[Document, ...]
    outright: bool


def found(question: str, recalled: Sequence[Document], wish: Wish) -> Told:
    """The statements that answer; where none does and the user asked for what was told, the one that comes near."""
    if wish == "asked" and is_for_everything(question):
        return Told(tuple(recalled), outright=True)
    wanted = content(question) - _ASKING
    speaking = [each for each in recalled if each.score is not None and _speaks_of_it(question, each)]
    if wish == "possible":
        certain = [
            each for each in speaking if _is_certain(question, wanted, each) and _has_the_kind(question, each)
        ]
        return Told(tuple(certain[:1]), outright=True)
    weighed = [(_weight(wanted, each), each) for each in speaking if not _is_of_another(question, each.text)]
    best = max((weight for weight, each in weighed if _has_the_kind(question, each)), default=0.0)
    least = max(_ANSWERS, best - _ASIDE)
    answering = [each for weight, each in weighed if weight >= least and _has_the_kind(question, each)]
    if answering:
        return Told(tuple(answering[:_MOST]), outright=True)
    near = [each for weight, each in weighed if weight >= _NEAR] if only_the_user_knows(question) else []
    return Told(tuple(near[:1]), outright=False)


_EVERYTHING = re.compile(r"\bwhat\b.*\b(?:you|i)\b.*\b(?:know|remember(?:ed)?|told|learned)\b.*\babout (?:me|us)\W*$|^\W*who am i\W*$|\byou (?:know|remember) me\W*$", re.I)  # fmt: skip


def is_for_everything(question: str) -> bool:
    """ "What do you know about me?": no words to be found, all that is recalled is meant."""
    return _EVERYTHING.search(question) is not None


# Questions that nobody but the user can answer. Not all there are: another may be one for the model.
_TELLING = re.compile(
    r"\b(?:did|have|had) i (?:ever |already )?(?:tell|told|mention|mentioned|say|said|decide|decided|ask you|choose|chosen|pick|picked)\b"
    r"|\bi (?:told|said|mentioned|decided|asked you to remember)\b"
    r"|\bdo you (?:still )?(?:remember|recall) (?:my|our|me|what (?:my|i|we)|where (?:i|my|we)|who (?:my|i)|when (?:my|i|we))\b"
    r"|\b(?:know|remember(?:ed)?|recall|learned) about (?:me|my \w+)\W*$|\bremind me (?:what|where|when|who|which) (?:my|i|we) (?:said|told|decided|agreed|chose)\b",
    re.I,
)
_PERSON = (
    r"(?:(?:older|younger|elder|big|little|best|oldest|youngest|first|second|new|old|ex|late) )?(?:dogs?|cats?|pets?|horses?|rabbits?|sisters?|brothers?|mother|father|mum|mom|dad|parents?|wife|husband|partner|girlfriend"
    r"|boyfriend|fianc[eé]e?|sons?|daughters?|child|children|kids?|uncle|aunt|nephew|niece|cousin|grandmother|grandfather|grandma|grandpa|friend|boss|manager"
    r"|colleague|doctor|dentist|vet|neighbou?r|teacher|lawyer|accountant|landlord|flatmate|roommate)"
)
_ABOUT = r"(?:name|first name|last name|surname|nickname|birthday|age|job|profession|occupation|address|phone number|hometown|home town|favou?rite (?:\w+ ){0,2}\w+)"
_OWN = re.compile(
    rf"^(?:what|who|when|where|how old)(?:'s|’s| is| are| was| were) (?:the (?:names?|age|birthday|address) of )?(?:my|our) (?:(?:{_PERSON}['’]s )?{_ABOUT}|{_PERSON})(?: called| named| born| from| again)?\W*$"
    rf"|^(?:what|where|when) (?:does|do|did) (?:my|our) {_PERSON} (?:live|work|do for (?:a living|work)|study)\W*$"
    r"|^where do (?:i|we) (?:live|work|come from)\W*$|^who am i\W*$|^how old am i\W*$|^what do i do for (?:a living|work)\W*$|^when is my birthday\W*$"
    r"|^what colou?r(?:'s|’s| is| are) (?:my|our) (?:car|bike|bicycle|house|door|kitchen|phone|hair|eyes|dog|cat)\W*$"
    r"|^what am i allergic to\W*$|^(?:my|our) (?:\w+['’]s )?(?:name|birthday|address|age)\W*$",
    re.I,
)


def only_the_user_knows(question: str) -> bool:
    """Whether nobody else can answer it. Where in doubt, somebody may."""
    text = question.strip()
    opens = _OPENS.match(text)
    assert opens is not None, "it matches the empty text"
    asked = text[opens.end() :].strip()
    return bool(
        _TELLING.search(text) or _OWN.match(asked) or (opens["request"] and _OWN.match(f"what is {asked}"))
    )


def _weight(wanted: frozenset[str], statement: Document) -> float:
    core = wanted - _ASKING_BESIDE or wanted
    have = content(statement.text)
    have |= given(wanted, have, statement.text)
    covered = len(core & have) / len(core) if core else 0.0
    return (statement.score or 0.0) + _COVERED * covered


def _is_certain(question: str, wanted: frozenset[str], statement: Document) -> bool:
    if _WHAT_IS.match(question) and not _SAYS_WHAT_IS.search(statement.text):
        return False
    have = content(statement.text)
    covers = bool(wanted) and wanted <= have | given(wanted, have, statement.text)
    return covers and (statement.score or 0.0) >= _CLEARLY_ALIKE and _SHARED.match(statement.text) is not None


# Of what others ask too ("when is the demo?") only such statements are taken to tell.
_SHARED = re.compile(r"\W*(?:please\s+)?(?:remember|note|take note|make a note|don'?t forget|do not forget|keep in mind|bear in mind|our|we)\b", re.I)  # fmt: skip
_NAME = r"\b(?:called|named|name)\b|(?<=\w )(?-i:[A-Z])\w+|^(?!(?:my|our|we|the|i)\b)(?-i:[A-Z])\w+ (?:is|are|was)\b"
_AMOUNT_SAID = rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|an?|no)\b"
_KINDS_WANTED = tuple(
    (re.compile(asks, re.I), re.compile(says, re.I))
    for asks, says in (
        (r"\b(?:when|what (?:time|day|date))\b", rf"\d|\b(?:{MONTH}|{WEEKDAY}|today|tomorrow|tonight|noon|midnight|morning|evening|every|next)\b"),
        (r"\bwhere\b", r"\b(?:in|at|on|near|to|from|behind|under|outside|inside|with|for|as)\b"),
        (r"\bhow old\b", rf"\bborn\b|\byears?\b|\bold\b|\bturn(?:s|ed)?\b|(?:\b(?:am|is|are)|['’](?:m|s|re)) (?:\d{{1,3}}|{'|'.join(NUMBER_WORDS)})\b(?! \w)"),
        (r"\bhow tall\b", r"\btall\b|\bcm\b|\bmet(?:er|re)s?\b|\bfeet\b|\bft\b|\binch|\d ?m\b"),
        (r"\bcolou?r\b", r"\b(?:red|blue|green|yellow|black|white|gr[ae]y|brown|orange|purple|pink|silver|gold(?:en)?|turquoise|beige|violet|teal|navy|cream|colou?r(?:ed)?)\b"),
        (r"\bhow (?:many|much|long|far|big|often)\b", rf"\bevery\b|{_AMOUNT_SAID}"),
        (r"\b(?:names?|called|who|whose)\b", _NAME),
    )
)  # fmt: skip


_WHAT_IS = re.compile(r"^\W*what(?:'s|’s| is| are| was| were)\b", re.I)
_SAYS_WHAT_IS = re.compile(r"\b(?:is|are|was|were|called|named)\b", re.I)
_POSSESSOR = re.compile(r"\b(?:my|our)\s+([\w-]+)['’]s\b", re.I)


_CHAIN = re.compile(r"\b(?:my|our)\s+(?P<whose>[\w-]+)['’]s\s+(?P<what>[\w-]+)", re.I)
_BELONGS = re.compile(r"\bof (?:my|our)\s+([\w-]+)", re.I)
_ASKS_NAME = re.compile(r"\b(?:name|called|named|who)\b", re.I)


def _is_of_another(question: str, statement: str) -> bool:
    """ "My dog's vet is called Carl" says nothing of the dog's name, nor "my wife's brother" of my brother's wife."""
    asked = question.casefold()
    words = set(re.findall(r"[\w-]+", asked))
    wanted = _CHAIN.search(asked)
    for said in _CHAIN.finditer(statement.casefold()):
        if wanted and (wanted["whose"], wanted["what"]) == (said["what"], said["whose"]):
            return True
        if said["what"] not in words and not (said["what"] == "name" and _ASKS_NAME.search(asked)):
            return True
    return any(said[1] not in words for said in _BELONGS.finditer(statement.casefold()))


def _has_the_kind(question: str, statement: Document) -> bool:
    """Whether it has a time where one is asked for, a place, a number, a name."""
    return all(says.search(statement.text) for asks, says in _KINDS_WANTED if asks.search(question))


_OF_MINE = re.compile(r"\b(?:my|our)\s+((?:[\w-]+\s+){0,2}?[\w-]+?)(?:['’]s?\b|\s+(?:is|was|called|named|live|work|leave|start)\b|\W*$)", re.I)  # fmt: skip


def _speaks_of_it(question: str, statement: Document) -> bool:
    """Whether the statement names whom or what the question is about: a dog's name is no sister's."""
    if not all(holds(statement.text, subject) for subject in subjects(question)):
        return False
    if not content(" ".join(_POSSESSOR.findall(statement.text))) <= content(question):
        return False  # my sister's birthday is not mine
    mine = _OF_MINE.search(question)
    wanted = content(mine[1]) - _ASKING - _ASKING_BESIDE if mine else frozenset()
    have = content(statement.text)
    return not wanted or wanted <= have | given(wanted, have, statement.text)
