"""The values that cross the inference seam. No behaviour, no transport."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

FinishReason = Literal["stop", "length"]
GuideType = Literal["json", "json_schema", "regex", "ebnf_grammar"]


@dataclass(frozen=True, slots=True)
class Guide:
    """Constrained decoding: the output must match. `source` is empty for `json`."""

    type: GuideType
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling of one generation, in the engine's terms.

    `top_k` 1 is greedy; `top_k` 0 means the whole vocabulary. `min_tokens` forbids the end token before
    that many new tokens. `logit_bias` maps token id to an addend
    of its logit; `vocab_size` is the length of the vector it becomes.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int | None = None
    repetition_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    min_tokens: int = 0
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    vocab_size: int = 0


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """One generation. `prompt_ids` is not empty; `max_tokens` ≥ 1 is already clipped to the context."""

    request_id: str
    prompt_ids: Sequence[int]
    max_tokens: int
    end_id: int
    pad_id: int
    sampling: Sampling = Sampling()
    guide: Guide | None = None
    return_log_probs: bool = False


@dataclass(frozen=True, slots=True)
class TokenChunk:
    """New tokens only. `log_probs` has one natural logarithm a token when asked for, else is empty."""

    token_ids: tuple[int, ...]
    log_probs: tuple[float, ...] = ()
    final: bool = False


class TokenStream(Protocol):
    """One running generation: iterate it, then `aclose()` it on every path.

    Iteration ends after a chunk with `final`. Raises the `InferenceError` branch, `QueueFull`,
    `InvalidGuide` or `ContextLengthExceeded`. `aclose()` before the end cancels in the engine.
    """

    def __aiter__(self) -> AsyncIterator[TokenChunk]: ...

    async def aclose(self) -> None: ...


class InferenceBackend(Protocol):
    """What the rest of Council knows of an inference server."""

    def generate(self, model: str, request: TokenRequest) -> TokenStream: ...

    async def model_ready(self, model: str) -> bool:
        """True when the model is loaded. Raises InferenceUnavailable when the server cannot be reached."""
        ...

    async def aclose(self) -> None: ...
