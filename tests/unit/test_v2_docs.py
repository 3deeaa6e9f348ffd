"""docs/v2-api.md tells the routes that are tested, and the names of v2's metrics that there are.

`python -m tests.unit.test_v2_docs` writes both tables anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from orchestrator.accounts.ledger import Ledger, Spending
from orchestrator.accounts.totals import Totals
from orchestrator.accounts.v2_metrics import TurnMeasures, V2Metrics, V2Standing
from orchestrator.routing.deliberation.events import DeliberationEvent
from tests.api.v2_contract import ROUTES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "v2-api.md"


class _NothingSpent(Ledger):
    def __init__(self) -> None:
        self.known, self.refused = Spending(0, 0, {}, {}), 0


def route_table() -> str:
    rows = [f"| {r.name} | {r.section} | {r.method} | {r.status} | {r.changed} |" for r in ROUTES]
    return "\n".join(
        ["| call | section | method | status | changed on purpose |", "|---|---|---|---|---|", *rows]
    )


def metric_table() -> str:
    families = [
        *V2Metrics(Totals(), TurnMeasures(), _NothingSpent()).collect(),
        *V2Standing({}, {}).collect(),
    ]
    rows = [
        f"| `{family.name}{'_total' if family.type == 'counter' else ''}` | {family.type} | {family.documentation} |"
        for family in families
    ]
    return "\n".join(["| name | type | what |", "|---|---|---|", *rows])


def written_anew(text: str) -> str:
    for head, table in (("| call |", route_table()), ("| name | type |", metric_table())):
        text = re.sub(rf"^{re.escape(head)}.*\n(?:\|.*\n?)*", table + "\n", text, flags=re.MULTILINE)
    return text


def test_the_tables_are_those_of_the_code() -> None:
    text = PAGE.read_text()
    assert route_table() in text
    assert metric_table() in text


def test_the_events_of_a_vote_are_those_that_are_sent() -> None:
    (sentence,) = re.findall(r"`council\.event` is ((?:`\w+`(?:, | or )?)+)", PAGE.read_text())
    kinds = {kind.__name__ for kind in get_args(DeliberationEvent)} - {"Verdict"}
    assert {name.replace("_", "") for name in re.findall(r"\w+_\w+", sentence)} == {k.lower() for k in kinds}


if __name__ == "__main__":
    PAGE.write_text(written_anew(PAGE.read_text()))
