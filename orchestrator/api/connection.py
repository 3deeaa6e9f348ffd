"""Work that is only worth doing while the client is there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.types import Receive

Result = TypeVar("Result")

CUT_OFF = "council.cut_off"
"""ASGI extension of our HTTP protocol: calling its `now` drops the connection at once, with an answer half sent."""


class ClientGone(Exception):
    """The client closed its connection before its answer was ready. Nobody is left to be told."""


async def while_connected(receive: Receive, work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work`; when the client disconnects first, cancel it, let it clean up and raise ClientGone.

    Call it after the whole request body has been read: from then on the server only ever sends a disconnect.
    A result that is ready is returned even if the client has just left, so that its owner can release it.
    """
    worker = asyncio.create_task(work)
    watcher = asyncio.create_task(_disconnected(receive))
    try:
        await asyncio.wait((worker, watcher), return_when=asyncio.FIRST_COMPLETED)
        if not worker.done():
            worker.cancel()
            await asyncio.wait((worker,))
        if worker.cancelled():
            raise ClientGone
        return worker.result()
    finally:
        watcher.cancel()
        worker.cancel()


def withdraw_cancel() -> None:
    """For a request that was cancelled by the server, as its drain is over, and has something to say before it ends."""
    task = asyncio.current_task()
    assert task is not None
    task.uncancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
