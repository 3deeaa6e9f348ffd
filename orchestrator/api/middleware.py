"""What every request passes before an endpoint sees it, as plain ASGI: nothing here touches a response's body.

Order, outermost first: `RequestEdge` (id, count, last resort), `Guard` (who may call), `BodyLimit` (how much).
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Collection, Iterable
from time import perf_counter, time
from uuid import uuid4

from pydantic import SecretStr
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.api.connection import withdraw_cancel
from orchestrator.api.deps import Services
from orchestrator.api.envelope import error_response
from orchestrator.errors import (
    CouncilError,
    EncodedBody,
    ForbiddenOrigin,
    RequestTooLarge,
    ServerShuttingDown,
    Unauthorized,
)
from orchestrator.settings import LOOPBACK_HOSTS
from orchestrator.telemetry.defects import describe_defect
from orchestrator.telemetry.request_context import RequestContext, current_request
from orchestrator.turn.memory import remember
from orchestrator.turn.note import TurnNote, begin_note

log = logging.getLogger(__name__)

_DISCARD_LIMIT_BYTES = 64 * 2**20
_DISCARD_TIMEOUT_S = 2.0


class RequestEdge:
    """Gives each request an id, counts it, records its turn, and turns a defect of ours into a plain 500.

    A request that the server cancels, as its drain is over, is refused where nothing was sent. A defect is logged as its type and its frames only: exception messages may quote prompts.
    """

    def __init__(self, app: ASGIApp, *, paths: Collection[str]) -> None:
        """`paths` of the routes there are: what is refused before it reaches its route is counted as the route's."""
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = RequestContext(f"req_{uuid4().hex}", scope["path"])
        current_request.set(request)
        note = begin_note()
        at_s, began_s = time(), perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request.request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:  # the edge of the process: one defect must not take the server along
            log.error("request %s failed: %s", request.request_id, describe_defect(error))
            if not status:
                await _refusal(scope, _internal_error())(scope, receive, send_with_id)
            _count_error(scope, CouncilError.code)
            note.failed(CouncilError.code)
        except asyncio.CancelledError:
            if status:
                raise
            withdraw_cancel()
            await _refusal(scope, ServerShuttingDown())(scope, receive, send_with_id)
            _count_error(scope, ServerShuttingDown.code)
            note.failed(ServerShuttingDown.code)
        finally:
            self._count(scope, status)
            services = _services(scope)
            if services is not None:
                _keep(services, note, request, at_s=at_s, began_s=began_s)

    def _count(self, scope: Scope, status: int) -> None:
        services = _services(scope)
        if services is not None:
            refused = scope["path"] if scope["path"] in self._paths else "unmatched"
            route = getattr(scope.get("route"), "path", refused)
            services.metrics.requests.labels(route, str(status)).inc()


def _keep(
    services: Services, note: TurnNote, request: RequestContext, *, at_s: float, began_s: float
) -> None:
    """The turn's entry, which counts it, first: it is kept whatever becomes of the memory."""
    if note.requested is not None:
        accounts = services.accounts
        accounts.record(note.entry(request, accounts.prices, at_s=at_s, began_s=began_s))
    remember(services.memory, note, request.request_id)


def _internal_error() -> CouncilError:
    return CouncilError("the server met an internal error; its log has the details under the request id")


def _refusal(scope: Scope, error: CouncilError) -> Response:
    """As endpoints refuse: with FastAPI's `detail` where v2's clients call."""
    return error_response(error, detail=None if scope["path"].startswith("/v1/") else error.message)


def _services(scope: Scope) -> Services | None:
    state = scope.get("state") or {}
    return state.get("services")


def _count_error(scope: Scope, code: str) -> None:
    services = _services(scope)
    if services is not None:
        services.metrics.errors.labels(code).inc()


class Guard:
    """Decides on headers alone whether a request may come in.

    With a key, the bearer token must equal it. Without one the server is on loopback, where the danger is a
    page of another site in the user's own browser: `Host` must be ours (DNS rebinding) and so must `Origin`
    (cross-site requests). `/health/*` says nothing about anybody and is open to probes.
    """

    def __init__(self, app: ASGIApp, *, api_key: SecretStr | None, allowed_hosts: Iterable[str]) -> None:
        self._app = app
        self._key = api_key.get_secret_value().encode() if api_key else b""
        self._hosts = frozenset(host.lower() for host in (*LOOPBACK_HOSTS, *allowed_hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith("/health/"):
            await self._app(scope, receive, send)
            return
        error = self._objection(Headers(scope=scope))
        if error is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            _count_error(scope, error.code)
            await _refusal(scope, error)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": error.code})

    def _objection(self, headers: Headers) -> CouncilError | None:
        if self._key:
            return None if self._has_key(headers) else Unauthorized("missing or wrong API key")
        hosts = headers.getlist("host")
        if len(hosts) != 1 or host_name(hosts[0]) not in self._hosts:
            return ForbiddenOrigin("this server does not go by the name in the Host header")
        if any(not self._is_our_origin(origin) for origin in headers.getlist("origin")):
            return ForbiddenOrigin("pages of other sites may not call this server")
        return None

    def _has_key(self, headers: Headers) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return hmac.compare_digest(token.strip().encode("latin-1"), self._key) and scheme.lower() == "bearer"

    def _is_our_origin(self, origin: str) -> bool:
        scheme, _, authority = origin.partition("://")
        return scheme in ("http", "https") and host_name(authority) in self._hosts


def host_name(authority: str) -> str | None:
    """The host of `host`, `host:port` or `[v6]:port`, in lower case; None when it is none of these."""
    host, _, port = authority.lower().partition("]:" if authority.startswith("[") else ":")
    if authority.startswith("["):
        host = host[1:].removesuffix("]")
    if port and not (port.isascii() and port.isdigit()):
        return None
    return host or None


class BodyLimit:
    """Refuses encoded bodies and those above the limit, announced or not; keeps nothing of what is beyond it."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._objection(headers)
        if refused is not None:
            _count_error(scope, refused.code)
            if headers.get("expect", "").lower() != "100-continue":
                await discard_body(receive)
            await _refusal(scope, refused)(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit_bytes:
                if message.get("more_body"):
                    await discard_body(receive)
                raise self._too_large()
            return message

        await self._app(scope, receive_within_limit, send)

    def _objection(self, headers: Headers) -> CouncilError | None:
        if int(headers.get("content-length", "0")) > self._limit_bytes:
            return self._too_large()
        if headers.get("content-encoding", "identity").lower() not in ("identity", ""):
            return EncodedBody("the request body is encoded (Content-Encoding): send it plain, uncompressed")
        return None

    def _too_large(self) -> RequestTooLarge:
        return RequestTooLarge(f"the request body is larger than {self._limit_bytes} bytes")


async def discard_body(receive: Receive) -> None:
    """Read on without keeping anything, within bounds.

    Closing a connection while the client still writes makes its system throw our answer away.
    """
    discarded = 0
    try:
        async with asyncio.timeout(_DISCARD_TIMEOUT_S):
            while discarded < _DISCARD_LIMIT_BYTES:
                message = await receive()
                discarded += len(message.get("body", b""))
                if not message.get("more_body"):
                    return
    except TimeoutError:
        return
