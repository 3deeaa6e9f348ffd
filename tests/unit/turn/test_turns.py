"""A turn without HTTP: what `answer` and `stream` give, and that leaving stops what runs."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
import pytest

from orchestrator.errors import (
    EmptyAnswer,
    InvalidValue,
    ModelNotFound,
    ModelNotReady,
    QueueFull,
    UnsupportedParameter,
)
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.speaking import UNFINISHED
from orchestrator.routing.skills.built_in import built_in_skills
from orchestrator.routing.skills.claims import Claims
from orchestrator.routing.skills.registry import SkillEntry, SkillRegistry
from orchestrator.routing.skills.unable import SkillUnable
from orchestrator.seams import ChatMessage, CodeResult, Document, ModelState, SkillAnswer, SkillTask
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.decision import Decisions
from orchestrator.turn.setup import is_computable
from orchestrator.turn.turns import TurnLimits, Turns
from orchestrator.turn.values import VOTE, Decided, Finished, Progress, TextPiece, TurnRequest, Usage
from orchestrator.turn.vote import OWN_TEMPERATURES, Voting
from tests.fakes.generator import Line, ScriptedGenerator
from tests.fakes.python_runner import PythonRunner
from tests.fakes.routing import ScriptedDecider, WordEmbedder
from tests.fakes.saying_generator import SayingGenerator

BIRDS = Document("birds", "Herons eat fish, frogs and voles.", "Bird guide")
SQUARE = "Look:\n```python\ndef square(x):\n    return x * x\n```\n"


class Computing:
    """A skill of ours that answers without a model."""

    name = "math"
    description = "Computes."

    def __init__(self) -> None:
        self.does: Any = None

    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        if self.does is not None:
            return await self.does(task)
        return SkillAnswer("4", "math", "computed", 1.0, {"expression": "2+2"})


class Named(Computing):
    """One of another name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class HangingRunner:
    """A sandbox that never comes back."""

    async def run(self, code: str, language: str, *, timeout_s: float) -> CodeResult:
        await asyncio.sleep(3600)
        raise AssertionError


class States:
    """One model that is ready."""

    def __init__(self) -> None:
        self.states = (ModelState("tiny", ("fast",), ready=True, context_tokens=4096),)

    async def now(self) -> tuple[ModelState, ...]:
        return self.states


class Site:
    def __init__(self) -> None:
        self.generator = SayingGenerator()
        self.decider = ScriptedDecider()
        self.computing = Computing()
        self.states = States()
        others = [skill for skill in built_in_skills() if skill.name != "math"]
        skills = SkillRegistry.of([self.computing, *others], [], Metrics())
        self.turns = Turns(
            Decisions(self.states, self.decider, skills),
            skills,
            self.generator,
            Voting(Deliberation(self.generator), self.computing, voices=3),
            runner=PythonRunner(),
            limits=TurnLimits(skill_deadline_s=0.3, max_tokens=100),
        )


@pytest.fixture
def site() -> Site:
    return Site()


def request(text: str = "Hi", **fields: Any) -> TurnRequest:
    return TurnRequest([ChatMessage("user", text)], **fields)


async def events(site: Site, wanted: TurnRequest) -> list[Any]:
    async with aclosing(site.turns.stream(wanted)) as stream:
        return [event async for event in stream]


async def test_a_computed_answer_costs_no_tokens(site: Site) -> None:
    site.decider.skill = "math"
    result = await site.turns.answer(request("2+2"))
    assert (result.text, result.skill, result.method, result.model) == ("4", "math", "computed", None)
    assert (result.confidence, result.usage, result.finish_reason) == (1.0, Usage(0, 0), "stop")
    assert not site.generator.asks


async def test_a_generated_answer_has_its_token_confidence(site: Site) -> None:
    result = await site.turns.answer(request())
    assert (result.text, result.method, result.model) == ("Fine.", "generated", "tiny")
    assert result.confidence == pytest.approx(exp(-0.1))
    assert result.usage == Usage(1, 1)
    assert result.fell_through is None


@pytest.mark.parametrize("skill", ["math", "general", "code", "knowledge", "logic"])
async def test_a_stream_says_what_the_whole_answer_says(site: Site, skill: str) -> None:
    site.decider.skill = skill
    site.generator.says = "Herons eat fish,\nfrogs and voles."
    wanted = request("What do herons eat?", documents=[BIRDS])
    first, *pieces, last = await events(site, wanted)
    whole = await site.turns.answer(wanted)
    assert isinstance(first, Decided)
    assert isinstance(last, Finished)
    assert all(isinstance(piece, TextPiece) for piece in pieces)
    assert "".join(piece.text for piece in pieces) == last.result.text == whole.text
    assert (last.result.skill, last.result.method) == (whole.skill, whole.method)
    assert last.result.usage == whole.usage


async def test_code_streams_and_then_shows_what_it_printed(site: Site) -> None:
    site.decider.skill = "code"
    site.generator.says = SQUARE.replace("```\n", "```\n```python\nprint(square(3))\n```\n")
    first, *pieces, last = await events(site, request("Write square and run it"))
    assert len(pieces) > 3
    assert pieces[-1].text == "\n\nOutput:\n```\n9\n```"
    assert last.result.method == "executed"


async def test_what_the_request_says_reaches_every_generation(site: Site) -> None:
    site.decider.skill, site.generator.says = "knowledge", BIRDS.text
    wanted = request(
        "Summarise the document.",
        documents=[BIRDS],
        max_tokens=7,
        temperature=0.3,
        top_p=0.8,
        seed=5,
        stop=("END",),
    )
    await site.turns.answer(wanted)
    (ask,) = site.generator.asks
    assert (ask.max_tokens, ask.temperature, ask.top_p, ask.seed, ask.stop) == (7, 0.3, 0.8, 5, ("END",))
    await site.turns.answer(request(max_tokens=100_000))
    assert site.generator.asks[-1].max_tokens == 100


async def test_a_skill_that_is_late_or_fails_is_answered_for(site: Site) -> None:
    async def late(task: SkillTask) -> SkillAnswer | None:
        await asyncio.sleep(60)
        return None

    async def failing(task: SkillTask) -> SkillAnswer | None:
        await task.generator.generate(site.generator.asks[0])
        raise ZeroDivisionError

    site.decider.skill = "math"
    await site.turns.answer(request())
    site.computing.does = late
    result = await site.turns.answer(request())
    assert (result.text, result.skill, result.fell_through) == ("Fine.", "general", "deadline")
    assert result.decision.skill == "math"
    site.computing.does = failing
    result = await site.turns.answer(request("one two three"))
    assert result.fell_through == "failed"
    assert result.usage.completion_tokens == 2, "what the failed skill generated is counted too"


@pytest.mark.parametrize("stream", [False, True])
async def test_documents_are_read_where_the_decided_skill_gives_no_answer(site: Site, stream: bool) -> None:
    site.decider.skill, site.computing.does = "math", knows_nothing
    wanted = request("What do herons eat?", documents=[BIRDS])
    result = (await events(site, wanted))[-1].result if stream else await site.turns.answer(wanted)
    assert (result.skill, result.method, result.fell_through) == ("knowledge", "cited", "declined")
    assert result.decision.skill == "math"
    assert (result.text, site.generator.asks) == (f"“{BIRDS.text}” [1]", [])


async def test_a_general_answer_is_left_to_what_no_document_can_say(site: Site) -> None:
    site.decider.skill, site.computing.does = "math", knows_nothing
    result = await site.turns.answer(request("Tell me a joke", documents=[BIRDS]))
    assert (result.text, result.skill, result.fell_through) == ("Fine.", "general", "declined")


@pytest.mark.parametrize("stream", [False, True])
async def test_code_on_a_slow_engine_is_generated_once(site: Site, stream: bool) -> None:
    # Reading the examples takes its own time, and on a busy machine more than the usual 0.3 s of this file.
    site.turns = replace(site.turns, limits=TurnLimits(skill_deadline_s=1.5, max_tokens=100))
    site.decider.skill, site.generator.takes_s = "code", 2.0
    site.generator.says = SQUARE
    wanted = request("Write square. square(3) = 9")
    result = (await events(site, wanted))[-1].result if stream else await site.turns.answer(wanted)
    assert (result.skill, result.method, result.fell_through) == ("code", "executed", None)
    assert (len(site.generator.asks), site.generator.abandoned) == (1, 0)


@pytest.mark.parametrize("stream", [False, True])
async def test_code_whose_run_hangs_is_shown_and_not_written_again(site: Site, stream: bool) -> None:
    site.decider.skill, site.generator.says = "code", SQUARE
    site.turns = replace(site.turns, runner=HangingRunner())
    wanted = request("Write square. square(3) = 9")
    result = (await events(site, wanted))[-1].result if stream else await site.turns.answer(wanted)
    assert (result.text, result.method, result.evidence) == (
        SQUARE,
        "generated",
        {"detail": "took longer than 0.3 s"},
    )
    assert (len(site.generator.asks), site.generator.abandoned) == (1, 0)


async def test_a_schema_goes_to_the_engine_and_not_to_a_skill(site: Site) -> None:
    site.decider.skill = "math"
    schema = {"type": "object"}
    result = await site.turns.answer(request(json_schema=schema))
    assert (result.skill, result.fell_through) == ("general", "constrained")
    assert site.generator.asks[0].json_schema == schema


@pytest.mark.parametrize("stream", [False, True])
async def test_errors_are_raised_and_never_text(site: Site, stream: bool) -> None:
    site.generator.error = QueueFull("full")
    with pytest.raises(QueueFull):
        await (events(site, request()) if stream else site.turns.answer(request()))
    site.generator.error, site.generator.says = None, "  "
    with pytest.raises(EmptyAnswer):
        await (events(site, request()) if stream else site.turns.answer(request()))


async def test_refusals(site: Site) -> None:
    with pytest.raises(InvalidValue) as refused:
        await site.turns.answer(request(skill="astrology"))
    assert refused.value.param == "skill"
    site.states.states = ()
    with pytest.raises(ModelNotReady):
        await site.turns.answer(request())


async def test_a_decision_made_before_is_not_made_again(site: Site) -> None:
    routed = await site.turns.decide(request())
    await site.turns.answer(request(), routed)
    assert len(site.decider.seen) == 1


@pytest.mark.parametrize("skill", ["general", "code", "knowledge"])
async def test_leaving_stops_the_engine(site: Site, skill: str) -> None:
    site.decider.skill, site.generator.hangs = skill, True
    wanted = request("Summarise the document.", documents=[BIRDS])
    answering = asyncio.create_task(site.turns.answer(wanted))
    while not site.generator.running:
        await asyncio.sleep(0)
    answering.cancel()
    await asyncio.wait((answering,))
    assert (site.generator.running, site.generator.abandoned) == (0, 1)


async def test_closing_a_stream_stops_the_engine(site: Site) -> None:
    site.generator.says = "one\ntwo\nthree"
    async with aclosing(site.turns.stream(request())) as stream:
        async for event in stream:
            if isinstance(event, TextPiece):
                break
    assert site.generator.running == 0


# -- votes


async def knows_nothing(task: SkillTask) -> SkillAnswer | None:
    return None


async def test_a_vote_has_its_voices_in_the_result(site: Site) -> None:
    site.computing.does = knows_nothing
    first, *between, last = await events(site, request("Which animal?", model=VOTE, seed=4))
    assert isinstance(first, Decided)
    assert [event.kind for event in between if isinstance(event, Progress)][:3] == ["voice_started"] * 3
    assert between[-1] == TextPiece("Fine.")
    result = last.result
    assert (result.text, result.method, result.model) == ("Fine.", "voted", "tiny")
    assert len(result.evidence["voices"]) == 3
    assert result.usage == Usage(6, 3)
    assert (await site.turns.answer(request("Which animal?", model=VOTE))).text == "Fine."


async def test_a_vote_says_that_it_did_not_use_the_temperature(site: Site) -> None:
    site.computing.does = knows_nothing
    result = await site.turns.answer(request("Which animal?", model=VOTE, temperature=0.0))
    assert result.evidence["warnings"] == [OWN_TEMPERATURES]
    assert (await site.turns.answer(request("Which animal?", model=VOTE))).evidence["warnings"] == []


async def test_what_can_be_computed_is_the_answer_of_a_vote_and_no_voice_is_asked(site: Site) -> None:
    first, *between, last = await events(site, request("What is 2+2?", model=VOTE))
    result = last.result
    assert (result.text, result.method, result.model, result.confidence) == ("4", "computed", None, 1.0)
    assert (result.usage, site.generator.asks) == (Usage(), [])
    told = result.evidence
    assert told["reason"] == "The exact solver computed the answer, so no other voice was asked"
    assert told["early_stop"] == {"cause": "proved", "voices": [1, 2, 3]}
    solver, *others = told["voices"]
    assert (solver["model"], solver["text"], solver["verified"], solver["outcome"]) == (
        "math",
        "4",
        True,
        "answered",
    )
    assert [(voice["model"], voice["outcome"], voice["text"]) for voice in others] == [
        ("tiny", "not_asked", "")
    ] * 3
    kinds = [event.kind for event in between if isinstance(event, Progress)]
    assert kinds == ["voice_started", "voice_finished", "early_stop"]
    assert between[-1] == TextPiece("4")


@pytest.mark.parametrize(
    ("code", "text", "confidence", "cause"),
    [("print(17*23)", "Output:\n```\n391\n```", 1.0, "proved"), ("1/0", "exit code 1", None, "decided")],
)
async def test_what_code_gave_is_the_answer_of_a_vote(
    site: Site, code: str, text: str, confidence: float | None, cause: str
) -> None:
    site.decider.skill = "exec"
    result = await site.turns.answer(request(f"run python: {code}", model=VOTE))
    assert text in result.text
    assert (result.skill, result.method, result.confidence) == ("exec", "executed", confidence)
    told = result.evidence
    assert told["reason"] == "The code was run as asked, so no other voice was asked"
    assert told["early_stop"] == {"cause": cause, "voices": [1, 2, 3]}
    assert told["voices"][0]["checked_by"] == (None if confidence is None else "executed")
    assert not site.generator.asks


async def test_a_schema_is_not_the_solver_s(site: Site) -> None:
    result = await site.turns.answer(request("2+2", model=VOTE, fixes_form=True))
    assert (result.method, len(site.generator.asks)) == ("voted", 3)


async def test_a_vote_on_what_is_too_large_says_that_the_solver_refuses(site: Site) -> None:
    async def refuse(task: SkillTask) -> SkillAnswer | None:
        return SkillAnswer("Not computed.", "math", "computed", None, {"refused": "too large"})

    site.computing.does = refuse
    result = await site.turns.answer(request("9**9**9**9", model=VOTE))
    assert (result.text, result.confidence) == ("Not computed.", None)
    assert "refuses it for its size" in result.evidence["reason"]
    assert (result.evidence["early_stop"]["cause"], site.generator.asks) == ("decided", [])


async def test_a_solver_that_could_not_answer_is_a_warning_of_the_vote(site: Site) -> None:
    async def unable(task: SkillTask) -> SkillAnswer | None:
        raise SkillUnable("no math worker was free in time")

    site.computing.does = unable
    result = await site.turns.answer(request("sqrt(8)", model=VOTE))
    assert (result.text, result.method) == ("Fine.", "voted")
    warning = "the exact solver could not answer: no math worker was free in time"
    assert result.evidence["warnings"] == [warning]


async def test_the_decision_on_a_vote_tells_of_voices_and_budget(site: Site) -> None:
    wanted = request("Which animal?", model=VOTE)
    told = "A vote: 3 voices of tiny answer, with at most 4096 new tokens and 30 s together"
    for routed in (await site.turns.decide(wanted), await site.turns.what_if(wanted, None, None)):
        assert routed.decision.reason == f"{told}; what the exact solver computes needs none of them."
    schema = await site.turns.decide(request("Which animal?", model=VOTE, json_schema={"type": "object"}))
    assert schema.decision.reason == f"{told}."
    with pytest.raises(ModelNotFound):
        await site.turns.decide(request(model=VOTE, voices=("gone",)))


async def test_named_voices_are_asked_once_each_and_must_exist(site: Site) -> None:
    site.computing.does = knows_nothing
    site.states.states += (ModelState("big", ("balanced",), ready=True, context_tokens=4096),)
    result = await site.turns.answer(request("Which animal?", model=VOTE, voices=("big", "tiny")))
    assert [voice["model"] for voice in result.evidence["voices"]] == ["big", "tiny"]
    with pytest.raises(ModelNotFound) as refused:
        await site.turns.answer(request(model=VOTE, voices=("gone",)))
    assert refused.value.param == "voices"


async def test_a_vote_reads_no_documents(site: Site) -> None:
    with pytest.raises(UnsupportedParameter):
        await site.turns.answer(request(model=VOTE, documents=[BIRDS]))


@pytest.mark.parametrize("stream", [False, True])
async def test_a_vote_that_time_ends_answers_with_what_was_said(site: Site, stream: bool) -> None:
    """As unfinished, with every token counted once."""
    site.computing.does = knows_nothing
    generator = ScriptedGenerator({"tiny": Line("Once upon a time", hangs=True)})
    voting = Voting(Deliberation(generator), site.computing, voices=3, seconds=1.0)
    turns = replace(site.turns, generator=generator, voting=voting)
    wanted = request("Write a very long story", model=VOTE)
    if stream:
        async with aclosing(turns.stream(wanted)) as happening:
            told = [event async for event in happening]
        result = told[-1].result
    else:
        result = await turns.answer(wanted)
    assert (result.text, result.finish_reason, result.method) == ("Onceuponatime", "length", "voted")
    assert (result.model, result.usage) == ("tiny", Usage(30, 12))
    assert result.evidence["warnings"] == [UNFINISHED]
    assert generator.running == 0


async def test_a_skill_reaches_no_list_of_the_request(site: Site) -> None:
    """What it does to what it was given changes nothing of what was said, and so nothing of what is remembered."""
    seen: list[SkillTask] = []

    async def grasps(task: SkillTask) -> None:
        seen.append(task)

    site.decider.skill, site.computing.does = "math", grasps
    wanted = request("2+2", documents=[BIRDS])
    await site.turns.answer(wanted)
    assert (seen[0].messages, seen[0].documents) == (tuple(wanted.messages), (BIRDS,))
    assert isinstance(seen[0].messages, tuple)
    assert isinstance(seen[0].documents, tuple)


async def test_leaving_a_vote_stops_every_voice(site: Site) -> None:
    site.computing.does = knows_nothing
    site.generator.hangs = True
    answering = asyncio.create_task(site.turns.answer(request(model=VOTE)))
    while site.generator.running < 3:
        await asyncio.sleep(0)
    answering.cancel()
    await asyncio.wait((answering,))
    assert (site.generator.running, site.generator.abandoned) == (0, 3)


class CountingEmbedder:
    def __init__(self) -> None:
        self.texts: list[str] = []

    async def embed(self, text: str) -> np.ndarray:
        self.texts.append(text)
        return np.ones(384, dtype=np.float32) / np.sqrt(np.float32(384))


async def test_a_text_that_settles_its_skill_is_not_embedded(site: Site) -> None:
    embedder = CountingEmbedder()
    skills = SkillRegistry.of([site.computing], [], Metrics())
    decisions = Decisions(site.states, site.decider, skills, embedder, is_settled=is_computable)
    for text in ("2+2", "hi, what is 3*4?", "Tell me about this"):
        await decisions.decide(request(text))
    assert embedder.texts == ["Tell me about this"]


OPENING = SkillEntry(
    "opening",
    "Opening hours.",
    "demo 1",
    None,
    examples=("when does the museum open", "what are the opening hours of the pool"),
)


@pytest.mark.parametrize(
    ("text", "fields", "skill"),
    [
        ("What are the opening hours of the pool?", {}, "opening"),
        ("What are the opening hours of the pool?", {"documents": [BIRDS]}, "general"),
        ("What are the opening hours of the pool?", {"documents": [BIRDS], "skill": "opening"}, "opening"),
        ("When does my museum open?", {}, "knowledge"),
        ("When does my museum open?", {"skill": "opening"}, "opening"),
        ("When does the museum open?", {}, "opening"),
    ],
)
@pytest.mark.parametrize("decided", ["general", "knowledge"])
async def test_examples_take_no_turn_from_documents_or_memory(
    site: Site, text: str, fields: dict[str, Any], skill: str, decided: str
) -> None:
    site.decider.skill, embedder = decided, WordEmbedder()
    skills = SkillRegistry.of([*built_in_skills(), Named("opening")], [], Metrics())
    claims = await Claims.learn([OPENING], embedder)
    decisions = Decisions(site.states, site.decider, skills, embedder, claims, remembers=True)
    routed = await decisions.decide(request(text, **fields))
    assert routed.decision.skill == (decided if skill == "general" else skill)
