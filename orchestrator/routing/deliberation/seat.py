"""One voice at the table: what it was granted, what it has said so far, and how it ended."""

from __future__ import annotations

from asyncio import Task
from dataclasses import dataclass, field
from time import perf_counter

from orchestrator.errors import CouncilError
from orchestrator.routing.deliberation.ballot import Vote
from orchestrator.routing.deliberation.opinion import Opinion, Outcome
from orchestrator.routing.deliberation.verification import CheckMethod
from orchestrator.routing.deliberation.voices import Voice
from orchestrator.seams import Generated, TokenTally


@dataclass(slots=True)
class Seat:
    """`outcome` is None while the voice waits or speaks. An answer's `vote` is there before its checks are done.

    `heard` are the pieces of its text as they came: when time ends they are a text that was cut off.
    `placed` once it had a place to speak, `closed` once the session has counted it, or stopped it.
    """

    index: int
    voice: Voice
    outcome: Outcome | None = None
    granted: int = 0
    placed: bool = False
    tally: TokenTally = field(default_factory=TokenTally)
    task: Task[None] | None = None
    began_s: float | None = None
    ms: float = 0.0
    generated: Generated | None = None
    heard: list[str] = field(default_factory=list)
    first_ms: float = 0.0
    vote: Vote | None = None
    checked_by: CheckMethod | None = None
    error: CouncilError | None = None
    warnings: list[str] = field(default_factory=list)
    closed: bool = False

    def begin(self, granted: int) -> None:
        self.granted = granted
        self.began_s = perf_counter()

    def end(self, outcome: Outcome) -> None:
        """How it ended. Once it is closed nothing changes that, also not a generator that ignores being cancelled."""
        if self.closed:
            return
        self.outcome = outcome
        self.ms = self._since_began_ms()

    def hear(self, piece: str) -> None:
        if not self.heard:
            self.first_ms = self._since_began_ms()
        self.heard.append(piece)

    def cut_off(self) -> Generated:
        """What it has said so far, as a text that ended for want of time rather than by itself."""
        return Generated(
            text="".join(self.heard),
            model=self.voice.model,
            finish_reason="length",
            prompt_tokens=self.tally.prompt_tokens,
            completion_tokens=self.tally.completion_tokens,
            first_token_ms=self.first_ms,
            total_ms=self._since_began_ms(),
        )

    def _since_began_ms(self) -> float:
        return 0.0 if self.began_s is None else (perf_counter() - self.began_s) * 1e3

    @property
    def used_tokens(self) -> int:
        """What the engine made for it. The tally counts also what was abandoned; not every generator keeps one."""
        whole = 0 if self.generated is None else self.generated.completion_tokens
        return max(whole, self.tally.completion_tokens)

    @property
    def prompt_tokens(self) -> int:
        whole = 0 if self.generated is None else self.generated.prompt_tokens
        return max(whole, self.tally.prompt_tokens)

    @property
    def counted(self) -> Vote | None:
        """Its vote, where it takes part in the count: an answer, or what it had said when time ended."""
        return self.vote if self.outcome in ("answered", "out_of_time") else None

    def _verified(self, answered: Vote | None) -> bool | None:
        if answered is None or self.checked_by is None:
            return None
        return True if answered.passed is None else answered.passed

    def opinion(self, cluster: int | None = None) -> Opinion:
        outcome = self.outcome or "failed"
        answered = self.counted
        generated = self.generated if answered is not None else None
        return Opinion(
            voice=self.voice,
            outcome=outcome,
            text="" if answered is None else answered.text,
            answer=None if answered is None else answered.form,
            cluster=cluster,
            weight=0.0 if answered is None else answered.weight,
            verified=self._verified(answered),
            checked_by=None if answered is None else self.checked_by,
            mean_log_prob=None if generated is None else generated.mean_log_prob,
            finish_reason=None if generated is None else generated.finish_reason,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.used_tokens,
            ms=self.ms,
            error_code=self.error.code if self.error is not None else None,
            error=self.error.message if self.error is not None else None,
            generated=generated,
        )
