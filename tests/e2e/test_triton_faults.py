"""The orchestrator over a real Triton that is absent, killed, hung and started again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from orchestrator.inference.pulse import HUNG_AFTER_S
from orchestrator.settings import Settings
from orchestrator.supervision.triton_server import TritonServer
from tests.api.server import AppServer, wait_until
from tests.conftest import MODEL, MODELS_DIR, running_council, triton_launch

DEADLINE_S = 3.0
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "Tell me about the sea."}], "temperature": 0}


@pytest.fixture
def absent_triton(tmp_path: Path) -> TritonServer:
    return TritonServer(triton_launch(tmp_path))


@pytest.fixture
async def running_triton(absent_triton: TritonServer) -> AsyncIterator[TritonServer]:
    await absent_triton.start()
    yield absent_triton
    await absent_triton.stop()


@pytest.fixture
def council(absent_triton: TritonServer, tmp_path: Path) -> Iterator[AppServer]:
    """An orchestrator that gives up after 3 s of silence; afterwards nothing of any generation may be left."""
    (tmp_path / "models").symlink_to(MODELS_DIR)
    settings = Settings(
        data_dir=tmp_path,
        triton_grpc_port=absent_triton.launch.ports.grpc,
        first_token_timeout_s=DEADLINE_S,
        inter_token_timeout_s=DEADLINE_S,
    )
    with running_council(settings) as server:
        yield server
        wait_until(lambda: server.metric("council_active_generations") == 0)
        wait_until(lambda: not [task for task in server.tasks() if "ours" not in task])


@pytest.fixture
async def http(council: AppServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=council.url, timeout=30) as client:
        yield client


async def ask(http: httpx.AsyncClient) -> httpx.Response:
    return await http.post("/v1/chat/completions", json=ASK | {"max_tokens": 5})


async def until_answered(http: httpx.AsyncClient) -> None:
    for _ in range(100):
        if (await ask(http)).status_code == 200:
            return
        await asyncio.sleep(0.1)
    pytest.fail("no answer after Triton came back")


async def events(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in response.aiter_lines():
        if line.startswith("data: {"):
            yield json.loads(line.removeprefix("data: "))


async def stream_until_error(http: httpx.AsyncClient, break_it: Any) -> dict[str, Any]:
    """Start a long answer, break the server after three events, and return the error event that follows."""
    body = ASK | {"stream": True, "max_tokens": 3000, "min_tokens": 3000}
    async with http.stream("POST", "/v1/chat/completions", json=body) as response:
        assert response.status_code == 200
        count = 0
        async for event in events(response):
            if "error" in event:
                return event["error"]
            count += 1
            if count == 3:
                await break_it()
    pytest.fail("the stream ended without an error event")


async def test_absent_at_start_then_there(http: httpx.AsyncClient, absent_triton: TritonServer) -> None:
    ready, answer = await http.get("/health/ready"), await ask(http)
    assert (ready.status_code, answer.status_code) == (503, 503)
    assert answer.json()["error"]["code"] == "inference_unavailable"
    assert (await http.get("/health/live")).status_code == 200
    await absent_triton.start()
    try:
        await until_answered(http)
        assert (await http.get("/health/ready")).status_code == 200
    finally:
        await absent_triton.stop()


async def test_killed_in_mid_stream_and_started_again(
    http: httpx.AsyncClient, running_triton: TritonServer
) -> None:
    error = await stream_until_error(http, running_triton.kill)
    assert error["code"] == "inference_stream_broken"
    assert (await ask(http)).status_code == 503
    await running_triton.start()
    await until_answered(http)


async def test_started_again_between_two_requests(
    http: httpx.AsyncClient, running_triton: TritonServer
) -> None:
    """The stream that was opened in advance for the second request died with the first server."""
    assert (await ask(http)).status_code == 200
    await running_triton.stop()
    await running_triton.start()
    assert (await ask(http)).status_code == 200


async def test_killed_before_a_whole_answer(http: httpx.AsyncClient, running_triton: TritonServer) -> None:
    await until_answered(http)
    body = ASK | {"max_tokens": 3000, "min_tokens": 3000}
    waiting = asyncio.create_task(http.post("/v1/chat/completions", json=body))
    await asyncio.sleep(1.0)
    await running_triton.kill()
    answer = await waiting
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "inference_stream_broken")


async def test_hung_in_mid_stream_and_resumed(http: httpx.AsyncClient, running_triton: TritonServer) -> None:
    async def hang() -> None:
        running_triton.pause()

    error = await stream_until_error(http, hang)
    assert error["code"] == "inference_timeout"
    answer = await ask(http)
    assert answer.status_code in (503, 504)
    ready = await http.get("/health/ready")
    assert ready.status_code == 503
    running_triton.resume()
    await until_answered(http)
    assert await active_requests(running_triton) == 0


async def test_a_hundred_clients_at_a_full_queue_harm_nobody(
    http: httpx.AsyncClient, running_triton: TritonServer
) -> None:
    """A cancel that meets the end of a stream kills Triton's gRPC front end; refusals are where the two meet."""
    await until_answered(http)
    pid, codes = running_triton.pid, set()

    async def client() -> None:
        for _ in range(5):
            codes.add((await http.post("/v1/chat/completions", json=ASK | {"max_tokens": 50})).status_code)

    await asyncio.gather(*(client() for _ in range(100)))
    assert 429 in codes
    assert codes <= {200, 429, 504}
    assert psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    assert "HandleCancellation" not in running_triton.log
    await until_answered(http)


async def active_requests(server: TritonServer) -> int:
    """The engine's own count; abandoned generations must have been cancelled, not run to their end."""
    async with httpx.AsyncClient() as client:
        for _ in range(50):
            text = (await client.get(server.metrics_url)).text
            lines = [line for line in text.splitlines() if 'request_type="active"' in line]
            if lines and float(lines[0].rsplit(" ", 1)[1]) == 0:
                return 0
            await asyncio.sleep(0.1)
    return int(float(lines[0].rsplit(" ", 1)[1]))


async def test_an_engine_that_has_hung_for_long_is_told_at_once(
    council: AppServer, running_triton: TritonServer
) -> None:
    """Its process alone hangs: Triton goes on to say that the model is ready."""
    async with httpx.AsyncClient(base_url=council.url, timeout=30) as http:
        assert (await http.get("/health/ready")).status_code == 200
        for stub in psutil.Process(running_triton.pid).children(recursive=True):
            stub.suspend()
        await asyncio.sleep(HUNG_AFTER_S + 2)
        assert await running_triton.launch.ready(), "Triton itself must not know, or this shows nothing"
        answer = await http.get("/health/ready")
    assert answer.status_code == 503
    await running_triton.kill()
