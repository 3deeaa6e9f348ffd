"""Third parties' examples: they take a turn when they mean the same, never one that is certain, and none that only tells."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.skills.claims import Claims
from orchestrator.routing.skills.registry import SkillEntry, SkillRegistry
from orchestrator.routing.skills.telling import tells
from orchestrator.seams import ChatMessage, Decision, ModelState
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.decision import Decisions
from orchestrator.turn.setup import is_computable, is_told
from orchestrator.turn.values import TurnRequest
from tests.conftest import MODELS_DIR
from tests.fakes.routing import ScriptedDecider, WordEmbedder

WEATHER = SkillEntry("weather", "Weather.", "demo 1", None, examples=("what is the weather in paris",))


def decision(skill: str = "general") -> Decision:
    return Decision(skill, "tiny", "rules", "Because.", {skill: 0.7})


async def claimed(text: str, skill: str = "general", *entries: SkillEntry) -> Decision:
    embedder = WordEmbedder()
    claims = await Claims.learn(entries or (WEATHER,), embedder)
    return claims.applied(decision(skill), text, await embedder.embed(text))


async def test_a_close_example_takes_the_turn_and_says_so() -> None:
    found = await claimed("What is the weather in Lisbon?")
    assert found.skill == "weather"
    assert "weather" in found.reason
    assert found.scores["weather"] > 0.6
    assert (found.alternatives[0].skill, found.alternatives[0].reason) == ("general", "Because.")


@pytest.mark.parametrize("text", ["Who wrote Hamlet?", "the rain in Spain", ""])
async def test_a_distant_one_changes_nothing(text: str) -> None:
    assert await claimed(text) == decision()


async def test_what_is_asked_to_be_run_is_not_overruled() -> None:
    assert await claimed("what is the weather in paris", "exec") == decision("exec")


@pytest.mark.parametrize("skill", ["math", "code", "knowledge", "logic", "general"])
async def test_a_guess_is(skill: str) -> None:
    assert (await claimed("what is the weather in paris", skill)).skill == "weather"


class _States:
    async def now(self) -> tuple[ModelState, ...]:
        return (ModelState("tiny", ("fast",), ready=True, context_tokens=2048, parameters=1000),)


@pytest.mark.parametrize(
    ("text", "skill"), [("what is 17 * 23", "math"), ("how many days until christmas", "days")]
)
async def test_what_a_recogniser_reads_is_not_overruled_by_the_very_example(text: str, skill: str) -> None:
    days = SkillEntry(
        "days", "", "demo 1", None, examples=("what is 17 * 23", "how many days until christmas")
    )
    decider, embedder = ScriptedDecider(), WordEmbedder()
    decider.skill = "math"
    decisions = Decisions(
        _States(),
        decider,
        SkillRegistry.of([], [], Metrics()),
        embedder,
        await Claims.learn([days], embedder),
        is_settled=is_computable,
    )
    routed = await decisions.decide(TurnRequest([ChatMessage("user", text)]))
    assert routed.decision.skill == skill


async def test_a_faulty_skill_claims_nothing() -> None:
    faulty = SkillEntry("weather", "", "demo 1", None, examples=WEATHER.examples, fault="import failed")
    assert await claimed("what is the weather in paris", "general", faulty) == decision()


def test_without_an_embedding_nothing_is_claimed() -> None:
    assert Claims().applied(decision(), "What is the weather in Paris?", None) == decision()


WEEKDAY = SkillEntry(
    "weekday",
    "The example of docs/skills.md.",
    "demo 1",
    None,
    examples=("What day of the week was 20 July 1969?", "Which weekday is 1 May 2030?"),
)
RUNS = SkillEntry("runs", "Keeps a diary.", "demo 1", None, examples=("I ran 5 km today", "I ran a marathon"))
TOLD = (
    "I was born on 20 July 1969.",
    "Remember that the day of the moon landing was 20 July 1969.",
    "Remember: moon landing on 20 July 1969",
    "Hi. Please remember that on 20 July 1969 somebody walked on the moon",
    "My exam is on Monday 1 May 2030.",
    "Note that my exam is on Monday 1 May 2030",
    "The moon landing was on 20 July 1969.",
    "Neil Armstrong landed on the moon on 20 July 1969.",
    "Our wedding took place on 20 July 1969",
    "It's Monday 1 May 2030.",
)
ASKED = (
    "What day of the week was 20 July 1969?",
    "20 July 1969 weekday",
    "The weekday of 1 May 2030",
    "Tell me the weekday of 1 May 2030",
    "I need to know the weekday of 1 May 2030",
    "I'd like to know which day 1 May 2030 is",
    "I was born on 20 July 1969. Which weekday was that?",
    "My exam is on 1 May 2030, what weekday is that",
    "Do you remember that day, 20 July 1969? Which weekday was it?",
    "Remember what day of the week 20 July 1969 was?",
)


@pytest.fixture(scope="module")
def embedder() -> Iterator[MiniLmEmbedder]:
    if not (MODELS_DIR / "all-minilm-l6-v2" / "model.onnx").exists():
        pytest.skip("the embedder is not installed: run `council models pull all-minilm-l6-v2`")
    found = MiniLmEmbedder.load(MODELS_DIR)
    yield found
    found.close()


async def claims_of(embedder: MiniLmEmbedder, text: str) -> str:
    claims = await Claims.learn((WEEKDAY, RUNS), embedder, is_told)
    return claims.applied(decision(), text, await embedder.embed(text)).skill


@pytest.mark.parametrize("text", TOLD)
async def test_what_is_told_is_not_taken_by_examples_that_ask(embedder: MiniLmEmbedder, text: str) -> None:
    assert tells(text, is_told)
    assert await claims_of(embedder, text) == "general"


@pytest.mark.parametrize("text", ASKED)
async def test_what_is_asked_still_is(embedder: MiniLmEmbedder, text: str) -> None:
    assert not tells(text, is_told)
    assert await claims_of(embedder, text) == "weekday"


@pytest.mark.parametrize(
    ("text", "skill"), [("I ran 8 km today", "runs"), ("Remember that I ran 5 km today", "general")]
)
async def test_what_is_told_is_taken_by_an_example_that_tells(
    embedder: MiniLmEmbedder, text: str, skill: str
) -> None:
    assert await claims_of(embedder, text) == skill


@pytest.mark.parametrize("text", ["I was " * 5000, "hi, " * 5000, "the a b c " * 3000, "Remember " * 3000])
def test_no_text_takes_long(text: str) -> None:
    began = time.thread_time()
    tells(text, lambda each: False)
    assert time.thread_time() - began < 0.1
