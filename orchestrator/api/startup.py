"""A start that fails is refused in a sentence."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.errors import CouncilError

_FAILED_START = "lifespan.startup.failed"


def plain_refusal(app: ASGIApp) -> ASGIApp:
    """`app`, whose start, when it fails by a CouncilError, is refused in a sentence and not with a traceback."""

    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        failed: list[Message] = []

        async def hold_failure(message: Message) -> None:
            if message["type"] == _FAILED_START:
                failed.append(message)
            else:
                await send(message)

        try:
            await app(scope, receive, hold_failure)
        except CouncilError as error:
            await send({"type": _FAILED_START, "message": f"the API cannot start: {error}"})
        except BaseException:  # passed on as it came, with what the server is told of it
            for message in failed:
                await send(message)
            raise

    return refusing
