"""The fallback: what it takes to be asked, what leaves the machine, and what is paid however it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import pytest

from orchestrator.cloud.fallback import CloudAnswer, CloudFallback
from orchestrator.cloud.redaction import Redactor
from orchestrator.cloud.upstream import Upstream, UpstreamAsk
from orchestrator.errors import BudgetExceeded, CloudError, CloudNotConfigured, CouncilError, NotAvailable
from orchestrator.seams import ChatMessage
from orchestrator.telemetry.metrics import Metrics
from tests.fakes.cloud_upstream import PIECES, CloudUpstream, running_upstream

TEXT = "Mail jane.doe@example.com or call 212-736-5000; my key is sk-abcdefghijklmnop0123456789."
HISTORY = [ChatMessage("system", "IP 203.0.113.9"), ChatMessage("assistant", "SSN 536-22-8726")]


@dataclass
class Purse:
    """A meter that notes what it is told."""

    refuses: bool = False
    reserved: list[tuple[int, int]] = field(default_factory=list)
    settled: list[tuple[int, int]] = field(default_factory=list)

    def is_free(self, model: str) -> bool:
        return False

    async def reserve(self, model: str, prompt_tokens: int, most_new_tokens: int) -> str:
        assert model == "openai/mini"
        if self.refuses:
            raise BudgetExceeded("nothing is left")
        self.reserved.append((prompt_tokens, most_new_tokens))
        return "held"

    def settle(self, held: str, prompt_tokens: int, new_tokens: int) -> None:
        assert held == "held"
        self.settled.append((prompt_tokens, new_tokens))


@pytest.fixture(scope="module")
def cloud() -> Iterator[CloudUpstream]:
    with running_upstream() as cloud:
        yield cloud


class Site:
    def __init__(self, cloud: CloudUpstream) -> None:
        cloud.behave()
        self.cloud = cloud
        self.purse = Purse()
        self.metrics = Metrics()
        self.is_enabled = True
        self.fallback = CloudFallback(
            Upstream("openai", cloud.url, "mini"),
            key="the-key",
            enabled=self.enabled,
            meter=self.purse,
            redactor=Redactor(),
            metrics=self.metrics,
            max_tokens=100,
            max_prompt_chars=1000,
        )

    async def enabled(self) -> bool:
        return self.is_enabled

    def counted(self, name: str, label: str) -> float:
        return self.metrics.registry.get_sample_value(name, {name.split("_")[-2]: label}) or 0.0


@pytest.fixture
async def site(cloud: CloudUpstream) -> AsyncIterator[Site]:
    site = Site(cloud)
    yield site
    await site.fallback.aclose()


def ask(text: str = TEXT, max_tokens: int = 50) -> UpstreamAsk:
    return UpstreamAsk([*HISTORY, ChatMessage("user", text)], max_tokens)


async def answered(site: Site, wanted: UpstreamAsk) -> CloudAnswer:
    async with aclosing(site.fallback.stream(wanted)) as items:
        async for item in items:
            if isinstance(item, CloudAnswer):
                return item
    raise AssertionError("a stream ends with its answer")


async def test_only_redacted_text_leaves_and_the_findings_are_told(site: Site) -> None:
    answer = await answered(site, ask())
    sent = str(site.cloud.asked)
    for secret in ("jane.doe", "736-5000", "sk-abc", "203.0.113.9", "536-22"):
        assert secret not in sent
    assert "[EMAIL_REDACTED]" in sent
    assert answer.redactions == {"email": 1, "phone": 1, "api_key": 1, "ip": 1, "ssn": 1}
    evidence = answer.as_evidence("inference_unavailable")
    assert evidence == {
        "provider": "openai",
        "model": "openai/mini",
        "because": "inference_unavailable",
        "redactions": dict(answer.redactions),
    }
    assert "jane" not in str(evidence)
    redactions = site.metrics.registry.get_sample_value("council_cloud_redactions_total", {"kind": "email"})
    assert redactions == 1.0


async def test_what_it_is_to_stop_at_is_redacted_too(site: Site) -> None:
    wanted = replace(ask("Hi"), stop=("z@z.com", "END"))
    answer = await answered(site, wanted)
    assert site.cloud.asked[0]["stop"] == ["[EMAIL_REDACTED]", "END"]
    assert answer.redactions["email"] == 1


async def test_the_answer_is_paid_by_the_upstreams_own_counts(site: Site) -> None:
    answer = await answered(site, ask())
    assert (answer.generated.prompt_tokens, answer.generated.completion_tokens) == (11, 7)
    assert site.purse.settled == [(11, 7)]
    assert answer.generated.text == "".join(PIECES)
    assert answer.generated.model == "openai/mini"


async def test_the_reservation_is_an_upper_bound(site: Site) -> None:
    await answered(site, ask("é" * 100, max_tokens=5000))
    prompt, new = site.purse.reserved[0]
    assert prompt >= len(("é" * 100).encode())
    assert new == 100 == site.cloud.asked[0]["max_tokens"]


async def test_without_counts_every_possible_token_is_paid(site: Site) -> None:
    site.cloud.behave(usage=None)
    await answered(site, ask())
    (prompt, new), (most_prompt, _) = site.purse.settled[0], site.purse.reserved[0]
    assert prompt == most_prompt
    assert new == max(len(PIECES), -(-len("".join(PIECES)) // 4))


async def test_an_answer_that_is_left_is_paid_as_far_as_it_came(site: Site) -> None:
    site.cloud.behave(pieces=("word ",) * 200, delay_s=0.02)
    async with aclosing(site.fallback.stream(ask())) as items:
        for _ in range(3):
            await anext(items)
    assert site.purse.settled == [(site.purse.reserved[0][0], 4)]  # 3 pieces, but 15 characters


@pytest.mark.parametrize("behaviour", [{"status": 500, "raw": b""}, {"after": 0, "then": "cut"}])
async def test_nothing_came_nothing_is_paid(site: Site, behaviour: dict[str, object]) -> None:
    site.cloud.behave(**behaviour)
    with pytest.raises(CloudError):
        await answered(site, ask())
    assert site.purse.settled == [(0, 0)]
    assert site.metrics.registry.get_sample_value(
        "council_cloud_requests_total", {"outcome": "cloud_failed"}
    ) == 1.0  # fmt: skip


async def expect_untouched(site: Site, error: type[CouncilError], wanted: UpstreamAsk) -> None:
    with pytest.raises(error):
        await answered(site, wanted)
    assert site.cloud.asked == []
    assert site.purse.settled == []


async def test_disabled(site: Site) -> None:
    site.is_enabled = False
    await expect_untouched(site, NotAvailable, ask())


async def test_no_budget(site: Site) -> None:
    site.purse.refuses = True
    await expect_untouched(site, BudgetExceeded, ask())


async def test_too_long(site: Site) -> None:
    await expect_untouched(site, NotAvailable, ask("x" * 1001))


async def test_without_a_key_and_with_one_given_later(site: Site) -> None:
    site.fallback._key = ""
    await expect_untouched(site, CloudNotConfigured, ask())
    with pytest.raises(CloudNotConfigured):
        site.fallback.set_key("mistral", "other")
    site.fallback.set_key("openai", "given-later")
    await answered(site, ask())
    assert site.cloud.keys == ["Bearer given-later"]
