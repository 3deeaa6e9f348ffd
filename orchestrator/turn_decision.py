"""From a request to a decision: embed the user's words once, ask the router, let third parties' examples speak."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from orchestrator.errors import CouncilError, InvalidValue, ModelNotReady
from orchestrator.routing.skills.claims import Claims
from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.seams import Decision, Embedder, Features
from orchestrator.telemetry.defects import describe_defect
from orchestrator.turn_features import ModelStates, features_of, users_words
from orchestrator.turn_values import AUTO, Routed, TurnRequest

log = logging.getLogger(__name__)

Decider = Callable[[Features], Decision]

EMBED_TIMEOUT_S = 0.5
_OFF_LOOP_CHARS = 8192  # above this, the router's patterns would hold up streams


@dataclass(slots=True)
class Decisions:
    """Built once. `start` learns the third parties' examples; without an embedder they claim nothing."""

    states: ModelStates
    decider: Decider
    skills: SkillRegistry
    embedder: Embedder | None = None
    claims: Claims = Claims()

    async def start(self) -> None:
        if self.embedder is not None:
            try:
                self.claims = await Claims.learn(self.skills, self.embedder)
            except CouncilError as error:
                log.warning("examples of third parties' skills are not used: %s", error.message)

    async def decide(self, request: TurnRequest) -> Routed:
        """Raise InvalidValue for an unknown skill, ModelNotReady where no model is installed."""
        self._check_skill(request)
        text = users_words(request.messages)
        embedding, embed_ms, fault = await self._embedding(request, text)
        states = await self.states.now()
        if not states:
            raise ModelNotReady("no model is installed: run `council models pull` and restart")
        features = features_of(request, states, embedding)
        long = len(text) > _OFF_LOOP_CHARS
        decision = await asyncio.to_thread(self.decider, features) if long else self.decider(features)
        if fault:
            decision = replace(decision, warnings=(*decision.warnings, fault))
        return Routed(self._claimed(request, decision, embedding), text, embed_ms)

    def _check_skill(self, request: TurnRequest) -> None:
        if request.skill is not None and self.skills.get(request.skill) is None:
            known = ", ".join(entry.name for entry in self.skills if not entry.fault)
            raise InvalidValue(f"there is no such skill; there are: {known}", param="skill")

    def _claimed(self, request: TurnRequest, decision: Decision, embedding: np.ndarray | None) -> Decision:
        if request.skill is not None:
            return replace(decision, skill=request.skill, reason="The request names the skill.")
        return self.claims.applied(decision, embedding) if request.model == AUTO else decision

    async def _embedding(
        self, request: TurnRequest, text: str
    ) -> tuple[np.ndarray | None, float | None, str | None]:
        """The embedding with its time, or neither and, where it failed, a warning. Only `council/auto` needs one."""
        if self.embedder is None or request.model != AUTO or not text.strip():
            return None, None, None
        began = perf_counter()
        try:
            async with asyncio.timeout(EMBED_TIMEOUT_S):
                embedding = await self.embedder.embed(text)
        except TimeoutError:
            return None, None, f"the embedding took longer than {EMBED_TIMEOUT_S:g} s"
        except CouncilError as error:
            return None, None, f"the embedder failed: {error.code}"
        except Exception as error:  # the edge of a model runtime: a turn can do without its embedding
            log.error("the embedder failed: %s", describe_defect(error))
            return None, None, "the embedder failed"
        return embedding, (perf_counter() - began) * 1e3, None
