"""What a deliberation may spend: new tokens of all voices together, and time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`tokens` are new tokens of all voices together; `answer_tokens` is the most that one answer may take."""

    tokens: int
    seconds: float
    answer_tokens: int


class TokenPool:
    """Tokens are reserved before a voice starts and what it left is given back, so the sum is never exceeded.

    A voice that cannot have a whole answer's worth waits for what others give back; only the first is started with
    less, as no voice at all would be worse.
    """

    def __init__(self, limits: Limits) -> None:
        self._answer_tokens = min(limits.answer_tokens, limits.tokens)
        self._left = limits.tokens

    def reserve(self) -> int:
        """The tokens that one more voice may take; 0 when it must wait."""
        if self._left < self._answer_tokens:
            return 0
        self._left -= self._answer_tokens
        return self._answer_tokens

    def give_back(self, reserved: int, used: int) -> None:
        self._left += max(0, reserved - used)
