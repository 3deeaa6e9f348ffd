"""Run the HTTP API in this process: `python -m orchestrator.serve`.

SIGTERM and SIGINT drain: no new connections are taken, running answers get `drain_timeout_s` to finish.
"""

from __future__ import annotations

import gc
import math
import socket
import sys
from contextlib import suppress

import uvicorn
from pydantic import ValidationError

from orchestrator.api.startup import plain_refusal
from orchestrator.errors import CouncilError
from orchestrator.http_protocol import CouncilHttpProtocol
from orchestrator.settings import Settings

KEEP_ALIVE_S = 30
CUT_OFF_S = 3
STARTUP_FAILED = 3


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
        # Streams end themselves when the drain is over; only what does not even do that is cut off.
        timeout_graceful_shutdown=math.ceil(settings.drain_timeout_s) + CUT_OFF_S,
    )
    server = _Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILED)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take what was built to last out of the collector's sight: walking it takes tens of milliseconds, which
        some stream would have to wait for."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()


if __name__ == "__main__":
    main()
