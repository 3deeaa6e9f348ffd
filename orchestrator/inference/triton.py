"""The inference backend over Triton's gRPC: one ModelStreamInfer stream a generation.

The only module that knows tritonclient and the wire. It speaks the KServe v2 protobufs directly: the library's
stream helper builds Python objects for every response, which at 300 tokens/s is felt on two cores.
"""

from __future__ import annotations

import asyncio
import logging
import struct
from array import array
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import suppress

import grpc
from grpc import aio
from tritonclient.grpc import service_pb2, service_pb2_grpc

from orchestrator.errors import (
    ContextLengthExceeded,
    CouncilError,
    InferenceError,
    InferenceStreamBroken,
    InferenceTimeout,
    InferenceUnavailable,
    InvalidGuide,
    InvalidValue,
    ModelNotReady,
    QueueFull,
    UnsupportedParameter,
)
from orchestrator.inference.pulse import NobodyThereError, Pulse
from orchestrator.inference.types import Guide, Sampling, TokenChunk, TokenRequest

log = logging.getLogger(__name__)

_CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", 64 * 2**20),
    ("grpc.max_send_message_length", 64 * 2**20),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 300),
    # A Triton that hangs without closing its socket is found by the deadlines; keepalive finds a dead host.
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
)
_SERVER_GONE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN)
_QUERY_TIMEOUT_S = 2.0
# The longest pause between two tries to connect, its jitter of a fifth, and the try.
_RECONNECT_S = 0.5
_SPARE_STREAM_S = 3.0
_QUEUE_FULL_RETRY_AFTER_S = 1
# The header `triton_grpc_error` would give errors a status. It is not sent: Triton 2.51 then cancels its own stream
# after each error, and dies of it (SIGSEGV, SIGABRT) within seconds of 100 clients at a full queue.
_UNAVAILABLE_TEXTS = ("is not healthy", "shutting down", "the engine stopped", "the engine's step")
_REFUSAL_TEXTS = (
    "Incorrect sampling config",
    "must be",
    "must not",
    "must have",
    "outside 0..",
    "out of order",
    "embedding_bias",
    "input_lengths is",
    "unexpected shape",
    "unexpected inference",
)
_CORE_INPUTS = frozenset({"input_ids", "input_lengths", "request_output_len"})

_NUMBER_FORMATS = {"INT32": "<i", "UINT64": "<Q", "FP32": "<f", "BOOL": "<?"}
_Scalar = int | float | bool


class TritonBackend:
    """Implements `InferenceBackend`. Reconnects by itself after a Triton restart."""

    def __init__(
        self,
        url: str,
        *,
        first_token_timeout_s: float,
        inter_token_timeout_s: float,
        unstreamed_log_probs: frozenset[str] = frozenset(),
    ) -> None:
        """`unstreamed_log_probs` names models whose engine must not stream while it returns log-probs:
        TensorRT-LLM 1.1.0-1.2.0rc7 crashes when such a stream is cancelled (NVIDIA/TensorRT-LLM#10810)."""
        self._url = url
        self._channel: aio.Channel | None = None
        self._first_token_timeout_s = first_token_timeout_s
        self._inter_token_timeout_s = inter_token_timeout_s
        self._unstreamed_log_probs = unstreamed_log_probs
        self._inputs: dict[str, frozenset[str]] = {}
        self._pulses: dict[str, Pulse] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._spare: aio.StreamStreamCall | None = None

    @property
    def _stub(self) -> service_pb2_grpc.GRPCInferenceServiceStub:
        # Opened at first use: a channel belongs to the event loop that is running then.
        if self._channel is None:
            self._channel = aio.insecure_channel(self._url, options=_CHANNEL_OPTIONS)
            self._calls = service_pb2_grpc.GRPCInferenceServiceStub(self._channel)
        return self._calls

    def generate(self, model: str, request: TokenRequest) -> _TritonStream:
        return _TritonStream(self, model, request)

    async def model_ready(self, model: str) -> bool:
        query = service_pb2.ModelReadyRequest(name=model)
        try:
            reply = await self._stub.ModelReady(query, timeout=_QUERY_TIMEOUT_S)
        except aio.AioRpcError as error:
            raise _unreachable(self._url, error) from error
        if reply.ready and (fault := await self._pulse(model).fault()):
            raise InferenceUnavailable(fault, retry_after_s=5)
        return bool(reply.ready)

    def _pulse(self, model: str) -> Pulse:
        if model not in self._pulses:
            self._pulses[model] = Pulse(lambda: self._fault(model))
        return self._pulses[model]

    async def _fault(self, model: str) -> str | None:
        """Have the model stop a request that does not exist, which costs no token. Raises NobodyThereError."""
        if self._channel is None or self._channel.get_state() is not grpc.ChannelConnectivity.READY:
            raise NobodyThereError
        call = self._stub.ModelStreamInfer()
        try:
            await call.write(_stop_message(model, "council-pulse"))
            response = await call.read()
        except (aio.AioRpcError, asyncio.InvalidStateError) as error:
            raise NobodyThereError from error
        except asyncio.CancelledError:
            call.cancel()
            raise
        self.let_end(call)
        text = "" if response is aio.EOF else str(response.error_message)
        return text if any(known in text for known in _UNAVAILABLE_TEXTS) else None

    async def reconnect(self) -> None:
        """Wait for the next try to connect when the last one failed: until then gRPC refuses each call unasked,
        so the first request to a server that is back would fail. Returns also if that try fails."""
        if (
            self._channel is None
            or self._channel.get_state() is not grpc.ChannelConnectivity.TRANSIENT_FAILURE
        ):
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_RECONNECT_S):
                await self._channel.channel_ready()

    async def allowed_inputs(self, model: str) -> frozenset[str]:
        """The input names that the loaded model declares; asked once and again after any failure.

        Raises ModelNotReady or InferenceUnavailable.
        """
        known = self._inputs.get(model)
        if known is not None:
            return known
        query = service_pb2.ModelMetadataRequest(name=model)
        try:
            metadata = await self._stub.ModelMetadata(query, timeout=_QUERY_TIMEOUT_S)
        except aio.AioRpcError as error:
            if error.code() in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT) or _is_unloaded(
                error
            ):
                raise ModelNotReady(f"model {model!r} is not loaded", retry_after_s=5) from error
            raise _unreachable(self._url, error) from error
        self._inputs[model] = frozenset(tensor.name for tensor in metadata.inputs)
        return self._inputs[model]

    async def aclose(self) -> None:
        self._drop_spare()
        for pulse in self._pulses.values():
            await pulse.aclose()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._channel is not None:
            await self._channel.close()

    def open_stream(self) -> aio.StreamStreamCall:
        return self._stub.ModelStreamInfer()

    def take_spare(self) -> aio.StreamStreamCall | None:
        """A stream that was opened in advance, for one request; None when there is none that still lives."""
        spare, self._spare = self._spare, None
        return spare if spare is not None and not spare.done() else None

    def open_spare(self) -> None:
        """Open the next request's stream now: that is one round trip less before its first token.

        Given up after a few seconds without a request, since Triton waits at its shutdown for streams to close.
        """
        if self._spare is not None and not self._spare.done():
            return
        self._spare = spare = self.open_stream()
        asyncio.get_running_loop().call_later(_SPARE_STREAM_S, self._drop_spare, spare)

    def _drop_spare(self, only: aio.StreamStreamCall | None = None) -> None:
        if self._spare is not None and only in (None, self._spare):
            self._spare.cancel()
            self._spare = None

    def first_token_timeout_s(self) -> float:
        return self._first_token_timeout_s

    def inter_token_timeout_s(self) -> float:
        return self._inter_token_timeout_s

    def streams_log_probs(self, model: str) -> bool:
        return model not in self._unstreamed_log_probs

    def forget_metadata(self, model: str) -> None:
        self._inputs.pop(model, None)

    def request_stop(self, model: str, request_id: str) -> None:
        """Send the contract's `stop` request in the background: the second way to cancel, for the case that
        the gRPC cancel does not get through. An id that is already gone is no error."""
        self._in_background(self._stop(model, request_id))

    def let_end(self, call: aio.StreamStreamCall) -> None:
        """Close our half of a call that has said all it had to say, and read until the server closed its own.
        Not earlier, since closing costs what a first token waits for. Dropping the call would cancel it, and a cancel that meets the end of a stream is what Triton's gRPC front end handles worst."""
        self._in_background(_read_to_end(call))

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stop(self, model: str, request_id: str) -> None:
        call = self._stub.ModelStreamInfer(timeout=_QUERY_TIMEOUT_S)
        try:
            await call.write(_stop_message(model, request_id))
        except (aio.AioRpcError, asyncio.InvalidStateError) as error:
            log.debug("stop request failed: %s", error)
        await _read_to_end(call)


def _stop_message(model: str, request_id: str) -> service_pb2.ModelInferRequest:
    message = service_pb2.ModelInferRequest(model_name=model, id=request_id)
    _add_ids(message, "input_ids", (0,))
    for name in ("input_lengths", "request_output_len"):
        _add_number(message, name, "INT32", 1)
    _add_number(message, "stop", "BOOL", True)
    _finish_message(message, with_log_probs=False)
    return message


async def _read_to_end(call: aio.StreamStreamCall) -> None:
    try:
        async with asyncio.timeout(_QUERY_TIMEOUT_S):
            await call.done_writing()
            while await call.read() is not aio.EOF:
                pass
    except (TimeoutError, aio.AioRpcError, asyncio.InvalidStateError) as error:
        log.debug("a call did not end well: %s", error)
    finally:
        call.cancel()


class _TritonStream:
    """One generation. See `TokenStream` for the contract."""

    def __init__(self, backend: TritonBackend, model: str, request: TokenRequest) -> None:
        self._backend = backend
        self._model = model
        self._request = request
        self._call: aio.StreamStreamCall | None = None
        self._received = False
        self._over = False

    def __aiter__(self) -> AsyncIterator[TokenChunk]:
        return self

    async def __anext__(self) -> TokenChunk:
        if self._over:
            raise StopAsyncIteration
        try:
            return await self._next()
        except BaseException:
            # Whatever went wrong, a cancelled reader included, the engine must not go on.
            await self.aclose()
            raise

    async def aclose(self) -> None:
        if self._call is None or self._over:
            self._over = True
            return
        self._over = True
        self._call.cancel()
        self._backend.request_stop(self._model, self._request.request_id)

    async def _next(self) -> TokenChunk:
        limit_s = (
            self._backend.inter_token_timeout_s() if self._received else self._backend.first_token_timeout_s()
        )
        try:
            async with asyncio.timeout(limit_s):
                if self._call is None:
                    await self._open()
                assert self._call is not None
                response = await self._call.read()
        except TimeoutError:
            what = "further" if self._received else "first"
            raise InferenceTimeout(f"no {what} token within {limit_s:g} s") from None
        except aio.AioRpcError as error:
            raise self._typed(error) from error
        except asyncio.InvalidStateError as error:
            # The call ended while we were writing to it; its status has the reason.
            raise self._typed(await _status_of(self._call)) from error
        if response is aio.EOF:
            raise await self._ended_early()
        return self._chunk(response)

    async def _open(self) -> None:
        await self._backend.reconnect()
        allowed = await self._backend.allowed_inputs(self._model)
        streaming = not self._request.return_log_probs or self._backend.streams_log_probs(self._model)
        message = encode_request(self._model, self._request, allowed, streaming=streaming)
        # The call is ours before it is written to: who is cancelled in the middle of that must cancel it too.
        self._call = self._backend.take_spare()
        if self._call is None or not await _written(self._call, message):
            self._call = self._backend.open_stream()
            await self._call.write(message)

    def _chunk(self, response: service_pb2.ModelStreamInferResponse) -> TokenChunk:
        if response.error_message:
            self._end()
            raise _error_from_text(response.error_message, self._request, grpc.StatusCode.UNKNOWN)
        self._received = True
        chunk = decode_response(response.infer_response)
        if chunk.final:
            self._end()
        return chunk

    def _end(self) -> None:
        assert self._call is not None
        self._over = True
        self._backend.let_end(self._call)
        self._backend.open_spare()

    async def _ended_early(self) -> CouncilError:
        assert self._call is not None
        code = await self._call.code()
        if code is grpc.StatusCode.OK:
            return InferenceStreamBroken("the inference server closed the stream before its final response")
        return self._typed(await _status_of(self._call))

    def _typed(self, error: aio.AioRpcError) -> CouncilError:
        self._backend.forget_metadata(self._model)
        text = error.details() or error.code().name
        if self._received and error.code() in _SERVER_GONE:
            return InferenceStreamBroken(f"the inference server went away in mid-stream: {text}")
        return _error_from_text(text, self._request, error.code())


async def _written(spare: aio.StreamStreamCall, message: service_pb2.ModelInferRequest) -> bool:
    """False when the server closed the spare stream meanwhile: nothing was sent then."""
    try:
        await spare.write(message)
    except (aio.AioRpcError, asyncio.InvalidStateError):
        return False
    return True


async def _status_of(call: aio.StreamStreamCall | None) -> aio.AioRpcError:
    assert call is not None
    return aio.AioRpcError(
        await call.code(), await call.initial_metadata(), await call.trailing_metadata(), await call.details()
    )


def _error_from_text(text: str, request: TokenRequest, code: grpc.StatusCode) -> CouncilError:
    """The typed error of an in-band error text or a gRPC status. Texts: inference contract 3.6."""
    if "maximum queue size" in text:
        return QueueFull("the model's queue is full", retry_after_s=_QUEUE_FULL_RETRY_AFTER_S)
    if "unknown model" in text or "is not ready" in text or "no available versions" in text:
        return ModelNotReady(f"the model is not loaded: {text}", retry_after_s=5)
    if text.startswith("Prompt length"):
        return ContextLengthExceeded(text.split(". ")[0], param="messages")
    if code is grpc.StatusCode.UNAVAILABLE or any(known in text for known in _UNAVAILABLE_TEXTS):
        return InferenceUnavailable(f"the inference server cannot be reached: {text}", retry_after_s=2)
    if request.guide is not None and ("Guided decoding" in text or "guided_decoding" in text):
        return InvalidGuide(
            f"the engine refused the output constraint: {text}", param=_param_of_guide(request.guide)
        )
    if any(known in text for known in _REFUSAL_TEXTS):
        return InvalidValue(f"the engine refused the request: {text}")
    return InferenceError(f"the inference server failed: {text}")


def _unreachable(url: str, error: aio.AioRpcError) -> InferenceUnavailable:
    return InferenceUnavailable(
        f"Triton at {url} does not answer: {error.details() or error.code().name}", retry_after_s=2
    )


def _is_unloaded(error: aio.AioRpcError) -> bool:
    return "unknown model" in (error.details() or "") or "is not ready" in (error.details() or "")


def encode_request(
    model: str, request: TokenRequest, allowed: frozenset[str], *, streaming: bool
) -> service_pb2.ModelInferRequest:
    """The wire form of a generation. Raises UnsupportedParameter when the model lacks a needed input."""
    message = service_pb2.ModelInferRequest(model_name=model, id=request.request_id)
    _add_ids(message, "input_ids", request.prompt_ids)
    for name, datatype, value in _numbers(request, streaming):
        if value == _NEUTRAL.get(name):
            continue
        if name in allowed or name in _CORE_INPUTS:
            _add_number(message, name, datatype, value)
        else:
            raise UnsupportedParameter(f"the model {model!r} does not take {name}", param=_PARAM_OF.get(name))
    if request.sampling.logit_bias:
        _require(allowed, "embedding_bias", model, "logit_bias")
        _add_bias(message, request.sampling)
    if request.guide is not None:
        _require(allowed, "guided_decoding_guide_type", model, _param_of_guide(request.guide))
        _add_guide(message, request.guide)
    _finish_message(message, with_log_probs=request.return_log_probs)
    # `_TritonStream.aclose` keeps this promise. The CPU engine then need not ask Triton all the time who left.
    message.parameters["client_sends_stop"].bool_param = True
    return message


# Values that an engine assumes when it is told nothing: they are left out, since every tensor costs Triton an
# allocation and a copy on the way to the first token.
_NEUTRAL: dict[str, _Scalar] = {
    "repetition_penalty": 1.0, "presence_penalty": 0.0, "frequency_penalty": 0.0, "min_tokens": 0,
    "return_log_probs": False, "temperature": 1.0,
}  # fmt: skip
_PARAM_OF = {"return_log_probs": "logprobs", "runtime_top_k": "top_k", "runtime_top_p": "top_p"}


def _numbers(request: TokenRequest, streaming: bool) -> Iterable[tuple[str, str, _Scalar]]:
    sampling = request.sampling
    yield "input_lengths", "INT32", len(request.prompt_ids)
    yield "request_output_len", "INT32", request.max_tokens
    yield "end_id", "INT32", request.end_id
    yield "pad_id", "INT32", request.pad_id
    yield "streaming", "BOOL", streaming
    yield "exclude_input_in_output", "BOOL", True
    yield "runtime_top_k", "INT32", sampling.top_k
    # A draw from one candidate needs neither nucleus nor seed.
    if sampling.top_k != 1:
        yield "runtime_top_p", "FP32", sampling.top_p
    yield "temperature", "FP32", sampling.temperature
    if sampling.seed is not None and sampling.top_k != 1:
        yield "seed", "UINT64", sampling.seed
    yield "repetition_penalty", "FP32", sampling.repetition_penalty
    yield "presence_penalty", "FP32", sampling.presence_penalty
    yield "frequency_penalty", "FP32", sampling.frequency_penalty
    yield "min_tokens", "INT32", sampling.min_tokens
    yield "return_log_probs", "BOOL", request.return_log_probs


def _param_of_guide(guide: Guide) -> str:
    """The request's field that a guide comes from."""
    return {"regex": "guided_regex", "ebnf_grammar": "guided_grammar"}.get(guide.type, "response_format")


def _require(allowed: frozenset[str], name: str, model: str, param: str) -> None:
    if name not in allowed:
        raise UnsupportedParameter(f"the engine of {model!r} does not support {param}", param=param)


def _add_tensor(
    message: service_pb2.ModelInferRequest, name: str, datatype: str, shape: tuple[int, ...], raw: bytes
) -> None:
    message.inputs.add(name=name, datatype=datatype, shape=shape)
    message.raw_input_contents.append(raw)


def _add_number(message: service_pb2.ModelInferRequest, name: str, datatype: str, value: _Scalar) -> None:
    _add_tensor(message, name, datatype, (1, 1), struct.pack(_NUMBER_FORMATS[datatype], value))


def _add_ids(message: service_pb2.ModelInferRequest, name: str, ids: Iterable[int]) -> None:
    packed = array("i", ids)
    _add_tensor(message, name, "INT32", (1, len(packed)), packed.tobytes())


def _add_bias(message: service_pb2.ModelInferRequest, sampling: Sampling) -> None:
    bias = array("f", bytes(4 * sampling.vocab_size))
    for token_id, addend in sampling.logit_bias.items():
        bias[token_id] = addend
    _add_tensor(message, "embedding_bias", "FP32", (1, len(bias)), bias.tobytes())


def _add_guide(message: service_pb2.ModelInferRequest, guide: Guide) -> None:
    for name, text in (("guided_decoding_guide_type", guide.type), ("guided_decoding_guide", guide.source)):
        raw = text.encode()
        if raw:
            _add_tensor(message, name, "BYTES", (1, 1), struct.pack("<I", len(raw)) + raw)


def _finish_message(message: service_pb2.ModelInferRequest, *, with_log_probs: bool) -> None:
    names = ["output_ids", "sequence_length", *(["output_log_probs"] if with_log_probs else [])]
    for name in names:
        message.outputs.add(name=name)
    message.parameters["triton_enable_empty_final_response"].bool_param = True


def decode_response(response: service_pb2.ModelInferResponse) -> TokenChunk:
    """New tokens of one response. `sequence_length` is not needed: one beam, no padding."""
    token_ids: tuple[int, ...] = ()
    log_probs: tuple[float, ...] = ()
    for output, raw in zip(response.outputs, response.raw_output_contents, strict=False):
        if output.name == "output_ids":
            token_ids = tuple(memoryview(raw).cast("i"))
        elif output.name == "output_log_probs":
            log_probs = tuple(memoryview(raw).cast("f"))
    final = response.parameters.get("triton_final_response")
    return TokenChunk(token_ids, log_probs, final=bool(final and final.bool_param))
