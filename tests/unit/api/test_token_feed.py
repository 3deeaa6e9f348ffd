"""The read-ahead buffer between the engine and a reader."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from orchestrator.errors import InferenceStreamBroken
from orchestrator.inference.token_feed import TokenFeed
from orchestrator.inference.types import TokenRequest
from orchestrator.telemetry.metrics import Metrics
from tests.fakes.backend import FakeBackend, Script

REQUEST = TokenRequest("id", (1,), max_tokens=1000, end_id=2, pad_id=2)
ENDLESS = Script((7, 8, 9), endless=True)


def feed_of(
    backend: FakeBackend, metrics: Metrics, arrived: asyncio.Event, buffer_tokens: int = 16
) -> TokenFeed:
    return TokenFeed(
        backend,
        "m",
        REQUEST,
        buffer_tokens=buffer_tokens,
        metrics=metrics.model("m"),
        arrived=arrived,
    )


async def settle() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


def active(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("council_active_generations", {"model": "m"})


async def test_reads_ahead_up_to_the_bound_and_on_when_there_is_room() -> None:
    backend, metrics = FakeBackend(ENDLESS), Metrics()
    feed = feed_of(backend, metrics, asyncio.Event())
    await settle()
    assert backend.delivered_tokens == 16
    assert [token for chunk in feed.take() for token in chunk.token_ids] == [7, 8, 9] * 5 + [7]
    await settle()
    assert backend.delivered_tokens == 32
    await feed.aclose()
    assert not backend.running
    assert backend.cancelled == 1
    assert active(metrics) == 0


async def test_tokens_before_a_failure_come_before_the_failure() -> None:
    backend, metrics = (
        FakeBackend(replace(ENDLESS, after_tokens=2, error=InferenceStreamBroken("gone"))),
        Metrics(),
    )
    feed = feed_of(backend, metrics, asyncio.Event())
    await settle()
    assert [chunk.token_ids for chunk in feed.take()] == [(7,), (8,)]
    with pytest.raises(InferenceStreamBroken):
        feed.take()
    assert active(metrics) == 0


async def test_cancelled_before_its_first_step_it_opens_nothing() -> None:
    backend, metrics = FakeBackend(ENDLESS), Metrics()
    await feed_of(backend, metrics, asyncio.Event()).aclose()
    assert backend.requests == []
    assert active(metrics) in (None, 0)


async def test_reader_cancelled_while_closing_does_not_stop_the_closing() -> None:
    backend, metrics = FakeBackend(ENDLESS), Metrics()
    feed = feed_of(backend, metrics, asyncio.Event())
    await settle()
    closing = asyncio.create_task(feed.aclose())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    await settle()
    assert feed.ended
    assert not backend.running


async def test_an_ending_engine_is_not_cancelled() -> None:
    backend, metrics = FakeBackend(Script((7,), late_final=True, delay_s=0.01)), Metrics()
    arrived = asyncio.Event()
    feed = feed_of(backend, metrics, arrived)
    await arrived.wait()
    feed.let_end()
    await feed.aclose()
    await asyncio.sleep(0.1)
    assert feed.ended
    assert backend.cancelled == 0


async def test_a_defect_of_the_backend_reaches_the_reader() -> None:
    backend, metrics = FakeBackend(replace(ENDLESS, error=KeyError("x"))), Metrics()
    feed = feed_of(backend, metrics, asyncio.Event())
    await settle()
    with pytest.raises(KeyError):
        feed.take()
    assert active(metrics) == 0
