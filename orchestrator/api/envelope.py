"""Errors as OpenAI's clients expect them: `{"error": {"message", "type", "param", "code"}}`."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

from orchestrator.errors import CouncilError, RequestTooLarge, Unauthorized


def error_body(error: CouncilError) -> bytes:
    return orjson.dumps(error_fields(error))


def error_fields(error: CouncilError) -> dict[str, Any]:
    return envelope(error.message, error.openai_type, error.code, error.param)


def envelope(message: str, kind: str, code: str, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def error_response(error: CouncilError, *, detail: Any = None) -> Response:
    """`detail` goes beside the envelope, for clients that know FastAPI's errors only."""
    headers = {}
    if error.retry_after_s is not None:
        headers["retry-after"] = str(error.retry_after_s)
    if isinstance(error, Unauthorized):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, RequestTooLarge):
        headers["connection"] = "close"  # the rest of the body is not going to be read
    fields = error_fields(error) if detail is None else {"detail": detail, **error_fields(error)}
    return json_response(orjson.dumps(fields), error.status, headers)


def json_response(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type="application/json")
