"""From a wire request to what the engine gets: prompts as tokens, sampling, constraints, one plan a choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from engines.record import SamplingDefaults
from orchestrator.errors import InvalidValue
from orchestrator.inference.generation import ChoicePlan, plan_request, refuse_hopeless_text
from orchestrator.inference.guides import json_schema_guide
from orchestrator.inference.registry import InstalledModel, ModelRegistry
from orchestrator.inference.sampling import SEED_MASK, sampling_with_defaults
from orchestrator.inference.types import Guide, Sampling, TokenRequest
from orchestrator.schemas.openai import ChatCompletionRequest, CompletionRequest, GenerationRequest, Prompt

MAX_CHOICES = 32
COMPLETION_DEFAULT_NEW_TOKENS = 16  # OpenAI's default for the completions endpoint


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
    stops = model.chat_stops(request.stop or ())
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
    guide = guide_of(request)
    sampling = sampling_of(request, model.record.sampling, is_guided=guide is not None)
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
        sampling = replace(request.sampling, seed=(seed + step) & SEED_MASK)
        yield replace(request, request_id=uuid4().hex, sampling=sampling)


def sampling_of(
    request: GenerationRequest, defaults: SamplingDefaults, *, is_guided: bool = False
) -> Sampling:
    return sampling_with_defaults(
        defaults,
        temperature=request.temperature,
        top_k=request.top_k,
        top_p=request.top_p,
        seed=request.seed,
        repetition_penalty=request.repetition_penalty,
        presence_penalty=request.presence_penalty,
        frequency_penalty=request.frequency_penalty,
        min_tokens=request.min_tokens,
        logit_bias=request.logit_bias,
        is_guided=is_guided,
    )


def guide_of(request: GenerationRequest) -> Guide | None:
    if request.guided_regex is not None:
        return Guide("regex", request.guided_regex)
    if request.guided_grammar is not None:
        return Guide("ebnf_grammar", request.guided_grammar)
    wanted = request.response_format
    if wanted is None or wanted.type == "text":
        return None
    return json_schema_guide(wanted.json_schema.schema_ if wanted.json_schema else {"type": "object"})
