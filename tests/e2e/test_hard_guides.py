"""Guides that are hard to compile: they cost their own clients, nobody else, and nothing once the client has left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from tests.conftest import RunningTriton
from tests.contract.client import ContractClient, TokenCall
from tests.contract.tensors import Refused

# Each takes more time than any guide is given.
HARD = [
    json.dumps({"allOf": [{"type": "number", "multipleOf": prime} for prime in (9973, other)]})
    for other in (9967, 9949, 9941, 9931)
]
EASY = json.dumps({"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]})


@pytest.fixture
async def client(triton: RunningTriton) -> AsyncIterator[ContractClient]:
    client = ContractClient(triton.grpc_address, triton.model, 120.0, triton.control_headers)
    yield client
    await client.aclose()


def guided(client: ContractClient, guide_type: str, guide: str) -> TokenCall:
    fields = {"guided_decoding_guide_type": guide_type, "guided_decoding_guide": guide}
    return client.stream([1, 2, 3], 24, runtime_top_k=1, **fields)


async def test_easy_guides_do_not_wait_for_those_that_take_long(client: ContractClient) -> None:
    hard = [asyncio.ensure_future(guided(client, "json_schema", schema).collect()) for schema in HARD[:2]]
    await asyncio.sleep(0.1)
    for guide_type, guide in (("json", "{}"), ("json_schema", EASY), ("json_schema", EASY)):
        assert (await guided(client, guide_type, guide).collect()).tokens
    assert not hard[1].done(), "the hard ones must have been tried all the while"
    for one in hard:
        with pytest.raises(Refused, match="takes more than 2 s of processor time"):
            await one


async def test_a_guide_whose_client_has_left_is_not_compiled(client: ContractClient) -> None:
    first = asyncio.ensure_future(guided(client, "json_schema", HARD[2]).collect())
    await asyncio.sleep(0.1)
    left = guided(client, "json_schema", HARD[3])  # in the lane of the hard ones, behind the first
    ending = asyncio.ensure_future(left.collect())
    await asyncio.sleep(0.6)
    await client.stop(left.request_id)
    with pytest.raises(Refused):
        await first
    # Had it been compiled, it would have been refused as the first was.
    assert (await ending).tokens == []
