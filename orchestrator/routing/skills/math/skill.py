"""The math skill: what it answers was computed exactly and verified; everything else it leaves to the model."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any, Final

from orchestrator.routing.skills.math.computing import computed
from orchestrator.routing.skills.math.exact.operations import OPERATIONS
from orchestrator.routing.skills.math.outcomes import NeedsSymbols, NotMath, Refused, Result
from orchestrator.routing.skills.math.pool import PoolFailure, PoolSize, WorkerPool
from orchestrator.routing.skills.math.question import Question
from orchestrator.routing.skills.math.reading import read
from orchestrator.routing.skills.math.seal import sealed
from orchestrator.routing.skills.unable import SkillUnable
from orchestrator.seams import SkillAnswer, SkillTask

NAME: Final = "math"
_UNABLE: Final = {
    "busy": "no math worker was free in time",
    "died": "the math worker process ended while it computed",
    "closed": "the math workers are stopped",
}
_ONLY_NEAR: Final = re.compile(r"(?:(?! is )[^=≈])*≈")
"""A statement that says nothing exact before its decimals: `5 kilograms ≈ 11.02311 pounds`, unlike `2/6 = 1/3 ≈ 0.3333333`."""


@dataclass(frozen=True, slots=True)
class MathLimits:
    """`compute_s` is the time of one computation in a worker process, `size` what the processes may take."""

    compute_s: float = 4.0
    size: PoolSize = PoolSize()


class MathSkill:
    """Implements `Skill`. Call `start` at start-up to have its processes warm, `aclose` at the end."""

    name: Final = NAME
    description: Final = "Arithmetic, percentages, algebra, calculus, number theory, combinatorics and units, computed exactly and verified"

    def __init__(self, limits: MathLimits | None = None) -> None:
        self._limits = limits or MathLimits()
        self._pool = WorkerPool(self._limits.size)

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the worker processes."""
        return self._pool.pids

    async def start(self) -> None:
        """Start the worker processes and wait until they are warm."""
        await self._pool.start()

    async def aclose(self) -> None:
        """Kill the worker processes; none is left when this returns."""
        await self._pool.aclose()

    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        """The computed answer, a sentence that refuses what is too large or has no value, or None for what is no question of its own.

        Keeps the task's deadline. Raises SkillUnable for a question of its own that no worker process answered.
        """
        started = time.monotonic()
        try:
            question = read(task.text)
            if question is None:
                return None
            try:
                return _answered(computed(question, OPERATIONS))
            except NeedsSymbols:
                left = task.deadline_s - (time.monotonic() - started)
                return await self._from_worker(task.text, question, left)
        except Refused as refusal:
            return _refused(refusal.reason)
        except NotMath:
            return None

    async def _from_worker(self, text: str, question: Question, left_s: float) -> SkillAnswer | None:
        try:
            reply = await self._pool.compute(text, seconds=self._limits.compute_s, within_s=max(left_s, 0.0))
        except PoolFailure as failure:
            if failure.why == "hung" and not question.symbolic:
                return _refused(f"not computed: it was {_unfinished(failure)}")
            raise SkillUnable(_why(failure)) from None
        return _from_reply(reply)


def _unfinished(failure: PoolFailure) -> str:
    ended = f"not finished after {round(failure.after_s, 1) or 0.1:g} s"
    return f"{ended}, when others were waiting" if failure.hurried else ended


def _why(failure: PoolFailure) -> str:
    return f"the computation was {_unfinished(failure)}" if failure.why == "hung" else _UNABLE[failure.why]


def _from_reply(reply: dict[str, Any]) -> SkillAnswer | None:
    if "refused" in reply:
        return _refused(reply["refused"])
    if "result" in reply:
        return _answered(Result.from_json(reply["result"]))
    return None


def _answered(result: Result) -> SkillAnswer:
    """Confidence is 1 because the result was verified: `checked` in the evidence says by what."""
    nearly = "≈" in result.exact or any(_ONLY_NEAR.match(each) for each in result.statement.split("; "))
    return SkillAnswer(sealed(result.statement, nearly=nearly), NAME, "computed", 1.0, result.evidence())


def _refused(reason: str) -> SkillAnswer:
    return SkillAnswer(f"{reason[0].upper()}{reason[1:]}.", NAME, "computed", None, {"refused": reason})
