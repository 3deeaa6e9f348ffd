"""What is quoted of a passage when the model's own words do not stand: the sentences that speak of what was asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orchestrator.errors import CouncilError
from orchestrator.routing.skills.attribution import Attribution, holds, opener
from orchestrator.routing.skills.comparisons import Comparison, comparison
from orchestrator.routing.skills.counts import counts_what_is_asked
from orchestrator.routing.skills.demands import meets_the_demands
from orchestrator.routing.skills.fitting import gives_what_is_asked, has_a_reason
from orchestrator.routing.skills.kinds import is_given, is_kind
from orchestrator.routing.skills.lines import field_of, headings, opens_a_line, plain_heading, rank
from orchestrator.routing.skills.overlap import content, negates
from orchestrator.routing.skills.passages import BEARS, Passage, Reading, sentences
from orchestrator.routing.skills.predicates import tells_of_it
from orchestrator.routing.skills.statements import (
    Question,
    Statement,
    answered_parts,
    answers,
    bearing_words,
    bears_by,
    holds_all,
    in_clauses,
    is_no_statement,
    is_owned_by_what_is_told_of,
    is_subject_asked_about,
    statements,
)
from orchestrator.routing.skills.subjects import Subject
from orchestrator.seams import Embedder

_NEARLY = 0.75
# In documents of a few sentences. "Serves 4." has 0.30 for "How many people does it feed?", the question of a FAQ for how to
# "contact you" 0.26 for "How can I reach you?"; the most that questions about nothing in them have is 0.23, but for those of
# a name that is not there ("How tall is the Eiffel Tower?": 0.30).
_LIKE = 0.25
_FEW = 4
# "Prices", "Prices: ...", "2. Prices. ..."
_LABEL = re.compile(
    r"(?:\d{1,3}[.)]\s+(?P<numbered>))?(?P<title>[A-Z][^\W\d_]*(?:\s+[^\W\d_]+){0,3})(?:(?(numbered)[.:]|:)(?=\s)|$)"
)
_ASKS_FOR_ALL = re.compile(
    r"\W*(?:(?:what|which)\s+(?:are|were)\s+(?:all\s+)?(?:the|your|our|my|its|their|these)|(?:list|name|give me|show me|tell me)\s+(?:all\s+)?(?:the|your|our))\b",
    re.I,
)
_ASKS_FOR_MORE = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)*(?:what|when|where|who|whom|whose|which|why|how)\b", re.I
)
_PARTICLE = re.compile(
    r"(?:\b(?P<last>out|off|up|down|back|away|over|(?<=ed )on)\W*$|\b[a-z]{2,20}-(?P<joined>in|on|out|off|up|down)\b)",
    re.I,
)
_WHAT_IS = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)*(?:what|who)\s+(?:is|are|was|were)\s+(?:the|our|my|your)\s+(?P<what>[^\W\d_]+(?:\s[^\W\d_]+){0,2})\W*$",
    re.I,
)
_ASKS_WHETHER = re.compile(r"^\W*(?:is|are|was|were|do|does|did|has|have|can|will|must|may)\b", re.I)
_LETTER = re.compile(r"(?<![\w.'’])[B-HJ-Z](?![\w.'’])(?!\s+[A-Z])")
_TELLS_OF_IT = re.compile(
    r"(?:is|are|was|were|has been|have been|will be)\s+[a-z]+ed\b(?!\s+(?:at|to)\s)|(?:wants?|needs?|has to|must|may|can|will)\s",
    re.I,
)
_MOST_COMPARED = 4
_MOST_EMBEDDED = 12
_MOST_SEARCHED = 24
_LONGEST_ASKED = 2000
_LONG_ENOUGH = 6
_LONGEST_CHARS = 600


@dataclass(frozen=True, slots=True)
class Quotation:
    """`covers`: whether each of its sentences has all that was asked, and a value of the kind that was asked for."""

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
    over = headings(parts)
    said = statements([passage], reading.passages)
    answering = {index for index, each in enumerate(said) if answers(asked, each)}
    wanted = [s for s in about.held if s.kind not in ("noun", "unspaced")]
    named = _sentences_about(parts, passage, wanted)
    # "Dogs are not allowed" names no hotel, and in the document about one it answers for it.
    spoken = sorted({*named, *answering}) if named else []
    spoken = [
        index
        for index in spoken
        if index in answering or not (rank(parts[index]) or is_no_statement(parts[index], asked.text))
    ]
    spoken = [
        index
        for index in spoken
        if index in answering or not field_of(parts[index]) or _tells_more(said[index], asked.text)
    ]
    if not spoken:
        return None
    spoken = [index for index in spoken if _has_the_letters(asked.text, said[index])] or spoken
    question = content(asked.text)
    if not answering:
        spoken = _of_what_else_is_asked(asked, said, spoken, wanted)
    compared = comparison(asked.text)
    if compared and not answering and (valued := _valued(compared, said, spoken)):
        return Quotation(_with_headings(parts, over, valued, question), covers=False)
    scores = [
        reading.weights.share(question, content("\n".join((*over[index], parts[index])))) for index in spoken
    ]
    if embedder is not None:
        scores = await _raised(asked.text, [parts[index] for index in spoken], scores, embedder)
    rated = dict(zip(spoken, scores, strict=True))
    # "It is 412 metres long" shares no word with the question and answers it.
    rated = _preferred(rated, lambda index: not asked.parts or index in answering)
    rated = _preferred(rated, lambda index: index in answering and is_outright(asked, said[index]))
    near = max(rated.values()) / 2
    rated = _preferred(
        rated, lambda index: rated[index] >= near and gives_what_is_asked(asked.text, said[index].read)
    )
    rated = _preferred(rated, lambda index: field_of(parts[index]) <= question)
    least = _NEARLY * max(rated.values())
    taken = [index for index, score in rated.items() if score >= least]
    taken = sorted({*taken, *_of_other_parts(asked, said, sorted(answering & set(spoken)), taken)})
    covers = not asked.parts or all(index in answering and is_outright(asked, said[index]) for index in taken)
    taken = sorted({each for index in taken for each in _section(parts, index, asked.text)})
    return Quotation(_with_headings(parts, over, taken, question), covers)


def _of_what_else_is_asked(
    asked: Question, said: Sequence[Statement], spoken: Sequence[int], wanted: Sequence[Subject]
) -> list[int]:
    """Where the sentences that name the subject have nothing else of the question, those of a text about it that have:
    "Pets are not allowed." behind "The Hotel Bellevue has 65 rooms." for "Are dogs allowed at the Bellevue?"."""
    named = frozenset().union(*(content(" ".join(each.words)) for each in wanted))
    rest = bearing_words(asked.text) - named
    if not named or any(rest & bears_by(said[index]) for index in spoken):
        return list(spoken)
    about = [
        index
        for index, each in enumerate(said)
        if named <= each.topic | each.carried and rest & bears_by(each) and not rank(each.text)
        if is_subject_asked_about(asked, each)
    ]
    return about or list(spoken)


def _of_other_parts(
    asked: Question, said: Sequence[Statement], answering: Sequence[int], taken: Sequence[int]
) -> list[int]:
    """For each part of the question that what is taken leaves open the first sentence that answers it."""
    parts_of = {index: answered_parts(asked, said[index]) for index in {*answering, *taken}}
    found: list[int] = []
    for part in range(len(asked.parts)):
        if any(part in parts_of[index] for index in (*taken, *found)):
            continue
        found += [index for index in answering if part in parts_of[index]][:1]
    return found


def _section(parts: Sequence[str], index: int, asked: str) -> list[int]:
    """A sentence with those that follow under the title which it is or begins with, where all of that is asked for.

    A title alone says nothing: it is given with the next line at least.
    """
    label = _LABEL.match(parts[index])
    if label is None or not content(label["title"]) or not content(label["title"]) <= content(asked):
        return [index]
    is_bare = label.end() == len(parts[index])
    if not is_bare and not _ASKS_FOR_ALL.match(asked):
        return [index]
    taken = [index]
    for behind in range(index + 1, len(parts)):
        if rank(parts[behind]) or _opens_another(parts[index], parts[behind], is_bare=is_bare):
            break
        taken.append(behind)
    if sum(len(parts[each]) for each in taken) > _LONGEST_CHARS:
        return taken[: 1 + is_bare]
    return taken


def _opens_another(title: str, part: str, *, is_bare: bool) -> bool:
    """Whether a line begins the next section, by a title in the form of this one's."""
    label = _LABEL.match(part)
    if label is None or part[0].isdigit() != title[0].isdigit():
        return False
    return not is_bare or label.end() == len(part)


def compared(asked: Question, reading: Reading) -> list[Statement]:
    """The sentences of several documents with the values that a question compares, of whom it names. None where one compares them itself, where a
    named one has no value, or where they are more than a reader sees through."""
    compares = comparison(asked.text)
    if compares is None:
        return []
    every = statements(reading.passages[:_MOST_SEARCHED], reading.passages)
    if any(answers(asked, each) for each in every):
        return []
    valued = [
        each
        for each in every
        if compares.is_valued_in(each.text, each.under) and not is_no_statement(each.text, asked.text)
    ]
    if compares.names:
        held = [[each for each in valued if name <= each.words | each.carried] for name in compares.names]
        valued = [each for each in valued if any(each in of_one for of_one in held)] if all(held) else []
    is_of_several = len({each.passage.number for each in valued}) > 1
    return valued if is_of_several and len(valued) <= _MOST_COMPARED else []


def _valued(compared: Comparison, said: Sequence[Statement], spoken: Sequence[int]) -> list[int]:
    """The sentences with a value of what is compared; where none has one of its kind, those with a number."""
    valued = [index for index in spoken if compared.is_valued_in(said[index].text, said[index].under)]
    return valued or [index for index in spoken if any(map(str.isdigit, said[index].text))]


def is_outright(asked: Question, statement: Statement) -> bool:
    """Whether a sentence with its headings has each content word of a part of the question, and what it asks for."""
    return any(
        tells_of_it(text, statement.text, under=statement.under, points_back=statement.points_back)
        and any(
            _has_it_all(part, text, asked, each)
            for each in ([statement] if negates(text) else in_clauses(statement))
        )
        for part, text in asked.asked
    )


def is_told(asked: Question, statement: Statement) -> bool:
    """Whether a sentence tells of what is asked, the hour of a check-in of no check-out, be it in words not all of the question."""
    return any(
        _has_the_particle(text, statement)
        and counts_what_is_asked(text, statement.text, statement.under)
        and has_a_reason(text, statement.read)
        and tells_of_it(text, statement.text, under=statement.under, points_back=statement.points_back)
        for _, text in asked.asked
    )


def _has_it_all(part: frozenset[str], text: str, asked: Question, statement: Statement) -> bool:
    """Whether this sentence, or this part of one, has all words of a part of the question and a value of the kind asked for."""
    return (
        holds_all(part, asked, statement)
        and _has_the_particle(text, statement)
        and meets_the_demands(text, statement.read)
        and not _is_only_told_of(text, statement.text)
        and gives_what_is_asked(text, statement.read, points_back=statement.points_back)
        and counts_what_is_asked(text, statement.text, statement.under)
        and has_a_reason(text, statement.read)
    )


def _has_the_particle(text: str, statement: Statement) -> bool:
    """Whether it has the "out" of "can leave be paid out?": paid leave is another matter, and a check-in no check-out."""
    particle = _PARTICLE.search(text)
    if particle is None or particle["last"]:
        return particle is None or re.search(rf"\b{particle['last']}\b", statement.read, re.I) is not None
    verb, _, end = particle[0].partition("-")
    return re.search(rf"\b{verb}[a-z]{{0,4}}[\s-]?{end}\b", statement.read, re.I) is not None


def _is_only_told_of(question: str, sentence: str) -> bool:
    """Whether of "what is the gate code?" it only tells that "the gate code is changed every quarter", or what the client wants."""
    asked = _WHAT_IS.match(question)
    if asked is None:
        return False
    what = re.escape(asked["what"])
    opens = re.match(rf"\W*(?:the|our|my|your)\s+{what}\s+(?P<rest>.+)", sentence, re.I)
    return opens is not None and _TELLS_OF_IT.match(opens["rest"]) is not None


async def nearest(
    asked: str, reading: Reading, embedder: Embedder | None, *, is_of_known: bool = False
) -> tuple[Quotation, Passage] | None:
    """The sentences with the most of a question's words, of all passages; None where none has any, nor is near in meaning.

    What it gives is for the reader to judge: it never covers. `is_of_known`: whether the documents have all names of the
    question; of a few sentences one needs less likeness then.
    """
    asked = asked[-_LONGEST_ASKED:]  # its end: that is where a question stands
    question = bearing_words(asked)
    passages = reading.passages[:_MOST_SEARCHED]
    every = statements(passages, reading.passages)
    above = {line for each in every for line in each.under.split("\n")}
    said = [
        each
        for each in every
        if not rank(each.text) and each.text not in above and not is_no_statement(each.text, asked)
    ]
    said = [each for each in said if _tells_more(each, asked)] or said
    said = [each for each in said if _has_the_letters(asked, each)] or said
    compared = comparison(asked)
    scored = [
        (
            1.0
            if compared and compared.is_valued_in(each.text, each.under)
            else _score(question, each, reading),
            each,
        )
        for each in said
    ]
    scored.sort(key=lambda pair: -pair[0])
    scores, kept = [score for score, _ in scored], [each for _, each in scored]
    if embedder is not None:
        near = await _raised(asked, [_with_question(each) for each in kept], [0.0] * len(kept), embedder)
        floor = _LIKE if is_of_known and len(said) <= _FEW else BEARS
        scores = [
            max(score, by_meaning if by_meaning >= floor else 0.0)
            for score, by_meaning in zip(scores, near, strict=True)
        ]
    found = [(score, each) for score, each in zip(scores, kept, strict=True) if score > 0]
    if not found:
        return None
    near_enough = max(score for score, _ in found) / 2
    found = [
        pair for pair in found if pair[0] >= near_enough and gives_what_is_asked(asked, pair[1].read)
    ] or found
    best_score, best = max(found, key=lambda pair: (pair[0], -pair[1].passage.position))
    parts = sentences(best.passage.text)
    taken = [
        index
        for index, part in enumerate(parts)
        if any(
            score >= _NEARLY * best_score and each.text == part and each.passage is best.passage
            for score, each in found
        )
    ]
    taken = sorted({each for index in taken for each in _section(parts, index, asked)})
    text = _with_headings(parts, headings(parts), taken, question)
    return Quotation(text, covers=False), best.passage


def _has_the_letters(asked: str, statement: Statement) -> bool:
    """Whether it has the letters by which one of several is called: the D of "Is D affected?"."""
    return not _ASKS_WHETHER.match(asked) or set(_LETTER.findall(asked)) <= set(
        _LETTER.findall(statement.read)
    )


def _tells_more(statement: Statement, asked: str) -> bool:
    """Whether the sentence has a word that the question has not, where one asks for more than a yes: "Customer: Joss Weatherly."
    has none for "How much credit did Joss Weatherly get?" but the name of its field."""
    if not _ASKS_FOR_MORE.match(asked):
        return True
    return bool(content(statement.text) - field_of(statement.text) - content(asked))


def _with_question(statement: Statement) -> str:
    """The sentence behind the document's own question that it answers."""
    above = statement.under.rpartition("\n")[2]
    return f"{above}\n{statement.text}" if above.rstrip("*_ ").endswith("?") else statement.text


def _score(question: frozenset[str], statement: Statement, reading: Reading) -> float:
    words = bears_by(statement)
    if is_kind(question):
        # "How heavy is it?": it has no other word.
        words |= {word for word in question if is_given(word, statement.text)}
    return reading.weights.share(question, {word for word in question if _is_near(word, words)})


def _is_near(word: str, among: frozenset[str]) -> bool:
    """Whether a word or one of the same beginning is there: "authenticate" for "authentication"."""
    if word in among:
        return True
    return len(word) >= _LONG_ENOUGH and any(
        each[:_LONG_ENOUGH] == word[:_LONG_ENOUGH]
        and (each.startswith(word) or word.startswith(each) or each[:-3] == word[: len(each) - 3])
        for each in among
        if len(each) >= _LONG_ENOUGH
    )


def _preferred(rated: dict[int, float], suits: Callable[[int], bool]) -> dict[int, float]:
    """Those that suit; all where none does."""
    return {index: score for index, score in rated.items() if suits(index)} or rated


def _with_headings(
    parts: Sequence[str], over: Sequence[tuple[str, ...]], taken: Sequence[int], question: frozenset[str]
) -> str:
    """The sentences taken behind their headings: the one right above, and those above it that tell what was asked or when."""
    before = {i - 1 for i in taken if i and is_owned_by_what_is_told_of(parts[i - 1], parts[i])}
    shown = before.union(taken)
    for index in taken:
        for above, text in enumerate(reversed(over[index])):
            if above and not content(text) & question and not any(each.isdigit() for each in text):
                continue
            shown.add(max(i for i in range(index) if parts[i] == text))
        if rank(parts[index]) and index + 1 < len(parts):
            shown.add(index + 1)
    return _joined([plain_heading(part) for part in parts], sorted(shown))


def _sentences_about(parts: Sequence[str], passage: Passage, wanted: Sequence[Subject]) -> list[int]:
    """The sentences that name a subject, and those that go on about it. All where the title names it, or none has a name."""
    if not wanted or any(holds(passage.title, subject) for subject in wanted):
        return list(range(len(parts)))
    taken: list[int] = []
    over = headings(parts)
    for index, part in enumerate(parts):
        goes_on = bool(taken) and taken[-1] == index - 1 and opener(part) is None and not opens_a_line(part)
        if goes_on or any(holds("\n".join((*over[index], part)), subject) for subject in wanted):
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
