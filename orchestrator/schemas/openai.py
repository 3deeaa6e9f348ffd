"""OpenAI's chat completions and completions requests, with vLLM's names for the common extensions.

Fields that ask for something no engine here can do are refused, never dropped in silence. Fields that
only describe the caller (`metadata`, `service_tier` ...) are ignored.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from orchestrator.schemas.fields import (
    ChoiceCount,
    GuideSource,
    LogitBias,
    Penalty,
    RepetitionPenalty,
    Seed,
    StopStrings,
    Temperature,
    TokenCount,
    TopK,
    TopP,
    WireModel,
    invalid,
    unsupported,
)

MAX_PROMPTS = 32
MAX_DOCUMENTS = 64
DEFAULT_CHAT_MODEL = "council/auto"


def _message_text(value: Any) -> Any:
    """Reduce content to one string: text parts are joined by line ends, other parts are refused."""
    if isinstance(value, list):
        return "\n".join(_part_text(part) for part in value)
    return value


def _part_text(part: Any) -> str:
    if not isinstance(part, dict) or not isinstance(part.get("type"), str):
        raise invalid("every content part must be an object with a type")
    if part["type"] != "text":
        raise unsupported("this model reads text only: content parts other than 'text' are not supported")
    text = part.get("text")
    if not isinstance(text, str):
        raise invalid("a text part must have a string 'text'")
    return text


def _refuse(message: str, *harmless: Any) -> BeforeValidator:
    """A field whose every value but null and the `harmless` ones is refused with `message`."""

    def check(value: Any) -> Any:
        if value is None or value in harmless:
            return value
        raise unsupported(message)

    return BeforeValidator(check)


_NO_TOOLS = "tool calling is not supported by this server"
_TEXT_ONLY = "only text output is supported"

NoTools = Annotated[Any, _refuse(_NO_TOOLS, [])]
NoToolChoice = Annotated[Any, _refuse(_NO_TOOLS, "none")]
TextModalities = Annotated[Any, _refuse(_TEXT_ONLY, ["text"])]
NoAudio = Annotated[Any, _refuse(_TEXT_ONLY)]
NoWebSearch = Annotated[Any, _refuse("web search is not supported by this server")]
NoTopLogProbs = Annotated[
    int | None,
    Field(ge=0, le=20),
    _refuse("only the log-probability of the chosen token is available: leave it out or use 0", 0),
]
NoEcho = Annotated[bool | None, _refuse("echo is not supported by this server", False)]
NoSuffix = Annotated[Any, _refuse("suffix (fill in the middle) is not supported by this server", "")]


class Message(WireModel):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Annotated[str, BeforeValidator(_message_text)]
    name: str | None = None
    tool_call_id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _refuse_tool_calls(cls, value: Any) -> Any:
        # Before the content is read, which is null beside tool calls.
        if isinstance(value, dict) and (value.get("tool_calls") or value.get("function_call")):
            raise unsupported("messages with tool calls are not supported by this server")
        return value


class StreamOptions(WireModel):
    include_usage: bool | None = None


def _only_in_a_stream(value: StreamOptions | None, info: ValidationInfo) -> StreamOptions | None:
    if value is not None and not info.data.get("stream"):
        raise invalid("may only be given when stream is true")
    return value


class JsonSchemaFormat(WireModel):
    name: str | None = None
    schema_: dict[str, Any] = Field(alias="schema")


class ResponseFormat(WireModel):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchemaFormat | None = None

    @model_validator(mode="after")
    def _schema_is_given(self) -> ResponseFormat:
        if self.type == "json_schema" and self.json_schema is None:
            raise invalid("json_schema is required when type is 'json_schema'")
        return self


class GenerationRequest(WireModel):
    """What both endpoints share."""

    model: Annotated[str, Field(min_length=1, max_length=256)]
    max_tokens: TokenCount | None = None
    temperature: Temperature | None = None
    top_p: TopP | None = None
    top_k: TopK | None = None
    seed: Seed | None = None
    stop: StopStrings | None = None
    n: ChoiceCount | None = None
    logit_bias: LogitBias | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    repetition_penalty: RepetitionPenalty | None = None
    min_tokens: Annotated[int, Field(ge=0)] | None = None
    response_format: ResponseFormat | None = None
    guided_regex: GuideSource | None = None
    guided_grammar: GuideSource | None = None
    stream: bool | None = None
    stream_options: Annotated[StreamOptions | None, AfterValidator(_only_in_a_stream)] = None

    @model_validator(mode="after")
    def _fields_agree(self) -> GenerationRequest:
        formats = self.response_format is not None and self.response_format.type != "text"
        if formats + (self.guided_regex is not None) + (self.guided_grammar is not None) > 1:
            raise invalid("give only one of response_format, guided_regex and guided_grammar")
        return self

    @property
    def new_tokens(self) -> int | None:
        return self.max_tokens

    @property
    def wants_log_probs(self) -> bool:
        return False

    @property
    def include_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)


class SuppliedDocument(WireModel):
    """Text to answer from, as Hugging Face's templates and vLLM name it: `title` and `text`."""

    text: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(max_length=500)] = ""
    id: Annotated[str, Field(max_length=200)] | None = None


class ChatCompletionRequest(GenerationRequest):
    """`documents` and `skill` are Council's own, for its names of models (`council/auto` ...) only.

    `user` and `store` may be anything, as at OpenAI; they tell whose memories count, and false that none is to be made. So do
    v2's `user_id` and `session_id`.
    """

    model: Annotated[str, Field(min_length=1, max_length=256)] = DEFAULT_CHAT_MODEL
    messages: Annotated[list[Message], Field(min_length=1)]
    documents: Annotated[list[SuppliedDocument], Field(max_length=MAX_DOCUMENTS)] | None = None
    skill: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    max_completion_tokens: TokenCount | None = None
    user: Any = None
    user_id: Any = None
    session_id: Any = None
    store: Any = None
    logprobs: bool | None = None
    top_logprobs: NoTopLogProbs = None
    tools: NoTools = None
    tool_choice: NoToolChoice = None
    functions: NoTools = None
    function_call: NoToolChoice = None
    modalities: TextModalities = None
    audio: NoAudio = None
    web_search_options: NoWebSearch = None

    @property
    def new_tokens(self) -> int | None:
        return self.max_tokens if self.max_completion_tokens is None else self.max_completion_tokens

    @property
    def wants_log_probs(self) -> bool:
        return bool(self.logprobs)


Prompt = str | list[int]


def _is_id_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(item) is int for item in value)


def _prompt_list(value: Any) -> list[Prompt]:
    """Accept the four shapes OpenAI accepts: text, token ids, a list of texts, a list of token id lists."""
    if isinstance(value, str) or _is_id_list(value):
        return [value]
    if not isinstance(value, list) or not value:
        raise invalid("must be a string, a list of strings, a list of token ids or a list of such lists")
    if not (all(isinstance(item, str) for item in value) or all(map(_is_id_list, value))):
        raise invalid("must hold strings only, or lists of token ids only, none of them empty")
    if len(value) > MAX_PROMPTS:
        raise invalid(f"at most {MAX_PROMPTS} prompts a request")
    return value


class CompletionRequest(GenerationRequest):
    prompt: Annotated[list[Any], BeforeValidator(_prompt_list)]
    logprobs: NoTopLogProbs = None
    best_of: Annotated[Any, _refuse("best_of is not supported by this server", 1)] = None
    echo: NoEcho = None
    suffix: NoSuffix = None

    @property
    def prompts(self) -> list[Prompt]:
        return self.prompt

    @property
    def wants_log_probs(self) -> bool:
        return self.logprobs is not None
