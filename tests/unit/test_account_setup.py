"""The router is told what is left of the budget where there is something to save on, and only there."""

from __future__ import annotations

from pathlib import Path

from engines.record import Price, load_records
from orchestrator.account_setup import build_accounts, told_of_the_budget
from orchestrator.accounts.ledger import Purpose
from orchestrator.seams import Features, ModelState
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics
from tests.fakes.routing import ScriptedDecider

MODEL = "smollm2-135m"


def features() -> Features:
    return Features("Hi", "council/auto", (ModelState(MODEL, ("fast",), True, 2048),))


async def left_told(path: Path, price_usd: float, spent: int) -> float | None:
    price = Price(prompt_usd_per_1k_tokens=price_usd, completion_usd_per_1k_tokens=0.0)
    records = {MODEL: load_records()[MODEL].model_copy(update={"price": price})}
    accounts = build_accounts(Settings(data_dir=path, budget_usd=1.0), records, Metrics())
    decider = ScriptedDecider()
    try:
        await accounts.open()
        if spent:
            await accounts.ledger.reserve(Purpose("r", MODEL, "local"), spent)
            await accounts.ledger.spending()
        told_of_the_budget(decider, accounts)(features())
    finally:
        await accounts.aclose()
    return decider.seen[0].budget_left_usd


async def test_free_models_need_no_budget(tmp_path: Path) -> None:
    assert await left_told(tmp_path, 0.0, 0) is None


async def test_what_is_left(tmp_path: Path) -> None:
    assert await left_told(tmp_path, 0.01, 0) == 1.0


async def test_nothing_is_left(tmp_path: Path) -> None:
    assert await left_told(tmp_path, 0.01, 10**9) == 0.0
