"""One turn while it runs: the decided skill is asked, then what it leaves is generated.

The surfaces that generate by themselves (OpenAI's, with all its parameters) take the same steps one by one: `by_skill`,
then their own generation, then `judged`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from time import perf_counter

from orchestrator.errors import EmptyAnswer, ModelNotReady
from orchestrator.routing.skills.confidence import token_confidence
from orchestrator.routing.skills.drafting import DraftingSkill, plain_ask
from orchestrator.routing.skills.plain import PlainSkill
from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.seams import Ask, Generated, Skill, SkillAnswer, SkillName, SkillTask
from orchestrator.text import is_blank
from orchestrator.turn.generator import TurnGenerator
from orchestrator.turn.note import current_note
from orchestrator.turn.values import (
    KNOWLEDGE,
    NO_MODEL,
    Decided,
    FallThrough,
    Finished,
    Method,
    Routed,
    TextPiece,
    Timings,
    TurnEvent,
    TurnRequest,
    TurnResult,
    Usage,
)

GENERAL = "general"


class TurnRun:
    """Use it once. `fell_through` is set when the decided skill was asked in vain; `detail` then says more.

    Supplied documents are then read by `knowledge` before anything is generated without them.
    """

    def __init__(
        self,
        request: TurnRequest,
        routed: Routed,
        skills: SkillRegistry,
        task: SkillTask,
        generator: TurnGenerator,
    ) -> None:
        self.request = request
        self.routed = routed
        self.fell_through: FallThrough | None = None
        self.detail = ""
        self.task = task
        self.generator = generator
        self._skills = skills
        self._began_s = routed.began_s
        self._first_text_s: float | None = None

    @property
    def skill(self) -> SkillName:
        """The skill whose answer it is."""
        return GENERAL if self.fell_through else self.routed.decision.skill

    @property
    def generated(self) -> tuple[Generated, ...]:
        """Every generation of this turn that ended."""
        return tuple(self.generator.generated)

    @property
    def usage(self) -> Usage:
        """Tokens of everything that was generated through this turn, abandoned generations included."""
        return self.generator.usage

    async def by_skill(self) -> SkillAnswer | None:
        """The decided skill's whole answer, or that of `knowledge` from the documents; None leaves it to general generation.

        Raises the CouncilError tree of our own skills, ModelNotReady where general generation has no model.
        """
        answer = await self._by_skill()
        if answer is None and not self.task.model:
            raise ModelNotReady(NO_MODEL)
        return answer

    async def _by_skill(self) -> SkillAnswer | None:
        skill = self._own(self._decided)
        if isinstance(skill, PlainSkill):
            return None
        if self.request.is_constrained:
            self._fell("constrained")
            return None
        if self._skills.get(self._decided) is None:
            self._fell("unusable")
            return await self._from_documents()
        asked = await self._skills.ask(self._decided, self.task)
        self._fell(asked.fell_through, asked.detail)
        return asked.answer or await self._from_documents()

    def _fell(self, fell_through: FallThrough | None, detail: str = "") -> None:
        self.fell_through, self.detail = fell_through, detail
        current_note().fell(fell_through, detail)

    async def _from_documents(self) -> SkillAnswer | None:
        """What `knowledge` says in place of a skill that gave no answer: a general one would be given no documents."""
        if not self.request.documents or self._decided == KNOWLEDGE or self._skills.get(KNOWLEDGE) is None:
            return None
        return (await self._skills.ask(KNOWLEDGE, self.task)).answer

    @property
    def drafting(self) -> DraftingSkill | None:
        """The decided skill, where it judges a text that can be shown while it is generated."""
        skill = self._own(self._decided)
        return skill if isinstance(skill, DraftingSkill) and not self.request.is_constrained else None

    async def judged(self, generated: Generated) -> SkillAnswer | None:
        """What the drafting skill makes of the text, within its deadline; None when there is no such skill."""
        skill, entry = self.drafting, self._skills.get(self._decided)
        if skill is None or entry is None or is_blank(generated.text):
            return None
        asked = await self._skills.within(entry, self.task, lambda task: skill.judge(task, generated))
        self.detail = asked.detail
        return asked.answer

    async def events(self, *, streamed: bool) -> AsyncGenerator[TurnEvent, None]:
        yield Decided(self.routed)
        # A draft is judged behind its generation, streamed or not: whatever becomes of that, its text stands.
        answer = None if self.drafting else await self.by_skill()
        if answer is None:
            async with aclosing(self._generation(streamed=streamed)) as events:
                async for event in events:
                    yield event
            return
        yield self._piece(answer.text)
        yield Finished(self.result(answer))

    async def _generation(self, *, streamed: bool) -> AsyncGenerator[TurnEvent, None]:
        generated = None
        async with aclosing(self._pieces(streamed=streamed)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Generated):
                    generated = piece
                elif piece:
                    yield self._piece(piece)
        assert generated is not None, "a stream ends with its Generated"
        if is_blank(generated.text):
            raise EmptyAnswer(f"model {generated.model!r} ended its answer without a word")
        answer = await self.judged(generated)
        if answer is not None and len(answer.text) > len(generated.text):
            yield self._piece(answer.text[len(generated.text) :])
        yield Finished(self.result(answer or self.general(generated)))

    async def _pieces(self, *, streamed: bool) -> AsyncGenerator[str | Generated, None]:
        """Whole answers come with log-probabilities; some engines do not stream while they give them."""
        ask = self._ask()
        if not streamed:
            generated = await self.generator.generate(replace(ask, want_log_probs=True))
            yield generated.text
            yield generated
            return
        async with aclosing(self.generator.stream(ask)) as pieces:
            async for piece in pieces:
                yield piece

    def _ask(self) -> Ask:
        ask = self.drafting.draft(self.task) if self.drafting else plain_ask(self.task)
        return replace(ask, json_schema=self.request.json_schema)

    def general(self, generated: Generated) -> SkillAnswer:
        """A generated text as the answer; `detail` says why a skill did not add to it."""
        evidence = {"detail": self.detail} if self.detail else {}
        return SkillAnswer(
            generated.text, self.skill, "generated", token_confidence(generated), evidence, (generated,)
        )

    def text_came(self) -> None:
        """Tell when there is text to show; the first time counts."""
        if self._first_text_s is None:
            self._first_text_s = perf_counter()
            current_note().text_came()

    def _piece(self, text: str) -> TextPiece:
        self.text_came()
        return TextPiece(text)

    def result(
        self, answer: SkillAnswer, *, method: Method | None = None, wrote: Generated | None = None
    ) -> TurnResult:
        """The answer as it stands; `wrote` is the generation whose words it is, by default its last.

        A generation that a surface made by itself counts when the answer tells of it. What a third party's skill tells of
        does not: it generates through the turn, which knows that already, and only copies of it come back.
        """
        wrote = wrote or (answer.generated[-1] if answer.generated else None)
        known = self.generated
        told = () if self._is_foreign(answer.skill) else answer.generated
        own = tuple(each for each in told if not any(each is one for one in known))
        result = TurnResult(
            text=answer.text,
            decision=self.routed.decision,
            skill=answer.skill,
            method=method or answer.method,
            model=wrote.model if wrote else None,
            confidence=answer.confidence,
            finish_reason=wrote.finish_reason if wrote else "stop",
            usage=self.usage + Usage.of(own),
            timings=self.timings(),
            evidence=answer.evidence,
            fell_through=self.fell_through,
            generated=(*known, *own),
        )
        current_note().answered(result)
        return result

    def timings(self) -> Timings:
        first = self._first_text_s
        return Timings(
            decide_ms=self.routed.decision.decided_ms,
            total_ms=(perf_counter() - self._began_s) * 1e3,
            embed_ms=self.routed.embed_ms,
            first_text_ms=None if first is None else (first - self._began_s) * 1e3,
        )

    @property
    def _decided(self) -> SkillName:
        return self.routed.decision.skill

    def _is_foreign(self, name: SkillName) -> bool:
        entry = self._skills.get(name)
        return entry is not None and entry.process is not None

    def _own(self, name: SkillName) -> Skill | None:
        """One of our own skills; what a third party's looks like is not looked at."""
        entry = self._skills.get(name)
        return entry.skill if entry is not None and entry.process is None else None
