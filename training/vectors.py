"""Embeddings and features of many texts, embeddings kept between runs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.difficulty import Inputs
from orchestrator.routing.features import text_features
from orchestrator.settings import PROJECT_ROOT

MODELS_DIR = PROJECT_ROOT / "data" / "models"
CACHE_DIR = PROJECT_ROOT / "data" / "training"


def embeddings(texts: Sequence[str], cache_dir: Path = CACHE_DIR) -> np.ndarray:
    """(texts, 384). Takes about a minute for a thousand texts the first time."""
    embedder = MiniLmEmbedder.load(MODELS_DIR)
    try:
        # Another network, or another processor's sums, must not be answered from the cache of this one.
        network = embedder.embed_now("network").tobytes()
        key = hashlib.sha256(network + "\0".join(texts).encode("utf-8", "replace")).hexdigest()[:16]
        path = cache_dir / f"embeddings-{key}.npy"
        if path.is_file():
            cached: np.ndarray = np.load(path, allow_pickle=False)
            return cached
        found = np.stack([embedder.embed_now(text) for text in texts])
    finally:
        embedder.close()
    cache_dir.mkdir(parents=True, exist_ok=True)
    np.save(path, found)
    return found


def inputs(texts: Sequence[str], documents: Sequence[int] | None = None) -> Inputs:
    """What the difficulty is told from, of many texts."""
    came = documents or [0] * len(texts)
    features = [text_features(text, count) for text, count in zip(texts, came, strict=True)]
    return Inputs(
        np.stack([each.shape for each in features]),
        np.stack([each.wording for each in features]),
        embeddings(texts).astype(np.float64),
    )
