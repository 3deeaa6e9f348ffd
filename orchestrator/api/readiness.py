"""Whether models answer. A model is asked again after a second, sooner while it is not ready, one question at a
time and none longer than a second."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic

from orchestrator.errors import CouncilError, InferenceUnavailable, ModelNotReady
from orchestrator.inference.types import InferenceBackend

_ASK_TIMEOUT_S = 1.0
_TRUST_READY_S = 1.0
_TRUST_FAULT_S = 0.1


@dataclass(frozen=True, slots=True)
class _Finding:
    error: CouncilError | None
    until_s: float


class Readiness:
    def __init__(self, backend: InferenceBackend) -> None:
        self._backend = backend
        self._findings: dict[str, _Finding] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def fault(self, model: str) -> CouncilError | None:
        """None when the model is ready, else why it is not. `model` is an installed one."""
        async with self._locks.setdefault(model, asyncio.Lock()):
            finding = self._findings.get(model)
            if finding is None or monotonic() > finding.until_s:
                error = await self._ask(model)
                finding = _Finding(error, monotonic() + (_TRUST_FAULT_S if error else _TRUST_READY_S))
                self._findings[model] = finding
            return finding.error

    async def _ask(self, model: str) -> CouncilError | None:
        try:
            async with asyncio.timeout(_ASK_TIMEOUT_S):
                ready = await self._backend.model_ready(model)
        except TimeoutError:
            return InferenceUnavailable("the inference server does not answer")
        except InferenceUnavailable as error:
            return error
        return None if ready else ModelNotReady(f"model {model!r} is not loaded")
