"""The upstream's client over a real socket: the words, the bounds, and everything that may come back instead."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from orchestrator.cloud.upstream import Upstream, UpstreamAsk, UpstreamClient, UpstreamEnd
from orchestrator.errors import CloudError
from orchestrator.seams import ChatMessage
from tests.fakes.cloud_upstream import PIECES, CloudUpstream, running_upstream

ASK = UpstreamAsk([ChatMessage("system", "Be brief."), ChatMessage("user", "Hi")], max_tokens=50)
LIMIT_BYTES = 20_000


@pytest.fixture(scope="module")
def cloud() -> Iterator[CloudUpstream]:
    with running_upstream() as cloud:
        yield cloud


@pytest.fixture
async def client(cloud: CloudUpstream) -> AsyncIterator[UpstreamClient]:
    cloud.behave()
    upstream = Upstream(
        "openai",
        cloud.url,
        "mini",
        connect_timeout_s=1,
        silence_timeout_s=1.0,
        timeout_s=2.0,
        answer_limit_bytes=LIMIT_BYTES,
    )
    client = UpstreamClient(upstream)
    yield client
    await client.aclose()


async def collect(client: UpstreamClient, ask: UpstreamAsk = ASK) -> tuple[list[str], UpstreamEnd]:
    pieces: list[str] = []
    async with aclosing(client.stream(ask, "the-key")) as items:
        async for item in items:
            if isinstance(item, UpstreamEnd):
                return pieces, item
            pieces.append(item)
    raise AssertionError("a stream ends with its end")


async def test_an_answer(client: UpstreamClient, cloud: CloudUpstream) -> None:
    assert await collect(client) == (list(PIECES), UpstreamEnd("stop", 11, 7))
    assert cloud.keys == ["Bearer the-key"]
    assert cloud.asked == [
        {
            "model": "mini",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
            "max_tokens": 50,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


async def test_what_was_asked_for_is_passed_on(client: UpstreamClient, cloud: CloudUpstream) -> None:
    ask = UpstreamAsk(ASK.messages, 5, temperature=0.0, top_p=0.5, seed=3, stop=("END",))
    await collect(client, ask)
    body = cloud.asked[0]
    assert (body["temperature"], body["top_p"], body["seed"], body["stop"]) == (0.0, 0.5, 3, ["END"])


async def test_the_pieces_come_as_they_are_sent(client: UpstreamClient, cloud: CloudUpstream) -> None:
    cloud.behave(pieces=("one ", "two "), after=1, then="hang")
    async with aclosing(client.stream(ASK, "k")) as items:
        # The second is never sent: a client that waited for more than it needs would wait in vain.
        assert await anext(items) == "one "


@pytest.mark.parametrize(
    ("usage", "end"),
    [
        (None, UpstreamEnd("stop")),
        ({"prompt_tokens": -1, "completion_tokens": 10**12}, UpstreamEnd("stop", -1, 10**12)),
        ({"prompt_tokens": 11.0, "completion_tokens": 1e300}, UpstreamEnd("stop", 11, 2**63)),
        ({"prompt_tokens": "11", "completion_tokens": True}, UpstreamEnd("stop")),
        ({}, UpstreamEnd("stop")),
        ([1], UpstreamEnd("stop")),
    ],
)
async def test_counts_are_told_as_they_came_and_what_is_none_is_not(
    client: UpstreamClient, cloud: CloudUpstream, usage: object, end: UpstreamEnd
) -> None:
    cloud.behave(usage=usage)
    assert (await collect(client))[1] == end


async def test_cut_by_length(client: UpstreamClient, cloud: CloudUpstream) -> None:
    cloud.behave(finish_reason="length")
    assert (await collect(client))[1].finish_reason == "length"


def event(fields: object) -> bytes:
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


GZIPPED = gzip.compress(b"\0" * 10_000_000)
FAULTS = {
    "500": {"status": 500, "raw": b'{"error": "secret detail"}'},
    "401": {"status": 401, "raw": b"{}"},
    "404": {"status": 404, "raw": b"<html>"},
    "204": {"status": 204, "raw": b""},
    "redirect": {"status": 302, "headers": {"location": "http://127.0.0.1:1/v1/chat/completions"}},
    "redirect that keeps the method": {"status": 307, "headers": {"location": "/v1/chat/completions"}},
    "html": {"raw": b"<html>busy</html>"},
    "nothing": {"raw": b""},
    "not json": {"raw": b"data: hello\n\n"},
    "not an object": {"raw": b"data: [1]\n\n"},
    "choices of another form": {"raw": event({"choices": "abc"})},
    "choices that hold nothing": {"raw": event({"choices": [None]})},
    "text that is a number": {"raw": event({"choices": [{"delta": {"content": 7}}]})},
    "a delta that is no object": {"raw": event({"choices": [{"delta": "Hi"}]})},
    "an end alone": {"raw": b"data: [DONE]\n\n"},
    "not utf-8": {"raw": b'data: {"choices": "\xff\xfe"}\n\n'},
    "an error in mid-answer": {"after": 1, "then": "error"},
    "cut off": {"after": 2, "then": "cut"},
    "cut off without a finish": {"finish_reason": None},
    "empty": {"pieces": ()},
    "empty pieces": {"pieces": ("", "")},
    "hangs before the first piece": {"after": 0, "then": "hang"},
    "hangs in mid-answer": {"after": 1, "then": "hang"},
    "huge": {"pieces": ("x" * 1000,) * 30},
    "one endless line": {"raw": b"data: " + b"x" * (LIMIT_BYTES + 1)},
    "trickles": {"pieces": ("a",) * 30, "delay_s": 0.1},
    "compressed": {"headers": {"content-encoding": "gzip"}, "raw": GZIPPED},
}


def choice(index: int | None, text: str, finish: str | None = None) -> dict[str, object]:
    return {"index": index, "delta": {"content": text}, "finish_reason": finish}


async def test_only_the_answer_that_was_asked_for_is_read(
    client: UpstreamClient, cloud: CloudUpstream
) -> None:
    chunks = (
        [choice(1, "Other ")],
        [choice(1, "words "), choice(0, "The ")],
        [choice(1, "here.", "length")],
        [choice(None, "answer.")],
        [choice(0, "", "stop")],
    )
    cloud.behave(raw=b"".join(event({"choices": each}) for each in chunks) + b"data: [DONE]\n\n")
    assert await collect(client) == (["The ", "answer."], UpstreamEnd("stop"))


async def test_an_answer_under_another_index_alone_is_none(
    client: UpstreamClient, cloud: CloudUpstream
) -> None:
    cloud.behave(raw=event({"choices": [choice(1, "Hi", "stop")]}) + b"data: [DONE]\n\n")
    with pytest.raises(CloudError, match="broke"):
        await collect(client)


HELLO, LAST = choice(0, "Hello."), {"index": 0, "finish_reason": "stop"}
GOOD = {
    "no error, said so": [{"choices": [each], "error": None} for each in (HELLO, choice(0, "", "stop"))],
    "a last choice without a delta": [{"choices": [HELLO]}, {"choices": [LAST]}],
    "a last choice whose delta is null": [{"choices": [HELLO]}, {"choices": [{**LAST, "delta": None}]}],
    "no reason to finish, but the end": [{"choices": [HELLO]}],
}


@pytest.mark.parametrize("chunks", GOOD.values(), ids=GOOD)
async def test_forms_in_which_servers_end_a_good_answer(
    client: UpstreamClient, cloud: CloudUpstream, chunks: list[object]
) -> None:
    cloud.behave(raw=b"".join(map(event, chunks)) + b"data: [DONE]\n\n")
    assert await collect(client) == (["Hello."], UpstreamEnd("stop"))


@pytest.mark.parametrize("behaviour", FAULTS.values(), ids=FAULTS)
async def test_what_is_no_answer_is_a_cloud_error(
    client: UpstreamClient, cloud: CloudUpstream, behaviour: dict[str, object]
) -> None:
    cloud.behave(**behaviour)
    async with asyncio.timeout(5):
        with pytest.raises(CloudError) as caught:
            await collect(client)
    assert "secret" not in caught.value.message
    assert len(cloud.asked) == 1  # nothing is tried twice, no redirect is followed


async def test_nobody_there() -> None:
    client = UpstreamClient(Upstream("openai", "http://127.0.0.1:1/v1", "mini", connect_timeout_s=1))
    with pytest.raises(CloudError, match="ConnectError"):
        await collect(client)
    await client.aclose()


async def test_a_reader_that_takes_its_time_is_not_cut_off_elsewhere(
    client: UpstreamClient, cloud: CloudUpstream
) -> None:
    """The deadline strikes in the stream, never in what its reader does meanwhile."""
    cloud.behave(pieces=("a",) * 30, delay_s=0.1)
    async with aclosing(client.stream(ASK, "k")) as items:
        await anext(items)
        await asyncio.sleep(2.2)
        with pytest.raises(CloudError, match="longer"):
            await anext(items)


async def test_leaving_closes_the_connection(client: UpstreamClient, cloud: CloudUpstream) -> None:
    cloud.behave(pieces=("a " * 2000,) * 400, delay_s=0.01)
    big = UpstreamClient(Upstream("openai", cloud.url, "mini", answer_limit_bytes=10**9))
    async with aclosing(big.stream(ASK, "k")) as items:
        await anext(items)
    assert await asyncio.to_thread(cloud.left.wait, 5)
    assert cloud.sent_pieces < 400
    await big.aclose()


async def test_proxies_of_the_environment_are_not_used(
    cloud: CloudUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.behave()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    client = UpstreamClient(Upstream("openai", cloud.url, "mini"))
    assert (await collect(client))[0] == list(PIECES)
    await client.aclose()
