"""Which HTTP request the running task works for, and what it has used: set at the server's edge, read below.

A context goes with every task that a request starts, so what a request's generations deliver is counted here whoever
asked for them and however they end.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class ModelTally:
    """Tokens of one model so far. A prompt counts once its first new token came."""

    prompt_tokens: int = 0
    new_tokens: int = 0


@dataclass(frozen=True, slots=True)
class RequestContext:
    """`path` is what was asked for; `request_id` is what the client finds in `x-request-id`."""

    request_id: str
    path: str
    used: dict[str, ModelTally] = field(default_factory=dict)

    def tally(self, model: str) -> ModelTally:
        return self.used.setdefault(model, ModelTally())


# Work that no request asked for, such as a warm-up or a command of the CLI.
NO_REQUEST = RequestContext("none", "internal")

current_request: ContextVar[RequestContext] = ContextVar("current_request", default=NO_REQUEST)
