"""How budget, journal and the cloud fallback are put together from the settings. A part of the composition root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engines.record import ModelRecord
from orchestrator.accounts.accounts import Accounts
from orchestrator.accounts.meter import Held, LedgerMeter
from orchestrator.accounts.prices import Prices, TokenPrice
from orchestrator.cloud.fallback import CloudFallback
from orchestrator.cloud.redaction import Redactor
from orchestrator.cloud.upstream import Upstream
from orchestrator.inference.metered import MeteredBackend
from orchestrator.inference.types import InferenceBackend
from orchestrator.seams import Decision, Features
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.decision import Decider


def metered(backend: InferenceBackend, accounts: Accounts) -> MeteredBackend[Held]:
    """The backend that everything is to generate with."""
    return MeteredBackend(backend, LedgerMeter(accounts.ledger, accounts.prices, "local"))


def build_accounts(settings: Settings, records: Mapping[str, ModelRecord], metrics: Metrics) -> Accounts:
    """Budget and journal, with the prices of the records and of the cloud's model."""
    upstream, others = _upstream(settings), {}
    if upstream is not None:
        others[upstream.id] = TokenPrice(
            settings.cloud_prompt_usd_per_1k_tokens or 0.0, settings.cloud_completion_usd_per_1k_tokens or 0.0
        )
    return Accounts.build(settings, Prices.of_records(records.values(), others), metrics)


def told_of_the_budget(decider: Decider, accounts: Accounts) -> Decider:
    """The decider, which then saves where nothing is left of the budget."""

    def decide(features: Features) -> Decision:
        left = accounts.budget_left_usd()
        return decider(features if left is None else replace(features, budget_left_usd=left))

    return decide


def build_cloud(settings: Settings, accounts: Accounts, metrics: Metrics) -> CloudFallback[Held]:
    async def enabled() -> bool:
        return (await accounts.controls.read()).cloud_enabled

    return CloudFallback(
        _upstream(settings),
        key=settings.cloud_api_key.get_secret_value() if settings.cloud_api_key else None,
        enabled=enabled,
        meter=LedgerMeter(accounts.ledger, accounts.prices, "cloud"),
        redactor=Redactor(settings.cloud_phone_region),
        metrics=metrics,
        max_tokens=settings.cloud_max_tokens,
        max_prompt_chars=settings.cloud_max_prompt_chars,
    )


def _upstream(settings: Settings) -> Upstream | None:
    if settings.cloud_base_url is None or settings.cloud_model is None:
        return None
    return Upstream(
        provider=settings.cloud_provider,
        base_url=settings.cloud_base_url,
        model=settings.cloud_model,
        asks_for_usage=settings.cloud_asks_for_usage,
        connect_timeout_s=settings.cloud_connect_timeout_s,
        silence_timeout_s=settings.cloud_silence_timeout_s,
        timeout_s=settings.cloud_timeout_s,
        answer_limit_bytes=settings.cloud_answer_limit_bytes,
    )
