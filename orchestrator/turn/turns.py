"""One turn of a conversation: embed once, decide, recall, let a skill answer, else generate or deliberate.

Guarantees: the decision is made from the user's own words of this turn; what comes back is an answer or an exception
of the CouncilError tree, never an error written as text; leaving early stops the engine.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.seams import CodeRunner, Generator, SkillTask
from orchestrator.turn.decision import Decisions
from orchestrator.turn.generator import TurnGenerator
from orchestrator.turn.memory import Recalled, TurnMemory, warned
from orchestrator.turn.note import current_note
from orchestrator.turn.run import TurnRun
from orchestrator.turn.shown import as_shown
from orchestrator.turn.values import VOTE, Finished, Routed, TurnEvent, TurnRequest, TurnResult
from orchestrator.turn.vote import Voting, check_vote


@dataclass(frozen=True, slots=True)
class TurnLimits:
    """`max_tokens` bounds every single generation of a turn."""

    skill_deadline_s: float = 20.0
    max_tokens: int = 2048


@dataclass(frozen=True, slots=True)
class Turns:
    """Everything that answers turns, built once by the composition root. `start` it inside the event loop."""

    decisions: Decisions
    skills: SkillRegistry
    generator: Generator
    voting: Voting
    runner: CodeRunner | None = None
    limits: TurnLimits = TurnLimits()
    memory: TurnMemory | None = None

    async def start(self) -> None:
        self.skills.start()
        await self.decisions.start()

    async def aclose(self) -> None:
        await self.skills.aclose()
        self.decisions.close()

    async def decide(self, request: TurnRequest) -> Routed:
        """What would be done, without doing it. Raises ModelNotFound, ModelNotReady, InvalidRequest."""
        routed = await self._told(request, await self._checked(request).decide(request))
        self._noted(request, routed)
        return routed

    async def what_if(self, request: TurnRequest, policy: str | None, quality: float | None) -> Routed:
        """As `decide`, with another policy or quality than the server's. Nothing is noted of it."""
        routed = await self._checked(request).what_if(request, policy, quality)
        return await self._told(request, routed)

    def _checked(self, request: TurnRequest) -> Decisions:
        if request.model == VOTE:
            check_vote(request)
        return self.decisions

    async def _told(self, request: TurnRequest, routed: Routed) -> Routed:
        if (
            request.model != VOTE
            or not routed.decision.model
            or (self.memory is not None and self.memory.is_asked(request, routed))
        ):
            return routed
        return self.voting.told(request, routed, await self.decisions.states.now())

    async def answer(self, request: TurnRequest, routed: Routed | None = None) -> TurnResult:
        """The whole answer. `routed` spares a second decision. Cancelling it stops the engine."""
        async with aclosing(self._events(request, routed, streamed=False)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.result
        raise AssertionError("a turn that does not raise finishes")

    def stream(self, request: TurnRequest, routed: Routed | None = None) -> AsyncGenerator[TurnEvent, None]:
        """`Decided`, then `TextPiece` and `Progress` as they come, last `Finished`.

        Close it (`contextlib.aclosing`) on every path, which stops the engine. Raises the typed error that ended it;
        text given before that stands.
        """
        return self._events(request, routed, streamed=True)

    async def _events(
        self, request: TurnRequest, routed: Routed | None, *, streamed: bool
    ) -> AsyncGenerator[TurnEvent, None]:
        run = await self.begin(request, routed)
        if request.model == VOTE:
            happening = self.voting.events(run, await self.decisions.states.now())
        else:
            happening = run.events(streamed=streamed)
        async with aclosing(happening) as events:
            async for event in events:
                yield event

    async def begin(self, request: TurnRequest, routed: Routed | None = None) -> TurnRun:
        """A turn to be taken step by step. Raises what `decide` raises."""
        routed = routed or await self.decide(request)
        recalled = Recalled() if self.memory is None else await self.memory.recalled(request, routed)
        routed = warned(routed, recalled)
        self._noted(request, routed)
        request = as_shown(request)
        most = min(request.max_tokens or self.limits.max_tokens, self.limits.max_tokens)
        generator = TurnGenerator(self.generator, request, most)
        task = SkillTask(
            text=routed.text,
            messages=tuple(request.messages),  # a third party's skill must not reach what is remembered
            model=routed.decision.model,
            generator=generator,
            max_tokens=most,
            documents=tuple(request.documents),
            recalled=recalled.documents,
            recall_failure=recalled.failure,
            runner=self.runner,
            deadline_s=self.limits.skill_deadline_s,
            temperature=request.temperature,
            seed=request.seed,
        )
        return TurnRun(request, routed, self.skills, task, generator)

    def _noted(self, request: TurnRequest, routed: Routed) -> None:
        note = current_note()
        note.request, note.decision = request, routed.decision
