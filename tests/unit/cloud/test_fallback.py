"""The fallback: what it takes to be asked, what leaves the machine, and what is paid however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import pytest

from orchestrator.cloud.fallback import CloudAnswer, CloudFallback
from orchestrator.cloud.redaction import Redactor
from orchestrator.cloud.tally import CUT
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


async def shown(site: Site, wanted: UpstreamAsk) -> tuple[list[str], CloudAnswer]:
    pieces: list[str] = []
    async with aclosing(site.fallback.stream(wanted)) as items:
        async for item in items:
            if isinstance(item, CloudAnswer):
                return pieces, item
            pieces.append(item)
    raise AssertionError("a stream ends with its answer")


ENDLESS = {
    "words": "word ",
    "one piece": "word " * 200_000,
    "no spaces": "x" * 5000,
    "line breaks between": "a\n\n",
    "japanese": "雲が答える。",
    "digits": "1234567890",
    "emoji": "😀😀",
    "signs": "== ",
    "code": "if x:\n    y(z)\n",
    "arabic": "السحابة ",
}


@pytest.mark.parametrize("piece", ENDLESS.values(), ids=ENDLESS)
async def test_an_upstream_that_does_not_stop_is_cut_at_what_was_reserved(site: Site, piece: str) -> None:
    site.cloud.behave(pieces=(piece,) * 2_000)
    pieces, answer = await shown(site, ask("Hi", max_tokens=10))
    assert answer.generated.text == "".join(pieces)
    assert answer.generated.finish_reason == "length"
    assert 0 < len(answer.generated.text) <= 10 * 33
    assert answer.warnings == (CUT,)
    assert site.purse.settled == [site.purse.reserved[0]]
    assert await asyncio.to_thread(site.cloud.left.wait, 5) or site.cloud.sent_pieces < 2_000


async def test_the_connection_is_closed_where_the_answer_is_cut(site: Site) -> None:
    site.cloud.behave(pieces=("word " * 1000,) * 400, delay_s=0.01)
    await shown(site, ask("Hi", max_tokens=10))
    assert await asyncio.to_thread(site.cloud.left.wait, 5)
    assert site.cloud.sent_pieces < 400


HONEST = {
    "a word a token": ("word",) + (" word",) * 9,
    "long words": (" internationalisation",) * 10,
    "a letter a piece": tuple("one two three four five six seven eight nine ten"),
    "apostrophes": ("don", "'t", " can", "'t", " it", "'s", " won", "'t", " ", "\n"),
    "spaces": (" " * 100 + "x",) + (" " * 100,) * 8,
    "digits": ("123",) * 10,
    "japanese": ("雲", "が", "答", "える", "。") * 2,
    "hindi": ("नम", "स्ते", " दुन", "िया", "।") * 2,
    "signs": ("======", "\n", "a", ";\n", "b", ";\n", "c", ");\n", "}", "\n\n"),
}


@pytest.mark.parametrize("pieces", HONEST.values(), ids=HONEST)
async def test_an_answer_of_as_many_tokens_as_were_asked_for_is_whole(
    site: Site, pieces: tuple[str, ...]
) -> None:
    """Ten tokens each, also where they come in other pieces."""
    site.cloud.behave(pieces=pieces, usage={"prompt_tokens": 30, "completion_tokens": 10})
    given, answer = await shown(site, ask("Hi", max_tokens=10))
    assert "".join(given) == answer.generated.text == "".join(pieces)
    assert (answer.generated.finish_reason, answer.warnings) == ("stop", ())
    assert site.purse.settled == [(30, 10)]


@pytest.mark.parametrize(
    ("told", "booked"),
    [
        ((9_000_000, 9_000_000), (True, True)),
        ((11, 9_000_000), (False, True)),
        ((9_000_000, 7), (True, False)),
        ((11, 51), (False, True)),
        ((10**12, 10**12), (True, True)),
        ((-1, -5), (True, True)),
        ((11, -1), (False, True)),
        ((2**63, 7), (True, False)),
    ],
)
async def test_counts_beyond_what_was_reserved_are_not_believed(
    site: Site, told: tuple[int, int], booked: tuple[bool, bool]
) -> None:
    site.cloud.behave(usage={"prompt_tokens": told[0], "completion_tokens": told[1]})
    answer = await answered(site, ask("Hi"))
    reserved = site.purse.reserved[0]
    paid = tuple(most if capped else said for said, most, capped in zip(told, reserved, booked, strict=True))
    assert site.purse.settled == [paid]
    assert answer.generated.text == "".join(PIECES)
    assert f"{told[0]} prompt and {told[1]} new tokens" in answer.warnings[0]


@pytest.mark.parametrize("tokens", [50, 49, 1])
async def test_counts_that_can_be_are_paid_as_told(site: Site, tokens: int) -> None:
    """Thinking that is not shown is billed too; and what a server's own chat format adds to two letters."""
    site.cloud.behave(usage={"prompt_tokens": 90, "completion_tokens": tokens})
    answer = await answered(site, ask("Hi"))
    assert (site.purse.settled, answer.warnings) == ([(90, tokens)], ())


@pytest.mark.parametrize(
    ("text", "least"), [("雲が答える。" * 3, 18), ("123456" * 5, 30), ("a+b=c; " * 5, 30)]
)
async def test_dense_text_without_counts_is_not_taken_for_words(site: Site, text: str, least: int) -> None:
    site.cloud.behave(pieces=(text,), usage=None)
    await answered(site, ask())
    assert least <= site.purse.settled[0][1] <= 50


BLANK = {
    "spaces": ("   ", "\n "),
    "one piece": ("   \n ",),
    "many pieces": (" ",) * 40,
    "without width": ("\u200b\u2060", "\ufeff", "\u00ad \x00"),
    "no pieces": (),
    "empty pieces": ("", ""),
}


@pytest.mark.parametrize("pieces", BLANK.values(), ids=BLANK)
async def test_white_space_is_no_answer_and_its_bill_is_paid(site: Site, pieces: tuple[str, ...]) -> None:
    site.cloud.behave(pieces=pieces)
    with pytest.raises(CloudError):
        await shown(site, ask())
    assert site.purse.settled == [(11, 7)]
    value = site.metrics.registry.get_sample_value
    assert value("council_cloud_requests_total", {"outcome": "cloud_failed"}) == 1.0
    assert value("council_cloud_requests_total", {"outcome": "ok"}) is None


async def test_endless_white_space_is_cut_too(site: Site) -> None:
    site.cloud.behave(pieces=(" " * 1000,) * 3000)
    with pytest.raises(CloudError, match="white space"):
        await shown(site, ask("Hi", max_tokens=10))
    assert site.purse.settled == [site.purse.reserved[0]]


async def test_white_space_before_the_first_word_waits_for_it(site: Site) -> None:
    site.cloud.behave(pieces=("\n", "  ", "Hi", " ", "you"))
    pieces, answer = await shown(site, ask())
    assert pieces == ["\n  Hi", " ", "you"]
    assert answer.generated.text == "\n  Hi you"
