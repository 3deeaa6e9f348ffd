"""Run the HTTP API in this process: `python -m orchestrator.serve`.

SIGTERM and SIGINT drain: no new connections are taken, running answers get `drain_timeout_s` to finish. What then still
runs is cancelled and tells its client so.
"""

from __future__ import annotations

import asyncio
import gc
import math
import socket
import sys
from contextlib import suppress
from types import FrameType

import uvicorn
from pydantic import ValidationError

from orchestrator.api.startup import plain_refusal
from orchestrator.errors import CouncilError
from orchestrator.http_protocol import CouncilHttpProtocol
from orchestrator.huge_pages import gather_later
from orchestrator.settings import Settings

KEEP_ALIVE_S = 30
CUT_OFF_S = 3
STARTUP_FAILED = 3
TICK_S = 1.0
"""uvicorn renews its `date` header so often."""


def main() -> None:
    from orchestrator.app import create_app

    try:
        settings = Settings()
        app = create_app(settings)
    except (ValidationError, CouncilError) as error:
        sys.exit(f"the API cannot start: {error}")
    config = uvicorn.Config(
        plain_refusal(app),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=CouncilHttpProtocol,
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        # Who the client is decides what it may do; a header that anyone can send must not.
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        # For what did not end when the drain was over.
        timeout_graceful_shutdown=math.ceil(settings.drain_timeout_s) + CUT_OFF_S,
    )
    server = _Server(config, settings.drain_timeout_s)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILED)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, drain_s: float) -> None:
        super().__init__(config)
        self._drain_s = drain_s
        self._signalled = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take what was built to last out of the collector's sight: walking it takes tens of milliseconds, which
        some stream would have to wait for. Later bring it together in memory."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gather_later()

    async def main_loop(self) -> None:
        """uvicorn's own wakes ten times a second, and whoever computes an answer on this processor waits for it."""
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(counter=0):
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._signalled.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        ending = asyncio.get_running_loop().call_later(self._drain_s, self._end_drain)
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()

    def _end_drain(self) -> None:
        """uvicorn would cancel them too, but loudly, and close the application without waiting for their last words."""
        for request in self.server_state.tasks:
            request.cancel()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._signalled.set)


if __name__ == "__main__":
    main()
