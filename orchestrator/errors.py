"""Every failure Council reports, as one tree.

    CouncilError                              500 internal_error
    ├── InvalidRequest                        400 invalid_request
    │   ├── RequestNotJson                    400 invalid_json
    │   ├── InvalidValue                      400 invalid_value
    │   ├── UnsupportedParameter              400 unsupported_parameter
    │   ├── ContextLengthExceeded             400 context_length_exceeded
    │   ├── InvalidGuide                      400 invalid_response_format
    │   ├── InvalidBody                       422 invalid_body
    │   ├── RequestTooLarge                   413 request_too_large
    │   ├── EncodedBody                       415 unsupported_content_encoding
    │   └── HeadersTooLarge                   431 headers_too_large
    ├── Unauthorized                          401 invalid_api_key
    ├── ForbiddenOrigin                       403 forbidden_origin
    ├── NotFound                              404 not_found
    │   ├── MemoryNotFound                    404 memory_not_found
    │   └── ModelNotFound                     404 model_not_found
    ├── QueueFull                             429 queue_full
    ├── BudgetExceeded                        429 budget_exceeded
    ├── StorageUnavailable                    503 storage_unavailable
    ├── MemoryUnavailable                     503 memory_unavailable
    ├── NotAvailable                          503 not_available
    │   ├── NoCanary                          503 no_canary_deployment
    │   └── CloudNotConfigured                503 cloud_not_configured
    ├── CloudError                            502 cloud_failed
    ├── ServerShuttingDown                    503 server_shutting_down
    ├── SandboxUnavailable                    503 sandbox_unavailable
    ├── NoVoiceAnswered                       503 no_voice_answered
    ├── EmbedderUnavailable                   503 embedder_unavailable
    ├── RoutingWeightsUnusable                503 routing_weights_unusable
    └── InferenceError                        502 inference_failed
        ├── InferenceUnavailable              503 inference_unavailable
        │   └── ModelNotReady                 503 model_not_ready
        ├── InferenceStreamBroken             502 inference_stream_broken
        ├── EmptyAnswer                       502 empty_answer
        ├── AnswerNotValid                    502 answer_not_valid
        └── InferenceTimeout                  504 inference_timeout

A class fixes its HTTP status, its stable code and OpenAI's error type; an instance adds a message for a
person and, where one request field is at fault, its name. Messages never hold prompts or secrets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class CouncilError(Exception):
    """Base of the tree; raised itself only for a defect of ours."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    openai_type: ClassVar[str] = "server_error"

    def __init__(self, message: str, *, param: str | None = None, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.retry_after_s = retry_after_s


class InvalidRequest(CouncilError):
    status = 400
    code = "invalid_request"
    openai_type = "invalid_request_error"


class RequestNotJson(InvalidRequest):
    code = "invalid_json"


class InvalidValue(InvalidRequest):
    """A field has the wrong type or lies outside its range; `param` names it."""

    code = "invalid_value"


class UnsupportedParameter(InvalidRequest):
    """The field is known and well-formed but the engine behind the model cannot honour it."""

    code = "unsupported_parameter"


class ContextLengthExceeded(InvalidRequest):
    """The prompt leaves no room for even one new token."""

    code = "context_length_exceeded"


class InvalidGuide(InvalidRequest):
    """A JSON schema, regular expression or grammar that the engine refused to compile."""

    code = "invalid_response_format"


class InvalidBody(InvalidRequest):
    """The body of a v2 route does not fit; `faults` has one `{loc, msg, type}` a fault, as FastAPI writes them."""

    status = 422
    code = "invalid_body"

    def __init__(
        self, message: str, faults: Sequence[Mapping[str, Any]], *, param: str | None = None
    ) -> None:
        super().__init__(message, param=param)
        self.faults = faults


class RequestTooLarge(InvalidRequest):
    status = 413
    code = "request_too_large"


class EncodedBody(InvalidRequest):
    """The body is compressed, or encoded in another way than not at all."""

    status = 415
    code = "unsupported_content_encoding"


class HeadersTooLarge(InvalidRequest):
    status = 431
    code = "headers_too_large"


class Unauthorized(CouncilError):
    status = 401
    code = "invalid_api_key"
    openai_type = "authentication_error"


class ForbiddenOrigin(CouncilError):
    """`Host` or `Origin` is not ours: a page of another site is calling a loopback server."""

    status = 403
    code = "forbidden_origin"
    openai_type = "permission_error"


class NotFound(CouncilError):
    status = 404
    code = "not_found"
    openai_type = "invalid_request_error"


class ModelNotFound(NotFound):
    code = "model_not_found"


class MemoryNotFound(NotFound):
    """Nothing is remembered under this id."""

    code = "memory_not_found"


class QueueFull(CouncilError):
    """The model's bounded queue is full; the request was never started."""

    status = 429
    code = "queue_full"
    openai_type = "rate_limit_error"


class BudgetExceeded(CouncilError):
    """What this would cost at most does not fit into what is left of the budget. Nothing was spent."""

    status = 429
    code = "budget_exceeded"
    openai_type = "insufficient_quota"


class StorageUnavailable(CouncilError):
    """The database cannot be opened, read or written."""

    status = 503
    code = "storage_unavailable"


class MemoryUnavailable(CouncilError):
    """What was remembered cannot be opened, read or written. Turns are answered without it."""

    status = 503
    code = "memory_unavailable"


class NotAvailable(CouncilError):
    """Something the API knows but this installation does not have."""

    status = 503
    code = "not_available"


class NoCanary(NotAvailable):
    """There is no canary deployment to operate on."""

    code = "no_canary_deployment"


class CloudNotConfigured(NotAvailable):
    """The cloud fallback has no upstream, or no upstream of that name."""

    code = "cloud_not_configured"


class CloudError(CouncilError):
    """The cloud upstream failed or gave no usable answer. Local inference's own error is told to clients instead."""

    status = 502
    code = "cloud_failed"


class ServerShuttingDown(CouncilError):
    """The server stops and this answer was not finished within the time that running answers get."""

    status = 503
    code = "server_shutting_down"

    def __init__(self) -> None:
        super().__init__("the server is shutting down and could not finish this answer")


class SandboxUnavailable(CouncilError):
    """Code was to be run and there is no sandbox to run it in; it was not run."""

    status = 503
    code = "sandbox_unavailable"


class NoVoiceAnswered(CouncilError):
    """A deliberation ended without a single answer. `causes` has one stable code a voice, in their order."""

    status = 503
    code = "no_voice_answered"

    def __init__(self, message: str, *, causes: Sequence[str], retry_after_s: int | None = None) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.causes = tuple(causes)


class InferenceError(CouncilError):
    """The inference server answered with an error that is not the caller's fault."""

    status = 502
    code = "inference_failed"


class InferenceUnavailable(InferenceError):
    """Triton cannot be reached."""

    status = 503
    code = "inference_unavailable"


class ModelNotReady(InferenceUnavailable):
    """Triton answers, but the model is not loaded."""

    code = "model_not_ready"


class InferenceStreamBroken(InferenceError):
    """Triton or the connection to it went away in mid-stream; tokens already sent stand."""

    code = "inference_stream_broken"


class EmptyAnswer(InferenceError):
    """The model ended its answer without a word, which is no answer."""

    code = "empty_answer"


class AnswerNotValid(InferenceError):
    """The answer is not what the request demands of its form: no JSON of the given schema."""

    code = "answer_not_valid"


class InferenceTimeout(InferenceError):
    """No first token, or no further token, within the deadline."""

    status = 504
    code = "inference_timeout"


class EmbedderUnavailable(CouncilError):
    """The embedder's files are missing or not the pinned ones; `message` says what to run."""

    status = 503
    code = "embedder_unavailable"


class RoutingWeightsUnusable(CouncilError):
    """The learned policy's weights are missing, damaged or of another version; routing goes on by rules."""

    status = 503
    code = "routing_weights_unusable"
