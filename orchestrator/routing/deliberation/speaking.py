"""From a voice to a vote: generate, refuse what is no answer, check it, find its meaning.

Anything that goes wrong becomes the seat's error; nothing but a cancellation leaves `speak`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import numpy as np

from orchestrator.errors import AnswerNotValid, CouncilError, EmptyAnswer, InferenceStreamBroken
from orchestrator.routing.deliberation.ballot import Vote
from orchestrator.routing.deliberation.floor import Admission
from orchestrator.routing.deliberation.meaning import MAX_EMBEDDED_CHARS
from orchestrator.routing.deliberation.normal_form import normal_form
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.seat import Seat
from orchestrator.routing.deliberation.verification import Verifier
from orchestrator.routing.deliberation.weighting import Weight
from orchestrator.seams import Ask, Embedder, Generated, Generator
from orchestrator.text import is_blank

log = logging.getLogger(__name__)

CHECK_TIMEOUT_S = 10.0
UNFINISHED = "time ended before every voice was done: the text of a voice that is out_of_time is what it had said by then"


@dataclass(frozen=True, slots=True)
class Speaking:
    """What every voice of one deliberation speaks with."""

    question: Question
    generator: Generator
    weight: Weight
    verifiers: Sequence[Verifier]
    embedder: Embedder | None
    admission: Admission

    async def speak(self, seat: Seat) -> None:
        try:
            await self._answer(seat)
            seat.end("answered")
        except CouncilError as error:
            self._fail(seat, error)
        except Exception:  # the edge of a task: one voice's defect must not take the others with it
            log.exception("voice %d (%s) failed", seat.index, seat.voice.model)
            self._fail(seat, CouncilError("the voice failed by a defect of ours"))

    def _fail(self, seat: Seat, error: CouncilError) -> None:
        if not seat.closed:
            seat.error, seat.vote = error, None
            seat.end("failed")

    async def _answer(self, seat: Seat) -> None:
        generated = await self._generated(seat)
        if (
            seat.closed
        ):  # too late to be heard, by a generator that ignores being stopped: only its tokens count
            seat.generated = seat.generated or generated
            return
        if is_blank(generated.text):
            raise EmptyAnswer(f"model {generated.model!r} ended its answer without a word")
        seat.generated = generated
        vote = self._vote(seat, generated)
        if not any(verifier.required for verifier in self.verifiers):
            seat.vote = vote
        passed = await self._passed(seat, generated.text)
        vector = await self._vector(seat, generated.text)
        if not seat.closed:
            seat.vote = replace(vote, passed=passed, vector=vector)

    async def _generated(self, seat: Seat) -> Generated:
        ask = seat.voice.ask(self.question, seat.granted, seat.tally)
        async with self.admission.place(seat.voice.model, seat.tally):
            seat.placed = True
            return await self._streamed(seat, ask)

    async def _streamed(self, seat: Seat, ask: Ask) -> Generated:
        """Streamed whether or not somebody reads along: what was said when time ends is not lost."""
        async with aclosing(self.generator.stream(ask)) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                if isinstance(piece, Generated):
                    return piece
                seat.hear(piece)
        raise InferenceStreamBroken("the generation ended without its whole text")

    def cut_off(self, seat: Seat) -> None:
        """Time has ended: what the voice said so far has its vote, as a text has that was cut off for want of tokens.

        Not where an answer must pass a check, which half of one cannot.
        """
        if is_blank("".join(seat.heard)) or any(verifier.required for verifier in self.verifiers):
            return
        seat.generated = seat.cut_off()
        seat.vote = self._vote(seat, seat.generated)
        seat.warnings.append(UNFINISHED)

    def _vote(self, seat: Seat, generated: Generated) -> Vote:
        rotation, cut = seat.voice.rotation_of(self.question), generated.finish_reason == "length"
        form = normal_form(self.question, generated.text, rotation, cut=cut)
        return Vote(seat.index, generated.text, form, self.weight(generated.mean_log_prob))

    async def _passed(self, seat: Seat, answer: str) -> bool | None:
        """The verdict of the first check that has one. A required check only lets pass: it proves nothing."""
        for verifier in self.verifiers:
            passed = await self._check(seat, verifier, answer)
            if passed is None:
                continue
            seat.checked_by = verifier.method
            if not verifier.required:
                return passed
            if not passed:
                raise AnswerNotValid("the answer is not valid by the schema of the request")
        return None

    async def _check(self, seat: Seat, verifier: Verifier, answer: str) -> bool | None:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_S):
                return await verifier.passes(self.question, answer)
        except TimeoutError:
            seat.warnings.append(f"the check {verifier.method!r} took too long")
        except CouncilError as error:
            if verifier.required:
                raise
            seat.warnings.append(f"the check {verifier.method!r} could not be made: {error.message}")
        return None

    async def _vector(self, seat: Seat, answer: str) -> np.ndarray | None:
        """Only an open question's answers are compared by meaning: the other forms have exact ones."""
        if self.embedder is None or self.question.form != "open":
            return None
        try:
            return await self.embedder.embed(answer[:MAX_EMBEDDED_CHARS])
        except CouncilError as error:
            seat.warnings.append(f"answers were not compared by meaning: {error.message}")
            return None
