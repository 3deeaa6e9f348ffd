"""What a turn has to do with memory: what it recalls before it is answered, and what of it is remembered behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from orchestrator.accounts.entry import OK
from orchestrator.errors import MemoryUnavailable
from orchestrator.memory.memories import Memories
from orchestrator.memory.recall import Recall
from orchestrator.memory.remembering import Said
from orchestrator.routing.skills.told import is_for_everything, wish_of
from orchestrator.seams import Document
from orchestrator.turn.features import users_words
from orchestrator.turn.note import TurnNote
from orchestrator.turn.values import COUNCIL_NAMES, KNOWLEDGE, VOTE, Routed, TurnRequest

# What was computed or run is a task, whose numbers and names are seldom the user's own.
_TASKS = frozenset({"computed", "executed"})


@dataclass(frozen=True, slots=True)
class TurnMemory:
    recall: Recall

    async def recalled(
        self, request: TurnRequest, routed: Routed
    ) -> tuple[Routed, tuple[Document, ...] | None]:
        """What is recalled for the turn, None where nothing was looked for. A memory that fails is a warning."""
        if not _may_recall(request, routed) or (wish := wish_of(routed.text)) is None:
            return routed, None
        assert request.owner is not None
        try:
            if wish == "asked" and is_for_everything(routed.text):
                return routed, await self.recall.latest(request.owner)
            if routed.embedding is None:
                return _warned(routed, "memory was not asked: the text has no embedding"), None
            return routed, await self.recall.near(request.owner, routed.embedding)
        except MemoryUnavailable as error:
            return _warned(routed, f"answered without memory: {error.message}"), None


def _may_recall(request: TurnRequest, routed: Routed) -> bool:
    return (
        routed.decision.skill == KNOWLEDGE
        and request.owner is not None
        and request.model in COUNCIL_NAMES
        and request.model != VOTE
        and not request.documents
        and not request.is_constrained
    )


def _warned(routed: Routed, warning: str) -> Routed:
    decision = routed.decision
    return replace(routed, decision=replace(decision, warnings=(*decision.warnings, warning)))


def remember(memories: Memories | None, note: TurnNote, request_id: str) -> None:
    """Hand over what the user said in a turn that is over, where it is to be remembered. Never waits, never raises."""
    request = note.request
    if memories is None or request is None or note.result is None or note.outcome != OK:
        return
    if request.model not in COUNCIL_NAMES or request.owner is None or not request.may_be_remembered:
        return
    if note.result.method in _TASKS:
        return
    memories.remembering.said(
        Said(request.owner, users_words(request.messages), request_id, datetime.now(UTC))
    )
