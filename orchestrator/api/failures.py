"""One way out for every failure of an endpoint: OpenAI's envelope, counted by code."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from orchestrator.api.connection import ClientGone
from orchestrator.api.deps import services_of
from orchestrator.api.envelope import envelope, error_response, json_response
from orchestrator.errors import CouncilError, NotFound
from orchestrator.schemas.parsing import field_error

CLIENT_GONE_STATUS = 499  # nobody reads it; it tells such requests apart in the metrics


def add_failure_handlers(app: FastAPI) -> None:
    """Everything but defects of ours, which `RequestEdge` turns into a 500."""
    app.add_exception_handler(CouncilError, _council_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientGone, _client_gone)
    app.add_exception_handler(ClientDisconnect, _client_gone)


def _answer(request: Request, error: CouncilError) -> Response:
    services_of(request).metrics.errors.labels(error.code).inc()
    return error_response(error)


async def _council_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CouncilError)
    return _answer(request, error)


async def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [{**fault, "loc": fault["loc"][1:]} for fault in error.errors()]
    return _answer(request, field_error(faults))


async def _http_error(request: Request, error: Exception) -> Response:
    """Raised by the router: an unknown path, or a known one with another method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _answer(request, NotFound(f"there is nothing at {request.url.path}"))
    code = "method_not_allowed" if error.status_code == 405 else "invalid_request"
    services_of(request).metrics.errors.labels(code).inc()
    body = envelope(str(error.detail), "invalid_request_error", code)
    return json_response(body, error.status_code, dict(error.headers or {}))


async def _client_gone(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE_STATUS)
