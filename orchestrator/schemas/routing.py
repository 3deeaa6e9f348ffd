"""What `/api/route` takes: a prompt or a conversation, as a turn would have it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from orchestrator.schemas.fields import WireModel, invalid
from orchestrator.schemas.openai import DEFAULT_CHAT_MODEL, MAX_DOCUMENTS, Message, SuppliedDocument


class RouteRequest(WireModel):
    """Exactly one of `prompt` and `messages`. `policy` and `quality` are tried instead of the server's own."""

    prompt: str | None = None
    messages: Annotated[list[Message], Field(min_length=1)] | None = None
    model: Annotated[str, Field(min_length=1, max_length=256)] = DEFAULT_CHAT_MODEL
    documents: Annotated[list[SuppliedDocument], Field(max_length=MAX_DOCUMENTS)] | None = None
    skill: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    policy: Literal["learned", "rules"] | None = None
    quality: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> RouteRequest:
        if (self.prompt is None) == (self.messages is None):
            raise invalid("give either prompt or messages")
        return self

    @property
    def conversation(self) -> list[Message]:
        return self.messages or [Message(role="user", content=self.prompt or "")]
