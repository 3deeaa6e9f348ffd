"""What a well-formed request gets, with the official client where it matters; the engine is in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import openai
import pytest

from orchestrator.inference.registry import InstalledModel
from orchestrator.inference.types import Guide
from orchestrator.turn.values import COUNCIL_NAMES
from tests.api.conftest import MODEL, WORDS
from tests.api.server import AppServer, wait_until
from tests.fakes.backend import LOG_PROB, FakeBackend

HELLO: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]}
COUNT = len(WORDS.split())


def events(reply: httpx.Response) -> Iterator[Any]:
    for line in reply.iter_lines():
        if line.startswith("data: ") and line != "data: [DONE]":
            yield json.loads(line[6:])


def test_chat(fake_client: openai.OpenAI, model: InstalledModel) -> None:
    reply = fake_client.chat.completions.create(**HELLO)
    assert reply.choices[0].message.content == WORDS
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    prompt = model.template.render_ids(HELLO["messages"])
    assert reply.usage.prompt_tokens == len(prompt)
    assert reply.usage.completion_tokens == COUNT + 1  # the end token is counted
    assert reply.usage.total_tokens == len(prompt) + COUNT + 1


def test_chat_stream(fake_client: openai.OpenAI) -> None:
    chunks = list(
        fake_client.chat.completions.create(**HELLO, stream=True, stream_options={"include_usage": True})
    )
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == WORDS
    assert [c.choices[0].finish_reason for c in chunks[:-1]][-1] == "stop"
    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == COUNT + 1
    assert len({chunk.id for chunk in chunks}) == 1


def test_stream_ends_with_done_and_leaves_usage_out_unless_asked(http: httpx.Client) -> None:
    reply = http.post("/v1/chat/completions", json={**HELLO, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.text.endswith("data: [DONE]\r\n\r\n")
    assert "usage" not in reply.text


def test_tokens_that_wait_together_are_sent_together(http: httpx.Client, backend: FakeBackend) -> None:
    backend.script = replace(backend.script, chunk_tokens=100)
    pieces = [
        chunk["choices"][0]["delta"].get("content")
        for chunk in events(http.post("/v1/chat/completions", json={**HELLO, "stream": True}))
    ]
    assert [piece for piece in pieces if piece] == [WORDS]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("stop", "text", "tokens"),
    [
        ("fox", " the quick brown ", 4),
        (["nothing", "own f"], " the quick br", 4),
        (" dog", " the quick brown fox jumps over the lazy", COUNT),
        ("cat", WORDS, COUNT + 1),
    ],
)
def test_stop_strings(
    http: httpx.Client, backend: FakeBackend, stop: Any, text: str, tokens: int, stream: bool
) -> None:
    backend.script = replace(backend.script, delay_s=0.002)
    body = {**HELLO, "stop": stop, "stream": stream}
    if stream:
        chunks = list(
            events(
                http.post("/v1/chat/completions", json={**body, "stream_options": {"include_usage": True}})
            )
        )
        got = "".join(c["choices"][0]["delta"].get("content", "") for c in chunks[:-1])
        reason, usage = chunks[-2]["choices"][0]["finish_reason"], chunks[-1]["usage"]
    else:
        reply = http.post("/v1/chat/completions", json=body).json()
        got, reason = reply["choices"][0]["message"]["content"], reply["choices"][0]["finish_reason"]
        usage = reply["usage"]
    assert (got, reason, usage["completion_tokens"]) == (text, "stop", tokens)
    wait_until(lambda: not backend.running)
    assert backend.cancelled == (tokens <= COUNT)


def test_max_tokens_ends_with_length(fake_client: openai.OpenAI, backend: FakeBackend) -> None:
    reply = fake_client.chat.completions.create(**HELLO, max_tokens=2, max_completion_tokens=3)
    assert reply.choices[0].message.content == " the quick brown"
    assert reply.choices[0].finish_reason == "length"
    assert reply.usage is not None
    assert reply.usage.completion_tokens == 3
    assert backend.cancelled == 0


def test_end_token_before_a_separate_final_response(fake_client: openai.OpenAI, backend: FakeBackend) -> None:
    backend.script = replace(backend.script, late_final=True)
    assert fake_client.chat.completions.create(**HELLO).choices[0].finish_reason == "stop"
    wait_until(lambda: not backend.running)
    assert backend.cancelled == 0


@pytest.mark.parametrize("late_final", [False, True])
def test_an_end_token_that_the_engine_keeps_is_a_stop(
    fake_client: openai.OpenAI, backend: FakeBackend, late_final: bool
) -> None:
    backend.script = replace(backend.script, shows_end=False, late_final=late_final)
    reply = fake_client.chat.completions.create(**HELLO)
    assert reply.choices[0].message.content == WORDS
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    assert reply.usage.completion_tokens == COUNT
    cut = fake_client.chat.completions.create(**HELLO, max_tokens=COUNT)
    assert cut.choices[0].finish_reason == "length"


def test_every_end_id_of_the_record_ends(
    fake_client: openai.OpenAI, backend: FakeBackend, model: InstalledModel
) -> None:
    other_end = model.record.tokenizer.end_ids[1]
    ids = backend.script.token_ids
    backend.script = replace(backend.script, token_ids=(*ids[:2], other_end, *ids[2:]), delay_s=0.002)
    reply = fake_client.chat.completions.create(**HELLO)
    assert reply.choices[0].message.content == " the quick"
    assert reply.choices[0].finish_reason == "stop"
    wait_until(lambda: not backend.running)
    assert backend.cancelled == 1


def test_n_choices_differ_in_seed_and_id(fake_client: openai.OpenAI, backend: FakeBackend) -> None:
    reply = fake_client.chat.completions.create(**HELLO, n=3, seed=-1)
    assert [choice.index for choice in reply.choices] == [0, 1, 2]
    assert reply.usage is not None
    assert reply.usage.completion_tokens == 3 * (COUNT + 1)
    assert [request.sampling.seed for request in backend.requests] == [2**64 - 1, 0, 1]
    assert len({request.request_id for request in backend.requests}) == 3


def test_n_choices_streamed(fake_client: openai.OpenAI) -> None:
    texts = ["", ""]
    reasons = []
    for chunk in fake_client.chat.completions.create(**HELLO, n=2, stream=True):
        choice = chunk.choices[0]
        texts[choice.index] += choice.delta.content or ""
        reasons += [choice.finish_reason] if choice.finish_reason else []
    assert texts == [WORDS, WORDS]
    assert reasons == ["stop", "stop"]


@pytest.mark.parametrize("stream", [False, True])
def test_chat_log_probs_are_those_of_the_text(http: httpx.Client, stream: bool) -> None:
    body = {**HELLO, "logprobs": True, "top_logprobs": 0, "stop": "own f", "stream": stream}
    reply = http.post("/v1/chat/completions", json=body)
    if stream:
        entries = [
            entry
            for chunk in events(reply)
            for entry in (chunk["choices"][0]["logprobs"] or {"content": []})["content"]
        ]
    else:
        entries = reply.json()["choices"][0]["logprobs"]["content"]
    assert [entry["token"] for entry in entries] == [" the", " quick", " brown"]
    assert [bytes(entry["bytes"]).decode() for entry in entries] == [" the", " quick", " brown"]
    assert {entry["logprob"] for entry in entries} == {LOG_PROB}


def test_completion_log_probs(fake_client: openai.OpenAI) -> None:
    reply = fake_client.completions.create(model=MODEL, prompt="Hi", logprobs=0, max_tokens=3)
    log_probs = reply.choices[0].logprobs
    assert log_probs is not None
    assert log_probs.tokens == [" the", " quick", " brown"]
    assert log_probs.text_offset == [0, 4, 10]


PROMPTS: list[tuple[Any, int]] = [("Hi", 1), (["Hi", "Ho"], 2), ([5, 6], 1), ([[5], [6, 7], [8]], 3)]


@pytest.mark.parametrize(("prompt", "count"), PROMPTS)
def test_completion_prompts(
    fake_client: openai.OpenAI, backend: FakeBackend, prompt: Any, count: int
) -> None:
    reply = fake_client.completions.create(model=MODEL, prompt=prompt, n=2)
    assert [choice.index for choice in reply.choices] == list(range(2 * count))
    assert {choice.text for choice in reply.choices} == {WORDS}
    assert reply.usage is not None
    assert reply.usage.prompt_tokens == sum(len(request.prompt_ids) for request in backend.requests) // 2


def test_completion_stream(fake_client: openai.OpenAI, backend: FakeBackend) -> None:
    chunks = list(fake_client.completions.create(model=MODEL, prompt="Hi", stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == WORDS
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert backend.requests[0].max_tokens == 16


SAMPLING: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"temperature": 0}, {"top_k": 1}),
    ({"temperature": 0, "top_k": 9}, {"top_k": 1}),
    ({"temperature": 1e-38}, {"temperature": 1.0, "top_k": 1}),
    ({"top_p": 0}, {"top_p": 1.0, "top_k": 1}),
    ({"top_p": 1e-60, "temperature": 1}, {"top_p": 1.0, "top_k": 1}),
    ({"temperature": 0.5, "top_p": 0.25, "top_k": 9}, {"temperature": 0.5, "top_p": 0.25, "top_k": 9}),
    ({"seed": 7}, {"seed": 7}),
    ({"presence_penalty": -2, "frequency_penalty": 2}, {"presence_penalty": -2, "frequency_penalty": 2}),
    ({"repetition_penalty": 1.5}, {"repetition_penalty": 1.5}),
    ({"logit_bias": {"5": -100}}, {"logit_bias": {5: -100}}),
    ({"min_tokens": 3}, {"min_tokens": 3, "logit_bias": {0: -100}}),
    # Left out: the record's defaults, which are the model card's.
    ({}, {"temperature": 0.2, "top_k": 0, "top_p": 0.9, "repetition_penalty": 1.1}),
    ({"temperature": 0.2}, {"temperature": 0.2, "top_p": 0.9, "repetition_penalty": 1.0}),
    ({"repetition_penalty": 1.3}, {"temperature": 0.2, "repetition_penalty": 1.3}),
    ({"response_format": {"type": "json_object"}}, {"temperature": 0.2, "repetition_penalty": 1.0}),
    ({"temperature": 1, "top_p": 1}, {"temperature": 1.0, "top_k": 0, "top_p": 1.0}),
]


@pytest.mark.parametrize(("fields", "sampling"), SAMPLING)
def test_sampling(http: httpx.Client, backend: FakeBackend, fields: dict[str, Any], sampling: Any) -> None:
    http.post("/v1/chat/completions", json={**HELLO, **fields}).raise_for_status()
    got = backend.requests[0].sampling
    assert {name: getattr(got, name) for name in sampling} == sampling
    assert got.vocab_size == 49152


SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
GUIDES: list[tuple[dict[str, Any], Guide | None]] = [
    ({"response_format": {"type": "text"}}, None),
    ({"response_format": {"type": "json_object"}}, Guide("json_schema", '{"type":"object"}')),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}},
        Guide("json_schema", json.dumps(SCHEMA, separators=(",", ":"))),
    ),
    ({"guided_regex": "[0-9]+"}, Guide("regex", "[0-9]+")),
    ({"guided_grammar": 'root ::= "a"'}, Guide("ebnf_grammar", 'root ::= "a"')),
]


@pytest.mark.parametrize(("fields", "guide"), GUIDES)
def test_guides(
    http: httpx.Client, backend: FakeBackend, fields: dict[str, Any], guide: Guide | None
) -> None:
    http.post("/v1/chat/completions", json={**HELLO, **fields}).raise_for_status()
    assert backend.requests[0].guide == guide


def test_content_parts_and_developer(http: httpx.Client, backend: FakeBackend, model: InstalledModel) -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    messages = [{"role": "developer", "content": "Be brief"}, {"role": "user", "content": parts}]
    http.post("/v1/chat/completions", json={**HELLO, "messages": messages}).raise_for_status()
    plain = [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "a\nb"}]
    assert list(backend.requests[0].prompt_ids) == model.template.render_ids(plain)


def test_models(fake_client: openai.OpenAI, model: InstalledModel) -> None:
    listed = list(fake_client.models.list())
    assert [entry.id for entry in listed] == [MODEL, *COUNCIL_NAMES]
    assert listed[0].created == model.installed_s > 1_600_000_000
    one = fake_client.models.retrieve(MODEL)
    assert one == listed[0]
    assert one.model_dump()["council"] == {
        "kind": "model",
        "name": "SmolLM2 135M Instruct",
        "roles": ["fast", "balanced"],
        "context_tokens": 4096,
        "backend": "cpu",
        "ready": True,
        "license": "Apache-2.0",
    }


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (openai.BadRequestError, {"temperature": 9}),
        (openai.NotFoundError, {"model": "gpt-4"}),
    ],
)
def test_typed_exceptions(fake_client: openai.OpenAI, kind: type[Exception], changes: dict[str, Any]) -> None:
    with pytest.raises(kind):
        fake_client.chat.completions.create(**{**HELLO, **changes})


def test_openapi_has_the_request_bodies(http: httpx.Client) -> None:
    schema = http.get("/openapi.json").json()
    assert set(schema["paths"]) >= {"/v1/chat/completions", "/v1/completions", "/v1/models", "/health/ready"}
    assert schema["components"]["schemas"]["ChatCompletionRequest"]["properties"]["messages"]
    references = [
        part.split('"')[0] for part in json.dumps(schema).split('"$ref": "#/components/schemas/')[1:]
    ]
    assert set(references) <= set(schema["components"]["schemas"])


def test_metrics(http: httpx.Client, server: AppServer) -> None:
    tokens = server.metric("council_completion_tokens_total", model=MODEL)
    first = server.metric("council_time_to_first_token_seconds_count", model=MODEL)
    gaps = server.metric("council_inter_token_seconds_count", model=MODEL)
    http.post("/v1/chat/completions", json=HELLO).raise_for_status()
    assert server.metric("council_completion_tokens_total", model=MODEL) == tokens + COUNT + 1
    assert server.metric("council_time_to_first_token_seconds_count", model=MODEL) == first + 1
    assert server.metric("council_inter_token_seconds_count", model=MODEL) == gaps + COUNT
    reply = http.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain")
    assert 'council_requests_total{route="/v1/chat/completions",status="200"}' in reply.text
