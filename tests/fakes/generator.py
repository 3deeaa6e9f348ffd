"""A `Generator` in memory: says what its lines tell, and counts what it opened until it is closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

from orchestrator.seams import Ask, Generated, TokenTally


@dataclass(frozen=True, slots=True)
class Line:
    """What one voice does. It says its words one a step, `steps` loop turns before each; `hangs` after the last one.

    `error` is raised in place of the end.
    """

    text: str = ""
    mean_log_prob: float | None = -0.5
    steps: int = 0
    hangs: bool = False
    error: BaseException | None = None
    finish_reason: Literal["stop", "length"] = "stop"
    stopped_by: str | None = None


@dataclass
class ScriptedGenerator:
    """Lines by model id, or one for every ask by `answer`."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    answer: Callable[[Ask], Line] | None = None
    asks: list[Ask] = field(default_factory=list)
    running: int = 0
    most_running: int = 0
    ended: int = 0

    async def generate(self, ask: Ask) -> Generated:
        async with aclosing(self.stream(ask)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Generated):
                    return piece
        raise AssertionError

    async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
        line = self.answer(ask) if self.answer is not None else self.lines[ask.model]
        tally = ask.tally or TokenTally()
        self.asks.append(ask)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            tally.prompt_tokens = 10
            for word in line.text.split(" "):
                for _ in range(line.steps):
                    await asyncio.sleep(0)
                tally.completion_tokens += 1
                yield word
            if line.hangs:
                await asyncio.sleep(3600)
            if line.error is not None:
                raise line.error
            self.ended += 1
            yield Generated(
                line.text,
                ask.model,
                line.finish_reason,
                10,
                tally.completion_tokens,
                1.0,
                2.0,
                line.mean_log_prob,
                line.stopped_by,
            )
        finally:
            self.running -= 1
