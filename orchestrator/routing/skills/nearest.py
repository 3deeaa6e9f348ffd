"""Which kept statement comes near a question that none answers outright.

Likeness in meaning alone does not tell: "What is Terraform used for?" is as like "We use Terraform for infrastructure." as
"What tool do we use for infrastructure?" is. So what is shared decides which likeness is enough: a name that was told
of, the thing of the user's that is asked about, the words of a question of "I" and "we", or those of something shared.
"""

from __future__ import annotations

import re

from orchestrator.routing.skills.users_own import has_an_attribute, is_of_a_person
from orchestrator.routing.skills.whose import is_of_another, is_of_the_one_asked, parts, spelled, stems

ALIKE = 0.3
ALIKE_WITH_THING = 0.32
LIKE_OF_THINGS = 0.4
LIKE_WITH_NAME = 0.3
LIKE_WITH_THING = 0.34
LIKE_OF_SELF = 0.45
LIKE_OF_OURS = 0.5
LIKE_OF_SHARED = 0.6
LIKE_OF_PLACE = 0.5

_NAME = r"(?-i:[A-Z])[\w’-]*(?: (?-i:[A-Z])[\w’-]*)*"
_TITLE = r"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?"
_NO_NOUN = (
    r"(?:in|at|on|from|to|of|with|by|for|near|an?|the|runs?|likes?|loves?|hates?|prefers?|visit(?:s|ed)|has|have|drives?|speaks?|plays?|uses?|studies|owns?|teaches|reads?"
    r"|bought|eats?)\b"
)
# My daughter Mia, my manager is Claire Dupont, Ingrid is, a dog called Rex.
_NAMED = re.compile(
    rf"\b(?:my|our) (?!favou?rite\b)(?:(?!{_NO_NOUN})(?-i:[a-z])[\w'’-]* ){{1,3}}?(?:(?:is|are|was|(?:is |are )?(?:called|named)) )?{_TITLE}(?P<name>{_NAME})"
    rf"|^\W*(?:(?:remember|note|keep in mind|don['’]?t forget)(?: that|:)? )?(?P<first>{_NAME})(?:['’]s)? (?=(?-i:[a-z]))"
    rf"|\b(?:called|named) {_TITLE}(?P<called>{_NAME})",
    re.I,
)
_NAMED_TOGETHER = re.compile(
    rf"\b(?:child(?:ren)?|kids|sons?|daughters?|sisters?|brothers?|parents|friends?|dogs?|cats?|pets|called|named)\b[^.]*?(?P<one>{_NAME}) and (?P<other>{_NAME})",
    re.I,
)
_STARTS = re.compile(
    r"(?:my|our|i|i['’]m|we|the|remember|note|don['’]?t|please|it|this|that|he|she|they)\b", re.I
)
# Behind the name in a question: its end, what it has, or what it does, and no further name ("Mia Farrow").
_BEHIND_NAME = r"(?=\W*$|['’]s?\s+(?:\w+\s*){1,3}\W*$|\s+(?:live|like|love|hate|work|do|study|play|drive|eat|drink|speak|prefer|born|from|called|married|turn|start|teach|go|own|have|my|our|again)\b)"
_VOICE = re.compile(r"\b(?:i|we|my|our|us|me)\b", re.I)
_HOW_TO = re.compile(
    r"^(?:how (?:do|does|did|can|to)\b|why\b|what do (?:i|we) (?:do|say|call|feed|give|get)\b)", re.I
)
_WHAT_IT_IS = re.compile(
    r"^what(?:['’]s| is| are) [\w-]+\W*$", re.I
)  # of a thing: a person is asked for by "who"
# "Who made the cake?" of "I ate the cake my sister made": all that is asked was told.
_WHO_DID = re.compile(
    r"^who (?!is\b|are\b|was\b|were\b|has\b|does\b|did\b|do\b)[a-z]+ (?:the|that|this) [a-z]", re.I
)
# "Where is the spare key?" of "I hid the spare key under the pot"
_WHERE_IS_THE = re.compile(r"^where(?:['’]s| is| are| did) ", re.I)
_PUT = re.compile(
    r"^\W*(?:i|we)\b.{0,20}\b(?:put|hid|left|stored?|keep|kept|parked|buried|hung|laid|placed|locked|packed|dropped|moved|took|brought)\b",
    re.I,
)
_OF_THE_WORLD = re.compile(r"\bfavou?rite\b", re.I)  # a favourite play is not the user's own
_ANY = re.compile(r"\b(?:an?|any|some)\b", re.I)
_DEFINITE = re.compile(r"\b(?:the|['’]s \w)", re.I)
_MINE = re.compile(r"\b(?:my|our) (?P<np>[\w'’ -]+)", re.I)
_ADJECTIVES = stems(
    "favorite first last next new old older younger big little best current own former second main"
)
_POSSESSIVE = re.compile(r"['’]s?\b")
_OURS = re.compile(r"\b(?:we|our)\b", re.I)
_SAYS_OURS = re.compile(r"^\W*(?:we|our)\b", re.I)
_SAYS_OF_SELF = re.compile(r"^\W*(?:i|we)\b", re.I)


def is_near(asked: str, words: frozenset[str], statement: str, likeness: float, *, for_memory: bool) -> bool:
    """Whether it may be quoted with a lead that promises nothing. Both `spelled`; `words` are the question's without those
    of asking; `for_memory`: the question is for what was told, and for nothing else."""
    if _HOW_TO.match(asked):
        return False
    have = stems(statement)
    common = words & have
    if not _WHAT_IT_IS.match(asked) and _has_a_name_told_of(asked, statement):
        return likeness >= LIKE_WITH_NAME
    if _WHO_DID.match(asked) and len(common) > 1 and common == words:
        return likeness >= LIKE_OF_OURS
    if not _VOICE.search(asked):
        enough = LIKE_OF_PLACE if _says_where_it_is(asked, statement) else LIKE_OF_SHARED
        return likeness >= enough and _is_of_what_is_shared(asked, words, common, statement)
    if _WHEN_DO_I.match(asked) and not thing_asked(asked) <= have:
        return False
    if not for_memory and _names_or_reckons(asked, statement):
        return False
    is_of_it = is_of_the_one_asked(asked, statement) or has_an_attribute(statement)
    if is_of_another(asked, statement) or not is_of_it:
        return False
    if for_memory and (mine := _MINE.search(asked)) and not (common and _SAYS_OF_SELF.match(statement)):
        return _thing(mine["np"]) in have and likeness >= LIKE_WITH_THING
    if common and _OURS.search(asked) and _SAYS_OURS.match(statement) and likeness >= LIKE_OF_OURS:
        return True
    enough = 2 * len(common) >= len(words) if for_memory else len(common) > 1 or common == words
    return bool(common) and enough and likeness >= LIKE_OF_SELF


def is_alike(
    asked: str, words: frozenset[str], thing: frozenset[str], statement: str, likeness: float
) -> bool:
    """Whether it is near enough that a question that nobody else can answer must not be denied. Both `spelled`; `words` are
    the question's words of content, `thing` those for what of the user's it is about, where it is about such a thing."""
    have = stems(statement)
    says_of_self = any(_SAYS_OF_SELF.match(part) for part in parts(statement))
    if thing:
        return bool(thing & have) or (says_of_self and likeness >= ALIKE_WITH_THING)
    if is_of_a_person(statement) and not says_of_self and is_of_another(asked, statement, words):
        return False
    return bool(words & have) or likeness >= (ALIKE if says_of_self else LIKE_OF_THINGS)


def thing_asked(asked: str) -> frozenset[str]:
    """The word for what of the user's it is about: "dog" of "What breed is my dog?", nothing of "Where do I live?"."""
    mine = _MINE.search(asked)
    return frozenset({thing} if mine and (thing := _thing(mine["np"])) else ())


def _has_a_name_told_of(asked: str, statement: str) -> bool:
    return any(
        re.search(rf"\b(?<!the )(?<!a ){re.escape(name)}{_BEHIND_NAME}", asked, re.I)
        for name in _names(statement)
    )


def _names(statement: str) -> set[str]:
    """The names that it tells of, whole and their first and last words."""
    found: set[str] = set()
    for each in _NAMED.finditer(statement):
        name = each["name"] or each["first"] or each["called"] or ""
        if name and not _STARTS.match(name):
            found |= {name, name.split()[0], name.split()[-1]}
    if together := _NAMED_TOGETHER.search(statement):
        found |= {together["one"], together["other"]}
    return found


def _says_where_it_is(asked: str, statement: str) -> bool:
    return bool(_WHERE_IS_THE.match(asked) and _PUT.search(statement))


# "When do I take my antibiotics?" is answered by no other pills'
_WHEN_DO_I = re.compile(r"^(?:when|how often|what time|on what day|what day) do i\b.*\bmy\b", re.I)
# Of another place or person, or to be reckoned from what was told.
_NAME_ASKED = re.compile(r"(?<=\w )(?!I\b)[A-Z][\w-]+")
_RECKONED = re.compile(r"\b(?:tax(?:es)?|interest|vat|per ?cent)\b", re.I)


def _names_or_reckons(asked: str, statement: str) -> bool:
    wanted = " ".join((*_NAME_ASKED.findall(asked), *_RECKONED.findall(asked)))
    return not stems(wanted) <= stems(statement)


def _is_of_what_is_shared(asked: str, words: frozenset[str], common: frozenset[str], statement: str) -> bool:
    if len(common) < 2 or _ANY.search(asked) or _OF_THE_WORLD.search(statement):
        return False
    if _says_where_it_is(asked, statement):
        return 2 * len(common) >= len(words)
    if all(_SAYS_OF_SELF.match(part) for part in parts(statement)):
        return False
    return common == words or (bool(_DEFINITE.search(asked)) and 2 * len(common) >= len(words))


def _thing(noun: str) -> str:
    """The first word that says what it is: "dog" of "dog's breed", "desk" of "desk number"."""
    for word in _POSSESSIVE.sub(" ", spelled(noun)).split():
        for stem in stems(word) - _ADJECTIVES:
            return stem
    return ""
