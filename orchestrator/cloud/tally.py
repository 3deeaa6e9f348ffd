"""What one answer of the upstream comes to: how much of its text is taken, and what is paid for it.

Guarantees: never more is paid than was reserved, whatever the upstream sends or says; never less than an upstream that
keeps to what it was asked would bill for an answer that it ended.
"""

from __future__ import annotations

from typing import Literal

from orchestrator.cloud.text_bound import TextBound, most_tokens
from orchestrator.cloud.upstream import UpstreamEnd
from orchestrator.text import is_blank

CUT = "the upstream wrote on past the most tokens it was asked for: its answer was cut there"


class CloudTally:
    """Until the upstream tells its counts: every prompt token possible, and the most tokens that its text can be, or as
    many as it sent pieces. Where nothing came, not even an end, nothing is paid."""

    def __init__(self, most_prompt_tokens: int, most_new_tokens: int) -> None:
        self._most_prompt_tokens = most_prompt_tokens
        self._most_new_tokens = most_new_tokens
        self._bound = TextBound(most_new_tokens)
        self._end: UpstreamEnd | None = None
        self._shown = 0
        self.pieces: list[str] = []
        self.first_s = 0.0
        self.has_word = False

    def add(self, piece: str, after_s: float) -> str:
        """What may be shown now: white space not before there is a word, and nothing past what was reserved."""
        self.first_s = self.first_s or after_s
        self.pieces.append(self._bound.take(piece))
        self.has_word = self.has_word or not is_blank(self.pieces[-1])
        if not self.has_word:
            return ""
        shown = "".join(self.pieces[self._shown :])
        self._shown = len(self.pieces)
        return shown

    def end(self, end: UpstreamEnd) -> None:
        self._end = end

    @property
    def is_cut(self) -> bool:
        return self._bound.is_passed

    @property
    def finish_reason(self) -> Literal["stop", "length"]:
        return "length" if self._end is None else self._end.finish_reason

    @property
    def prompt_tokens(self) -> int:
        if self._end is None:
            return self._most_prompt_tokens if self.pieces else 0
        told = self._end.prompt_tokens
        return (
            told if told is not None and 0 <= told <= self._most_prompt_tokens else self._most_prompt_tokens
        )

    @property
    def completion_tokens(self) -> int:
        if self.is_cut:
            return self._most_new_tokens
        told = self._end.completion_tokens if self._end else None
        if told is None:
            told = max(len(self.pieces), most_tokens("".join(self.pieces)))
        return told if 0 <= told <= self._most_new_tokens else self._most_new_tokens

    @property
    def warnings(self) -> tuple[str, ...]:
        if self.is_cut:
            return (CUT,)
        if self._end is None:
            return ()
        told = (self._end.prompt_tokens, self._end.completion_tokens)
        most = (self._most_prompt_tokens, self._most_new_tokens)
        if all(count is None or 0 <= count <= bound for count, bound in zip(told, most, strict=True)):
            return ()
        prompt, new = ("no" if count is None else count for count in told)
        return (
            f"the upstream counted {prompt} prompt and {new} new tokens, where {most[0]} and {most[1]} are the most"
            " possible: in the place of what cannot be, these are booked",
        )
