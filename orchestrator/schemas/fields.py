"""Field types shared by the wire models: strict, bounded, and refusing with words for a person.

JSON null means "absent" for every optional field, as it does at OpenAI. A validator that must tell
"unsupported" from "invalid" raises a PydanticCustomError of type `UNSUPPORTED`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

UNSUPPORTED = "unsupported_parameter"
INVALID = "invalid_value"


class WireModel(BaseModel):
    """Strict types (true is not 1, "1" is not 1); unknown fields are ignored, as OpenAI ignores them."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        """Also where a field's own type has no null; one that is required keeps it, and is refused with its name."""
        if not isinstance(value, dict) or not any(each is None for each in value.values()):
            return value
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: each for name, each in value.items() if each is not None or name not in optional}


def unsupported(message: str) -> PydanticCustomError:
    return PydanticCustomError(UNSUPPORTED, "{message}", {"message": message})


def invalid(message: str) -> PydanticCustomError:
    return PydanticCustomError(INVALID, "{message}", {"message": message})


def _stop_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _logit_bias(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if any(not (key.isascii() and key.isdigit() and len(key) <= 9) for key in value):
        raise invalid('keys must be token ids written as strings, such as "1234"')
    return {int(key): bias for key, bias in value.items()}


Temperature = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
TopP = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
TopK = Annotated[int, Field(ge=0, le=2**31 - 1)]
Penalty = Annotated[float, Field(ge=-2, le=2, allow_inf_nan=False)]
RepetitionPenalty = Annotated[float, Field(ge=0.01, le=10, allow_inf_nan=False)]
TokenCount = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=-(2**63), le=2**64 - 1)]
ChoiceCount = Annotated[int, Field(ge=1, le=8)]
StopString = Annotated[str, Field(min_length=1, max_length=1024)]
StopStrings = Annotated[list[StopString], Field(max_length=4), BeforeValidator(_stop_list)]
Bias = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
LogitBias = Annotated[dict[int, Bias], Field(max_length=4096), BeforeValidator(_logit_bias)]
GuideSource = Annotated[str, Field(min_length=1, max_length=65536)]
