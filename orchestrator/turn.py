"""One turn of a conversation: embed once, decide, let a skill answer, else generate or deliberate.

Guarantees: the decision is made from the user's own words of this turn; what comes back is an answer or an exception
of the CouncilError tree, never an error written as text; leaving early stops the engine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from orchestrator.turn_values import Routed, TurnEvent, TurnRequest, TurnResult


class Turns:
    """Everything that answers turns, built once by the composition root."""

    async def decide(self, request: TurnRequest) -> Routed:
        """What would be done, without doing it. Raises ModelNotFound, InvalidValue (no user message, no such skill)."""
        raise NotImplementedError

    async def answer(self, request: TurnRequest, routed: Routed | None = None) -> TurnResult:
        """The whole answer. `routed` spares a second decision. Cancelling it stops the engine."""
        raise NotImplementedError

    def stream(self, request: TurnRequest, routed: Routed | None = None) -> AsyncIterator[TurnEvent]:
        """`Decided`, then `TextPiece` and `Progress` as they come, last `Finished`.

        An async generator: close it (`contextlib.aclosing`) on every path, which stops the engine. Raises the typed
        error that ended it; text given before that stands.
        """
        raise NotImplementedError
