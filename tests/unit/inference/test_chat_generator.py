"""What the rest of Council gets when it asks for text: the answer, its measures, and engines that stop."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace

import pytest

from engines.record import load_records
from orchestrator.errors import (
    ContextLengthExceeded,
    CouncilError,
    InferenceStreamBroken,
    InvalidGuide,
    InvalidValue,
    ModelNotFound,
    QueueFull,
)
from orchestrator.inference.chat import ChatGenerator
from orchestrator.inference.registry import InstalledModel, ModelRegistry
from orchestrator.seams import Ask, ChatMessage, Generated, Generator, TokenTally
from orchestrator.telemetry.metrics import Metrics
from tests.fakes.backend import LOG_PROB, FakeBackend, Script
from tests.unit.inference import vocabularies

MODEL = "phi-2"
ASK = Ask(MODEL, [ChatMessage("user", "Hello")], max_tokens=40)
WORDS = " the quick brown fox"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    model_dir = tmp_path_factory.mktemp("models")
    (model_dir / "tokenizer.json").write_text(vocabularies.phi_json())
    return InstalledModel.load(load_records()[MODEL], model_dir)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def backend(model: InstalledModel) -> FakeBackend:
    return FakeBackend(Script(tuple(model.tokenizer.encode_text(WORDS))))


@pytest.fixture
def generator(model: InstalledModel, backend: FakeBackend, metrics: Metrics) -> ChatGenerator:
    return ChatGenerator(ModelRegistry({model.id: model}), backend, metrics, buffer_tokens=256)


def sample(metrics: Metrics, name: str) -> float:
    return metrics.registry.get_sample_value(f"council_{name}", {"model": MODEL}) or 0.0


async def at_rest(backend: FakeBackend, metrics: Metrics) -> None:
    async with asyncio.timeout(5):
        while backend.running or sample(metrics, "active_generations"):
            await asyncio.sleep(0)


async def test_a_whole_answer_with_its_measures(generator: Generator, backend: FakeBackend) -> None:
    answer = await generator.generate(ASK)
    assert (answer.text, answer.model, answer.finish_reason) == (WORDS.strip(), MODEL, "stop")
    assert (answer.prompt_tokens, answer.completion_tokens) == (6, 5)
    assert 0 < answer.first_token_ms <= answer.total_ms
    assert answer.mean_log_prob is None
    assert backend.requests[0].return_log_probs is False
    assert backend.cancelled == 0


async def test_pieces_joined_are_the_answer(generator: Generator) -> None:
    pieces = [piece async for piece in generator.stream(ASK)]
    whole = pieces.pop()
    assert isinstance(whole, Generated)
    assert len(pieces) == 4
    assert "".join(map(str, pieces)) == whole.text == WORDS.strip()


async def test_log_probs_are_averaged_where_wanted(generator: Generator) -> None:
    answer = await generator.generate(replace(ASK, want_log_probs=True))
    assert answer.mean_log_prob == pytest.approx(LOG_PROB)


async def test_an_answer_without_text_has_no_log_prob(generator: Generator, backend: FakeBackend) -> None:
    backend.script = Script(())
    answer = await generator.generate(replace(ASK, want_log_probs=True))
    assert (answer.text, answer.completion_tokens, answer.mean_log_prob) == ("", 1, None)


async def test_the_ask_reaches_the_engine(generator: Generator, backend: FakeBackend) -> None:
    schema = {"type": "object"}
    await generator.generate(
        replace(ASK, max_tokens=7, temperature=0.7, top_p=0.5, seed=11, json_schema=schema)
    )
    (request,) = backend.requests
    sampling = request.sampling
    assert request.max_tokens == 7
    assert (sampling.temperature, sampling.top_k, sampling.top_p, sampling.seed) == (0.7, 0, 0.5, 11)
    assert request.guide is not None
    assert (request.guide.type, json.loads(request.guide.source)) == ("json_schema", schema)


async def test_what_is_left_out_is_the_model_s_default(
    generator: Generator, backend: FakeBackend, model: InstalledModel
) -> None:
    await generator.generate(ASK)
    await generator.generate(replace(ASK, temperature=0.0))
    default, greedy = (request.sampling for request in backend.requests)
    assert (default.temperature, default.top_p) == (
        model.record.sampling.temperature,
        model.record.sampling.top_p,
    )
    assert greedy.top_k == 1
    assert default.seed != greedy.seed


async def test_an_answer_ends_at_wanted_stops_and_at_the_format_s(
    generator: Generator, backend: FakeBackend, model: InstalledModel
) -> None:
    ids = tuple(model.tokenizer.encode_text(" one two\nInstruct: more"))
    backend.script = Script(ids, endless=True)
    by_format = await generator.generate(replace(ASK, stop=("never",)))
    assert (by_format.text, by_format.stopped_by) == ("one two", None)
    wanted = await generator.generate(replace(ASK, stop=(" two",)))
    assert (wanted.text, wanted.finish_reason, wanted.stopped_by) == ("one", "stop", " two")


async def test_an_answer_cut_by_max_tokens_says_so(generator: Generator) -> None:
    answer = await generator.generate(replace(ASK, max_tokens=2))
    assert (answer.text, answer.finish_reason, answer.completion_tokens) == ("the quick", "length", 2)


@pytest.mark.parametrize("error", [QueueFull("full"), InferenceStreamBroken("gone")])
async def test_a_failure_is_raised_and_leaves_nothing(
    generator: Generator, backend: FakeBackend, metrics: Metrics, error: CouncilError
) -> None:
    backend.script = replace(backend.script, after_tokens=2, error=error)
    with pytest.raises(type(error)):
        await generator.generate(ASK)
    await at_rest(backend, metrics)
    assert sample(metrics, "cancelled_total") == 0


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (replace(ASK, model="nobody"), ModelNotFound),
        (replace(ASK, max_tokens=0), InvalidValue),
        (replace(ASK, messages=[ChatMessage("user", "\ud800")]), InvalidValue),
        (replace(ASK, messages=[ChatMessage("user", "a b c " * 4000)]), CouncilError),
        (replace(ASK, json_schema={"type": object}), InvalidGuide),
    ],
)
async def test_what_cannot_be_asked_never_reaches_the_engine(
    generator: Generator, backend: FakeBackend, ask: Ask, error: type[CouncilError]
) -> None:
    with pytest.raises(error):
        await generator.generate(ask)
    assert backend.requests == []


async def test_a_cancelled_caller_stops_the_engine(
    generator: Generator, backend: FakeBackend, metrics: Metrics
) -> None:
    backend.script = replace(backend.script, endless=True, after_tokens=3, hangs=True)
    asking = asyncio.create_task(generator.generate(ASK))
    async with asyncio.timeout(5):
        while backend.delivered_tokens < 3:
            await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not backend.running
    assert backend.cancelled == 1
    await at_rest(backend, metrics)
    assert sample(metrics, "cancelled_total") == 1


async def test_a_stream_closed_early_stops_the_engine(
    generator: ChatGenerator, backend: FakeBackend, metrics: Metrics
) -> None:
    backend.script = replace(backend.script, endless=True, delay_s=0.001)
    async with aclosing(generator.stream(replace(ASK, max_tokens=1000))) as pieces:
        assert await anext(pieces) == "the"
        assert backend.running
    assert not backend.running
    assert backend.cancelled == 1
    await at_rest(backend, metrics)


async def test_what_an_abandoned_generation_took_is_known(
    generator: ChatGenerator, backend: FakeBackend
) -> None:
    backend.script = replace(backend.script, endless=True, delay_s=0.001)
    tally = TokenTally()
    async with aclosing(generator.stream(replace(ASK, max_tokens=1000, tally=tally))) as pieces:
        assert tally == TokenTally()
        for _ in range(3):
            await anext(pieces)
        assert (tally.prompt_tokens, tally.completion_tokens) == (6, 3)
    whole = TokenTally()
    answer = await generator.generate(replace(ASK, max_tokens=7, tally=whole))
    assert (whole.prompt_tokens, whole.completion_tokens) == (
        answer.prompt_tokens,
        answer.completion_tokens,
    )


async def test_many_side_by_side_do_not_mix(generator: Generator, backend: FakeBackend) -> None:
    asks = [replace(ASK, max_tokens=1 + number % 4) for number in range(24)]
    answers = await asyncio.gather(*map(generator.generate, asks))
    words = WORDS.split()
    assert [answer.text for answer in answers] == [" ".join(words[: ask.max_tokens]) for ask in asks]
    assert not backend.running


async def test_an_unused_stream_opens_nothing(generator: ChatGenerator, backend: FakeBackend) -> None:
    await generator.stream(ASK).aclose()
    assert backend.requests == []


@pytest.mark.parametrize("text", ["1234567890" * 400_000, "word " * 700_000, "你好" * 1_000_000])
async def test_a_prompt_that_cannot_fit_is_refused_without_reading_it(
    generator: Generator, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Neither rendered nor tokenised, here or in a thread: each voice of a vote would do it anew."""

    def read(*_: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("orchestrator.inference.chat._plan", read)
    with pytest.raises(ContextLengthExceeded, match="never hold"):
        await generator.generate(
            replace(ASK, messages=[ChatMessage("user", "Hi"), ChatMessage("user", text)])
        )
    assert backend.requests == []
