"""From a client's disconnect to an idle engine slot, through the orchestrator: queued, prefill and decode."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from benchmarks.interference import FILLER
from benchmarks.layers import Messages, Stack
from benchmarks.serving import prompt
from benchmarks.timing import percentile

TRIES = 7


async def measure(stack: Stack) -> dict[str, Any]:
    return {
        "decode": _row([await _try(stack, prompt(), 0.5) for _ in range(TRIES)]),
        "prefill": _row([await _try(stack, _long(number), 0.5) for number in range(TRIES)]),
        "queued": _row([await _queued(stack) for _ in range(TRIES)]),
    }


def _row(times_ms: list[float]) -> dict[str, float]:
    return {"p50_ms": percentile(times_ms, 0.5), "max_ms": max(times_ms)}


def _long(number: int) -> Messages:
    return [{"role": "user", "content": f"{number:06d} " + FILLER * 200}]


async def _try(stack: Stack, messages: Messages, wait_s: float) -> float:
    await _until(stack, active=0)
    async with stack.orchestrator.chat(messages, 800):
        await asyncio.sleep(wait_s)
        assert await _active(stack) == 1
    return await _until(stack, active=0)


async def _queued(stack: Stack) -> float:
    cpu = stack.rendered.record.cpu
    assert cpu is not None
    busy = [asyncio.create_task(stack.orchestrator.run([prompt()], 400)) for _ in range(cpu.slots)]
    while await _active(stack) < cpu.slots:
        await asyncio.sleep(0.01)
    async with stack.orchestrator.chat(prompt(), 10):
        while await _active(stack) < cpu.slots + 1:
            await asyncio.sleep(0.01)
    took_ms = await _until(stack, active=cpu.slots)
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
    await _until(stack, active=0)
    return took_ms


async def _until(stack: Stack, active: int) -> float:
    began_s = time.perf_counter()
    while await _active(stack) > active:
        await asyncio.sleep(0.001)
    return (time.perf_counter() - began_s) * 1e3


async def _active(stack: Stack) -> int:
    """The engine's own count of requests it holds, waiting ones included."""
    port = stack.server.launch.ports.metrics
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n")
    text = (await reader.read()).decode()
    writer.close()
    for line in text.splitlines():
        if line.startswith("nv_trt_llm_request_metrics{") and 'request_type="active"' in line:
            return int(float(line.rsplit(" ", 1)[1]))
    raise SystemExit("the server does not publish its request counts")
