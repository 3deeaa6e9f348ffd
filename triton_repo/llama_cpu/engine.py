"""The continuous-batching loop: one thread owns the context, everything else talks to it through a queue."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from llama_cpu.batch_plan import BatchPlan, Piece, PlanLimits, PrefillSpeed, plan_batch
from llama_cpu.context import ContextShape, DecodeError, LlamaContext
from llama_cpu.guides import GuideError
from llama_cpu.lookup import MAX_DRAFT_TOKENS, PromptLookup
from llama_cpu.sampling import Sampler
from llama_cpu.slices import long_slices
from llama_cpu.slots import GenerationRequest, Phase, Slot, choose_slot

log = logging.getLogger("council.engine")


STALLED_AFTER_S = 60.0
"""A round that lasts longer hangs. The longest gap seen in a stream, beside the prefill of 1,500 tokens on two busy
cores, was 0.33 s."""


MESSAGES_PER_S = 40
LONGEST_PERIOD_MS = 200.0
"""Many streams share a bound on messages, since each costs about 1 ms of a core on its way to the client; but nobody
waits longer than this for what is already there."""


class QueueFullError(RuntimeError):
    """Every slot is taken and the waiting queue is at its bound."""


@dataclass(frozen=True)
class EngineConfig:
    """The running streams' tokens are handed over together, every `stream_period_ms` (with many streams less often,
    see `stream_period_ms()`); a first token and an end at once. 0 hands over each token by itself. For
    `first_token_pause_ms` after a first token the processors are left to its way to the client. See docs/adr/0004 for
    what both buy."""

    slots: int
    max_seq_len: int
    max_queue_size: int
    threads: int
    batch_tokens: int = 512
    stream_period_ms: float = 0.0
    first_token_pause_ms: float = 0.0
    prompt_lookup: bool = True
    idle_prefill_tokens: int = 128
    shared_prefill_ms: float = 40.0


@dataclass(frozen=True)
class EngineStats:
    """Counts at one moment, and totals since start."""

    slots: int
    active: int
    waiting: int
    prefilling: int
    prompt_tokens: int
    reused_tokens: int
    generated_tokens: int
    drafted_tokens: int
    accepted_tokens: int


class Engine:
    """Runs generations until `close()`. `submit()`, `cancel()` and `stats()` may be called from any thread."""

    def __init__(
        self, model_path: Path, config: EngineConfig, on_change: Callable[[], None] | None = None
    ) -> None:
        self.config = config
        self._context = LlamaContext(model_path, _shape(config))
        self._slots = [Slot(sequence=index) for index in range(config.slots)]
        self._limits = PlanLimits(
            batch_tokens=config.batch_tokens,
            idle_prefill_tokens=config.idle_prefill_tokens,
            shared_prefill_ms=config.shared_prefill_ms,
        )
        self._prefill_speed = PrefillSpeed()
        self._waiting: deque[GenerationRequest] = deque()
        self._active = 0
        self._wake = threading.Condition()
        self._closing = False
        self._interruptible = False
        self._round_began_s: float | None = None
        self._handed_over_s = 0.0
        self._hands_over = True
        self._first_is_out = False
        self._unreported = False
        self._totals = {"prompt": 0, "reused": 0, "generated": 0, "drafted": 0, "accepted": 0}
        self._on_change = on_change
        self._thread = threading.Thread(target=self._run, name="council-engine", daemon=True)
        self._thread.start()

    @property
    def vocab_size(self) -> int:
        return self._context.vocab_size

    def submit(self, request: GenerationRequest) -> None:
        """Queue a request; its sink hears everything else. Raises QueueFullError."""
        with self._wake:
            if self._closing:
                raise QueueFullError("the engine is shutting down")
            if request.cancelled:
                request.sink.tokens((), (), final=True)
                return
            if self._active + len(self._waiting) >= self.config.slots + self.config.max_queue_size:
                raise QueueFullError(f"Exceeds maximum queue size ({self.config.max_queue_size})")
            self._waiting.append(request)
            self._unreported = True
            self._wake.notify()

    def cancel(self, request: GenerationRequest) -> None:
        """End a request early. Its sink gets an empty final message. Safe to call twice or too late."""
        with self._wake:
            if request.cancelled:
                return
            request.cancelled = True
            queued = request in self._waiting
            if queued:
                self._waiting.remove(request)
            elif self._interruptible:
                self._context.abort()
            self._wake.notify()
        if queued:
            request.sink.tokens((), (), final=True)
            self._report()

    def stats(self) -> EngineStats:
        totals = self._totals
        prefilling = sum(slot.phase is Phase.PREFILL for slot in self._slots)
        return EngineStats(
            self.config.slots, self._active, len(self._waiting), prefilling, totals["prompt"],
            totals["reused"], totals["generated"], totals["drafted"], totals["accepted"],
        )  # fmt: skip

    def fault(self) -> str | None:
        """Why no generation can go on, or None. Any thread may ask."""
        if not self._thread.is_alive():
            return "the engine stopped"
        began_s = self._round_began_s
        if began_s is not None and (lasts_s := time.monotonic() - began_s) > STALLED_AFTER_S:
            return f"the engine's step has not ended for {lasts_s:.0f} s"
        return None

    def close(self) -> None:
        """Stop the loop; running and waiting requests end with an error."""
        with self._wake:
            self._closing = True
            self._context.abort()
            self._wake.notify()
        self._thread.join()
        self._context.close()

    def _report_news(self) -> None:
        """Who came is told after a short step and not before it: telling costs what a first token waits for."""
        if self._unreported:
            self._report()

    def _report(self) -> None:
        self._unreported = False
        if self._on_change is not None:
            self._on_change()

    def _run(self) -> None:
        try:
            with long_slices():
                while self._wait_for_work():
                    self._round_began_s = time.monotonic()
                    self._round()
                    self._round_began_s = None
        except Exception:  # the thread's edge: nobody may be left waiting for an engine that is gone
            log.exception("the engine stopped")
        with self._wake:
            self._closing = True
        self._fail_all("the engine is shutting down")

    def _round(self) -> None:
        self._release_cancelled()
        self._admit()
        plan = plan_batch(self._slots, self._limits, self._prefill_speed.tokens_per_ms, time.monotonic())
        if plan.rows:
            self._step(plan)

    def _wait_for_work(self) -> bool:
        with self._wake:
            while not (self._closing or self._waiting or self._active):
                self._wake.wait()
            self._context.clear_abort()
            return not self._closing

    def _release_cancelled(self) -> None:
        cancelled = [slot for slot in self._slots if slot.request is not None and slot.request.cancelled]
        for slot in cancelled:
            slot.is_ended = True
        self._tell_clients(cancelled)

    def _admit(self) -> None:
        while True:
            free = [slot for slot in self._slots if slot.request is None]
            with self._wake:
                if not free or not self._waiting:
                    return
                request = self._waiting.popleft()
                self._active += 1
            self._start_or_fail(choose_slot(free, request.prompt), request)

    def _start_or_fail(self, slot: Slot, request: GenerationRequest) -> None:
        try:
            self._start(slot, request)
        except Exception:  # one request's edge: its failure must not end the others
            log.exception("a generation could not be started")
            self._give_up(slot, request, "Executor failed to start the request")

    def _start(self, slot: Slot, request: GenerationRequest) -> None:
        reused = slot.prefix_tokens(request.prompt)
        self._context.forget(slot.sequence, reused)
        del slot.cached[reused:]
        slot.request = request
        slot.sampler = Sampler(self._context, request.sampling, request.guide)
        slot.sampler.observe_prompt(request.prompt)
        if self.config.prompt_lookup:
            slot.lookup = PromptLookup()
            slot.lookup.extend(request.prompt)
        slot.last_step_s = time.monotonic()
        request.scheduled_ns = time.monotonic_ns()
        self._totals["prompt"] += len(request.prompt)
        self._totals["reused"] += reused
        self._unreported = True

    def _step(self, plan: BatchPlan) -> None:
        # A stream that is alone loses nobody's work when it is cancelled in the middle of a step.
        self._interruptible = plan.is_interruptible or len(plan.pieces) == 1
        if plan.is_interruptible:
            self._report_news()
        began_s = time.monotonic()
        try:
            finished = self._context.decode(plan.rows)
        except DecodeError as error:
            log.exception("decode failed")
            self._fail_all(f"Executor failed: {error}")
            return
        finally:
            self._interruptible = False
        if not finished:
            for piece in plan.pieces:
                self._context.forget(piece.slot.sequence, len(piece.slot.cached))
            return
        ended_s = time.monotonic()
        self._prefill_speed.learn(plan, (ended_s - began_s) * 1e3)
        self._hands_over = self._is_due(ended_s, step_s=ended_s - began_s)
        for piece in plan.pieces:
            self._advance_or_fail(piece)
        self._tell_clients([piece.slot for piece in plan.pieces])
        self._let_first_token_go()
        self._report_news()

    def _tell_clients(self, slots: Iterable[Slot]) -> None:
        """Only after every token is drawn: whoever sends them would take Python's lock between two draws."""
        running = [slot for slot in slots if slot.request is not None]
        ended = [self._taken_out(slot) for slot in running if slot.is_ended]
        if ended:
            # Before the last messages: who reads "final" finds the engine idle.
            self._report()
        for request, tokens, log_probs in ended:
            request.sink.tokens(tokens, log_probs, final=True)
        for slot in running:
            if slot.request is not None and slot.unsent_tokens:
                self._send(slot)

    def _let_first_token_go(self) -> None:
        """Three processes in turn carry it to the client; the next step would hold them up for as long as itself.

        With other streams it is not worth stopping all of them.
        """
        if self._first_is_out and self._active == 1 and self.config.first_token_pause_ms:
            time.sleep(self.config.first_token_pause_ms / 1e3)
        self._first_is_out = False

    def _is_due(self, now_s: float, step_s: float) -> bool:
        """Whether this step's end is nearer to the period's than the next one's will be.

        All streams at once: what a message costs the engine is mostly the waking of four processes in turn, and eight
        messages at one time wake them once.
        """
        period_ms = stream_period_ms(self.config.stream_period_ms, self._active)
        if (now_s - self._handed_over_s + step_s / 2) * 1e3 < period_ms:
            return False
        self._handed_over_s = now_s
        return True

    def _advance_or_fail(self, piece: Piece) -> None:
        try:
            self._advance(piece)
        except GuideError as error:
            self._give_up(piece.slot, piece.slot.request, str(error))
        except Exception:  # one request's edge: its failure must not end the others
            log.exception("a generation failed")
            self._give_up(piece.slot, piece.slot.request, "Executor failed to draw the next token")

    def _give_up(self, slot: Slot, request: GenerationRequest | None, message: str) -> None:
        """Empty the slot; what its part of the KV cache holds after a failure is unknown."""
        self._context.forget(slot.sequence, 0)
        slot.cached.clear()
        if request is not None:
            self._free(slot)
            self._report()
            request.sink.error(message)

    def _advance(self, piece: Piece) -> None:
        slot = piece.slot
        slot.last_step_s = time.monotonic()
        if slot.phase is Phase.PREFILL:
            slot.cached.extend(piece.tokens)
            if slot.prefill_left == 0:
                self._accept_rows(piece, first_row=piece.first_row + len(piece.tokens) - 1, drafts=[])
        else:
            slot.cached.append(piece.tokens[0])
            self._accept_rows(piece, first_row=piece.first_row, drafts=list(piece.tokens[1:]))

    def _accept_rows(self, piece: Piece, first_row: int, drafts: list[int]) -> None:
        """Draw from the first row, and from each further one as long as the draft before it was right."""
        slot = piece.slot
        assert slot.request is not None
        assert slot.sampler is not None
        accepted = 0
        while True:
            token, log_prob = slot.sampler.draw(
                first_row + accepted, slot.generated, slot.request.want_log_probs
            )
            self._append(slot, token, log_prob)
            is_over = slot.is_over()
            if is_over or accepted == len(drafts) or token != drafts[accepted]:
                break
            slot.cached.append(token)
            accepted += 1
        slot.is_ended = is_over
        if drafts:
            self._settle_drafts(slot, len(drafts), accepted)

    def _append(self, slot: Slot, token: int, log_prob: float | None) -> None:
        slot.generated.append(token)
        slot.unsent_tokens.append(token)
        if log_prob is not None:
            slot.unsent_log_probs.append(log_prob)
        if slot.lookup is not None:
            slot.lookup.extend((token,))
        self._totals["generated"] += 1

    def _settle_drafts(self, slot: Slot, drafted: int, accepted: int) -> None:
        if accepted < drafted:
            self._context.forget(slot.sequence, len(slot.cached))
        assert slot.lookup is not None
        slot.lookup.feedback(drafted, accepted)
        self._totals["drafted"] += drafted
        self._totals["accepted"] += accepted

    def _send(self, slot: Slot) -> None:
        is_first = len(slot.unsent_tokens) == len(slot.generated)
        if not (is_first or self._hands_over):
            return
        assert slot.request is not None
        self._first_is_out = self._first_is_out or is_first
        tokens, log_probs = slot.unsent_tokens, slot.unsent_log_probs
        slot.unsent_tokens, slot.unsent_log_probs = [], []
        slot.request.sink.tokens(tokens, log_probs, final=False)

    def _taken_out(self, slot: Slot) -> tuple[GenerationRequest, list[int], list[float]]:
        """Free the slot; who was in it, and what it has not been told yet."""
        request, tokens, log_probs = slot.request, slot.unsent_tokens, slot.unsent_log_probs
        assert request is not None
        self._free(slot)
        return request, tokens, log_probs

    def _free(self, slot: Slot) -> None:
        if slot.sampler is not None:
            slot.sampler.close()
        slot.request, slot.sampler, slot.lookup = None, None, None
        slot.generated, slot.unsent_tokens, slot.unsent_log_probs, slot.is_ended = [], [], [], False
        slot.last_used_s = time.monotonic()
        with self._wake:
            self._active -= 1

    def _fail_all(self, message: str) -> None:
        for slot in self._slots:
            if slot.request is not None:
                self._give_up(slot, slot.request, message)
        while True:
            with self._wake:
                if not self._closing or not self._waiting:
                    return
                request = self._waiting.popleft()
            request.sink.error(message)


def stream_period_ms(shortest_ms: float, streams: int) -> float:
    """The time between two hand-overs to `streams` running streams; 0 for a shortest of 0."""
    if not shortest_ms:
        return 0.0
    return max(shortest_ms, min(streams * 1e3 / MESSAGES_PER_S, LONGEST_PERIOD_MS))


def _shape(config: EngineConfig) -> ContextShape:
    return ContextShape(
        sequences=config.slots,
        tokens_per_sequence=config.max_seq_len,
        batch_tokens=config.batch_tokens,
        batch_outputs=config.slots * 2 + MAX_DRAFT_TOKENS * 2,
        threads=config.threads,
    )
