"""A process that supervises children described by JSON lines in argv, as `council up` does its own."""

import asyncio
import json
import os
import sys
from pathlib import Path

from orchestrator.cli.console import log_line
from orchestrator.supervision.probe import http_ok
from orchestrator.supervision.process import Guardian
from orchestrator.supervision.service import Service
from orchestrator.supervision.supervisor import Supervisor


def service(name: str, port: int, arguments: list[str], stop_timeout_s: float) -> Service:
    return Service(
        name=name,
        command=(
            sys.executable,
            str(Path(__file__).parent / "stand_in_service.py"),
            f"--port={port}",
            *arguments,
        ),
        env=os.environ,
        cwd=Path.cwd(),
        ready=lambda: http_ok("127.0.0.1", port, "/"),
        stop_timeout_s=stop_timeout_s,
    )


async def announce() -> None:
    print("ALL READY", flush=True)


async def main() -> None:
    guardian = Guardian()
    supervisor = Supervisor(
        [service(**json.loads(argument)) for argument in sys.argv[1:]], guardian=guardian, log=log_line
    )
    try:
        await supervisor.run(announce)
    finally:
        guardian.close()
    sys.exit(130 if supervisor.forced else 0)


asyncio.run(main())
