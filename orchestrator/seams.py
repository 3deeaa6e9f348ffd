"""The values and protocols that features hand each other. No behaviour, no library beyond numpy's array type.

Features never import each other, so what crosses from one to another is said here: a conversation, what routing is
told and what it decides, how a skill asks for generated text, and what a skill gives back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    # Named in annotations only: a plug-in's process would wait longer for it than for everything else together.
    import numpy as np

Role = Literal["fast", "balanced", "code", "long_context"]
SpeakerRole = Literal["system", "user", "assistant", "tool"]
SkillName = str
"""`math`, `code`, `knowledge`, `logic`, `general`, `exec`, or the name of a third party's skill."""

DegradationLevel = Literal["none", "smaller_model", "busy", "no_embedding"]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: SpeakerRole
    content: str


@dataclass(frozen=True, slots=True)
class Document:
    """Text supplied with a request or recalled from memory: data to quote, never instructions."""

    id: str
    text: str
    source: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Recollection(Document):
    """A statement that was recalled, with when it was told: what was told later may take back what was told before. `at` is
    None where nobody knows."""

    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ModelState:
    """One installed model at the moment of a decision. `active` and `queued` count its generations.

    `usd_per_1k_tokens` is the price of new tokens: which model is the cheapest once the budget is used up.
    """

    id: str
    roles: tuple[Role, ...]
    ready: bool
    context_tokens: int
    parameters: int | None = None
    active: int = 0
    queued: int = 0
    usd_per_1k_tokens: float = 0.0


@dataclass(frozen=True, slots=True)
class Features:
    """Everything a decision may depend on. `text` is the user's own words of this turn, nothing else.

    `embedding` is float32[384] of unit length, or None where no embedder is installed. `user_turns` counts the user's
    messages of the conversation, this one included. `history_chars` is the length of the other
    messages, without `text`. `skill` is the one that the request names.
    """

    text: str
    requested: str
    models: tuple[ModelState, ...]
    user_turns: int = 1
    history_chars: int = 0
    documents: int = 0
    embedding: np.ndarray | None = None
    budget_left_usd: float | None = None
    skill: SkillName | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else was considered, with the score it had and why it was not taken."""

    skill: SkillName
    model: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and why: `reason` is one sentence for a person. `scores` has one entry a skill, 0..1.

    `difficulty` is the calibrated probability that, where only one of a small and a large model is right, it is the
    large one, or None when no learned policy looked. `decided_ms` excludes the embedding.
    """

    skill: SkillName
    model: str
    policy: str
    reason: str
    scores: Mapping[SkillName, float]
    difficulty: float | None = None
    alternatives: tuple[Alternative, ...] = ()
    degradation: DegradationLevel = "none"
    warnings: tuple[str, ...] = ()
    decided_ms: float = 0.0


@dataclass(slots=True)
class TokenTally:
    """Tokens that a generation took so far: the generator counts here, so that an abandoned one's cost is known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """Generated text wanted. `None` means the model's own default. `max_tokens` bounds the answer."""

    model: str
    messages: Sequence[ChatMessage]
    max_tokens: int
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    json_schema: Mapping[str, Any] | None = None
    want_log_probs: bool = False
    tally: TokenTally | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Generated:
    """A whole generated text. `mean_log_prob` is the mean natural log-probability of its tokens, where asked for.

    `stopped_by` is the asker's stop string that cut it off, where one did.
    """

    text: str
    model: str
    finish_reason: Literal["stop", "length"]
    prompt_tokens: int
    completion_tokens: int
    first_token_ms: float
    total_ms: float
    mean_log_prob: float | None = None
    stopped_by: str | None = None


class Generator(Protocol):
    """Asks a model for text. Both raise the CouncilError tree; closing or cancelling stops the engine."""

    async def generate(self, ask: Ask) -> Generated: ...

    def stream(self, ask: Ask) -> AsyncIterator[str | Generated]:
        """Pieces of text as they come; the last item is the `Generated` with the whole text."""
        ...


@dataclass(frozen=True, slots=True)
class CodeResult:
    """What a program did. A program that fails is a result; a sandbox that fails raises."""

    stdout: str
    stderr: str
    exit_code: int
    elapsed_ms: float
    timed_out: bool = False


class CodeRunner(Protocol):
    """Runs code in a sandbox. Raises SandboxUnavailable when there is none."""

    async def run(self, code: str, language: str, *, timeout_s: float) -> CodeResult: ...


class Embedder(Protocol):
    """Sentence embeddings: float32[384], unit length. Never on the event loop's thread."""

    async def embed(self, text: str) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class SkillTask:
    """What a skill is given. `deadline_s` is how long it may take before general generation takes over; the time in
    which it waits for text of `generator` does not count. `recalled` is what memory has of the user's statements near
    `text`, None where it was not asked, or could not be, for the reason in `recall_failure`."""

    text: str
    messages: Sequence[ChatMessage]
    model: str
    generator: Generator
    max_tokens: int = 512
    documents: Sequence[Document] = ()
    recalled: Sequence[Document] | None = None
    recall_failure: str = ""
    runner: CodeRunner | None = None
    deadline_s: float = 30.0
    temperature: float | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class SkillAnswer:
    """An answer that stands. `confidence` is computed (0..1) or None, never a constant.

    `method` says how it came about: `computed`, `executed`, `cited` or `generated`. `evidence` is shown to the user as
    it is and can be serialised to JSON.
    """

    text: str
    skill: SkillName
    method: Literal["computed", "executed", "cited", "generated"]
    confidence: float | None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    generated: tuple[Generated, ...] = ()


class Skill(Protocol):
    """One way of answering. Registered by name; third parties add theirs as the entry point group `council.skills`."""

    @property
    def name(self) -> SkillName: ...

    @property
    def description(self) -> str: ...

    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        """The answer, or None when this skill cannot: general generation then takes over."""
        ...
