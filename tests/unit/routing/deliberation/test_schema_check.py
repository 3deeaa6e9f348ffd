"""An answer against the request's schema, also against schemas made to hurt."""

from __future__ import annotations

import time
from typing import Any

import pytest

from orchestrator.errors import InvalidGuide
from orchestrator.routing.deliberation.schema_check import SchemaCheck

CITY = {
    "type": "object",
    "properties": {"city": {"type": "string", "pattern": "^[A-Z]"}, "pattern": {"type": "integer"}},
    "required": ["city"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("answer", "holds"),
    [
        ('{"city": "Paris"}', True),
        ('{"city": "Paris", "pattern": 1}', True),
        ('{"city": "Paris", "pattern": "x"}', False),
        ('{"city": 1}', False),
        ('{"town": "Paris"}', False),
        ('{"city": "Paris"', False),
        ("Paris", False),
        ("[" * 100_000, False),
        ("", False),
    ],
)
def test_valid_by_the_schema(answer: str, holds: bool) -> None:
    assert SchemaCheck(CITY).holds(answer) is holds


def test_names_by_pattern_are_the_engine_s_matter() -> None:
    schema = {"patternProperties": {"^(a+)+$": {"type": "integer"}}, "additionalProperties": False}
    began_s = time.perf_counter()
    assert SchemaCheck(schema).holds('{"' + "a" * 40 + '!": 1}')
    assert time.perf_counter() - began_s < 1


def test_values_are_no_schemas() -> None:
    assert SchemaCheck({"enum": [{"pattern": "x"}]}).holds('{"pattern": "x"}')
    assert not SchemaCheck({"const": {"pattern": "x"}}).holds("{}")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nothing"},
        {"$ref": "http://127.0.0.1:1/schema.json"},
        {"$ref": "#/$defs/missing"},
        {"$ref": "#"},
    ],
)
def test_a_schema_that_is_none_is_the_caller_s_mistake(schema: dict[str, Any]) -> None:
    with pytest.raises(InvalidGuide):
        SchemaCheck(schema).holds("1")


def test_references_that_multiply_are_refused_quickly() -> None:
    names = [f"s{number}" for number in range(40)]
    defs: dict[str, Any] = {
        name: {"allOf": [{"$ref": f"#/$defs/{below}"}, {"$ref": f"#/$defs/{below}"}]}
        for name, below in zip(names, names[1:], strict=False)
    }
    defs[names[-1]] = {}
    began_s = time.perf_counter()
    with pytest.raises(InvalidGuide):
        SchemaCheck({"$defs": defs, "$ref": "#/$defs/s0"}).holds("1")
    assert time.perf_counter() - began_s < 5
