"""The engine dies or hangs inside a Triton that goes on calling itself ready, and an engine that is only busy."""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from council_up import CAPITAL, MODEL, Up

from orchestrator.inference.pulse import HUNG_AFTER_S
from orchestrator.supervision.triton_server import TritonServer
from tests.conftest import RunningTriton, triton_launch
from tests.contract.client import ContractClient
from tests.contract.tensors import Refused

DEAD_RESTART_S = 15.0
HUNG_RESTART_S = 45.0
STREAMS = 200
BUSY_S = 20.0

# The real model, whose engine does on demand what a bug in it would do: ends by an exception, or never comes back.
FAULTY_MODEL = """
import sys, time
from pathlib import Path
sys.path.insert(0, {triton_repo!r})
import llama_cpu.engine
from llama_cpu.triton_model import TritonPythonModel as Real

llama_cpu.engine.STALLED_AFTER_S = 1.0

class TritonPythonModel(Real):
    def initialize(self, args):
        super().initialize(args)
        go_on = self._engine._round
        def round():
            while Path({stuck!r}).exists():
                time.sleep(0.05)
            if Path({broken!r}).exists():
                raise OSError("broken on demand")
            go_on()
        self._engine._round = round
"""


def test_a_dead_engine_process_is_replaced(up: Up) -> None:
    up.wait_for("Council is ready")
    up.model_process().kill()
    up.wait_for("triton       | does not answer since its process triton_python", timeout_s=DEAD_RESTART_S)
    up.wait_for("triton       | ready", count=2)
    assert "Paris" in up.stream(CAPITAL)


@pytest.mark.slow
def test_a_hung_engine_process_is_replaced(up: Up) -> None:
    up.wait_for("Council is ready")
    up.model_process().suspend()
    assert httpx.get(f"{up.url}/health/ready").status_code == 200, "nothing but the engine is to hang"
    assert "is not healthy" in _reason_of_not_ready(up, within_s=HUNG_AFTER_S + 5)
    up.wait_for("triton       | gave no sign of life for 30 s", timeout_s=HUNG_RESTART_S)
    up.wait_for("triton       | ready", count=2)
    assert "Paris" in up.stream(CAPITAL)


def _reason_of_not_ready(up: Up, within_s: float) -> str:
    until_s = time.monotonic() + within_s
    while (reply := httpx.get(f"{up.url}/health/ready")).status_code == 200:
        assert time.monotonic() < until_s, "still called ready"
        time.sleep(0.5)
    return str(reply.json()["error"]["message"])


@pytest.fixture
async def faulty(tmp_path: Path) -> AsyncIterator[TritonServer]:
    launch = triton_launch(tmp_path)
    model = tmp_path / "repository" / MODEL
    (model / "1").mkdir(parents=True)
    shutil.copy(launch.repository_dir / MODEL / "config.pbtxt", model)
    (model / "1" / "model.py").write_text(
        FAULTY_MODEL.format(
            triton_repo=str(launch.installation.root / "triton_repo"),
            broken=str(tmp_path / "broken"),
            stuck=str(tmp_path / "stuck"),
        )
    )
    async with TritonServer(replace(launch, repository=tmp_path / "repository")) as server:
        yield server


async def test_an_engine_that_ended_is_no_life(faulty: TritonServer, tmp_path: Path) -> None:
    client = ContractClient(faulty.grpc_url, MODEL, 20.0, faulty.control_headers)
    assert await faulty.launch.alive()
    (tmp_path / "broken").touch()
    with pytest.raises(Refused):
        await client.generate([1, 2, 3], 4)
    assert not await faulty.launch.alive()
    assert await faulty.launch.ready(), "Triton itself must not know, or this shows nothing"
    await client.aclose()


async def test_an_engine_that_is_stuck_is_no_life_until_it_goes_on(
    faulty: TritonServer, tmp_path: Path
) -> None:
    client = ContractClient(faulty.grpc_url, MODEL, 20.0, faulty.control_headers)
    (tmp_path / "stuck").touch()
    waiting = asyncio.ensure_future(client.generate([1, 2, 3], 4))
    await eventually(faulty.launch.alive, False)
    (tmp_path / "stuck").unlink()
    assert len((await waiting).tokens) == 4
    assert await faulty.launch.alive()
    await client.aclose()


async def eventually(ask: Callable[[], Awaitable[bool]], answer: bool) -> None:
    async with asyncio.timeout(10):
        while await ask() != answer:
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_a_busy_engine_shows_life(triton: RunningTriton) -> None:
    """Every slot full, the queue full, and long prompts: each probe is answered within its time."""
    client = ContractClient(triton.grpc_address, MODEL, 120.0, triton.control_headers)
    streams = [asyncio.ensure_future(outcome(client, number)) for number in range(STREAMS)]
    until, probes_s = time.monotonic() + BUSY_S, []
    while time.monotonic() < until:
        began = time.monotonic()
        assert await triton.server.launch.alive()
        probes_s.append(time.monotonic() - began)
        await asyncio.sleep(0.2)
    assert not all(stream.done() for stream in streams), "the server must have been busy to the end"
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    await client.aclose()
    print(f"{len(probes_s)} probes of a busy engine, the longest {max(probes_s) * 1000:.0f} ms")


async def outcome(client: ContractClient, number: int) -> Any:
    prompt = random.choices(range(300, 4000), k=2000 if number % 4 == 0 else 20)
    try:
        return await client.generate(prompt, 1000)
    except Refused as refusal:
        return refusal
