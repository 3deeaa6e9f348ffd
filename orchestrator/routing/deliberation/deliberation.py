"""The council: several voices answer one question at the same time, are checked where they can be, and are counted.

Guarantees: every voice starts at once while the token budget and the floor, which all votes share, allow it; a voice that fails is listed with its code and
never wins; the voices whose answers cannot change the outcome any more are stopped at once; leaving early (closing the
events, cancelling the caller) stops all of them before control comes back. The winner does not depend on who was
faster, save that a proved answer ends it. No rounds of critique: they were measured and did not help
(docs/deliberation.md).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from orchestrator.errors import InvalidValue
from orchestrator.routing.deliberation.budget import Limits
from orchestrator.routing.deliberation.calibration import Calibration
from orchestrator.routing.deliberation.events import DeliberationEvent
from orchestrator.routing.deliberation.floor import Admission, Floor
from orchestrator.routing.deliberation.meaning import SAME_MEANING_COSINE, alike_above
from orchestrator.routing.deliberation.opinion import Verdict
from orchestrator.routing.deliberation.question import Question
from orchestrator.routing.deliberation.session import Session
from orchestrator.routing.deliberation.speaking import Speaking
from orchestrator.routing.deliberation.verification import SchemaVerifier, Verifier
from orchestrator.routing.deliberation.voices import Voice
from orchestrator.routing.deliberation.weighting import MAX_VOICES, Weight, majority_log_prob
from orchestrator.seams import Embedder, Generator


class Deliberation:
    """Built once; holds nothing of a single deliberation."""

    def __init__(
        self,
        generator: Generator,
        *,
        embedder: Embedder | None = None,
        verifiers: Sequence[Verifier] = (),
        calibration: Calibration | None = None,
        weight: Weight = majority_log_prob,
        early_stop: bool = True,
        floor: Floor | None = None,
    ) -> None:
        """JSON schemas are always checked; `verifiers` come on top. Without `calibration` there is no confidence.

        `floor` bounds the voices of all deliberations together; without it all speak at once.
        """
        self._generator = generator
        self._embedder = embedder
        self._verifiers = (SchemaVerifier(), *verifiers)
        self._calibration = calibration
        self._weight = weight
        self._early_stop = early_stop
        self._floor = floor or Floor.without_bounds()

    def speaking(self, model: str) -> int:
        """How many of its voices are at work now, of all deliberations."""
        return self._floor.speaking(model)

    async def decide(
        self,
        question: Question,
        voices: Sequence[Voice],
        limits: Limits,
        *,
        generator: Generator | None = None,
    ) -> Verdict:
        """The verdict. Raises NoVoiceAnswered, QueueFull when there is no place for a single voice in time, or the
        caller's own mistake when all voices failed of it."""
        async with aclosing(self.run(question, voices, limits, generator=generator)) as events:
            async for event in events:
                if isinstance(event, Verdict):
                    return event
        raise AssertionError("a deliberation ends with its verdict")

    async def run(
        self,
        question: Question,
        voices: Sequence[Voice],
        limits: Limits,
        *,
        generator: Generator | None = None,
    ) -> AsyncGenerator[DeliberationEvent, None]:
        """The events as they happen, the verdict last. Close it (`contextlib.aclosing`) on every path.

        `generator` takes the place of the one it was built with.
        """
        _refuse_empty(voices, limits)
        models, most = {voice.model for voice in voices}, min(limits.answer_tokens, limits.tokens)
        with self._floor.admitted(models, limits.seconds, most) as admission:
            session = self._session(question, voices, limits, generator or self._generator, admission)
            try:
                for event in list(session.start_voices()):  # all at once, however slow the reader is
                    yield event
                while happened := await session.next():
                    for event in happened:
                        yield event
            finally:
                await session.aclose()
        yield session.verdict(self._calibration)

    def _session(
        self,
        question: Question,
        voices: Sequence[Voice],
        limits: Limits,
        generator: Generator,
        admission: Admission,
    ) -> Session:
        by_meaning = self._embedder is not None and question.form == "open"
        speaking = Speaking(
            question=question,
            generator=generator,
            weight=self._weight,
            verifiers=[verifier for verifier in self._verifiers if verifier.applies(question)],
            embedder=self._embedder,
            admission=admission,
        )
        alike = alike_above(SAME_MEANING_COSINE) if by_meaning else None
        return Session(speaking, voices, limits, alike, early_stop=self._early_stop)


def _refuse_empty(voices: Sequence[Voice], limits: Limits) -> None:
    if not voices:
        raise InvalidValue("a deliberation needs at least one voice", param="voices")
    if len(voices) > MAX_VOICES:
        raise InvalidValue(f"at most {MAX_VOICES} voices", param="voices")
    if limits.tokens < 1 or limits.answer_tokens < 1 or not limits.seconds > 0:
        raise InvalidValue("a deliberation needs tokens and time", param="max_tokens")
