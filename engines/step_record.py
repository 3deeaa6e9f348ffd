"""What a step of a build leaves when it is done, so that a later run knows it need not be done again.

A step is done when its record says it was made from the same inputs and every output still has the recorded size
and time of change. That a directory exists proves nothing. Contents are not read again here: `hash` does that once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from engines.disk import disk_errors, sync
from engines.record_part import MemberPath, RecordPart, Sha256


class Output(RecordPart):
    size_bytes: Annotated[int, Field(ge=0)]
    changed_ns: int


class StepRecord(RecordPart):
    """`result`: what the step found out, for the steps after it."""

    step: str
    inputs: Sha256
    outputs: dict[MemberPath, Output]
    result: dict[str, str]
    elapsed_s: Annotated[float, Field(ge=0)]
    finished_at: datetime

    @property
    def digest(self) -> str:
        """Differs after every run of the step, so that what was made from it is made again as well."""
        return digest_of({"record": self.model_dump(mode="json")})


def digest_of(inputs: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def finished(path: Path, inputs: Mapping[str, Any], directory: Path) -> StepRecord | None:
    """The record at `path` if the step was done from these inputs and its outputs in `directory` are in place."""
    try:
        record = StepRecord.model_validate_json(path.read_bytes())
        in_place = record.outputs == _outputs(directory, record.outputs)
    except (OSError, ValidationError):
        return None
    return record if in_place and record.inputs == digest_of(inputs) else None


def finish(
    path: Path,
    inputs: Mapping[str, Any],
    directory: Path,
    names: Iterable[str],
    elapsed_s: float,
    result: Mapping[str, str] | None = None,
) -> StepRecord:
    """Record that a step is done. Its outputs reach the disk before the record does. Raises DiskError."""
    with disk_errors("recording a finished step", path.parent):
        listed = sorted(names)
        for name in listed:
            sync(directory / name)
        sync(directory)
        record = StepRecord(
            step=path.stem,
            inputs=digest_of(inputs),
            outputs=_outputs(directory, listed),
            result=dict(result or {}),
            elapsed_s=elapsed_s,
            finished_at=datetime.now(UTC),
        )
        partial = path.with_name(path.name + ".part")
        partial.write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
        sync(partial)
        os.replace(partial, path)
        sync(path.parent)
    return record


def _outputs(directory: Path, names: Iterable[str]) -> dict[str, Output]:
    stats = {name: (directory / name).stat() for name in names}
    return {name: Output(size_bytes=s.st_size, changed_ns=s.st_mtime_ns) for name, s in stats.items()}
