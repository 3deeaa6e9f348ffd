"""A running `council up` for each test that asks for one; generated text from the session's Triton."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from council_up import Up

from engines.record import load_records
from orchestrator.inference.chat import ChatGenerator
from orchestrator.inference.registry import InstalledModel, ModelRegistry
from orchestrator.inference.triton import TritonBackend
from orchestrator.telemetry.metrics import Metrics
from tests.conftest import MODEL, MODELS_DIR, RunningTriton
from tests.contract.metrics import EngineCounters, idle


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    running = Up(tmp_path)
    yield running
    running.end()


@pytest.fixture(scope="session")
async def generator(triton: RunningTriton) -> AsyncIterator[ChatGenerator]:
    backend = TritonBackend(triton.grpc_address, first_token_timeout_s=60, inter_token_timeout_s=20)
    model = InstalledModel.load(load_records()[MODEL], MODELS_DIR / MODEL)
    yield ChatGenerator(ModelRegistry({MODEL: model}), backend, Metrics(), buffer_tokens=256)
    await backend.aclose()


@pytest.fixture
async def counters(triton: RunningTriton) -> AsyncIterator[EngineCounters]:
    """The engine's own counts; afterwards none of its slots is taken."""
    counters = EngineCounters(triton.metrics_address, MODEL)
    yield counters
    await counters.wait_for(idle, 5)
    await counters.aclose()
