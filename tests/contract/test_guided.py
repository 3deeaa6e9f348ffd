"""Guided decoding: what comes out matches the guide, and a bad guide is refused in-band."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from .client import ContractClient
from .tensors import Refused
from .timings import Record

Decode = Callable[[list[int]], str]
Encode = Callable[[str], list[int]]
Guided = Callable[..., Awaitable[str]]

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 12},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "role": {"enum": ["cook", "sailor", "smith"]},
        "tags": {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3},
    },
    "required": ["name", "age", "role", "tags"],
    "additionalProperties": False,
}
PROMPT = "Describe a person as data:\n"


@pytest.fixture(scope="module", autouse=True)
def has_guided_decoding(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--skip-guided"):
        pytest.skip("--skip-guided: no guided decoding backend is configured")


@pytest.fixture(scope="module")
def guided(client: ContractClient, encode: Encode, decode: Decode, end_id: int) -> Guided:
    """Generate up to 160 tokens under a guide and return the text without the end token."""

    async def run(guide_type: str, guide: str | None, **fields: Any) -> str:
        if guide is not None:
            fields["guided_decoding_guide"] = guide
        fields.setdefault("runtime_top_k", 1)
        generation = await client.generate(
            encode(PROMPT), 160, end_id=end_id, guided_decoding_guide_type=guide_type, **fields
        )
        return decode([token for token in generation.tokens if token != end_id])

    return run


def check_person(text: str) -> None:
    person = json.loads(text)
    assert set(person) == {"name", "age", "role", "tags"}
    assert isinstance(person["name"], str)
    assert len(person["name"]) <= 12
    assert type(person["age"]) is int
    assert 0 <= person["age"] <= 150
    assert person["role"] in ("cook", "sailor", "smith")
    assert 1 <= len(person["tags"]) <= 3
    assert all(type(tag) is bool for tag in person["tags"])


async def test_json_schema(guided: Guided) -> None:
    check_person(await guided("json_schema", json.dumps(PERSON)))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_json_schema_when_sampling(guided: Guided, seed: int) -> None:
    sampling: dict[str, Any] = {"temperature": 1.2, "runtime_top_k": 0, "runtime_top_p": 1.0}
    check_person(await guided("json_schema", json.dumps(PERSON), seed=seed, **sampling))


async def test_json(client: ContractClient, encode: Encode, decode: Decode, end_id: int) -> None:
    """An answer that ended must parse; one cut by its length must still begin a JSON value."""
    ended = 0
    for seed in range(6):
        generation = await client.generate(
            encode('{"ok": true}\n{"ok": false}\n'),
            120,
            end_id=end_id,
            seed=seed,
            runtime_top_k=20,
            guided_decoding_guide_type="json",
        )
        text = decode([token for token in generation.tokens if token != end_id]).strip()
        if len(generation.tokens) < 120:
            ended += 1
            json.loads(text)
        else:
            assert re.match(r'[\[{"\-0-9tfn]', text)
    assert ended > 0


@pytest.mark.parametrize(
    "pattern", [r"[A-Z]{3}-[0-9]{4}", r"(yes|no)", r"\d{4}-(0[1-9]|1[0-2])-[0-3]\d", r"(ab){2,5}c"]
)
async def test_regex(guided: Guided, pattern: str) -> None:
    text = await guided("regex", pattern)
    assert re.fullmatch(pattern, text), text


@pytest.mark.parametrize(
    ("grammar", "pattern"),
    [
        ('root ::= "yes" | "no"', r"yes|no"),
        (
            'root ::= colour " " colour\ncolour ::= "red" | "green" | "blue"',
            r"(red|green|blue) (red|green|blue)",
        ),
        ('root ::= [0-9] [0-9] "-" [a-f]', r"[0-9]{2}-[a-f]"),
    ],
)
async def test_ebnf_grammar(guided: Guided, grammar: str, pattern: str) -> None:
    text = await guided("ebnf_grammar", grammar)
    assert re.fullmatch(pattern, text), text


@pytest.mark.parametrize(
    ("guide_type", "guide"),
    [
        ("regex", "([a-z"),
        ("json_schema", "{not json"),
        ("json_schema", '{"type": "nonsense"}'),
        ("ebnf_grammar", "root ::= undefined_rule"),
        ("ebnf_grammar", "this is no grammar"),
        ("json_schema", None),
        ("regex", None),
        ("ebnf_grammar", None),
        ("yaml", "a: b"),
        ("", "x"),
    ],
)
async def test_bad_guide_is_refused(
    guided: Guided, guide_type: str, guide: str | None, record: Record, answers: Any
) -> None:
    with pytest.raises(Refused) as caught:
        await guided(guide_type, guide)
    record.error(f"guide {guide_type or 'empty'}: {guide}", str(caught.value))
    assert str(caught.value)
    await answers()


async def test_min_tokens_does_not_force_a_finished_guide_on(
    client: ContractClient, story: list[int], end_id: int
) -> None:
    generation = await client.generate(
        story,
        20,
        end_id=end_id,
        min_tokens=15,
        guided_decoding_guide_type="regex",
        guided_decoding_guide="yes",
    )
    assert generation.tokens[-1] == end_id
    assert len(generation.tokens) < 15


async def test_a_guide_ends_with_the_requests_own_end_token(
    client: ContractClient, encode: Encode, decode: Decode, end_id: int
) -> None:
    (other_end,) = encode("\n")
    generation = await client.generate(
        encode(PROMPT), 60, end_id=other_end, runtime_top_k=1,
        guided_decoding_guide_type="regex", guided_decoding_guide="[a-z]{3,8}",
    )  # fmt: skip
    # TensorRT-LLM keeps the end token for itself, the CPU model hands it over.
    assert end_id not in generation.tokens
    assert re.fullmatch("[a-z]{3,8}", decode([token for token in generation.tokens if token != other_end]))
    assert len(generation.tokens) <= 9


async def test_a_guide_that_is_hard_to_compile_holds_nobody_up(
    client: ContractClient, encode: Encode, end_id: int, record: Record
) -> None:
    def nested(depth: int) -> dict[str, Any]:
        inner = nested(depth - 1) if depth else {"$ref": "#/$defs/t"}
        return {"type": "object", "properties": {f"k{i}": inner for i in range(9)}}

    text = {"type": "string", "maxLength": 200, "pattern": "^[a-z]{3,50}([0-9]+x)?$"}
    schema = nested(3) | {"$defs": {"t": text}}
    hard = asyncio.create_task(
        client.generate(
            encode(PROMPT), 2, end_id=end_id, runtime_top_k=1,
            guided_decoding_guide_type="json_schema", guided_decoding_guide=json.dumps(schema, separators=(",", ":")),
        )
    )  # fmt: skip
    await asyncio.sleep(0.02)
    plain = await client.generate(encode(PROMPT), 2, runtime_top_k=1)
    assert plain.tokens
    assert not hard.done(), "the guide was compiled before the plain request ended: make it harder"
    assert (await hard).tokens
