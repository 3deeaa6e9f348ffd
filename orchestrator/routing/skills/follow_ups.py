"""What a turn asks, alone and with what the turns before it fill in: "and its height?", "and in 1990?", "how many rooms?".

Every reading wants the turn's own content words. The turns before only give what it leaves open: whom a pronoun means,
what an elliptical turn is asked of, the subject of a property that is named alone. Read from the form, not understood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestrator.routing.skills.kinds import is_kind
from orchestrator.routing.skills.overlap import content, is_english
from orchestrator.routing.skills.passages import sentences
from orchestrator.routing.skills.statements import Question, questions_in
from orchestrator.routing.skills.subjects import Subject, refers_back, subjects
from orchestrator.seams import Document

_MOST_TURNS = 4  # of the user, this one included
_LONGEST_ELLIPSIS = 60
_LEAD_IN = re.compile(
    r"^\W*(?:(?:and|or|but|so|then|ok|okay|und|et|y|e|и)\b[\s,]*)?(?:(?:what|how)\s+about\b|what\s+of\b)?\s*",
    re.I,
)
# A turn that begins so has a question or a request of its own.
_IS_WHOLE = re.compile(
    r"^\W*(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall"
    r"|should|must|may|tell|name|list|give|show|explain|describe|say|write|find|please|i|we|you|wie|wo|wer|was|wann|warum"
    r"|welche[rsmn]?|ist|sind|hat|qui|que|quoi|quand|combien|comment|pourquoi|où|quel(?:le)?s?)\b",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|he|his|him|she|her|hers|they|their|them|theirs|this|that|these|those)\b", re.I
)
_PRONOUN_ELSEWHERE = re.compile(
    r"\b(?:er|sie|ihn|ihr\w{0,2}|sein\w{0,2}|dies\w*|il|ils|elle|elles|son|sa|ses|él|ella|ellos|su|sus|он|она|они|его|её|их)\b",
    re.I,
)
_GENDERED = re.compile(r"\b(?:he|him|his|she|hers?)\b", re.I)
_GENDERED_OPENER = re.compile(r"^\W*(?:he|his|she|her)\b", re.I)
_MOST_CHARS = 100_000
_ORDINAL = content("first second third fourth fifth last next other previous")


@dataclass(frozen=True, slots=True)
class Turn:
    """One reading of a turn. `text` tells what kind of answer is wanted, `spoken` is all that was said of it.

    An answer must speak of the words of `text` without `left`, and of `filled`.
    """

    text: str
    spoken: str
    subjects: tuple[Subject, ...]
    filled: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()

    @property
    def words(self) -> frozenset[str]:
        return content(self.text) - self.left | self.filled

    @property
    def parts(self) -> list[frozenset[str]]:
        """The words of each question of the turn, where it asks several; of a turn filled in there is one."""
        texts = [self.text] if self.filled or self.left else questions_in(self.text)
        return [self.words] if len(texts) == 1 else [content(text) for text in texts]

    def question(self, apart: Sequence[str] = ()) -> Question:
        """What a sentence must speak of to answer it. `apart`: words not wanted of each sentence."""
        beside = _words_of([subject for subject in self.subjects if subject.is_beside])
        asked = Question.of(self.text, apart)
        # What points back in another language than English is not seen in a sentence.
        filled = self.filled - beside if is_english(self.text) or not asked.parts else frozenset()
        parts = tuple(part - self.left | filled for part in asked.parts) or ((filled,) if filled else ())
        return replace(asked, parts=parts, words=asked.words - self.left | self.filled)


def readings(said: Sequence[str]) -> tuple[Turn, ...]:
    """How the last of the user's turns may be read, the fullest reading first; at least one.

    A reading that leaves something out is worth no more than that no fuller one is answered.
    """
    found: tuple[Turn, ...] = (_alone(said[-1] if said else ""),)
    before: Turn | None = None
    for text in said[-_MOST_TURNS:]:
        found = _read(text, before)
        before = found[0]
    return found


def is_called_otherwise(turn: Turn, documents: Sequence[Document]) -> bool:
    """Whether the turn says "she" of one whom the documents only call "he", or the reverse."""
    asked = _genders(turn.text)
    named = _words_of([subject for subject in turn.subjects if _sort(subject) == "name"])
    if not turn.filled or not named or len(asked) != 1 or not is_english(turn.text):
        return False
    called: set[str] = set()
    for document in documents:
        parts = sentences(document.text[:_MOST_CHARS])
        for index, part in enumerate(parts):
            if named <= content(part):
                begin = _GENDERED_OPENER.match(parts[index + 1]) if index + 1 < len(parts) else None
                called |= _genders(begin[0]) if begin else set()
    return len(called) == 1 and called != asked


def _genders(text: str) -> set[str]:
    return {
        "she" if match[0].casefold() in ("she", "her", "hers") else "he" for match in _GENDERED.finditer(text)
    }


def _alone(text: str) -> Turn:
    return Turn(text, text, subjects(text))


def _read(text: str, before: Turn | None) -> tuple[Turn, ...]:
    alone = _alone(text)
    own = content(text)
    if before is None or not before.words:
        return (alone,)
    if not own:
        return (_filled(alone, before, before.words),)
    rest = _elliptical(text)
    if rest and is_kind(own) and before.subjects:
        return (_filled(alone, before, _words_of(before.subjects)),)
    if rest:
        return (_substituted(rest, text, before),)
    points_back = bool(_PRONOUN.search(text) or (not is_english(text) and _PRONOUN_ELSEWHERE.search(text)))
    if not points_back and alone.subjects:
        names = [each for each in before.subjects if _sort(each) == "name"]
        is_of_a_name = names and all(_sort(each) == "noun" for each in alone.subjects)
        return (_filled(alone, before, _words_of(names)), alone) if is_of_a_name else (alone,)
    of_before = _words_of(before.subjects)
    fuller = [_filled(alone, before, before.words)] if points_back and len(own) == 1 else []
    if of_before:
        fuller.append(_filled(alone, before, of_before))
    if points_back and fuller and (len(own) == 1 or (refers_back(text) and not alone.subjects)):
        return tuple(fuller)
    return (*fuller, alone)


def _filled(alone: Turn, before: Turn, words: frozenset[str]) -> Turn:
    """The turn, of what the turn before was about."""
    spoken = f"{before.spoken}\n{alone.spoken}"
    return Turn(alone.text, spoken, alone.subjects or before.subjects, filled=words)


def _elliptical(text: str) -> str:
    """What the turn names, where it names something and asks nothing: "the bridge" of "and the bridge?"."""
    lead_in = _LEAD_IN.match(text)
    rest = text[lead_in.end() :].strip() if lead_in else text.strip()
    has_lead_in = len(rest) < len(text.strip())
    if len(rest) > _LONGEST_ELLIPSIS or _IS_WHOLE.match(rest) or _PRONOUN.search(rest):
        return ""
    return rest if has_lead_in or (rest.endswith("?") and len(rest.split()) < 4) else ""


def _substituted(rest: str, text: str, before: Turn) -> Turn:
    """What was asked before, of what this turn names instead: a name for a name, a number for a number, else a noun."""
    own = content(rest)
    spoken = f"{before.spoken}\n{text}"
    if own <= _ORDINAL:
        return Turn(before.text, spoken, before.subjects, before.filled | own, before.left | _ORDINAL - own)
    named = subjects(f"Where is {rest}") or subjects(rest)
    kinds = {_sort(subject) for subject in named}
    replaced = [subject for subject in before.subjects if _sort(subject) in kinds] or list(before.subjects)
    gone = _words_of(replaced) - own
    kept = tuple(subject for subject in before.subjects if subject not in replaced)
    return Turn(before.text, spoken, (*kept, *named), before.filled - gone | own, (before.left | gone) - own)


def _words_of(found: Sequence[Subject]) -> frozenset[str]:
    return frozenset(word for subject in found for each in subject.words for word in content(each))


def _sort(subject: Subject) -> str:
    return (
        "number" if subject.kind == "number" else "noun" if subject.kind in ("noun", "bare noun") else "name"
    )
