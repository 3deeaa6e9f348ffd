"""What an owner told before, near the words of a turn, as documents: data to quote, never instructions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from orchestrator.errors import MemoryUnavailable
from orchestrator.memory.measures import MemoryMeasures
from orchestrator.memory.store import Memory, MemoryStore
from orchestrator.seams import Document, Recollection

LEAST_SIMILARITY = 0.1
"""What is less alike is not given on. Pairs of question and statement that belong together (`RECALLED` of the tests) have 0.33
and more where both are short, a long statement with what is asked at its beginning 0.28; what is said in other words 0.18
("What's my name?" of "I'm Tom and I live in Berlin."). Of what is given on the words decide."""
MOST = 8
MOST_READ = 32
"""So many of the nearest are read for one that answers in other words."""
TIMEOUT_S = 3.0
OPENING_TIMEOUT_S = 20.0
"""LanceDB is loaded behind the start, in a second or two, on a loaded machine in several."""


@dataclass(frozen=True, slots=True)
class Recall:
    """`settled` waits until what an owner said just now is there to be found."""

    store: MemoryStore
    measures: MemoryMeasures
    settled: Callable[[str], Awaitable[bool]]

    async def near(self, owner: str, embedding: np.ndarray) -> tuple[Document, ...]:
        """The owner's statements that are alike enough, the nearest first. Raises MemoryUnavailable, also when late."""

        async def search() -> tuple[Document, ...]:
            await self.settled(owner)
            found = await self.store.nearest(owner, embedding, MOST_READ)
            alike = [each for each in found if each.similarity >= LEAST_SIMILARITY]
            names = frozenset().union(*(_names(each.memory.text) for each in alike))
            alike += [
                each
                for each in found
                if each.similarity < LEAST_SIMILARITY and names & _names(each.memory.text)
            ]
            return tuple(_document(each.memory, each.similarity) for each in alike)

        return await self._measured(search)

    async def latest(self, owner: str) -> tuple[Document, ...]:
        """What the owner told last, whatever it is about."""

        async def search() -> tuple[Document, ...]:
            await self.settled(owner)
            return tuple(_document(each) for each in await self.store.list(owner, limit=MOST))

        return await self._measured(search)

    async def _measured(self, search: Callable[[], Awaitable[tuple[Document, ...]]]) -> tuple[Document, ...]:
        began_s, outcome = perf_counter(), "failed"
        try:
            async with asyncio.timeout(OPENING_TIMEOUT_S):
                await self.store.open()
            async with asyncio.timeout(TIMEOUT_S):
                found = await search()
            outcome = "found" if found else "nothing"
        except TimeoutError as error:
            raise MemoryUnavailable("the memory did not answer in time") from error
        finally:
            self.measures.recalled(outcome, perf_counter() - began_s)
        return found


# "Miso ran away" is not like "What is my cat called?", and is news of what was told of Miso.
_NAME = re.compile(r"\b(?!(?:I|My|Our|We|The|Remember|Note|Please)\b)[A-Z][\w-]+")


def _names(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text))


def _document(memory: Memory, similarity: float | None = None) -> Recollection:
    source = f"remembered on {memory.remembered_at:%Y-%m-%d}"
    score = None if similarity is None else round(similarity, 4)
    return Recollection(memory.id, memory.text, source, score, memory.remembered_at)
