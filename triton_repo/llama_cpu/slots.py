"""One running generation and its place in the KV cache."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from llama_cpu.guides import GuideState
from llama_cpu.lookup import PromptLookup
from llama_cpu.sampling import Sampler, SamplingSpec


class Sink(Protocol):
    """Where a generation's tokens go. Called from the engine's thread; must not block."""

    def tokens(self, token_ids: Sequence[int], log_probs: Sequence[float], final: bool) -> None: ...

    def error(self, message: str) -> None: ...


@dataclass(eq=False)
class GenerationRequest:
    """`prompt` is not empty and `len(prompt) + max_tokens` does not exceed the sequence length."""

    request_id: str
    prompt: list[int]
    max_tokens: int
    sampling: SamplingSpec
    sink: Sink
    guide: GuideState | None = None
    stop_words: tuple[tuple[int, ...], ...] = ()
    want_log_probs: bool = False
    cancelled: bool = False
    scheduled_ns: int = 0


class Phase(enum.Enum):
    FREE = "free"
    PREFILL = "prefill"
    DECODE = "decode"


@dataclass(eq=False)
class Slot:
    """One sequence of the KV cache. `cached` are the tokens whose keys and values it holds, in order."""

    sequence: int
    cached: list[int] = field(default_factory=list)
    request: GenerationRequest | None = None
    sampler: Sampler | None = None
    lookup: PromptLookup | None = None
    generated: list[int] = field(default_factory=list)
    unsent_tokens: list[int] = field(default_factory=list)
    unsent_log_probs: list[float] = field(default_factory=list)
    is_ended: bool = False
    last_step_s: float = 0.0
    last_used_s: float = 0.0

    @property
    def phase(self) -> Phase:
        if self.request is None:
            return Phase.FREE
        return Phase.DECODE if self.generated else Phase.PREFILL

    @property
    def prefill_left(self) -> int:
        assert self.request is not None
        return len(self.request.prompt) - len(self.cached)

    def prefix_tokens(self, prompt: Sequence[int]) -> int:
        """How many leading tokens of `prompt` are cached here; at least one token is left to evaluate."""
        limit = min(len(self.cached), len(prompt) - 1)
        if limit <= 0:
            return 0
        same = np.asarray(self.cached[:limit]) == np.asarray(prompt[:limit])
        return limit if same.all() else int(same.argmin())

    def is_over(self) -> bool:
        """True once the last generated token ends the request."""
        request = self.request
        assert request is not None
        if len(self.generated) >= request.max_tokens or self.generated[-1] == request.sampling.end_id:
            return True
        if any(tuple(self.generated[-len(word) :]) == word for word in request.stop_words):
            return True
        return request.sampling.end_id is None and request.guide is not None and request.guide.is_complete


def choose_slot(free: Sequence[Slot], prompt: Sequence[int]) -> Slot:
    """The free slot to use: a cached prefix worth keeping wins, else the least recently used slot.

    A prefix is worth it when it is at least half of what the slot holds or half of the prompt; otherwise a
    short prompt that shares only the system message would throw a long conversation away.
    """
    best = max(free, key=lambda slot: slot.prefix_tokens(prompt))
    shared = best.prefix_tokens(prompt)
    if shared and shared * 2 >= min(len(best.cached), len(prompt)):
        return best
    return min(free, key=lambda slot: (bool(slot.cached), slot.last_used_s))
