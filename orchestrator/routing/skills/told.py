"""Questions for what the user told before: whether a text is one.

A rule on the form of short English questions, on the user's own words alone. It understands nothing.
"""

from __future__ import annotations

import re
from typing import Literal

from orchestrator.routing.skills.users_own import is_the_users_own
from orchestrator.routing.skills.whose import spelled

Wish = Literal["asked", "possible"]
"""`asked`: it asks for what was told, nothing else answers it. `possible`: what was told may answer it."""

LONGEST_CHARS = 240

_OPENS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please|ok(?:ay)?|so|and|also|now|council|there|btw|by the way|sorry|thanks|thank you)\b[\s,.:!-]*)*"
    r"(?P<request>(?:(?:can|could|would|will) you |please )*(?:tell me|recall|do you (?:still |happen to )?(?:know|remember|recall)|i forgot|i forget"
    r"|remember|let me know)[\s,:]+)?(?:again,? )?",
    re.I,
)
_ENDS = re.compile(r"(?:[\s,]+(?:again|please|though|btw|by the way|thanks|thank you))+(?=\W*$)", re.I)
_CODE = re.compile(r"```|~~~|[{};]|\b(?:SELECT|def|function\()|^\s*return\b", re.M)
_NOT_TOLD = re.compile(
    r"\b(?:should|could|can|(?<!in )may|might|must|would|if|need|have to|supposed|wrong|best(?! (?:friend|man|mate)\b)|better|fix|improve|error|mean|pronounced|rights?|options?|chances?"
    r"|obligations?|odds|(?:my|our|the|this|that|your|a|some|source|python|java|javascript|sql|rust) code|function|script|program|query|essay|regex|(?:my|our|your) ip address|deserve|way to|just|purpose|zodiac|horoscope|symptoms?|trying|allowed|think"
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
    r"|have|come from|call (?:my|our)|keep my|take my|commute|collect)"
)
_PAST = (
    r"(?:say|said|tell|told|mention|decide|agree|choose|chose|pick|settle on|name|call (?:my|our)|plan|buy|park|put|leave|promise|book|order|start|meet|study"
    r"|move|graduate|grow up|ask you to remember|want you to remember)"
)
_ALL_TOLD = (
    r"what (?:all )?(?:did|have|had) i (?:already |ever )?(?:tell|told|ask|asked|want|wanted) you(?: to (?:remember|keep in mind|note|not forget))?(?: so far| before| already| earlier)?"
    r"|what (?:was it|is it|was|is)(?: that)? (?:that )?i (?:told|asked|wanted) you(?: to (?:remember|keep in mind))?"
    r"|what (?:all )?(?:do|did|have|can) you (?:still )?(?:remember|remembered|recall)(?: so far)?|what (?:do|have) you (?:have )?(?:in|stored in) (?:your )?memory"
    r"|what i (?:told|asked) you(?: to remember)?(?: so far)?"
)
_DOING = r"(?:get up|wake up|go to bed|take|pay|earn|owe|spend|weigh|save|smoke|drink|run|train|sleep|work|swim|exercise|practi[sc]e|quit|stop|start|see|meet)"
# What is judged or reckoned, and was not told.
_JUDGED = (
    r"(?:answers?|code|ideas?|understanding|reasoning|solution|proof|logic|theory|argument|text|sentences?|translation|number|input|guess|assumption|result|conclusion"
    r"|password|data|query|files?|internet|connection)\b"
)
_JUDGEMENT = (
    r"(?:right|correct|good|bad|normal|ok|okay|worth|serious|dangerous|safe|healthy|legal|enough|real|fine|possible|likely|true|valid|weird|common|rare|fair|reasonable"
    r"|going to|too|broken|slow|secure|dying|overweight|taxable|deductible|prime|equal|even|odd|divisible|want|know|love me|hate|like me)"
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
        r"^(?:what|which)(?: [\w-]+){1,3} do i (?:currently |usually )?use\W*$",
        rf"^{_WH}(?: \w+){{0,3}}? (?:did|had|have) i (?:\w+ )?{_PAST}\b",
        rf"^{_WH}(?: \w+){{0,3}}? (?:did|had|have) we (?:\w+ )?(?:say|decide|decided|agree|agreed|choose|chosen|pick|picked|settle on|name|plan|planned|book|booked|call our)\b",
        rf"^{_WH}(?: \w+){{0,3}}? (?:am|was) i (?:allergic|intolerant|called|born|from|afraid of|good at|married|going to meet|working)\b.*$",
        r"^(?:in|on|at|to|for|with|by|from) (?:what|which|whom)(?: \w+){0,2}? (?:am|are|was|were|do|did) (?:i|we)\b[^,]{1,30}$",
        r"^(?:do|am|did) i (?:still |really |usually |even |ever |use to )?(?:like|love|hate|prefer|drink|eat|live|work|drive|own|speak|play|smoke)\b(?: [\w'’-]+){0,3}\W*$",
        r"^who am i\W*$",
        # do we use Terraform; where does Anna live, of a name that may have been told
        r"^do (?:we|i) (?:still |currently |already )?(?:use|run|deploy|support|have|own|work|need|offer|sell|rent|share)\b(?: [\w'’-]+){1,5}\W*$",
        r"^(?:what|where|who|when)(?: \w+)? does (?-i:[A-Z])[\w’-]+(?: (?-i:[A-Z])[\w’-]+)? (?:like|love|hate|prefer|live|work|study|eat|drink|play|drive|teach|do for (?:a living|work))\W*$",
        r"^how old am i\W*$",
        r"^am i (?:an? |(?-i:[a-z])+ )?(?:vegan|vegetarian|allergic|intolerant|coeliac|celiac|pregnant|engaged|divorced|retired|married|single|dating|seeing|left-handed|right-handed|diabetic|colou?r-?blind)\b.*$",
        r"^do (?:i|we) (?:have|own) (?:(?:a|an|any|some) )?(?:\w+ )?(?:pets?|dogs?|cats?|child(?:ren)?|kids?|sons?|daughters?|siblings?|brothers?|sisters?|cars?|bikes?"
        r"|allerg(?:y|ies)|meetings?|appointments?)\W*$",
        r"^(?:did|have) i (?:ever |already )?(?:tell|told|mention|mentioned|say|said)\b",
        rf"^(?:{_ALL_TOLD})\W*$",
        r"^what (?:(?:do|did|have) you|you) (?:still )?(?:know|remember|remembered|recall|learned)\b.*\b(?:me|my|i|we|our|us)\b",
        r"^what (?:was it|is it|was|is)(?: that)? (?:that )?(?:i|we) (?:told|said|mentioned|decided|asked you to remember)\b",
        r"^remind me\b.*\b(?:my|i|we|our)\b",
        # is my brother a pilot, does my sister live in Oslo
        rf"^(?:is|are|was|were|has|have|does|do|did) my(?! (?:own )?{_JUDGED})(?!.*\b{_JUDGEMENT}\b)(?: [\w'’-]+){{2,7}}\W*$",
        # how much lisinopril do I take, how often do I run
        rf"^(?:how (?:much|many|often|long)|what time|what day)(?: \w+){{0,3}} (?:do|did) i (?:usually |normally )?{_DOING}(?: (?:a|per|each|every) (?:day|week|month|year|night))?\W*$",
        rf"^(?:when|how often|how much|what time) (?:do|did) i (?:usually |normally )?{_DOING}(?: (?:my|the))? [\w-]+\W*$",
        r"^when did i (?:quit|stop|give up|begin|get|become|marry|retire|join|finish|adopt|sell|leave|turn|learn)\b(?: [\w'’-]+){0,4}\W*$",
        r"^what am i (?:currently |now )?(?:learning|studying|reading|working on|training for|taking|building|writing|saving for|planning|playing)\W*$",
        r"^how (?:tall|heavy|old) (?:am i|are we)\W*$",
        rf"^(?:when|what time) (?:do|did) (?:i|we) (?:usually |normally )?{_DOING}\W*$",
        r"^(?:when|how often|what time|on what day|what day) do i (?:usually |normally )?(?:feed|water|walk|clean|visit|meet|see|call|pay|teach|pick up|take|mow|wash|charge) (?:my|the|our)(?: [\w'’-]+){1,3}\W*$",
        r"^how (?:much|many)(?: (?!tax(?:es)?\b)[\w-]+){0,2} do i (?:pay|spend|owe|save|earn|make)(?: (?:for|to|per|an?|each|every)(?: (?:the|my))? [\w'’-]+){1,2}\W*$",
        r"^(?:when|where|what|who(?:m)?|how (?:much|many|long|often)(?: [\w-]+){0,3}) did we (?:last )?(?:lend|borrow|meet|stay|park|eat|marry|get married|plant|sell|pay|adopt|hide|put|spend|owe|paint|give (?:our|my))\b(?: [\w'’-]+){0,6}\W*$",
        r"^where do (?:i|we) (?:usually |currently |normally )?(?:keep|store|hide|park|put|buy|swim|exercise|bank) (?:my|our|the)(?: [\w'’-]+){1,3}\W*$",
        r"^how far do i (?:usually )?(?:cycle|walk|drive|run|commute|travel|swim|ride)(?: to (?:work|school))?\W*$",
        r"^when do i go (?:[a-z]+ing|to (?:the|my) \w+|to (?:bed|work|school|church))\W*$",
        r"^how did i (?:[\w'’-]+ ){1,3}my(?: [\w'’-]+){1,3}\W*$",
        r"^(?:where|when) (?:are we|am i) (?:going|flying|travell?ing|moving|heading)\b(?: [\w'’-]+){0,4}\W*$",
    )
)  # fmt: skip
_ASKS_BEHIND_REQUEST = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # behind "tell me", "do you remember"
        rf"^(?:{_WH}|if|whether|that) (?:my|our) (?:[\w'’-]+ ){{1,4}}(?:is|are|was|were|lives?|works?|leaves?|starts?)\b[^,]*$",
        r"^(?:where|what|which|how many|who)(?: \w+){0,2}? (?:i|we) (?:am|are|was|were|live|work|prefer|like|drive|have|own|said|told|decided|agreed|chose|parked|put)\b[^,]*$",
        r"^(?:where|when|what|who|how old) (?-i:[A-Z])[\w'’-]+(?: [\w'’-]+){0,2} (?:is|are|was|lives?|works?|studies|comes from|drives|likes|does)\W*(?:called)?\W*$",
        r"^who (?-i:[A-Z])[\w'’-]+ is\W*$",
        r"^(?:my|our) (?:[\w'’-]+ ){0,3}[\w'’-]+\W*$",
        r"^me\W*$",
    )
)  # fmt: skip
_NAMED_ALONE = re.compile(r"^(?:and )?(?:my|our) (?:[\w'’-]+ ){0,3}[\w'’-]+\?$", re.I)
# Of whatever it asks, something may have been told: "Where does Anna live?", "When are deploys frozen?"
_IS_QUESTION = re.compile(
    rf"^(?:{_WH}\b|(?:in|on|at|to|for|with|by|from) (?:what|which|whom)\b|(?:am|is|are|was|were|do|does|did|has|have)\b).*\?\W*$|^{_WH}(?:{_IS}|\b.*\b(?:the|our|my|we|i|do|does|did|is|are)\b)",
    re.I,
)


# "Remind me when the plumber comes", "Do you remember the plumber?": of what may have been told, and else the model's.
_TO_BE_REMINDED = re.compile(
    r"^\W*(?:(?:can|could|would|will) you )?(?:please )?(?:remind me (?:of |about |(?:when|where|who|which|what time) )"
    r"|do you (?:still )?(?:remember|recall) (?:when |where |who )?)the(?! way\b)(?: (?!of\b)[\w'’-]+){1,4}\W*$",
    re.I,
)


# "Can I eat shellfish?", "What can't I eat?": what a diet or an illness that was told of answers, and else a model.
_MAY_I = re.compile(
    r"^(?:(?:can|could|may|should|am i allowed to) i (?:still |safely )?(?:eat|drink)\b(?: [\w'’-]+){1,4}"
    r"|is there (?:anything|something) (?:that )?i (?:can['’]t|cannot|shouldn['’]t|must not|mustn['’]t) (?:eat|drink)"
    r"|what (?:can|can['’]t|cannot|shouldn['’]t|should) i (?:not )?(?:eat|drink))\W*$",
    re.I,
)


def asks_what_one_may(asked: str) -> bool:
    return _MAY_I.match(asked) is not None


# What is to be forgotten, and neither a text to work on nor a word of the conversation.
_FORGET = re.compile(
    r"^(?:(?:you can|i(?:['’]d| would)? (?:want|like) you to|(?:can|could|will|would) you|now|just|you (?:can|should|may)) )*(?:please )?(?:now )?"
    r"(?:forget (?:about )?(?:that |where |what |when |who |how old |how )?(?:i|my|we|our)\b(?! (?:just |have )?(?:said|asked|wrote|mentioned|(?:first|last|previous|next|earlier|other)\b))"
    r"|forget (?:about |that )(?:(?:the|an?) (?!(?:last|previous|first|next|earlier|other|above|prior|code|instructions?|rules?|questions?|messages?|prompts?|conversation|context)\b)|(?-i:[A-Z])\w+)"
    r"|forget (?:about )?(?:everything|all(?: of (?:it|that))?)(?= *(?:\W*$|now\b|please\b))"
    r"|(?:forget|delete|erase|remove|wipe|clear) (?:everything|anything|all|what(?:ever)?)\b[^.!?,;:\n]{0,40}?\b(?:you (?:\w+ )?(?:know|remember(?:ed)?|learned|stored|saved|kept|have)|i (?:\w+ )?told you|about me)\b"
    r"|(?:delete|erase|remove|forget) (?:my|our) (?:[\w'’-]+ ){0,3}?(?:[\w'’-]+ from (?:your |the )?memory|name|address|e-?mail(?: address)?|(?:phone )?number|birthday|data)(?= *(?:\W*$|now\b|please\b|from your memory\b))"
    r"|(?:don['’]?t|do not) remember (?:my|that i|what i|where i|anything)\b|stop remembering\b|(?:delete|erase|clear|wipe) (?:all )?(?:of )?my data"
    r"|(?:forget me|(?:delete|erase|wipe|clear|empty) (?:all )?(?:of )?(?:your|the|my) memor(?:y|ies)))"
    r"(?![^.!?\n]*\band (?:give|tell|write|show|list|make|help|answer|start|suggest|explain|focus|imagine|talk|let)\b)[^.!?,;:\n]*\W*(?:please|thanks?|thank you)?\W*$",
    re.I,
)


def asks_to_forget(text: str) -> bool:
    """ "Please forget where I live.": to take back what was told, which no answer does."""
    text = text.strip()
    if len(text) > LONGEST_CHARS or "\n" in text or _CODE.search(text):
        return False
    opens = _OPENS.match(text)
    return opens is not None and not opens["request"] and _FORGET.match(text[opens.end() :]) is not None


_JOINED = re.compile(r"(?:\?\s+(?:and )?|,? and )(?=(?:what|who|where|when|which|how|do|am|is)\b)", re.I)


def questions_in(text: str) -> list[str]:
    """ "What's my name and what do I work on?" has two; most have one."""
    return [part.strip() for part in _JOINED.split(text.strip()) if part.strip()]


def wish_of(text: str) -> Wish | None:
    """Whether what was told is asked for. Pure; some ten microseconds for what is no question."""
    if len(text) <= LONGEST_CHARS and len(joined := questions_in(text)) > 1 and "\n" not in text:
        return "asked" if all(_wish_of_one(each) == "asked" for each in joined) else _wish_of_one(text)
    return _wish_of_one(text)


def _wish_of_one(text: str) -> Wish | None:
    text = text.strip()
    if not text or len(text) > LONGEST_CHARS or _CODE.search(text):
        return None
    asked, is_requested = _parted(text)
    if asks_to_forget(text):
        return "asked"
    if "\n" in asked:
        return None
    if is_the_users_own(asked, behind_request=is_requested) or _TO_BE_REMINDED.match(text):
        return "asked"
    if asks_what_one_may(asked):
        return "asked"
    if _NOT_TOLD.search(asked):
        return None
    asks = (*_ASKS, *_ASKS_BEHIND_REQUEST) if is_requested else _ASKS
    if any(pattern.match(asked) for pattern in asks) or _NAMED_ALONE.match(text):
        return "asked"
    return "possible" if _IS_QUESTION.match(asked) else None


def asked_in(question: str) -> str:
    """What is asked, in one spelling, without the greeting and the request before it."""
    return spelled(_parted(question)[0])


def _parted(text: str) -> tuple[str, bool]:
    """What is asked without greeting, request and what ends it ("again"), and whether there was a request."""
    text = text.strip()
    opens = _OPENS.match(text)
    assert opens is not None, "it matches the empty text"
    return _ENDS.sub("", text[opens.end() :].strip()), bool(opens["request"])


_EVERYTHING = re.compile(r"\bwhat\b.*\b(?:you|i)\b.*\b(?:know|remember(?:ed)?|told|learned)\b.*\babout (?:me|us)\W*$|^\W*who am i\W*$|\byou (?:know|remember) me\W*$", re.I)  # fmt: skip


def is_for_everything(question: str) -> bool:
    """ "What do you know about me?": no words to be found, all that is recalled is meant."""
    asked = asked_in(question)
    return bool(_EVERYTHING.search(question) or _IS_ALL_TOLD.match(asked) or WHAT_WAS_DECIDED.match(asked))


# No words to be found either, but what was decided is told by its verb.
WHAT_WAS_DECIDED = re.compile(
    r"what (?:all )?(?:did|have) (?:we|i) (?:decided?|agreed?(?: on)?|chosen|choose)(?: so far)?\W*$", re.I
)


_IS_ALL_TOLD = re.compile(rf"(?:{_ALL_TOLD})\W*$", re.I)


_TELLING = re.compile(
    r"\b(?:did|have|had) i (?:ever |already )?(?:tell|told|mention|mentioned|say|said|decide|decided|ask you|choose|chosen|pick|picked)\b"
    r"|\bi (?:told|said|mentioned|decided|asked you to remember)\b"
    r"|\bdo you (?:still )?(?:remember|recall) (?:my|our|me|what (?:my|i|we)|where (?:i|my|we)|who (?:my|i)|when (?:my|i|we))\b"
    r"|\b(?:know|remember(?:ed)?|recall|learned) about (?:me|my \w+)\W*$|\bremind me (?:what|where|when|who|which) (?:my|i|we) (?:said|told|decided|agreed|chose)\b",
    re.I,
)


def only_the_user_knows(question: str) -> bool:
    """Whether nobody else can answer it. Where in doubt, nobody can if it is of "my" or "I"."""
    return all(_only_the_user_knows(each) for each in questions_in(question))


def _only_the_user_knows(question: str) -> bool:
    asked, is_requested = _parted(question)
    if _IS_ALL_TOLD.match(asked) or _TELLING.search(question.strip()):
        return True
    return is_the_users_own(asked, behind_request=is_requested)


def may_be_near(question: str) -> bool:
    """Whether what only comes near may be quoted: nobody else knows it, or it asks what the user is, has, likes or does."""
    return (
        only_the_user_knows(question)
        or _OF_SELF.match(asked_in(question)) is not None
        or _TO_BE_REMINDED.match(question) is not None
    )


_OF_SELF = re.compile(
    r"^(?:in |on |at )?(?:what|which|where|who|do|am|did)(?: \w+){0,2}? ?(?:do|am|was|did)? (?:i|we) (?:live|work|like|love|prefer|drive|own|play|speak|eat|drink|allergic|born|from)\b"
    r"|^how did i\b|^what is my (?:job|\w+['’]s \w+['’]s name)\W*$",
    re.I,
)
