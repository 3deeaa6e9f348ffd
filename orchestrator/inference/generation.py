"""From prompt tokens to text: stop strings, finish reasons, usage, and several choices side by side.

Counts: `completion_tokens` has every token the engine delivered up to the finish, with the end token where the engine
hands it over, and also the tokens of a stop string, which are not in the text. Tokens that arrive after the finish are not counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType

from orchestrator.errors import ContextLengthExceeded, InferenceStreamBroken, InvalidValue
from orchestrator.inference.detokenizer import IncrementalDetokenizer
from orchestrator.inference.registry import InstalledModel
from orchestrator.inference.stop_strings import StopStrings
from orchestrator.inference.token_feed import TokenFeed
from orchestrator.inference.types import (
    FinishReason,
    Guide,
    InferenceBackend,
    Sampling,
    TokenChunk,
    TokenRequest,
)
from orchestrator.telemetry.metrics import ModelMetrics

DEFAULT_NEW_TOKENS = 2048
_BANNED = -100.0


@dataclass(frozen=True, slots=True)
class TokenLogProb:
    """A sampled token, the natural logarithm of its probability, and where in the text it begins."""

    token_id: int
    log_prob: float
    text_offset: int


@dataclass(slots=True)
class Delta:
    """What one choice gained. `log_probs` are of the tokens whose text begins within the text given so far."""

    text: str
    log_probs: list[TokenLogProb]
    finish_reason: FinishReason | None = None


def plan_request(
    model: InstalledModel,
    request_id: str,
    prompt_ids: Sequence[int],
    *,
    new_tokens: int | None,
    sampling: Sampling,
    guide: Guide | None = None,
    return_log_probs: bool = False,
    prompt_param: str = "messages",
) -> TokenRequest:
    """A request the engine can run as it is: `max_tokens` is clipped to the room the prompt leaves.

    Without `new_tokens` the answer may take that room, but at most DEFAULT_NEW_TOKENS. Raises InvalidValue for
    an empty prompt or token ids outside the vocabulary, ContextLengthExceeded for a prompt without room.
    """
    room = _room(model, prompt_ids, prompt_param)
    _check_ids(model, prompt_ids, prompt_param)
    _check_ids(model, sampling.logit_bias, "logit_bias")
    most = min(room, new_tokens or DEFAULT_NEW_TOKENS)
    if sampling.min_tokens > most:
        raise InvalidValue(
            f"min_tokens: {sampling.min_tokens} is more than the {most} new tokens possible",
            param="min_tokens",
        )
    end_ids = model.tokenizer.end_ids
    bias = sampling.logit_bias
    if sampling.min_tokens:
        # The engine holds back only the one end token it is told of.
        bias = {**bias, **dict.fromkeys(end_ids[1:], _BANNED)}
    return TokenRequest(
        request_id=request_id,
        prompt_ids=prompt_ids,
        max_tokens=most,
        end_id=end_ids[0],
        pad_id=model.tokenizer.pad_id,
        sampling=replace(sampling, logit_bias=bias, vocab_size=model.tokenizer.vocab_size),
        guide=guide,
        return_log_probs=return_log_probs,
    )


def refuse_hopeless_text(model: InstalledModel, texts: Iterable[str], param: str) -> None:
    """Raise ContextLengthExceeded for text that cannot fit even if every token were the longest one there is.

    Encoding 4 MB to learn by how much it is too long takes a CPU for seconds and half a gigabyte of memory.
    """
    chars, most = sum(map(len, texts)), model.max_seq_len * model.tokenizer.longest_token_bytes
    if chars > most:
        raise ContextLengthExceeded(
            f"the prompt has {chars} characters; this model takes {model.max_seq_len} tokens, which never hold "
            f"more than {most} characters",
            param=param,
        )


def _room(model: InstalledModel, prompt_ids: Sequence[int], param: str) -> int:
    if not prompt_ids:
        raise InvalidValue("the prompt is empty", param=param)
    room = model.max_seq_len - len(prompt_ids)
    if room < 1:
        raise ContextLengthExceeded(
            f"the prompt has {len(prompt_ids)} tokens; this model takes {model.max_seq_len} tokens, "
            "prompt and answer together, and at least one must be left for the answer",
            param=param,
        )
    return room


def _check_ids(model: InstalledModel, ids: Iterable[int], param: str) -> None:
    size = model.tokenizer.vocab_size
    if any(not 0 <= token_id < size for token_id in ids):
        raise InvalidValue(f"{param} holds a token id outside the vocabulary (0 to {size - 1})", param=param)


@dataclass(frozen=True, slots=True)
class ChoicePlan:
    """One choice to run: what the engine gets, where its text ends, whether it goes on from the prompt's."""

    request: TokenRequest
    stops: Sequence[str] = ()
    continues_text: bool = False


class TextAssembly:
    """Tokens of one choice into text that may be shown. Knows nothing of streams.

    `engine_ends` tells, once a finish reason is set, that the engine stops by itself: it saw the same end.
    """

    def __init__(self, model: InstalledModel, plan: ChoicePlan) -> None:
        stops, request = plan.stops, plan.request
        self._request = request
        self._detokenizer = IncrementalDetokenizer(model.tokenizer, continues_text=plan.continues_text)
        self._stops = StopStrings(stops) if stops else None
        self._end_ids = frozenset(model.tokenizer.end_ids)
        self._decoded_chars = 0
        self._shown_chars = 0
        self._held: list[TokenLogProb] = []
        self.completion_tokens = 0
        self.finish_reason: FinishReason | None = None
        self.engine_ends = False

    def push(self, chunks: Iterable[TokenChunk]) -> Delta:
        """Take new tokens in; after a finish reason is set, push no more."""
        text = ""
        for chunk in chunks:
            text += self._push_chunk(chunk)
            if self.finish_reason is None and (chunk.final or self._all_tokens_came):
                # TensorRT-LLM ends at the end token without handing it over (NVIDIA/TensorRT-LLM#2190).
                text += self._finish("length" if self._all_tokens_came else "stop")
                self.engine_ends = True
            if self.finish_reason is not None:
                break
        self._shown_chars += len(text)
        return Delta(text, self._log_probs(), self.finish_reason)

    @property
    def _all_tokens_came(self) -> bool:
        return self.completion_tokens >= self._request.max_tokens

    @property
    def stopped_by(self) -> str | None:
        """The stop string that ended the text."""
        return None if self._stops is None else self._stops.met

    def _push_chunk(self, chunk: TokenChunk) -> str:
        text = ""
        for position, token_id in enumerate(chunk.token_ids):
            self.completion_tokens += 1
            if token_id in self._end_ids:
                self.engine_ends = token_id == self._request.end_id
                return text + self._finish("stop")
            if chunk.log_probs:
                self._held.append(TokenLogProb(token_id, chunk.log_probs[position], self._decoded_chars))
            text += self._show(self._detokenizer.push((token_id,)))
            if self.finish_reason is not None:
                break
        return text

    def _show(self, piece: str) -> str:
        self._decoded_chars += len(piece)
        if self._stops is None or not piece:
            return piece
        piece, met = self._stops.push(piece)
        if met:
            self.finish_reason = "stop"
        return piece

    def _finish(self, reason: FinishReason) -> str:
        if self.finish_reason is not None:
            return ""
        self.finish_reason = reason
        return self._stops.flush() if self._stops else ""

    def _log_probs(self) -> list[TokenLogProb]:
        if not self._held:
            return []
        ready = sum(1 for held in self._held if held.text_offset < self._shown_chars)
        shown, self._held = self._held[:ready], self._held[ready:]
        return shown


class Choice:
    """One running generation. The engine is stopped as soon as the text is complete."""

    def __init__(self, index: int, feed: TokenFeed, assembly: TextAssembly) -> None:
        self.index = index
        self.feed = feed
        self.assembly = assembly

    @property
    def finished(self) -> bool:
        return self.assembly.finish_reason is not None

    def advance(self) -> Delta | None:
        """What arrived since the last call, or None. Raises the typed error that ended the stream."""
        chunks = self.feed.take()
        if not chunks:
            if self.feed.ended:
                raise InferenceStreamBroken("the inference server ended the stream without a final response")
            return None
        delta = self.assembly.push(chunks)
        if delta.finish_reason is not None:
            self._release()
        return delta if delta.text or delta.log_probs or delta.finish_reason else None

    def _release(self) -> None:
        if self.assembly.engine_ends:
            self.feed.let_end()
        else:
            self.feed.cancel()


class Choices:
    """All generations of one HTTP request, run at the same time.

    Use it as an async context manager or `aclose()` it on every path: whatever is still running is then
    cancelled in the engine. When one fails, `next()` raises and the owner closes the rest.
    """

    def __init__(
        self,
        backend: InferenceBackend,
        model: InstalledModel,
        plans: Sequence[ChoicePlan],
        *,
        buffer_tokens: int,
        metrics: ModelMetrics,
    ) -> None:
        self._arrived = asyncio.Event()
        self._metrics = metrics
        self._failed = False
        self.choices = [
            Choice(
                index,
                TokenFeed(
                    backend,
                    model.id,
                    plan.request,
                    buffer_tokens=buffer_tokens,
                    metrics=metrics,
                    arrived=self._arrived,
                ),
                TextAssembly(model, plan),
            )
            for index, plan in enumerate(plans)
        ]
        self._running = list(self.choices)

    @property
    def completion_tokens(self) -> int:
        return sum(choice.assembly.completion_tokens for choice in self.choices)

    @property
    def finished(self) -> bool:
        return not self._running

    async def next(self) -> list[tuple[int, Delta]]:
        """What the choices gained, at least one delta; empty when all have finished."""
        while self._running:
            # Look before waiting: a failure may have arrived together with the tokens taken last time.
            self._arrived.clear()
            gained = self._advance()
            if gained:
                return gained
            await self._arrived.wait()
        return []

    def _advance(self) -> list[tuple[int, Delta]]:
        gained = []
        try:
            for choice in self._running:
                delta = choice.advance()
                if delta is not None:
                    gained.append((choice.index, delta))
        except Exception:
            self._failed = True
            raise
        if any(delta.finish_reason for _, delta in gained):
            self._running = [choice for choice in self._running if not choice.finished]
        return gained

    async def aclose(self) -> None:
        """Stop what still runs and wait until every stream is closed. Safe to call again."""
        for choice in self._running:
            choice.feed.cancel()
        if not self._failed:
            self._metrics.cancelled.inc(len(self._running))
        self._running = []
        for choice in self.choices:
            await choice.feed.aclose()

    async def __aenter__(self) -> Choices:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
