"""Passages weighed by meaning, where there is an embedder: a paraphrase shares no words with its document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from orchestrator.errors import CouncilError
from orchestrator.routing.skills.overlap import carries_content, content
from orchestrator.routing.skills.passages import Passage, Reading
from orchestrator.routing.skills.subjects import Subject
from orchestrator.seams import Embedder

MOST_EMBEDDED = 24  # half a second where nothing is cached
# "cyclists" and "riders" have 0.73, "reboot" and "restarts" 0.72; but "cat" and "dog" 0.66, "motorcycle" and "bicycle" 0.69.
SAME = 0.7
_SEARCHED_PASSAGES = 2
_SEARCHED_WORDS = 100


async def read_by_meaning(question: str, reading: Reading, embedder: Embedder) -> Reading:
    """The reading with each passage as relevant as the words or the meaning make it, whichever is more.

    Of more than MOST_EMBEDDED passages only the ones that words put first are looked at. An embedder that fails leaves
    the reading as it is.
    """
    near, far = reading.passages[:MOST_EMBEDDED], reading.passages[MOST_EMBEDDED:]
    try:
        wanted = await embedder.embed(question)
        found = [float(await embedder.embed(passage.text) @ wanted) for passage in near]
    except CouncilError:
        return reading
    return replace(reading, passages=_ranked([*_raised(near, found), *far]))


def _raised(passages: Sequence[Passage], similarities: Sequence[float]) -> list[Passage]:
    pairs = zip(passages, similarities, strict=True)
    return [replace(each, relevance=min(1.0, max(each.relevance, near))) for each, near in pairs]


def _ranked(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    return tuple(sorted(passages, key=lambda passage: -passage.relevance))


async def with_synonyms(noun: Subject, reading: Reading, embedder: Embedder) -> Subject:
    """The noun with the words of the nearest passages that mean nearly the same: "cyclists" are "riders".

    Words that are only seen with a capital are no synonyms: one name is as near to any other.
    """
    spoken = "\n".join(passage.text for passage in reading.passages[:_SEARCHED_PASSAGES])
    plain = re.findall(r"\b[^\W\d_]{3,}\b", spoken)
    words = dict.fromkeys(word.casefold() for word in plain if word.islower() or word.endswith("s"))
    carrying = [word for word in words if carries_content(word)][:_SEARCHED_WORDS]
    try:
        wanted = await embedder.embed(noun.text)
        near = [word for word in carrying if float(await embedder.embed(word) @ wanted) >= SAME]
    except CouncilError:
        return noun
    return replace(noun, also=content(" ".join(near)))
