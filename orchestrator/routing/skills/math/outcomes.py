"""What a computation ends in: a result, or one of the ways there is none.

Outcome                 not an error of the product: a question's own end
├── NotMath             the text is no question that can be computed exactly; the model takes over
│   └── Unverified      there was an answer, but nothing that proves it
├── NeedsSymbols        not to be had with fractions alone; a worker process has the library for it
└── Refused             understood, and answered by why there is no result
    ├── TooLarge        because of its size
    └── NoValue         because mathematics has none, or more than one
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

ARITHMETIC: Final = "exact arithmetic"


@dataclass(frozen=True, slots=True)
class Result:
    """A verified answer. `statement` is one line for a person; `checked` says what verified it.

    `short` is what a person is told where there is no room for the statement, if `exact` alone would not do: `≈ 22.04623
    pounds` for a fraction nobody reads, and that complex solutions are no real ones.
    """

    statement: str
    expression: str
    exact: str
    approx: float | None
    engine: str
    checked: str
    short: str = ""

    def evidence(self) -> dict[str, Any]:
        return {
            "expression": self.expression,
            "exact": self.exact,
            "approx": self.approx,
            "engine": self.engine,
            "checked": self.checked,
            **({"short": self.short} if self.short else {}),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Result:
        return cls(**fields)


class Outcome(Exception):
    """Base of the ways in which a question has no result."""


class NotMath(Outcome):
    """No exact reading of the text."""


class Unverified(NotMath):
    """The answer found could not be proved."""


class NeedsSymbols(Outcome):
    """Irrational, symbolic or expensive: only a worker process computes it."""


class Refused(Outcome):
    """There is no result, and `reason` is the sentence that the user reads."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLarge(Refused):
    """Refused for its size."""


class NoValue(Refused):
    """Read to its last word, and there is nothing to compute."""


def engine(package: str) -> str:
    """`sympy 1.14.0`: a library and its installed version."""
    return f"{package} {version(package)}"
