"""The Triton python-backend model: requests in, engine, decoupled responses out."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

from llama_cpu import contract
from llama_cpu.delivery import Client, Outbox
from llama_cpu.engine import Engine, EngineConfig, QueueFullError
from llama_cpu.gauges import Metrics
from llama_cpu.guide_trial import USUAL_GUIDES, GuideTrial, TrialFailedError
from llama_cpu.guides import GuideCompiler, GuideError
from llama_cpu.responses import ResponseSink
from llama_cpu.running import Running
from llama_cpu.slots import GenerationRequest

log = logging.getLogger("council.triton")

INPUTS = (
    "input_ids", "input_lengths", "request_output_len", "end_id", "pad_id", "beam_width",
    "num_return_sequences", "runtime_top_k", "runtime_top_p", "temperature", "seed", "repetition_penalty",
    "presence_penalty", "frequency_penalty", "min_tokens", "embedding_bias", "stop_words_list",
    "bad_words_list", "return_log_probs",
    "return_perf_metrics", "exclude_input_in_output", "streaming", "stop",
    "guided_decoding_guide_type", "guided_decoding_guide",
)  # fmt: skip


class TritonPythonModel:
    """One LLM. `execute` only hands requests over; responses are sent by the engine's thread."""

    def initialize(self, args: dict[str, str]) -> None:
        config = json.loads(args["model_config"])
        parameters = {name: value["string_value"] for name, value in config["parameters"].items()}
        directory = Path(os.environ["COUNCIL_MODELS_DIR"]) / args["model_name"]
        self._outbox = Outbox()
        self._metrics = Metrics(args["model_name"], args["model_version"], self._outbox)
        self._engine = Engine(directory / "model.gguf", _engine_config(parameters), self._metrics.publish)
        self._limits = contract.EngineLimits(int(parameters["max_seq_len"]), self._engine.vocab_size)
        vocabulary = (directory / "tokenizer.json", self._engine.vocab_size, int(parameters["end_id"]))
        self._guides, self._trial = GuideCompiler(*vocabulary), GuideTrial(*vocabulary)
        # A hard guide takes seconds: not in `execute`, where every other request waits for its turn, and not before
        # guides that are easy or known to be.
        self._compiling, self._trying, self._trying_long = (
            ThreadPoolExecutor(1, thread_name_prefix=f"council-{name}")
            for name in ("guides", "new-guides", "hard-guides")
        )
        for guide in USUAL_GUIDES:
            self._trying.submit(self._trial.is_decided_quickly, *guide)
        self._uncompiled = threading.Semaphore(int(parameters["max_queue_size"]) + 1)
        self._running = Running(self._engine, int(parameters["cancellation_check_period_ms"]))
        self._metrics.watch(self._engine.stats)

    def execute(self, requests: Sequence[Any]) -> None:
        for request in requests:
            self._accept(request)

    def _accept(self, request: Any) -> None:
        client = Client(request.get_response_sender())
        tensors = _read_inputs(request)
        if contract.is_stop(tensors):
            self._stop(request.request_id(), client)
            return
        with _refusals_go_to(client):
            self._start(request, client, tensors)

    def _stop(self, request_id: str, client: Client) -> None:
        if not request_id:
            client.fail(contract.STOP_WITHOUT_ID, pb_utils.TritonError.INVALID_ARG)
            return
        self._running.cancel(request_id)
        if fault := self._engine.fault():
            client.fail(f"Executor failed: {fault}", pb_utils.TritonError.INTERNAL)
        else:
            client.send(None, final=True)

    def _start(self, request: Any, client: Client, tensors: contract.Tensors) -> None:
        parsed = contract.parse(tensors, self._limits)
        sink = ResponseSink(
            client, parsed, frozenset(request.requested_output_names()), self._running, self._outbox
        )
        generation = GenerationRequest(
            request_id=request.request_id(),
            prompt=parsed.prompt,
            max_tokens=parsed.max_tokens,
            sampling=parsed.sampling,
            sink=sink,
            stop_words=parsed.stop_words,
            want_log_probs=parsed.return_log_probs,
        )
        sink.generation = generation
        with self._running.entry(generation, client, sends_stop=_promises_stop(request)):
            if not parsed.guide_type:
                self._engine.submit(generation)
            elif self._uncompiled.acquire(blocking=False):
                if self._trial.knows(parsed.guide_type, parsed.guide):
                    self._compiling.submit(self._compile_and_submit, generation, client, parsed)
                else:
                    self._trying.submit(self._try_and_compile, generation, client, parsed)
            else:
                raise QueueFullError("Exceeds maximum queue size of guides to compile")

    def _try_and_compile(
        self, generation: GenerationRequest, client: Client, parsed: contract.ParsedRequest
    ) -> None:
        """Of a new guide. One that needs longer, or could not be tried, goes on to the lane of those."""
        assert parsed.guide_type is not None
        try:
            is_ready = generation.cancelled or self._trial.is_decided_quickly(parsed.guide_type, parsed.guide)
        except TrialFailedError:
            is_ready = False
        if is_ready:
            self._compile_and_submit(generation, client, parsed)
        else:
            self._trying_long.submit(self._compile_and_submit, generation, client, parsed)

    def _compile_and_submit(
        self, generation: GenerationRequest, client: Client, parsed: contract.ParsedRequest
    ) -> None:
        assert parsed.guide_type is not None
        with _refusals_go_to(client), self._running.removed_on_failure(generation):
            try:
                # Whose client has left meanwhile is not worth the time: `submit` ends it.
                if not generation.cancelled:
                    self._trial.check(parsed.guide_type, parsed.guide)
                    generation.guide = self._guides.compile(
                        parsed.guide_type, parsed.guide, parsed.sampling.end_id
                    )
            finally:
                self._uncompiled.release()
            self._engine.submit(generation)

    def finalize(self) -> None:
        for lane in (self._trying, self._trying_long, self._compiling):
            lane.shutdown(cancel_futures=True)
        self._trial.close()
        self._running.close()
        self._engine.close()
        self._outbox.close()


@contextmanager
def _refusals_go_to(client: Client) -> Iterator[None]:
    """The edge of a request: whatever goes wrong, its client gets a final response."""
    try:
        yield
    except (contract.ContractError, GuideError) as error:
        client.fail(str(error), pb_utils.TritonError.INVALID_ARG)
    except QueueFullError as error:
        client.fail(str(error), pb_utils.TritonError.UNAVAILABLE)
    except TrialFailedError as error:
        log.warning("a guide was not tried: %s", error)
        client.fail("Executor failed to try the guide: send it again", pb_utils.TritonError.INTERNAL)
    except Exception:
        log.exception("a request could not be started")
        client.fail("Executor failed to start the request", pb_utils.TritonError.INTERNAL)


def _engine_config(parameters: dict[str, str]) -> EngineConfig:
    return EngineConfig(
        slots=int(parameters["slots"]),
        max_seq_len=int(parameters["max_seq_len"]),
        max_queue_size=int(parameters["max_queue_size"]),
        threads=int(os.environ.get("COUNCIL_CPU_THREADS") or len(os.sched_getaffinity(0))),
        stream_period_ms=float(parameters["stream_period_ms"]),
        first_token_pause_ms=float(parameters["first_token_pause_ms"]),
        prompt_lookup=parameters["prompt_lookup"] == "true",
    )


def _promises_stop(request: Any) -> bool:
    """Whether the client sends a `stop` request when it leaves. A request parameter, which other engines ignore."""
    parameters = request.parameters()
    return bool(parameters) and json.loads(parameters).get("client_sends_stop") is True


def _read_inputs(request: Any) -> dict[str, np.ndarray]:
    return {tensor.name(): tensor.as_numpy() for tensor in request.inputs() if tensor.name() in INPUTS}
