"""`council/vote`: the turn as a deliberation, its answer checked by the same solver and the same examples as skills use.

What the solver can compute is the answer, whatever the voices say; how many of them came to it is told.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from orchestrator.errors import InvalidValue, ModelNotFound, UnsupportedParameter
from orchestrator.routing.deliberation.budget import Limits
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.events import event_fields
from orchestrator.routing.deliberation.opinion import Verdict
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.voices import Voice, default_voices
from orchestrator.seams import ModelState, Skill, SkillAnswer
from orchestrator.turn.run import TurnRun
from orchestrator.turn.values import (
    Decided,
    Finished,
    Progress,
    TextPiece,
    TurnEvent,
    TurnRequest,
    TurnResult,
)


@dataclass(frozen=True, slots=True)
class Voting:
    """`voices` candidates at most, `tokens` new tokens and `seconds` for all of them together."""

    deliberation: Deliberation
    solver: Skill
    voices: int = 5
    tokens: int = 4096
    seconds: float = 30.0

    async def events(self, run: TurnRun, states: Sequence[ModelState]) -> AsyncGenerator[TurnEvent, None]:
        """`Decided`, `Progress` as voices come and go, the answer, `Finished`. Raises NoVoiceAnswered."""
        yield Decided(run.routed)
        question = Question(run.request.messages, run.request.json_schema, run.request.stop)
        voices = self._voices(question, run, states)
        limits = self._limits(run, len(voices))
        verdict: Verdict | None = None
        happening = self.deliberation.run(question, voices, limits, generator=run.generator)
        async with aclosing(happening) as events:
            async for event in events:
                if isinstance(event, Verdict):
                    verdict = event
                else:
                    yield Progress(*event_fields(event))
        assert verdict is not None, "a deliberation ends with its verdict"
        answer = await self._answer(run, verdict)
        run.text_came()
        yield TextPiece(answer.text)
        yield Finished(_result(run, answer, verdict))

    def _limits(self, run: TurnRun, voices: int) -> Limits:
        """Every voice can start at once: an answer gets its share of the tokens, or what the request asks for."""
        share = max(1, self.tokens // voices)
        return Limits(self.tokens, self.seconds, min(share, run.task.max_tokens))

    def _voices(self, question: Question, run: TurnRun, states: Sequence[ModelState]) -> list[Voice]:
        """One candidate a named model; of one model, or where none is named, several samples."""
        request = run.request
        models = list(request.voices) or _ready(run.routed.decision.model, states)
        unknown = [model for model in models if model not in {state.id for state in states}]
        if unknown:
            raise ModelNotFound(f"voices: no such model: {unknown[0]}", param="voices")
        count = len(models) if len(models) > 1 and request.voices else self.voices
        return default_voices(question, models, min(count, self.voices), seed=request.seed)

    async def _answer(self, run: TurnRun, verdict: Verdict) -> SkillAnswer:
        """What the solver computes where it can: even a voice with the right number may have come to it wrongly."""
        computed = await self.solver.answer(run.task) if not run.request.is_constrained else None
        if computed is None:
            return SkillAnswer(
                verdict.answer,
                run.skill,
                "generated",
                verdict.confidence,
                verdict.evidence(),
                verdict.generated,
            )
        evidence = {**verdict.evidence(), **computed.evidence, "reason": _why_computed(verdict, computed)}
        return SkillAnswer(computed.text, computed.skill, "computed", computed.confidence, evidence)


def _why_computed(verdict: Verdict, computed: SkillAnswer) -> str:
    """Only answers with a number can be compared with the solver's: of the others nothing is said."""
    if computed.confidence is None:
        return "The exact solver reads the question and refuses it for its size"
    checked = [opinion.verified for opinion in verdict.opinions if opinion.verified is not None]
    if not checked:
        return "The exact solver knows the answer; no voice could be compared with it"
    return f"The exact solver knows the answer; {sum(checked)} of {len(checked)} voices that could be compared came to it"


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
    if answer.method == "computed":
        return run.result(answer)
    return run.result(answer, method="voted", wrote=verdict.winning_opinion.generated)
