"""How memory is put together from the settings. A part of the composition root."""

from __future__ import annotations

import logging
from collections.abc import Callable

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

# What a user may well want remembered: it stays on this machine, and is redacted still where a conversation leaves for the cloud.
_MAY_BE_KEPT = frozenset({"email", "phone", "ip", "birth_date"})


def build_memory(settings: Settings, embedder: Embedder | None, metrics: Metrics) -> Memories | None:
    """None where it is turned off, and, with a warning in the log, where there is no embedder. Touches no file."""
    if not settings.memory:
        return None
    if embedder is None:
        log.warning("nothing is remembered or recalled: that needs the embedder")
        return None
    store = MemoryStore(settings.memory_path, _embedder_id(), most_rows=settings.memory_max_rows)
    measures = MemoryMeasures(metrics)
    remembering = Remembering(store, embedder, measures, secrecy(settings.cloud_phone_region))
    return Memories(store, Recall(store, measures, remembering.settled), remembering, measures)


def secrecy(phone_region: str = "US") -> Callable[[str], bool]:
    """What tells of a sentence whether it holds what is redacted for the cloud and must not be kept either."""
    redactor = Redactor(phone_region)

    def is_secret(sentence: str) -> bool:
        return not _MAY_BE_KEPT.issuperset(redactor.redact(sentence).found)

    return is_secret


def _embedder_id() -> str:
    """What its vectors depend on: other files, or Council's own integers, make other vectors."""
    record = load_embedder_record()
    return f"{record.id}/{record.vocabulary.sha256[:12]}/uint8"
