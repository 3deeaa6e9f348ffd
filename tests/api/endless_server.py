"""`orchestrator.serve` over the in-memory backend, whose answers go on for `TOKEN_S` a token. Run by test_shutdown.py."""

from __future__ import annotations

import os
from typing import Any

import orchestrator.app
from orchestrator.serve import main
from tests.fakes.backend import FakeBackend, Script

TOKEN_S = float(os.environ["TOKEN_S"])
SCRIPT = Script(token_ids=tuple(range(1000, 1010)), endless=True, delay_s=TOKEN_S)


def endless(*_: Any, **__: Any) -> FakeBackend:
    return FakeBackend(SCRIPT)


if __name__ == "__main__":
    setattr(orchestrator.app, "TritonBackend", endless)  # noqa: B010  # mypy forbids the assignment
    main()
