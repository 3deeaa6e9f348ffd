"""The Triton python-backend model: requests in, engine, decoupled responses out."""

from __future__ import annotations

import ctypes
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

import numpy as np
import triton_python_backend_utils as pb_utils

from llama_cpu import contract
from llama_cpu.engine import Engine, EngineConfig, EngineStats, QueueFullError
from llama_cpu.guides import GuideCompiler, GuideError
from llama_cpu.slots import GenerationRequest

log = logging.getLogger("council.triton")

# TRITONSERVER_RESPONSE_COMPLETE_FINAL. Triton's config auto-completion imports this module before pb_utils has
# its C++ half, so nothing of that half is touched at import.
FINAL = 1

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
        self._outbox = _Outbox()
        self._metrics = _Metrics(args["model_name"], args["model_version"], self._outbox)
        self._engine = Engine(directory / "model.gguf", _engine_config(parameters), self._metrics.publish)
        self._limits = contract.EngineLimits(int(parameters["max_seq_len"]), self._engine.vocab_size)
        self._guides = GuideCompiler(
            directory / "tokenizer.json", self._engine.vocab_size, int(parameters["end_id"])
        )
        self._running = _Running(self._engine, int(parameters["cancellation_check_period_ms"]))
        self._metrics.watch(self._engine.stats)

    def execute(self, requests: Sequence[Any]) -> None:
        for request in requests:
            self._accept(request)

    def _accept(self, request: Any) -> None:
        client = _Client(request.get_response_sender())
        tensors = _read_inputs(request)
        if contract.is_stop(tensors):
            self._stop(request.request_id(), client)
            return
        try:
            self._start(request, client, tensors)
        except (contract.ContractError, GuideError) as error:
            client.fail(str(error), pb_utils.TritonError.INVALID_ARG)
        except QueueFullError as error:
            client.fail(str(error), pb_utils.TritonError.UNAVAILABLE)
        except Exception:  # the edge of a request: whatever went wrong, its client must get a final response
            log.exception("a request could not be started")
            client.fail("Executor failed to start the request", pb_utils.TritonError.INTERNAL)

    def _stop(self, request_id: str, client: _Client) -> None:
        if not request_id:
            client.fail(contract.STOP_WITHOUT_ID, pb_utils.TritonError.INVALID_ARG)
            return
        self._running.cancel(request_id)
        client.send(None, final=True)

    def _start(self, request: Any, client: _Client, tensors: contract.Tensors) -> None:
        parsed = contract.parse(tensors, self._limits)
        guide = self._guides.compile(parsed.guide_type, parsed.guide) if parsed.guide_type else None
        sink = _ResponseSink(
            client, parsed, frozenset(request.requested_output_names()), self._running, self._outbox
        )
        generation = GenerationRequest(
            request_id=request.request_id(),
            prompt=parsed.prompt,
            max_tokens=parsed.max_tokens,
            sampling=parsed.sampling,
            sink=sink,
            guide=guide,
            stop_words=parsed.stop_words,
            want_log_probs=parsed.return_log_probs,
        )
        sink.generation = generation
        self._running.add(generation, client)
        try:
            self._engine.submit(generation)
        except QueueFullError:
            self._running.remove(generation)
            raise

    def finalize(self) -> None:
        self._running.close()
        self._engine.close()
        self._outbox.close()


class _Message(Protocol):
    """Something to tell the server process."""

    def deliver(self) -> None: ...


class _Outbox:
    """Talks to the server process, so that the engine does not wait for it.

    A send is a round trip to another process. A message that is still waiting when more arrives for the same stream
    takes it along, so a busy machine sends fewer, larger responses.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Message | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="council-outbox", daemon=True)
        self._thread.start()

    def post(self, message: _Message) -> None:
        self._queue.put(message)

    def _run(self) -> None:
        while (message := self._queue.get()) is not None:
            try:
                message.deliver()
            except Exception:  # the edge to Triton: one stream's failed send must not silence the others
                log.exception("a response could not be sent")

    def close(self) -> None:
        """Deliver what is waiting, then stop."""
        self._queue.put(None)
        self._thread.join()


class _Client:
    """The far end of one request.

    Asking Triton whether a client left after the final response was sent reads freed memory in the server
    (seen as SIGSEGV in TRITONBACKEND_ResponseFactoryIsCancelled), so both go through one lock.
    """

    def __init__(self, sender: Any) -> None:
        self._sender = sender
        self._lock = threading.Lock()
        self._closed = False

    def send(self, response: Any | None, final: bool) -> None:
        """Send a response, or with None an empty final message. Does nothing after the final one."""
        with self._lock:
            if self._closed:
                return
            self._closed = final
            if response is None:
                self._sender.send(flags=FINAL)
            else:
                self._sender.send(response, flags=FINAL if final else 0)

    def fail(self, message: str, code: int) -> None:
        self.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code)), final=True)

    def has_left(self) -> bool:
        with self._lock:
            return not self._closed and bool(self._sender.is_cancelled())


class _Running:
    """The generations under way, by request id, and the thread that asks Triton whether their clients left."""

    def __init__(self, engine: Engine, check_period_ms: int) -> None:
        self._engine = engine
        self._period_s = check_period_ms / 1e3
        self._clients: dict[GenerationRequest, _Client] = {}
        self._by_id: dict[str, GenerationRequest] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="council-cancel", daemon=True)
        self._thread.start()

    def add(self, generation: GenerationRequest, client: _Client) -> None:
        with self._lock:
            self._clients[generation] = client
            if generation.request_id:
                self._by_id[generation.request_id] = generation

    def remove(self, generation: GenerationRequest) -> None:
        with self._lock:
            self._clients.pop(generation, None)
            if self._by_id.get(generation.request_id) is generation:
                del self._by_id[generation.request_id]

    def cancel(self, request_id: str) -> None:
        """An unknown id is no error: the request may just have finished."""
        with self._lock:
            generation = self._by_id.get(request_id)
        if generation is not None:
            self._engine.cancel(generation)

    def _watch(self) -> None:
        while not self._closed.wait(self._period_s):
            with self._lock:
                running = list(self._clients.items())
            for generation, client in running:
                self._cancel_if_gone(generation, client)

    def _cancel_if_gone(self, generation: GenerationRequest, client: _Client) -> None:
        try:
            if client.has_left():
                self._engine.cancel(generation)
        except Exception:  # the edge to Triton: one failed question must not end the watch over the others
            log.exception("Triton could not say whether a client left")

    def close(self) -> None:
        self._closed.set()
        self._thread.join()


@dataclass
class _Held:
    """What one stream has to say and has not said yet."""

    tokens: list[int]
    log_probs: list[float]
    cum_log_prob: float = 0.0
    final: bool = False
    error: str | None = None


class _ResponseSink:
    """Turns one generation's tokens into Triton responses: the engine's thread adds, the outbox's thread sends."""

    def __init__(
        self,
        client: _Client,
        parsed: contract.ParsedRequest,
        wanted: frozenset[str],
        running: _Running,
        outbox: _Outbox,
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
        if (held.final or held.error) and self.generation is not None:
            self._running.remove(self.generation)
        if held.error:
            self._client.fail(held.error, pb_utils.TritonError.INTERNAL)
        else:
            self._client.send(self._response(held), held.final)

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


class _Metrics:
    """TensorRT-LLM's request gauges and our token counts, on Triton's metrics port.

    A gauge update is a message to the server process, so only values that changed are sent.
    """

    def __init__(self, model: str, version: str, outbox: _Outbox) -> None:
        requests = pb_utils.MetricFamily(
            name="nv_trt_llm_request_metrics",
            description="Requests by state",
            kind=pb_utils.MetricFamily.GAUGE,
        )
        tokens = pb_utils.MetricFamily(
            name="council_cpu_tokens",
            description="Tokens since load, by kind: prompt, reused from the cache, generated, drafted, accepted",
            kind=pb_utils.MetricFamily.GAUGE,
        )
        labels = {"model": model, "version": version}
        self._gauges = {
            state: requests.Metric(labels={**labels, "request_type": state})
            for state in ("active", "max", "scheduled", "context", "waiting")
        } | {
            kind: tokens.Metric(labels={**labels, "kind": kind})
            for kind in ("prompt", "reused", "generated", "drafted", "accepted")
        }
        for gauge in (requests, tokens, *self._gauges.values()):
            _keep_forever(gauge)
        self._sent: dict[str, int] = {}
        self._outbox = outbox
        self._stats: Callable[[], EngineStats] | None = None

    def watch(self, stats: Callable[[], EngineStats]) -> None:
        self._stats = stats
        self.publish()

    def publish(self) -> None:
        """Something changed. The counts are read when they are sent, so a late message cannot bring back old ones."""
        self._outbox.post(self)

    def deliver(self) -> None:
        if self._stats is None:
            return
        stats = self._stats()
        values = {
            "active": stats.active + stats.waiting,
            "max": stats.slots,
            "scheduled": stats.active,
            "context": stats.prefilling,
            "waiting": stats.waiting,
            "prompt": stats.prompt_tokens,
            "reused": stats.reused_tokens,
            "generated": stats.generated_tokens,
            "drafted": stats.drafted_tokens,
            "accepted": stats.accepted_tokens,
        }
        for name, value in values.items():
            if self._sent.get(name) != value:
                self._gauges[name].set(value)
                self._sent[name] = value


def _keep_forever(gauge: object) -> None:
    """Never let this object's destructor run.

    Deleting a gauge while the next load of the model creates one of the same name corrupts the server's heap (seen
    as an abort in malloc_consolidate at unload and load), and deleting it at exit ends the stub with SIGSEGV. A load
    finds the gauges of the one before under their names, so what stays behind is a few bytes a load.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(gauge))


def _engine_config(parameters: dict[str, str]) -> EngineConfig:
    return EngineConfig(
        slots=int(parameters["slots"]),
        max_seq_len=int(parameters["max_seq_len"]),
        max_queue_size=int(parameters["max_queue_size"]),
        threads=int(os.environ.get("COUNCIL_CPU_THREADS") or len(os.sched_getaffinity(0))),
        stream_interval_ms=float(parameters["stream_interval_ms"]),
        prompt_lookup=parameters["prompt_lookup"] == "true",
    )


def _read_inputs(request: Any) -> dict[str, np.ndarray]:
    return {tensor.name(): tensor.as_numpy() for tensor in request.inputs() if tensor.name() in INPUTS}
