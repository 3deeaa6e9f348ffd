"""The engine's counts on Triton's metrics port."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import triton_python_backend_utils as pb_utils

from llama_cpu.delivery import Outbox
from llama_cpu.engine import EngineStats


class Metrics:
    """TensorRT-LLM's request gauges and our token counts, on Triton's metrics port.

    A gauge update is a message to the server process, so only values that changed are sent.
    """

    def __init__(self, model: str, version: str, outbox: Outbox) -> None:
        requests = pb_utils.MetricFamily(
            name="nv_trt_llm_request_metrics",
            description="Requests by state",
            kind=pb_utils.MetricFamily.GAUGE,
        )
        tokens = pb_utils.MetricFamily(
            name="council_cpu_tokens",
            description="Tokens since load, by kind: prompt, reused from the cache, generated, drafted, accepted",
            kind=pb_utils.MetricFamily.GAUGE,
        )
        labels = {"model": model, "version": version}
        self._gauges = {
            state: requests.Metric(labels={**labels, "request_type": state})
            for state in ("active", "max", "scheduled", "context", "waiting")
        } | {
            kind: tokens.Metric(labels={**labels, "kind": kind})
            for kind in ("prompt", "reused", "generated", "drafted", "accepted")
        }
        for gauge in (requests, tokens, *self._gauges.values()):
            _keep_forever(gauge)
        self._sent: dict[str, int] = {}
        self._outbox = outbox
        self._stats: Callable[[], EngineStats] | None = None

    def watch(self, stats: Callable[[], EngineStats]) -> None:
        self._stats = stats
        self.publish()

    def publish(self) -> None:
        """Something changed. The counts are read when they are sent, so a late message cannot bring back old ones."""
        self._outbox.post(self)

    def deliver(self) -> None:
        if self._stats is None:
            return
        stats = self._stats()
        values = {
            "active": stats.active + stats.waiting,
            "max": stats.slots,
            "scheduled": stats.active,
            "context": stats.prefilling,
            "waiting": stats.waiting,
            "prompt": stats.prompt_tokens,
            "reused": stats.reused_tokens,
            "generated": stats.generated_tokens,
            "drafted": stats.drafted_tokens,
            "accepted": stats.accepted_tokens,
        }
        for name, value in values.items():
            if self._sent.get(name) != value:
                self._gauges[name].set(value)
                self._sent[name] = value


def _keep_forever(gauge: object) -> None:
    """Never let this object's destructor run.

    Deleting a gauge while the next load of the model creates one of the same name corrupts the server's heap (seen
    as an abort in malloc_consolidate at unload and load), and deleting it at exit ends the stub with SIGSEGV. A load
    finds the gauges of the one before under their names, so what stays behind is a few bytes a load.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(gauge))
