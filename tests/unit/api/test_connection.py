"""Work that ends when the client leaves."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Receive

from orchestrator.api.connection import ClientGone, while_connected


def leaves_after(seconds: float) -> Receive:
    async def receive() -> Message:
        await asyncio.sleep(seconds)
        return {"type": "http.disconnect"}

    return receive


async def test_result_of_finished_work() -> None:
    async def work() -> int:
        return 7

    assert await while_connected(leaves_after(60), work()) == 7


async def test_error_of_failed_work() -> None:
    async def work() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await while_connected(leaves_after(60), work())


async def test_leaving_cancels_the_work_and_waits_for_its_clean_up() -> None:
    steps = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            steps.append("cleaned up")

    with pytest.raises(ClientGone):
        await while_connected(leaves_after(0.01), work())
    assert steps == ["cleaned up"]


async def test_work_that_finishes_as_the_client_leaves_is_handed_over() -> None:
    """Its owner must get the chance to release it."""

    async def work() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "ready after all"
        return "slept"

    assert await while_connected(leaves_after(0.01), work()) == "ready after all"


async def test_cancelled_from_outside_it_cancels_the_work() -> None:
    stopped = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    outer = asyncio.create_task(while_connected(leaves_after(60), work()))
    await asyncio.sleep(0.01)
    outer.cancel()
    await asyncio.wait_for(stopped.wait(), 1)
