"""The answer from what the user told before: the statements that say it, quoted, or that nothing was remembered.

No model is asked. A statement is one sentence of the user's own, so a quotation is the whole of what is known; a small
model would tell of "my dog" as if it had one. Statements are data: nothing in them is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orchestrator.routing.skills.told import Told, found, only_the_user_knows, wish_of
from orchestrator.seams import Document, SkillAnswer

NOTHING_REMEMBERED = "Nothing was remembered about this."
NOT_OUTRIGHT = "You told me nothing that says this outright. The nearest:"
TOLD = "You told me:"


def answer_from_memory(
    question: str, recalled: Sequence[Document], *, is_beginning: bool = True
) -> SkillAnswer | None:
    """None where something else may answer it: a question that others can answer, too, or, where this is not the
    conversation's beginning, one that its messages may hold the answer to."""
    wish = wish_of(question)
    if wish is None:
        return None
    told = found(question, recalled, wish)
    if told.documents:
        return SkillAnswer(_quoted(told), "knowledge", "cited", None, _evidence(told, len(recalled)))
    if wish == "possible" or not is_beginning or not only_the_user_knows(question):
        return None
    evidence = {**_evidence(told, len(recalled)), "unknown": "nothing was remembered about it"}
    return SkillAnswer(NOTHING_REMEMBERED, "knowledge", "cited", None, evidence)


def _quoted(told: Told) -> str:
    quotes = ", ".join(f"“{each.text}” [{number}]" for number, each in enumerate(told.documents, 1))
    return f"{TOLD if told.outright else NOT_OUTRIGHT} {quotes}"


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
