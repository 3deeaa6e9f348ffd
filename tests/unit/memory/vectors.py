"""Statements with a unit vector of their own each, as an embedder would give them."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

import numpy as np

from orchestrator.memory.store import DIMENSIONS, Statement


def vector(text: str) -> np.ndarray:
    made = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSIONS).astype(np.float32)
    return made / np.linalg.norm(made)  # type: ignore[no-any-return]


def statement(
    text: str, owner: str = "local", *, at: datetime | None = None, source: str = "req"
) -> Statement:
    return Statement(owner, text, vector(text), source, at or datetime.now(UTC))
