"""What somebody did, has done again and again, or what befell them, told by its form: no list of the verbs that count.

"I lent my drill to Joost", "I feed the cat at seven", "Ed and I got divorced", "Rex died last week", "The meeting was
moved to 4". What is thought, said, or done to the text, the code or the exercise of the talk is no such deed.
"""

from __future__ import annotations

import re

# Pasts that no ending shows. "Thought", "said" and "meant" are not among them: they are of the talk.
_IRREGULAR = (
    "ate|beat|became|began|bent|bit|bled|blew|bought|bound|bred|broke|brought|built|burnt|caught|came|cost|cut|did|drank|drew|drove|dug|fed|fell|flew|fled|fought|found"
    "|froze|gave|got|went|grew|had|held|hid|hit|hung|hurt|kept|knelt|laid|leapt|learnt|led|left|lent|lit|lost|made|met|mowed|overslept|paid|put|quit|ran|rang|read|rode|rose"
    "|sang|sank|sat|saw|sent|sewed|shaved|shook|shot|shut|slept|slid|sold|sowed|spent|spilt|split|spread|spoke|sprained|stole|stood|struck|stuck|stung|swam|swept|swore|taught|threw|took"
    "|forgot|heard|told|tore|woke|won|wore|wound|wrote"
)
_NO_PAST = (
    r"(?!(?:need|feed|proceed|succeed|exceed|speed|bleed|breed|embed|shed|wed|heed|seed|weed|indeed)\b)"
)
PAST = rf"{_NO_PAST}(?:{_IRREGULAR}|[a-z]{{2,14}}ed)"
# Thought, said, or done at the screen or on paper: of this talk alone.
_PASSING = (
    r"(?!(?:asked|answered|agreed|argued|assumed|believed|claimed|clarified|commented|complained|confused|considered|disagreed|doubted|expected|explained|figured|gathered|guessed"
    r"|hoped|ignored|imagined|intended|looked|mentioned|needed|noticed|noted|pondered|preferred|quoted|realis?zed|realised|realized|received|recommended|referred"
    r"|remarked|remembered|replied|requested|responded|searched|seemed|solved|stated|struggled|suggested|supposed|thanked|typed|used|wanted|wished|wondered|worried|appeared|attempted"
    r"|clicked|pressed|pasted|copied|scrolled|selected|uploaded|downloaded|reinstalled|uninstalled|updated|googled|debugged|compiled|restarted|rebooted|refreshed|hovered"
    r"|formatted|imported|exported|printed|looped|cloned|committed|merged|deployed|installed(?= \w+\W*$)|configured|implemented|refactored|upgraded(?= \w+\W*$)|defined|declared|initiali[sz]ed|executed|calculated|computed|multiplied|divided"
    r"|subtracted|derived|integrated|substituted|simplified|factored|squared|rounded|converted|counted|rolled|flipped|tossed|translated|rephrased|rewrote|edited|summari[sz]ed)\b)"
)
_ADVERB = r"(?:(?:also|just|only|finally|once|even|accidentally|recently|already|actually|really|both|never|always|usually|normally|typically|sometimes|often|mostly|still|currently|now|mainly|regularly|probably) ){0,2}"
_NOT = r"(?:(?:did not|didn['’]?t|do not|don['’]?t) )?"
_DID = re.compile(rf"^(?:I|we) {_ADVERB}{_PASSING}(?P<verb>{PAST})\b(?P<rest>.*)$", re.I)
_HAVE_DONE = re.compile(
    rf"^(?:I|we)(?: have|['’]ve) {_ADVERB}{_PASSING}(?P<verb>been|done|known|seen|{PAST})\b(?P<rest>.*)$",
    re.I,
)
_TIME = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|last|ago|(?:19|20)\d\d|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|june|july|august|september|october|november|december"
    r"|(?:in|since|until|last|next) may|this (?:morning|afternoon|evening|week|weekend|month|year|spring|summer|autumn|fall|winter)|at (?:noon|night|midnight)|\d{1,2}(?:[:.]\d\d)? ?[ap]m|\d{1,2}:\d\d)\b",
    re.I,
)
_OF_THE_TALK = re.compile(
    r"\b(?:you|your|yours|codes?|functions?|scripts?|programs?|arrays?|variables?|loops?|arguments?|files?|columns?|quer(?:y|ies)|commands?|formulas?|equations?|matrix|triangles?|rectangles?|derivative"
    r"|dice|deck|coins?|answers?|results?|steps|instructions?|mistakes?|typos?|errors?|problems?|questions?|minds?|ideas?|points?|sentences?|paragraphs?|words|essay|text|docs|documentation|tutorials?"
    r"|links?|buttons?|messages?|prompts?|outputs?|inputs?|tests|packages?|settings|homework|exercises?|assignments?|tasks?|thread|sense|chance|attention|riddles?|puzzles?|quiz|hints?|apis?|urls?"
    r"|terminal|console|tabs?|options?|logs?|print|statements?|[a-z]\w*\.(?:py|js|ts|java|c|cpp|rs|go|txt|csv|json|html|css|md)|(?:first|second|third|last|other|right|wrong|same) (?:one|thing|way)|articles?|videos?|posts?|models?|strings?|images?|docker|branch(?:es)?|imports?|folders?|semicolons?|brackets?|lists?|chapters?|repos?|modules?"
    r"|endpoints?|recipes?|lines?|issue|github|gitlab|main|enter|goalposts|servers?|apps?|venv|regex|json|csv|html|css|sql|class|node_modules|value|first option)\b",
    re.I,
)
# What is counted in exercises; money is also spent and lent.
_OF_AN_EXERCISE = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|some|a few) (?:\w+ )?(?:apples|oranges|bananas|marbles|candies|sweets|pencils|eggs|cookies|balls|cards|pies|boxes|pears|lemons|pens)\b(?! trees?\b)"
    r"|\d ?(?:m/s|km/h|mph|newtons?|joules?|slices|percent|%|lit(?:er|re)s? of)(?!\w)|\d ?(?:km|miles) in \d|\bhalf of the\b|\b(?:red|blue|green|black|white) balls\b|\b(?:a|the) (?:ball|stone|arrow) (?:at|from|into)\b",
    re.I,
)
_SAYS_NO_MORE = re.compile(
    r"^\W*(?:(?:it|that|this|them|him|her|these|those|one|something|anything|nothing|everything|so|too|well|hard|again|out|up|down|back|off|away|here|there|then|now|not|much|more|enough|soon|better|early|late|in"
    r"|along|around|nothing|all|a (?:lot|bit|little)|to|how|what|why|when|where|who|if|whether|because|about|across|through)\b\W*)*$",
    re.I,
)
_OPENS_EMPTY = re.compile(
    r"^\W*(?:it|that|this|these|those|them|something|anything|nothing|everything|how|what|why|if|whether|out|across|(?:up|through) (?:to|with|the)|to (?:know|say|ask|be|think|do|see|get|make|have)|the (?:idea|wrong|right|same)"
    r"|too|so|a (?:lot|bit)|an? (?:idea|look|chance|feeling|question|mistake|typo))\b",
    re.I,
)

# Learned, tried and the like are of this talk too, save where it is told of what, when or whom of the user's.
_SELDOM = re.compile(r"(?:learned|learnt|tried|forgot|heard|told|checked|tested|added)$", re.I)
_ANCHORED = re.compile(
    r"\b(?:my|our|his|her)\b|\b(?:at|in) (?:school|work|home|college|university|church|the gym)\b|\b(?:at|in|from|to|with|on) (?:the )?[A-Z]|^ [A-Z]\w+"
    r"|\b(?:at|when I was) (?:five|six|seven|eight|nine|ten|\d)"
)
_SAYS_THAT = re.compile(r"^(?:read|saw|heard|found|learned|learnt)\b.{0,60}\b(?:that|about)\b", re.I)

_HABIT = re.compile(
    r"\b(?:every|each|daily|weekly|monthly|yearly|annually|hourly|(?:an?|per) (?:hour|day|night|week|month|year)|(?:once|twice|times) (?:an?|per)|on (?:mon|tues|wednes|thurs|fri|satur|sun)days"
    r"|on week(?:ends|days)|(?:to|at) (?:work|school)|in the (?:mornings?|evenings?|afternoons?)|at (?:night|noon|\d{1,2}|six|seven|eight|nine|ten|eleven|twelve|five|four)|before (?:bed|breakfast|work|lunch|dinner)|after (?:work|lunch|dinner|breakfast))\b",
    re.I,
)
# What is thought or wanted is no habit.
_DOES = re.compile(
    rf"^(?:I|we) {_ADVERB}(?:(?:do not|don['’]?t) )?(?!(?:am|are|was|were|have|had|need|want|think|hope|wish|wonder|guess|know|mean|see|ask|say|tell|believe|suppose|assume|try|get(?! \d)|can|could|will|would|shall|should|must"
    rf"|may|might|do|did|need|require|understand|expect|feel|look|seem|forget|remember|notice|find|also|just)\b)(?P<verb>[a-z]{{2,14}})\b(?! (?:to|if|that|you|your)\b)(?P<rest>.{{2,}})$",
    re.I,
)
_ALWAYS = re.compile(r"^(?:I|we) (?:always|usually|normally|mostly|never) ", re.I)
# "I haven't smoked since March."
_NOT_SINCE = re.compile(
    rf"^(?:I|we) (?:have not|haven['’]?t) {_PASSING}(?P<verb>{PAST}|been)\b(?P<rest>.*\b(?:since|for|in) (?!(?:it|this|that|a while)\b)\w+.*)$",
    re.I,
)
# Where something is kept, and what is felt for it, holds without a word of time.
_LASTING = re.compile(
    r"^(?:I|we) (?:\w+ )?(?:keep|store|adore|fear|detest|loathe|despise|dread|can(?:['’]?t|not) (?:bear|stand)|suffer|spend|sleep|charge|subscribe|attend|follow|avoid|need glasses|sit (?:next to|with|beside|opposite)|snore|meditate|foster|breed|raise|grow|own|lease|lend)"
    r" (?!it\b|that\b|this\b|you\b|your\b|getting\b|having\b|asking\b|forgetting\b|saying\b|trying\b|the (?:idea|instructions|steps|question|point)\b)(?:[\w$€£]\S*)(?P<rest>.*)$",
    re.I,
)

_WHERE_IT_IS = re.compile(r"\b(?:in|under|on|behind|inside|above|below|beside) (?:the|a|an|my|our) .*$", re.I)
_PERSON = r"(?-i:[A-Z])[\w'’-]+"
_TITLED = rf"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?{_PERSON}(?: {_PERSON})?"
_NO_NAME = r"(?!(?:I|We|He|She|It|They|You|This|That|These|Those|There|Here|The|My|Our|What|Who|How|Why|When|Where|Which|If|So|And|But|Yes|No|Not|Please|Let|Thanks|Ok|Okay|Someone|Somebody|Everyone|Nobody|Nothing|Everything)\b)"
_AND_I = re.compile(
    rf"^{_NO_NAME}{_PERSON}(?:,? {_PERSON})? and I (?:are|were|have|{_ADVERB}{_PASSING}{PAST})\b(?P<rest>.*)$",
    re.I,
)
# "Ana lent me a tent", "Tom owes us 20 euros", "Joost has my drill"
_TO_ME = re.compile(
    rf"^(?:the (?:[\w-]+ )?[\w-]+ (?:costs?|belongs to) (?:me|us|my|our)\b|(?:{_NO_NAME}{_TITLED}|someone|somebody) (?:has|have|owes|owns|keeps|sits|watches|minds|looks after|is looking after|teaches|drives|visits|cuts|borrows|rents|{_PASSING}{PAST})"
    r" (?:[\w'’-]+ ){0,3}?(?:me|us|my|our)\b)(?P<rest>.*)$",
    re.I,
)
# What befalls somebody or something, said as news: "Rex died last week", "The meeting with Lars was moved to 4".
_CHANGED = (
    r"(?:(?:(?:has|have) )?(?:died|passed away|moved (?:out|in|away|back|to)|retired|resigned|emigrated|gone|left (?:me|us)|went (?:bankrupt|away|abroad|home|on leave)|fell (?:ill|out)|got sick)|is dead|ran away|was (?:born|put down|fired|stolen|sold)|got (?:married|divorced|engaged|fired|stolen|sold)"
    r"|broke up|split up|had (?:a|her|his) baby|came back|gave birth|turned \d{1,3}|(?:has )?(?:gave|given|brought|sent|paid) (?:the |my |our |me )?(?:[\w'’-]+ ){0,2}back)"
)
_NEWS_OF_A_NAME = re.compile(
    rf"^{_NO_NAME}{_TITLED}(?: and {_PERSON})? {_CHANGED}\b(?P<rest>[^?]{{0,60}})$", re.I
)
_RECENT = re.compile(
    r"^\W*$|\bin (?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?! \d)|\b(?:yesterday|today|tonight|last|ago|recently|this|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|me|us|out|now|just)\b",
    re.I,
)
_ONLY_NEWS = re.compile(r"\b(?:out|me|us|away|back|bankrupt|abroad)\b", re.I)
_MOVED = r"(?:moved|cancell?ed|postponed|rescheduled|called off|delayed|brought forward|pushed(?: back)?|put off|shifted|changed|stolen|(?:repaired|serviced|delivered|installed|painted|cleaned|replaced|fixed)(?= (?:in|on|at|last|yesterday|today|this) ?))"
_NEWS_OF_A_THING = re.compile(
    rf"^(?:the |{_NO_NAME}(?=(?-i:[A-Z])))(?P<what>(?:[\w'’:.-]+ ){{1,5}})(?:was|is|were|are|has been|have been|got|will be|is being) (?:now |just )?{_MOVED}\b(?P<rest>[^?]{{0,80}})$"
    rf"|^(?:someone|somebody) (?:has )?(?:just )?(?:stole|took|broke into|hit|bought) (?:the|my|our) (?P<lost>[\w'’ -]+)\W*$"
    rf"|^(?:they|the [\w-]+) (?:have |has )?(?:just )?{_MOVED} (?:the|my|our) (?P<theirs>[\w'’:. -]+)\W*$",
    re.I,
)
_MINE_DID = re.compile(
    rf"^(?:my|our) (?P<what>(?:[\w'’-]+ ){{1,4}}?){_ADVERB}{_PASSING}(?!(?:asked|told|said|gave (?:me|us) (?:this|these|the|an?) (?:exercise|task|question|problem|assignment|homework)|broke up with me)\b)(?P<verb>{PAST})\b(?P<rest>.*)$",
    re.I,
)
# "My neighbour feeds my cat", "My kids go to bed at 8"
_MINE_DOES = re.compile(
    r"^(?:my|our) (?P<what>(?:[\w'’-]+ ){1,4}?)(?:usually |always |often |never )?"
    r"(?!(?:is|are|was|were|has|have|had|wants?|needs?|asks?|tells?|says?|thinks?|wishes|expects?|requires?|means?|gives?|will|would|can|could|should|must|may|might|do|does|did)\b)"
    r"(?P<verb>[a-z]{2,14})\b(?P<rest>.*)$",
    re.I,
)
_MACHINE = re.compile(
    r"\b(?:ide|compiler|linter|browser|cursor|ai|(?:chat)?bots?|llm|gpt|assistant|editor|shell|interpreter|debugger|calculator|english|grammar|spelling)\W*$",
    re.I,
)
_OF_ME = re.compile(r"\b(?:me|us|my|our)\b", re.I)
_SOME_OF = re.compile(r"^(?:one|two|three|both|all|some|none) of (?=(?:my|our)\b)", re.I)
_LEAD_TIME = re.compile(
    r"^(?:yesterday|today|tonight|recently|(?:last|this|next) [a-z]{3,9}|on (?:the )?[a-z\d]{2,9}(?: [a-z\d]{2,9})?|in (?:[a-z]{3,9} )?(?:19|20)\d\d|in (?-i:[A-Z])[a-z]{2,8}|(?:\w+ ){1,2}(?:days?|weeks?|months?|years?) ago|as a (?:child|kid|student))"
    r",? (?=(?:I|we|my|our)\b)",
    re.I,
)


def without_time_before(said: str) -> str:
    """ "Yesterday I planted two trees.": as if the time stood nowhere, and "one of my cats" were "my cats"."""
    return _SOME_OF.sub("", _LEAD_TIME.sub("", said, count=1), count=1)


def tells_a_deed(said: str) -> bool:
    """Of one sentence without its greeting and its time before it."""
    return (
        _is_done(_DID.match(said) or _HAVE_DONE.match(said))
        or _is_done(_NOT_SINCE.match(said), needs_object=False)
        or _is_done(_AND_I.match(said), needs_object=False)
        or _is_done(_MINE_DID.match(said), needs_object=False)
        or _is_habit(said)
        or _is_habit_of_mine(said)
        or _is_of_a_thing_lent(said)
        or _is_news(said)
    )


def is_of_the_talk(rest: str) -> bool:
    """What is done to the answer, the code or the exercise of the talk, at no told time."""
    return _TIME.search(rest) is None and _OF_THE_TALK.search(rest) is not None


def _is_done(did: re.Match[str] | None, *, needs_object: bool = True) -> bool:
    if did is None:
        return False
    rest = did["rest"]
    what = did.groupdict().get("what", "")
    if is_of_the_talk(rest) or is_of_the_talk(what) or _MACHINE.search(what):
        return False
    if _TIME.search(rest) is None and _OF_AN_EXERCISE.search(rest):
        return False
    if not needs_object:
        return True
    verb = did["verb"]
    if _SELDOM.match(verb) and not (_TIME.search(rest) or _ANCHORED.search(rest)):
        return False
    if _SAYS_THAT.match(f"{verb}{rest}"):
        return False
    return not _SAYS_NO_MORE.match(rest) and not _OPENS_EMPTY.match(rest)


def _is_habit_of_mine(said: str) -> bool:
    does = _MINE_DOES.match(said)
    if does is None or is_of_the_talk(does["rest"]) or is_of_the_talk(does["what"]):
        return False
    if _MACHINE.search(does["what"]):
        return False
    return bool(_HABIT.search(does["rest"]) or _OF_ME.search(does["rest"]))


def _is_habit(said: str) -> bool:
    if lasting := _LASTING.match(said):
        return not is_of_the_talk(_WHERE_IT_IS.sub("", lasting[0]))
    does = _DOES.match(said)
    if does is None or is_of_the_talk(does["rest"]):
        return False
    return _ALWAYS.match(said) is not None or _HABIT.search(does["rest"]) is not None


def _is_of_a_thing_lent(said: str) -> bool:
    lent = _TO_ME.match(said)
    return (
        lent is not None
        and not is_of_the_talk(said[: lent.start("rest")])
        and not is_of_the_talk(lent["rest"])
    )


def _is_news(said: str) -> bool:
    if news := _NEWS_OF_A_NAME.match(said):
        return _RECENT.search(news["rest"]) is not None or _ONLY_NEWS.search(news[0]) is not None
    thing = _NEWS_OF_A_THING.match(said)
    return thing is not None and not is_of_the_talk(thing["what"] or thing["lost"] or thing["theirs"])
