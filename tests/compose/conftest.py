"""The container tests. Those that need a Docker engine (test_stack.py) are collected by `make test-compose` only."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("COUNCIL_TEST_COMPOSE") else ["test_stack.py"]
