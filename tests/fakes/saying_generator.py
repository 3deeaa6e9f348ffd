"""A generator that says what a test gives it, and can be slow, fail or hang; abandoned generations are counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from orchestrator.seams import Ask, Generated


class SayingGenerator:
    """`says` is the text, or a function from what was asked to the text."""

    def __init__(self, says: str | Callable[[Ask], str] = "Fine.") -> None:
        self.says = says
        self.mean_log_prob = -0.1
        self.error: Exception | None = None
        self.hangs = False
        self.takes_s = 0.0
        self.asks: list[Ask] = []
        self.running = 0
        self.abandoned = 0

    async def generate(self, ask: Ask) -> Generated:
        self.asks.append(ask)
        self.running += 1
        ended = False
        try:
            await asyncio.sleep(3600 if self.hangs else self.takes_s)
            if self.error is not None:
                raise self.error
            ended = True
            generated = self._generated(ask)
            if ask.tally is not None:
                ask.tally.prompt_tokens = generated.prompt_tokens
                ask.tally.completion_tokens = generated.completion_tokens
            return generated
        finally:
            self.running -= 1
            self.abandoned += not ended

    async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
        generated = await self.generate(ask)
        for word in generated.text.splitlines(keepends=True):
            yield word
        yield generated

    def _generated(self, ask: Ask) -> Generated:
        text = self.says if isinstance(self.says, str) else self.says(ask)
        words = text.split()
        return Generated(
            text=text,
            model=ask.model,
            finish_reason="length" if len(words) >= ask.max_tokens else "stop",
            prompt_tokens=sum(len(message.content.split()) for message in ask.messages),
            completion_tokens=len(words),
            first_token_ms=1.0,
            total_ms=2.0,
            mean_log_prob=self.mean_log_prob if ask.want_log_probs else None,
        )
