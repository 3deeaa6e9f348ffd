"""Which generations are under way, and whose client has left."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from llama_cpu.delivery import Client
from llama_cpu.engine import Engine
from llama_cpu.slots import GenerationRequest

log = logging.getLogger("council.triton")


class Running:
    """The generations under way, by request id, and the thread that asks Triton whether their clients left."""

    def __init__(self, engine: Engine, check_period_ms: int) -> None:
        self._engine = engine
        self._period_s = check_period_ms / 1e3
        self._clients: dict[GenerationRequest, Client] = {}
        self._by_id: dict[str, GenerationRequest] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="council-cancel", daemon=True)
        self._thread.start()

    @contextmanager
    def entry(self, generation: GenerationRequest, client: Client) -> Iterator[None]:
        """Enter a generation before it is submitted, so that it can be cancelled from then on; a failure undoes it."""
        with self._lock:
            self._clients[generation] = client
            if generation.request_id:
                self._by_id[generation.request_id] = generation
        try:
            yield
        except BaseException:
            self.remove(generation)
            raise

    def remove(self, generation: GenerationRequest) -> None:
        with self._lock:
            self._clients.pop(generation, None)
            if self._by_id.get(generation.request_id) is generation:
                del self._by_id[generation.request_id]

    def cancel(self, request_id: str) -> None:
        """An unknown id is no error: the request may just have finished."""
        with self._lock:
            generation = self._by_id.get(request_id)
        if generation is not None:
            self._engine.cancel(generation)

    def _watch(self) -> None:
        while not self._closed.wait(self._period_s):
            with self._lock:
                running = list(self._clients.items())
            for generation, client in running:
                self._cancel_if_gone(generation, client)

    def _cancel_if_gone(self, generation: GenerationRequest, client: Client) -> None:
        try:
            if client.has_left():
                self._engine.cancel(generation)
        except Exception:  # the edge to Triton: one failed question must not end the watch over the others
            log.exception("Triton could not say whether a client left")

    def close(self) -> None:
        self._closed.set()
        self._thread.join()
