"""Logits to the next token, in TensorRT-LLM's order: bias, penalties, temperature, top-k, top-p, draw.

Greedy without penalties is an argmax; llama.cpp's own greedy sampler first builds a candidate array, 100 µs for
49,152 logits. All else runs in llama.cpp's C samplers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from llama_cpu.context import LlamaContext
from llama_cpu.guides import GuideState

GREEDY_BELOW_TEMPERATURE = 1e-5  # logits divided by much less leave float32


@dataclass(frozen=True)
class SamplingSpec:
    """What one request asked for. `embedding_bias` is float32[vocab] or None; `seed` is a 64-bit unsigned."""

    end_id: int | None
    top_k: int = 1
    top_p: float = 1.0
    temperature: float = 1.0
    seed: int = 0
    repetition_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    min_tokens: int = 0
    embedding_bias: np.ndarray | None = None
    bad_words: tuple[tuple[int, ...], ...] = ()

    @property
    def is_greedy(self) -> bool:
        # TensorRT-LLM's default without top_k and top_p is greedy, and so is a temperature of 0.
        return self.top_k == 1 or self.temperature < GREEDY_BELOW_TEMPERATURE

    @property
    def has_penalties(self) -> bool:
        return self.repetition_penalty != 1.0 or self.presence_penalty != 0.0 or self.frequency_penalty != 0.0


class Sampler:
    """Draws the tokens of one request. Owns C memory: `close()` it."""

    def __init__(self, context: LlamaContext, spec: SamplingSpec, guide: GuideState | None) -> None:
        self._context = context
        self._spec = spec
        self._guide = guide
        self._chain: int | None = None
        if not spec.is_greedy or spec.has_penalties:
            self._chain = _build_chain(context, spec)

    def observe_prompt(self, tokens: Iterable[int]) -> None:
        """Penalties count prompt tokens too, as TensorRT-LLM's do when prompt_ignore_length is not given."""
        if self._chain is None or not self._spec.has_penalties:
            return
        for token in tokens:
            self._context.library.llama_sampler_accept(self._chain, token)

    def draw(self, row: int, generated: Sequence[int], want_log_prob: bool) -> tuple[int, float | None]:
        """The next token from batch row `row`, and its log-probability under the unmodified distribution."""
        logits = self._context.logits(row)
        normaliser = _log_sum_exp(logits) if want_log_prob else 0.0
        raw = logits.copy() if want_log_prob else logits
        self._modify(logits, generated)
        if self._chain is None:
            token = int(logits.argmax())
        else:
            token = self._context.library.llama_sampler_sample(self._chain, self._context.handle, row)
        if self._guide is not None and token != self._spec.end_id:
            self._guide.accept(token)
        return token, (float(raw[token]) - normaliser if want_log_prob else None)

    def _modify(self, logits: np.ndarray, generated: Sequence[int]) -> None:
        spec = self._spec
        if spec.embedding_bias is not None:
            logits += spec.embedding_bias
        ended = self._guide is not None and self._guide.is_complete
        if spec.end_id is not None and len(generated) < spec.min_tokens and not ended:
            logits[spec.end_id] = -np.inf
        for word in spec.bad_words:
            if len(word) == 1 or tuple(generated[-(len(word) - 1) :]) == word[:-1]:
                logits[word[-1]] = -np.inf
        if self._guide is not None:
            self._guide.mask(logits)

    def close(self) -> None:
        if self._chain is not None:
            self._context.library.llama_sampler_free(self._chain)
            self._chain = None


def _build_chain(context: LlamaContext, spec: SamplingSpec) -> int:
    lib = context.library
    chain: int = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
    if spec.has_penalties:
        penalties = lib.llama_sampler_init_penalties(
            context.vocab_size,
            context.shape.tokens_per_sequence,
            spec.repetition_penalty,
            spec.frequency_penalty,
            spec.presence_penalty,
        )
        lib.llama_sampler_chain_add(chain, penalties)
    if spec.is_greedy:
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_greedy())
        return chain
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_temp(spec.temperature))
    if spec.top_k > 0:
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_k(spec.top_k))
    if spec.top_p < 1.0:
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_p(spec.top_p, 1))
    seed = (spec.seed ^ (spec.seed >> 32)) & 0xFFFFFFFF
    # 0xFFFFFFFF means "draw a random seed" to llama.cpp.
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_dist(seed % 0xFFFFFFFF))
    return chain


def _log_sum_exp(logits: np.ndarray) -> float:
    peak = float(logits.max())
    return peak + float(np.log(np.exp(logits - peak).sum()))
