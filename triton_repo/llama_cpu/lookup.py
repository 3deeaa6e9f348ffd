"""Prompt-lookup speculation: guess that the text goes on as it did after the last same n-gram.

The guess is checked by the model in the same decode, so the output is unchanged. On a CPU a batch of 8 tokens
costs about four times a batch of one, so a wrong guess is expensive: drafts start short, grow while they are
right, and pause when they are wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

NGRAM_TOKENS = 3
MIN_DRAFT_TOKENS = 2
MAX_DRAFT_TOKENS = 8
PAUSE_STEPS = 8


class PromptLookup:
    """Drafts for one sequence. Index upkeep is O(1) a token."""

    def __init__(self) -> None:
        self._tokens: list[int] = []
        self._last_seen: dict[tuple[int, ...], int] = {}
        self._length = MIN_DRAFT_TOKENS
        self._pause_steps = 0

    def extend(self, tokens: Sequence[int]) -> None:
        for token in tokens:
            # An n-gram is indexed once a token follows it, so that the current tail never finds itself.
            if len(self._tokens) >= NGRAM_TOKENS:
                self._last_seen[tuple(self._tokens[-NGRAM_TOKENS:])] = len(self._tokens)
            self._tokens.append(token)

    def draft(self, room: int) -> list[int]:
        """Up to `room` guessed tokens, possibly none."""
        if self._pause_steps > 0:
            self._pause_steps -= 1
            return []
        start = self._last_seen.get(tuple(self._tokens[-NGRAM_TOKENS:]))
        if start is None:
            return []
        return self._tokens[start : start + min(self._length, room)]

    def feedback(self, drafted: int, accepted: int) -> None:
        if accepted == drafted:
            self._length = min(self._length * 2, MAX_DRAFT_TOKENS)
        elif accepted == 0:
            self._length = MIN_DRAFT_TOKENS
            self._pause_steps = PAUSE_STEPS
        else:
            self._length = max(MIN_DRAFT_TOKENS, accepted)
