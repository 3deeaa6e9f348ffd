"""Ways to keep an engine busy: long streams that hold slots, and prompts that no cache knows."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .client import ContractClient, Generation, TokenCall

PLAIN_TOKENS = range(300, 4000)
"""Ids that are ordinary text in every vocabulary of the models served."""


def unknown_prompt(length: int) -> list[int]:
    """Random tokens: shares no prefix with any earlier prompt, so that all of it must be prefilled."""
    return random.choices(PLAIN_TOKENS, k=length)


async def started(client: ContractClient, call: TokenCall) -> asyncio.Task[Generation]:
    """Read the call in the background; returns once its first token is there."""
    reading = asyncio.ensure_future(call.read_until_cancelled())
    await asyncio.wait_for(call.first.wait(), client.timeout_s)
    return reading


@asynccontextmanager
async def held_slots(client: ContractClient, count: int, tokens: int) -> AsyncIterator[list[TokenCall]]:
    """`count` streams generate for as long as the block runs; they are cancelled at its end."""
    calls = [client.stream(unknown_prompt(8), tokens) for _ in range(count)]
    try:
        readings = await asyncio.gather(*(started(client, call) for call in calls))
        yield calls
        assert not any(reading.done() for reading in readings), "a slot came free too early"
    finally:
        for call in calls:
            call.cancel()
