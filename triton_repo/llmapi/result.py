"""The LLM API's growing result as the contract's new tokens.

Behaviour: TensorRT-LLM 1.2, `tensorrt_llm/executor/result.py`: `token_ids` and `logprobs` are cumulative.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from llama_cpu.contract import ParsedRequest


class MissingLogProb(RuntimeError):
    """The engine was asked for log-probabilities and gave none for a token."""


@dataclass
class Progress:
    """What of a result was taken. `ended`: a stop word was met, which the LLM API does not know of."""

    parsed: ParsedRequest
    tokens: list[int] = field(default_factory=list)
    ended: bool = False

    def take(self, completion: Any, finished: bool) -> tuple[list[int], list[float]]:
        """The new tokens of a cumulative result, and their log-probabilities where asked for.

        The end token stands in the result of some samplers and not of others; here it is always handed on (without
        a log-probability where the result leaves it out), for a client tells by it that an answer is complete.
        """
        known = len(self.tokens)
        new = self._until_stop_word(list(completion.token_ids[known:]))
        log_probs = self._log_probs(completion, known, new)
        self.tokens += new
        end_id = self.parsed.sampling.end_id
        met_end = finished and not self.ended and completion.finish_reason == "stop" and end_id is not None
        if met_end and self.tokens[-1:] != [end_id]:
            new = [*new, end_id]
        return new, log_probs

    def _until_stop_word(self, new: list[int]) -> list[int]:
        for count in range(1, len(new) + 1):
            so_far = (*self.tokens, *new[:count])
            if any(so_far[-len(word) :] == word for word in self.parsed.stop_words):
                self.ended = True
                return new[:count]
        return new

    def _log_probs(self, completion: Any, known: int, new: list[int]) -> list[float]:
        if not self.parsed.return_log_probs:
            return []
        entries = completion.logprobs[known : known + len(new)]
        if len(entries) != len(new):
            raise MissingLogProb(f"{len(entries)} log-probabilities for {len(new)} tokens")
        return [_log_prob(entry, token) for entry, token in zip(entries, new, strict=True)]


def _log_prob(entry: Any, token: int) -> float:
    """An entry is a number, or the likeliest tokens with theirs: it depends on the sampler."""
    if isinstance(entry, float):
        return entry
    if token not in entry:
        raise MissingLogProb(f"no log-probability for the sampled token {token}")
    return float(entry[token].logprob)
