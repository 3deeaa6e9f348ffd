"""A Triton that is away and back between two of gRPC's tries to connect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from orchestrator.errors import InferenceUnavailable
from orchestrator.inference.triton import TritonBackend
from orchestrator.inference.types import Sampling, TokenRequest
from orchestrator.supervision.ports import free_ports
from tests.conftest import MODEL, RunningTriton


@asynccontextmanager
async def door(port: int, address: str) -> AsyncIterator[None]:
    """Lets connections to `port` through to `address`; at the end nobody listens there and all are cut."""
    host, _, inner_port = address.rpartition(":")
    writers: list[asyncio.StreamWriter] = []
    flows: set[asyncio.Task[None]] = set()

    async def flow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(2**16):
            writer.write(data)

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(host, int(inner_port))
        writers.extend((writer, inner_writer))
        flows.add(asyncio.create_task(flow(reader, inner_writer)))
        flows.add(asyncio.create_task(flow(inner_reader, writer)))

    server = await asyncio.start_server(through, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        for task in flows:
            task.cancel()
        await asyncio.gather(*flows, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()


async def test_the_first_request_to_a_server_that_is_back_is_answered(triton: RunningTriton) -> None:
    (port,) = free_ports(1)
    backend = TritonBackend(f"127.0.0.1:{port}", first_token_timeout_s=20, inter_token_timeout_s=20)
    try:
        for refused in range(1, 5):
            for _ in range(refused):
                with pytest.raises(InferenceUnavailable):
                    await tokens(backend)
            async with door(port, triton.grpc_address):
                assert await tokens(backend) == 3
    finally:
        await backend.aclose()


async def tokens(backend: TritonBackend) -> int:
    request = TokenRequest(
        "back-again", prompt_ids=(1, 2, 3), max_tokens=3, end_id=2, pad_id=2, sampling=Sampling(top_k=1)
    )
    stream = backend.generate(MODEL, request)
    try:
        return sum([len(chunk.token_ids) async for chunk in stream])
    finally:
        await stream.aclose()
