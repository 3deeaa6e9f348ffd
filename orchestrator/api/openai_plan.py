"""From a wire request to what the engine gets: prompts as tokens, sampling, constraints, one plan a choice."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import uuid4

import orjson

from engines.record import SamplingDefaults
from orchestrator.errors import InvalidGuide, InvalidValue
from orchestrator.inference.generation import ChoicePlan, plan_request, refuse_hopeless_text
from orchestrator.inference.registry import InstalledModel, ModelRegistry
from orchestrator.inference.types import Guide, Sampling, TokenRequest
from orchestrator.schemas.openai import ChatCompletionRequest, CompletionRequest, GenerationRequest, Prompt

MAX_CHOICES = 32
COMPLETION_DEFAULT_NEW_TOKENS = 16  # OpenAI's default for the completions endpoint
_SEED_MASK = 2**64 - 1
Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class Plan:
    """All choices of one request, in the order of their indices."""

    model: InstalledModel
    choices: Sequence[ChoicePlan]
    prompt_tokens: int


def plan_chat(registry: ModelRegistry, request: ChatCompletionRequest) -> Plan:
    """Raise ModelNotFound, InvalidValue or ContextLengthExceeded. Slow for long prompts: not for the loop."""
    model = registry.get(request.model)
    refuse_hopeless_text(model, (message.content for message in request.messages), "messages")
    prompt_ids = model.template.render_ids(_template_messages(request))
    # The format's own ends come on top of the four that a request may name.
    stops = (*(request.stop or ()), *model.record.chat.stop_strings)
    return _plan(model, request, [prompt_ids], request.new_tokens, "messages", stops)


def plan_completion(registry: ModelRegistry, request: CompletionRequest) -> Plan:
    """As `plan_chat`, for every prompt of the request."""
    model = registry.get(request.model)
    prompts = [_prompt_ids(model, prompt) for prompt in request.prompts]
    new_tokens = request.new_tokens or COMPLETION_DEFAULT_NEW_TOKENS
    return _plan(model, request, prompts, new_tokens, "prompt", tuple(request.stop or ()))


def _template_messages(request: ChatCompletionRequest) -> list[dict[str, str]]:
    messages = []
    for message in request.messages:
        # Templates know no developer: it is OpenAI's newer word for system.
        role = "system" if message.role == "developer" else message.role
        entry = {"role": role, "content": message.content}
        if message.name is not None:
            entry["name"] = message.name
        messages.append(entry)
    return messages


def _prompt_ids(model: InstalledModel, prompt: Prompt) -> Sequence[int]:
    if not isinstance(prompt, str):
        return prompt
    refuse_hopeless_text(model, [prompt], "prompt")
    return model.tokenizer.encode_prompt(prompt)


def _plan(
    model: InstalledModel,
    request: GenerationRequest,
    prompts: Sequence[Sequence[int]],
    new_tokens: int | None,
    prompt_param: str,
    stops: Sequence[str],
) -> Plan:
    count = request.n or 1
    if count * len(prompts) > MAX_CHOICES:
        raise InvalidValue(f"n: at most {MAX_CHOICES} choices a request, over all prompts", param="n")
    sampling, guide = sampling_of(request, model.record.sampling), guide_of(request)
    choices = []
    for prompt_ids in prompts:
        first = plan_request(
            model,
            uuid4().hex,
            prompt_ids,
            new_tokens=new_tokens,
            sampling=sampling,
            guide=guide,
            return_log_probs=request.wants_log_probs,
            prompt_param=prompt_param,
        )
        choices += [
            ChoicePlan(variant, stops, continues_text=isinstance(request, CompletionRequest))
            for variant in _variants(first, count)
        ]
    return Plan(model, choices, sum(map(len, prompts)))


def _variants(request: TokenRequest, count: int) -> Iterator[TokenRequest]:
    """`count` runs of one prompt that differ in id and seed, so that sampling gives different choices."""
    yield request
    seed = request.sampling.seed or 0
    for step in range(1, count):
        sampling = replace(request.sampling, seed=(seed + step) & _SEED_MASK)
        yield replace(request, request_id=uuid4().hex, sampling=sampling)


def sampling_of(request: GenerationRequest, defaults: SamplingDefaults) -> Sampling:
    """OpenAI's words in the engine's terms; what is left out comes from the model's record.

    Without a seed a random one is drawn: an engine's own default is fixed.
    """
    temperature = _or(request.temperature, defaults.temperature)
    greedy = temperature == 0
    seed = secrets.randbits(64) if request.seed is None else request.seed & _SEED_MASK
    return Sampling(
        temperature=temperature if not greedy else 1.0,
        top_k=1 if greedy else _or(request.top_k, 0),
        top_p=_or(request.top_p, defaults.top_p),
        seed=seed,
        repetition_penalty=_or(request.repetition_penalty, 1.0),
        presence_penalty=_or(request.presence_penalty, 0.0),
        frequency_penalty=_or(request.frequency_penalty, 0.0),
        min_tokens=_or(request.min_tokens, 0),
        logit_bias=request.logit_bias or {},
    )


def _or(value: Number | None, default: Number) -> Number:
    return default if value is None else value


def guide_of(request: GenerationRequest) -> Guide | None:
    if request.guided_regex is not None:
        return Guide("regex", request.guided_regex)
    if request.guided_grammar is not None:
        return Guide("ebnf_grammar", request.guided_grammar)
    wanted = request.response_format
    if wanted is None or wanted.type == "text":
        return None
    schema = wanted.json_schema.schema_ if wanted.json_schema else {"type": "object"}
    try:
        return Guide("json_schema", orjson.dumps(schema).decode())
    except orjson.JSONEncodeError as error:
        raise InvalidGuide(f"the schema cannot be read: {error}", param="response_format") from error
