"""Which generations are under way, and whose client has left."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from llama_cpu.delivery import Client
from llama_cpu.engine import Engine
from llama_cpu.slots import GenerationRequest

log = logging.getLogger("council.triton")


PROMISED_PERIOD_S = 1.0


@dataclass(frozen=True, slots=True)
class _Watched:
    client: Client
    every_ticks: int


class Running:
    """The generations under way, by request id, and the thread that asks Triton whether their clients left.

    A question wakes two processes in turn. Eight streams asked every 50 ms cost 5 % of the throughput on two cores
    (docs/performance.md), so a client that promised to send `stop` when it leaves is asked once a second only: that
    still finds the one that died and could not keep its promise.
    """

    def __init__(self, engine: Engine, check_period_ms: int) -> None:
        self._engine = engine
        self._period_s = check_period_ms / 1e3
        self._watched: dict[GenerationRequest, _Watched] = {}
        self._by_id: dict[str, GenerationRequest] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="council-cancel", daemon=True)
        self._thread.start()

    @contextmanager
    def entry(
        self, generation: GenerationRequest, client: Client, *, sends_stop: bool = False
    ) -> Iterator[None]:
        """Enter a generation before it is submitted, so that it can be cancelled from then on; a failure undoes it."""
        every_ticks = max(1, round(PROMISED_PERIOD_S / self._period_s)) if sends_stop else 1
        with self._lock:
            self._watched[generation] = _Watched(client, every_ticks)
            if generation.request_id:
                self._by_id[generation.request_id] = generation
        try:
            yield
        except BaseException:
            self.remove(generation)
            raise

    def remove(self, generation: GenerationRequest) -> None:
        with self._lock:
            self._watched.pop(generation, None)
            if self._by_id.get(generation.request_id) is generation:
                del self._by_id[generation.request_id]

    def cancel(self, request_id: str) -> None:
        """An unknown id is no error: the request may just have finished."""
        with self._lock:
            generation = self._by_id.get(request_id)
        if generation is not None:
            self._engine.cancel(generation)

    def _watch(self) -> None:
        tick = 0
        while not self._closed.wait(self._period_s):
            tick += 1
            with self._lock:
                due = [
                    (generation, watched.client)
                    for generation, watched in self._watched.items()
                    if tick % watched.every_ticks == 0
                ]
            for generation, client in due:
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
