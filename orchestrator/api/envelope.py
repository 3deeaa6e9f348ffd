"""Errors as OpenAI's clients expect them: `{"error": {"message", "type", "param", "code"}}`."""

from __future__ import annotations

import orjson
from starlette.responses import Response

from orchestrator.errors import CouncilError, RequestTooLarge, Unauthorized


def error_body(error: CouncilError) -> bytes:
    return envelope(error.message, error.openai_type, error.code, error.param)


def envelope(message: str, kind: str, code: str, param: str | None = None) -> bytes:
    fields = {"message": message, "type": kind, "param": param, "code": code}
    return orjson.dumps({"error": fields})


def error_response(error: CouncilError) -> Response:
    headers = {}
    if error.retry_after_s is not None:
        headers["retry-after"] = str(error.retry_after_s)
    if isinstance(error, Unauthorized):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, RequestTooLarge):
        headers["connection"] = "close"  # the rest of the body is not going to be read
    return json_response(error_body(error), error.status, headers)


def json_response(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type="application/json")
