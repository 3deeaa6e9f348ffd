"""How much of one text's content is found in another, measured in words.

Words count without their endings and not at all when they carry no content (`the`, `what`); rare words count more than
those that most passages have. Scripts without spaces are compared by pairs of characters. It knows no synonyms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from math import log

from orchestrator.routing.skills.subject_words import NUMBER_WORDS, fold

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|\d*[^\W_]+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_NO_CONTENT = frozenset(
    """a an the this that these those it its he she they them his her their we us our you your i me my mine
    is are was were be been being am do does did doing done have has had having will would shall should can could
    may might must not no nor so than then too very just only also there here and or but if because as until while of
    at by for with about against between into through during before after above below to from up down in out on off
    over under again further once all any both each few more most other some such own same what which who whom whose
    when where why how s t d ll m re ve please tell say give know according document documents text
    many much long does mean get gets got let yes yeah sure okay ok
    le les une des du et il ils elle elles dans pour avec sur qui que quoi quand combien comment pourquoi quel quelle ou
    es er sie der das dem des ist sind ein eine einen einem einer wie wo wer wann welche welcher welches warum und mit fur auf von
    el las una que quien cual cuando donde como cuanto por con para esta""".split()  # noqa: SIM905 - a list of 200 literals is no list to read
)
_SHORTENED = frozenset(f"{word}{end}" for word in _NO_CONTENT for end in ("'s", "’s"))  # "what's"
_NEGATIONS = frozenset({"no", "not", "never", "none", "nothing", "neither", "nor", "without", "cannot"})
_ENDINGS = ("'s", "’s", "ingly", "edly", "ings", "ing", "ied", "ies", "ed", "es", "ly", "s")
_SHORTEST_STEM = 3
# Each first word in its forms that endings do not show. None of them is a word of another meaning too ("saw", "left").
_IRREGULAR = {
    form: base
    for base, *forms in (
        row.split()
        for row in """lead led|lend lent|beat beaten|win won|build built|sell sold|buy bought|begin began begun|write wrote written|take took taken
    |give gave given|become became|hold held|keep kept|leave left|lose lost|send sent|spend spent|make made|pay paid|run ran
    |sit sat|speak spoke spoken|stand stood|teach taught|tell told|think thought|wear wore worn|withdraw withdrew withdrawn|fall fell
    fallen|eat ate eaten|drive drove driven|choose chose chosen|break broke broken|bring brought|catch caught|draw drew drawn|fly flew
    flown|forget forgot forgotten|freeze froze frozen|grow grew grown|know knew known|meet met|ride rode ridden|rise rose risen|sing
    sang sung|sink sank sunk|sleep slept|steal stole stolen|swim swam swum|throw threw thrown|bear born|die died dies dying|come came
    |go goes went gone|man men|woman women|child children|foot feet|tooth teeth|mouse mice""".replace(
            "\n", " "
        ).split("|")
    )
    for form in forms
}
IRREGULAR_FORMS = frozenset(_IRREGULAR)
_ENGLISH = re.compile(
    r"\b(?:the|what|whom|whose|when|where|which|why|how|are|were|does|did|have|of|can|who|is|and|its|his|he|she|they)\b",
    re.I,
)


def content(text: str) -> frozenset[str]:
    """The words of a text that carry content, without their endings."""
    return frozenset(_content(fold(text)))


def numbers(text: str) -> frozenset[str]:
    """Its numbers, written without separators of thousands."""
    return frozenset(word for word in content(text) if word[0].isdigit())


def carries_content(word: str) -> bool:
    """Whether a word, without case, is none of those that only hold a sentence together."""
    return fold(word) not in _NO_CONTENT


def is_english(text: str) -> bool:
    return _ENGLISH.search(text) is not None


def negates(text: str) -> bool:
    words = _WORD.findall(text.casefold().replace("’", "'"))
    return any(word in _NEGATIONS or word.endswith("n't") for word in words)


def _content(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if word[0].isdigit():
            yield word.replace(",", "")
        elif _UNSPACED.search(word):
            yield from (word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif word not in _NO_CONTENT and word not in _SHORTENED:
            yield _stem(_IRREGULAR.get(word, word))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            word = f"{stem}y" if ending in ("ied", "ies") else stem  # carries are no cars
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]  # stopp(ed), runn(ing)
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM else word


class Weights:
    """How much each word says among these texts: one that all of them have says little."""

    def __init__(self, texts: Sequence[Collection[str]]) -> None:
        self._count = len(texts)
        self._in_texts = Counter(word for words in texts for word in set(words))

    def share(self, wanted: Collection[str], found_in: Collection[str]) -> float:
        """The weighted share of `wanted` that is in `found_in`: 0 when nothing is wanted."""
        total = sum(map(self._weight, wanted))
        return sum(self._weight(word) for word in wanted if word in found_in) / total if total else 0.0

    def _weight(self, word: str) -> float:
        return log(1 + (self._count + 1) / (self._in_texts[word] + 0.5))


NUMBER_STEMS = {stem: digits for word, digits in NUMBER_WORDS.items() for stem in (word, *content(word))}
"""Numbers in words, as they are and as `content` gives them: "three" is "thr" there."""
