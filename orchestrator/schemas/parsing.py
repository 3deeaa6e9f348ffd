"""Bytes of a request body to a wire model, or one typed error that names the field at fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from orchestrator.errors import CouncilError, InvalidValue, RequestNotJson, UnsupportedParameter
from orchestrator.schemas.fields import UNSUPPORTED, WireModel

Model = TypeVar("Model", bound=WireModel)


def parse_body(model: type[Model], body: bytes) -> Model:
    """Raise RequestNotJson, InvalidValue or UnsupportedParameter. Messages never repeat the input.

    orjson refuses NaN, Infinity, half surrogate pairs, invalid UTF-8 and nesting deeper than 1024.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestNotJson(json_fault(error)) from None
    if not isinstance(value, dict):
        raise RequestNotJson("the body must be a JSON object")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise field_error(error.errors(include_input=False, include_url=False)) from None


def json_fault(error: orjson.JSONDecodeError) -> str:
    where = f"line {error.lineno} column {error.colno}"
    if "surrogate" in error.msg:
        return (
            f"the body holds half of a surrogate pair or is not UTF-8 ({where}): text must be valid Unicode"
        )
    return f"the body is not valid JSON: {error.msg} ({where})"


def field_error(faults: Sequence[Any]) -> CouncilError:
    """The first fault as a typed error, its place written as `messages[3].content`."""
    fault = faults[0]
    param = _path(fault["loc"])
    message = f"{param or 'the request'}: {fault['msg']}"
    kind = UnsupportedParameter if fault["type"] == UNSUPPORTED else InvalidValue
    return kind(message, param=param)


def _path(location: Sequence[int | str]) -> str | None:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.lstrip(".") or None
