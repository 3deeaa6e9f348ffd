"""`knowledge`: answers from the documents of the task by quoting them, with citations, or says that they do not say.

No model answers a question: the sentences that have all that was asked are quoted as they stand (`quotation.py`), and where
none has it, the nearest ones behind a lead that says so. Where sentences answer with different values
(`disagreement.py`) both are quoted. The passages are found by words and by meaning. A request for a summary goes to a model,
and each of its sentences is checked (`citations.py`). Without documents what was recalled of the user's own statements answers
(`remembered.py`), else the skill declines.

No answer has a confidence: measured as a probability, what the words have in common was none (docs/skills.md).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from orchestrator.routing.skills.attribution import Attribution
from orchestrator.routing.skills.changes import changed
from orchestrator.routing.skills.citations import CheckedSummary, check_summary, without_broken_off
from orchestrator.routing.skills.disagreement import answering, conditional, disagreeing
from orchestrator.routing.skills.follow_ups import Turn, is_called_otherwise, readings
from orchestrator.routing.skills.meaning import MOST_EMBEDDED, read_by_meaning, with_synonyms
from orchestrator.routing.skills.overlap import content
from orchestrator.routing.skills.passages import (
    BEARS,
    Passage,
    Reading,
    chosen,
    data_block,
    from_the_start,
    read_each,
)
from orchestrator.routing.skills.plain_requests import asks_for_no_fact
from orchestrator.routing.skills.quotation import (
    Quotation,
    best_passage,
    compared,
    is_outright,
    nearest,
    quotation,
)
from orchestrator.routing.skills.remembered import answer_from_memory, answer_without_memory
from orchestrator.routing.skills.statements import Question, Statement, answers, statements, unanswered
from orchestrator.routing.skills.subjects import Subject, speaks_of_another, subjects
from orchestrator.routing.skills.summary import (
    CLOSING,
    SUMMARISE,
    asks_for_summary,
    beginnings,
    topic,
)
from orchestrator.seams import Ask, ChatMessage, Document, Embedder, Generated, SkillAnswer, SkillTask

Result = TypeVar("Result")

UNKNOWN = "The documents do not say."
NEAREST = "The nearest in the documents:"
DISAGREE = "The documents disagree:"
BEARS_CLEARLY = 0.55
DOCUMENT_CHARS = 6000
_JOINS = re.compile(r"\b(?:and|or)\b", re.I)
_OFF_LOOP_CHARS = 8192
_READ_CHARS = 2000
_MOST_QUESTIONS = 4
_LONGEST_QUESTION = 400
_SPACES = re.compile(r"\s{2,}")


class KnowledgeSkill:
    name = "knowledge"
    description = "Answers from supplied or recalled documents, each statement checked and cited."

    def __init__(self, embedder: Embedder | None = None, document_chars: int = DOCUMENT_CHARS) -> None:
        self._embedder = embedder
        self._document_chars = document_chars

    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        task = replace(task, text=_read_of(task.text))
        if asks_for_no_fact(task.text):
            return None
        if not task.documents:
            return _from_memory(task)
        if asks_for_summary(task.text):
            return await self._summary(task)
        turn, reading = await self._turn(task)
        if await _aside(task.documents, lambda: is_called_otherwise(turn, task.documents)):
            return _unknown(
                reading,
                "they speak of whom was named before as of a man where a woman is asked for, or the reverse",
            )
        about = await self._about(reading, task, turn.subjects)
        asked = _question(turn, about)
        if not about.absent and (sides := await _aside(task.documents, lambda: compared(asked, reading))):
            return _sides(task, reading, about, asked, f"{NEAREST} {_each_quoted(sides, ' ')}", sides)
        if reading.relevance < BEARS:
            unknown = _unknown(reading, "no passage bears on the question", about=about)
        elif about.absent and not about.is_partly_absent:
            unknown = _unknown(reading, _not_named(about.absent), about=about)
        else:
            unknown = await self._answered(task, asked, reading, about)
        return await self._or_nearest(task, turn, reading, about, unknown)

    async def _or_nearest(
        self, task: SkillTask, turn: Turn, reading: Reading, about: Attribution, answer: SkillAnswer
    ) -> SkillAnswer:
        """The answer, but for a denial the nearest that the documents come: that they say nothing holds only of such as
        have no word of the question, or of a name that they lack where they speak of another in its place."""
        if answer.text != UNKNOWN:
            return answer
        asked = task.text if content(task.text) else turn.spoken
        is_of_known = not turn.filled and not any(each.is_name for each in about.absent)
        found = await nearest(asked, reading, self._embedder, is_of_known=is_of_known)
        absent = [] if about.is_partly_absent else about.absent
        if found is None or any(speaks_of_another(each, turn.text, found[0].text) for each in absent):
            return answer
        absent = [each for each in absent if each.is_name]
        quoted, passage = found
        lead = _not_among_the_names(absent) if absent else NEAREST
        evidence = {
            **answer.evidence,
            "sources": _sources(task.documents, [passage.number]),
            "quoted": True,
        }
        return replace(answer, text=f"{lead} “{quoted.text}” [{passage.number}]", evidence=evidence)

    async def _turn(self, task: SkillTask) -> tuple[Turn, Reading]:
        """The fullest reading of the turn that some sentence answers, else the last, and the documents read for it."""
        *fuller, last = readings(_asked_so_far(task))
        for turn in fuller:
            reading = await self._read(task, turn.parts, turn.spoken)
            if await _aside(task.documents, partial(_is_answered, turn, reading)):
                return turn, reading
        return last, await self._read(task, last.parts, last.spoken)

    async def _answered(
        self, task: SkillTask, asked: Question, reading: Reading, about: Attribution
    ) -> SkillAnswer:
        shown = chosen(reading, self._document_chars)
        if sides := disagreeing(asked, shown, about):
            quoted = f"{DISAGREE} {_each_quoted(sides, ', ')}"
            return _sides(task, reading, about, asked, quoted, sides, disagree=True)
        if sides := conditional(asked, shown, about):
            return _sides(task, reading, about, asked, _each_quoted(sides, " "), sides)
        if sides := changed(asked, shown, about):
            return _sides(task, reading, about, asked, _each_quoted(sides, " "), sides)
        return await self._quoted(task, reading, about, asked)

    async def _read(self, task: SkillTask, questions: Sequence[frozenset[str]], spoken: str) -> Reading:
        reading = await _aside(task.documents, lambda: read_each(questions, task.documents))
        if self._embedder is None or not any(questions):
            return reading
        return await read_by_meaning(spoken, reading, self._embedder)

    async def _about(self, reading: Reading, task: SkillTask, wanted: Sequence[Subject]) -> Attribution:
        about = await _aside(task.documents, lambda: Attribution.of(wanted, reading))
        nouns = [subject for subject in about.absent if subject.kind == "noun"]
        if self._embedder is None or not nouns:
            return about
        meant = {noun: await with_synonyms(noun, reading, self._embedder) for noun in nouns}
        return Attribution.of([meant.get(subject, subject) for subject in wanted], reading)

    async def _quoted(
        self, task: SkillTask, reading: Reading, about: Attribution, asked: Question
    ) -> SkillAnswer:
        """Sentences of the passage that clearly bears on the question."""
        # A subject that is nowhere lowers the relevance of every passage, and it is told apart.
        enough = BEARS if about.is_partly_absent else BEARS_CLEARLY
        bearing = [passage for passage in reading.passages if passage.relevance >= BEARS]
        clearly = [passage for passage in bearing if passage.relevance >= enough]
        # "Closed" answers a yes-or-no question for "open" in few of its words.
        read = clearly or bearing
        answered = {each.passage.position for each in answering(asked, read, about)}
        best = best_passage([each for each in read if each.position in answered] or read, about)
        found = best and await quotation(asked, best, about, reading, self._embedder)
        if not best or not found:
            return _unknown(reading, "no sentence answers it", about=about)
        beside, other = await self._of_the_others(asked, best, bearing, about, reading, covers=found.covers)
        said = [each for each in statements([best], reading.passages) if each.text in found.text]
        more, left = _of_other_parts(asked, said, reading, about) if found.covers else ([], ())
        numbers = {best.number, *other, *(each.passage.number for each in more)}
        evidence = {
            "sources": _sources(task.documents, sorted(numbers)),
            "quoted": True,
            **_relevance(reading),
            **_absent(about),
            **({"unanswered": list(left)} if left else {}),
        }
        text = f"{_quotation_text(found, best, about)}{beside}{_behind(more, left)}"
        return SkillAnswer(text, "knowledge", "cited", None, evidence)

    async def _of_the_others(
        self,
        asked: Question,
        best: Passage,
        bearing: Sequence[Passage],
        about: Attribution,
        reading: Reading,
        *,
        covers: bool,
    ) -> tuple[str, list[int]]:
        """What is quoted, and of which documents, of a subject named beside another that the best passage does not speak of.
        `covers`: whether what stands before it has no lead that holds for this too."""
        quoted, numbers = "", []
        for subject in about.unsaid([best]):
            apart = replace(about, held=(subject,), absent=())
            passage = best_passage([each for each in bearing if not apart.unsaid([each])], apart)
            found = (
                passage
                and (subject.is_beside or (subject.kind in ("name", "acronym") and _JOINS.search(asked.text)))
                and await quotation(asked, passage, apart, reading, self._embedder)
            )
            if passage and found:
                lead = "" if found.covers or not covers else f" {NEAREST}"
                quoted += f"{lead} “{found.text}” [{passage.number}]"
                numbers.append(passage.number)
        return quoted, numbers

    async def _summary(self, task: SkillTask) -> SkillAnswer:
        words = topic(task.text)
        reading = await self._read(task, [content(words)], task.text)
        wanted = (
            [subject for subject in subjects(f"What of {words}?") if subject.kind != "noun"] if words else []
        )
        about = await self._about(reading, task, wanted)
        if about.absent:
            return _unknown(reading, _not_named(about.absent), about=about)
        pick = chosen if wanted else from_the_start
        shown = pick(reading, self._document_chars)
        checked, generated = await _checked_summary(task, reading, shown, is_of_all=not wanted)
        reading = replace(reading, is_partial=reading.is_partial or len(shown) < len(reading.passages))
        return _summed_up(task, reading, checked, generated, shown)


async def _checked_summary(
    task: SkillTask, reading: Reading, shown: Sequence[Passage], *, is_of_all: bool
) -> tuple[CheckedSummary, tuple[Generated, ...]]:
    """What of the model's summary stands. Where nothing does it is asked again, without the user's words.

    To "summarise the document" a small model likes to answer that the document is a document.
    """
    generated: tuple[Generated, ...] = ()
    checked = CheckedSummary()
    for request in (f"Request: {task.text}\n\n", *([""] if is_of_all else [])):
        text = await task.generator.generate(_ask_for_summary(task, shown, request))
        generated = (*generated, text)
        checked = check_summary(without_broken_off(text, shown), shown, reading.weights)
        if checked.cited:
            break
    return checked, generated


def _from_memory(task: SkillTask) -> SkillAnswer | None:
    is_beginning = len(task.messages) <= 1
    if task.recall_failure:
        return answer_without_memory(task.text, task.recall_failure, is_beginning=is_beginning)
    if task.recalled is None:
        return None
    return answer_from_memory(task.text, task.recalled, is_beginning=is_beginning)


async def _aside(documents: Sequence[Document], work: Callable[[], Result]) -> Result:
    """What the work gives, in a thread where there is so much to read that streams would wait for it."""
    if sum(len(document.text) for document in documents) > _OFF_LOOP_CHARS:
        return await asyncio.to_thread(work)
    return work()


def _asked_so_far(task: SkillTask) -> list[str]:
    """What the user said, this turn last."""
    said = [_read_of(message.content) for message in task.messages if message.role == "user"]
    return [*said[:-1], task.text]


def _read_of(text: str) -> str:
    """What is read of a turn: of a long one its last questions, or its beginning and its end where it has none, since
    expressions that tell questions apart take time that grows with the square of a text."""
    text = _SPACES.sub(lambda spaces: "\n" * min(spaces[0].count("\n"), 2) or " ", text)
    if len(text) <= _READ_CHARS:
        return text
    if asked := _last_questions(text):
        return "\n".join(asked)
    half = _READ_CHARS // 2
    return f"{text[:half]}\n{text[-half:]}"


def _last_questions(text: str) -> list[str]:
    found: list[str] = []
    end = len(text)
    while len(found) < _MOST_QUESTIONS and (at := text.rfind("?", 0, end)) >= 0:
        begin = max(text.rfind(mark, 0, at) for mark in ".!?\n") + 1
        if 3 < at - begin < _LONGEST_QUESTION and not text[at + 1 : at + 2].strip():
            found.insert(0, text[begin : at + 1].strip())
        end = begin
    return found


def _is_answered(turn: Turn, reading: Reading) -> bool:
    bearing = [passage for passage in reading.passages if passage.relevance >= BEARS][:MOST_EMBEDDED]
    asked = turn.question()
    return any(answers(asked, each) for each in statements(bearing, reading.passages))


def _question(turn: Turn, about: Attribution) -> Question:
    return turn.question(
        [word for s in (*about.held, *about.absent) if s.is_beside for word in (s.text, *s.words)]
    )


def _ask_for_summary(task: SkillTask, shown: Sequence[Passage], request: str) -> Ask:
    """Without the conversation: the documents are all it is about, and they need the room."""
    asked = ChatMessage("user", f"{request}{data_block(shown)}\n\n{CLOSING}")
    return Ask(
        model=task.model,
        messages=[ChatMessage("system", SUMMARISE), asked],
        max_tokens=task.max_tokens,
        temperature=task.temperature,
        seed=task.seed,
    )


def _sides(
    task: SkillTask,
    reading: Reading,
    about: Attribution,
    asked: Question,
    quoted: str,
    sides: Sequence[Statement],
    *,
    disagree: bool = False,
) -> SkillAnswer:
    """All of the sentences that disagree, or that hold at different times or for different people, and what answers the
    question's other parts. Which is true, or meant, was not measured."""
    more, left = _of_other_parts(asked, sides, reading, about)
    evidence = {
        "sources": _sources(task.documents, sorted({each.passage.number for each in (*sides, *more)})),
        "quoted": True,
        **({"disagree": True} if disagree else {}),
        **_relevance(reading),
        **_absent(about),
        **({"unanswered": list(left)} if left else {}),
    }
    text = f"{quoted}{_and_nothing_about(about)}{_behind(more, left)}"
    return SkillAnswer(text, "knowledge", "cited", None, evidence)


def _of_other_parts(
    asked: Question, said: Sequence[Statement], reading: Reading, about: Attribution
) -> tuple[list[Statement], tuple[str, ...]]:
    """Of a question in several parts, a sentence that answers each which those said leave open, and the parts still left;
    neither where a subject is absent, which is told apart."""
    if about.absent:
        return [], ()
    more: list[Statement] = []
    left = unanswered(asked, said)
    bearing = [passage for passage in reading.passages if passage.relevance >= BEARS]
    for each in statements(bearing, reading.passages) if left else ():
        still = unanswered(asked, [*said, *more, each])
        if len(still) < len(left) and answers(asked, each) and is_outright(asked, each):
            more, left = [*more, each], still
    return more, left


def _each_quoted(sides: Sequence[Statement], between: str) -> str:
    return between.join(f"“{side.text}” [{side.passage.number}]" for side in sides)


def _summed_up(
    task: SkillTask,
    reading: Reading,
    checked: CheckedSummary,
    generated: tuple[Generated, ...],
    shown: Sequence[Passage],
) -> SkillAnswer:
    """The sentences that stand; where none does, how the documents begin."""
    evidence: dict[str, Any] = {
        "summary": True,
        **_relevance(reading),
        "support": round(checked.support, 3),
        "removed_citations": list(checked.removed_citations),
        "removed_sentences": [sentence.text for sentence in checked.dropped],
    }
    of = "a part of the documents" if reading.is_partial else "the documents"
    if checked.cited:
        evidence["sources"] = _sources(task.documents, sorted({passage.number for passage in checked.cited}))
        text = f"Summary of {of}: {checked.text}"
        return SkillAnswer(text, "knowledge", "cited", None, evidence, generated)
    numbers = sorted({passage.number for passage in shown})
    evidence |= {"sources": _sources(task.documents, numbers), "quoted": True}
    text = f"The model's summary did not keep to the documents. They begin: {beginnings(shown)}"
    return SkillAnswer(text, "knowledge", "cited", None, evidence, generated)


def _quotation_text(found: Quotation, passage: Passage, about: Attribution) -> str:
    quoted = f"“{found.text}” [{passage.number}]{_and_nothing_about(about)}"
    return quoted if found.covers else f"{NEAREST} {quoted}"


def _not_among_the_names(absent: Sequence[Subject]) -> str:
    return f"The documents do not name {', '.join(subject.text for subject in absent)}. {NEAREST}"


def _and_nothing_about(about: Attribution) -> str:
    names = ", ".join(subject.text for subject in about.absent)
    return f" The documents do not say anything about {names}." if names else ""


def _behind(more: Sequence[Statement], left: Sequence[str]) -> str:
    """What answers a question's other parts, and which of them nothing does."""
    quoted = f" {_each_quoted(more, ' ')}" if more else ""
    return f"{quoted} Not answered: {', '.join(f'“{part}”' for part in left)}." if left else quoted


def _not_named(absent: Sequence[Subject]) -> str:
    return f"no document names {', '.join(subject.text for subject in absent)}"


def _unknown(reading: Reading, why: str, *, about: Attribution | None = None) -> SkillAnswer:
    evidence = {"sources": [], "unknown": why, **_relevance(reading), **_absent(about)}
    return SkillAnswer(UNKNOWN, "knowledge", "cited", None, evidence)


def _sources(documents: Sequence[Document], numbers: Sequence[int]) -> list[dict[str, Any]]:
    named = [(number, documents[number - 1]) for number in numbers]
    return [{"number": number, "id": each.id, "source": each.source} for number, each in named]


def _relevance(reading: Reading) -> dict[str, Any]:
    return {"relevance": round(reading.relevance, 3), "read_in_part": reading.is_partial}


def _absent(about: Attribution | None) -> dict[str, Any]:
    return {"absent": [subject.text for subject in about.absent]} if about and about.absent else {}
