"""One generation: the LLM API's growing result in, the contract's responses out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils
from llama_cpu.contract import ParsedRequest

# TRITONSERVER_RESPONSE_COMPLETE_FINAL; pb_utils has its C++ half only after the import of the model.
FINAL = 1


@dataclass(eq=False)
class Generation:
    """A request with its way back. Only one thread sends and asks: Triton frees the far end with the final response."""

    request_id: str
    parsed: ParsedRequest
    wanted: frozenset[str]
    sender: Any
    arrival_ns: int = field(default_factory=time.monotonic_ns)
    first_token_ns: int = 0
    cum_log_prob: float = 0.0
    closed: bool = False

    def note_tokens(self) -> None:
        """Tokens came. The first time is what the performance tensors tell."""
        self.first_token_ns = self.first_token_ns or time.monotonic_ns()

    def send(self, response: Any | None, final: bool) -> None:
        """Send a response, or with None a bare final. Does nothing after the final one."""
        if self.closed:
            return
        self.closed = final
        if response is None:
            self.sender.send(flags=FINAL)
        else:
            self.sender.send(response, flags=FINAL if final else 0)

    def fail(self, message: str, code: int) -> None:
        self.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code)), final=True)

    def has_left(self) -> bool:
        return not self.closed and bool(self.sender.is_cancelled())

    def response(self, tokens: Sequence[int], log_probs: Sequence[float]) -> Any:
        """The tensors that were asked for, with their leading dimensions: batch, then beam."""
        self.cum_log_prob += sum(log_probs)
        tensors = {
            "output_ids": np.array([[tokens]], dtype=np.int32),
            "sequence_length": np.array([[len(tokens)]], dtype=np.int32),
            "cum_log_probs": np.array([[self.cum_log_prob]], dtype=np.float32),
            "output_log_probs": np.array([[log_probs]], dtype=np.float32),
            **(self._times() if self.parsed.return_perf_metrics else {}),
        }
        return pb_utils.InferenceResponse(
            [pb_utils.Tensor(name, value) for name, value in tensors.items() if name in self.wanted]
        )

    def _times(self) -> dict[str, np.ndarray]:
        """Of this process, on the monotonic clock; 0: not yet, or (when it was scheduled) not told by the LLM API."""
        times = {
            "arrival_time_ns": self.arrival_ns,
            "first_scheduled_time_ns": 0,
            "first_token_time_ns": self.first_token_ns,
            "last_token_time_ns": time.monotonic_ns(),
        }
        return {name: np.array([[value]], dtype=np.int64) for name, value in times.items()}
