"""A generation's tokens as Triton responses."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

from llama_cpu import contract
from llama_cpu.delivery import Client, Outbox
from llama_cpu.running import Running
from llama_cpu.slots import GenerationRequest


@dataclass
class _Held:
    """What one stream has to say and has not said yet."""

    tokens: list[int]
    log_probs: list[float]
    cum_log_prob: float = 0.0
    final: bool = False
    error: str | None = None


class ResponseSink:
    """Turns one generation's tokens into Triton responses: the engine's thread adds, the outbox's thread sends."""

    def __init__(
        self,
        client: Client,
        parsed: contract.ParsedRequest,
        wanted: frozenset[str],
        running: Running,
        outbox: Outbox,
    ) -> None:
        self._client = client
        self._parsed = parsed
        self._wanted = wanted
        self._running = running
        self._outbox = outbox
        self._lock = threading.Lock()
        self._held = _Held([] if parsed.exclude_input else list(parsed.prompt), [])
        self._posted = False
        self._arrival_ns = time.monotonic_ns()
        self._first_token_ns = 0
        self.generation: GenerationRequest | None = None

    def tokens(self, token_ids: Sequence[int], log_probs: Sequence[float], final: bool) -> None:
        if token_ids and not self._first_token_ns:
            self._first_token_ns = time.monotonic_ns()
        with self._lock:
            self._held.tokens.extend(token_ids)
            self._held.log_probs.extend(log_probs)
            self._held.cum_log_prob += sum(log_probs)
            self._held.final = self._held.final or final
        if self._parsed.streaming or final:
            self._post()

    def error(self, message: str) -> None:
        with self._lock:
            self._held.error = message
        self._post()

    def _post(self) -> None:
        with self._lock:
            if self._posted:
                return
            self._posted = True
        self._outbox.post(self)

    def deliver(self) -> None:
        with self._lock:
            held, self._posted = self._held, False
            self._held = _Held([], [], held.cum_log_prob)
        is_last = held.final or held.error is not None
        if is_last and self.generation is not None:
            self._running.remove(self.generation)
        if held.error is not None:
            self._client.fail(held.error, pb_utils.TritonError.INTERNAL)
        else:
            self._client.send(self._response(held), held.final)
        if is_last:
            self.generation = None  # each holds the other

    def _response(self, held: _Held) -> Any:
        ids = np.array([[held.tokens]], dtype=np.int32)
        tensors = [
            pb_utils.Tensor("output_ids", ids),
            pb_utils.Tensor("sequence_length", np.array([[ids.shape[-1]]], dtype=np.int32)),
        ]
        if "cum_log_probs" in self._wanted:
            value = np.array([[held.cum_log_prob]], dtype=np.float32)
            tensors.append(pb_utils.Tensor("cum_log_probs", value))
        if "output_log_probs" in self._wanted:
            values = np.array([[held.log_probs]], dtype=np.float32)
            tensors.append(pb_utils.Tensor("output_log_probs", values))
        if self._parsed.return_perf_metrics:
            tensors.extend(self._perf_tensors())
        return pb_utils.InferenceResponse([tensor for tensor in tensors if tensor.name() in self._wanted])

    def _perf_tensors(self) -> list[Any]:
        """Times of this request on the monotonic clock; 0 is "not yet"."""
        assert self.generation is not None
        times = {
            "arrival_time_ns": self._arrival_ns,
            "first_scheduled_time_ns": self.generation.scheduled_ns,
            "first_token_time_ns": self._first_token_ns,
            "last_token_time_ns": time.monotonic_ns(),
        }
        return [pb_utils.Tensor(name, np.array([[value]], dtype=np.int64)) for name, value in times.items()]
