"""Whether an answer is JSON of the schema that the request gave.

The schema is the client's, so checking it must not fetch, hang or blow up: references leave the schema for nothing,
how many are followed is bounded, and regular expressions are left to the engine, which held the answer to them with an
automaton; Python's could be made to run for hours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend, validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

from orchestrator.errors import InvalidGuide

_MAX_REFERENCES = 10_000
_SCHEMAS_BY_NAME = frozenset({"properties", "$defs", "definitions", "dependentSchemas"})
_VALUES = frozenset({"enum", "const", "default", "examples"})
_NEED_PATTERNS = ("additionalProperties", "unevaluatedProperties")
_PARAM = "response_format"


class SchemaCheck:
    """Reads the schema once. Raises InvalidGuide when it is none."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        plain = _without_patterns(dict(schema))
        kind = validator_for(plain, default=jsonschema.Draft202012Validator)
        try:
            kind.check_schema(plain)
        except jsonschema.SchemaError as error:
            raise InvalidGuide("the schema is no JSON schema", param=_PARAM) from error
        self._references = 0
        self._follow: Mapping[str, Any] = kind.VALIDATORS
        counted = {name: self._counted(name) for name in ("$ref", "$dynamicRef") if name in self._follow}
        # A registry of our own: the default one would fetch what a reference names.
        bounded = extend(kind, counted)  # type: ignore[no-untyped-call]
        self._validator: Validator = bounded(plain, registry=Registry())

    def holds(self, answer: str) -> bool:
        """Raises InvalidGuide for a schema that refers to what is not in it, or to itself without end."""
        self._references = 0
        try:
            value = json.loads(answer)
        except (ValueError, RecursionError):
            return False
        try:
            return self._validator.is_valid(value)
        except (Unresolvable, RecursionError) as error:
            raise InvalidGuide("a reference in the schema leads nowhere", param=_PARAM) from error

    def _counted(self, name: str) -> Any:
        def follow(
            validator: Validator, target: str, instance: Any, schema: Any
        ) -> Iterator[ValidationError]:
            self._references += 1
            if self._references > _MAX_REFERENCES:
                raise InvalidGuide("the schema follows too many references", param=_PARAM)
            yield from self._follow[name](validator, target, instance, schema) or ()

        return follow


def _without_patterns(schema: Any) -> Any:
    """The schema without regular expressions, and without what needs to know which names they match."""
    if isinstance(schema, list):
        return [_without_patterns(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = ["pattern", "patternProperties"]
    if "patternProperties" in schema:
        dropped += _NEED_PATTERNS
    return {key: _part(key, value) for key, value in schema.items() if key not in dropped}


def _part(key: str, value: Any) -> Any:
    if key in _VALUES:
        return value
    if key in _SCHEMAS_BY_NAME and isinstance(value, dict):
        return {name: _without_patterns(each) for name, each in value.items()}
    return _without_patterns(value)
