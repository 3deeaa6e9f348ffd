"""OpenAI's own client against the whole product: orchestrator, a real Triton server, the default model."""

from __future__ import annotations

import json
import math
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import openai
import pytest

from tests.api.server import AppServer, wait_until

MODEL = "smollm2-135m"
QUESTION: dict[str, Any] = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "What is the capital of France? Answer in one sentence."}],
    "max_tokens": 24,
    "temperature": 0,
}


@pytest.fixture(autouse=True)
def _at_rest(council: AppServer) -> Any:
    yield
    wait_until(lambda: council.metric("council_active_generations") == 0)
    assert council.metric("council_queued_generations") == 0


def text_of(stream: Any) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def test_ready(council_url: str) -> None:
    reply = httpx.get(f"{council_url}/health/ready")
    assert (reply.status_code, reply.json()) == (200, {"status": "ready", "model": MODEL})


def test_whole_answer(openai_client: openai.OpenAI) -> None:
    reply = openai_client.chat.completions.create(**QUESTION)
    assert "Paris" in (reply.choices[0].message.content or "")
    assert reply.usage is not None
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens


def test_stream_says_the_same_as_the_whole_answer(openai_client: openai.OpenAI) -> None:
    whole = openai_client.chat.completions.create(**QUESTION)
    chunks = list(
        openai_client.chat.completions.create(**QUESTION, stream=True, stream_options={"include_usage": True})
    )
    assert text_of(chunks) == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage
    assert len(chunks) > 3


def test_seed_repeats_and_its_absence_does_not(openai_client: openai.OpenAI) -> None:
    hot = {**QUESTION, "temperature": 1.5, "max_tokens": 16}

    def answer(**fields: Any) -> str | None:
        return openai_client.chat.completions.create(**hot, **fields).choices[0].message.content

    assert answer(seed=11) == answer(seed=11)
    assert answer(seed=-5) == answer(seed=-5)
    assert len({answer() for _ in range(3)}) > 1


def test_n_choices(openai_client: openai.OpenAI) -> None:
    reply = openai_client.chat.completions.create(**{**QUESTION, "temperature": 1.5}, n=3, seed=1)
    assert len({choice.message.content for choice in reply.choices}) > 1
    assert [choice.index for choice in reply.choices] == [0, 1, 2]


def test_stop_and_length(openai_client: openai.OpenAI) -> None:
    stopped = openai_client.chat.completions.create(**QUESTION, stop=["Paris"])
    assert stopped.choices[0].finish_reason == "stop"
    assert "Paris" not in (stopped.choices[0].message.content or "")
    cut = openai_client.chat.completions.create(**{**QUESTION, "max_tokens": 3})
    assert cut.choices[0].finish_reason == "length"
    assert cut.usage is not None
    assert cut.usage.completion_tokens == 3


def test_log_probs_spell_the_text(openai_client: openai.OpenAI) -> None:
    choice = openai_client.chat.completions.create(**QUESTION, logprobs=True).choices[0]
    assert choice.logprobs is not None
    assert choice.logprobs.content is not None
    spelled = b"".join(bytes(entry.bytes or []) for entry in choice.logprobs.content)
    assert spelled.decode() == choice.message.content
    assert all(-20 < entry.logprob <= 1e-5 for entry in choice.logprobs.content)
    assert math.exp(choice.logprobs.content[0].logprob) > 0.05


def test_logit_bias_forces_and_forbids(openai_client: openai.OpenAI, council: AppServer) -> None:
    tokenizer = council.services.registry.get(MODEL).tokenizer

    def count_on(**fields: Any) -> str:
        reply = openai_client.completions.create(
            model=MODEL, prompt="2, 4, 6, 8,", temperature=0, max_tokens=1, **fields
        )
        return reply.choices[0].text

    (likely,) = tokenizer.encode_text(count_on())
    (other,) = tokenizer.encode_text(" zebra")[:1]
    assert count_on(logit_bias={str(likely): -100}) != count_on()
    assert count_on(logit_bias={str(other): 100}) == tokenizer.token_text(other)


SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer", "maximum": 150}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


def test_json_schema_is_enforced(openai_client: openai.OpenAI) -> None:
    reply = openai_client.chat.completions.create(
        **{**QUESTION, "max_tokens": 120, "messages": [{"role": "user", "content": "Invent a person."}]},
        response_format={"type": "json_schema", "json_schema": {"name": "person", "schema": SCHEMA}},
    )
    person = json.loads(reply.choices[0].message.content or "")
    assert set(person) == {"name", "age"}
    assert isinstance(person["age"], int)


def test_guided_regex(openai_client: openai.OpenAI) -> None:
    reply = openai_client.chat.completions.create(
        **QUESTION, extra_body={"guided_regex": "[A-Z]{3}-[0-9]{4}"}
    )
    assert re.fullmatch("[A-Z]{3}-[0-9]{4}", reply.choices[0].message.content or "")


def test_schema_that_the_engine_refuses(openai_client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refusal:
        openai_client.chat.completions.create(**QUESTION, extra_body={"guided_regex": "("})
    assert refusal.value.code == "invalid_response_format"


@pytest.mark.parametrize(
    ("kind", "code", "changes"),
    [
        (openai.BadRequestError, "invalid_value", {"temperature": 3}),
        (openai.BadRequestError, "unsupported_parameter", {"tools": [{"type": "function"}]}),
        (
            openai.BadRequestError,
            "context_length_exceeded",
            {"messages": [{"role": "user", "content": "a " * 9000}]},
        ),
        (openai.NotFoundError, "model_not_found", {"model": "gpt-4"}),
    ],
)
def test_typed_exceptions(
    openai_client: openai.OpenAI, kind: Any, code: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(kind) as caught:
        openai_client.chat.completions.create(**{**QUESTION, **changes})
    assert caught.value.code == code


def test_a_flood_is_answered_or_refused_with_429(openai_client: openai.OpenAI) -> None:
    """120 at once on 16 slots and a queue of 64: every one is an answer or a RateLimitError."""

    def ask(number: int) -> str:
        try:
            openai_client.chat.completions.create(**{**QUESTION, "max_tokens": 4, "seed": number})
        except openai.RateLimitError as error:
            return str(error.code)
        return "answered"

    with ThreadPoolExecutor(120) as pool:
        outcomes = list(pool.map(ask, range(120)))
    assert set(outcomes) <= {"answered", "queue_full"}
    assert outcomes.count("answered") >= 16


@pytest.mark.parametrize("stream", [False, True])
def test_client_that_leaves_frees_its_generation(council: AppServer, stream: bool) -> None:
    body = json.dumps({**QUESTION, "max_tokens": 3000, "stream": stream, "min_tokens": 2900}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", council.port)) as client:
        client.sendall(head.encode() + body)
        wait_until(lambda: council.metric("council_active_generations") == 1)
        time.sleep(0.3)
    assert wait_until(lambda: council.metric("council_active_generations") == 0) < 0.2


def test_usage_counts_the_tokens_of_the_text(openai_client: openai.OpenAI) -> None:
    reply = openai_client.chat.completions.create(**QUESTION, logprobs=True)
    choice = reply.choices[0]
    assert choice.logprobs is not None
    assert choice.logprobs.content is not None
    assert reply.usage is not None
    ended = choice.finish_reason == "stop"
    assert reply.usage.completion_tokens == len(choice.logprobs.content) + ended
