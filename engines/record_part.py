"""What the parts of a model's record are made of: strict, frozen tables and the field types they share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

ModelId = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$")]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Bytes = Annotated[int, Field(gt=0)]
TokenId = Annotated[int, Field(ge=0)]
PackageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")]


def _relative_member(path: str) -> str:
    if "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError("must be a plain relative path with forward slashes")
    return path


def not_empty(items: tuple[Any, ...]) -> tuple[Any, ...]:
    # Not `min_length`: that counts the valid items and reports a second fault beside a wrong item's own.
    if not items:
        raise ValueError("must have at least 1 item")
    return items


MemberPath = Annotated[str, AfterValidator(_relative_member)]


class RecordPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
