"""Questions that nobody but the user can answer, by their form.

Open: what "my ..." is, and what "I" was, did, own or use, is the user's own, unless it is judged, advised or reckoned,
or so with everybody. A model could only make such an answer up.
"""

from __future__ import annotations

import re

_PERSON = (
    r"(?:(?:older|younger|elder|big|little|best|oldest|youngest|first|second|new|old|ex|late) )?(?:dogs?|cats?|pets?|horses?|rabbits?|sisters?|brothers?|mother|father|mum|mom|dad|parents?|wife|husband|partner|girlfriend"
    r"|boyfriend|fianc[eé]e?|sons?|daughters?|child|children|kids?|uncle|aunt|nephew|niece|cousin|grandmother|grandfather|grandma|grandpa|friend|boss|manager"
    r"|colleague|doctor|dentist|vet|neighbou?r|teacher|lawyer|accountant|landlord|flatmate|roommate)"
)
_ABOUT = (
    r"(?:name|first name|last name|surname|nickname|birthday|age|job|profession|occupation|address|phone number|hometown|home town|favou?rite (?:\w+ ){0,2}\w+"
    r"|middle name|family name|post(?:al )?code|zip(?: ?code)?|e-?mail(?: address)?|(?:home|postal) address|birthplace|date of birth|nationality|blood (?:type|group)|height"
    r"|salary|employer|(?:wedding )?anniversary|(?:shoe|hat|dress|ring) size|mother tongue|native language)"
)

# What is judged, advised or reckoned. A best friend is a fact.
_JUDGED = (
    r"\b(?:best(?! (?:friend|man|mate)\b)|better|nearest|closest|local|worst|ideal|optimal|perfect|right|rights|options?|chances?|odds|likelihood|probability|risks?|mistakes?|problems?|issues?"
    r"|faults?|errors?|purpose|meaning|destiny|fate|fortune|future|dut(?:y|ies)|obligations?|responsibilit(?:y|ies)|liabilit(?:y|ies)|entitlements?|potential|strateg(?:y|ies)"
    r"|approach|point|move|step|steps|advantages?|disadvantages?|strengths|weaknesses|symptoms?|diagnosis|zodiac|(?<!did i )sign|horoscope|footprint|(?:tax|income) bracket|taxes|iq|bmi"
    r"|fair share|wrong|worth|like|allowed|supposed|deserve|should|could|would|must|need|think|thinking|guess)\b"
)
# What a program or a machine is asked for, and what all people have or share.
_OF_NO_ONE = (
    r"\b(?:versions?|resolution|ip(?: address)?|mac address|operating system|browser|code|function|script|program|query|regex|essay|text|sentences?|grammar|spelling|english"
    r"|answers?|questions?|messages?|prompts?|requests?|conclusion|reasoning|argument|proof|idea|input|output|audience"
    r"|bod(?:y|ies)|brains?|blood(?! (?:type|group|pressure)\b)|skin|heart|liver|appendix|kidneys?|lungs?|stomach|spleen|pancreas|bladder|thyroid|spine|bones?|teeth|muscles?|ribs"
    r"|fingers?|toes?|chromosomes?|genes?|dna|cells?|organs?|senses?|ancestors?|species|galaxy|planet|sun|moon|universe|world|earth|calories|carbs|sugar|protein|caffeine)\b"
)
_NOT_OWN = re.compile(rf"{_JUDGED}|{_OF_NO_ONE}|\b(?:spel(?:led|t)|backwards|pronounced|translated|located|made|doing|saying|feeling|missing|trying)\b", re.I)  # fmt: skip
# "my locker code" is no program.
_PRIVATE_CODE = re.compile(r"\b(?!(?:my|our|the|this|that|source|python|java|javascript|typescript|c|go|rust|sql|html|css|test|sample|example)\b)[\w-]+ code\b", re.I)  # fmt: skip
_JUDGED_FORM = re.compile(_JUDGED, re.I)
_MY = r"(?-i:my|MY)"
_WORD = r"(?!(?:to|in|as|at|on|for|of|with|from|if|when|than|by|after|before|and|or|is|are|was|were|do|does|did|i|we|the|an?|again|called|named|born)\b)[\w'’.-]+"
_MINE = rf"{_MY}(?: {_WORD}){{1,4}}"
_OURS = rf"(?-i:our|OUR) (?:{_WORD} ){{0,2}}(?:passwords?|passphrase|pin|code|username|login|account|number|id|address|names?|birthdays?|anniversary|budget|deadline)"
_WITH = r"(?: (?:with|at|from) (?:(?-i:[A-Z])[\w'’-]+|my [\w-]+))?"
_IS = r"(?:'s|’s|(?<=\b(?:what|when))s|(?<=\bwho)s| is| are| was| were|'re|’re)"
_HAS = (
    r"(?:have|own|drive|use|wear|play|speak|live|live in|live with|work|work on|work for|work with|work in|work at|go to|belong to|report to|prefer|like|love|hate|study"
    r"|subscribe to|bank with|attend|teach|ride|support|collect|rent|pay|earn|owe|weigh|commute to|sleep|run|share my (?:flat|room|office) with)"
)
_ITS = (
    r"the (?:(?:first|last|full|nick) ?)?(?:(?:names?|surname|nickname|birthday|age|address|titles?|colou?r|number|date|breed|brand|model|make|size|password|pin|code) of"
    r"|(?:deadline|due date|date|day|time|venue|budget|theme) (?:of|for)) "
)
_NOW = r"(?: (?:now|currently|nowadays|these days|at the moment|at present))?"
# What somebody or something of the user's has, does or did once.
_HIS = r"(?:have|own|go to|attend|study|study at|work (?:at|for|in|on|as)|live in|drive|play|speak|take|use|wear|like|love|hate|prefer|support|eat|drink|suffer from|teach|run on|belong to|come from)"
# What all of its kind have, whosever it is.
_OF_THE_KIND = r"(?:effects?|benefits?|features?|functions?|impacts?|consequences|properties|uses?|shape|form|tense|superpowers?|diseases?|ports?|ingredients?)"
_HAPPENED = (
    r"(?:die|pass away|retire|graduate|get married|marry|get divorced|move|move (?:in|out|here)|live|work|go to school|study|grow up|arrive|leave|start|finish|end|expire|break|break down|meet"
    r"|come|come home|get home|get back|visit|call|join|start (?:school|work)|be born)"
)
_BOUGHT = r"(?:booked|ordered|bought|chose|picked|rented|adopted|hired|reserved|decided on|settled on|signed up for|moved to|stayed (?:at|in))"
_OWN_OPEN = re.compile(
    # what's my locker code, who is my dentist, what was the name of my first boss, which breed is my dog
    rf"^(?:what|who|whose|where|when|which|how (?:old|tall|big|long|heavy))(?: (?:kind|type|sort|make) of)?(?: (?!of\b)[\w-]+){{0,2}}?{_IS} (?:{_ITS})?(?:{_MINE}|{_OURS})"
    rf"{_WITH}(?: again| called| named| born| from| now| located| on| at)?\W*$"
    # where was I born, when did I get married, where did I park
    rf"|^(?:where|when|what(?= (?:did|had|have) i (?!(?:just|say|said|ask|asked|write(?! to\b)|wrote|mean|meant|get|miss|do)\b))|(?:what|which|whose)(?: [\w-]+){{1,3}}|who|whom|(?:on|in|at|from|to|with) (?:what|which|whom)(?: [\w-]+){{0,2}}) (?:did|was|had|have) i(?! go wrong\b)(?: [\w'’-]+){{1,6}}\W*$"
    # which car do I own, what do I work on, who do I report to
    rf"|^(?:which|what|whose)(?: (?:kind|type|sort|make|brand|model) of)?(?: [\w-]+){{1,3}} do i (?:usually |currently |still )?{_HAS}{_NOW}\W*$"
    rf"|^(?:which|what) (?:medications?|medicines?|meds|pills?|tablets?|supplements?) (?:(?:do|did) i (?:usually |currently |still )?take|am i (?:on|taking)){_NOW}\W*$"
    rf"|^(?:what do i (?:work (?:on|as)|drive|play|ride|teach)|who(?:m)? do i (?:report to|work (?:for|with)|live with|rent from|bank with)){_NOW}\W*$"
    rf"|^how (?:many|much)(?: (?!tax(?:es)?\b)[\w-]+){{1,2}} do i (?:usually |currently )?(?:have|own|pay|earn|owe|drink|smoke)(?: (?:a|per|each|every) (?:day|week|month|year))?\W*$"
    # which hotel am I staying at, where am I from
    rf"|^(?:which|what|where|who|whom|when)(?: [\w-]+){{0,2}} am i (?:from|(?!(?:doing|saying|talking|speaking|chatting|looking|asking|going)\b)\w{{2,}}ing(?: (?:at|to|with|for|in|on))?(?: {_WORD}){{0,2}}(?: on \w+)?)\W*$"
    # what blood type am I
    rf"|^(?:what|which) (?:blood (?:type|group)|nationality|religion|(?:shoe|dress|ring|hat) size) am i\W*$"
    # which school does my daughter go to, when did my grandmother die
    rf"|^(?:which|what)(?! .*\b{_OF_THE_KIND}\b)(?: [\w-]+){{1,3}} (?:does|do|did) (?:{_MINE}|our {_PERSON}) {_HIS}{_NOW}\W*$"
    rf"|^(?:when|where) (?:does|do|did) (?:{_MINE}|our {_PERSON}) {_HAPPENED}{_NOW}\W*$"
    # what's the name of the hotel we booked, which car did we rent, where are we moving to
    rf"|^(?:what|which|who|where|when|how much){_IS} (?:{_ITS})?(?:the|our) (?:{_WORD} ){{1,3}}(?:that |which |who )?(?:i|we) (?:have |had )?(?:just )?{_BOUGHT}\W*$"
    rf"|^(?:which|what|whose)(?: [\w-]+){{1,3}} did we (?:book|order|buy|choose|pick|rent|hire|reserve|decide on|settle on)\W*$"
    rf"|^(?:which|what|where|when|who|whom)(?: [\w-]+){{0,2}} are we (?:(?:moving|flying|travell?ing|driving)(?: to| with| on)?|(?:staying|meeting)(?: at| in| with)?|renting|hosting|getting married"
    rf"|going on (?:holiday|vacation|honeymoon))\W*$"
    # is Claire my manager
    rf"|^(?:is|was|are|were) (?-i:[A-Z])[\w'’-]+(?: (?-i:[A-Z])[\w'’-]+)? (?:{_MY}|our)(?: {_WORD}){{1,3}}\W*$"
    # how many people are in my team
    rf"|^how many [\w-]+ (?:are|were)(?: there)? (?:in|on|at) (?:{_MY}|our)(?: {_WORD}){{1,3}}\W*$"
    # how much did I pay for my bike, how often have I been to Japan
    rf"|^how (?:much|many|long|far|often)(?: (?!(?:words?|letters?|characters?|tokens?|vowels?|calories|steps|times)\b)[\w'’-]+){{0,3}} (?:did|have|had) i(?! (?:got|left|just|say|said|ask|asked|write|written|type|typed|mention|mentioned)\b)(?: [\w'’.-]+){{1,8}}(?<! left)(?<! total)(?<! altogether)(?<! remaining)\W*$"
    # how much do I earn a month, how much do I owe my brother, how much does Tom owe me
    rf"|^how (?:much|many)(?: (?!tax(?:es)?\b)[\w-]+){{0,2}} do i (?:usually |currently |normally )?(?:earn|spend|make|owe|save|charge|pay|sleep|lend|invest|donate)(?: (?:{_MY} [\w-]+|(?-i:[A-Z])[\w'’-]+|for {_MINE}|on (?!taxes\b)[a-z]+|(?:an?|per|each|every) (?:hour|day|night|week|month|year))){{0,2}}{_NOW}\W*$"
    r"|^(?:how much|what|who)(?: [\w-]+)? (?:does|do|did) (?-i:[A-Z])[\w'’-]+ (?:owe|lend|give|borrow from|pay|send|bring) me\W*$"
    r"|^(?:since when|for how long) (?:have|had|did|do|am) i(?: [\w'’.-]+){1,6}\W*$"
    rf"|^what do i owe (?:(?-i:[A-Z])[\w'’-]+|{_MINE})\W*$"
    # how much did my bike cost
    rf"|^how (?:much|long|far|often) (?:did|does|do) {_MINE} (?:cost|weigh|take)\W*$"
    # what did my sister build, what did my uncle give me
    rf"|^(?:what|which [\w-]+|who(?:m)?) did {_MY} (?:[\w-]+ ){{0,2}}?{_PERSON} (?!die\b|mean\b|want\b|do wrong\b)[a-z]{{2,14}}(?: (?:me|us|to|for|with|at|from|{_MINE}|on \w+)){{0,2}}\W*$"
    # who lent me the tent, who has my drill
    rf"|^who (?:has|have|had|borrowed|took|has borrowed|has got|is keeping|lent|gave|sold|sent|brought|bought|owes|taught)(?: me)? (?!my (?:back|vote|attention|data|debt|soul|heart|cheese)\b)(?:{_MINE}|(?<= me )(?:the|an?|this) (?:{_WORD} ?){{1,3}})\W*$|^who (?:owes|lent|left|gave|taught|visited|hired|fired) me\b(?: [\w'’-]+){{0,5}}\W*$"
    # which train do I take to work, how do I drink my coffee, what can't I stand, what language do I want to learn
    rf"|^(?:which|what) (?:trains?|bus|buses|tram|metro|subway|ferry|line|flight|classes|courses?) (?:do|did|am) i (?:usually |normally )?(?:take|catch|taking|ride|get)(?: to (?:work|school|{_MINE}|the office|get to work))?(?: (?:every|each|in the|on) \w+)?{_NOW}\W*$"
    rf"|^(?:what|who(?:m)?|(?:which|what) [\w-]+) can(?:['’]?t|not) i (?:stand|bear|tolerate)\W*$"
    rf"|^(?:what|where|which|who)(?: [\w-]+){{0,2}} do i want to (?:learn|visit|move to|become|live|travel|retire|marry|adopt|buy|study|run|be)(?: in| to)?{_NOW}\W*$"
    rf"|^where do i (?:usually |currently |normally )?(?:keep|park|train|volunteer) (?!my (?:money|savings|data|files|bitcoin|crypto|distance)\b){_MINE}\W*$"
    rf"|^who(?:m)? (?:do i (?:sit (?:next to|with|beside|opposite))|am i (?:engaged|married|related) to){_NOW}\W*$",
    re.I,
)
# Behind "tell me", "do you know".
_OWN_BEHIND_REQUEST = re.compile(rf"^(?:what|who|where|when|how old) {_MINE} (?:is|are|was|were)(?: called| named| again)?\W*$|^{_MINE}\W*$", re.I)  # fmt: skip
# What one did once is no matter of all people's: "When did I donate blood?"
_DID_ONCE = re.compile(
    r"^(?:when|where|how (?:much|many|often|long)|who(?:m)?)(?: [\w-]+){0,2} (?:did|had) i\b", re.I
)
_OF_ALL = re.compile(
    r"\b(?:blood|appendix|skin|liver|kidneys?|lungs?|spine|teeth|tooth|spleen|thyroid|hip|knee)\b", re.I
)
# What is on the user's own machine, and what is told of somebody of the user's.
_ON_MINE = re.compile(
    rf"^(?:what|which)(?: [\w-]+){{1,3}} (?:is|are|runs?|was|were) (?:running |installed |stored )?on {_MY} (?!mind\b|way\b|behalf\b|own\b)(?:[\w-]+ ){{0,2}}[\w-]+\W*$",
    re.I,
)
_ABOUT_MY_PERSON = re.compile(
    rf"^(?:(?:something|more|everything|all|all you know|what you know) )?about (?:my|our) {_PERSON}\W*$",
    re.I,
)
# Forms of which each is known to be private, whatever is beside it.
_OWN = re.compile(
    rf"^(?:what|who|when|where|how old)(?:'s|’s| is| are| was| were) (?:the (?:names?|age|birthday|address) of )?(?:my|our) (?:(?:{_PERSON}['’]s )?{_ABOUT}|{_PERSON})(?: called| named| born| from| again)?\W*$"
    rf"|^(?:what|where|when) (?:does|do|did) (?:my|our) {_PERSON} (?:live|work|do for (?:a living|work)|study)\W*$"
    r"|^where do (?:i (?:live|work|come from)|we (?:live|work))\W*$|^who am i\W*$|^how old am i\W*$|^what do i do for (?:a living|work)\W*$|^when is my birthday\W*$"
    # how do I drink my coffee
    rf"|^how do i (?:usually |normally )?(?:drink|take|like|prefer|have|eat|want) {_MY} (?:morning )?(?:coffee|tea|espresso|eggs?|steak|burgers?|meat|toast|pizza|whisky|whiskey|martini|gin|water|beer|wine|noodles|soup|porridge|curry)\W*$"
    r"|^what colou?r(?:'s|’s| is| are) (?:my|our) (?:car|bike|bicycle|house|door|kitchen|phone|hair|eyes|dog|cat)\W*$"
    r"|^what am i allergic to\W*$|^how (?:tall|heavy) am i\W*$|^when was i born\W*$|^what(?:'s|’s| is| are) my (?:[\w-]+ ){0,2}[\w-]+['’]s? (?:first |last |sur)?names?\W*$"
    r"|^what(?:'s|’s| is) the name of my (?:[\w-]+ )?[\w-]+\W*$|^what(?:'s|’s| is) my (?:[\w-]+ )?[\w-]+ called\W*$|^(?:my|our) (?:\w+['’]s )?(?:name|birthday|address|age)\W*$",
    re.I,
)


_ATTRIBUTE = re.compile(rf"\b(?:my|our) [\w ]+['’]s {_ABOUT}\b", re.I)


def has_an_attribute(statement: str) -> bool:
    """ "My mother's birthday is ...": of the mother, as "my mother's sister" is not."""
    return _ATTRIBUTE.search(statement) is not None


_SAYS_OF_A_PERSON = re.compile(rf"^\W*(?:my|our) (?:[\w-]+['’]s )?{_PERSON}\b", re.I)


def is_of_a_person(statement: str) -> bool:
    """ "My sister lives in Oslo.": of somebody, or an animal, of the user's."""
    return _SAYS_OF_A_PERSON.match(statement) is not None


def is_the_users_own(asked: str, *, behind_request: bool = False) -> bool:
    """Of a question without its greeting and its "tell me". Where in doubt, and it is of "my" or "I", it is."""
    if _OWN.match(asked) or (behind_request and _OWN.match(f"what is {asked}")):
        return True
    if behind_request and _ABOUT_MY_PERSON.match(asked):
        return True
    if _ON_MINE.match(asked) and not _JUDGED_FORM.search(asked):
        return True
    if _DID_ONCE.match(asked) and not _JUDGED_FORM.search(asked):
        asked = _OF_ALL.sub("thing", asked)
    if _NOT_OWN.search(_PRIVATE_CODE.sub("number", asked)):
        return False
    return bool(_OWN_OPEN.match(asked) or (behind_request and _OWN_BEHIND_REQUEST.match(asked)))
