"""One way out for every failure of an endpoint: OpenAI's envelope, counted by code."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from orchestrator.api.connection import ClientGone
from orchestrator.api.deps import services_of
from orchestrator.api.envelope import envelope, error_response, json_response
from orchestrator.errors import CouncilError, InvalidBody, NotFound
from orchestrator.schemas.parsing import field_error
from orchestrator.turn.note import current_note

CLIENT_GONE_STATUS = 499  # nobody reads it; it tells such requests apart in the metrics


def add_failure_handlers(app: FastAPI) -> None:
    """Everything but defects of ours, which `RequestEdge` turns into a 500."""
    app.add_exception_handler(CouncilError, _council_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientGone, _client_gone)
    app.add_exception_handler(ClientDisconnect, _client_gone)


def _answer(request: Request, error: CouncilError, detail: Any = None) -> Response:
    """In OpenAI's form; outside `/v1`, which v2's clients call, with FastAPI's `detail` as well."""
    _count(request, error.code)
    if _is_openai(request):
        return error_response(error)
    return error_response(error, detail=error.message if detail is None else detail)


def _count(request: Request, code: str) -> None:
    services_of(request).metrics.errors.labels(code).inc()
    current_note().failed(code)


def _is_openai(request: Request) -> bool:
    return str(request.scope["path"]).startswith("/v1/")


async def _council_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CouncilError)
    return _answer(request, error, error.faults if isinstance(error, InvalidBody) else None)


async def _invalid_request(request: Request, error: Exception) -> Response:
    """From FastAPI's own validation, of a path or a query: its faults may not repeat the input."""
    assert isinstance(error, RequestValidationError)
    if _is_openai(request):
        faults = [{**fault, "loc": fault["loc"][1:]} for fault in error.errors()]
        return _answer(request, field_error(faults))
    faults = [{name: fault[name] for name in ("type", "loc", "msg")} for fault in error.errors()]
    invalid = InvalidBody(
        f"{faults[0]['loc'][-1]}: {faults[0]['msg']}", faults, param=str(faults[0]["loc"][-1])
    )
    return _answer(request, invalid, faults)


async def _http_error(request: Request, error: Exception) -> Response:
    """Raised by the router: an unknown path, or a known one with another method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _answer(request, NotFound(f"there is nothing at {request.url.path}"))
    code = "method_not_allowed" if error.status_code == 405 else "invalid_request"
    _count(request, code)
    fields = envelope(str(error.detail), "invalid_request_error", code)
    if not _is_openai(request):
        fields["detail"] = str(error.detail)
    return json_response(orjson.dumps(fields), error.status_code, dict(error.headers or {}))


async def _client_gone(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE_STATUS)
