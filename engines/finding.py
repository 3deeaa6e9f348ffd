"""One difference between an engine and what is wanted, and what it means: the vocabulary of `engines.preflight`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warn", "rebuild", "refuse"]
SEVERITY: dict[Verdict, int] = {"ok": 0, "warn": 1, "rebuild": 2, "refuse": 3}
NOT_KNOWN = "not known here"


@dataclass(frozen=True)
class Finding:
    """One comparison. `expected` is what is wanted or here, `found` what the engine was made for or consists of.

    rebuild: the engine must be built again. refuse: it must not be served until something else is put right.
    """

    field: str
    expected: str
    found: str
    verdict: Verdict
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, found {self.found}" + (
            self.reason and f": {self.reason}"
        )


def worst(findings: Iterable[Finding]) -> Verdict:
    return max((finding.verdict for finding in findings), key=SEVERITY.__getitem__, default="ok")


def servable(findings: Iterable[Finding]) -> bool:
    """Warnings do not keep an engine from being served."""
    return SEVERITY[worst(findings)] <= SEVERITY["warn"]


def compare(name: str, expected: object, found: object, verdict: Verdict, reason: str) -> Finding:
    """`verdict` and `reason` are what a difference means."""
    same = expected == found
    return Finding(name, _text(expected), _text(found), "ok" if same else verdict, "" if same else reason)


def unknown(name: str, found: object, reason: str) -> Finding:
    """Nothing here to compare with."""
    return Finding(name, NOT_KNOWN, _text(found), "warn", reason)


def _text(value: object) -> str:
    if value is None:
        return "none"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
