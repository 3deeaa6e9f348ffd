"""The cloud's settings: whole or absent, an address that cannot be turned elsewhere, secrets that do not show."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from orchestrator.settings import Settings

WHOLE: dict[str, Any] = {
    "cloud_base_url": "https://cloud.example/v1",
    "cloud_model": "mini",
    "cloud_prompt_usd_per_1k_tokens": 0.001,
    "cloud_completion_usd_per_1k_tokens": 0.002,
}


def test_off_by_default() -> None:
    settings = Settings()
    assert (settings.cloud_enabled, settings.cloud_is_configured) == (False, False)


def test_whole() -> None:
    assert Settings(**WHOLE).cloud_is_configured


@pytest.mark.parametrize("name", WHOLE)
def test_a_part_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings(**{key: value for key, value in WHOLE.items() if key != name})


def test_enabled_without_an_upstream_is_refused() -> None:
    with pytest.raises(ValidationError, match="cloud_base_url"):
        Settings(cloud_enabled=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://cloud.example/v1",
        "http://169.254.169.254/latest",
        "http://127.0.0.1.evil.example/v1",
        "ftp://cloud.example",
        "file:///etc/passwd",
        "https://user:pass@cloud.example/v1",
        "https://cloud.example/v1?key=1",
        "https://cloud.example/v1#x",
        "https://",
        "cloud.example/v1",
        "",
    ],
)
def test_an_address_that_is_not_safe(url: str) -> None:
    with pytest.raises(ValidationError, match="cloud_base_url"):
        Settings(**{**WHOLE, "cloud_base_url": url})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "http://localhost/v1", "http://[::1]:1/v1"])
def test_this_machine_needs_no_tls(url: str) -> None:
    assert Settings(**{**WHOLE, "cloud_base_url": url}).cloud_base_url == url


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 1e9])
@pytest.mark.parametrize("name", ["budget_usd", "cloud_prompt_usd_per_1k_tokens"])
def test_money_that_is_none(name: str, value: float) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings(**{**WHOLE, name: value})


def test_secrets_do_not_show() -> None:
    settings = Settings(**WHOLE, cloud_api_key="hunter2-key", database_url="postgresql://u:hunter2@h/x")
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()
