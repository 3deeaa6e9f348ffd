"""Which tokens go into the next decode: every running stream's next token first, then prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from llama_cpu.context import BatchToken
from llama_cpu.slots import Phase, Slot

# A batch of more tokens than this is interrupted by a cancel; a smaller one is over before that pays.
INTERRUPTIBLE_TOKENS = 48


@dataclass(frozen=True)
class PlanLimits:
    """`idle_prefill_tokens`: chunk when nobody is decoding. `shared_prefill_ms`: time that prompts may add to
    a step while others are decoding. `draft_streams`: most running streams at which drafts still pay."""

    batch_tokens: int
    idle_prefill_tokens: int = 128
    shared_prefill_ms: float = 40.0
    min_prefill_tokens: int = 16
    draft_streams: int = 1
    starvation_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Piece:
    """One slot's part of a batch: rows `first_row` on hold `tokens`; `draft_tokens` of them are guesses."""

    slot: Slot
    tokens: Sequence[int]
    first_row: int
    draft_tokens: int = 0

    @property
    def is_decode(self) -> bool:
        return self.slot.phase is Phase.DECODE


@dataclass
class BatchPlan:
    rows: list[BatchToken] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def is_interruptible(self) -> bool:
        return len(self.rows) > INTERRUPTIBLE_TOKENS

    def add(self, slot: Slot, tokens: Sequence[int], logits_from: int, draft_tokens: int = 0) -> None:
        start = len(slot.cached)
        self.pieces.append(Piece(slot, tokens, len(self.rows), draft_tokens))
        for offset, token in enumerate(tokens):
            self.rows.append(BatchToken(token, start + offset, slot.sequence, offset >= logits_from))


class PrefillSpeed:
    """How many prompt tokens a millisecond buys, learned from the steps themselves.

    A step that also decodes is charged for its prompt part only: the time of the last steps that decoded as many
    streams and nothing else is taken off. Without that small chunks look slow, which makes them smaller still.
    """

    _KEEP = 0.8

    def __init__(self) -> None:
        self.tokens_per_ms = 0.3
        self._decode_ms: dict[int, float] = {}

    def learn(self, plan: BatchPlan, took_ms: float) -> None:
        running = sum(piece.is_decode for piece in plan.pieces)
        prompt_tokens = sum(len(piece.tokens) for piece in plan.pieces if not piece.is_decode)
        if not prompt_tokens:
            known_ms = self._decode_ms.get(running, took_ms)
            self._decode_ms[running] = self._KEEP * known_ms + (1 - self._KEEP) * took_ms
            return
        prompt_ms = took_ms - self._decode_ms.get(running, 0.0)
        if prompt_ms > 0:
            rate = prompt_tokens / prompt_ms
            self.tokens_per_ms = self._KEEP * self.tokens_per_ms + (1 - self._KEEP) * rate


def plan_batch(
    slots: Sequence[Slot], limits: PlanLimits, prefill_tokens_per_ms: float, now_s: float
) -> BatchPlan:
    plan = BatchPlan()
    running = [slot for slot in slots if slot.phase is Phase.DECODE]
    for slot in running:
        draft = _draft(slot) if len(running) <= limits.draft_streams else []
        plan.add(slot, [slot.generated[-1], *draft], logits_from=0, draft_tokens=len(draft))
    waiting = [slot for slot in slots if slot.phase is Phase.PREFILL]
    budget = _prefill_budget(plan, limits, bool(running), len(waiting), prefill_tokens_per_ms)
    _add_prompts(plan, waiting, budget, limits, now_s)
    return plan


def _prefill_budget(
    plan: BatchPlan, limits: PlanLimits, shared: bool, waiting: int, tokens_per_ms: float
) -> int:
    """Prompt tokens for this step. Beside running streams every waiting prompt adds its share of time: a burst of
    newcomers fed in crumbs would cost a decode step for each crumb."""
    room = limits.batch_tokens - len(plan.rows)
    if not shared:
        return min(room, limits.idle_prefill_tokens)
    wanted = int(limits.shared_prefill_ms * waiting * tokens_per_ms)
    return min(room, max(limits.min_prefill_tokens, wanted), limits.idle_prefill_tokens)


def _add_prompts(plan: BatchPlan, waiting: list[Slot], budget: int, limits: PlanLimits, now_s: float) -> None:
    """Shortest remaining prompt first, so that a short question does not wait for a long document; a prompt
    that got nothing for `starvation_s` goes first."""
    waiting.sort(key=lambda slot: (now_s - slot.last_step_s < limits.starvation_s, slot.prefill_left))
    for slot in waiting:
        if budget <= 0:
            return
        assert slot.request is not None
        done = len(slot.cached)
        chunk = slot.request.prompt[done : done + budget]
        # Only the prompt's last token needs logits.
        is_last = done + len(chunk) == len(slot.request.prompt)
        plan.add(slot, chunk, logits_from=len(chunk) - 1 if is_last else len(chunk))
        budget -= len(chunk)


def _draft(slot: Slot) -> list[int]:
    request = slot.request
    assert request is not None
    if slot.lookup is None:
        return []
    return slot.lookup.draft(request.max_tokens - len(slot.generated) - 1)
