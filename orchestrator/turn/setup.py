"""How what answers turns is put together: by the composition root for the server, by `council route` in its own process.

What is missing is told and done without: without the embedder, decisions are made from words alone and say so.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from orchestrator.errors import EmbedderUnavailable
from orchestrator.inference.chat import ChatGenerator
from orchestrator.inference.registry import ModelRegistry
from orchestrator.inference.types import InferenceBackend
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.memory.recall import Recall
from orchestrator.memory.statements import statements
from orchestrator.routing.deliberation.calibration import Calibration
from orchestrator.routing.deliberation.deliberation import Deliberation
from orchestrator.routing.deliberation.floor import Floor
from orchestrator.routing.features import HEAD_CHARS
from orchestrator.routing.policies.judgement import CERTAIN
from orchestrator.routing.router import Router
from orchestrator.routing.skills.built_in import built_in_skills
from orchestrator.routing.skills.math import recognise
from orchestrator.routing.skills.plugins import Plugin, load_plugins
from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.seams import CodeRunner, Embedder, Generator, Skill
from orchestrator.settings import Settings
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.checks import verifiers
from orchestrator.turn.decision import Decider, Decisions
from orchestrator.turn.features import ModelStates, ReadinessOfModels
from orchestrator.turn.memory import TurnMemory
from orchestrator.turn.turns import TurnLimits, Turns
from orchestrator.turn.vote import Voting

log = logging.getLogger(__name__)


def build_turns(
    settings: Settings,
    registry: ModelRegistry,
    backend: InferenceBackend,
    metrics: Metrics,
    readiness: ReadinessOfModels,
    *,
    decider: Decider,
    embedder: Embedder | None = None,
    runner: CodeRunner | None = None,
    own: Sequence[Skill] | None = None,
    plugins: Sequence[Plugin] | None = None,
    recall: Recall | None = None,
) -> Turns:
    """`own` are our skills, all of them by default; `plugins` third parties', by default those that are installed."""
    own = built_in_skills(embedder) if own is None else own
    skills = build_skills(settings, metrics, own, plugins)
    generator = ChatGenerator(registry, backend, metrics, buffer_tokens=settings.stream_buffer_tokens)
    return Turns(
        decisions=Decisions(
            ModelStates(registry, readiness, metrics),
            decider,
            skills,
            embedder,
            tried=partial(build_decider, settings),
            is_settled=is_computable,
            is_told=is_told,
            remembers=recall is not None,
        ),
        skills=skills,
        generator=generator,
        voting=_voting(settings, own, generator, embedder, runner, Floor(partial(voices_at_once, registry))),
        runner=runner,
        limits=TurnLimits(settings.skill_deadline_s, settings.answer_tokens),
        memory=None if recall is None else TurnMemory(recall),
    )


def voices_at_once(registry: ModelRegistry, model_id: str) -> int:
    """Three quarters of what the model's engine generates at once: a plain chat finds one of the others."""
    record = registry.get(model_id).record
    slots = record.cpu.slots if record.cpu else record.gpu.limits.max_batch_size if record.gpu else 1
    return max(1, slots * 3 // 4)


def is_computable(text: str) -> bool:
    """Whether the solver reads the whole text as one question."""
    return len(text.strip()) <= HEAD_CHARS and recognise(text) >= CERTAIN


def is_told(text: str) -> bool:
    """Whether memory would keep a sentence of it."""
    return bool(statements(text))


def build_skills(
    settings: Settings, metrics: Metrics, own: Sequence[Skill], plugins: Sequence[Plugin] | None = None
) -> SkillRegistry:
    if plugins is None:
        plugins = load_plugins([skill.name for skill in own]) if settings.third_party_skills else ()
    return SkillRegistry.of(own, plugins, metrics)


def build_decider(settings: Settings, policy: str | None = None, quality: float | None = None) -> Decider:
    """The router of the settings, or with another policy or quality."""
    router = Router(
        policy="rules" if (policy or settings.routing_policy) == "rules" else "learned",
        quality=settings.routing_quality if quality is None else quality,
        recognisers={"math": recognise},
    )
    return router.decide


def load_embedder(models_dir: Path) -> MiniLmEmbedder | None:
    """None, with a warning in the log, where it is not installed or not what it should be. Reads for 0.2 s."""
    try:
        return MiniLmEmbedder.load(models_dir)
    except EmbedderUnavailable as error:
        log.warning("decisions are made without the meaning of prompts: %s", error.message)
        return None


def _voting(
    settings: Settings,
    own: Sequence[Skill],
    generator: Generator,
    embedder: Embedder | None,
    runner: CodeRunner | None,
    floor: Floor,
) -> Voting:
    solver = next(skill for skill in own if skill.name == "math")
    deliberation = Deliberation(
        generator,
        embedder=embedder,
        verifiers=verifiers(runner),
        calibration=Calibration.load_or_none(),
        floor=floor,
    )
    return Voting(deliberation, solver, settings.vote_voices, settings.vote_tokens, settings.vote_deadline_s)
