"""Constraints on an answer, in the engine's terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from orchestrator.errors import InvalidGuide
from orchestrator.inference.types import Guide


def json_schema_guide(schema: Mapping[str, Any]) -> Guide:
    """The answer must be JSON of this schema. Raises InvalidGuide when the schema is no JSON value itself."""
    try:
        return Guide("json_schema", orjson.dumps(dict(schema)).decode())
    except orjson.JSONEncodeError as error:
        raise InvalidGuide(f"the schema cannot be read: {error}", param="response_format") from error
