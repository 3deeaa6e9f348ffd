"""Passages weighed by meaning, where there is an embedder: a paraphrase shares no words with its document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.errors import CouncilError
from orchestrator.routing.skills.passages import Passage, Reading
from orchestrator.seams import Embedder

MOST_EMBEDDED = 24  # half a second where nothing is cached


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
