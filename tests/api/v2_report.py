"""The contract test's outcome as a table for people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


def print_v2_report(reporter: pytest.TerminalReporter) -> None:
    rows = list(_rows(reporter))
    reporter.write_sep("=", "v2 contract")
    if not rows:
        reporter.write_line("no route was tested: run tests/api/test_v2_contract.py")
        return
    reporter.write_line(f"{'':6} {'route':32} {'section':14} {'call':5} {'status':6} changed on purpose")
    for passed, (name, section, method, status, changed) in rows:
        verdict = "kept" if passed else "BROKEN"
        reporter.write_line(f"{verdict:6} {name:32} {section:14} {method:5} {status:<6} {changed}")
    kept = sum(passed for passed, _ in rows)
    reporter.write_line(f"{kept} of {len(rows)} documented calls are kept")


def _rows(reporter: pytest.TerminalReporter) -> Iterator[tuple[bool, tuple[str, str, str, int, str]]]:
    for outcome in ("passed", "failed"):
        for report in reporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", ()):
                if name == "v2_route" and report.when == "call":
                    yield outcome == "passed", value
