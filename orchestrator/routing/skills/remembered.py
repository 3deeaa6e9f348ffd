"""The answer from what the user told before: the statements that say it, quoted, or that nothing was remembered.

No model is asked. A statement is one sentence of the user's own, so a quotation is the whole of what is known; a small
model would tell of "my dog" as if it had one. Statements are data: nothing in them is done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from orchestrator.routing.skills.recalled_answers import Told, found, last_first, told_at, very_alike
from orchestrator.routing.skills.told import Wish, asks_to_forget, only_the_user_knows, questions_in, wish_of
from orchestrator.seams import Document, SkillAnswer

NOTHING_REMEMBERED = "Nothing was remembered about this."
NOT_OUTRIGHT = "The nearest of what you told me:"
TOLD = "You told me:"
TOLD_LAST_FIRST = "You told me, the last first:"
NOT_READABLE = "What you told me cannot be looked up at the moment"
NOTHING_FORGOTTEN = (
    "Nothing was forgotten by this: what was remembered is not changed in a chat. `GET /v1/memories` lists it, "
    "`DELETE /v1/memories/{id}` forgets one statement, `DELETE /v1/memories` all of a user's."
)
_SO_FAR = re.compile(r"\bso far\b", re.I)  # in this conversation, where it has begun


def answer_from_memory(
    question: str, recalled: Sequence[Document], *, is_beginning: bool = True
) -> SkillAnswer | None:
    """None where something else may answer it: a question that others can answer, too, or, where this is not the
    conversation's beginning, one that its messages may hold the answer to."""
    wish = wish_of(question)
    if wish is None:
        return None
    if asks_to_forget(question):
        return SkillAnswer(
            NOTHING_FORGOTTEN, "knowledge", "cited", None, _evidence(Told((), outright=False), 0)
        )
    if not is_beginning and _SO_FAR.search(question):
        return None
    told = _found_for_each(question, recalled, wish)
    if told.documents:
        return SkillAnswer(_quoted(told), "knowledge", "cited", None, _evidence(told, len(recalled)))
    if not is_beginning:
        return None
    if wish == "possible" or not only_the_user_knows(question):
        told = very_alike(question, recalled)
        evidence = _evidence(told, len(recalled))
        return SkillAnswer(_quoted(told), "knowledge", "cited", None, evidence) if told.documents else None
    evidence = {**_evidence(told, len(recalled)), "unknown": "nothing was remembered about it"}
    return SkillAnswer(NOTHING_REMEMBERED, "knowledge", "cited", None, evidence)


def _found_for_each(question: str, recalled: Sequence[Document], wish: Wish) -> Told:
    """What is found for the questions that are joined in one; outright where each is answered."""
    each = [found(one, recalled, wish) for one in (questions_in(question) if wish == "asked" else [question])]
    documents = dict.fromkeys(document for told in each for document in told.documents)
    joined = Told(tuple(documents), outright=all(told.outright and told.documents for told in each))
    return last_first(joined) if any(told.is_last_first for told in each) else joined


def answer_without_memory(question: str, failure: str, *, is_beginning: bool = True) -> SkillAnswer | None:
    """Where memory cannot be asked and nobody else can know: that, and why. A model would make something up."""
    if wish_of(question) in (None, "possible") or not is_beginning or not only_the_user_knows(question):
        return None
    evidence = {"sources": [], "quoted": False, "unknown": "memory could not be asked"}
    return SkillAnswer(f"{NOT_READABLE}: {failure}.", "knowledge", "cited", None, evidence)


def _quoted(told: Told) -> str:
    """With their dates where there are several, as the last may take back the others."""
    quotes = ", ".join(
        f"“{each.text}” [{number}]{_date(each) if told.is_last_first else ''}"
        for number, each in enumerate(told.documents, 1)
    )
    lead = TOLD_LAST_FIRST if told.is_last_first else TOLD
    return f"{lead if told.outright else NOT_OUTRIGHT} {quotes}"


def _date(document: Document) -> str:
    at = told_at(document)
    return f" ({at:%Y-%m-%d})" if at else ""


def _evidence(told: Told, recalled: int) -> dict[str, Any]:
    sources = [
        {"number": number, "id": each.id, "source": each.source, "text": each.text, "similarity": each.score}
        for number, each in enumerate(told.documents, 1)
    ]
    return {
        "sources": sources,
        "quoted": bool(sources),
        "memory": {"recalled": recalled, "outright": bool(sources) and told.outright},
    }
