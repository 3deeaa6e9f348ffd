"""Questions to documents, and what an answer is worth. One JSON object a line of `documents.jsonl`: `documents`, `question`,
`right` (strings of which a right answer has one; none where the documents do not say it), `wrong` (which it has none of).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestrator.routing.skills.knowledge import DISAGREE, NEAREST, UNKNOWN
from orchestrator.seams import Document, SkillAnswer

QUESTIONS = Path(__file__).resolve().parent / "documents.jsonl"
GROUPS = ("quoted", "nearest", "disagree", "do not say", "declined")


@dataclass(frozen=True, slots=True)
class DocumentQuestion:
    documents: tuple[Document, ...]
    question: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def is_answerable(self) -> bool:
        return bool(self.right)

    def is_right(self, answer: SkillAnswer | None) -> bool:
        """A quotation that has a wrong value beside the right one counts as wrong: the reader is left to choose."""
        if not self.is_answerable:
            return group_of(answer) in ("do not say", "nearest")
        said = answer.text.casefold() if answer else ""
        has = any(each.casefold() in said for each in self.right)
        return has and not any(each.casefold() in said for each in self.wrong)


def group_of(answer: SkillAnswer | None) -> str:
    """How an answer came about, one of GROUPS: `nearest` is a quotation that is not said to answer."""
    if answer is None:
        return "declined"
    if answer.text.startswith(UNKNOWN):
        return "do not say"
    if NEAREST in answer.text:
        return "nearest"
    if DISAGREE in answer.text:
        return "disagree"
    return "quoted"


def document_questions() -> list[DocumentQuestion]:
    return [_question(json.loads(line)) for line in QUESTIONS.read_text().splitlines()]


def _question(row: dict[str, Any]) -> DocumentQuestion:
    documents = tuple(
        Document(str(number), each["text"], each.get("title", ""))
        for number, each in enumerate(row["documents"], 1)
    )
    return DocumentQuestion(documents, row["question"], tuple(row["right"]), tuple(row["wrong"]))
