"""Docker Compose without an engine: what it makes of compose.yaml for given profiles and variables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from orchestrator.settings import PROJECT_ROOT

COMPOSE = Path(sys.executable).parent / "docker-compose"
PROFILES = ("cpu", "gpu", "observability")


class ComposeError(Exception):
    """Compose refused; the message is what it printed."""


def environment(**variables: str) -> dict[str, str]:
    """The caller's environment with these variables and no other of Council's or Compose's."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COUNCIL_", "COMPOSE_", "DOCKER_"))}
    return kept | variables


def resolved(*profiles: str, **variables: str) -> dict[str, Any]:
    """compose.yaml as Compose resolves it. Raises ComposeError."""
    command = [str(COMPOSE), "--file", str(PROJECT_ROOT / "compose.yaml"), "--env-file", os.devnull]
    command += [f"--profile={profile}" for profile in profiles]
    done = subprocess.run(
        [*command, "config", "--format=json"], env=environment(**variables), capture_output=True, text=True
    )
    if done.returncode:
        raise ComposeError(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout)
    return result
