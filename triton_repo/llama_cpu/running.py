"""Which generations are under way, and whose client has left."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from llama_cpu.delivery import Client
from llama_cpu.engine import Engine
from llama_cpu.slots import GenerationRequest

log = logging.getLogger("council.triton")


PROMISED_PERIOD_S = 1.0


@dataclass(slots=True)
class _Watched:
    client: Client
    period_s: float
    due_s: float


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
        self._changed = threading.Condition()
        self._wakes_s = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._watch, name="council-cancel", daemon=True)
        self._thread.start()

    @contextmanager
    def entry(
        self, generation: GenerationRequest, client: Client, *, sends_stop: bool = False
    ) -> Iterator[None]:
        """Enter a generation before it is submitted, so that it can be cancelled from then on; a failure undoes it."""
        period_s = PROMISED_PERIOD_S if sends_stop else self._period_s
        due_s = time.monotonic() + period_s
        with self._changed:
            self._watched[generation] = _Watched(client, period_s, due_s)
            if due_s < self._wakes_s:
                self._changed.notify()
            if generation.request_id:
                self._by_id[generation.request_id] = generation
        with self.removed_on_failure(generation):
            yield

    @contextmanager
    def removed_on_failure(self, generation: GenerationRequest) -> Iterator[None]:
        """For what is done with an entered generation later, in another thread."""
        try:
            yield
        except BaseException:
            self.remove(generation)
            raise

    def remove(self, generation: GenerationRequest) -> None:
        with self._changed:
            self._watched.pop(generation, None)
            if self._by_id.get(generation.request_id) is generation:
                del self._by_id[generation.request_id]

    def cancel(self, request_id: str) -> None:
        """An unknown id is no error: the request may just have finished."""
        with self._changed:
            generation = self._by_id.get(request_id)
        if generation is not None:
            self._engine.cancel(generation)

    def _watch(self) -> None:
        while self._ask_who_is_due():
            pass

    def _ask_who_is_due(self) -> bool:
        """False once closed. Not a loop of its own: its variables would hold the last clients while it waits."""
        due = self._wait_for_due()
        for generation, client in due or ():
            self._cancel_if_gone(generation, client)
        return due is not None

    def _wait_for_due(self) -> list[tuple[GenerationRequest, Client]] | None:
        """Who is to be asked now, or None once closed. Sleeps for as long as nobody is: each waking is taken from the engine."""
        with self._changed:
            while not self._closed:
                now_s = time.monotonic()
                due = [
                    (generation, watched)
                    for generation, watched in self._watched.items()
                    if watched.due_s <= now_s
                ]
                if due:
                    for _, watched in due:
                        watched.due_s = now_s + watched.period_s
                    return [(generation, watched.client) for generation, watched in due]
                # Never longer, so whoever promised need not wake this thread when it enters.
                longest_s = now_s + PROMISED_PERIOD_S
                self._wakes_s = min([longest_s, *(watched.due_s for watched in self._watched.values())])
                self._changed.wait(self._wakes_s - now_s)
        return None

    def _cancel_if_gone(self, generation: GenerationRequest, client: Client) -> None:
        try:
            if client.has_left():
                self._engine.cancel(generation)
        except Exception:  # the edge to Triton: one failed question must not end the watch over the others
            log.exception("Triton could not say whether a client left")

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
