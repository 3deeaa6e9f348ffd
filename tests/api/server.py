"""The application on a real socket, its loop in a thread of its own, and what to observe of it from outside."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from orchestrator.api.deps import Services
from orchestrator.http_protocol import CouncilHttpProtocol

OUR_CODE = "/orchestrator/"
LIFELONG = {"journal", "pulse"}  # tasks that live as long as the application


class AppServer:
    """`url` is where it listens; `services` are the ones the app uses."""

    def __init__(self, app: FastAPI, services: Services, send_buffer_bytes: int | None) -> None:
        self.services = services
        self._socket = socket.create_server(("127.0.0.1", 0))
        if send_buffer_bytes is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer_bytes)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            app, http=CouncilHttpProtocol, ws="none", lifespan="on", log_config=None,
            timeout_graceful_shutdown=5,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="app-server")

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        await self._server.serve(sockets=[self._socket])

    def start(self) -> None:
        self._thread.start()
        wait_until(lambda: self._server.started or not self._thread.is_alive())
        assert self._server.started

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(15)
        assert not self._thread.is_alive()

    def tasks(self) -> list[str]:
        """Our own tasks that are alive in the server's loop, but those that always are."""

        async def ours() -> list[str]:
            coroutines = [task.get_coro() for task in asyncio.all_tasks() if task.get_name() not in LIFELONG]
            return [
                coroutine.__qualname__
                for coroutine in coroutines
                if coroutine is not None and OUR_CODE in coroutine.cr_code.co_filename
            ]

        return asyncio.run_coroutine_threadsafe(ours(), self.loop).result(5)

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a series' samples that have these labels."""
        text = self.services.metrics.text().decode()
        samples = (s for family in text_string_to_metric_families(text) for s in family.samples)
        return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


@contextmanager
def running_app(
    app: FastAPI, services: Services, send_buffer_bytes: int | None = None
) -> Iterator[AppServer]:
    server = AppServer(app, services, send_buffer_bytes)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def wait_until(condition: Callable[[], bool], timeout_s: float = 5.0) -> float:
    """Seconds until the condition held; fails when it does not within the time."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < timeout_s, "the condition did not come true in time"
        time.sleep(0.002)
    return time.monotonic() - started
