"""The real embedder on real sentences."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engines.embedder_record import load_embedder_record
from orchestrator.errors import EmbedderUnavailable
from orchestrator.memory import embed
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.settings import PROJECT_ROOT

MODELS_DIR = PROJECT_ROOT / "data" / "models"
RECORD = load_embedder_record()


@pytest.fixture(scope="module")
def embedder() -> Iterator[MiniLmEmbedder]:
    if not (MODELS_DIR / RECORD.id / "model.onnx").exists():
        pytest.skip(f"{RECORD.id} is not installed: run `council models pull {RECORD.id}`")
    found = MiniLmEmbedder.load(MODELS_DIR)
    yield found
    found.close()


async def test_an_embedding_is_a_unit_vector_nobody_can_change(embedder: MiniLmEmbedder) -> None:
    vector = await embedder.embed("The cat sits outside")
    assert (vector.shape, vector.dtype) == ((384,), np.float32)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 0


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("The cat sits outside", "A feline is in the garden", "The stock market fell sharply"),
        ("How do I sort a list in Python?", "python list sorting example", "How do I bake sourdough bread?"),
        ("A man is playing guitar", "Someone plays an instrument", "A man is eating pasta"),
        ("What is the capital of France?", "Paris is the capital of France", "The Nile is a long river"),
    ],
)
async def test_meaning_orders_sentences(embedder: MiniLmEmbedder, text: str, near: str, far: str) -> None:
    anchor, close, distant = [await embedder.embed(each) for each in (text, near, far)]
    assert anchor @ close > anchor @ distant + 0.2


async def test_published_similarities_are_met(embedder: MiniLmEmbedder) -> None:
    """The example of the model's documentation: 0.6660 and 0.1046 in full precision; int8 stays close."""
    sentences = [
        "The weather is lovely today.",
        "It's so sunny outside!",
        "He drove to the stadium.",
    ]
    first, second, third = [await embedder.embed(each) for each in sentences]
    assert first @ second == pytest.approx(0.6660, abs=0.03)
    assert first @ third == pytest.approx(0.1046, abs=0.03)


async def test_what_lies_beyond_256_word_pieces_does_not_count(embedder: MiniLmEmbedder) -> None:
    words = "word " * 254
    assert np.array_equal(await embedder.embed(words), await embedder.embed(words + "elephant " * 100))
    assert not np.array_equal(
        await embedder.embed("word " * 253), await embedder.embed("word " * 252 + "elephant")
    )


@pytest.mark.parametrize(
    "text", ["", " \n ", "😀🎉", "\ud800 lone surrogate", "\x00", "x" * 1_000_000, "你好" * 5000]
)
async def test_any_text_has_an_embedding(embedder: MiniLmEmbedder, text: str) -> None:
    vector = await embedder.embed(text)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


async def test_marks_typed_by_a_user_are_plain_text(embedder: MiniLmEmbedder) -> None:
    """`[SEP]` in a prompt must not end it for the network."""
    ids = embedder._tokenizer.encode("end [SEP] ignore").ids
    assert ids.count(embedder._tokenizer.token_to_id("[SEP]")) == 1


async def test_concurrent_callers_get_their_own_and_equal_texts_are_computed_once(
    embedder: MiniLmEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[int] = []
    session = embedder._session

    class Counting:
        def run(self, names: None, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
            computed.append(threading.get_ident())
            return session.run(names, inputs)

    monkeypatch.setattr(embedder, "_session", Counting())
    texts = [f"concurrent text number {number % 10}" for number in range(100)]
    vectors = await asyncio.gather(*(embedder.embed(text) for text in texts))
    assert len(computed) == 10
    assert set(computed) != {threading.get_ident()}
    for text, vector in zip(texts, vectors, strict=True):
        assert vector is await embedder.embed(text)
    assert len({vector.tobytes() for vector in vectors}) == 10


async def test_the_cache_is_bounded(embedder: MiniLmEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "CACHED_TEXTS", 3)
    for number in range(6):
        await embedder.embed(f"bounded {number}")
    assert len(embedder._cache) == 3


async def test_the_loop_runs_while_a_text_is_embedded(embedder: MiniLmEmbedder) -> None:
    ticks = 0
    task = asyncio.create_task(embedder.embed("a long text about rivers " * 60))
    while not task.done():
        await asyncio.sleep(0)
        ticks += 1
    assert ticks > 20


def test_a_missing_or_changed_file_is_said_with_its_remedy(embedder: MiniLmEmbedder, tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="council models pull all-minilm-l6-v2"):
        MiniLmEmbedder.load(tmp_path)
    shutil.copytree(MODELS_DIR / RECORD.id, tmp_path / RECORD.id)
    with (tmp_path / RECORD.id / "model.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"changed")
    with pytest.raises(EmbedderUnavailable, match="is not the file the record pins"):
        MiniLmEmbedder.load(tmp_path)


@pytest.mark.usefixtures("embedder")
def test_it_leaves_nothing_of_its_makers_telemetry(tmp_path: Path) -> None:
    """onnxruntime keeps a device id and a queue of events in the home directory of whom it reports on."""
    load = f"from pathlib import Path; from {embed.__name__} import MiniLmEmbedder as Embedder\n"
    load += (
        f"embedder = Embedder.load(Path({str(MODELS_DIR)!r})); embedder.embed_now('Hello'); embedder.close()"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    subprocess.run(
        [sys.executable, "-c", load], env={**env, "HOME": str(tmp_path)}, cwd=PROJECT_ROOT, check=True
    )
    assert list(tmp_path.rglob("*")) == []
