"""What a turn has to do with memory: what it recalls before it is answered, and what of it is remembered behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from orchestrator.accounts.entry import OK
from orchestrator.errors import MemoryUnavailable
from orchestrator.memory.memories import Memories
from orchestrator.memory.recall import Recall
from orchestrator.memory.remembering import Said
from orchestrator.routing.skills.told import asks_to_forget, is_for_everything, wish_of
from orchestrator.seams import Document
from orchestrator.turn.features import users_words
from orchestrator.turn.note import TurnNote
from orchestrator.turn.values import COUNCIL_NAMES, KNOWLEDGE, VOTE, Routed, TurnRequest

# What our own skills computed or ran is a task, whose numbers and names are seldom the user's own. Third parties' may answer
# what the user tells.
_TASKS = frozenset({"computed", "executed"})
_OF_TASKS = frozenset({"math", "code", "exec"})


@dataclass(frozen=True, slots=True)
class Recalled:
    """What memory has for a turn. `documents` is None where nothing was looked for, or could be: `failure` says why."""

    documents: tuple[Document, ...] | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class TurnMemory:
    recall: Recall

    def is_asked(self, request: TurnRequest, routed: Routed) -> bool:
        """Whether the turn asks for what the user told, which is nothing to vote on."""
        return _may_recall(request, routed) and wish_of(routed.text) == "asked"

    async def recalled(self, request: TurnRequest, routed: Routed) -> Recalled:
        """Never raises for a memory that fails, and waits for it only where the text may be a question to it."""
        if not _may_recall(request, routed) or (wish := wish_of(routed.text)) is None:
            return Recalled()
        if request.model == VOTE and wish != "asked":
            return Recalled()  # voices may know it
        assert request.owner is not None
        if asks_to_forget(routed.text):
            return Recalled(())  # it is told how, whatever there is
        try:
            if wish == "asked" and is_for_everything(routed.text):
                return Recalled(await self.recall.latest(request.owner))
            if routed.embedding is None:
                return Recalled(failure="the text has no embedding")
            return Recalled(await self.recall.near(request.owner, routed.embedding))
        except MemoryUnavailable as error:
            return Recalled(failure=error.message)


def _may_recall(request: TurnRequest, routed: Routed) -> bool:
    return (
        routed.decision.skill == KNOWLEDGE
        and request.owner is not None
        and request.model in COUNCIL_NAMES
        and not request.documents
        and not request.is_constrained
    )


def warned(routed: Routed, recalled: Recalled) -> Routed:
    """The decision tells when memory could not be asked."""
    if not recalled.failure:
        return routed
    decision, warning = routed.decision, f"answered without memory: {recalled.failure}"
    return replace(routed, decision=replace(decision, warnings=(*decision.warnings, warning)))


def remember(memories: Memories | None, note: TurnNote, request_id: str) -> None:
    """Hand over what the user said in a turn that is over, where it is to be remembered. Never waits, never raises."""
    request = note.request
    if memories is None or request is None or note.result is None or note.outcome != OK:
        return
    if request.model not in COUNCIL_NAMES or request.owner is None or not request.may_be_remembered:
        return
    if note.result.method in _TASKS and note.result.skill in _OF_TASKS:
        return
    memories.remembering.said(
        Said(request.owner, users_words(request.messages), request_id, datetime.now(UTC))
    )
