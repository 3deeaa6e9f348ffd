"""Whether one of the user's statements says of the very one who is asked about what is asked: whose it is, in which verb,
whether it is denied, and whether it is still so.

Read from the form of short English sentences. Where the form does not tell, the answer is no: the statement is then near at most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from orchestrator.routing.skills.kinds import MONTH, WEEKDAY
from orchestrator.routing.skills.overlap import content

Subject = Literal["self", "mine", "other"]

# The same word in other spellings, or another word for the same.
_SAME = {
    form: base
    for base, *forms in (
        row.split()
        for row in """mother mum mom mummy mommy mam|father dad daddy|grandmother grandma granny|grandfather grandpa granddad|child kid children kids
    |bicycle bike|grey gray|job profession occupation|theater theatre|center centre|fiance fiancé fiancee fiancée|flatmate roommate housemate
    |program programme|license licence|jewelry jewellery|tire tyre|pajamas pyjamas|favorite favourite fave|gym gymnasium|apartment flat|movie film
    |organize organise|traveling travelling|aluminum aluminium|mold mould|plow plough|check cheque|television tv telly|doctor gp|soccer footy""".replace(
            "\n", " "
        ).split("|")
    )
    for form in forms
}
_OUR = re.compile(
    r"\b(col|fav|neighb|flav|hon|hum|lab|harb|rum|behavi|parl|od|vap|sav|endeav|arm)our(?=(?:s|ed|ing|ite|ites|able|hood|hoods)?\b)",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")
_NAMES_IS = re.compile(r"\bname['’]s\b(?!\s+(?:is|was)\b)", re.I)
_POSSESSIVE = re.compile(r"['’]s\b")


_PHRASES = (
    (re.compile(r"\b(?:last|family) name\b", re.I), "surname"),
    (re.compile(r"\be-?mail address\b", re.I), "email"),
    (re.compile(r"\b(?:home|postal|street) address\b", re.I), "address"),
    (
        re.compile(
            r"\b(?:can(?:no|['’]?)t|can not) (?:stand|bear|tolerate)\b(?! (?:by|for|up|in|on|at)\b)|\bdislike\b",
            re.I,
        ),
        "hate",
    ),
    (
        re.compile(
            r"\b(what|who|whom|which [\w-]+) (?:can(?:no|['’]?)t|can not) (i|we) (?:stand|bear|tolerate)\b",
            re.I,
        ),
        r"\1 do \2 hate",
    ),
    (
        re.compile(
            r"\b(?:what|which) (blood (?:type|group)|nationality|religion|(?:shoe|dress|ring|hat) size) am i\b",
            re.I,
        ),
        r"what is my \1",
    ),
    (
        re.compile(
            r"\bthe (deadline|due date|date|day|time|venue|budget|theme) (?:of|for) (my|our) ([\w-]+)\b",
            re.I,
        ),
        r"\2 \3's \1",
    ),
)


def spelled(text: str) -> str:
    """The text with American spellings, and one word for those that mean the same kin or thing."""
    for phrase, same in _PHRASES:
        text = phrase.sub(same, text)
    text = _NAMES_IS.sub("name is", _OUR.sub(r"\1or", text))
    return _WORD.sub(lambda word: _in_case(word[0]), text)


def _in_case(word: str) -> str:
    plain = word.casefold()
    for form, ending in ((plain, ""), (plain.removesuffix("s"), "s")):
        if form in _SAME:
            same = _SAME[form] if plain in _SAME else _SAME[form] + ending
            return same.capitalize() if word[0].isupper() else same
    return word


# Pasts of what is told of oneself; of documents some of them are words of another meaning too.
_PASTS = {
    past: verb
    for verb, *pasts in (
        row.split()
        for row in """lend lent|hide hid hidden|see saw seen|find found|spend spent|hang hung|feed fed|dig dug|fight fought|get got gotten|shoot shot|wake woke woken
    |hurt hurt|sweep swept|tear tore torn|do did done|blow blew blown|bite bit bitten|stick stuck|lay laid|feel felt|shake shook shaken|swear swore sworn|sow sown
    |light lit|breed bred|bleed bled|bend bent|bind bound|flee fled|kneel knelt|strike struck|sting stung|plan planned planning|swap swapped""".replace(
            "\n", " "
        ).split("|")
    )
    for past in pasts
}


_DOUBLE_S = re.compile(r"(?<=[a-z]s)s(?:ed|es|ing)?\b", re.I)  # "passed" and "pass" end alike


def stems(text: str) -> frozenset[str]:
    """Its words of content without their endings: "boss's" as "boss"; "lent" as "lend" and "saw" as "see"."""
    plain = _WORD.sub(lambda word: _PASTS.get(word[0].casefold(), word[0]), _POSSESSIVE.sub(" ", text))
    return content(_DOUBLE_S.sub("", plain))


# -- a statement

_LEAD = re.compile(
    r"^\W*(?:(?:(?:hi|hello|hey|please|also|and|so|well|ok(?:ay)?|oh|btw|by the way|fyi|for your information|just so you know|you should know|actually|correction|i was wrong|that was wrong|i meant"
    r"|yes|no|sorry|one more thing|for the record|in case it helps|fun fact|today|currently|now|yesterday|recently|last [a-z]{3,9}|in (?:19|20)\d\d|(?:can|could|will|would) you"
    r"|(?:do not|don['’]?t|never) forget|remember|keep in mind|bear in mind|make a note|take note|note)\b(?: that\b)?[\s,.:!-]*)*)",
    re.I,
)
_CLAUSES = re.compile(
    r"(?:\s*[,;]\s*(?:and|but|while|whereas|because|so)?(?: now)?|\s+(?:and|but|while|whereas|because|so)(?: now)?)\s+(?=(?:i|we|my|our|he|she|they|her|his|the)\b)",
    re.I,
)
_VERB = (
    r"(?:is|are|was|were|has|have|had|[a-z]+s(?!\s+(?:is|are|was|were|has|have|had|will|moved|left|changed)\b)|lived|worked|moved|died|turned|called|named|live|work|like|love|hate|play|study|speak|eat|drink|drive"
    r"|broke|started|finished|ended|quit|left|fired|hired|got|became|went|came|passed away|retired|graduated|married|adopted|joined|bought|sold|lost|changed|gave"
    r"|built|cost|borrowed|fought|wrote|made|took|won|gave|paid|lent|sent|[a-z]{3,14}ed(?= (?:my|our|me|us|an?|the|in|on|at|to|for|from|with)\b)"
    r"|own|prefer|wear|teach|run|go|come|meet|will|would|can|cannot|can't|do|don't|does|did|doesn't|didn't|isn't|aren't|used|never|no)"
)
_MINE = re.compile(rf"^(?:my|our)\s+(?P<np>(?:[\w'’.-]+\s+){{0,5}}?[\w'’.-]+?)(?:['’]s)?\s+{_VERB}\b", re.I)
_OF_MINE = re.compile(
    r"^the (?P<what>[\w-]+(?: [\w-]+)?) of (?:my|our) (?P<whose>[\w'’ -]+?)\s+(?:is|are|was|were)\b", re.I
)
_IS_MY = re.compile(
    r"^(?!(?:i|we|he|she|it|they|this|that|my|our|the)\b)(?P<name>[\w'’.-]+(?: [\w'’.-]+){0,2}?) (?:is|are)(?:n['’]t| not| no longer| now| also)? (?:my|our) (?P<np>[\w'’ -]+)",
    re.I,
)
_IS_MINE_TOO = re.compile(
    r"\b(?:is|are) (?:also )?(?:my|our) (?P<np>[\w'’ -]+)\W*$", re.I
)  # my sister is my boss
_THE = re.compile(rf"^the\s+(?P<np>(?:[\w'’-]+\s+){{0,3}}?[\w'’-]+?)\s+{_VERB}\b", re.I)
_NAMED_AND_I = r"(?-i:[A-Z])[\w'’-]+ and I\b"  # Ed and I got divorced
_SELF = re.compile(
    rf"^(?:i|we)(?:['’](?:m|re|ve|ll|d))?\b|^im\b|^{_NAMED_AND_I}|^(?:my|our) (?:(?!(?:is|are|was|were|has|have|likes?|lives?|works?|called|named)\b)[\w-]+ ){1, 3}and i\b|^call me\b",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:no|not|never|none|neither|nor|cannot|without|(?-i:nobody|nothing)|hardly|stopped|quit|gave up|hate|dislike)\b|n['’]t\b|\b(?:dont|doesnt|didnt|cant|isnt|wont)\b",
    re.I,
)
_NOT_DENIED = re.compile(r"\bnot only\b", re.I)
_PAST = re.compile(
    r"\bused to\b|\bno longer\b|\b(?:any ?more)\b|\b(?:formerly|previously|in the past|as a child|back then|until (?:last|recently|20|19))\b"
    r"|(?<!have )(?<!has )(?<!['’]ve )(?<!['’]s )\b(?:lived|worked|studied|preferred|liked|loved|hated|drove|owned|played|spoke|had|taught|wore|ate|drank"
    r"|weighed|smoked|enjoyed|belonged|was(?! born)|were(?! born))\b",
    re.I,
)
# Of a yes-or-no question a denial: "I don't live in Rome any more".
_NO_MORE = re.compile(r"\bno longer\b|\bany ?more\b", re.I)
# Wished, planned, thought, or only so if something else is.
_UNREAL = re.compile(
    r"\b(?:want|wanted|wish|hope|plan|planning|intend|dream|would|might|(?<!\d )(?-i:may)|could|should|will|going to|about to|if|unless|almost|nearly|think|thinks|believe"
    r"|says?|said|claims?|maybe|perhaps|probably|try|trying|applied|looking|considering|pretend)\b|['’](?:d|ll)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """`chain`: whose of whom, "my wife's brother" as (wife, brother), each its words without endings."""

    text: str
    words: frozenset[str]
    subject: Subject
    chain: tuple[frozenset[str], ...]
    name: str = ""


def _clauses(statement: str) -> Iterator[_Clause]:
    said = _LEAD.sub("", statement).strip()
    if _SELF.match(said) and re.match(rf"(?:my|our) |{_NAMED_AND_I}", said, re.I):  # my wife and I
        yield _Clause(said, stems(said), "self", ())
        return
    for part in _CLAUSES.split(said):
        yield _clause(part.strip())
        if (both := _IS_MINE_TOO.search(part)) and _MINE.match(part.strip()):
            yield _Clause(part, stems(part), "mine", _chain(both["np"]))


def _clause(text: str) -> _Clause:
    words = stems(text)
    if _SELF.match(text):
        return _Clause(text, words, "self", ())
    if of := _OF_MINE.match(text):
        return _Clause(text, words, "mine", _chain(f"{of['whose']}'s {of['what']}"))
    if mine := _MINE.match(text):
        return _Clause(text, words, "mine", _chain(mine["np"]))
    if named := _IS_MY.match(text):
        return _Clause(text, words, "mine", _chain(named["np"].split(" and ")[0]), named["name"])
    if the := _THE.match(text):
        return _Clause(text, words, "other", _chain(the["np"]))
    return _Clause(text, words, "other", ())


_ATTRIBUTES = stems("name names age color called")
_EXTRA = stems("older younger elder eldest oldest youngest big little new own only dear lovely beautiful")


def _chain(noun: str) -> tuple[frozenset[str], ...]:
    """Names in it, and what is asked of it (a name, an age, a colour), are left out."""
    joined = re.sub(r"(?<=\w)-(?=\w)", "", noun)
    joined = re.sub(r"(?<=s)['’](?=\s)", "'s", joined)
    links = []
    for link in re.split(r"['’]s\b", joined):
        plain = " ".join(word for place, word in enumerate(link.split()) if not (word[0].isupper() and place))
        words = stems(plain) - _ATTRIBUTES
        if words:
            links.append(words)
    return tuple(links)


# -- a question

_TELLING = re.compile(
    r"^(?:did|have) i (?:ever |already )?(?:tell|told|mention|mentioned|say|said)(?: (?:to )?you)?(?: that| about)?\s+(?=(?:where|when|what|who|how|which|if|my|our|i)\b)",
    re.I,
)
_TOPIC = re.compile(
    r"\b(?:did|have|had) (?:i|we) (?:\w+ )?(?:tell|told|mention|mentioned|say|said)\b|\b(?:i|we) (?:told|said|mentioned)\b"
    r"|\b(?:know|remember(?:ed)?|recall|learned) about\b|\basked you\b",
    re.I,
)
_POLAR = re.compile(r"^(?:do|does|did|am|is|are|was|were|have|has|if|whether)\b", re.I)
_ASKS_PAST = re.compile(r"\b(?:did|was|were|had)\b", re.I)
_ASKED_SELF = re.compile(r"\b(?:i|we)\b", re.I)
_ASKED_MINE = re.compile(
    r"\b(?:my|our)\s+(?P<np>(?:[\w'’-]+\s+){0,4}?[\w'’-]+?)(?=['’]?\W*$|\s+(?:is|are|was|were|live|lives|work|works|leave|leaves|start|starts|begin|end|like|love|play|study"
    r"|speak|arrive|depart|drive|eat|drink|prefer|meet|close|open|expire|weigh|do|called|named|born|from|again|of|in|on|at|for|to|allergic|afraid|good at|married|learning|studying|reading|working|die|break|go|have|own|attend|retire|graduate|get|marry|move|finish|come|expire|take|use|wear|pass away|adopt|join)\b)",
    re.I,
)
_COPULA = re.compile(
    r"^(?:in |on |at )?(?:what|who|where|when|which)(?: \w+){0,2}?(?:['’]s| is| are)\b(?! (?:i|we)\b)", re.I
)
_IS = re.compile(
    r"\b(?:is|are|called|named|moved|lives?|stands?|lies|leaves|starts|begins|ends|takes place)\b|['’](?:s|re|m)\b|\bam\b",
    re.I,
)
_FROM = re.compile(r"\bfrom\W*$|\bcome from\b", re.I)
_SAYS_FROM = re.compile(r"\b(?:from|born|grew up|raised)\b", re.I)
_LIVING = re.compile(
    r"\b(?:do|does) (?:i|we|my .+?) do for (?:a living|work)\b|\bmy job\b|\b(?:i|we) do for (?:a living|work)\b",
    re.I,
)
_SAYS_LIVING = re.compile(r"\bwork(?:s|ing)? as\b|\bjob is\b", re.I)
_NARROW = re.compile(
    r"\b(?:what|which) (city|town|country|state|village|street|continent|region|year)\b", re.I
)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_SMALL = stems(
    "usually still really normally currently actually again most best now today last first ever anyone anybody anything someone somebody"
)
_HAVING = re.compile(r"\b(?:have|['’]ve|got|own|named|call(?:ed)?|keep|put|left|parked|hid|stored)\b", re.I)
_ASKS_OWN = re.compile(r"\b(?:i|we) own\b|\bdo (?:i|we) (?:still |already |currently )?have\b", re.I)
_OWNS = re.compile(r"\b(?:have|own|got)\b|['’]ve\b", re.I)
_SYNONYMS = {
    "lik": stems("like love enjoy prefer adore favorite"),
    "lov": stems("love adore"),
    "prefer": stems("prefer favorite"),
    "eat": stems("eat"),
    "com": stems("come from born"),
    "call": stems("call name named"),
    "own": stems("own have"),
}
_NEAR_NAMES = re.compile(
    r"(?:ian|ish|ese)$|^(?:german|french|dutch|greek|american|mexican|african|korean|swiss|thai|czech|catholic|muslim|hindu|buddhist|jew|turk|european|german-born)$",
    re.I,
)
_ASKED_NAME = re.compile(
    r"^(?i:where|when|what|who|how)\b(?:.*?(?i:['’]s|\b(?:is|are|was|does|do|did)))? (?P<name>[A-Z][\w-]*(?: [A-Z][\w-]*)*)\b(?!['’]s)"
)
_ASKS_NAME = re.compile(r"\b(?:names?|called|named|who|whose)\b", re.I)
_CAPITAL = r"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?(?P<name>[A-Z][\w'’-]*)"
_NAMING = re.compile(
    r"\b(?i:called|named|nicknamed|name is|names are|name['’]s|name was|names? of (?:my|our) [\w ]+ (?:is|are))\b"
    rf"|^(?i:my|our) [\w'’ -]+? (?i:is|are|was|were) {_CAPITAL}(?: [A-Z][\w'’-]+)*(?: and [A-Z]\w*)*[.!]?$"
)
_APPOSED = re.compile(r"^(?i:my|our) (?:[a-z'’-]+ ){1,3}(?P<name>[A-Z][\w'’-]+) (?=[a-z])")
_LISTED = re.compile(r"\b(?i:have|got)\b[^,]*, (?P<name>[A-Z][\w'’-]+)")


def says_it(question: str, statement: str) -> bool:
    """Both `spelled`; the question without its greeting and request ("can you tell me")."""
    asked = _TELLING.sub("", question.strip())
    if _TOPIC.search(asked):
        return True
    return any(_fits(asked, clause) for clause in _clauses(statement))


def is_of_another(question: str, statement: str, also: frozenset[str] = frozenset()) -> bool:
    """Whether each part of it is about somebody or something of the user's that neither the question nor `also` names."""
    asked = stems(re.sub(r"(?<=\w)-(?=\w)", "", question)) | also
    return all(
        clause.subject == "mine" and bool(clause.chain) and not _is_named_in(asked, clause.chain)
        for clause in _clauses(statement)
    )


_OWNERS = re.compile(r"\b(?:my|our)\s+(?P<whose>[\w-]+)['’]s\s+(?P<what>[\w-]+)", re.I)
_BELONGS = re.compile(r"\bof (?:my|our)\s+([\w-]+)", re.I)
_ASKS_A_NAME = re.compile(r"\b(?:name|called|named|who)\b", re.I)


def _names_another(question: str, statement: str) -> bool:
    """ "My dog's vet is called Carl" says nothing of the dog's name, nor "my wife's brother" of my brother's wife."""
    asked = question.casefold()
    words = set(re.findall(r"[\w-]+", asked))
    wanted = _OWNERS.search(asked)
    for said in _OWNERS.finditer(statement.casefold()):
        if wanted and (wanted["whose"], wanted["what"]) == (said["what"], said["whose"]):
            return True
        if said["what"] not in words and not (said["what"] == "name" and _ASKS_A_NAME.search(asked)):
            return True
    return any(said[1] not in words for said in _BELONGS.finditer(statement.casefold()))


def is_of_the_one_asked(question: str, statement: str) -> bool:
    """Whether some part of it is of no other than the one asked about."""
    return not is_of_another(question, statement) and any(
        not _names_another(question, part) for part in (statement, *parts(statement))
    )


_SAYS_OWN_NAME = re.compile(
    r"^(?:my (?:first |full )?name(?: is|['’]s)|call me|(?:i am|i['’]m|im)(?: called| named)?) (?P<name>(?-i:[A-Z][\w-]+))(?!['’]s)(?: (?-i:[A-Z][\w-]+)){0,2}(?=\W*$|[,.;!]| (?:and|from|here|by the way)\b)",
    re.I,
)


def says_own_name(statement: str) -> bool:
    """ "I'm Tom and I live in Berlin.", and neither "I'm Italian" nor "I'm CEO"."""
    for part in (_LEAD.sub("", statement).strip(), *parts(statement)):
        said = _SAYS_OWN_NAME.match(part)
        if said and not said["name"].isupper() and not _NEAR_NAMES.search(said["name"]):
            return True
    return False


def own_thing(question: str) -> frozenset[str]:
    """The words of what of the user's it is about, where it is not about the user: "my sister" of "Does my sister smoke?".
    A favourite is of the user."""
    mine = _ASKED_MINE.search(question)
    if mine is None or _ASKED_SELF.search(question) or re.match("favou?rite", mine["np"], re.I):
        return frozenset()
    return frozenset().union(*_chain(mine["np"]))


def parts(statement: str) -> list[str]:
    """Its clauses, each of which may be about another."""
    return [clause.text for clause in _clauses(statement)]


# -- a yes-or-no question

_POLAR_MINE = re.compile(r"^(?P<verb>is|are|was|were|does|do|did|has|have) (?:my|our) (?P<rest>[^,]+)$", re.I)
_POLAR_SELF = re.compile(r"^(?P<verb>do|did|am|was|have) (?:i|we) (?P<rest>[^,]+)$", re.I)
# Of what one may do several at once, one says nothing of another.
_MANIFOLD = stems("like love enjoy eat drink speak play own prefer hate know use wear")
_VALUES = re.compile(
    r"\b(?:red|blue|green|yellow|black|white|gr[ae]y|brown|orange|purple|pink|silver|beige|violet)\b|\d", re.I
)

Bearing = Literal["says", "same kind"]


def bearing(
    asked: str, statement: str, related: Callable[[frozenset[str]], frozenset[str]]
) -> Bearing | None:
    """Of a yes-or-no question, `spelled`: whether the statement has all of its words, said of the same one, or says of that
    one something of the kind, be it another value. `related` adds to words those that may stand for them."""
    mine, own = _POLAR_MINE.match(asked), _POLAR_SELF.match(asked)
    if mine is None and own is None:
        return None
    found: Bearing | None = None
    for clause in _clauses(statement):
        said = _NO_MORE.sub(" ", clause.text)
        if _is_unreal(asked, clause.text) or (_PAST.search(said) and not _ASKS_PAST.search(asked)):
            continue
        one = _of_mine(mine, clause) if mine else _of_self(own, clause, related) if own else None
        if one == "says":
            return one
        found = found or one
    return found


def is_polar_of_mine(asked: str) -> bool:
    """ "Is my brother a pilot?": only what has all of its words says it."""
    return _POLAR_MINE.match(asked) is not None


def _of_mine(asked: re.Match[str], clause: _Clause) -> Bearing | None:
    words = stems(asked["rest"])
    whose = frozenset().union(*clause.chain) - _EXTRA
    if clause.subject != "mine" or not whose or not whose <= words:
        return None
    if len(_POSSESSIVE.findall(asked["rest"])) != len(clause.chain) - 1:
        return None
    rest = words - whose - _SMALL
    if rest and all(_has_stem(word, clause) for word in rest):
        return "says"
    if asked["verb"].casefold() in ("does", "do", "did"):
        return _with_another(_ordered(asked["rest"], rest), clause)
    return "same kind" if _IS.search(clause.text) or _DENIED.search(clause.text) else None


def _of_self(
    asked: re.Match[str], clause: _Clause, related: Callable[[frozenset[str]], frozenset[str]]
) -> Bearing | None:
    rest = _ordered(asked["rest"], stems(asked["rest"]) - _SMALL)
    if re.match(r"(?:have|own|got)\b", asked["rest"], re.I):
        whose = frozenset().union(*clause.chain)
        is_there = bool(whose) and len(clause.chain) == 1 and bool(whose & related(frozenset(rest)))
        return "same kind" if clause.subject == "mine" and is_there else None
    if clause.subject != "self" or asked["verb"].casefold() in ("am", "was"):
        return None
    return _with_another(rest, clause)


def _ordered(text: str, words: frozenset[str]) -> list[str]:
    return [stem for word in _WORD.findall(text) for stem in stems(word) if stem in words]


def _with_another(rest: list[str], clause: _Clause) -> Bearing | None:
    """The same verb with something else behind it."""
    if not rest or rest[0] in _MANIFOLD or not _has_stem(rest[0], clause):
        return None
    return "same kind"


def differs_in_value(asked: str, statement: str) -> bool:
    """Whether a statement of the kind says another value than the one asked about: another place, number or colour."""
    is_verb = re.match(r"(?:do|does|did)\b", asked, re.I) is not None
    return is_verb or bool(_VALUES.search(asked) and _VALUES.search(statement))


def _has_stem(stem: str, clause: _Clause) -> bool:
    return stem in clause.words or bool(_SYNONYMS.get(stem, frozenset()) & clause.words)


def _is_named_in(asked: frozenset[str], chain: tuple[frozenset[str], ...]) -> bool:
    return bool(chain[0] & asked)


def _fits(asked: str, clause: _Clause) -> bool:
    is_polar = _POLAR.match(asked) is not None
    denies = _DENIED.search(_NOT_DENIED.sub("", clause.text)) is not None
    if denies and not is_polar and _DENIED.search(asked) is None:
        return False
    asks_past = _ASKS_PAST.search(asked) is not None
    said = _NO_MORE.sub(" ", clause.text) if is_polar and denies else clause.text
    if not asks_past and _PAST.search(said):
        return False
    if clause.subject != "mine" and _is_unreal(asked, clause.text):
        return False
    if _ASKS_NAME.search(asked) and not (_names(clause) or _says_with_whom(asked, clause)):
        return False
    if (narrow := _NARROW.search(asked)) and not _is_narrow(narrow[1], clause):
        return False
    if _LIVING.search(asked):
        if _SAYS_LIVING.search(clause.text) is None:
            return False
        if clause.subject == "self" and (_ASKED_SELF.search(asked) or re.search(r"\bmy job\b", asked, re.I)):
            return True
    if _ASKED_SELF.search(asked):
        return _is_of_self(asked, clause, is_polar=is_polar, asks_past=asks_past)
    if mine := _ASKED_MINE.search(asked):
        return _is_of_mine(asked, mine, clause)
    named = _ASKED_NAME.search(asked)
    return named is None or _is_of_name(named["name"], clause)


def _is_of_name(name: str, clause: _Clause) -> bool:
    """Whether it begins with the name, or says whose name it is: Anna's sister is not Anna."""
    named = re.escape(name)
    return re.search(rf"^{named}\b(?!['’]s)|\b(?:is|are|called|named) {named}\W*$", clause.text) is not None


def _is_unreal(asked: str, said: str) -> bool:
    words = {word.casefold() for word in _UNREAL.findall(said)}
    return bool(words) and not any(word in asked.casefold() for word in words)


def _names(clause: _Clause) -> bool:
    """Whether it gives a name, and not only has a word with a capital."""
    if clause.name[:1].isupper():
        return True
    for shape in (_NAMING, _APPOSED, _LISTED):
        if found := shape.search(clause.text):
            name = found["name"]
            return not (name and _NEAR_NAMES.search(name))
    return False


# "Who did I lend my drill to?", "Who am I married to?"
_WITH_WHOM = re.compile(
    r"^(?:to |from |with |for |at )?who(?:m)? (?:did|do|have|had|am|was) (?:i|we)\b", re.I
)
_NO_PERSON = re.compile(rf"(?:{MONTH}|{WEEKDAY}|I)$", re.I)
_SOMEBODY = re.compile(r"(?<=\w )[A-Z][\w'’-]*|\b(?:my|our) [a-z]+")


def _says_with_whom(asked: str, clause: _Clause) -> bool:
    """Whether it has somebody in it, of a question for whom the user did it with."""
    if clause.subject != "self" or _WITH_WHOM.match(asked) is None:
        return False
    had = stems(asked)
    return any(
        not _NO_PERSON.match(each) and not _NEAR_NAMES.search(each) and not stems(each) <= had
        for each in _SOMEBODY.findall(clause.text)
    )


def _is_narrow(kind: str, clause: _Clause) -> bool:
    if kind.casefold() == "year":
        return _YEAR.search(clause.text) is not None
    return stems(kind) <= clause.words


def _is_of_self(asked: str, clause: _Clause, *, is_polar: bool, asks_past: bool) -> bool:
    if clause.subject != "self":
        is_name = _ASKS_NAME.search(asked) and not clause.chain and clause.subject == "mine"
        is_age = re.search(r"\bhow old\b", asked, re.I) and re.match(r"my age\b", clause.text, re.I)
        return bool(is_name or is_age)
    behind = asked[_ASKED_SELF.search(asked).end() :]  # type: ignore[union-attr]  # the caller found it
    words = [word for word in _WORD.findall(behind) if not stems(word) or stems(word) - _SMALL]
    verbs = [word for word in words if stems(word)]
    if _ASKS_OWN.search(asked) and not _OWNS.search(clause.text):
        return False
    if is_polar:
        return all(_has(word, clause) for word in verbs)
    if _FROM.search(asked) and not _SAYS_FROM.search(clause.text):
        return False
    if not verbs:
        return True
    verb = verbs[0]
    is_present = re.search(rf"\b{verb}\b", clause.text, re.I) and verb.casefold() not in ("put", "set", "read", "decide", "quit", "cut", "married", "divorced", "born", "hurt", "cost", "split", "hit", "let", "shut", "bet")  # fmt: skip
    if asks_past and re.search(r"\bdid\b", asked, re.I) and is_present and verb == words[0]:
        return False
    return _has(verb, clause)


def _has(word: str, clause: _Clause) -> bool:
    return all(
        stem in clause.words or _SYNONYMS.get(stem, frozenset()) & clause.words for stem in stems(word)
    )


def _is_of_mine(asked: str, mine: re.Match[str], clause: _Clause) -> bool:
    wanted = _chain(mine["np"])
    if clause.subject == "self":
        if _ASKS_NAME.search(asked) and not (wanted and _is_named_beside(wanted[-1], clause.text)):
            return False
        return all(link <= clause.words for link in wanted) and (
            not wanted or _HAVING.search(clause.text) is not None
        )
    if not _is_same_chain(wanted, clause.chain):
        return False
    if _COPULA.match(asked) and not _IS.search(clause.text):
        return False
    behind = _WORD.findall(asked[mine.end() :])
    verbs = [
        word for word in behind if stems(word) - _SMALL - _ATTRIBUTES and word.casefold() not in ("named",)
    ]
    return not verbs or _LIVING.search(asked) is not None or _has(verbs[0], clause)


def _is_same_chain(wanted: tuple[frozenset[str], ...], said: tuple[frozenset[str], ...]) -> bool:
    return len(wanted) == len(said) and all(
        one <= other and other - one <= _EXTRA for one, other in zip(wanted, said, strict=True)
    )


def _is_named_beside(words: frozenset[str], said: str) -> bool:
    """ "I have a dog called Rex", "I named my dog Rex": the name right behind the noun, not behind another."""
    return any(
        re.search(
            rf"\b(?i:{re.escape(word)})\w*,?\s+(?:(?:who|which|that|is|are|called|named|whose names?)\s+)*[A-Z]",
            said,
        )
        for word in words
    )
