"""The generations of one request: started with their metrics, and collected when the answer is wanted whole."""

from __future__ import annotations

from orchestrator.api.deps import Services
from orchestrator.api.openai_plan import Plan
from orchestrator.inference.generation import Choices, Delta


def start(services: Services, plan: Plan) -> Choices:
    metrics = services.metrics.model(plan.model.id)
    metrics.prompt_tokens.inc(plan.prompt_tokens)
    return Choices(
        services.backend,
        plan.model,
        plan.choices,
        buffer_tokens=services.settings.stream_buffer_tokens,
        metrics=metrics,
    )


async def collect(choices: Choices) -> list[Delta]:
    """Each choice as one whole delta, by index."""
    texts: list[list[str]] = [[] for _ in choices.choices]
    whole = [Delta("", []) for _ in choices.choices]
    while gained := await choices.next():
        for index, delta in gained:
            texts[index].append(delta.text)
            whole[index].log_probs.extend(delta.log_probs)
            whole[index].finish_reason = delta.finish_reason
    for delta, pieces in zip(whole, texts, strict=True):
        delta.text = "".join(pieces)
    return whole
