"""Voices side by side: who wins, who fails, what is stopped, and that nothing is left behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.errors import (
    CouncilError,
    InferenceError,
    InferenceStreamBroken,
    InvalidGuide,
    InvalidValue,
    ModelNotFound,
    NoVoiceAnswered,
    QueueFull,
    SandboxUnavailable,
)
from orchestrator.routing.deliberation.budget import Limits
from orchestrator.routing.deliberation.calibration import Calibration
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.events import (
    EarlyStop,
    VoiceFailed,
    VoiceFinished,
    VoiceStarted,
    event_fields,
)
from orchestrator.routing.deliberation.opinion import Verdict
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.speaking import UNFINISHED
from orchestrator.routing.deliberation.verification import CheckMethod, ExampleCheck, ExecutedVerifier
from orchestrator.routing.deliberation.voices import Voice
from orchestrator.routing.deliberation.weighting import log_prob
from orchestrator.seams import Ask, ChatMessage, CodeResult, Generated
from tests.fakes.generator import Line, ScriptedGenerator

CAPITAL = Question([ChatMessage("user", "What is the capital of France?")])
SUM = Question([ChatMessage("user", "What is 2 + 3?")])
LIMITS = Limits(tokens=1000, seconds=5, answer_tokens=20)
HANGS = Line("Rome", hangs=True)
SILENT = Line("", hangs=True)


def voices(*models: str) -> list[Voice]:
    return [Voice(model) for model in models]


def scripted(**lines: Line | str) -> ScriptedGenerator:
    """Its models are the names, in their order the voices."""
    return ScriptedGenerator(
        {name: Line(line) if isinstance(line, str) else line for name, line in lines.items()}
    )


async def decide(
    generator: ScriptedGenerator, question: Question = CAPITAL, limits: Limits = LIMITS, **options: Any
) -> Verdict:
    """All models of the generator as voices. Whatever comes of it, nothing may still run."""
    try:
        return await Deliberation(generator, **options).decide(question, voices(*generator.lines), limits)
    finally:
        assert generator.running == 0
        assert own_tasks() == []


class Proving:
    """A check that proves what passes: `solvable` says where it applies, `is_right` what passes."""

    method: CheckMethod = "computed"
    proves = True
    required = False

    def __init__(
        self, solvable: Callable[[str], bool], is_right: Callable[[str, str], Awaitable[bool | None]]
    ) -> None:
        self.solvable = solvable
        self.is_right = is_right

    def applies(self, question: Question) -> bool:
        return self.solvable(question.text)

    async def passes(self, question: Question, answer: str) -> bool | None:
        return await self.is_right(question.text, answer)


def own_tasks() -> list[str]:
    return [
        task.get_name()
        for task in asyncio.all_tasks()
        if "deliberation" in getattr(task.get_coro(), "__qualname__", "") or "speak" in str(task.get_coro())
    ]


async def test_the_majority_wins_and_everything_is_told() -> None:
    generator = scripted(a="Rome", b="The capital of France is Paris.", c="Paris", d="Paris.")
    verdict = await decide(generator)
    assert verdict.answer in ("The capital of France is Paris.", "Paris", "Paris.")
    assert [vote.answer for vote in verdict.votes] == ["paris", "rome"]
    assert verdict.votes[0].voices == (1, 2, 3)
    assert verdict.share == pytest.approx(0.75)
    assert (verdict.consensus, verdict.confidence) == (True, None)
    assert verdict.reason == "3 of 4 voices say 'paris', 75% of the weight"
    assert [opinion.cluster for opinion in verdict.opinions] == [1, 0, 0, 0]
    assert (verdict.prompt_tokens, verdict.completion_tokens) == (40, 1 + 6 + 1 + 1)
    assert len(verdict.generated) == 4
    assert json.loads(json.dumps(verdict.evidence()))["voices"][0]["text"] == "Rome"


async def test_voices_run_at_the_same_time() -> None:
    generator = scripted(a=Line("Paris", steps=3), b=Line("Paris", steps=3), c=Line("Paris", steps=3))
    await decide(generator)
    assert generator.most_running == 3


async def test_one_voice_is_no_consensus() -> None:
    verdict = await decide(scripted(a="Paris"))
    assert (verdict.answer, verdict.consensus) == ("Paris", False)
    assert verdict.reason.startswith("Only one voice answered")


async def test_without_agreement_the_first_voice_stands() -> None:
    verdict = await decide(scripted(a=Line("Rome", steps=9), b="Paris", c=Line("Bonn", steps=3)))
    assert (verdict.answer, verdict.winner, verdict.consensus) == ("Rome", 0, False)
    assert (
        verdict.reason == "None of 3 voices agree; shown is the answer of voice 1 (a), which was asked first"
    )


async def test_log_probs_may_weigh() -> None:
    lines = {"a": Line("Rome", -2.0), "b": Line("Rome", -2.0), "c": Line("Paris", -0.1)}
    assert (await decide(scripted(**lines))).answer == "Rome"
    assert (await decide(scripted(**lines), weight=log_prob)).answer == "Paris"


async def test_failures_are_listed_and_never_win() -> None:
    generator = scripted(
        a=Line("Error", error=InferenceStreamBroken("gone")),
        b=Line("Error", error=InferenceStreamBroken("gone")),
        c="Paris",
        d=Line("  \n"),
        e=Line("", error=QueueFull("full")),
        f=Line("", error=KeyError("a defect")),
    )
    verdict = await decide(generator)
    assert (verdict.answer, verdict.winner) == ("Paris", 2)
    assert [opinion.error_code for opinion in verdict.opinions] == [
        "inference_stream_broken",
        "inference_stream_broken",
        None,
        "empty_answer",
        "queue_full",
        "internal_error",
    ]
    assert all(
        opinion.text == "" and opinion.cluster is None for opinion in verdict.opinions if opinion.error_code
    )
    assert [opinion.outcome for opinion in verdict.opinions].count("failed") == 5
    assert len(verdict.generated) == 1


async def test_all_failed_is_a_typed_error_with_the_causes() -> None:
    generator = scripted(
        a=Line("", error=QueueFull("full", retry_after_s=3)), b="", c=Line("", error=InferenceError("x"))
    )
    with pytest.raises(NoVoiceAnswered) as raised:
        await decide(generator)
    assert raised.value.causes == ("queue_full", "empty_answer", "inference_failed")
    assert (raised.value.status, raised.value.retry_after_s) == (503, 3)
    assert "1 x queue_full" in raised.value.message


async def test_the_caller_s_own_mistake_is_told_as_such() -> None:
    mistake = ModelNotFound("no such model", param="model")
    with pytest.raises(ModelNotFound):
        await decide(scripted(a=Line(error=mistake), b=Line(error=ModelNotFound("nor this"))))
    with pytest.raises(NoVoiceAnswered):
        await decide(scripted(a=Line(error=mistake), b=Line(error=QueueFull("full"))))


@pytest.mark.parametrize(
    ("names", "limits"),
    [((), LIMITS), (("a",), Limits(0, 1, 1)), (("a",), Limits(1, 0, 1)), (("a",), Limits(1, 1, 0))],
)
async def test_nothing_to_work_with_is_refused(names: tuple[str, ...], limits: Limits) -> None:
    with pytest.raises(InvalidValue):
        await Deliberation(scripted(a="Paris")).decide(CAPITAL, voices(*names), limits)


async def test_what_cannot_change_the_outcome_is_stopped() -> None:
    generator = scripted(a="Paris", b="Paris", c="Paris", d=HANGS, e=HANGS)
    verdict = await asyncio.wait_for(decide(generator), 2)
    assert verdict.stop is not None
    assert (verdict.stop.cause, verdict.stop.voices) == ("decided", (3, 4))
    assert [opinion.outcome for opinion in verdict.opinions[3:]] == ["stopped_early"] * 2
    assert verdict.opinions[3].completion_tokens == 1
    assert verdict.completion_tokens == 5
    assert verdict.consensus


async def test_without_early_stop_all_are_heard() -> None:
    generator = scripted(a="Paris", b="Paris", c="Paris", d=Line("Rome", steps=5))
    verdict = await decide(generator, early_stop=False)
    assert (verdict.stop, len(verdict.votes), generator.ended) == (None, 2, 4)


async def test_time_runs_out_and_what_is_there_decides() -> None:
    verdict = await decide(scripted(a=SILENT, b="Paris", c=SILENT), limits=Limits(1000, 0.05, 20))
    assert (verdict.answer, verdict.winner) == ("Paris", 1)
    assert [opinion.outcome for opinion in verdict.opinions] == ["out_of_time", "answered", "out_of_time"]
    assert verdict.reason.endswith("; the time budget ended it")
    assert verdict.ms >= 50


async def test_time_runs_out_without_any_answer() -> None:
    with pytest.raises(NoVoiceAnswered) as raised:
        await decide(scripted(a=SILENT, b=Line("\u200b \u2060", hangs=True)), limits=Limits(1000, 0.02, 20))
    assert raised.value.causes == ("out_of_time", "out_of_time")


STORY = Question([ChatMessage("user", "Write a very long story")])


async def test_what_was_said_when_time_ended_is_an_answer() -> None:
    generator = scripted(
        a=Line("Once there was a fox", hangs=True), b=Line("A king had", hangs=True), c=SILENT
    )
    verdict = await decide(generator, STORY, Limits(1000, 0.05, 200))
    assert verdict.winning_opinion.text.replace(" ", "") == "Oncetherewasafox"
    assert verdict.answer == verdict.winning_opinion.text
    assert verdict.winning_opinion.finish_reason == "length"
    assert [opinion.outcome for opinion in verdict.opinions] == ["out_of_time"] * 3
    assert [opinion.finish_reason for opinion in verdict.opinions] == ["length", "length", None]
    assert verdict.stop is not None
    assert (verdict.stop.cause, verdict.stop.voices) == ("time", (0, 1, 2))
    assert verdict.reason.endswith("; the time budget ended it")
    assert verdict.warnings == (UNFINISHED,)
    assert (verdict.confidence, verdict.consensus) == (None, False)
    assert verdict.generated == (), "none of them ended"
    assert verdict.completion_tokens == 5 + 3 + 1


async def test_what_was_cut_off_by_time_has_a_vote_as_what_was_cut_off_by_tokens() -> None:
    """A whole answer is preferred to show; a failed voice's pieces are none."""
    broken = Line("Rome", error=InferenceStreamBroken("gone"))
    generator = scripted(a=Line("Paris.", hangs=True), b="Paris", c=broken, d=broken)
    verdict = await decide(generator, limits=Limits(1000, 0.05, 20))
    assert (verdict.answer, verdict.winner) == ("Paris", 1)
    assert verdict.votes[0].voices == (0, 1)
    assert len(verdict.votes) == 1
    assert len(verdict.generated) == 1


async def test_half_of_what_must_pass_a_check_is_no_answer() -> None:
    question = Question([ChatMessage("user", "Give JSON.")], {"type": "object"})
    with pytest.raises(NoVoiceAnswered) as raised:
        await decide(scripted(a=Line("{}", hangs=True)), question, Limits(1000, 0.02, 20))
    assert raised.value.causes == ("out_of_time",)


async def test_tokens_are_shared_and_never_exceeded() -> None:
    cities = ("Rome", "Paris", "Bonn", "Oslo", "Kyiv")
    generator = scripted(**{city: Line(city, steps=2) for city in cities})
    verdict = await decide(generator, limits=Limits(tokens=21, seconds=5, answer_tokens=10))
    assert [ask.max_tokens for ask in generator.asks] == [10, 10, 10, 10, 10]
    assert generator.most_running == 2
    assert verdict.stop is None
    assert verdict.completion_tokens == 5


async def test_tokens_run_out_and_the_rest_is_not_started() -> None:
    generator = scripted(a="one two three four", b="Paris", c="Paris")
    verdict = await decide(generator, limits=Limits(tokens=5, seconds=5, answer_tokens=4))
    assert verdict.stop is not None
    assert (verdict.stop.cause, verdict.stop.voices) == ("tokens", (1, 2))
    assert verdict.reason.endswith("; the token budget ended it")
    assert [opinion.outcome for opinion in verdict.opinions[1:]] == ["out_of_tokens"] * 2
    assert len(generator.asks) == 1


async def test_a_budget_below_one_answer_still_gives_one() -> None:
    generator = scripted(a="Paris", b="Paris")
    await decide(generator, limits=Limits(tokens=7, seconds=5, answer_tokens=50))
    assert generator.asks[0].max_tokens == 7


async def test_events_tell_the_story() -> None:
    generator = scripted(a="It is Paris", b=Line("", steps=3), c=Line("Paris", steps=6), d=HANGS)
    run = Deliberation(generator).run(CAPITAL, voices("a", "b", "c", "d"), LIMITS)
    async with aclosing(run) as events:
        seen = [event async for event in events]
    assert [event.index for event in seen if isinstance(event, VoiceStarted)] == [0, 1, 2, 3]
    assert seen[:4] == [event for event in seen if isinstance(event, VoiceStarted)]
    assert [event.index for event in seen if isinstance(event, VoiceFailed)] == [1]
    assert [event.index for event in seen if isinstance(event, VoiceFinished)] == [0, 2]
    assert isinstance(seen[-2], EarlyStop)
    assert isinstance(seen[-1], Verdict)
    names = [event_fields(event)[0] for event in seen]
    assert names[-2:] == ["early_stop", "verdict"]
    assert all(json.dumps(event_fields(event)[1]) for event in seen)


async def test_closing_the_events_stops_all_voices() -> None:
    generator = scripted(a=HANGS, b=HANGS, c="Paris")
    async with aclosing(Deliberation(generator).run(CAPITAL, voices("a", "b", "c"), LIMITS)) as events:
        async for event in events:
            if isinstance(event, VoiceFinished):
                assert generator.running == 2
                break
    assert generator.running == 0
    assert own_tasks() == []


async def test_a_reader_that_leaves_before_the_first_event_starts_nothing() -> None:
    generator = scripted(a=HANGS)
    await Deliberation(generator).run(CAPITAL, voices("a"), LIMITS).aclose()
    assert generator.asks == []


@pytest.mark.parametrize("turns", range(14))
async def test_a_cancelled_caller_leaves_nothing_wherever_it_was(turns: int) -> None:
    """Cancelled after so many turns of the loop: before the start, while voices speak, are checked, are compared."""
    generator = scripted(
        a=Line("It is 5", steps=2), b=Line("5", steps=3), c=HANGS, d=Line("6", error=QueueFull("x"))
    )
    slow = Proving(lambda _: True, lambda *_: asyncio.sleep(0.01, None))
    deciding = asyncio.create_task(
        Deliberation(generator, verifiers=[slow]).decide(SUM, voices("a", "b", "c", "d"), LIMITS)
    )
    for _ in range(turns):
        await asyncio.sleep(0)
    deciding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deciding
    assert generator.running == 0
    assert own_tasks() == []


@pytest.mark.parametrize("late", [Line("Rome"), Line("", error=QueueFull("late"))])
async def test_who_ignores_being_stopped_is_not_heard(late: Line) -> None:
    class Stubborn(ScriptedGenerator):
        async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
            if ask.model == "d":
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(3600)
            async with aclosing(super().stream(ask)) as pieces:
                async for piece in pieces:
                    yield piece

    lines = {"a": Line("Paris"), "b": Line("Paris"), "c": Line("Paris"), "d": late}
    verdict = await decide(Stubborn(lines))
    assert (verdict.opinions[3].outcome, verdict.opinions[3].error_code) == ("stopped_early", None)
    assert len(verdict.votes) == 1


async def test_a_voice_that_is_cancelled_from_elsewhere_has_failed() -> None:
    verdict = await decide(scripted(a=Line("", error=asyncio.CancelledError()), b="Paris"))
    assert (verdict.answer, verdict.opinions[0].error_code) == ("Paris", "internal_error")


rows = st.lists(
    st.tuples(
        st.sampled_from(["Paris", "Rome", "Bonn", "", "!"]),
        st.sampled_from([-0.1, -0.5, -1.0, -3.0]),
        st.integers(0, 12),
    ),
    min_size=1,
    max_size=7,
)


@given(rows=rows, weigh=st.booleans())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_early_stop_never_changes_the_winner(rows: list[tuple[str, float, int]], weigh: bool) -> None:
    """Against hearing all, whatever the voices say and whoever is faster."""

    def lines() -> ScriptedGenerator:
        return scripted(**{f"v{i}": Line(text, lp, steps=steps) for i, (text, lp, steps) in enumerate(rows)})

    async def outcome(early_stop: bool) -> tuple[str | None, str] | None:
        options: dict[str, Any] = {"weight": log_prob} if weigh else {}
        try:
            verdict = await decide(lines(), early_stop=early_stop, **options)
        except NoVoiceAnswered:
            return None
        return verdict.votes[0].answer, verdict.answer.strip(".")

    assert asyncio.run(outcome(True)) == asyncio.run(outcome(False))


def computed(right: str) -> Proving:
    async def is_right(question: str, answer: str) -> bool | None:
        return None if "?" in answer else right in answer

    return Proving(lambda text: "+" in text, is_right)


async def test_a_proved_answer_beats_the_majority_and_ends_it() -> None:
    generator = scripted(a="6", b="6", c="The sum is 5", d=HANGS)
    verdict = await decide(generator, SUM, verifiers=[computed("5")])
    assert (verdict.answer, verdict.confidence) == ("The sum is 5", 1.0)
    assert (verdict.opinions[2].verified, verdict.opinions[2].checked_by) == (True, "computed")
    assert verdict.opinions[0].verified is False
    assert verdict.reason == "The answer of voice 3 (c) was computed to be right"
    assert verdict.stop is not None
    assert (verdict.stop.cause, verdict.stop.voices) == ("proved", (3,))


async def test_a_majority_waits_for_who_may_be_proved() -> None:
    verdict = await decide(scripted(a="6?", b="6?", c=Line("5", steps=20)), SUM, verifiers=[computed("5")])
    assert verdict.answer == "5"


async def test_refuted_answers_alone_are_shown_as_such() -> None:
    verdict = await decide(scripted(a="6", b="7"), SUM, verifiers=[computed("5")])
    assert verdict.reason.startswith("No answer passed its check")
    assert (verdict.confidence, verdict.consensus, verdict.votes[0].verified) == (None, False, False)


async def test_a_check_that_does_not_apply_is_not_made() -> None:
    verdict = await decide(scripted(a="Paris"), verifiers=[computed("5")])
    assert verdict.opinions[0].verified is None


class Runner:
    """A sandbox whose programs print themselves."""

    def __init__(self, error: CouncilError | None = None) -> None:
        self.error = error

    async def run(self, code: str, language: str, *, timeout_s: float) -> CodeResult:
        if self.error is not None:
            raise self.error
        return CodeResult(code, "", 0, 1.0)


def executed(runner: Runner) -> ExecutedVerifier[str]:
    def stated(text: str) -> Sequence[str]:
        return ["f(2) == 4"] if "f(2)" in text else []

    async def share_passed(runner: Any, answer: str, examples: Sequence[str]) -> float | None:
        result = await runner.run(answer, "python", timeout_s=1)
        return 1.0 if "**" in result.stdout else 0.5

    return ExecutedVerifier(runner, ExampleCheck(stated, share_passed))


CODE = Question([ChatMessage("user", "Write f so that f(2) = 4")])


async def test_code_that_passes_the_task_s_examples_wins() -> None:
    generator = scripted(a="x+1", b="x+1", c="x**2")
    verdict = await decide(generator, CODE, verifiers=[executed(Runner())])
    assert (verdict.answer, verdict.opinions[2].checked_by, verdict.confidence) == ("x**2", "executed", 1.0)
    assert verdict.reason.endswith("passed the task's examples when it was run")


async def test_a_sandbox_that_fails_says_nothing_about_the_answer() -> None:
    runner = Runner(SandboxUnavailable("no sandbox here"))
    verdict = await decide(scripted(a="x+1", b="x**2"), CODE, verifiers=[executed(runner)])
    assert (verdict.winner, verdict.opinions[0].verified) == (0, None)
    assert verdict.warnings == ("the check 'executed' could not be made: no sandbox here",)


async def test_a_check_that_hangs_ends_with_the_time_and_the_answer_counts_unchecked() -> None:
    hanging = Proving(lambda _: True, lambda *_: asyncio.sleep(3600, None))
    verdict = await decide(scripted(a="5", b="5"), SUM, Limits(1000, 0.05, 20), verifiers=[hanging])
    assert (verdict.answer, verdict.opinions[0].verified) == ("5", None)
    assert verdict.reason.endswith("; the time budget ended it")


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


async def test_json_that_breaks_its_schema_is_no_answer() -> None:
    question = Question([ChatMessage("user", "n?")], json_schema=SCHEMA)
    generator = scripted(a='{"n": "x"}', b='{"n": "x"}', c='{"n":1}', d='{"n":', e="{}")
    verdict = await decide(generator, question)
    assert (verdict.answer, verdict.opinions[2].verified, verdict.opinions[2].checked_by) == (
        '{"n":1}',
        True,
        "schema_valid",
    )
    assert {opinion.error_code for opinion in verdict.opinions} == {None, "answer_not_valid"}
    assert all(ask.json_schema == SCHEMA for ask in generator.asks)


async def test_a_schema_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidGuide):
        await decide(scripted(a="1", b="2"), Question(CAPITAL.messages, json_schema={"type": "nothing"}))


class Meaning:
    """Embeds by the first letter."""

    def __init__(self, error: CouncilError | None = None) -> None:
        self.error = error

    async def embed(self, text: str) -> np.ndarray:
        if self.error is not None:
            raise self.error
        vector = np.zeros(26, dtype=np.float32)
        vector[ord(text[0].lower()) - 97] = 1.0
        return vector


LONG_A = "Because light is bent by drops of water in the air after rain."
LONG_B = "By drops of water the light of the sun is broken into its colours."
LONG_C = "Birds paint it, as everybody knows who has ever seen one at work."


async def test_answers_alike_in_meaning_count_together() -> None:
    question = Question([ChatMessage("user", "Why is there a rainbow?")])
    generator = scripted(
        a="Nobody can tell why it is there, not even the wisest of men.", b=LONG_A, c=LONG_B, d=LONG_C
    )
    assert (await decide(generator, question)).votes[0].voices == (0,)
    verdict = await decide(generator, question, embedder=Meaning())
    assert verdict.votes[0].voices == (1, 2, 3)
    assert verdict.reason == "3 of 4 voices say 'the same', 75% of the weight"
    assert verdict.confidence is None


async def test_without_an_embedding_the_exact_words_count() -> None:
    embedder = Meaning(InferenceError("no embedder"))
    verdict = await decide(scripted(a="Paris", b="Paris"), embedder=embedder)
    assert verdict.consensus
    assert verdict.warnings == ("answers were not compared by meaning: no embedder",)


async def test_a_turned_choice_is_told_in_the_user_s_letters() -> None:
    question = Question([ChatMessage("user", "Which animal barks?\nA) cat\nB) dog\nC) fish")])
    generator = ScriptedGenerator(
        answer=lambda ask: Line("A" if "A) dog" in ask.messages[-1].content else "C")
    )
    turned = [Voice("m", rotation=1), Voice("m", rotation=4)]
    verdict = await Deliberation(generator).decide(question, turned, LIMITS)
    assert (verdict.answer, verdict.opinions[0].text, verdict.opinions[0].answer) == ("B) dog", "A", "B) dog")
    plain = await Deliberation(generator).decide(question, [Voice("m", hint="Be short.")], LIMITS)
    assert plain.answer == "C"
    assert generator.asks[-1].messages[0] == ChatMessage("system", "Be short.")


async def test_a_hint_follows_the_caller_s_own_system_words() -> None:
    generator = scripted(a="Paris")
    question = Question([ChatMessage("system", "You are kind."), *CAPITAL.messages])
    await Deliberation(generator).decide(question, [Voice("a", hint="Be short.")], LIMITS)
    assert [message.content for message in generator.asks[0].messages] == [
        "You are kind.\n\nBe short.",
        CAPITAL.text,
    ]


class OneMeaning:
    """Embeds everything alike, as a real embedder does with words it does not know."""

    async def embed(self, text: str) -> np.ndarray:
        return np.ones(1, dtype=np.float32)


async def test_signs_without_words_are_one_opinion_only_where_they_are_the_same() -> None:
    question = Question([ChatMessage("user", "🙂")])
    verdict = await decide(scripted(a="🌟", b="🙂", c="🌟"), question, embedder=OneMeaning())
    assert [vote.voices for vote in verdict.votes] == [(0, 2), (1,)]
    assert verdict.reason.startswith("2 of 3 voices say '🌟'")


SMALL = Calibration(
    models=frozenset("abcde"),
    by_share={form: {"slope": 1.0, "intercept": 0.0} for form in ("open", "number", "yes_no", "choice")},  # type: ignore[dict-item]
    by_log_prob={"slope": 1.0, "intercept": 0.0},  # type: ignore[arg-type]
    record={},
)


@pytest.mark.parametrize(
    ("asked", "lines", "is_measured"),
    [
        ("Capital of Spain?", ["Madrid", "Madrid", "Rome"], True),
        ("Capital of Spain?", ["Madrid", "Rome"], False),
        ("Capital of Spain?", ["Madrid", "Madrid", "Rome", "Oslo"], False),
        ("Capital of Spain?", ["Madrid"], False),
        ("Capital of Spain?", [Line("El", finish_reason="length")] * 3, False),
        ("Capital of Spain?", [Line("It is Madrid. It lies", finish_reason="length")] * 3, True),
        ("Capital of Spain?", ["Madrid", Line("Madrid", finish_reason="length"), "Madrid"], True),
        ("Capital of Spain?", ["Madrid"] + [Line("Madrid", finish_reason="length")] * 2, False),
        ("17 * 3", [Line("17 * 3 = 51\nIt is", finish_reason="length")] * 3, True),
        ("I have 3. How many with 2 more?", [Line("I had 3. Now 4\nSo", finish_reason="length")] * 3, False),
        ("", ["Hello"] * 3, False),
        ("🙂", ["🙂"] * 3, False),
        ("Tell me a joke", ["No"] * 3, False),
    ],
)
async def test_confidence_is_of_what_was_measured(
    asked: str, lines: list[Line | str], is_measured: bool
) -> None:
    generator = scripted(**dict(zip("abcde", lines, strict=False)))
    question = Question([ChatMessage("user", asked)])
    verdict = await decide(generator, question, calibration=SMALL, early_stop=False)
    assert (verdict.confidence is not None) is is_measured


@pytest.mark.parametrize(
    ("lines", "weight", "is_majority"),
    [
        ([Line("No", -0.01), Line("No", -0.01), Line("Yes", -3.0), Line("Yes", -3.0)], None, False),
        ([Line("No", -0.01), Line("No", -0.01), Line("Yes", -3.0), Line("I wonder", -3.0)], None, False),
        ([Line("No", -3.0), Line("No", -3.0), Line("No", -3.0), Line("Yes", -0.01)], None, True),
        ([Line("No", -3.0), Line("No", -3.0), Line("No", -3.0), Line("Yes"), Line("Yes")], None, True),
        ([Line("No", -0.01), Line("No", -3.0), Line("Yes", -3.0)], None, True),
        ([Line("No", -0.01), Line("Yes", -3.0)], None, False),
        ([Line("No", -0.01), Line("No", -0.01), Line("Yes", -3.0), Line("Yes", -3.0)], log_prob, False),
        ([Line("No", -3.0), Line("No", -3.0), Line("Yes", -0.01)], log_prob, False),
    ],
)
async def test_a_majority_is_of_the_voices_and_of_the_weight(
    lines: list[Line], weight: Callable[[float | None], float] | None, is_majority: bool
) -> None:
    generator = scripted(**dict(zip("abcde", lines, strict=False)))
    question = Question([ChatMessage("user", "Is the sun a star?")])
    options = {"weight": weight} if weight else {}
    verdict = await decide(generator, question, calibration=SMALL, early_stop=False, **options)
    assert verdict.consensus is (verdict.confidence is not None) is is_majority
    if len(verdict.votes[0].voices) > 1:
        assert verdict.reason.endswith(", no majority") is not is_majority


async def test_one_word_that_only_leads_in_is_no_consensus() -> None:
    the = Line("The", finish_reason="length")
    verdict = await decide(scripted(a=the, b=the, c=the), STORY, Limits(1000, 5, 1))
    assert (verdict.answer, verdict.consensus, verdict.confidence) == ("The", False, None)
    assert verdict.reason.startswith("No answer came to a result before it was cut off")


async def test_voices_that_were_cut_off_before_a_result_are_no_majority() -> None:
    question = Question([ChatMessage("user", "How much is 50% as a decimal? number only")])
    cut = Line("To convert 50% to a decimal, you multiply", finish_reason="length")
    verdict = await decide(scripted(a=cut, b=cut, c=cut, d="0.5"), question)
    assert (verdict.answer, verdict.consensus, verdict.votes[0].answer) == ("0.5", False, "0.5")
    verdict = await decide(scripted(a=cut, b=cut, c=cut), question)
    assert (verdict.consensus, verdict.confidence, verdict.votes[0].answer) == (False, None, None)
    assert verdict.reason.startswith(
        "No answer came to a result before it was cut off; shown is that of voice 1"
    )


async def test_a_whole_answer_is_shown_before_one_that_a_stop_string_cut_off() -> None:
    question = Question([ChatMessage("user", "Capital of Spain?")])
    cut = Line("Madrid", -0.01, stopped_by="!")
    verdict = await decide(scripted(a=cut, b="Madrid"), question, early_stop=False)
    assert verdict.winner == 1
    verdict = await decide(scripted(a=cut, b=cut, c="Madrid"), question, calibration=SMALL, early_stop=False)
    assert (verdict.winner, verdict.confidence) == (2, None)
