"""OpenAI's sampling words in the engine's terms; what is left out comes from the model's record."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TypeVar

from engines.record import SamplingDefaults
from orchestrator.inference.types import Sampling

SEED_MASK = 2**64 - 1
GREEDY_BELOW = 1e-5
"""Of temperature and top_p, as vLLM has it: logits divided by less leave float32, and such a nucleus is one token."""
Number = TypeVar("Number", int, float)


def sampling_with_defaults(
    defaults: SamplingDefaults,
    *,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int | None = None,
    repetition_penalty: float | None = None,
    presence_penalty: float | None = None,
    frequency_penalty: float | None = None,
    min_tokens: int | None = None,
    logit_bias: Mapping[int, float] | None = None,
    is_guided: bool = False,
) -> Sampling:
    """Temperature or top_p 0 is greedy. Without a seed a random one is drawn: an engine's own default is fixed."""
    wanted_temperature = _or(temperature, defaults.temperature)
    wanted_top_p = _or(top_p, defaults.top_p)
    own_penalty = defaults.repetition_penalty if temperature is None and not is_guided else 1.0
    greedy = min(wanted_temperature, wanted_top_p) < GREEDY_BELOW
    return Sampling(
        temperature=1.0 if greedy else wanted_temperature,
        top_k=1 if greedy else _or(top_k, 0),
        top_p=1.0 if wanted_top_p < GREEDY_BELOW else wanted_top_p,
        seed=secrets.randbits(64) if seed is None else seed & SEED_MASK,
        repetition_penalty=_or(repetition_penalty, own_penalty),
        presence_penalty=_or(presence_penalty, 0.0),
        frequency_penalty=_or(frequency_penalty, 0.0),
        min_tokens=_or(min_tokens, 0),
        logit_bias=logit_bias or {},
    )


def _or(value: Number | None, default: Number) -> Number:
    return default if value is None else value
