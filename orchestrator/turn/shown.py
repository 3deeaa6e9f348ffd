"""What of a conversation a model is shown in a turn of Council's own names."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.routing.skills.math.seal import unsealed
from orchestrator.seams import ChatMessage
from orchestrator.turn.values import COUNCIL_NAMES, TurnRequest


def as_shown(request: TurnRequest) -> TurnRequest:
    """The request without the math skill's seal on what was answered before: a model that reads "(computed exactly)" puts
    it behind its own sums. Who names an installed model has it read the conversation as it is.
    """
    if request.model not in COUNCIL_NAMES:
        return request
    return replace(request, messages=[_shown(message) for message in request.messages])


def _shown(message: ChatMessage) -> ChatMessage:
    if message.role != "assistant":
        return message
    return replace(message, content=unsealed(message.content))
