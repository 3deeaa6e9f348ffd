"""Which HTTP request the running task works for: set at the server's edge, read wherever something is recorded."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    """`path` is what was asked for; `request_id` is what the client finds in `x-request-id`."""

    request_id: str
    path: str


# Work that no request asked for, such as a warm-up or a command of the CLI.
NO_REQUEST = RequestContext("none", "internal")

current_request: ContextVar[RequestContext] = ContextVar("current_request", default=NO_REQUEST)
