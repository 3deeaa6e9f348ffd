"""What a question is about: the names, numbers and nouns without which a passage cannot answer it.

Read from the form of the question, not understood. Names are words with a capital inside a sentence; where the script
has no capitals, the place where its questions put what they are about. In English questions the noun behind the verb
("where does carol live", "how much does the oven weigh") and the one behind "of" count too, whatever their case. What a
question asks *for* ("what colour", "how heavy", "what is the price of") is not a subject: an answer need not repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from orchestrator.routing.skills.overlap import carries_content, content
from orchestrator.routing.skills.subject_words import (
    APOSTROPHES,
    NUMBER_WORDS,
    bare,
    bigrams,
    is_last_in_question,
    is_of_calendar,
    is_unspaced,
    words_of,
)

_LONGEST_CHARS = 2000  # of a longer text its end counts: that is where a question stands

Kind = Literal["name", "acronym", "number", "unspaced", "caseless", "noun", "bare noun", "german noun"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_TITLE_STOP = re.compile(r"\b(Dr|Mr|Mrs|Ms|Prof|St)\.")
# A name or number in it, or a noun with an article, or a script without capitals.
_ABOUT_SOMETHING = re.compile(r"\s[^\W\d_a-z]|\d|\b(?:the|a|an|my|our|your)\s", re.I)
_OPENS = re.compile(r"(?:^|[.!?:;\n\"“«(]|[-*•]\s)\s*$")
_BESIDE = re.compile(
    r"\s*(?:,|/|,?\s*(?:and|or|und|oder|et|ou|y|o|e|и|или|och|en)\b)\s*(?:(?:the|der|die|das|le|la|in)\s+)?",
    re.I,
)
_BOUND_OR_COUNT = re.compile(
    r"\b(?:after|before|since|until|till|than|over|under|above|below|least|most|about|around|within|between|top|first"
    r"|last|give(?: me)?|list|name|tell me|show(?: me)?|in|documents?|doc|source|passage|page|section|chapter|figure|mehr als"
    r"|nach|vor|seit|plus de|avant|après|depuis)\s*$",
    re.I,
)
_NEAR_CHARS = 80
_COUNTED = re.compile(
    r"\s*(?:words?|sentences?|lines?|points?|bullets?|examples?|steps?|reasons?|facts?)\b", re.I
)
_TITLES = frozenset(
    "mr mrs ms miss dr doctor prof professor sir madam herr frau mme mlle señor señora".split()  # noqa: SIM905 - a list of literals is no list to read
)
_NO_NAMES = frozenset(
    "i i'm i've i'd i'll ok pdf faq tl dr english please thanks council".split()  # noqa: SIM905 - a list of literals is no list to read
)
_GERMAN = re.compile(
    r"\b(?:wie|wo|wer|wann|was|welche[rsmn]?|warum|ist|sind|hat|wird|der|die|das|dem|den|des|und|ein|eine)\b"
)
_GERMAN_ARTICLE = re.compile(
    r"(?:^|\s)(?:(?P<before>\w+)\s+)?(?P<article>der|die|das|dem|den|ein|eine|einen|einem|einer|mein|meine|meinem|meiner|im|am"
    r"|zum|zur|beim|vom|viel|viele|welche[rsmn]?|kein|keine)\s*$",
    re.I,
)
_GERMAN_QUANTITY = frozenset(
    ["viel", "viele", "welche", "welcher", "welches", "welchem", "welchen", "kein", "keine"]
)
_GERMAN_IS = frozenset(["ist", "sind", "war", "waren", "beträgt", "lautet", "heißt"])
_ENDS_WITH_ASKING = re.compile(r"\b(?:where|when|what|who|how|why|which)\s*\?*\s*$", re.I)
_PLACING = frozenset(("in", "on", "at", "to", "from", "for", "by", "with", "near", "of"))
_NO_OPENING_NAME = re.compile(r"(?:ing|ed|s|tion|ment)$")
_NOT_POSSESSIVE = frozenset(
    ["what", "who", "where", "how", "that", "it", "let", "there", "here", "when", "he", "she"]
)


@dataclass(frozen=True, slots=True)
class Subject:
    """`words` are all wanted, in any of their forms. `is_beside`: named in one breath with another ("Alice and Carol").

    `also` are words of the documents that mean the same as a noun.
    """

    text: str
    kind: Kind
    words: tuple[str, ...]
    is_beside: bool = False
    also: frozenset[str] = frozenset()

    @property
    def is_name(self) -> bool:
        """Whether only this word may stand for it: not so a noun, nor a number, which a bound or a range may hold."""
        return self.kind not in ("noun", "number")


@dataclass(frozen=True, slots=True)
class _Found:
    subject: Subject
    begin: int
    end: int


def subjects(question: str) -> tuple[Subject, ...]:
    """What the question is about, in its order. Empty where its form does not tell."""
    question = question[-_LONGEST_CHARS:]
    question = _question_itself(
        _TITLE_STOP.sub(r"\1", _INITIALS.sub(lambda m: m[0].replace(".", ""), question))
    )
    found = sorted([*_names(question), *_numbers(question)], key=lambda each: each.begin)
    strict = [*_with_neighbours(question, found), *_unspaced(question), *_caseless(question)]
    known = {word for each in strict for word in each.words}
    nouns = [noun for noun in _nouns(question) if bare(noun.text) not in known]
    return (*strict, *dict.fromkeys(nouns))


def _question_itself(text: str) -> str:
    """Its sentences that ask, where there are such and they are about something: "I am Sam. Where does Bob live?"."""
    parts = re.split(r"(?<=[.!?。！？])\s+|\n+", text)
    asking = " ".join(part for part in parts if part.rstrip().endswith(("?", "？", "؟")))
    return asking if _ABOUT_SOMETHING.search(asking) else text


def speaks_of_another(subject: Subject, question: str, text: str) -> bool:
    """Whether a text has another name where the question has this one: at its beginning, or behind the same preposition.

    Of numbers only another year is as much as another name. A noun may be said by another word. What holds on another
    day of the week or in another month may tell of this one too.
    """
    if subject.is_name and any(map(is_of_calendar, subject.words)):
        return False
    if subject.kind in ("unspaced", "caseless", "german noun") or not subject.text.isascii():
        return True
    before = re.search(rf"\b([a-z]+)\s+(?:the\s+)?{re.escape(subject.text)}\b", question, re.I)
    if not subject.is_name:
        is_year = subject.kind == "number" and re.search(
            rf"\bin\s+{re.escape(subject.text)}\b", question, re.I
        )
        return is_year is not None and re.search(r"\bin\s+\d{4}\b", text, re.I) is not None
    if before and before[1].casefold() in _PLACING:
        behind = rf"\b{before[1]}\s+(?:the\s+)?(?-i:[A-Z])[^\W\d_]+"
        return re.search(behind, text, re.I) is not None
    opens = re.match(r"\W*(?:The\s+)?([A-Z][^\W\d_]+)\s+[a-z]", text)
    return (
        opens is not None and carries_content(opens[1].casefold()) and not _NO_OPENING_NAME.search(opens[1])
    )


def refers_back(question: str) -> bool:
    """Whether it asks about "he", "she" or "they", said before."""
    behind = _AUXILIARY.search(question)
    return bool(behind and re.match(r"(?:he|she|they|his|her|their)\b", question[behind.end() :], re.I))


# -- names and numbers


def _names(question: str) -> Iterator[_Found]:
    if _case_tells_nothing(question):
        return
    is_german = len(_GERMAN.findall(question.casefold())) > 1
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(question):
        if run and (question[run[-1].end() : token.start()].strip(" .-") or not _is_capital(token[0])):
            yield _name(question, run, is_german)
            run = []
        if _is_name(question, token, is_german):
            run.append(token)
    if run:
        yield _name(question, run, is_german)


def _case_tells_nothing(question: str) -> bool:
    words = [word for word in _TOKEN.findall(question) if word[0].isalpha() and len(word) > 2]
    return len(words) > 2 and sum(map(_is_capital, words)) > 0.8 * len(words)


def _is_capital(word: str) -> bool:
    return word[0].isupper()


def _is_name(question: str, token: re.Match[str], is_german: bool) -> bool:
    word = token[0]
    plain = word.casefold().replace("’", "'")
    if not _is_capital(word) or plain in _NO_NAMES or plain in _TITLES:
        return False
    if not carries_content(plain) and not (word.isupper() and len(word) > 1):
        return False
    if _OPENS.search(question[: token.start()]):
        return _is_name_at_the_start(question, plain)
    return not is_german or not _is_asked_for_in_german(question[: token.start()])


def _is_name_at_the_start(question: str, word: str) -> bool:
    """Every first word has a capital; only "Carol's age?", "Carol lives where?" and "Carol?" show a name."""
    if word.endswith("'s"):
        return word[:-2] not in _NOT_POSSESSIVE
    return bool(_ENDS_WITH_ASKING.search(question)) or len(_TOKEN.findall(question)) == 1


def _is_asked_for_in_german(before: str) -> bool:
    """Whether a noun behind these words is what is wanted: "wie viel Salz", "wie hoch ist die Miete"."""
    article = _GERMAN_ARTICLE.search(before)
    if article is None:
        return False
    return (
        article["article"].casefold() in _GERMAN_QUANTITY
        or (article["before"] or "").casefold() in _GERMAN_IS
    )


def _name(question: str, run: Sequence[re.Match[str]], is_german: bool) -> _Found:
    begin, end = run[0].start(), run[-1].end()
    text = APOSTROPHES.sub("", question[begin:end])
    if len(run) == 1 and len(text) > 1 and text.rstrip("s").isupper():
        return _Found(Subject(text, "acronym", (text.rstrip("s"),)), begin, end)
    if is_german and len(run) == 1 and _GERMAN_ARTICLE.search(question[:begin]):
        return _Found(Subject(text, "german noun", (bare(text),)), begin, end)
    middle = [token[0] for token in run[1:-1]]  # "John F. Kennedy"
    words = tuple(bare(token[0]) for token in run if not (len(token[0]) == 1 and token[0] in middle))
    return _Found(Subject(text, "name", words), begin, end)


def _numbers(question: str) -> Iterator[_Found]:
    """Those it is about: no bounds ("after 2015"), no number of things wanted ("give me 3")."""
    for token in _TOKEN.finditer(question):
        if not token[0][0].isdigit():
            continue
        # Near it: of a text of numbers all that stands before each would be searched.
        before = question[max(0, token.start() - _NEAR_CHARS) : token.start()]
        behind = question[token.end() : token.end() + _NEAR_CHARS]
        is_year = len(token[0]) == 4 and re.search(r"\bin\s*$", before, re.I)
        if (is_year or not _BOUND_OR_COUNT.search(before)) and not _COUNTED.match(behind):
            yield _Found(
                Subject(token[0], "number", (token[0].replace(",", ""),)), token.start(), token.end()
            )


def _with_neighbours(question: str, found: Sequence[_Found]) -> Iterator[Subject]:
    joined = [
        bool(_BESIDE.fullmatch(question[left.end : right.begin]))
        for left, right in zip(found, found[1:], strict=False)
    ]
    for each, before, behind in zip(found, [False, *joined], [*joined, False], strict=False):
        subject = each.subject
        yield Subject(subject.text, subject.kind, subject.words, is_beside=before or behind)


# -- scripts without capitals

_ASKING_UNSPACED = re.compile(
    "哪里|哪裡|哪儿|哪个|哪個|哪|什么时候|什麼時候|什么|什麼|为什么|為什麼|谁|誰|多少|多大|多久|多长|多長|多高|几|幾|怎么|怎麼|如何|是否|请问|請問|请|請"
    "|吗|嗎|呢|的|是|在|了|有|住|我们|我|你|他|她|它|这|這|那|どこ|いつ|なに|何|どの|どう|なぜ|いくつ|いくら|です|ます|[はがをにのでともへや]"
    "|อะไร|ที่ไหน|เมื่อไร|ใคร|เท่าไร|어디|언제|누구|무엇|뭐|얼마|몇|왜|어떻게"
)
_AND_UNSPACED = re.compile("和|与|與|跟|と|、")
_RUN_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+")
_KOREAN_PARTICLE = re.compile("(?<=[\uac00-\ud7af])(?:에서|에게|은|는|이|가|을|를|의|에|도|와|과|로)$")


def _unspaced(question: str) -> Iterator[Subject]:
    """The piece before the first word that only asks or binds, and those that "and" ties to it."""
    run = _RUN_UNSPACED.search(question)
    if run is None:
        return
    tied = _AND_UNSPACED.split(run[0])
    for piece in tied:
        topic = next((part for part in _ASKING_UNSPACED.split(_KOREAN_PARTICLE.sub("", piece)) if part), "")
        if topic and is_unspaced(topic):
            yield Subject(topic, "unspaced", tuple(bigrams(topic)[:3]), is_beside=len(tied) > 1)


_ASKING_CASELESS = frozenset(
    """أين متى من ما ماذا كم كيف لماذا هل هو هي في على إلى عن هذا هذه איפה מתי מי מה כמה איך למה האם הוא היא של את
    कहाँ कहां कब कौन क्या कितना कितनी कितने कैसे क्यों है हैं का की के में से को ने था थी थे""".split()  # noqa: SIM905 - a list of literals is no list to read
)


def _caseless(question: str) -> Iterator[Subject]:
    """Arabic and Hebrew questions end with what they are about, those of India begin with it."""
    words = [word for word in words_of(question) if word not in _ASKING_CASELESS]
    words = [word for word in words if not word.isascii() and not is_unspaced(word) and word == word.upper()]
    words = [word for word in words if any(each.isalpha() for each in word)]
    if words:
        word = words[-1] if is_last_in_question(words[-1]) else words[0]
        yield Subject(word, "caseless", (word,))


# -- English nouns, whatever their case

_AUXILIARY = re.compile(
    r"^(?:(?:and|so|but|also|please|then)\s+)*"
    r"(?:(?:(?:in|on|at|to|from|for|by|since|until)\s+)?(?:what|who|where|when|why|how|which|whose)\b"
    r"(?:[^.!?]*?)(?:\b(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|must|may)\b|['’]s\b)"
    r"|(?:do|does|did|are|can|could|would|should|has|have|is)\b)\s*",
    re.I,
)
_ASKED_FOR = re.compile(r"^(?:(?:and|so|but)\s+)*(?:what|who|which)(?:\s+(?:is|are|was|were)|['’]s)\s+", re.I)
# "what is my cat afraid of", "what is the heron's weight"
_IS_NOT_ASKED_FOR = re.compile(
    r"\w\s+\w+\s+(?:of|for|to|with|at|in|from|on)\s*\?*$|^\S+(?:\s+(?:is|are|was|were))?\s+(?:(?:the|my|our|your|a|an)\s+)?\w+['’]s\b",
    re.I,
)
# What stands behind these without an article is more often a verb: "how many can connect", "which city is meant".
_BEFORE_A_VERB = re.compile(
    r".*?(?:\bhow (?:many|much)\b|\b(?:which|what|who|whose)\b).*\b(?!do\b|does\b|did\b)[a-z]+\s*$", re.I
)
_ASKING = re.compile(
    r"^(?:please\s+)?(?:(?:can|could|would|do) you (?:please )?(?:tell me|know|say|find out)|tell me|i (?:want|would like|need) to know"
    r"|i wonder)\s+(?=(?:where|when|why|how|what|who|which)\b)",
    re.I,
)
_INDIRECT = re.compile(r"^(?:where|when|why|how(?:\s+(?!much|many)\w+)?)\s+", re.I)
_WHO_DID = re.compile(r"^(?:(?:and|so|but)\s+)*who\s+\w+\s+(?:\w+\s+)?(?=(?:the|a|an|my|our|your)\s)", re.I)
_DETERMINER = re.compile(
    r"^(?:the|a|an|my|our|your|his|her|its|their|this|that|these|those|all|any)\s+", re.I
)
_LOOSE_ADJECTIVE = re.compile(
    r"^(?:next|last|first|main|exact|current|new|old|oldest|best|total|maximum|minimum|average|usual|normal|typical)\s+",
    re.I,
)
_COMPLEMENT = re.compile(r"\b(?P<word>of|about|on|in|at|for|from)\s+(?P<noun>[a-z][^.!?,]*)", re.I)
_NO_NOUN = frozenset(
    """there total general detail details average example case order time advance addition fact short part person place
    world week day days year years month months today tomorrow yesterday now once least most first last end beginning
    home work life people someone anyone everyone something anything it he she they we you one two three kind sort type
    number amount doing made used called named possible allowed needed necessary true cup glass bottle piece pair slice bit lot group""".split()  # noqa: SIM905
)  # fmt: skip
_PLURAL = re.compile(r"[^suia]s$")
_NEVER_A_NAME = re.compile(r"(?:tion|sion|ment|ness|ing|ity|ance|ence|ship)$")


def _nouns(question: str) -> Iterator[Subject]:
    question, is_indirect = _without_asking(question.strip())
    behind = (_INDIRECT if is_indirect else _AUXILIARY).search(question)
    if behind is not None:
        if not _ASKED_FOR.match(question) or _IS_NOT_ASKED_FOR.search(question):
            yield from _noun_at(question[behind.end() :], may_be_bare=not _BEFORE_A_VERB.match(behind[0]))
    elif (object_of := _WHO_DID.match(question)) is not None:
        yield from _noun_at(question[object_of.end() :])
    else:
        return
    for match in _COMPLEMENT.finditer(question):
        if match["word"].casefold() == "of" or not _DETERMINER.match(match["noun"]):
            yield from _noun_at(question[match.start("noun") :])


def _without_asking(question: str) -> tuple[str, bool]:
    """The question in "do you know where carol lives?", and whether there was one."""
    asking = _ASKING.match(question)
    return (question[asking.end() :], True) if asking else (question, False)


def _noun_at(text: str, *, may_be_bare: bool = True) -> Iterator[Subject]:
    """The first noun there, unless it is one that a question is never about.

    One without an article that is no plural may be a name in lower case: nothing else means the same.
    """
    has_article = bool(_DETERMINER.match(text))
    text = _LOOSE_ADJECTIVE.sub("", _DETERMINER.sub("", text, count=1), count=1)
    word = re.match(r"non-[^\W\d_]{3,}(?:['’]s)?|[^\W\d_]{3,}(?:['’]s)?", text, re.I)
    noun = APOSTROPHES.sub("", word[0]) if word else ""
    plain = noun.casefold()
    if plain in _TITLES and not has_article:
        return
    if not plain or plain in _NO_NOUN or plain in NUMBER_WORDS or not carries_content(plain):
        return
    if has_article or (may_be_bare and _PLURAL.search(plain)):
        yield Subject(noun, "noun", tuple(content(noun)))
    elif (may_be_bare or noun != (word[0] if word else "")) and not _NEVER_A_NAME.search(plain):
        yield Subject(noun, "bare noun", tuple(content(noun)))
