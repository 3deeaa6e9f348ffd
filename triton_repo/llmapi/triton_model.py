"""The Triton python-backend model over the LLM API: the same tensors, errors and cancels as the CPU model."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils
from llama_cpu import contract

from llmapi.engine import EngineSettings, LlmEngine, QueueFullError
from llmapi.stream import Generation

log = logging.getLogger("council.triton")


class TritonPythonModel:
    """One LLM. `execute` only hands requests over."""

    def initialize(self, args: dict[str, str]) -> None:
        config = json.loads(args["model_config"])
        values = {name: value["string_value"] for name, value in config["parameters"].items()}
        self._names = frozenset(tensor["name"] for tensor in config["input"])
        self._limits = contract.EngineLimits(int(values["max_seq_len"]), int(values["vocab_size"]))
        self._engine = LlmEngine(_settings(config["max_batch_size"], values))

    def execute(self, requests: Sequence[Any]) -> None:
        for request in requests:
            self._accept(request)

    def _accept(self, request: Any) -> None:
        sender = request.get_response_sender()
        tensors = {
            tensor.name(): tensor.as_numpy() for tensor in request.inputs() if tensor.name() in self._names
        }
        try:
            if contract.is_stop(tensors):
                self._stop(request.request_id(), sender)
            else:
                self._start(request, sender, tensors)
        except contract.ContractError as error:
            _refuse(sender, str(error), pb_utils.TritonError.INVALID_ARG)
        except QueueFullError as error:
            _refuse(sender, str(error), pb_utils.TritonError.UNAVAILABLE)
        except Exception:  # the edge of a request: whatever went wrong, its client must get a final response
            log.exception("a request could not be started")
            _refuse(sender, "Executor failed to start the request", pb_utils.TritonError.INTERNAL)

    def _stop(self, request_id: str, sender: Any) -> None:
        if not request_id:
            raise contract.ContractError(contract.STOP_WITHOUT_ID)
        self._engine.cancel(request_id)
        sender.send(flags=1)

    def _start(self, request: Any, sender: Any, tensors: Mapping[str, np.ndarray]) -> None:
        parsed = contract.parse(tensors, self._limits)
        wanted = frozenset(request.requested_output_names())
        self._engine.submit(Generation(request.request_id(), parsed, wanted, sender))

    def finalize(self) -> None:
        self._engine.close()


def _refuse(sender: Any, message: str, code: int) -> None:
    sender.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code)), flags=1)


def _settings(max_batch_size: int, values: Mapping[str, str]) -> EngineSettings:
    return EngineSettings(
        model_dir=values["model_dir"],
        end_id=int(values["end_id"]),
        max_batch_size=max_batch_size,
        max_num_tokens=int(values["max_num_tokens"]),
        max_seq_len=int(values["max_seq_len"]),
        max_queue_size=int(values["max_queue_size"]),
        kv_tokens=int(values["max_tokens_in_paged_kv_cache"]),
        kv_memory_fraction=float(values["kv_cache_free_gpu_mem_fraction"]),
        tokens_per_block=int(values["tokens_per_block"]),
        sampler_type=values["sampler_type"],
        guided_decoding_backend=values["guided_decoding_backend"],
        cancellation_check_period_ms=int(values["cancellation_check_period_ms"]),
    )
