"""Run the HTTP API in this process: `python -m orchestrator.serve`.

SIGTERM and SIGINT drain: no new connections are taken, running answers get `drain_timeout_s` to finish.
"""

from __future__ import annotations

import math
import sys

import uvicorn
from pydantic import ValidationError

from orchestrator.errors import CouncilError
from orchestrator.settings import Settings

KEEP_ALIVE_S = 30
CUT_OFF_S = 3


def main() -> None:
    from orchestrator.app import create_app

    try:
        settings = Settings()
        app = create_app(settings)
    except (ValidationError, CouncilError) as error:
        sys.exit(f"the API cannot start: {error}")
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
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


if __name__ == "__main__":
    main()
