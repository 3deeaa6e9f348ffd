"""Bodies of the v2 routes. Types are lenient where v2's were (`"true"` is true, `"5"` is 5), but true is no number; unknown
fields are ignored.

Text is taken from `prompt`, else `query`, else `messages`: v2's own documents used all three names. Null is the same as
leaving a field out.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from orchestrator.errors import InvalidBody
from orchestrator.schemas.fields import Temperature, TokenCount, invalid
from orchestrator.schemas.openai import Message
from orchestrator.schemas.parsing import json_fault
from orchestrator.seams import ChatMessage

_MISSING = {"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"}


def _no_truth_value(value: Any) -> Any:
    if isinstance(value, bool):
        raise invalid("must be a number, not true or false")
    return value


NoTruthValue = BeforeValidator(_no_truth_value)
Names = Annotated[list[str], Field(max_length=64)]
PERMITS = "enable_council only permits a council, and none is held by itself: force_council asks for one"
MOST_TOLD = 64
"""Candidates of a vote in an answer; no more can be named."""


class CouncilBody(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        """Clients that write every field send null for those they do not use."""
        if not isinstance(value, dict):
            return value
        return {name: each for name, each in value.items() if each is not None}


class PromptBody(CouncilBody):
    """What every generating route takes. An empty prompt is a prompt.

    `user_id`, `user` or `session_id` tell whose memories count, `store` false that none is to be made. They may be anything.
    """

    prompt: str = ""
    query: str = ""
    messages: Annotated[list[Message], Field(min_length=1)] | None = None
    stream: bool = False
    max_tokens: Annotated[TokenCount | None, NoTruthValue] = None
    temperature: Annotated[Temperature | None, NoTruthValue] = None
    user: Any = None
    user_id: Any = None
    session_id: Any = None
    store: Any = None

    @property
    def is_conversation(self) -> bool:
        """Whether the text came as `messages`, as OpenAI's clients send it."""
        return self.messages is not None and not {"prompt", "query"} & self.model_fields_set

    @property
    def conversation(self) -> list[ChatMessage]:
        if self.is_conversation and self.messages is not None:
            return [_message(message) for message in self.messages]
        return [ChatMessage("user", self.query if self.text_field == "query" else self.prompt)]

    @property
    def text_field(self) -> str:
        """The field that the text is taken from."""
        if self.is_conversation:
            return "messages"
        return "prompt" if "prompt" in self.model_fields_set else "query"

    def faults(self) -> list[dict[str, Any]]:
        """What pydantic cannot say of one field: that none of the three names is there, or nobody asks anything."""
        if not {"prompt", "query"} & self.model_fields_set and self.messages is None:
            return [_MISSING]
        if self.is_conversation and not any(each.role == "user" for each in self.messages or ()):
            message = "there must be a user message"
            return [{"type": "value_error", "loc": ["body", "messages"], "msg": message}]
        return []


class HybridBody(PromptBody):
    """`preferred_models`: the first that is installed here is obeyed. `force_council` asks for a vote; `enable_council`
    asks for none, it only permitted v2's own triggers to, which are not here."""

    model: str = ""
    preferred_models: Names = []
    enable_council: bool | None = None
    force_council: bool = False

    @property
    def warnings(self) -> list[str]:
        return [PERMITS] if self.enable_council and not self.force_council else []


class OrchestrateBody(PromptBody):
    """`route`: names of models, the first that is installed is obeyed."""

    route: Names


class VoteBody(PromptBody):
    """`candidates`: names of models to vote; what is not installed is told, and left out.

    `top_k`: how many candidates are told, the foremost. v2's default is 1, and told them all: it bounds where it is sent.
    v2 had no upper bound: what is above ours is taken for it, and told.
    """

    candidates: Names = []
    top_k: Annotated[int, Field(ge=1), NoTruthValue] = 1

    @property
    def told(self) -> int | None:
        """How many candidates the answer may tell; None for all."""
        return min(self.top_k, MOST_TOLD) if "top_k" in self.model_fields_set else None

    @property
    def warnings(self) -> list[str]:
        return [f"top_k: at most {MOST_TOLD} candidates are told"] if self.top_k > MOST_TOLD else []


class CouncilQuestion(PromptBody):
    """`force_council` is accepted; whoever asks the council gets it."""

    force_council: bool = False


class KeyBody(CouncilBody):
    """Never logged, never returned: even its representation hides it."""

    key: str = Field(repr=False, max_length=4096)


class CanaryBody(CouncilBody):
    image_tag: Annotated[str, Field(max_length=512)]
    traffic_percent: Annotated[int, Field(ge=0, le=100), NoTruthValue] = 5


BODIES: tuple[type[CouncilBody], ...] = (
    PromptBody,
    HybridBody,
    OrchestrateBody,
    VoteBody,
    CouncilQuestion,
    KeyBody,
    CanaryBody,
)

Body = TypeVar("Body", bound=CouncilBody)


def parse_council_body(model: type[Body], body: bytes) -> Body:
    """Raise InvalidBody, whose faults never repeat the input."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = json_fault(error)
        fault = {"type": "json_invalid", "loc": ["body", error.pos], "msg": reason}
        raise InvalidBody(reason, [fault]) from None
    try:
        parsed = model.model_validate(value)
    except ValidationError as error:
        raise _invalid(
            [_fault(each) for each in error.errors(include_input=False, include_url=False)]
        ) from None
    faults = parsed.faults() if isinstance(parsed, PromptBody) else []
    if faults:
        raise _invalid(faults)
    return parsed


def _fault(found: Any) -> dict[str, Any]:
    return {"type": found["type"], "loc": ["body", *found["loc"]], "msg": found["msg"]}


def _invalid(faults: list[dict[str, Any]]) -> InvalidBody:
    where = ".".join(str(step) for step in faults[0]["loc"][1:]) or "body"
    return InvalidBody(f"{where}: {faults[0]['msg']}", faults, param=where)


def _message(message: Message) -> ChatMessage:
    return ChatMessage("system" if message.role == "developer" else message.role, message.content)
