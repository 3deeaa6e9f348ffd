"""What `council models` does with the sentence embedder, which is no language model but lies among them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from engines.embedder_store import EmbedderStore
    from engines.progress import Progress


def open_embedder_store(models_dir: Path) -> EmbedderStore:
    from engines import embedder_record
    from engines.embedder_store import EmbedderStore

    return EmbedderStore(models_dir, embedder_record.load_embedder_record())


def pull_embedder(store: EmbedderStore, progress: Progress, from_file: Path | None = None) -> None:
    """Install it and say so. Raises EngineError."""
    record = store.record
    typer.echo(f"{record.name}: licence {record.license.spdx}, {record.license.url}")
    fresh = store.pull(progress, from_file=from_file)
    size = f"{record.source.size_bytes / 1e6:.1f} MB"
    typer.echo(f"{record.id} {'' if fresh else 'already '}installed: {size}, {store.directory}")


def embedder_faults(store: EmbedderStore) -> list[str]:
    """One line for each thing wrong with an installed embedder. Raises ModelNotInstalled."""
    from engines.errors import IntegrityError

    try:
        store.verified_path()
    except IntegrityError as error:
        return [error.message]
    return []


def embedder_size(store: EmbedderStore) -> int:
    """The bytes it takes on disk."""
    return sum(path.stat().st_size for path in store.directory.glob("*") if path.is_file())


def embedder_json(store: EmbedderStore) -> dict[str, Any]:
    """The fields of `council models list --json` that a model and the embedder share."""
    record = store.record
    return {
        "id": record.id,
        "name": record.name,
        "state": store.state(),
        "size_bytes": embedder_size(store),
        "download_bytes": record.source.size_bytes,
        "source": record.source.kind,
        "backend": "onnxruntime",
        "needs_gpu": False,
        "quantization": "int8",
        "precisions": [],
        "roles": ["embedding"],
        "license": {"spdx": record.license.spdx, "url": record.license.url},
    }
