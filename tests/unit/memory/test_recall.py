"""From a question to what is quoted, over the real embedder and a real table: how often it is right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engines.embedder_record import load_embedder_record
from orchestrator.errors import MemoryUnavailable
from orchestrator.memory import recall as recalling
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.memory.measures import MemoryMeasures
from orchestrator.memory.recall import MOST, Recall
from orchestrator.memory.store import MemoryStore, Statement
from orchestrator.routing.features import without_greeting
from orchestrator.routing.skills.remembered import answer_from_memory
from orchestrator.routing.skills.told import is_for_everything
from orchestrator.settings import PROJECT_ROOT
from orchestrator.telemetry.metrics import Metrics
from tests.unit.routing.skills.told_cases import HELD_OUT, HELD_OUT_STATEMENTS, RECALLED, STATEMENTS

MODELS_DIR = PROJECT_ROOT / "data" / "models"


async def _nothing_waits(owner: str) -> bool:
    return True


@pytest.fixture(scope="module")
async def embedder() -> AsyncIterator[MiniLmEmbedder]:
    if not (MODELS_DIR / load_embedder_record().id / "model.onnx").exists():
        pytest.skip("the embedder is not installed: run `council models pull all-minilm-l6-v2`")
    found = MiniLmEmbedder.load(MODELS_DIR)
    yield found
    found.close()


@pytest.fixture
async def recall(tmp_path: Path) -> AsyncIterator[Recall]:
    store = MemoryStore(tmp_path, "test")
    yield Recall(store, MemoryMeasures(Metrics()), _nothing_waits)
    await store.aclose()


async def graded(
    recall: Recall, embedder: MiniLmEmbedder, told: tuple[str, ...], cases: tuple[tuple[str, str], ...]
) -> list[tuple[str, str]]:
    """The questions that are not answered as wanted, with what was said."""
    rows = [Statement("local", text, await embedder.embed(text), "req", datetime.now(UTC)) for text in told]
    await recall.store.put(rows)
    wrong = []
    for question, wanted in cases:
        found = (
            await recall.latest("local")
            if is_for_everything(question)
            else await recall.near("local", await embedder.embed(without_greeting(question)))
        )
        answer = answer_from_memory(question, found)
        if not is_as(
            wanted,
            answer and answer.evidence["sources"],
            bool(answer and answer.evidence["memory"]["outright"]),
        ):
            wrong.append((question, answer.text if answer else ""))
    print(f"{len(cases) - len(wrong)} of {len(cases)} as wanted; not: {wrong}")
    return wrong


def is_as(wanted: str, sources: list[dict[str, str]] | None, outright: bool) -> bool:
    quoted = sources[0]["text"] if sources else ""
    if wanted == "*":
        return sources is not None and len(sources) == MOST
    if wanted.startswith("?"):
        return not outright and (not quoted or wanted[1:] in quoted)
    return (wanted in quoted and outright) if wanted else not quoted


async def test_what_the_weights_were_set_on(recall: Recall, embedder: MiniLmEmbedder) -> None:
    assert len(await graded(recall, embedder, STATEMENTS, RECALLED)) <= 3


async def test_held_out(recall: Recall, embedder: MiniLmEmbedder) -> None:
    assert len(await graded(recall, embedder, HELD_OUT_STATEMENTS, HELD_OUT)) <= 6


async def test_a_store_that_does_not_answer_is_an_error_in_time(
    recall: Recall, embedder: MiniLmEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalling, "TIMEOUT_S", 0.0)
    with pytest.raises(MemoryUnavailable, match="did not answer"):
        await recall.near("local", await embedder.embed("x"))
    monkeypatch.undo()
    assert await recall.near("local", await embedder.embed("x")) == ()
