"""One entry of the journal, and sums over entries. Holds no prompt, no answer, no secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

Outcome = str
"""`ok`, the stable code of the error that ended the turn, or `client_gone`."""

OK: Outcome = "ok"
CLIENT_GONE: Outcome = "client_gone"
ServedBy = Literal["local", "cloud", "none"]
"""Whose work the answer is; `none` when there is no answer."""


@dataclass(frozen=True, slots=True)
class TurnEntry:
    """`decision` is `decision_fields`, empty where a turn failed before one was made.

    `skill` answered and `model` wrote the text; None where none did. `cloud` is what the cloud fallback tells of itself.
    `streamed` and `consensus` (of a vote) are for what counts turns as they end: they are no columns, and false in what was read back.
    """

    request_id: str
    at_s: float
    route: str
    requested: str
    outcome: Outcome
    served_by: ServedBy
    latency_ms: float
    skill: str | None = None
    model: str | None = None
    method: str | None = None
    decision: Mapping[str, Any] | None = None
    confidence: float | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    nano_usd: int = 0
    first_text_ms: float | None = None
    cloud: Mapping[str, Any] | None = None
    streamed: bool = False
    consensus: bool = False

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        return tuple(field.name for field in fields(cls) if field.name not in _NO_COLUMNS)

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> TurnEntry:
        return cls(**{name: row[name] for name in cls.columns()})

    def row(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.columns()}
        values["decision"] = dict(self.decision or {})
        for name, most in _TEXT_LIMITS.items():
            if values[name] is not None:
                values[name] = values[name][:most]
        return values


_NO_COLUMNS = frozenset({"streamed", "consensus"})

# PostgreSQL refuses longer text, and some of these hold names that others chose.
_TEXT_LIMITS = {"requested": 256, "route": 100, "outcome": 40, "skill": 100, "model": 200}


@dataclass(frozen=True, slots=True)
class UsageSum:
    """What one model and source did in a span of time, `minute` (Unix minutes) being its start."""

    minute: int
    model: str
    served_by: str
    turns: int
    succeeded: int
    prompt_tokens: int
    completion_tokens: int
    nano_usd: int


def usage_sums(entries: Iterable[TurnEntry]) -> list[UsageSum]:
    """One sum a minute, model and source. A turn that no model answered counts under the model `""`."""
    groups: dict[tuple[int, str, str], list[TurnEntry]] = {}
    for entry in entries:
        key = (int(entry.at_s // 60), entry.model or "", entry.served_by)
        groups.setdefault(key, []).append(entry)
    return [
        UsageSum(
            *key,
            turns=len(group),
            succeeded=sum(entry.outcome == OK for entry in group),
            prompt_tokens=sum(entry.prompt_tokens for entry in group),
            completion_tokens=sum(entry.completion_tokens for entry in group),
            nano_usd=sum(entry.nano_usd for entry in group),
        )
        for key, group in groups.items()
    ]
