"""The skills there are, ours and third parties', and the asking of them within a deadline.

Guarantees of `ask`: it returns with an answer that `shape.py` passed or with the reason why general generation takes
over, as soon as the skill has used up the deadline of the task; the time in which it waits for generated text is not
its own (`own_time.py`). A third party's failure of any kind is such a reason. Our own skills raise the
CouncilError tree, which is passed on: an engine that is down is not to be asked again for a general answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Literal, Protocol, runtime_checkable

from orchestrator.errors import CouncilError
from orchestrator.routing.skills.own_time import OwnTime, TimelessGenerator
from orchestrator.routing.skills.plugin_process import PluginFailure, PluginProcess
from orchestrator.routing.skills.plugins import Plugin
from orchestrator.routing.skills.shape import Misshapen, checked_answer, described
from orchestrator.routing.skills.unable import SkillUnable
from orchestrator.seams import Skill, SkillAnswer, SkillName, SkillTask
from orchestrator.telemetry.defects import describe_defect
from orchestrator.telemetry.metrics import Metrics

log = logging.getLogger(__name__)

FAULTS_TO_REST = 3
REST_S = 60.0

FallThrough = Literal["declined", "deadline", "failed", "unusable", "resting"]
"""Why a skill did not answer: it returned None, took too long, raised, gave what is no answer, or is not asked for a
while because it failed time after time."""


@runtime_checkable
class WorkingSkill(Protocol):
    """A skill of ours that holds something open, such as processes."""

    async def start(self) -> None: ...

    async def aclose(self) -> None: ...


@dataclass(slots=True)
class SkillEntry:
    """One row of the list of skills. `fault` says why it is never asked, `last_failure` what went wrong last."""

    name: SkillName
    description: str
    origin: str
    skill: Skill | None
    entry_point: str | None = None
    examples: tuple[str, ...] = ()
    fault: str | None = None
    last_failure: str | None = None
    failures_in_a_row: int = 0
    rests_until_s: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    process: PluginProcess | None = None
    """Where a third party's skill runs; None for ours."""

    @property
    def state(self) -> Literal["usable", "resting", "faulty"]:
        if self.fault is not None:
            return "faulty"
        return "resting" if monotonic() < self.rests_until_s else "usable"


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, or why there is none; `detail` is for the operator and names no text of the conversation."""

    answer: SkillAnswer | None = None
    fell_through: FallThrough | None = None
    detail: str = ""


@dataclass(slots=True)
class SkillRegistry:
    """Built once by the composition root. Iterating gives every entry, the faulty ones last."""

    metrics: Metrics
    _entries: dict[SkillName, SkillEntry] = field(default_factory=dict)
    _refused: list[SkillEntry] = field(default_factory=list)
    _starting: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(cls, built_in: Sequence[Skill], plugins: Sequence[Plugin], metrics: Metrics) -> SkillRegistry:
        registry = cls(metrics)
        for skill in built_in:
            seen = described(skill)
            assert seen.name not in registry._entries, f"two skills of ours are called {seen.name!r}"
            registry._entries[seen.name] = SkillEntry(seen.name, seen.description, "council", skill)
        for plugin in plugins:
            registry._add(plugin)
        return registry

    def _add(self, plugin: Plugin) -> None:
        process = plugin.process
        entry = SkillEntry(
            name=process.name if process else plugin.entry_point,
            description=process.description if process else "",
            origin=plugin.package,
            skill=process,
            entry_point=f"{plugin.entry_point} = {plugin.target}",
            examples=plugin.examples,
            fault=plugin.fault,
            process=process,
        )
        if process is not None:
            self._entries[entry.name] = entry
            return
        self._refused.append(entry)
        entry.outcomes[plugin.fault_kind or "bad_shape"] += 1
        self.metrics.skill_outcomes.labels(plugin.entry_point, plugin.fault_kind or "bad_shape").inc()
        log.warning("the skill %s of %s is not used: %s", plugin.entry_point, plugin.package, plugin.fault)

    def get(self, name: SkillName) -> SkillEntry | None:
        """The usable skill of this name; one that did not load is not there."""
        return self._entries.get(name)

    def __iter__(self) -> Iterator[SkillEntry]:
        yield from self._entries.values()
        yield from self._refused

    async def ask(self, name: SkillName, task: SkillTask) -> Asked:
        """One skill's answer. Raises KeyError for a name that `get` does not know, CouncilError of our own skills."""
        entry = self._entries[name]
        if entry.state == "resting":
            return self._counted(entry, Asked(None, "resting", entry.last_failure or ""))
        assert entry.skill is not None, "an entry that can be looked up is usable"
        asked = await self.within(entry, task, entry.skill.answer)
        if entry.process is not None:
            _keep_score(entry, asked)
        return asked

    async def within(
        self, entry: SkillEntry, task: SkillTask, work: Callable[[SkillTask], Awaitable[Any]]
    ) -> Asked:
        """What the `work` of this skill on the task gives within the task's deadline."""
        time = OwnTime(task.deadline_s)
        try:
            async with time:
                timed = replace(task, generator=TimelessGenerator(task.generator, time))
                asked = _read(await work(timed), entry.name)
        except SkillUnable as unable:
            log.warning("the skill %s could not answer: %s", entry.name, unable.reason)
            asked = Asked(None, "failed", unable.reason)
        except CouncilError:
            raise
        except PluginFailure as failure:
            log.error("the skill %s failed: %s", entry.name, failure.where)
            asked = Asked(None, "failed", failure.detail)
        except Exception as error:  # the edge of a skill: one that fails must not take the turn along
            asked = _failure(error, time.expired, task.deadline_s)
            if asked.fell_through == "failed":
                log.error("the skill %s failed: %s", entry.name, describe_defect(error))
        return self._counted(entry, asked)

    def _counted(self, entry: SkillEntry, asked: Asked) -> Asked:
        outcome = asked.fell_through or "answered"
        entry.outcomes[outcome] += 1
        self.metrics.skill_outcomes.labels(entry.name, outcome).inc()
        return asked

    def start(self) -> None:
        """Let our own skills that work with processes warm up, beside the first turns and not before them."""
        for skill in self._working():
            self._starting.append(asyncio.create_task(skill.start()))

    async def aclose(self) -> None:
        """Nothing of any skill runs on when this returns."""
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        plugins = [entry.process for entry in self._entries.values() if entry.process is not None]
        await asyncio.gather(
            *(skill.aclose() for skill in self._working()), *(process.aclose() for process in plugins)
        )

    def _working(self) -> list[WorkingSkill]:
        own: list[object] = [entry.skill for entry in self._entries.values() if entry.process is None]
        return [skill for skill in own if isinstance(skill, WorkingSkill)]


def _read(answer: Any, name: SkillName) -> Asked:
    if answer is None:
        return Asked(None, "declined")
    return Asked(checked_answer(answer, name))


def _failure(error: Exception, expired: bool, deadline_s: float) -> Asked:
    if expired:
        return Asked(None, "deadline", f"took longer than {deadline_s:g} s")
    if isinstance(error, Misshapen):
        return Asked(None, "unusable", str(error))
    return Asked(None, "failed", f"raised {type(error).__name__}")


def _keep_score(entry: SkillEntry, asked: Asked) -> None:
    """After FAULTS_TO_REST failures in a row a skill rests, so that a broken one does not cost every turn its deadline."""
    if asked.fell_through in (None, "declined"):
        entry.failures_in_a_row = 0
        return
    entry.last_failure = asked.detail
    entry.failures_in_a_row += 1
    if entry.failures_in_a_row >= FAULTS_TO_REST:
        entry.failures_in_a_row = 0
        entry.rests_until_s = monotonic() + REST_S
