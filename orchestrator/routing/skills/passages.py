"""Documents cut into passages, the ones that bear on a question chosen, and all of it fenced off as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice

from orchestrator.routing.skills.kinds import given
from orchestrator.routing.skills.lines import blocks, headings, means, opens_a_line
from orchestrator.routing.skills.overlap import Weights, content
from orchestrator.seams import Document
from orchestrator.text import ends_in_abbreviation

# A passage of this relevance bears on the question. Set on the graded questions of
# tests/unit/routing/skills/knowledge_cases.py.
BEARS = 0.34
PASSAGE_CHARS = 600
# 20,000 spaces take the expressions for lines 2.7 s, and four times that for twice as many.
_LONG_GAP = re.compile(r"([^\S\n]{16})[^\S\n]+")
MAX_PASSAGES = 500  # a tenth of a second of work
_REPEATED = 3
_NUMBER_OF_ITEM = re.compile(r"\d{1,3}[.)]")
_LONGEST_TRAIL = 200
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\"'”’)\]]*\s+|(?<=[。！？])")
# "2." with a title of a few words: "2. Deposit. The landlord keeps ..."
_TITLE_OF_ITEM = re.compile(r"\d{1,3}[.)]\s+[A-Z][^\W\d_]*(?:\s+[^\W\d_]+){0,3}\.")


@dataclass(frozen=True, slots=True)
class Passage:
    """Some sentences of document `number`, counted from 1. `relevance` is 0..1 for one question.

    `words` has those of the title too; `position` orders the passages of all documents as they were given.
    """

    number: int
    text: str
    words: frozenset[str]
    relevance: float = 0.0
    title: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What of the documents bears on a question, the most relevant first, and how words weigh among them.

    `is_partial` when there was more than MAX_PASSAGES and the rest was not read.
    """

    passages: tuple[Passage, ...]
    weights: Weights
    is_partial: bool = False

    @property
    def relevance(self) -> float:
        return self.passages[0].relevance if self.passages else 0.0


def sentences(text: str) -> list[str]:
    """The sentences of a text. An item of a list, a row of a table, a heading and a line like "From: Ann" are their own."""
    return [part for block in blocks(text) for part in _in_prose(block)]


def _in_prose(block: str) -> list[str]:
    parts = [part.strip() for part in _split(block) if part.strip()]
    found: list[str] = []
    for part in parts:
        # "2." of a numbered item ends no sentence, and its title says nothing alone.
        if found and (_NUMBER_OF_ITEM.fullmatch(found[-1]) or _TITLE_OF_ITEM.fullmatch(found[-1])):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


def _split(block: str) -> Iterator[str]:
    """The block at the ends of its sentences. The stop of an abbreviation is none."""
    begin = 0
    for end in _SENTENCE_END.finditer(block):
        if end[0].isspace() and ends_in_abbreviation(
            block[begin : end.start()], block[end.end() : end.end() + 20]
        ):
            continue
        yield block[begin : end.start()]
        begin = end.end()
    yield block[begin:]


def _laid_out(text: str) -> Iterator[str]:
    """Its sentences, those that begin a block behind the line break by which they are told apart again."""
    for block in blocks(text):
        first, *others = _in_prose(block) or [""]
        yield f"\n{first}" if opens_a_line(first) else f"\n\n{first}"
        yield from others


def _without_repeats(parts: Sequence[str]) -> Iterator[str]:
    """Each sentence behind each other once: a text that goes round in circles is read once.

    Behind what was left out the last sentences of it stand, so that an "it" points at what it did.
    """
    seen: set[tuple[str, str]] = set()
    left_out: list[str] = []
    before = ""
    for part in parts:
        if (before, part) in seen:
            left_out.append(part)
        else:
            seen.add((before, part))
            yield from left_out[-_REPEATED:]
            left_out.clear()
            yield part
        before = part


def read(question: frozenset[str], documents: Sequence[Document]) -> Reading:
    """Weigh every passage for a question given as its content words.

    A document's own score (a recall by meaning) counts where words do not match. A question without content words
    ("what does this say?") is about all of it.
    """
    every = (each for number, document in enumerate(documents, 1) for each in _passages(number, document))
    cut = list(islice(every, MAX_PASSAGES))
    weights = Weights([words for _, words, _ in cut])
    weighed = [
        _passage(position, text, words, number, documents[number - 1], question, weights)
        for position, (text, words, number) in enumerate(cut)
    ]
    is_cut = any(len(document.text) > 2 * MAX_PASSAGES * PASSAGE_CHARS for document in documents)
    ranked = sorted(weighed, key=lambda passage: -passage.relevance)
    return Reading(tuple(ranked), weights, is_partial=next(every, None) is not None or is_cut)


def read_each(questions: Sequence[frozenset[str]], documents: Sequence[Document]) -> Reading:
    """As above for several questions at once: a passage that bears on one of them bears on all of it."""
    first, *others = (read(question, documents) for question in questions)
    relevance = {each.position: each.relevance for each in first.passages}
    for passage in (each for other in others for each in other.passages):
        relevance[passage.position] = max(relevance[passage.position], passage.relevance)
    weighed = [replace(each, relevance=relevance[each.position]) for each in first.passages]
    return replace(first, passages=tuple(sorted(weighed, key=lambda passage: -passage.relevance)))


def _passage(
    position: int,
    text: str,
    words: frozenset[str],
    number: int,
    document: Document,
    question: frozenset[str],
    weights: Weights,
) -> Passage:
    relevance = _relevance(question, words | given(question, words, text), document, weights)
    return Passage(number, text, words, relevance, document.source, position)


def _relevance(
    question: frozenset[str], words: frozenset[str], document: Document, weights: Weights
) -> float:
    if not question:
        return 1.0
    return max(weights.share(question, words), min(1.0, document.score or 0.0))


def _passages(number: int, document: Document) -> Iterator[tuple[str, frozenset[str], int]]:
    title = content(document.source)
    # Twice as much as can be used, so that the rest shows in `is_partial` and is not split in vain.
    text = document.text[: 2 * MAX_PASSAGES * PASSAGE_CHARS]
    parts = list(_laid_out(_LONG_GAP.sub(r"\1", text)))
    for text in _windows(_without_repeats(parts)):
        yield text, content(text) | means(text) | title, number


def _windows(parts: Iterable[str]) -> Iterator[str]:
    """Passages of these sentences. One that begins below a heading begins with that heading."""
    held = trail = ""
    read: list[str] = []
    for part in parts:
        read = [*headings([*read, part.strip()])[-1], part.strip()]
        trail = "\n\n".join(read[:-1])
        for piece in (part[i : i + PASSAGE_CHARS] for i in range(0, len(part), PASSAGE_CHARS)):
            if held and len(held) + len(piece) > PASSAGE_CHARS:
                yield held
                held = trail if len(trail) <= _LONGEST_TRAIL else ""
                piece = f"\n\n{piece.strip()}" if held else piece
            held = f"{held}{piece}".strip() if piece.startswith("\n") else f"{held} {piece}".strip()
    if held:
        yield held


def chosen(reading: Reading, max_chars: int) -> list[Passage]:
    """The most relevant passages that fit, in the order of the documents; always at least one."""
    return sorted(_fitting(reading.passages, max_chars), key=lambda passage: passage.number)


def from_the_start(reading: Reading, max_chars: int) -> list[Passage]:
    """The passages that fit from the beginning of every document on, the documents in turn; always at least one."""
    turns: dict[int, int] = {}
    rows: list[tuple[int, Passage]] = []
    for passage in sorted(reading.passages, key=lambda each: each.position):
        turn = turns[passage.number] = turns.get(passage.number, 0) + 1
        rows.append((turn, passage))
    in_turn = [passage for _, passage in sorted(rows, key=lambda row: row[0])]
    return sorted(_fitting(in_turn, max_chars), key=lambda passage: passage.position)


def _fitting(passages: Sequence[Passage], max_chars: int) -> list[Passage]:
    taken: list[Passage] = []
    room = max_chars
    for passage in passages:
        room -= _cost(passage.text)
        if room < 0 and taken:
            break
        taken.append(passage)
    return taken


def _cost(text: str) -> int:
    """How many English characters take as many tokens: of other scripts a letter alone takes one or more."""
    return len(text) + 3 * sum(not each.isascii() for each in text)


def data_block(passages: Sequence[Passage]) -> str:
    """The passages between markers that no text inside can write: they are made from a digest of all of it."""
    texts = [f"[{passage.number}] {passage.text}" for passage in passages]
    mark = sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:12]
    inside = "\n\n".join(texts)
    return f"<documents-{mark}>\n{inside}\n</documents-{mark}>"
