"""`council/vote`: the turn as a deliberation, its answers checked by the same examples as skills use.

The exact solver is asked first. What it computes is the answer, whatever voices would say: none is then asked, so that
it costs nothing and needs no engine. So is what an order to run code gave, and what memory says to a question that only it
can answer: voices would make these up.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter

from orchestrator.errors import InvalidValue, ModelNotFound, ModelNotReady, UnsupportedParameter
from orchestrator.inference.stop_strings import before_stop
from orchestrator.routing.deliberation.budget import Limits
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.events import DeliberationEvent, event_fields
from orchestrator.routing.deliberation.known import known_events, known_verdict
from orchestrator.routing.deliberation.opinion import Verdict
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.voices import Voice, default_voices
from orchestrator.routing.skills.execute import ExecSkill
from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.routing.skills.unable import SkillUnable
from orchestrator.seams import ModelState, Skill, SkillAnswer
from orchestrator.turn.checks import unchecked
from orchestrator.turn.run import TurnRun
from orchestrator.turn.values import (
    NO_MODEL,
    Decided,
    Finished,
    Progress,
    Routed,
    TextPiece,
    TurnEvent,
    TurnRequest,
    TurnResult,
)

_LEAST_S = 1.0
NO_VOTE = "no vote was held, as only memory knows what the user told"
OWN_TEMPERATURES = "a vote chooses the temperature of every voice: the request's was not used"


@dataclass(frozen=True, slots=True)
class Voting:
    """`voices` candidates at most, `tokens` new tokens and `seconds` for all of them together."""

    deliberation: Deliberation
    solver: Skill
    voices: int = 5
    tokens: int = 4096
    seconds: float = 30.0
    executor: Skill = ExecSkill()
    memory: Skill = KnowledgeSkill()

    async def events(self, run: TurnRun, states: Sequence[ModelState]) -> AsyncGenerator[TurnEvent, None]:
        """`Decided`, `Progress` as voices come and go, the answer, `Finished`.

        Raises NoVoiceAnswered, SandboxUnavailable where code is to be run and cannot be.
        """
        yield Decided(run.routed)
        question = Question(run.request.messages, run.request.json_schema, run.request.stop)
        voices = self._voices(question, run.request, run.routed, states)
        known, fault, spent_s = await self._known(run)
        verdict: Verdict | None = None
        if known is not None:
            happening = _each(known_events(known_verdict(known, voices, spent_s * 1e3)))
        elif not voices:
            raise ModelNotReady(NO_MODEL)
        else:
            limits = self._limits(run, len(voices), spent_s)
            happening = self.deliberation.run(question, voices, limits, generator=run.generator)
        async with aclosing(happening) as events:
            async for event in events:
                if isinstance(event, Verdict):
                    verdict = replace(
                        event if known else _before_stop(event, run.request.stop),
                        warnings=(
                            *event.warnings,
                            *fault,
                            *_left_aside(run, question, known),
                            *self._cut_short(run, event),
                            *(self._unheard(run.request) if known is None else ()),
                        ),
                    )
                else:
                    yield Progress(*event_fields(event))
        assert verdict is not None, "a deliberation ends with its verdict"
        answer = _answer(run, verdict, known)
        run.text_came()
        yield TextPiece(answer.text)
        yield Finished(_result(run, answer, verdict))

    def told(self, request: TurnRequest, routed: Routed, states: Sequence[ModelState]) -> Routed:
        """The decision with what a vote is: who would speak, for how much. Raises ModelNotFound for an unknown voice."""
        question = Question(request.messages, request.json_schema, request.stop)
        voices = self._voices(question, request, routed, states)
        models = ", ".join(dict.fromkeys(voice.model for voice in voices))
        first = "" if request.is_constrained else "; what the exact solver computes needs none of them"
        reason = (
            f"A vote: {len(voices)} voices of {models} answer, with at most {self.tokens} new tokens"
            f" and {self.seconds:g} s together{first}."
        )
        return replace(routed, decision=replace(routed.decision, reason=reason))

    async def _known(self, run: TurnRun) -> tuple[SkillAnswer | None, tuple[str, ...], float]:
        """What the exact solver or memory knows or the run code gave, a warning where that could not be had, and its time in seconds.

        Nothing where the request fixes the answer's form.
        """
        if run.request.is_constrained:
            return None, (), 0.0
        began_s = perf_counter()
        task = replace(run.task, deadline_s=min(run.task.deadline_s, self.seconds))
        known: SkillAnswer | None = None
        fault: tuple[str, ...] = ()
        try:
            for skill in self._knowing(run):
                known = known or await skill.answer(task)
        except SkillUnable as unable:
            fault = (f"the exact solver could not answer: {unable.reason}",)
        return known, fault, perf_counter() - began_s

    def _knowing(self, run: TurnRun) -> Sequence[Skill]:
        """Who is asked before the voices, in this order."""
        if run.routed.decision.skill == self.executor.name:
            return (self.executor,)
        asks_memory = run.task.recalled is not None or bool(run.task.recall_failure)
        return (self.memory, self.solver) if asks_memory else (self.solver,)

    def _cut_short(self, run: TurnRun, verdict: Verdict) -> tuple[str, ...]:
        """A warning where a voice would have had more tokens by the request than its share of the vote's."""
        share = self._share(len(verdict.opinions))
        is_cut = any(each.finish_reason == "length" for each in verdict.opinions)
        if not is_cut or (run.request.max_tokens or 0) <= share:
            return ()
        return (f"max_tokens: an answer of this vote has at most {share} tokens",)

    def _unheard(self, request: TurnRequest) -> tuple[str, ...]:
        """A warning where more voices are named than a vote has."""
        if len(request.voices) <= self.voices:
            return ()
        return (f"a vote has {self.voices} voices at most: the others that were named were not asked",)

    def _share(self, voices: int) -> int:
        return max(1, self.tokens // voices)

    def _limits(self, run: TurnRun, voices: int, spent_s: float) -> Limits:
        """Every voice can start at once: an answer gets its share of the tokens, or what the request asks for."""
        seconds = max(self.seconds - spent_s, _LEAST_S)
        return Limits(self.tokens, seconds, min(self._share(voices), run.task.max_tokens))

    def _voices(
        self, question: Question, request: TurnRequest, routed: Routed, states: Sequence[ModelState]
    ) -> list[Voice]:
        """One candidate a named model; of one model, or where none is named, several samples. None where no model is installed."""
        if not states:
            return []
        models = list(request.voices) or _ready(routed.decision.model, states)
        unknown = [model for model in models if model not in {state.id for state in states}]
        if unknown:
            raise ModelNotFound(f"voices: no such model: {unknown[0]}", param="voices")
        count = len(models) if len(models) > 1 and request.voices else self.voices
        return default_voices(question, models, min(count, self.voices), seed=request.seed)


async def _each(events: Iterable[DeliberationEvent]) -> AsyncGenerator[DeliberationEvent, None]:
    for event in events:
        yield event


def _before_stop(verdict: Verdict, stops: Sequence[str]) -> Verdict:
    """The answer up to the first stop string: the user's own line of an option was not under the engine's eyes.

    Nothing vouches for what a stop string left of an answer, the engine's words or the user's.
    """
    answer, met = before_stop(verdict.answer, stops)
    generated = verdict.winning_opinion.generated
    is_cut = met or (generated is not None and generated.stopped_by is not None)
    return replace(verdict, answer=answer, confidence=None) if is_cut else verdict


def _answer(run: TurnRun, verdict: Verdict, known: SkillAnswer | None) -> SkillAnswer:
    if known is not None:
        return replace(known, evidence={**known.evidence, **verdict.evidence()})
    return SkillAnswer(
        verdict.answer, run.skill, "generated", verdict.confidence, verdict.evidence(), verdict.generated
    )


def _left_aside(run: TurnRun, question: Question, known: SkillAnswer | None) -> tuple[str, ...]:
    """A warning where examples were not checked, and where the request's temperature was not used: voices that all speak
    alike would be one voice. That no vote was held, where memory answered.
    """
    if known is not None:
        return (NO_VOTE,) if known.method == "cited" else ()
    temperature = () if run.request.temperature is None else (OWN_TEMPERATURES,)
    return (*unchecked(question, run.task.runner), *temperature)


def check_vote(request: TurnRequest) -> None:
    """Raise for what voices cannot be given."""
    if request.documents:
        raise UnsupportedParameter(
            "council/vote does not read documents: use council/auto", param="documents"
        )
    if request.skill is not None:
        raise InvalidValue("council/vote asks models, not a skill: use council/auto", param="skill")


def _ready(first: str, states: Sequence[ModelState]) -> list[str]:
    """The decided model and the others that are ready."""
    others = [state.id for state in states if state.ready and state.id != first]
    return [first, *others]


def _result(run: TurnRun, answer: SkillAnswer, verdict: Verdict) -> TurnResult:
    if answer.method == "generated":
        return run.result(answer, method="voted", wrote=verdict.winning_opinion.generated)
    return run.result(answer)
