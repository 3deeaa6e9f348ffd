"""From a request to a decision: embed the user's words once, ask the router, let third parties' examples speak."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol, runtime_checkable

import numpy as np

from orchestrator.errors import CouncilError, InvalidValue, ModelNotReady
from orchestrator.routing.features import without_greeting
from orchestrator.routing.skills.claims import Claims
from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.routing.skills.told import wish_of
from orchestrator.seams import Decision, Embedder, Features, ModelState
from orchestrator.telemetry.defects import describe_defect
from orchestrator.turn.features import features_of, users_words
from orchestrator.turn.values import (
    AUTO,
    COUNCIL_NAMES,
    KNOWLEDGE,
    NO_MODEL,
    ROLE_NAMES,
    Routed,
    TurnRequest,
)

log = logging.getLogger(__name__)

Decider = Callable[[Features], Decision]
Tried = Callable[[str | None, float | None], Decider]
"""A decider with another policy, another quality, or both; None is the server's own."""

EMBED_TIMEOUT_S = 0.5
MATH = "math"
SETTLED = "Math, because its own recogniser reads the whole text as math; no model is installed."
_WITH_SKILLS = frozenset({AUTO, *ROLE_NAMES})
_OFF_LOOP_CHARS = 8192  # above this, the router's patterns would hold up streams


class States(Protocol):
    async def now(self) -> tuple[ModelState, ...]: ...


@runtime_checkable
class _HasThread(Protocol):
    def close(self) -> None: ...


@dataclass(slots=True)
class Decisions:
    """Built once. `start` learns the third parties' examples; without an embedder they claim nothing."""

    states: States
    decider: Decider
    skills: SkillRegistry
    embedder: Embedder | None = None
    claims: Claims = Claims()
    tried: Tried | None = None
    is_settled: Callable[[str], bool] = lambda text: False
    """Whether a text's words alone settle its skill: an embedding would then tell nothing new."""
    is_told: Callable[[str], bool] = lambda text: False
    """Whether a text is something to remember: no example that asks for something takes it."""
    remembers: bool = False
    """Whether there is a memory, so that `knowledge` can answer what asks for what the user told."""

    async def start(self) -> None:
        if self.embedder is not None:
            try:
                self.claims = await Claims.learn(self.skills, self.embedder, self.is_told)
            except CouncilError as error:
                log.warning("examples of third parties' skills are not used: %s", error.message)

    def close(self) -> None:
        """End the embedder's thread where it has one."""
        if isinstance(self.embedder, _HasThread):
            self.embedder.close()

    async def what_if(self, request: TurnRequest, policy: str | None, quality: float | None) -> Routed:
        """As `decide`, with another policy or quality than the server's."""
        if self.tried is None or (policy is None and quality is None):
            return await self.decide(request)
        decider = await asyncio.to_thread(self.tried, policy, quality)
        return await replace(self, decider=decider).decide(request)

    async def decide(self, request: TurnRequest) -> Routed:
        """Raise InvalidValue for an unknown skill, ModelNotReady where no model is installed and the words alone do not settle
        who answers.
        """
        began_s = perf_counter()
        self._check_skill(request)
        text = users_words(request.messages)
        embedding, embed_ms, fault = await self._embedding(request, text)
        states = await self.states.now()
        if not states:
            return Routed(self._without_model(request, text), text, began_s=began_s)
        features = features_of(request, states, embedding)
        long = len(text) > _OFF_LOOP_CHARS
        decision = await asyncio.to_thread(self.decider, features) if long else self.decider(features)
        if fault:
            decision = replace(decision, warnings=(*decision.warnings, fault))
        return Routed(self._claimed(request, decision, embedding), text, embed_ms, began_s, embedding)

    def _without_model(self, request: TurnRequest, text: str) -> Decision:
        """The decision for what is computed without one."""
        is_free = (
            request.model in COUNCIL_NAMES and request.skill in (None, MATH) and not request.is_constrained
        )
        if not is_free or not self.is_settled(text):
            raise ModelNotReady(NO_MODEL)
        return Decision(MATH, "", "requested", SETTLED, scores={MATH: 1.0}, warnings=(NO_MODEL,))

    def _check_skill(self, request: TurnRequest) -> None:
        if request.skill is not None and self.skills.get(request.skill) is None:
            known = ", ".join(entry.name for entry in self.skills if not entry.fault)
            raise InvalidValue(f"there is no such skill; there are: {known}", param="skill")

    def _claimed(self, request: TurnRequest, decision: Decision, embedding: np.ndarray | None) -> Decision:
        """What the request itself settles goes before what the words look like.

        No example takes a turn from supplied documents, from memory where it is asked for what was told, or from a skill that the
        words alone settle.
        """
        if request.skill is not None or request.model not in COUNCIL_NAMES or request.documents:
            return decision
        text = users_words(request.messages)
        if self._asks_memory(decision, text):
            return _of_memory(decision)
        if request.model not in _WITH_SKILLS:
            return decision
        # Without an embedding nothing is claimed: what is settled has none.
        return self.claims.applied(decision, text, embedding)

    def _asks_memory(self, decision: Decision, text: str) -> bool:
        """Whether the words ask for what the user told, and are nothing to be run or computed."""
        return (
            self.remembers
            and decision.skill != "exec"
            and wish_of(text) == "asked"
            and not self.is_settled(text)
        )

    async def _embedding(
        self, request: TurnRequest, text: str
    ) -> tuple[np.ndarray | None, float | None, str | None]:
        """The embedding with its time, or neither and, where it failed, a warning. A named model needs none."""
        is_wanted = request.model in COUNCIL_NAMES and bool(text.strip()) and not self.is_settled(text)
        if self.embedder is None or not is_wanted:
            return None, None, None
        began = perf_counter()
        try:
            async with asyncio.timeout(EMBED_TIMEOUT_S):
                embedding = await self.embedder.embed(without_greeting(text))
        except TimeoutError:
            return None, None, f"the embedding took longer than {EMBED_TIMEOUT_S:g} s"
        except CouncilError as error:
            return None, None, f"the embedder failed: {error.code}"
        except Exception as error:  # the edge of a model runtime: a turn can do without its embedding
            log.error("the embedder failed: %s", describe_defect(error))
            return None, None, "the embedder failed"
        return embedding, (perf_counter() - began) * 1e3, None


def _of_memory(decision: Decision) -> Decision:
    if decision.skill == KNOWLEDGE:
        return decision
    return replace(
        decision, skill=KNOWLEDGE, reason=f"The user asks for what was told before. {decision.reason}"
    )
