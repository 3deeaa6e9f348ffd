"""Text cut between words as v2's streams cut it, without losing a character."""

from __future__ import annotations

import re


class WordChunks:
    """Chunks of so many words, each with the one white space behind it. Put together they are the text."""

    def __init__(self, words: int) -> None:
        self._chunk = re.compile(rf"(?:\s*\S+\s){{{words}}}")
        self._rest = ""

    def push(self, text: str) -> list[str]:
        """The chunks that `text` completes."""
        self._rest += text
        if not re.search(r"\s", text):
            return []
        chunks = []
        end = 0
        while match := self._chunk.match(self._rest, end):
            chunks.append(match[0])
            end = match.end()
        self._rest = self._rest[end:]
        return chunks

    def flush(self) -> list[str]:
        """What is left, if anything."""
        rest, self._rest = self._rest, ""
        return [rest] if rest else []
