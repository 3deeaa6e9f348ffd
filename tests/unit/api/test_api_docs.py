"""docs/api.md tells the codes and metrics there are, no more and no fewer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestrator.errors import CouncilError
from orchestrator.settings import PROJECT_ROOT
from orchestrator.telemetry.metrics import Metrics

DOCS = (PROJECT_ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def tree(kind: type[CouncilError]) -> Iterator[type[CouncilError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from tree(child)


def test_every_error_code_with_its_status() -> None:
    documented = set(re.findall(r"^\| (\d{3}) \| `(\w+)`", DOCS, re.MULTILINE))
    ours = {
        (str(kind.status), kind.code)
        for kind in tree(CouncilError)
        if kind.__module__ == "orchestrator.errors"
    }
    assert documented == ours | {("405", "method_not_allowed")}


def test_every_metric() -> None:
    documented = set(re.findall(r"`(council_\w+)`", DOCS.split("## Metrics")[1]))
    families = {family.name: family.type for family in Metrics().registry.collect()}
    assert documented == {name + ("_total" if kind == "counter" else "") for name, kind in families.items()}
