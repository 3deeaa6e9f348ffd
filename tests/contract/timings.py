"""What a run measured, and how it is shown at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass(slots=True)
class Record:
    """Measurements by name (in milliseconds unless the name says otherwise) and error texts by case."""

    values: dict[str, list[float]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, *values: float) -> None:
        self.values.setdefault(name, []).extend(values)

    def error(self, case: str, text: str) -> None:
        self.errors[case] = text


def p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def table(record: Record) -> list[str]:
    """Lines of the two tables; empty when nothing was measured."""
    lines: list[str] = []
    if record.values:
        lines.append(f"{'measured':<52}{'n':>5}{'median':>10}{'p95':>10}{'max':>10}")
    for name, values in record.values.items():
        lines.append(
            f"{name:<52}{len(values):>5}{median(values):>10.1f}{p95(values):>10.1f}{max(values):>10.1f}"
        )
    if record.errors:
        lines += ["", "error texts of this server"]
    lines += [f"  {case}: {text}" for case, text in record.errors.items()]
    return lines
