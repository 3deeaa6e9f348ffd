"""OpenAI's chat request as a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.errors import ModelNotFound, UnsupportedParameter
from orchestrator.inference.registry import InstalledModel, ModelRegistry
from orchestrator.schemas.openai import (
    ChatCompletionRequest,
    CompletionRequest,
    GenerationRequest,
    Message,
    SuppliedDocument,
)
from orchestrator.schemas.routing import RouteRequest
from orchestrator.seams import ChatMessage, Document
from orchestrator.turn.owner import owner_of
from orchestrator.turn.values import COUNCIL_NAMES, VOTE, TurnRequest

# Sampling that candidates do not carry and forms that make no sense of one answer chosen from several, with the values
# that ask for nothing.
_NOT_FOR_VOTES = {
    "n": (1,),
    "logprobs": (False,),
    "min_tokens": (0,),
    "top_k": (0,),
    "logit_bias": ({},),
    "presence_penalty": (0,),
    "frequency_penalty": (0,),
    "repetition_penalty": (1,),
    "guided_regex": (),
    "guided_grammar": (),
}


def is_council_name(model: str) -> bool:
    return model in COUNCIL_NAMES


def installed_model(registry: ModelRegistry, name: str) -> InstalledModel:
    """Raise ModelNotFound, which tells all names there are, unless a model of that name is installed."""
    if name not in registry:
        served = ", ".join([*(model.id for model in registry), *COUNCIL_NAMES])
        raise ModelNotFound(f"no such model; served here: {served}", param="model")
    return registry.get(name)


def refuse_council_fields(wanted: ChatCompletionRequest | RouteRequest) -> None:
    """A concrete model is obeyed, so what only a decision can honour is refused and not dropped."""
    for param in ("documents", "skill"):
        if getattr(wanted, param):
            raise UnsupportedParameter(
                f"{param}: only with a model name of Council's own, such as council/auto", param=param
            )


def turn_request(wanted: ChatCompletionRequest) -> TurnRequest:
    """Raise UnsupportedParameter for documents where an engine alone can keep to the request."""
    fixes_form = _fixes_form(wanted)
    if wanted.documents and fixes_form:
        raise UnsupportedParameter(
            "documents cannot be answered from together with n, logprobs, min_tokens or a form of the answer",
            param="documents",
        )
    return TurnRequest(
        messages=[_message(message) for message in wanted.messages],
        model=wanted.model,
        documents=_documents(wanted.documents),
        skill=wanted.skill,
        max_tokens=wanted.new_tokens,
        temperature=wanted.temperature,
        top_p=wanted.top_p,
        seed=wanted.seed,
        stop=tuple(wanted.stop or ()),
        owner=owner_of(wanted.user, wanted.session_id, user_id=wanted.user_id),
        may_be_remembered=wanted.store is None or wanted.store is True,
        fixes_form=fixes_form,
    )


def vote_request(wanted: ChatCompletionRequest) -> TurnRequest:
    """Raise UnsupportedParameter for what candidates that are compared cannot be given."""
    for param, harmless in _NOT_FOR_VOTES.items():
        if getattr(wanted, param) not in (None, *harmless):
            raise UnsupportedParameter(f"{param}: not with {VOTE}", param=param)
    asked, format_ = turn_request(wanted), wanted.response_format
    schema = format_.json_schema.schema_ if format_ and format_.json_schema else None
    if format_ is not None and format_.type == "json_object":
        schema = {"type": "object"}
    return replace(asked, json_schema=schema)


def completion_turn(wanted: CompletionRequest) -> TurnRequest:
    """A text to go on with: a model is chosen by it, but a continuation is no question for a skill or a vote."""
    if wanted.model == VOTE:
        raise UnsupportedParameter(f"{VOTE} answers conversations: use /v1/chat/completions", param="model")
    text = next((prompt for prompt in wanted.prompts if isinstance(prompt, str)), "")
    return TurnRequest([ChatMessage("user", text)], model=wanted.model, fixes_form=True)


def route_turn(wanted: RouteRequest) -> TurnRequest:
    """Raise UnsupportedParameter for what the chat endpoint would refuse."""
    if not is_council_name(wanted.model):
        refuse_council_fields(wanted)
    return TurnRequest(
        messages=[_message(message) for message in wanted.conversation],
        model=wanted.model,
        documents=_documents(wanted.documents),
        skill=wanted.skill,
    )


def _fixes_form(wanted: GenerationRequest) -> bool:
    format_ = wanted.response_format
    guided = wanted.guided_regex or wanted.guided_grammar or (format_ is not None and format_.type != "text")
    return bool(guided or wanted.wants_log_probs or wanted.min_tokens or (wanted.n or 1) > 1)


def _message(message: Message) -> ChatMessage:
    return ChatMessage("system" if message.role == "developer" else message.role, message.content)


def _documents(given: Sequence[SuppliedDocument] | None) -> tuple[Document, ...]:
    return tuple(Document(d.id or str(number), d.text, d.title) for number, d in enumerate(given or (), 1))
