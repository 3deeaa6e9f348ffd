"""Engine counters as TensorRT-LLM publishes them on Triton's metrics port."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping

import httpx

REQUESTS = re.compile(r"^nv_trt_llm_request_metrics\{(?P<labels>[^}]*)\} (?P<value>\S+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')
POLL_EVERY_S = 0.002

Counters = Mapping[str, float]


def parse_counters(text: str, model: str) -> dict[str, float]:
    """request_type -> value of one model; empty when the server does not publish them."""
    counters: dict[str, float] = {}
    for match in REQUESTS.finditer(text):
        labels = dict(LABEL.findall(match["labels"]))
        if labels.get("model", model) == model and "request_type" in labels:
            counters[labels["request_type"]] = float(match["value"])
    return counters


def idle(counters: Counters) -> bool:
    return counters["active"] == 0 and counters["waiting"] == 0


class EngineCounters:
    """Reads the counters of one model. Close it with `aclose`."""

    def __init__(self, address: str, model: str) -> None:
        self._model = model
        self._http = httpx.AsyncClient(base_url=f"http://{address}", timeout=10.0, trust_env=False)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def text(self) -> str:
        response = await self._http.get("/metrics")
        response.raise_for_status()
        return response.text

    async def read(self) -> dict[str, float]:
        return parse_counters(await self.text(), self._model)

    async def wait_for(self, condition: Callable[[Counters], bool], timeout_s: float = 30.0) -> float:
        """Poll until the condition holds; the perf_counter time it was first seen. Raises TimeoutError."""
        deadline = time.perf_counter() + timeout_s
        while True:
            counters = await self.read()
            now = time.perf_counter()
            if condition(counters):
                return now
            if now > deadline:
                raise TimeoutError(f"engine counters stayed at {counters}")
            await asyncio.sleep(POLL_EVERY_S)
