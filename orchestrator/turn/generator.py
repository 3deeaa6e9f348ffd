"""The generator that one turn works with: the request's own sampling, its limits, and a tally of what was generated."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from orchestrator.seams import Ask, Generated, Generator, TokenTally
from orchestrator.turn.values import TurnRequest, Usage


class TurnGenerator:
    """Implements `seams.Generator`. `generated` has every generation that ended, in order; `usage` counts also those
    that were abandoned or failed, as far as they came."""

    def __init__(self, generator: Generator, request: TurnRequest, max_tokens: int) -> None:
        self._generator = generator
        self._request = request
        self._max_tokens = max_tokens
        self.generated: list[Generated] = []
        self._tallies: list[TokenTally] = []

    @property
    def usage(self) -> Usage:
        return Usage(
            sum(tally.prompt_tokens for tally in self._tallies),
            sum(tally.completion_tokens for tally in self._tallies),
        )

    async def generate(self, ask: Ask) -> Generated:
        generated = await self._generator.generate(self._filled(ask))
        self.generated.append(generated)
        return generated

    async def stream(self, ask: Ask) -> AsyncGenerator[str | Generated, None]:
        async with aclosing(self._generator.stream(self._filled(ask))) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                if isinstance(piece, Generated):
                    self.generated.append(piece)
                yield piece

    def _filled(self, ask: Ask) -> Ask:
        """What the asker left open comes from the request; no ask is longer than the turn may be."""
        request = self._request
        tally = ask.tally or TokenTally()
        self._tallies.append(tally)
        return replace(
            ask,
            tally=tally,
            max_tokens=min(ask.max_tokens, self._max_tokens),
            temperature=request.temperature if ask.temperature is None else ask.temperature,
            top_p=request.top_p if ask.top_p is None else ask.top_p,
            seed=request.seed if ask.seed is None else ask.seed,
            stop=tuple(dict.fromkeys((*ask.stop, *request.stop))),
        )
