"""Prices: exact, rounded up a charge, 0 for the models that come with Council."""

from __future__ import annotations

import pytest

from engines.record import load_records
from orchestrator.accounts.prices import Prices, TokenPrice, nano_usd
from orchestrator.telemetry.request_context import ModelTally


@pytest.mark.parametrize(
    ("price", "tokens", "nano"),
    [
        (TokenPrice(), (10**9, 10**9), 0),
        (TokenPrice(0.004, 0.012), (1000, 1000), 16_000_000),
        (TokenPrice(0.00015, 0.0006), (1, 1), 750),
        (TokenPrice(0.0000001, 0.0), (1, 0), 1),  # a tenth of a nano-dollar is still charged
        (TokenPrice(0.1, 0.2), (3, 0), 300_000),
        (TokenPrice(0.1, 0.2), (0, 0), 0),
    ],
)
def test_cost_of_tokens(price: TokenPrice, tokens: tuple[int, int], nano: int) -> None:
    assert price.nano(*tokens) == nano


@pytest.mark.parametrize(("dollars", "nano"), [(0.0, 0), (0.1, 100_000_000), (1e-10, 1), (10.0, 10**10)])
def test_dollars_to_nano(dollars: float, nano: int) -> None:
    assert nano_usd(dollars) == nano


def test_local_answers_cost_nothing_and_cloud_answers_their_price() -> None:
    prices = Prices.of_records(load_records().values(), {"openai/mini": TokenPrice(0.004, 0.012)})
    used = {"smollm2-135m": ModelTally(1000, 500)}
    assert prices.cost(used) == 0
    assert prices.cost({**used, "openai/mini": ModelTally(1000, 500)}) == 10_000_000


def test_an_unknown_model_has_no_price() -> None:
    with pytest.raises(KeyError):
        Prices({}).cost({"nobody": ModelTally()})
