"""How memory is put together from the settings. A part of the composition root."""

from __future__ import annotations

import logging

from engines.embedder_record import load_embedder_record
from orchestrator.cloud.redaction import Redactor
from orchestrator.memory.measures import MemoryMeasures
from orchestrator.memory.memories import Memories
from orchestrator.memory.recall import Recall
from orchestrator.memory.remembering import Remembering
from orchestrator.memory.store import MemoryStore
from orchestrator.seams import Embedder
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics

log = logging.getLogger(__name__)

# What a user may well want remembered, and what stays on this machine.
_MAY_BE_KEPT = frozenset({"email", "phone", "ip"})


def build_memory(settings: Settings, embedder: Embedder | None, metrics: Metrics) -> Memories | None:
    """None where it is turned off, and, with a warning in the log, where there is no embedder. Touches no file."""
    if not settings.memory:
        return None
    if embedder is None:
        log.warning("nothing is remembered or recalled: that needs the embedder")
        return None
    redactor = Redactor(settings.cloud_phone_region)

    def is_secret(sentence: str) -> bool:
        return not _MAY_BE_KEPT.issuperset(redactor.redact(sentence).found)

    store = MemoryStore(settings.memory_path, _embedder_id(), most_rows=settings.memory_max_rows)
    measures = MemoryMeasures(metrics)
    remembering = Remembering(store, embedder, measures, is_secret)
    return Memories(store, Recall(store, measures, remembering.settled), remembering, measures)


def _embedder_id() -> str:
    """What its vectors depend on: other files, or Council's own integers, make other vectors."""
    record = load_embedder_record()
    return f"{record.id}/{record.vocabulary.sha256[:12]}/uint8"
