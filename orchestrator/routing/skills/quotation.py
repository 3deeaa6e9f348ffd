"""What is quoted of a passage when the model's own words do not stand: the sentences that speak of what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.errors import CouncilError
from orchestrator.routing.skills.attribution import Attribution, holds, opener
from orchestrator.routing.skills.overlap import content
from orchestrator.routing.skills.passages import Passage, Reading, sentences
from orchestrator.routing.skills.statements import Question, answers, statements
from orchestrator.routing.skills.subjects import Subject
from orchestrator.seams import Embedder

_NEARLY = 0.75
_MOST_EMBEDDED = 12
_LONGEST_CHARS = 600


@dataclass(frozen=True, slots=True)
class Quotation:
    """`covers`: whether each of its sentences speaks of all that was asked."""

    text: str
    covers: bool


def best_passage(passages: Sequence[Passage], about: Attribution) -> Passage | None:
    """The most relevant of those that hold the most of what the question is about."""

    def fit(passage: Passage) -> tuple[int, float]:
        spoken = len(about.held) - len(about.unsaid([passage]))
        return spoken, passage.relevance

    return max(passages, key=fit, default=None)


async def quotation(
    asked: Question, passage: Passage, about: Attribution, reading: Reading, embedder: Embedder | None
) -> Quotation | None:
    """None when no sentence of the passage speaks of what was asked."""
    parts = sentences(passage.text)
    spoken = _sentences_about(parts, passage, [s for s in about.held if s.kind not in ("noun", "unspaced")])
    if not spoken:
        return None
    question = content(asked.text)
    scores = [reading.weights.share(question, content(parts[index])) for index in spoken]
    if embedder is not None:
        scores = await _raised(asked.text, [parts[index] for index in spoken], scores, embedder)
    answering = {each.text for each in statements([passage], reading.passages) if answers(asked, each)}
    rated = dict(zip(spoken, scores, strict=True))
    # "It is 412 metres long" shares no word with the question and answers it.
    covering = {
        index: score for index, score in rated.items() if not asked.parts or parts[index] in answering
    }
    rated = covering or rated
    least = _NEARLY * max(rated.values())
    taken = [index for index, score in rated.items() if score >= least]
    return Quotation(_joined(parts, taken), covers=bool(covering))


def _sentences_about(parts: Sequence[str], passage: Passage, wanted: Sequence[Subject]) -> list[int]:
    """The sentences that name a subject, and those that go on about it. All where the title names it, or none has a name."""
    if not wanted or any(holds(passage.title, subject) for subject in wanted):
        return list(range(len(parts)))
    taken: list[int] = []
    for index, part in enumerate(parts):
        goes_on = bool(taken) and taken[-1] == index - 1 and opener(part) is None
        if goes_on or any(holds(part, subject) for subject in wanted):
            taken.append(index)
    return taken


async def _raised(
    asked: str, parts: Sequence[str], scores: Sequence[float], embedder: Embedder
) -> list[float]:
    """Each score, or the likeness in meaning where that is more."""
    try:
        wanted = await embedder.embed(asked)
        near = [float(await embedder.embed(part) @ wanted) for part in parts[:_MOST_EMBEDDED]]
    except CouncilError:
        return list(scores)
    return [max(pair) for pair in zip(scores, [*near, *[0.0] * len(parts)], strict=False)]


def _joined(parts: Sequence[str], taken: Sequence[int]) -> str:
    text = parts[taken[0]]
    for before, index in zip(taken, taken[1:], strict=False):
        text += (" " if index == before + 1 else " … ") + parts[index]
    return text if len(text) <= _LONGEST_CHARS else text[: _LONGEST_CHARS - 1] + "…"
